//! `$documents`: the elements of an array, which must be objects, in the place of any documents.

use bson::{Bson, Document};
use pipeline::ast::Expr;

use super::{Context, Rows, deferred};
use crate::Error;
use crate::expr::Env;
use crate::value::type_name;

pub(super) fn run<'a>(expr: &'a Expr, ctx: &'a Context) -> Rows<'a> {
    deferred(move || {
        let nothing = Document::new();
        let Some(Bson::Array(values)) = Env::new(&nothing, ctx.now).evaluate(expr)? else {
            return Err(Error::coded(5_858_203, "`$documents`: an array is expected"));
        };
        let object = |value| match value {
            Bson::Document(document) => Ok(document),
            other => Err(Error::coded(
                40228,
                format!(
                    "elements within the array passed to `$documents` must evaluate to an object, not {}",
                    type_name(Some(&other))
                ),
            )),
        };
        values.into_iter().map(object).collect()
    })
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn documents_come_from_the_statement_itself() {
        check("[{$documents: [{a: {$add: [1, 2]}}, {b: '$nope'}]}]", "{x: 1}", "{a: 3}\n{}");
        check("[{$unionWith: {pipeline: [{$documents: [{a: 1}]}]}}]", "{x: 1}", "{x: 1}\n{a: 1}");
        check("[{$documents: 5}]", "", "error 5858203");
        check("[{$documents: [5]}]", "", "error 40228");
    }
}
