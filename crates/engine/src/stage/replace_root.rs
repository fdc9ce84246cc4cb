//! `$replaceRoot` and `$replaceWith`: the document becomes what an expression gives, which must be an object.

use bson::{Bson, DateTime};
use pipeline::ast::Expr;

use super::Rows;
use crate::Error;
use crate::expr::Env;
use crate::value::type_name;

pub(super) fn run<'a>(expr: &'a Expr, rows: Rows<'a>, now: DateTime) -> Rows<'a> {
    Box::new(rows.map(move |row| match Env::new(&row?, now).evaluate(expr)? {
        Some(Bson::Document(root)) => Ok(root),
        other => Err(Error::coded(
            40228,
            format!(
                "'newRoot' expression must evaluate to an object, but resulting value was: {}. Type of resulting value: '{}'",
                other.as_ref().map_or("MISSING".to_owned(), ToString::to_string),
                type_name(other.as_ref())
            ),
        )),
    }))
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn the_root_must_be_an_object() {
        check("[{$replaceWith: '$a'}]", "{a: {b: 1}}", "{b: 1}");
        check("[{$replaceRoot: {newRoot: '$a'}}]", "{a: 1}", "error 40228");
        check("[{$replaceRoot: {newRoot: '$a'}}]", "{}", "error 40228");
    }
}
