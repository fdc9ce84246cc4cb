//! `$type` (the name of a value's type, `"missing"` for none) and `$isNumber`.

use bson::Bson;

use crate::value::{Number, type_name};

pub(in crate::expr) fn name(value: Option<&Bson>) -> Bson {
    Bson::from(type_name(value))
}

pub(in crate::expr) fn is_number(value: Option<&Bson>) -> Bson {
    Bson::Boolean(value.and_then(Number::of).is_some())
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn every_value_has_a_type() {
        gives("{$type: '$nope'}", r#""missing""#);
        gives("{$type: null}", r#""null""#);
        gives("{$type: NumberLong(1)}", r#""long""#);
        gives("{$type: [[1]]}", r#""array""#);
        gives("{$isNumber: NaN}", "true");
        gives("{$isNumber: '1'}", "false");
        gives("{$isNumber: '$nope'}", "false");
    }
}
