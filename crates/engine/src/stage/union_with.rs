//! `$unionWith`: all documents, then those of another collection as its pipeline gives them; duplicates are kept.

use pipeline::Pipeline;

use super::{Context, Rows};

pub(super) fn run<'a>(collection: &'a str, pipeline: &'a Pipeline, rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    let others = std::iter::once_with(move || ctx.collections.answer(collection, &pipeline.stages, ctx));
    Box::new(rows.chain(others.flatten()))
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check_with;

    #[test]
    fn the_others_come_behind_and_duplicates_stay() {
        let union = "[{$unionWith: {coll: 'others', pipeline: [{$match: {a: 1}}]}}]";
        check_with(union, "{a: 1}", "{a: 2}\n{a: 1}", "{a: 1}\n{a: 1}");
    }
}
