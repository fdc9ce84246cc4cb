//! Measures of a user's own, such as `median:Total_Trans_Amt`: their pipelines, or why there are none.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]
#![expect(clippy::too_many_lines, reason = "what is expected is long")]

use catalog::Catalog;
use contract::Contract;
use expect_test::{Expect, expect};

/// All pipelines of a question, or its error.
#[track_caller]
fn check(by: &[&str], measures: &[&str], filter: Option<&str>, expected: &Expect) {
    let catalog = Catalog::built_in(&Contract::card()).unwrap_or_else(|faults| panic!("{faults}"));
    let topic = catalog.topic("health").expect("it is built in");
    let filter = filter.map(|filter| catalog.filter(filter).unwrap_or_else(|error| panic!("{error}")));
    let text = match catalog.compose(by, measures, filter.as_ref(), topic) {
        Ok(analysis) => {
            let each = analysis.queries().iter();
            let texts: Vec<String> =
                each.map(|(collection, pipeline)| pipeline::print::mongosh(collection, pipeline)).collect();
            for (_, pipeline) in analysis.queries() {
                let again = pipeline::parse_text(&pipeline::print::extended_json(pipeline));
                assert_eq!(again.as_ref(), Ok(pipeline));
                pipeline::check(pipeline, contract::CUSTOMERS, &catalog.schemas()).expect("it can run");
            }
            format!("{}\n{}\n", analysis.columns().join(" "), texts.join("\n"))
        }
        Err(error) => format!("error: {error}\n"),
    };
    expected.assert_eq(&text);
}

#[test]
fn quantiles_come_from_ranks_of_counted_values() {
    check(
        &["gender", "card"],
        &["customers", "median:Total_Trans_Amt"],
        Some("Customer_Age>40"),
        &expect![[r#"
        gender card customers median_Total_Trans_Amt median_Total_Trans_Amt_low median_Total_Trans_Amt_high
        db.customers.aggregate([
          { $match: { Customer_Age: { $gt: 40 } } },
          { $group: { _id: { gender: "$Gender", card: "$Card_Category" }, customers: { $sum: 1 } } },
          { $project: { _id: 0, gender: "$_id.gender", card: "$_id.card", customers: 1 } },
          {
            $addFields: {
              "order.card": { $indexOfArray: [["Blue", "Silver", "Gold", "Platinum"], "$card"] }
            }
          },
          { $sort: { gender: 1, "order.card": 1 } },
          { $unset: "order" }
        ])
        db.customers.aggregate([
          { $match: { Customer_Age: { $gt: 40 } } },
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
              _id: { gender: "$Gender", card: "$Card_Category", _value: "$transactions.Total_Trans_Amt" },
              n: { $sum: 1 }
            }
          },
          {
            $setWindowFields: {
              partitionBy: { gender: "$_id.gender", card: "$_id.card" },
              sortBy: { "_id._value": 1 },
              output: {
                reached: { $sum: "$n", window: { documents: ["unbounded", "current"] } },
                total: { $sum: "$n", window: { documents: ["unbounded", "unbounded"] } }
              }
            }
          },
          {
            $group: {
              _id: { gender: "$_id.gender", card: "$_id.card" },
              median_Total_Trans_Amt: {
                $min: {
                  $cond: [
                    { $gte: [{ $multiply: ["$reached", 1000] }, { $multiply: [500, "$total"] }] },
                    "$_id._value",
                    null
                  ]
                }
              },
              median_Total_Trans_Amt_low: {
                $min: {
                  $cond: [
                    {
                      $and: [
                        {
                          $gte: [
                            {
                              $floor: {
                                $subtract: [
                                  { $multiply: ["$total", 0.5] },
                                  {
                                    $multiply: [
                                      1.959963984540054,
                                      { $sqrt: { $multiply: ["$total", 0.25] } }
                                    ]
                                  }
                                ]
                              }
                            },
                            1
                          ]
                        },
                        {
                          $gte: [
                            "$reached",
                            {
                              $floor: {
                                $subtract: [
                                  { $multiply: ["$total", 0.5] },
                                  {
                                    $multiply: [
                                      1.959963984540054,
                                      { $sqrt: { $multiply: ["$total", 0.25] } }
                                    ]
                                  }
                                ]
                              }
                            }
                          ]
                        }
                      ]
                    },
                    "$_id._value",
                    null
                  ]
                }
              },
              median_Total_Trans_Amt_high: {
                $min: {
                  $cond: [
                    {
                      $gte: [
                        "$reached",
                        {
                          $add: [
                            {
                              $ceil: {
                                $add: [
                                  { $multiply: ["$total", 0.5] },
                                  {
                                    $multiply: [
                                      1.959963984540054,
                                      { $sqrt: { $multiply: ["$total", 0.25] } }
                                    ]
                                  }
                                ]
                              }
                            },
                            1
                          ]
                        }
                      ]
                    },
                    "$_id._value",
                    null
                  ]
                }
              }
            }
          },
          {
            $project: {
              _id: 0,
              gender: "$_id.gender",
              card: "$_id.card",
              median_Total_Trans_Amt: 1,
              median_Total_Trans_Amt_low: 1,
              median_Total_Trans_Amt_high: 1
            }
          },
          {
            $addFields: {
              "order.card": { $indexOfArray: [["Blue", "Silver", "Gold", "Platinum"], "$card"] }
            }
          },
          { $sort: { gender: 1, "order.card": 1 } },
          { $unset: "order" }
        ])
    "#]],
    );
}

#[test]
fn measures_of_one_value_share_a_pipeline() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap_or_else(|faults| panic!("{faults}"));
    let topic = catalog.topic("health").expect("it is built in");
    let measures = ["quartiles:spend", "p99.9:spend", "distinct:Total_Trans_Amt", "median:Customer_Age"];
    let analysis = catalog.compose(&[], &measures, None, topic).unwrap_or_else(|error| panic!("{error}"));
    // One of the customers, one for each of the two values.
    assert_eq!(analysis.queries().len(), 3);
    let is_end = |name: &String| name.ends_with("_low") || name.ends_with("_high");
    let (ends, values): (Vec<String>, Vec<String>) = analysis.columns().into_iter().partition(is_end);
    assert_eq!(ends.len(), 10);
    expect!["customers p25_Total_Trans_Amt median_Total_Trans_Amt p75_Total_Trans_Amt p99_9_Total_Trans_Amt distinct_Total_Trans_Amt median_Customer_Age"]
        .assert_eq(&values.join(" "));
}

#[test]
fn what_needs_no_ranks_stands_beside_the_others() {
    check(
        &["gender"],
        &[
            "min:Customer_Age",
            "max:age",
            "sd:Credit_Limit",
            "sum:Total_Trans_Ct",
            "mean:Customer_Age",
            "distinct:income",
        ],
        None,
        &expect![[r#"
            gender customers min_Customer_Age max_Customer_Age sd_Credit_Limit sum_Total_Trans_Ct mean_Customer_Age mean_Customer_Age_low mean_Customer_Age_high distinct_income
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
              {
                $group: {
                  _id: "$Gender",
                  customers: { $sum: 1 },
                  min_Customer_Age: { $min: "$Customer_Age" },
                  max_Customer_Age: { $max: "$Customer_Age" },
                  sd_Credit_Limit: { $stdDevSamp: "$transactions.Credit_Limit" },
                  sum_Total_Trans_Ct: { $sum: "$transactions.Total_Trans_Ct" },
                  mean_Customer_Age: { $avg: "$Customer_Age" },
                  mean_Customer_Age_squares: { $sum: { $multiply: ["$Customer_Age", "$Customer_Age"] } }
                }
              },
              {
                $project: {
                  _id: 0,
                  gender: "$_id",
                  customers: 1,
                  min_Customer_Age: 1,
                  max_Customer_Age: 1,
                  sd_Credit_Limit: 1,
                  sum_Total_Trans_Ct: 1,
                  mean_Customer_Age: 1,
                  mean_Customer_Age_squares: 1
                }
              },
              { $sort: { gender: 1 } }
            ])
            db.customers.aggregate([
              { $match: { Income_Category: { $nin: [null, "Unknown"] } } },
              { $group: { _id: { gender: "$Gender", _value: "$Income_Category" }, n: { $sum: 1 } } },
              {
                $group: { _id: "$_id.gender", distinct_income: { $sum: 1 }, distinct_income_n: { $sum: "$n" } }
              },
              { $project: { _id: 0, gender: "$_id", distinct_income: 1, distinct_income_n: 1 } },
              { $sort: { gender: 1 } }
            ])
        "#]],
    );
}

#[test]
fn what_is_no_statistic_is_refused_with_a_way_out() {
    for (measure, expected) in [
        (
            "medain:Customer_Age",
            expect![[r#"
            error: unknown statistic `medain`
            hint: the statistics are mean, median, quartiles, p90 (any percentile), min, max, sd, sum, distinct
        "#]],
        ),
        (
            "p100:Customer_Age",
            expect![[r#"
            error: `p100` is no percentile
            hint: a percentile is from `p0.1` to `p99.9`, with at most one decimal
        "#]],
        ),
        (
            "p0:Customer_Age",
            expect![[r#"
            error: `p0` is no percentile
            hint: a percentile is from `p0.1` to `p99.9`, with at most one decimal
        "#]],
        ),
        (
            "p99.99:Customer_Age",
            expect![[r#"
            error: `p99.99` is no percentile
            hint: a percentile is from `p0.1` to `p99.9`, with at most one decimal
        "#]],
        ),
        (
            "pX:Customer_Age",
            expect![[r#"
            error: unknown statistic `pX`
            hint: the statistics are mean, median, quartiles, p90 (any percentile), min, max, sd, sum, distinct
        "#]],
        ),
        (
            "median:Gender",
            expect![[r#"
            error: `Gender` is no number, so there is no `median` of it
            hint: `distinct:Gender` counts its values
        "#]],
        ),
        (
            "median:CLIENTNUM",
            expect![[r#"
            error: `CLIENTNUM` names a customer, so there is no `median` of it
            hint: `distinct:CLIENTNUM` counts its values
        "#]],
        ),
        (
            "median:Custmer_Age",
            expect![[r#"
            error: unknown field `Custmer_Age`
            hint: the nearest field is `Customer_Age`
        "#]],
        ),
        (
            "median:churn",
            expect![[r#"
            error: unknown field `churn`
            hint: `status` and `Attrition_Flag` mean this
        "#]],
        ),
        (
            "median:region",
            expect![[r#"
            error: `region` needs the role `region`, which this bank's contract does not have
        "#]],
        ),
        (
            "median:",
            expect![[r#"
                error: unknown field ``
                hint: see the fields of the bank's collections, and the dimensions of the catalog
            "#]],
        ),
    ] {
        check(&["gender"], &[measure], None, &expected);
    }
    check(
        &["gender"],
        &["median:Customer_Age", "p50:age"],
        None,
        &expect![[r#"
        error: the measure `median_Customer_Age` is named twice
    "#]],
    );
}

#[test]
fn a_question_of_totals_is_told_and_drawn_by_the_first_of_them() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap_or_else(|faults| panic!("{faults}"));
    let topic = catalog.topic("health").expect("it is built in");
    let told = |measures: &[&str]| {
        let analysis = catalog.compose(&["card"], measures, None, topic).unwrap_or_else(|error| panic!("{error}"));
        (analysis.finding, analysis.chart.map(|chart| chart.y.join(" ")).unwrap_or_default())
    };
    let extremes = |name: &str| catalog::Finding::Extremes(name.to_owned());
    assert_eq!(told(&["sum:spend"]), (extremes("sum_Total_Trans_Amt"), "sum_Total_Trans_Amt".to_owned()));
    assert_eq!(told(&["sd:spend", "customers"]), (extremes("sd_Total_Trans_Amt"), "sd_Total_Trans_Amt".to_owned()));
    assert_eq!(
        told(&["sum:spend", "mean:spend"]),
        (extremes("mean_Total_Trans_Amt"), "mean_Total_Trans_Amt".to_owned())
    );
    assert_eq!(told(&["customers", "sum:spend"]), (catalog::Finding::Largest, "customers".to_owned()));
    assert_eq!(told(&["share"]), (catalog::Finding::Largest, "customers".to_owned()));
}
