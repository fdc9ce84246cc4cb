//! `$strLenBytes` and `$strLenCP`: a string's length in UTF-8 bytes or in code points; nothing but a string has one.

use bson::Bson;

use crate::Error;
use crate::expr::args;
use crate::value::{Value, type_name};

pub(in crate::expr) fn bytes(value: Option<&Bson>) -> Result<Value, Error> {
    Ok(Some(Bson::Int32(text("$strLenBytes", 34_473, value)?.len() as i32)))
}

pub(in crate::expr) fn code_points(value: Option<&Bson>) -> Result<Value, Error> {
    Ok(Some(Bson::Int32(text("$strLenCP", 34_471, value)?.chars().count() as i32)))
}

fn text<'a>(name: &str, code: i32, value: Option<&'a Bson>) -> Result<&'a str, Error> {
    args::text(value)
        .ok_or_else(|| Error::coded(code, format!("`{name}` requires a string argument, found {}", type_name(value))))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn lengths_in_bytes_and_code_points() {
        gives("{$strLenBytes: 'é👍'}", "6");
        gives("{$strLenCP: 'é👍'}", "2");
        gives("{$strLenBytes: null}", "error 34473");
        gives("{$strLenCP: 5}", "error 34471");
    }
}
