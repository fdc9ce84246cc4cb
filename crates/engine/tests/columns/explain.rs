//! What becomes of a pipeline is counted, stage by stage: these pin it, without a clock.

use crate::nasty_bank::both;
use expect_test::{Expect, expect};
use pipeline::parse_text;

fn check(text: &str, expected: &Expect) {
    let (columns, documents) = both();
    let pipeline = parse_text(text).expect("a pipeline");
    let explain = columns.explain("customers", &pipeline).expect("an answer");
    expected.assert_eq(&explain.to_string());
    // The last stage gives as many rows, whichever way.
    let plain = documents.explain("customers", &pipeline).expect("an answer");
    assert_eq!(explain.stages.last().map(|stage| stage.rows_out), plain.stages.last().map(|stage| stage.rows_out));
    assert!(plain.stages.iter().all(|stage| stage.how == "row mode"));
}

#[test]
fn a_join_in_order_hashes_nothing_and_a_group_is_dense() {
    check(
        r#"[{$lookup: {from: "transactions", localField: "id", foreignField: "_id", as: "t"}}, {$unwind: "$t"},
            {$match: {text: "F"}},
            {$group: {_id: {card: "$card", flag: "$flag"}, mean: {$avg: "$t.tame"}, most: {$max: "$t.amount"}}},
            {$sort: {mean: -1}}]"#,
        &expect![[r#"
            scan: 317 rows, 5 columns (text, card, flag, tame, amount)
            rewritten: push match
              1. $match: filter by lookup table (317 → 57 rows)
              2. $lookup: aligned join, no hashing: the other collection's columns stand beside (57 → 57 rows)
              3. $unwind: part of the join: at most one match for each row (57 → 57 rows)
              4. $group: group dense, 2 keys → 9 cells (57 → 9 rows)
              5. $sort: row mode (9 → 9 rows)
        "#]],
    );
}

#[test]
fn a_band_is_a_table_and_reads_one_column() {
    check(
        r#"[{$set: {band: {$switch: {branches: [{case: {$lt: ["$age", 5]}, then: "young"}], default: "old"}}}},
            {$match: {band: "old"}}, {$sortByCount: "$band"}]"#,
        &expect![[r#"
            scan: 317 rows, 1 column (age)
            rewritten: sort by count to group
              1. $set: columns only (317 → 317 rows)
              2. $match: filter by lookup table (317 → 233 rows)
              3. $group: group dense, 1 key → 2 cells (233 → 1 row)
              4. $sort: row mode (1 → 1 row)
        "#]],
    );
}

#[test]
fn first_rows_are_found_without_sorting_the_others() {
    check(
        r#"[{$sort: {age: -1, id: 1}}, {$skip: 2}, {$limit: 3}, {$project: {card: 1}}]"#,
        &expect![[r#"
        scan: 317 rows, 3 columns (id, card, age)
          1. $sort: top 5 (317 → 317 rows)
          2. $skip: part of the top (317 → 317 rows)
          3. $limit: part of the top (317 → 3 rows)
          4. $project: row mode (3 → 3 rows)
    "#]],
    );
}

#[test]
fn a_limit_stops_reading() {
    check(
        r#"[{$match: {age: {$gte: 0}}}, {$limit: 3}, {$project: {age: 1}}]"#,
        &expect![[r#"
        scan: 130 rows, 2 columns (id, age)
          1. $match: filter by lookup table (130 → 115 rows)
          2. $limit: stops reading when it has enough (115 → 3 rows)
          3. $project: row mode (3 → 3 rows)
    "#]],
    );
}

#[test]
fn counting_reads_no_column() {
    check(
        r#"[{$count: "n"}]"#,
        &expect![[r#"
            scan: 317 rows, no columns
            rewritten: count to group
              1. $group: one group (317 → 1 row)
              2. $project: row mode (1 → 1 row)
        "#]],
    );
}

#[test]
fn what_columns_cannot_do_runs_row_by_row_on_the_fields_that_are_read() {
    check(
        r#"[{$match: {$or: [{name: /^a/}, {"code.a": 300}]}}, {$unwind: "$card"},
            {$group: {_id: "$card", top: {$top: {sortBy: {age: -1}, output: "$id"}}}}]"#,
        &expect![[r#"
            scan: 317 rows, 5 columns (id, card, age, code.a, name)
              1. $match: filter by combined filters (317 → 129 rows)
              2. $unwind: row mode (129 → 129 rows)
              3. $group: row mode (129 → 3 rows)
        "#]],
    );
}

#[test]
fn ids_are_grouped_by_hash() {
    check(
        r#"[{$group: {_id: "$name", all: {$push: "$age"}}}, {$match: {_id: "a"}}]"#,
        &expect![[r#"
            scan: 317 rows, 2 columns (age, name)
              1. $group: group by hash, 1 key; row by row: all (317 → 4 rows)
              2. $match: row mode (4 → 1 row)
        "#]],
    );
}
