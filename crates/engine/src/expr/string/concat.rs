//! `$concat`: strings joined, up to 16 MB; null as soon as one is null or missing.

use bson::Bson;
use pipeline::ast::Expr;

use crate::Error;
use crate::expr::{Env, Source, args};
use crate::value::{Value, is_nullish, type_name};

pub(in crate::expr) fn concat<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let mut all = String::new();
    for expr in exprs {
        let value = env.find(expr)?;
        let value = value.as_deref();
        if is_nullish(value) {
            return Ok(Some(Bson::Null));
        }
        let text = args::text(value).ok_or_else(|| {
            Error::coded(16_702, format!("`$concat` only supports strings, not {}", type_name(value)))
        })?;
        super::checked(all.len() + text.len())?;
        all.push_str(text);
    }
    Ok(Some(Bson::String(all)))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn strings_are_joined() {
        gives("{$concat: ['a', 'é', '']}", r#""aé""#);
        gives("{$concat: []}", r#""""#);
        gives("{$concat: ['a', '$nope', 1]}", "null");
        gives("{$concat: ['a', 1]}", "error 16702");
        let doubled = "{$reduce: {input: {$range: [0, 60]}, initialValue: 'a', in: {$concat: ['$$value', '$$value']}}}";
        gives(doubled, "error 16493");
    }
}
