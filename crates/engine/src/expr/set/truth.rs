//! `$allElementsTrue` and `$anyElementTrue`: the truth of an array's elements; nothing but an array is taken.

use bson::Bson;

use crate::Error;
use crate::expr::args;
use crate::value::{Value, is_true, type_name};

pub(in crate::expr) fn all(value: Option<&Bson>) -> Result<Value, Error> {
    let items = items("$allElementsTrue", 17_040, value)?;
    Ok(Some(Bson::Boolean(items.iter().all(|item| is_true(Some(item))))))
}

pub(in crate::expr) fn any(value: Option<&Bson>) -> Result<Value, Error> {
    let items = items("$anyElementTrue", 17_041, value)?;
    Ok(Some(Bson::Boolean(items.iter().any(|item| is_true(Some(item))))))
}

fn items<'a>(name: &str, code: i32, value: Option<&'a Bson>) -> Result<&'a [Bson], Error> {
    args::array(value)
        .ok_or_else(|| Error::coded(code, format!("`{name}`'s argument must be an array, but is {}", type_name(value))))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn truth_of_elements() {
        gives("{$allElementsTrue: [[1, 'x', []]]}", "true");
        gives("{$allElementsTrue: [[]]}", "true");
        gives("{$anyElementTrue: [[0, null]]}", "false");
        gives("{$anyElementTrue: [[]]}", "false");
        gives("{$allElementsTrue: [null]}", "error 17040");
        gives("{$anyElementTrue: ['$nope']}", "error 17041");
    }
}
