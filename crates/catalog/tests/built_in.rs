//! The catalog that the project comes with: without a fault, and its pipelines as one would write them.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use catalog::Catalog;
use contract::Contract;
use expect_test::{Expect, expect};

fn built_in() -> Catalog {
    Catalog::built_in(&Contract::card()).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn it_has_no_fault_and_all_three_topics() {
    let catalog = built_in();
    let words: Vec<&str> = catalog.topics().iter().map(|topic| topic.word.as_str()).collect();
    assert_eq!(words, ["segment", "status", "health"]);
    for topic in catalog.topics() {
        assert!(catalog.analyses_of(topic).count() >= 10, "{topic:?}");
        let names: Vec<&str> = catalog.analyses_of(topic).map(|analysis| analysis.name.as_str()).collect();
        assert_eq!(names, topic.analyses, "every analysis of ours has its place in the topic");
    }
    for analysis in catalog.analyses() {
        assert!(!analysis.queries().is_empty(), "{}", analysis.name);
        assert!(!analysis.reading.is_empty() && analysis.question.ends_with('?'), "{}", analysis.name);
    }
}

#[test]
fn no_pipeline_needs_a_server_newer_than_5_0_or_gathers_a_group() {
    const REFUSED: [&str; 16] = [
        "$percentile",
        "$median",
        "$top",
        "$bottom",
        "$topN",
        "$bottomN",
        "$firstN",
        "$lastN",
        "$maxN",
        "$minN",
        "$push",
        "$addToSet",
        "$sortArray",
        "$fill",
        "$densify",
        "$mergeObjects",
    ];
    for analysis in built_in().analyses() {
        for (_, pipeline) in analysis.queries() {
            let text = pipeline::print::extended_json(pipeline);
            for name in REFUSED {
                assert!(!text.contains(&format!("\"{name}\"")), "{}: {name}", analysis.name);
            }
            assert_eq!(pipeline::parse_text(&text).as_ref(), Ok(pipeline), "{}", analysis.name);
        }
    }
}

/// Composes a question and prints its pipeline.
#[track_caller]
fn check(by: &[&str], measures: &[&str], filter: Option<&str>, expected: &Expect) {
    let catalog = built_in();
    let text = filter
        .map(|filter| catalog.filter(filter))
        .transpose()
        .and_then(|filter| catalog.compose(by, measures, filter.as_ref(), catalog.topic("segment")?))
        .map_or_else(
            |error| format!("error: {error}\n"),
            |analysis| {
                let (collection, pipeline) = &analysis.queries()[0];
                pipeline::print::mongosh(collection, pipeline)
            },
        );
    expected.assert_eq(&text);
}

#[test]
fn a_question_about_customers_alone_needs_no_join() {
    check(
        &["gender", "card"],
        &["customers", "closure_rate"],
        None,
        &expect![[r#"
        db.customers.aggregate([
          {
            $group: {
              _id: { gender: "$Gender", card: "$Card_Category" },
              customers: { $sum: 1 },
              closed: { $sum: { $cond: [{ $eq: ["$Attrition_Flag", "Attrited Customer"] }, 1, 0] } }
            }
          },
          {
            $project: {
              _id: 0,
              gender: "$_id.gender",
              card: "$_id.card",
              customers: 1,
              closed: 1,
              closure_rate: { $divide: ["$closed", "$customers"] }
            }
          },
          {
            $addFields: {
              "order.card": { $indexOfArray: [["Blue", "Silver", "Gold", "Platinum"], "$card"] }
            }
          },
          { $sort: { gender: 1, "order.card": 1 } },
          { $unset: "order" }
        ])"#]],
    );
}

#[test]
fn filters_stand_where_their_fields_are() {
    let filter = Some("Customer_Age>=45 and Months_Inactive_12_mon in 1,2");
    check(
        &["dependents"],
        &["mean_limit"],
        filter,
        &expect![[r#"
            db.customers.aggregate([
              { $match: { Customer_Age: { $gte: 45 }, Months_Inactive_12_mon: { $in: [1, 2] } } },
              {
                $lookup: {
                  from: "transactions",
                  localField: "CLIENTNUM",
                  foreignField: "CLIENTNUM",
                  as: "transactions"
                }
              },
              { $unwind: "$transactions" },
              {
                $group: {
                  _id: "$Dependent_count",
                  customers: { $sum: 1 },
                  mean_limit: { $avg: "$transactions.Credit_Limit" },
                  mean_limit_squares: {
                    $sum: { $multiply: ["$transactions.Credit_Limit", "$transactions.Credit_Limit"] }
                  }
                }
              },
              { $project: { _id: 0, dependents: "$_id", customers: 1, mean_limit: 1, mean_limit_squares: 1 } },
              { $sort: { dependents: 1 } }
            ])"#]],
    );
}

#[test]
fn plain_columns_are_dimensions_too() {
    check(
        &["Months_Inactive_12_mon"],
        &["customers"],
        None,
        &expect![[r#"
            db.customers.aggregate([
              { $group: { _id: "$Months_Inactive_12_mon", customers: { $sum: 1 } } },
              { $project: { _id: 0, Months_Inactive_12_mon: "$_id", customers: 1 } },
              { $sort: { Months_Inactive_12_mon: 1 } }
            ])"#]],
    );
}

#[test]
fn a_filter_alone_may_need_the_join() {
    check(
        &[],
        &["customers"],
        Some("Credit_Limit > 30000"),
        &expect![[r#"
        db.customers.aggregate([
          {
            $lookup: {
              from: "transactions",
              localField: "CLIENTNUM",
              foreignField: "CLIENTNUM",
              as: "transactions"
            }
          },
          { $unwind: "$transactions" },
          { $match: { "transactions.Credit_Limit": { $gt: 30000 } } },
          { $group: { _id: null, customers: { $sum: 1 } } },
          { $project: { _id: 0, customers: 1 } }
        ])"#]],
    );
}

#[test]
fn a_filter_by_way_of_the_root_needs_the_join() {
    let filter = Some("{$expr: {$gt: ['$$ROOT.transactions.Credit_Limit', 5]}}");
    check(
        &[],
        &["customers"],
        filter,
        &expect![[r#"
        db.customers.aggregate([
          {
            $lookup: {
              from: "transactions",
              localField: "CLIENTNUM",
              foreignField: "CLIENTNUM",
              as: "transactions"
            }
          },
          { $unwind: "$transactions" },
          { $match: { $expr: { $gt: ["$$ROOT.transactions.Credit_Limit", 5] } } },
          { $group: { _id: null, customers: { $sum: 1 } } },
          { $project: { _id: 0, customers: 1 } }
        ])"#]],
    );
    check(
        &[],
        &["customers"],
        Some("{$expr: {$ne: ['$$ROOT', null]}}"),
        &expect![[r#"
        db.customers.aggregate([
          {
            $lookup: {
              from: "transactions",
              localField: "CLIENTNUM",
              foreignField: "CLIENTNUM",
              as: "transactions"
            }
          },
          { $unwind: "$transactions" },
          { $match: { $expr: { $ne: ["$$ROOT", null] } } },
          { $group: { _id: null, customers: { $sum: 1 } } },
          { $project: { _id: 0, customers: 1 } }
        ])"#]],
    );
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    check(
        &["agee_band"],
        &[],
        None,
        &expect![[r#"
            error: unknown dimension `agee_band`
            hint: the nearest dimension is `age_band`
        "#]],
    );
    check(
        &["agee"],
        &[],
        None,
        &expect![[r#"
            error: unknown dimension `agee`
            hint: `age_band` and `Customer_Age` mean `age`
        "#]],
    );
    check(
        &["spnding"],
        &[],
        None,
        &expect![[r#"
            error: unknown dimension `spnding`
            hint: `spend_band`, `behaviour` and `Total_Trans_Amt` mean `spending`
        "#]],
    );
    check(
        &["gender"],
        &["attrition"],
        None,
        &expect![[r#"
            error: unknown measure `attrition`
            hint: `closure_rate`, `closed` and `share_of_closed` mean this
        "#]],
    );
    check(
        &["gender", "gender"],
        &[],
        None,
        &expect![[r#"
        error: the dimension `gender` is named twice
    "#]],
    );
}

#[test]
fn columns_of_many_values_are_refused_with_their_band() {
    check(
        &["Credit_Limit"],
        &[],
        None,
        &expect![[r#"
            error: `Credit_Limit` may hold any number, so customers are not grouped by it
            hint: the dimension `limit_band` puts its values in bands
        "#]],
    );
    check(
        &["CLIENTNUM"],
        &[],
        None,
        &expect![[r#"
            error: `CLIENTNUM` names the customers, so each would be a group of its own
            hint: a list of customers shows each in a row
        "#]],
    );
}

#[test]
fn a_measure_is_shown_with_a_pipeline_to_paste() {
    expect![[r#"
        measure closure_rate: Closure rate

        db.customers.aggregate([
          {
            $group: {
              _id: null,
              customers: { $sum: 1 },
              closed: { $sum: { $cond: [{ $eq: ["$Attrition_Flag", "Attrited Customer"] }, 1, 0] } }
            }
          },
          {
            $project: {
              _id: 0,
              customers: 1,
              closed: 1,
              closure_rate: { $divide: ["$closed", "$customers"] }
            }
          }
        ])
    "#]]
    .assert_eq(&built_in().show("closure_rate").unwrap());
    expect![[r#"
        no analysis, dimension or measure is called `attrition_rat`
        hint: the nearest name is `attrition_rate`"#]]
    .assert_eq(&built_in().show("attrition_rat").unwrap_err().to_string());
}
