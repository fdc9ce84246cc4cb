//! `$unionWith`: all documents, then those of another collection as its pipeline gives them, or of the
//! pipeline alone where it starts with `$documents`; duplicates are kept.

use pipeline::Pipeline;

use super::{Context, Rows, run_inside};

pub(super) fn run<'a>(
    collection: Option<&'a str>,
    pipeline: &'a Pipeline,
    rows: Rows<'a>,
    ctx: &'a Context,
) -> Rows<'a> {
    let others = std::iter::once_with(move || match collection {
        Some(name) => ctx.collections.answer(name, &pipeline.stages, ctx),
        None => run_inside(&pipeline.stages, 0, Box::new(std::iter::empty()), ctx),
    });
    let others = others.flatten().map(|row| row.map_err(|error| error.inside("pipeline")));
    Box::new(rows.chain(others))
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
