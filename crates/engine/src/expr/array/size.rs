//! `$size` and `$isArray`. MongoDB: the size of anything but an array is an error, also of null.

use bson::Bson;

use crate::Error;
use crate::expr::args;
use crate::value::{Value, type_name};

pub(in crate::expr) fn size(value: Option<&Bson>) -> Result<Value, Error> {
    let items = args::array(value).ok_or_else(|| {
        Error::coded(17_124, format!("the argument to `$size` must be an array, but is {}", type_name(value)))
    })?;
    Ok(Some(Bson::Int32(items.len() as i32)))
}

pub(in crate::expr) fn is_array(value: Option<&Bson>) -> Bson {
    Bson::Boolean(args::array(value).is_some())
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn only_arrays_have_a_size() {
        check("{$size: '$a'}", "{a: [1, null]}", "2");
        check("{$size: '$a'}", "{}", "error 17124");
        check("{$isArray: '$a'}", "{a: []}", "true");
        check("{$isArray: '$a'}", "{}", "false");
    }
}
