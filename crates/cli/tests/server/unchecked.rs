//! Stages and operators that only the server knows, and texts that name a database.

use crate::program::Program;

/// A bank on a server with two collections, and the same in a folder.
fn banks(test: &str) -> Option<(Program, String)> {
    let uri = mongod::bank(test)?;
    let program = Program::new();
    for (name, text) in [("here", "{_id: 1, a: 2}\n{_id: 2, a: 3}\n"), ("there", "{_id: 3, a: 4}\n")] {
        fs_err::write(program.path("rows.ndjson"), text).unwrap();
        for bank in [uri.as_str(), "b.sphere"] {
            program.fine(&["import", "--into", name, "rows.ndjson", "--bank", bank]);
        }
    }
    Some((program, uri))
}

/// An operator that runs on a server alone: JavaScript.
const DOUBLED: &str = "{$function: {body: function(a) { return a * 2; }, args: ['$a'], lang: 'js'}}";

#[test]
fn the_server_decides_on_what_is_not_known_here() {
    let Some((program, uri)) = banks("the_server_decides_on_what_is_not_known_here") else { return };
    let doubled = format!("[{{$sort: {{_id: 1}}}}, {{$project: {{b: {DOUBLED}}}}}]");
    let (code, rows, said) = program.run(&["aggregate", "here", &doubled, "--bank", &uri]);
    assert_eq!((code, rows.as_str()), (Some(0), "{\"_id\": 1, \"b\": 4.0}\n{\"_id\": 2, \"b\": 6.0}\n"), "{said}");
    let notice = "notice: stage 2, `$project.b.$function`: not known here, so it was not checked: the server decides\n";
    assert_eq!(said, notice);
    let refused = program.fails(&["aggregate", "here", &doubled, "--bank", "b.sphere"]);
    assert!(refused.starts_with("error: the operator `$function` is not supported yet"), "{refused}");

    // The names of collections inside are those that users know.
    let both =
        format!("[{{$unionWith: {{coll: 'there', pipeline: [{{$project: {{b: {DOUBLED}}}}}]}}}}, {{$count: 'n'}}]");
    assert_eq!(program.fine(&["aggregate", "here", &both, "--bank", &uri]), "{\"n\": 3}\n");
    assert!(program.fine(&["aggregate", "here", "[{$indexStats: {}}]", "--bank", &uri]).contains("\"_id_\""));
}

#[test]
fn misspelt_names_and_what_writes_are_refused_there_too() {
    let Some((program, uri)) = banks("misspelt_names_and_what_writes_are_refused_there_too") else { return };
    for (pipeline, told) in [
        ("[{$gruop: {_id: null}}]", "error: unknown stage `$gruop`\n  at stage 1, `$gruop`"),
        ("[{$project: {x: {$sbutract: [1, 2]}}}]", "error: unknown operator `$sbutract`\n  at stage 1"),
        ("[{$match: {a: {$gtt: 1}}}]", "error: unknown query operator `$gtt`\n  at stage 1"),
        ("[{$changeStream: {}}]", "error: the stage `$changeStream` is not supported yet"),
        ("db.there.aggregate([])", "error: the text runs on the collection `there`, but `here` is asked"),
        ("use other\ndb.here.aggregate([])", "error: the text runs on the database `other`, but this bank is"),
    ] {
        let said = program.fails(&["aggregate", "here", pipeline, "--bank", &uri]);
        assert!(said.starts_with(told), "{pipeline}: {said}");
    }
    let near = program.fails(&["aggregate", "here", "[{$gruop: {_id: null}}]", "--bank", &uri]);
    assert!(near.contains("hint: the nearest stage is `$group`"), "{near}");
}

#[test]
fn the_time_that_a_text_allows_is_the_servers() {
    let Some((program, uri)) = banks("the_time_that_a_text_allows_is_the_servers") else { return };
    let slow = "{$function: {body: function() { sleep(3000); return 1; }, args: [], lang: 'js'}}";
    let text = format!("db.here.aggregate([{{$project: {{x: {slow}}}}}], {{maxTimeMS: 100}})");
    let said = program.fails(&["aggregate", "here", &text, "--bank", &uri]);
    assert!(said.contains("time"), "{said}");
}

#[test]
fn what_is_told_has_an_order_and_what_writes_still_writes() {
    let Some((program, uri)) = banks("what_is_told_has_an_order_and_what_writes_still_writes") else {
        return;
    };
    let doubled = format!("[{{$match: {{a: 0, a: 3}}}}, {{$project: {{b: {DOUBLED}}}}}, {{$out: 'doubled'}}]");
    let here = "[{$match: {a: 0, a: 3}}, {$sort: {colour: 1}}, {$count: 'n'}]";
    let unchecked = "stage 2, `$project.b.$function`: not known here";
    let cases = [
        (doubled.as_str(), uri.as_str(), vec!["written into `doubled`", "the key `a` appears twice", unchecked]),
        (here, "b.sphere", vec!["the key `a` appears twice", "unknown field `colour`"]),
    ];
    for (pipeline, bank, parts) in cases {
        let (code, _, said) = program.run(&["aggregate", "here", pipeline, "--bank", bank]);
        let notices: Vec<&str> = said.lines().filter(|line| line.starts_with("notice: ")).collect();
        assert_eq!((code, notices.len()), (Some(0), parts.len()), "{said}");
        for (notice, part) in notices.iter().zip(parts) {
            assert!(notice.contains(part), "{part}: {said}");
        }
    }
    assert_eq!(program.fine(&["aggregate", "doubled", "[]", "--bank", &uri]), "{\"_id\": 2, \"b\": 6.0}\n");

    // A name that is unknown in a pipeline with variables goes to the server with its stage.
    let joined = format!(
        "[{{$lookup: {{from: 'there', let: {{x: '$a'}}, pipeline: [{{$project: {{b: {DOUBLED}, x: '$$x'}}}}], as: 't'}}}}, {{$limit: 1}}]"
    );
    let (code, rows, said) = program.run(&["aggregate", "here", &joined, "--bank", &uri]);
    assert_eq!(code, Some(0), "{said}");
    assert!(rows.contains("\"t\": [{\"_id\": 3, \"b\": 8.0, \"x\": 2}]"), "{rows}");
    assert!(said.contains("not known here, so it was not checked"), "{said}");
}
