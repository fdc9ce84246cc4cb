//! `$multiply`: the product of numbers, from left to right; null as soon as one is null or missing.
//!
//! MongoDB: whole numbers are multiplied as longs and as doubles side by side. Where one factor is a double, or where longs
//! overflow, the product is that of the doubles from the first factor on; a product of ints is an int where it fits.

use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source};
use crate::value::{Number, Value, is_nullish, number, type_name};

pub(in crate::expr) fn multiply<S: Source>(env: &Env<'_, S>, args: &[Expr<S::Field>]) -> Result<Value, Error> {
    let mut product = Product { exact: Some(Number::Int(1)), double: 1.0, are_ints: true };
    for expr in args {
        let value = env.find(expr)?;
        let value = value.as_deref();
        if is_nullish(value) {
            return super::null();
        }
        let found = value.and_then(Number::of).ok_or_else(|| {
            Error::coded(14, format!("`$multiply` only supports numeric types, not {}", type_name(value)))
        })?;
        product.take(found);
    }
    super::number(product.finish())
}

/// A product so far.
struct Product {
    /// Of whole numbers, or with a decimal among them; none once it is that of doubles.
    exact: Option<Number>,
    /// Of all factors as doubles, until one is a decimal.
    double: f64,
    are_ints: bool,
}

impl Product {
    fn take(&mut self, factor: Number) {
        self.are_ints &= matches!(factor, Number::Int(_));
        let so_far = self.exact.unwrap_or(Number::Double(self.double));
        self.double *= factor.to_f64();
        self.exact = match (so_far, factor) {
            (Number::Decimal(_), _) | (_, Number::Decimal(_)) => Some(number::multiply(so_far, factor)),
            (Number::Double(_), _) | (_, Number::Double(_)) => None,
            // Longs that overflow are doubles.
            _ => Some(number::multiply(so_far, factor)).filter(|product| !matches!(product, Number::Double(_))),
        };
    }

    fn finish(self) -> Number {
        match self.exact {
            Some(product) if self.are_ints => super::narrowed(product),
            Some(product) => product,
            None => Number::Double(self.double),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn products_widen() {
        gives("{$multiply: []}", "1");
        gives("{$multiply: [65536, 65536]}", r#"{"$numberLong":"4294967296"}"#);
        gives("{$multiply: [NumberLong('9223372036854775807'), 2, 0]}", "0.0");
        gives("{$multiply: [65536, 65536, 0]}", "0");
        gives("{$multiply: [65536, 65536, 65536, 65536, 0]}", "0.0");
        gives("{$multiply: [0, NumberLong('-5'), 0.5]}", "-0.0");
        gives("{$multiply: [NumberLong('9007199254740993'), 3, 0.5]}", "1.3510798882111488e16");
        gives("{$multiply: [0.1, NumberDecimal('1')]}", r#"{"$numberDecimal":"0.100000000000000"}"#);
        gives("{$multiply: [null, 'x']}", "null");
        gives("{$multiply: ['x', null]}", "error 14");
    }
}
