//! Groups of customers: their order, their intervals, what is unknown of them, which of them are ranked.

use bson::Document;
use expect_test::expect;
use insight::{Answer, Cell, Statistic, answer};

use crate::bench::{answered, built_in, check, question, rows};

#[test]
fn groups_come_in_natural_order_unknown_last_small_ones_unranked() {
    let by_income = question(&["income"], &["closure_rate"]);
    check(
        &by_income,
        r#"[
            {income: "Unknown", customers: 400, closed: 399, closure_rate: 0.9975},
            {income: "$120K +", customers: 20, closed: 20, closure_rate: 1},
            {income: "Less than $40K", customers: 300, closed: 30, closure_rate: 0.1},
            {income: "$60K - $80K", customers: 200, closed: 60, closure_rate: 0.3},
        ]"#,
        &expect![[r#"
            income | customers | closure_rate | closure_rate_low | closure_rate_high
            Less than $40K | 300 | 0.1000 | 0.0709 | 0.1392
            $60K - $80K | 200 | 0.3000 | 0.2407 | 0.3668
            $120K + | 20 | 1.0000 | 0.8389 | 1.0000
            Unknown | 400 | 0.9975 | 0.9860 | 0.9996

            Of the groups of 30 customers or more, the closure rate is highest among customers earning $60K to $80K, 30.0 % of 200 (95 % interval 24.1 to 36.7 %), and lowest among customers earning less than $40K, 10.0 % of 300 (95 % interval 7.1 to 13.9 %). Taken together, the groups differ by more than chance would explain (p < 0.001, tested by itself); the effect is medium (Cramér's V 0.45).
            note: A small group of fewer than 30 customers is shown and not ranked: $120K + (20); the test counts all groups of known answers.
            note: “Income” is not known for 400 customers (43.5 %): they are shown last and not interpreted.
        "#]],
    );
}

#[test]
fn a_difference_that_may_be_chance_is_called_so() {
    check(
        &question(&["gender"], &["closure_rate"]),
        r#"[{gender: "F", customers: 100, closed: 17, closure_rate: 0.17},
            {gender: "M", customers: 100, closed: 15, closure_rate: 0.15}]"#,
        &expect![[r#"
            gender | customers | closure_rate | closure_rate_low | closure_rate_high
            F | 100 | 0.1700 | 0.1089 | 0.2555
            M | 100 | 0.1500 | 0.0931 | 0.2328

            No group clearly has the highest or the lowest closure rate: it goes from 15.0 % of 100 (95 % interval 9.3 to 23.3 %) among men to 17.0 % of 100 (95 % interval 10.9 to 25.5 %) among women. Taken together, differences of this size can well be chance (p = 0.700, tested by itself).
        "#]],
    );
}

#[test]
fn means_stand_with_their_intervals() {
    check(
        &question(&["dependents"], &["mean_contacts"]),
        r#"[{dependents: 2, customers: 40, mean_contacts: 2.5, mean_contacts_squares: 300},
            {dependents: 10, customers: 50, mean_contacts: 1.0, mean_contacts_squares: 90},
            {dependents: 3, customers: 1, mean_contacts: 6.0, mean_contacts_squares: 36}]"#,
        &expect![[r#"
            dependents | customers | mean_contacts | mean_contacts_low | mean_contacts_high
            2 | 40 | 2.5000 | 2.1379 | 2.8621
            3 | 1 | 6.0000 | – | –
            10 | 50 | 1.0000 | 0.7432 | 1.2568

            Of the groups of 30 customers or more, the mean number of contacts is highest among customers with 2 dependents, 2.50 (95 % interval 2.14 to 2.86), and lowest among customers with 10 dependents, 1.00 (95 % interval 0.743 to 1.26). Taken together, the groups differ by more than chance would explain (p < 0.001, tested by itself); the effect is large (35.7 % of the variance lies between the groups).
            note: A small group of fewer than 30 customers is shown and not ranked: 3 (1).
        "#]],
    );
}

#[test]
fn nothing_to_count_is_said_plainly() {
    for analysis in built_in().analyses() {
        let none = vec![Vec::new(); analysis.queries().len()];
        let answer = answer(analysis, &none).unwrap();
        assert!(!answer.sentence().is_empty(), "{}", analysis.name);
        assert!(!answer.sentence().contains("NaN"), "{}: {}", analysis.name, answer.sentence());
        assert!(answer.test.is_none(), "{}", analysis.name);
    }
}

#[test]
fn a_total_over_all_customers_needs_no_dimension() {
    check(
        &question(&[], &["mean_age", "closure_rate"]),
        "[{customers: 837, mean_age: 46.878828, mean_age_squares: 1860000, closed: 100, closure_rate: 0.119474}]",
        &expect![[r#"
            customers | mean_age | mean_age_low | mean_age_high | closure_rate | closure_rate_low | closure_rate_high
            837 | 46.8788 | 46.5421 | 47.2155 | 0.1195 | 0.0992 | 0.1432

            Over 837 customers the mean age is 46.9 years (95 % interval 46.5 to 47.2) and the closure rate is 11.9 % (95 % interval 9.9 to 14.3 %).
        "#]],
    );
}

#[test]
fn unknown_answers_are_told_within_the_groups_with_the_range_that_they_leave() {
    let catalog = built_in();
    // The real file's figures.
    let rows = r#"[{gender: "F", income: "Less than $40K", customers: 3284}, {gender: "F", income: "$40K - $60K", customers: 1014},
                   {gender: "F", income: "Unknown", customers: 1060}, {gender: "M", income: "Less than $40K", customers: 277},
                   {gender: "M", income: "$40K - $60K", customers: 776}, {gender: "M", income: "$60K - $80K", customers: 1402},
                   {gender: "M", income: "$80K - $120K", customers: 1535}, {gender: "M", income: "$120K +", customers: 727},
                   {gender: "M", income: "Unknown", customers: 52}]"#;
    let notes = answered(catalog.analysis("gender_by_income").unwrap(), rows).notes();
    assert_eq!(
        notes,
        [
            "“Income” is not known for 1,112 customers (11.0 %): they are shown last and not interpreted. That is 19.8 % of women \
             and 1.1 % of men.",
            "As unknown answers may be any, from 61.3 % to 81.1 % of all 5,358 women may be customers earning less than $40K.",
        ]
    );
}

#[test]
fn a_mean_over_a_table_counts_customers_not_rows() {
    let catalog = built_in();
    check(
        catalog.analysis("inactivity_by_status").unwrap(),
        r#"[{status: "Attrited Customer", months_inactive: 1, customers: 100},
            {status: "Attrited Customer", months_inactive: 3, customers: 300},
            {status: "Existing Customer", months_inactive: 1, customers: 3000},
            {status: "Existing Customer", months_inactive: 3, customers: 1000}]"#,
        &expect![[r#"
            status | months_inactive | customers | row_share
            Existing Customer | 1 | 3000 | 0.7500
            Existing Customer | 3 | 1000 | 0.2500
            Attrited Customer | 1 | 100 | 0.2500
            Attrited Customer | 3 | 300 | 0.7500

            Months inactive (of 12): on average 1.50 among customers with an open account (95 % interval 1.47 to 1.53) and 2.50 among customers with a closed account (95 % interval 2.41 to 2.59), every customer counting once. Taken together, the groups differ by more than chance would explain (p < 0.001); the effect is medium (9.9 % of the variance lies between the groups).
        "#]],
    );
}

#[test]
fn null_and_not_a_number_are_no_groups_in_tests() {
    let analysis = question(&["gender"], &["closure_rate"]);
    let known = r#"{gender: "F", customers: 100, closed: 40, closure_rate: 0.4},
                   {gender: "M", customers: 100, closed: 60, closure_rate: 0.6}"#;
    let with = |more: &str| answered(&analysis, &format!("[{known}, {more}]"));
    for key in ["null", "NaN"] {
        let answer = with(&format!("{{gender: {key}, customers: 100, closed: 99, closure_rate: 0.99}}"));
        let test = answer.test.unwrap();
        let Statistic::Independence(test) = test.statistic else { panic!("{test:?}") };
        assert_eq!((test.degrees_of_freedom, test.chi_square), (1, 8.0), "{key}");
        assert!(!answer.sentence().contains("99.0 %"), "{key}: {}", answer.sentence());
        assert!(answer.notes().iter().any(|note| note.starts_with("“Gender” is not known for 100 customers")), "{key}");
    }
}

#[test]
fn a_mean_is_of_those_who_have_a_value() {
    let mut analysis = question(&["gender"], &["mean_contacts"]);
    let nullable = analysis.measures.iter_mut().find(|measure| measure.name == "mean_contacts").unwrap();
    let (squares, n) = ("mean_contacts_squares".to_owned(), Some("n".to_owned()));
    nullable.interval = catalog::Interval::Mean { squares, n };
    // 100 women, 50 of them with a value; the same sum of squares over 50 is a wider interval than over 100.
    let answer = answered(
        &analysis,
        "[{gender: 'F', customers: 100, mean_contacts: 2.0, mean_contacts_squares: 250, n: 50},
          {gender: 'M', customers: 100, mean_contacts: 3.0, mean_contacts_squares: 950, n: 100},
          {gender: 'X', customers: 40, mean_contacts: null, mean_contacts_squares: 0, n: 0}]",
    );
    assert_eq!(
        answer.sentence(),
        "The mean number of contacts is highest among men, 3.00 (95 % interval 2.86 to 3.14), and lowest among women, \
         2.00 (95 % interval 1.71 to 2.29). Taken together, the groups differ by more than chance would explain (p < 0.001, tested by \
         itself); the effect is large (25.0 % of the variance lies between the groups)."
    );
    let note = "The mean number of contacts is of those who have a value; 90 of 240 customers have none.";
    assert!(answer.notes().iter().any(|other| other == note), "{:?}", answer.notes());
}

#[test]
fn rows_of_something_else_are_refused() {
    let analysis = question(&["gender"], &["closure_rate"]);
    expect![[r#"a row has no number of `customers`: { "gender": "F" }"#]]
        .assert_eq(&answer(&analysis, &[rows("[{gender: 'F'}]")]).unwrap_err().to_string());
    expect!["the analysis `question` has 1 pipelines, but 0 gave rows"]
        .assert_eq(&answer(&analysis, &[]).unwrap_err().to_string());
}

#[test]
fn groups_that_are_all_the_same_are_not_ranked() {
    let rates = question(&["gender"], &["closure_rate"]);
    let equal = r#"[{gender: "F", customers: 100, closed: 0, closure_rate: 0.0},
                    {gender: "M", customers: 80, closed: 0, closure_rate: 0.0}]"#;
    let told = "The closure rate is 0.0 % in every group that is large enough to be ranked.";
    assert_eq!(answered(&rates, equal).sentence(), told);
    let means = question(&["gender"], &["mean_age"]);
    let equal = r#"[{gender: "F", customers: 100, mean_age: 40.0, mean_age_squares: 170000},
                    {gender: "M", customers: 80, mean_age: 40.0, mean_age_squares: 130000}]"#;
    let told = "The mean age is 40.0 years in every group that is large enough to be ranked.";
    assert_eq!(answered(&means, equal).sentence(), told);
    let catalog = built_in();
    let quantiles = catalog.analysis("limit_quantiles").unwrap();
    let row = |income: &str, customers: u32, median: u32| {
        format!("{{income: '{income}', customers: {customers}, p10: 1, p25: 2, median: {median}, p75: 4, p90: 5}}")
    };
    let told = |rows: &[String]| answered(quantiles, &format!("[{}]", rows.join(", "))).sentence();
    let (low, high) = (row("Less than $40K", 40, 3), row("$120K +", 40, 30));
    assert_eq!(
        told(&[low.clone(), row("$120K +", 40, 3)]),
        "The median limit is $3.00 in every group that is large enough to be ranked."
    );
    assert_eq!(
        told(&[low.clone(), high]),
        "The median limit is highest among customers earning $120K or more, $30 (the middle half from $2.00 to $4.00), and \
         lowest among customers earning less than $40K, $3.00 (the middle half from $2.00 to $4.00)."
    );
    assert_eq!(
        told(&[low, row("$120K +", 29, 30)]),
        "The median limit of customers earning less than $40K, the one group that is large enough, is $3.00 (the middle half \
         from $2.00 to $4.00)."
    );
}

#[test]
fn a_profile_is_the_most_common_only_where_no_other_is_as_common() {
    let catalog = built_in();
    let profiles = catalog.analysis("profiles").unwrap();
    let row = |age: u32, customers: u32| {
        format!(
            "{{Customer_Age: {age}, gender: 'F', education: 'Graduate', income: '$120K +', customers: {customers}, \
             closed: 0, closure_rate: 0, all_customers: 500}}"
        )
    };
    let told = |rows: &[String]| answered(profiles, &format!("[{}]", rows.join(", "))).sentence();
    assert_eq!(
        told(&[row(43, 9), row(45, 8)]),
        "The most common profile is women, aged 43, who are graduates, earning $120K or more: 9 of 500 customers, 1.8 % \
         (95 % interval 0.95 to 3.4 %)."
    );
    assert_eq!(told(&[row(43, 9), row(45, 9)]), "No profile is more common than all others.");
    assert_eq!(told(&[row(43, 1)]), "No group of known customers is large enough to be ranked.");
    assert!(told(&[row(43, 2)]).starts_with("The most common profile is women"));
}

#[test]
fn the_mean_of_a_small_group_says_of_how_many_it_is() {
    let catalog = built_in();
    check(
        catalog.analysis("contacts_by_inactivity").unwrap(),
        r#"[{status: "Existing Customer", months_inactive: 1, customers: 100, mean_contacts: 2.0, mean_contacts_squares: 500},
            {status: "Attrited Customer", months_inactive: 1, customers: 1, mean_contacts: 3.0, mean_contacts_squares: 9}]"#,
        &expect![[r#"
            status | months_inactive | customers | mean_contacts | mean_contacts_low | mean_contacts_high
            Existing Customer | 1 | 100 | 2.0000 | 1.8006 | 2.1994
            Attrited Customer | 1 | 1 | 3.0000 | – | –

            Mean number of contacts: 2.00 among customers with an open account (95 % interval 1.80 to 2.20) and 3.00 among customers with a closed account (of 1 customer), every customer counting once.
            note: A small group of fewer than 30 customers is shown and not ranked: Attrited Customer / 1 (1).
        "#]],
    );
}

#[test]
fn thirty_customers_are_not_few() {
    let rates = question(&["gender"], &["closure_rate"]);
    let of = |women: u32| {
        let rows = format!(
            "[{{gender: 'F', customers: {women}, closed: 5, closure_rate: 0.3}},
              {{gender: 'M', customers: 15, closed: 3, closure_rate: 0.2}}]"
        );
        answered(&rates, &rows).notes()
    };
    assert!(of(14)[0].starts_with("Only 29 customers are counted: "), "{:?}", of(14));
    assert!(!of(15)[0].starts_with("Only"), "{:?}", of(15));
    // The same where columns are taken in turn: with thirty customers they are tested.
    let catalog = built_in();
    for name in ["what_goes_with_closure", "weight_of_evidence"] {
        let analysis = catalog.analysis(name).unwrap();
        let of = |women: u32| {
            let results: Vec<Vec<Document>> = analysis
                .by
                .iter()
                .map(|dimension| match dimension.name.as_str() {
                    "gender" => rows(&format!(
                        "[{{gender: 'F', customers: {women}, closed: 14}}, {{gender: 'M', customers: 15, closed: 1}}]"
                    )),
                    _ => Vec::new(),
                })
                .collect();
            answer(analysis, &results).unwrap()
        };
        let (few, enough) = (of(14), of(15));
        let is_few =
            |answer: &Answer| answer.notes().iter().any(|note| note.starts_with("Only 29 customers are counted: "));
        assert!(is_few(&few) && !enough.notes().iter().any(|note| note.starts_with("Only")), "{name}");
        if let Some(tested) = few.table.column("p_value") {
            assert_eq!(few.table.rows[0][tested], Cell::Missing);
            assert!(matches!(enough.table.rows[0][tested], Cell::Number(p) if p < 0.001));
            let strength = few.table.column("strength").unwrap();
            assert_eq!(
                (&few.table.rows[0][strength], &enough.table.rows[0][strength]),
                (&Cell::Missing, &Cell::Text("very much".into()))
            );
            assert!(enough.sentence().starts_with("Of 1 column, “Gender” tells"), "{}", enough.sentence());
        }
    }
}

#[test]
fn what_the_groups_fix_is_not_tested() {
    let rows = r#"[{status: "Existing Customer", customers: 8500, closed: 0, closure_rate: 0},
                   {status: "Attrited Customer", customers: 1627, closed: 1627, closure_rate: 1}]"#;
    let answer = answered(&question(&["status"], &["closure_rate"]), rows);
    assert_eq!((answer.test, answer.effect), (None, None));
    assert!(answer.sentence().starts_with("The closure rate is highest among"), "{}", answer.sentence());
    assert_eq!(
        answer.notes(),
        ["Differences of the closure rate are not tested: what customers are grouped by fixes it."]
    );
}
