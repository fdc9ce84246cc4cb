//! `$hexHash`: the MD5 or SHA-256 sum of a string or of binary data, in capital hexadecimal digits.

use std::fmt::Write as _;

use bson::Bson;
use md5::Md5;
use sha2::{Digest, Sha256};

use crate::Error;
use crate::expr::args;
use crate::value::{Value, is_nullish, type_name};

/// `input`, `algorithm`.
pub(in crate::expr) fn hex(input: Option<&Bson>, algorithm: Option<&Bson>) -> Result<Value, Error> {
    let bytes = match input {
        Some(Bson::String(text)) => text.as_bytes(),
        Some(Bson::Binary(binary)) => binary.bytes.as_slice(),
        input if is_nullish(input) => return Ok(Some(Bson::Null)),
        input => {
            return Err(Error::new(format!("`$hexHash` expects a string or binary data, not {}", type_name(input))));
        }
    };
    let digest = match args::text(algorithm) {
        Some("md5") => Md5::digest(bytes).to_vec(),
        Some("sha256") => Sha256::digest(bytes).to_vec(),
        _ => return Err(Error::new("`$hexHash` knows the algorithms `md5` and `sha256`")),
    };
    let mut digits = String::with_capacity(2 * digest.len());
    for byte in digest {
        let _ = write!(digits, "{byte:02X}");
    }
    Ok(Some(Bson::String(digits)))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn sums_are_in_capital_digits() {
        gives("{$hexHash: {input: '', algorithm: 'md5'}}", "\"D41D8CD98F00B204E9800998ECF8427E\"");
        gives(
            "{$hexHash: {input: 'abc', algorithm: 'sha256'}}",
            "\"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD\"",
        );
        gives("{$hexHash: {input: null, algorithm: 'md5'}}", "null");
        gives("{$hexHash: {input: 5, algorithm: 'md5'}}", "error without a code");
    }
}
