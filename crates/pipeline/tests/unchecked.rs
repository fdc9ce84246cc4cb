//! What is parsed for a server: names that are not known here stay as they stand, what writes is always known.
//!
//! In: texts of pipelines. Out: the stages as they are printed, and what was not checked of them; or the refusal.

use pipeline::ast::{Reads, Stage};
use pipeline::{Language, Names, Pipeline, Script, parse_script, print};

/// The pipeline for a server; it is printed as `text` is.
#[track_caller]
fn kept(text: &str) -> (Pipeline, Script) {
    let (pipeline, script) =
        parse_script(text, Language::Mongosh, Names::Any).unwrap_or_else(|error| panic!("{error}"));
    let value = pipeline::read(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(print::to_bson(&pipeline), value, "{text}");
    (pipeline, script)
}

#[track_caller]
fn refused(text: &str, message: &str) {
    match parse_script(text, Language::Mongosh, Names::Any) {
        Ok((pipeline, _)) => panic!("accepted: {}", print::extended_json(&pipeline)),
        Err(error) => assert_eq!(error.message(), message, "{text}"),
    }
}

fn is_unchecked(stage: &Stage) -> bool {
    matches!(stage, Stage::Unchecked(_))
}

#[test]
fn an_unknown_name_inside_a_pipeline_with_variables_is_passed_on() {
    let text = "[{$lookup: {from: 'b', let: {x: '$a'}, pipeline: [{$match: {$expr: {$newer: ['$$x', 1]}}}], as: 'y'}}]";
    let (pipeline, script) = kept(text);
    assert!(is_unchecked(&pipeline.stages[0]));
    assert_eq!(pipeline.collections(), ["b"]);
    let place = "stage 1, `$lookup.pipeline`: stage 1, `$match.$expr.$newer`";
    let places: Vec<_> = script.unchecked.iter().filter_map(|error| error.place()).collect();
    assert_eq!(places, [place]);
}

#[test]
fn what_writes_is_known_behind_a_stage_that_is_not() {
    let (pipeline, script) = kept("[{$newer: {a: 1}}, {$out: 'x'}]");
    assert!(is_unchecked(&pipeline.stages[0]));
    assert_eq!(
        pipeline.writes().map(|(stage, target)| (stage.name(), target.collection.as_str())),
        Some(("$out", "x"))
    );
    assert_eq!(script.unchecked.len(), 1);
    let text = "[{$newer: 1}, {$merge: {into: 'x', whenMatched: [{$newer: 1}]}}]";
    refused(text, "unknown stage `$newer`");
}

#[test]
fn what_stands_in_the_wrong_place_is_refused_beside_an_unknown_stage() {
    refused("[{$out: 'x'}, {$newer: 1}]", "`$out` can only be the last stage");
    refused("[{$newer: 1}, {$documents: []}]", "`$documents` can only be the first stage");
    refused("[{$facet: {a: [{$newer: 1}, {$out: 'x'}]}}]", "unknown stage `$newer`");
}

#[test]
fn an_unknown_stage_may_read_and_change_anything() {
    let (pipeline, _) = kept("[{$newer: 1}, {$project: {_id: 0, a: 1}}]");
    assert!(Reads::of_stages(&pipeline.stages).is_whole());
    assert!(!pipeline.stages[0].hides_its_input());
}

#[test]
fn an_unknown_operator_at_the_top_of_a_query_is_passed_on() {
    for text in ["[{$match: {$newer: {a: 1}}}]", "[{$match: {$and: [{$newer: 1}]}}]", "[{$match: {a: {$newer: 1}}}]"] {
        let (pipeline, script) = kept(text);
        assert!(is_unchecked(&pipeline.stages[0]), "{text}");
        assert_eq!(script.unchecked[0].unknown_name(), Some("$newer"), "{text}");
    }
    // A name that is nearly one of ours is asked of the server, too; the error that is kept names ours.
    let (_, script) = kept("[{$match: {$nro: [{a: 1}]}}]");
    assert!(script.unchecked[0].to_string().contains("`$nor`"), "{}", script.unchecked[0]);
}
