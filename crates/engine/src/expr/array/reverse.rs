//! `$reverseArray`: the elements in the other order; null for null and missing.

use bson::Bson;

use crate::Error;
use crate::expr::args;
use crate::value::{Value, is_nullish, type_name};

pub(in crate::expr) fn reverse(value: Option<&Bson>) -> Result<Value, Error> {
    if is_nullish(value) {
        return Ok(Some(Bson::Null));
    }
    let items = args::array(value).ok_or_else(|| {
        let message = format!("the argument to `$reverseArray` must be an array, but is {}", type_name(value));
        Error::coded(34_435, message)
    })?;
    Ok(Some(Bson::Array(items.iter().rev().cloned().collect())))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    #[test]
    fn the_order_turns() {
        check("{$reverseArray: '$a'}", "{a: [1, [2, 3]]}", "[[2,3],1]");
        check("{$reverseArray: '$a'}", "{}", "null");
        check("{$reverseArray: '$a'}", "{a: 'x'}", "error 34435");
    }
}
