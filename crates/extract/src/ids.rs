//! The `_id`s of a collection's documents, so that none comes twice.
//!
//! In: documents. Out: a key for each `_id`, equal for two that a server holds to be equal.
//! MongoDB: numbers are compared by value, whatever their type: `1`, `1.0` and `NumberLong(1)` are one `_id`, and so are `{a: 1}` and
//! `{a: 1.0}`.

use bson::{Bson, RawDocument};

/// Whole doubles of at most this magnitude are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The key of the `_id` of a document as BSON; `None` where it has none.
pub(crate) fn key(document: &[u8]) -> Option<Vec<u8>> {
    let id = RawDocument::from_bytes(document).ok()?.get("_id").ok()??;
    Bson::try_from(id).ok().map(|id| of_value(&id))
}

/// The key of a value.
pub(crate) fn of_value(value: &Bson) -> Vec<u8> {
    let whole = |number: i64| [&b"n"[..], &number.to_le_bytes()].concat();
    match value {
        Bson::Int32(number) => whole(i64::from(*number)),
        Bson::Int64(number) => whole(*number),
        Bson::Double(number) => double(*number),
        Bson::Decimal128(number) => {
            let text = number.to_string();
            match text.parse::<f64>() {
                Ok(number) if number.fract() == 0.0 && number.abs() <= EXACT => whole(number as i64),
                _ => [b"m", text.as_bytes()].concat(),
            }
        }
        Bson::ObjectId(id) => [&b"o"[..], &id.bytes()].concat(),
        Bson::String(text) => [b"s", text.as_bytes()].concat(),
        Bson::Document(fields) => {
            let parts = fields.iter().flat_map(|(name, value)| [name.as_bytes().to_vec(), of_value(value)]);
            framed(b'{', parts)
        }
        Bson::Array(items) => framed(b'[', items.iter().map(of_value)),
        other => {
            // What cannot be written as BSON never gets here: the document is written first.
            let bytes = bson::doc! { "v": other.clone() }.to_vec().unwrap_or_default();
            [&b"b"[..], &bytes].concat()
        }
    }
}

/// Keys one behind the other, each with its length, so that no two lists of them run together to the same bytes.
fn framed(kind: u8, parts: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut bytes = vec![kind];
    for part in parts {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part);
    }
    bytes
}

fn double(number: f64) -> Vec<u8> {
    // Beyond `EXACT` too every double is whole; what does not fit 64 bits equals no integer.
    if number.fract() == 0.0 && number.abs() < 9.2e18 {
        [&b"n"[..], &(number as i64).to_le_bytes()].concat()
    } else {
        let bits = if number.is_nan() { f64::NAN.to_bits() } else { number.to_bits() };
        [&b"d"[..], &bits.to_le_bytes()].concat()
    }
}

#[cfg(test)]
mod tests {
    use bson::bson;

    use super::*;

    #[test]
    fn keys_are_equal_where_a_server_finds_the_values_equal() {
        let decimal = |text: &str| Bson::Decimal128(text.parse().unwrap());
        let equal = [
            [Bson::Int32(1), Bson::Int64(1)],
            [Bson::Int32(1), Bson::Double(1.0)],
            [Bson::Int32(0), Bson::Double(-0.0)],
            [Bson::Int32(1000), decimal("1E+3")],
            [Bson::Double(f64::NAN), Bson::Double(-f64::NAN)],
            [Bson::Int64(9_007_199_254_740_994), Bson::Double(9_007_199_254_740_994.0)],
            [bson!({"a": 1, "b": [2, {"c": 3}]}), bson!({"a": 1.0, "b": [2_i64, {"c": decimal("3.0")}]})],
        ];
        for [left, right] in equal {
            assert_eq!(of_value(&left), of_value(&right), "{left} {right}");
        }
        let different = [
            [Bson::Int32(1), Bson::String("1".to_owned())],
            [Bson::Int32(1), Bson::Double(1.5)],
            [Bson::Int32(1), Bson::Boolean(true)],
            [Bson::Null, Bson::Boolean(false)],
            [Bson::String("a".to_owned()), Bson::String("A".to_owned())],
            [Bson::Double(0.1), decimal("0.1")],
            [Bson::Double(1e300), Bson::Double(1e301)],
            [bson!({"a": 1, "b": 2}), bson!({"b": 2, "a": 1})],
            [bson!({"a": 1}), bson!({"a": {"a": 1}})],
            [bson!({"a": "b"}), bson!(["a", "b"])],
            [bson!({"a": "", "b": ""}), bson!({"a": "", "": "b"})],
            [bson!([[1], 2]), bson!([1, [2]])],
        ];
        for [left, right] in different {
            assert_ne!(of_value(&left), of_value(&right), "{left} {right}");
        }
        let document = bson::doc! { "a": 1, "_id": 5 };
        assert_eq!(key(&document.to_vec().unwrap()), Some(of_value(&Bson::Int32(5))));
        assert_eq!(key(&bson::doc! { "a": 1 }.to_vec().unwrap()), None);
    }
}
