//! `$facet`: one document with an array for each of several pipelines over the same documents.

use bson::{Bson, Document};
use pipeline::Pipeline;

use super::{Context, Rows, deferred, run_inside, size};
use crate::Error;

pub(super) fn run<'a>(facets: &'a [(String, Pipeline)], rows: Rows<'a>, ctx: &'a Context) -> Rows<'a> {
    deferred(move || {
        let mut held = ctx.brake.hold("$facet");
        let rows = rows
            .map(|row| {
                let row = row?;
                held.add(|| size::in_memory(&row)).map(|()| row)
            })
            .collect::<Result<Vec<Document>, Error>>()?;
        let mut output = Document::new();
        for (name, pipeline) in facets {
            let input = ctx.brake.watch(Box::new(rows.iter().cloned().map(Ok)));
            let answer = run_inside(&pipeline.stages, 0, input, ctx)
                .map(|row| {
                    let row = row.map_err(|error| error.inside(name))?;
                    held.add(|| size::in_memory(&row))?;
                    Ok(Bson::Document(row))
                })
                .collect::<Result<Vec<Bson>, Error>>()?;
            output.insert(name.as_str(), answer);
        }
        size::check(output).map(|output| vec![output])
    })
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn every_pipeline_sees_all_documents() {
        check(
            "[{$facet: {n: [{$count: 'n'}], first: [{$limit: 1}]}}]",
            "{a: 1}\n{a: 2}",
            "{n: [{n: 2}], first: [{a: 1}]}",
        );
        check("[{$facet: {n: [{$count: 'n'}]}}]", "", "{n: []}");
    }
}
