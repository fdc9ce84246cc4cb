//! `$toHashedIndexKey`: the key of a value in a hashed index.
//!
//! MongoDB: the first eight bytes of an MD5 sum of the value's type and bytes, so that equal numbers of all types have one
//! key: a double loses its fraction, a decimal is rounded half to even, what is beyond a long becomes the nearest one.
//! Inside an object or array, each part is summed with its name. What is missing has the key of null.

use bigdecimal::RoundingMode;
use bson::{Bson, Document, doc};
use md5::{Digest, Md5};

use crate::Error;
use crate::value::{Decimal, Number, Value, canonical_type};

pub(in crate::expr) fn key(value: Option<&Bson>) -> Result<Value, Error> {
    let mut sum = Md5::new();
    sum.update(0_i32.to_le_bytes());
    add(&mut sum, value.unwrap_or(&Bson::Null), None)?;
    let digest = sum.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    Ok(Some(Bson::Int64(i64::from_le_bytes(first))))
}

fn add(sum: &mut Md5, value: &Bson, name: Option<&str>) -> Result<(), Error> {
    let kind = match value {
        Bson::MinKey => -1,
        Bson::Undefined => 0,
        other => i32::from(canonical_type(Some(other))),
    };
    sum.update(kind.to_le_bytes());
    if let Some(name) = name {
        add_name(sum, name);
    }
    match value {
        Bson::Document(document) => add_fields(sum, document),
        Bson::JavaScriptCodeWithScope(code) => {
            add_name(sum, &code.code);
            add_fields(sum, &code.scope)
        }
        Bson::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                add(sum, item, Some(&at.to_string()))?;
            }
            end(sum);
            Ok(())
        }
        value => {
            match Number::of(value) {
                Some(number) => sum.update(whole(number).to_le_bytes()),
                None => sum.update(bytes(value)?),
            }
            Ok(())
        }
    }
}

fn add_fields(sum: &mut Md5, document: &Document) -> Result<(), Error> {
    document.iter().try_for_each(|(name, value)| add(sum, value, Some(name)))?;
    end(sum);
    Ok(())
}

fn add_name(sum: &mut Md5, name: &str) {
    sum.update(name.as_bytes());
    sum.update([0]);
}

/// The end of an object is an element of its own, of type 0.
fn end(sum: &mut Md5) {
    sum.update(0_i32.to_le_bytes());
}

/// MongoDB: the double 2^63 becomes the least long, by an overflow that old indexes have fixed.
fn whole(number: Number) -> i64 {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    match number {
        Number::Int(x) => i64::from(x),
        Number::Long(x) => x,
        Number::Double(TWO_TO_63) => i64::MIN,
        Number::Double(x) => x as i64,
        Number::Decimal(x) if x.is_nan() => 0,
        Number::Decimal(x) => x
            .to_i64(RoundingMode::HalfEven)
            .unwrap_or_else(|| if x.compare(Decimal::ZERO).is_lt() { i64::MIN } else { i64::MAX }),
    }
}

/// The bytes of a value as BSON, behind its type and name.
fn bytes(value: &Bson) -> Result<Vec<u8>, Error> {
    // A length, a type and an empty name stand before the value; a zero stands behind it.
    let whole = doc! { "": value.clone() }.to_vec().map_err(|error| Error::new(error.to_string()))?;
    Ok(whole.get(6..whole.len() - 1).unwrap_or_default().to_vec())
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::{check, gives};

    #[test]
    fn keys_are_those_of_a_server() {
        for one in ["1", "NumberLong(1)", "1.5", "NumberDecimal('1')"] {
            gives(&format!("{{$toHashedIndexKey: {one}}}"), r#"{"$numberLong":"5902408780260971510"}"#);
        }
        gives("{$toHashedIndexKey: {$literal: {a: 1}}}", r#"{"$numberLong":"-8705610352600103477"}"#);
        gives("{$toHashedIndexKey: [1, 2]}", r#"{"$numberLong":"8312708174902235769"}"#);
        gives("{$toHashedIndexKey: 'x'}", r#"{"$numberLong":"-5169800095944007213"}"#);
        check("{$toHashedIndexKey: '$nope'}", "{}", r#"{"$numberLong":"2338878944348059895"}"#);
        check("{$toHashedIndexKey: '$a'}", "{a: 9223372036854775808.0}", r#"{"$numberLong":"4532067210535695462"}"#);
    }
}
