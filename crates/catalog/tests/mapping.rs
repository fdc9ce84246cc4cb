//! What stands in front of a pipeline over collections that another program loaded.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use catalog::{Analysis, Catalog};
use contract::Contract;
use expect_test::{ExpectFile, expect, expect_file};
use pipeline::print;

const CLUB: &str = r#"
title = "A club"
adopted = { customers = "members", transactions = "fees" }

[columns.member]
kind = "text"
role = "customer_key"
header = ["_id", "member"]

[columns.left]
kind = "category"
role = "closed"
header = "state.left"
categories = [{ value = "no", spellings = ["0", "false"] }, { value = "yes", spellings = ["1", "$"], closed = true }]

[columns.plan]
kind = "category"
role = "income"
detail = { field = "plan_info", unit = "dollars" }
categories = [{ value = "small", from = 0, to = 10 }, { value = "large", from = 10 }, { value = "?", missing = true }]

[columns.visits]
kind = "whole"
range = [0, 400]
missing = ["-1"]
header = "use.visits"

[columns.fee]
kind = "decimal"
range = [0, 99.5]
role = "spend"
scale = 0.01
collection = "transactions"

[columns.a_visit]
kind = "decimal"
range = [0, 100]
computed = "{ $divide: ['$fee', '$visits'] }"

[columns.town]
kind = "text"
role = "region"

[columns.joined]
kind = "date"
"#;

fn catalog() -> Catalog {
    Catalog::built_in(&Contract::parse("club.toml", CLUB).unwrap()).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The pipeline of a question, as it can be pasted.
fn check(by: &str, measure: &str, filter: Option<&str>, expected: &ExpectFile) {
    let catalog = catalog();
    let topic = Arc::clone(&catalog.topics()[0]);
    let by: Vec<&str> = if by.is_empty() { Vec::new() } else { vec![by] };
    let mut analysis: Analysis = catalog.compose(&by, &[measure], None, &topic).unwrap();
    if let Some(filter) = filter {
        analysis = analysis.with_filter(&catalog.filter(filter).unwrap());
    }
    let text = analysis.queries().iter().map(|(collection, pipeline)| print::mongosh(collection, pipeline));
    expected.assert_eq(&text.collect::<String>());
}

#[test]
fn only_what_is_read_is_made() {
    check("town", "customers", None, &expect_file!["mapping/read.txt"]);
}

#[test]
fn a_category_is_read_in_all_its_spellings() {
    check("left", "customers", Some("visits > 3"), &expect_file!["mapping/spelled.txt"]);
}

#[test]
fn what_is_joined_computed_or_follows_from_a_category_comes_behind() {
    check(
        "plan",
        "mean_a_visit",
        Some("joined >= '2026-01-31' and plan_info.Min < 5"),
        &expect_file!["mapping/joined.txt"],
    );
}

#[test]
fn the_documents_are_looked_at_first() {
    let catalog = catalog();
    let checks = catalog.mapping().unwrap().checks();
    let (collection, pipeline) = &checks.keys;
    expect_file!["mapping/keys.txt"].assert_eq(&print::mongosh(collection, pipeline));
    let (collection, pipeline) = checks.joins.as_ref().unwrap();
    expect![[r#"
        db.members.aggregate([
          { $lookup: { from: "fees", localField: "_id", foreignField: "member", as: "transactions" } },
          {
            $group: {
              _id: null,
              customers: { $sum: 1 },
              without: { $sum: { $cond: [{ $eq: [{ $size: "$transactions" }, 0] }, 1, 0] } },
              several: { $sum: { $cond: [{ $gt: [{ $size: "$transactions" }, 1] }, 1, 0] } }
            }
          }
        ])"#]]
    .assert_eq(&print::mongosh(collection, pipeline));
    let row = bson::doc! { "customers": 9, "n_0": 0, "n_1": 3_i64, "example_1": "medium" };
    let refused: Vec<String> =
        checks.refused(&row).iter().map(|one| format!("{} {} {}", one.column, one.n, one.example)).collect();
    assert_eq!(refused, ["plan 3 medium"]);
    let row = bson::doc! { "customers": 9, "there_0": 9, "there_1": 1, "there_2": 2, "there_3": 3, "there_4": 4 };
    assert_eq!(checks.absent(&row), ["joined"]);
}

#[test]
fn a_contract_that_documents_cannot_have_is_refused() {
    let numbered = CLUB.replace(
        "kind = \"text\"\nrole = \"customer_key\"\nheader = [\"_id\", \"member\"]",
        "kind = \"whole\"\nrange = [1, 9]\nrole = \"customer_key\"\nnumbered = true",
    );
    let faults = Catalog::built_in(&Contract::parse("club.toml", &numbered).unwrap()).unwrap_err();
    expect![[r#"
        the key `member` numbers the rows of a file, and documents have none
        hint: name the field that is the key: `header = "_id"`"#]]
    .assert_eq(&faults.to_string());
}

#[test]
fn whole_documents_have_no_transactions_that_were_not_joined() {
    let club = CLUB.replace("'$fee', '$visits'", "'$visits', 12");
    let catalog = Catalog::built_in(&Contract::parse("club.toml", &club).unwrap()).unwrap();
    let shown = |text: &str| {
        let (collection, pipeline) = catalog.mapping().unwrap().query(&pipeline::parse_text(text).unwrap());
        print::mongosh(&collection, &pipeline)
    };
    let all = shown("[{$limit: 1}]");
    assert!(all.contains("town: {") && all.contains("plan_info: {") && !all.contains("transactions.fee\": {"), "{all}");
    let none = shown("[{$count: 'n'}]");
    assert_eq!(none, "db.members.aggregate([\n  { $project: { _id: 1 } },\n  { $count: \"n\" }\n])");
}

#[test]
fn what_names_a_person_is_no_example_of_a_refused_value() {
    let text = "title = 't'\nadopted = { transactions = 'fees' }\n[columns.k]\nkind = 'text'\nrole = 'customer_key'\n\
                [columns.name]\nkind = 'text'\ndirect_identifier = true\n[columns.joined]\nkind = 'date'\n";
    let refusals = |text: &str| {
        let catalog = Catalog::built_in(&Contract::parse("t.toml", text).unwrap()).unwrap();
        let (collection, pipeline) = catalog.mapping().unwrap().checks().refusals.clone();
        print::mongosh(&collection, &pipeline)
    };
    expect_file!["mapping/refusals.txt"].assert_eq(&refusals(text));
    let joined = refusals(&text.replace("kind = 'date'", "kind = 'date'\ncollection = 'transactions'"));
    assert!(joined.contains("$lookup") && joined.contains("$transactions.joined"), "{joined}");
}

#[test]
fn an_analysis_cannot_read_adopted_collections_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    fs_err::create_dir(folder.path().join("status")).unwrap();
    let text = "title = \"T\"\nquestion = \"Q?\"\nby = [\"left\"]\nmeasures = [\"customers\"]\nfinding = \"largest\"\nreading = \"R\"\n";
    fs_err::write(folder.path().join("status/mine.toml"), text).unwrap();
    let stages = "[{$lookup: {from: 'transactions', pipeline: [{$count: 'n'}], as: 'o'}}, {$group: {_id: '$left', customers: {$sum: 1}}}]";
    fs_err::write(folder.path().join("status/mine.json"), stages).unwrap();
    let faults = catalog().with_folder(folder.path()).unwrap_err().to_string();
    expect!["`$lookup` reads collections of a bank as they are, and those of this one are adopted"]
        .assert_eq(faults.lines().next().unwrap());
}
