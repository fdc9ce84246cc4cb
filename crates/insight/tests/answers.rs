//! Rows in, what a reader sees out: table, sentence, notes.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::fmt::Write;

use bson::{Bson, Document};
use catalog::{Analysis, Catalog};
use contract::Contract;
use expect_test::{Expect, expect};
use insight::{Answer, Cell, ColumnRole, Family, Statistic, answer, judge, summarize};
use pipeline::ast::{Expr, Predicate};

fn built_in() -> Catalog {
    Catalog::built_in(&Contract::card()).unwrap_or_else(|faults| panic!("{faults}"))
}

fn question(by: &[&str], measures: &[&str]) -> Analysis {
    let catalog = built_in();
    let topic = catalog.topic("segment").expect("the built-in catalog has it");
    catalog.compose(by, measures, None, topic).unwrap_or_else(|error| panic!("{error}"))
}

fn rows(text: &str) -> Vec<Document> {
    let value = pipeline::read(text).unwrap_or_else(|error| panic!("{error}"));
    let rows = value.as_array().cloned().unwrap_or_default();
    rows.into_iter().filter_map(|row| row.as_document().cloned()).collect()
}

fn answered(analysis: &Analysis, text: &str) -> Answer {
    answer(analysis, &[rows(text)]).unwrap_or_else(|error| panic!("{error}"))
}

fn shown(answer: &Answer) -> String {
    let names: Vec<&str> = answer.table.columns.iter().map(|column| column.name.as_str()).collect();
    let mut text = format!("{}\n", names.join(" | "));
    for row in &answer.table.rows {
        let cells = row.cells.iter().map(|cell| match cell {
            Cell::Missing => "–".to_owned(),
            Cell::Hidden => "hidden".to_owned(),
            Cell::Text(text) => text.clone(),
            Cell::Integer(number) => number.to_string(),
            Cell::Number(number) => format!("{number:.4}"),
        });
        writeln!(text, "{}", cells.collect::<Vec<_>>().join(" | ")).expect("a string takes it all");
    }
    writeln!(text, "\n{}", answer.sentence()).expect("a string takes it all");
    for note in answer.notes() {
        writeln!(text, "note: {note}").expect("a string takes it all");
    }
    text
}

#[track_caller]
fn check(analysis: &Analysis, text: &str, expected: &Expect) {
    expected.assert_eq(&shown(&answered(analysis, text)));
}

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

            Of the groups of 30 customers or more, the closure rate is highest among customers earning $60K to $80K, 30.0 % of 200 (95 % interval 24.1 to 36.7 %), and lowest among customers earning less than $40K, 10.0 % of 300 (95 % interval 7.1 to 13.9 %). Taken together, this is more than chance would explain (p < 0.001, tested by itself); the effect is small (Cramér's V 0.25).
            note: A small group of fewer than 30 customers is shown and not ranked: $120K + (20).
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

            Of the groups of 30 customers or more, the mean number of contacts is highest among customers with 2 dependents, 2.50 (95 % interval 2.14 to 2.86), and lowest among customers with 10 dependents, 1.00 (95 % interval 0.743 to 1.26). Taken together, this is more than chance would explain (p < 0.001, tested by itself); the effect is large (35.7 % of the variance lies between the groups).
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
fn what_goes_with_closure_is_ranked_by_information_value() {
    let catalog = built_in();
    let analysis = catalog.analysis("what_goes_with_closure").unwrap();
    let results: Vec<Vec<Document>> = analysis
        .by
        .iter()
        .map(|dimension| match dimension.name.as_str() {
            "gender" => rows("[{gender: 'F', customers: 500, closed: 80}, {gender: 'M', customers: 500, closed: 80}]"),
            "contacts" => rows(
                "[{contacts: 0, customers: 400, closed: 10}, {contacts: 1, customers: 400, closed: 50},
                  {contacts: 2, customers: 200, closed: 100}]",
            ),
            _ => Vec::new(),
        })
        .collect();
    expect![[r#"
        column | also | customers | bins | information_value | information_by_chance | strength | cramers_v | chi_square | degrees_of_freedom | p_value | most | most_rate | least | least_rate
        Contacts (12 months) | – | 1000 | 3 | 1.6441 | 0.0149 | very much | 0.4776 | 229.9107 | 2 | 0.0000 | 2 | 0.5000 | 0 | 0.0250
        Gender | – | 1000 | 2 | 0.0000 | 0.0074 | nothing | 0.0000 | 0.0000 | 1 | 1.0000 | F | 0.1600 | M | 0.1600

        Of 2 columns, “Contacts (12 months)” tells closed from open accounts best (information value 1.64): closures range from 2.5 % at 0 (of 400) to 50.0 % at 2 (of 200). “Gender” tells next to nothing.
        note: Above an information value of 0.5 a column tells more than is likely: “Contacts (12 months)”. Such a column may have been measured in the very months in which accounts closed; then it predicts nothing.
    "#]].assert_eq(&shown(&answer(analysis, &results).unwrap()));
}

#[test]
fn columns_that_tell_the_same_are_named_once() {
    let catalog = built_in();
    let rows_of = |name: &str, bins: &[(&str, u32, u32)]| {
        let bins = bins
            .iter()
            .map(|(key, customers, closed)| format!("{{{name}: {key}, customers: {customers}, closed: {closed}}}"));
        rows(&format!("[{}]", bins.collect::<Vec<_>>().join(", ")))
    };
    let result = |name: &str, part: u32| {
        let of = |bins: &[(&str, u32, u32)]| {
            let scaled: Vec<_> = bins.iter().map(|(key, n, closed)| (*key, n / part, closed / part)).collect();
            rows_of(name, &scaled)
        };
        match name {
            // Utilization follows from balance and limit; the balance tells more than the limit.
            "Total_Revolving_Bal" => of(&[("0", 400, 200), ("1000", 600, 50)]),
            "Avg_Utilization_Ratio" => of(&[("0", 400, 200), ("0.1", 300, 20), ("0.2", 300, 30)]),
            "Credit_Limit" => of(&[("1000", 500, 130), ("2000", 500, 120)]),
            // The same customers under other names.
            "gender" => of(&[("'F'", 300, 90), ("'M'", 700, 160)]),
            "marital_status" => of(&[("'Married'", 700, 160), ("'Single'", 300, 90)]),
            _ => Vec::new(),
        }
    };
    let answered = |name: &str, part: u32| {
        let analysis = catalog.analysis(name).unwrap();
        let results: Vec<_> = analysis.by.iter().map(|dimension| result(&dimension.name, part)).collect();
        answer(analysis, &results).unwrap()
    };
    let named = |answer: &Answer| {
        let text = |cell: &Cell| if let Cell::Text(text) = cell { text.clone() } else { "–".to_owned() };
        let mut named: Vec<_> = answer.table.rows.iter().map(|row| (text(&row[0]), text(&row[1]))).collect();
        named.dedup();
        named
    };
    let pair = |name: &str, also: &str| (name.to_owned(), also.to_owned());
    let drivers = answered("what_goes_with_closure", 1);
    let once = [
        pair("Utilization", "Revolving balance (1.27)"),
        pair("Gender", "Marital status (0.030)"),
        pair("Credit limit", "–"),
    ];
    assert_eq!(named(&drivers), once);
    let told = "Of 5 columns, “Utilization” (also “Revolving balance”) tells closed from open accounts best";
    assert!(drivers.sentence().starts_with(told), "{}", drivers.sentence());
    let bins = answered("weight_of_evidence", 1);
    let named_bins = named(&bins);
    assert!(named_bins.contains(&pair("Revolving balance", "Utilization")), "{named_bins:?}");
    assert!(
        named_bins.contains(&pair("Credit limit", "–")) && named_bins.contains(&pair("Gender", "–")),
        "{named_bins:?}"
    );
    assert_eq!(bins.table.rows.len(), 11);
    // Among fewer customers the same counts may be an accident.
    let few = named(&answered("what_goes_with_closure", 10));
    assert!(few.contains(&pair("Gender", "–")) && few.contains(&pair("Marital status", "–")), "{few:?}");
}

#[test]
fn a_life_table_chains_years_that_follow_each_other() {
    let catalog = built_in();
    check(
        catalog.analysis("life_table").unwrap(),
        "[{tenure_year: 2, customers: 20, closed: 2, closure_rate: 0.1},
          {tenure_year: 3, customers: 100, closed: 10, closure_rate: 0.1},
          {tenure_year: 4, customers: 200, closed: 40, closure_rate: 0.2},
          {tenure_year: 5, customers: 400, closed: 40, closure_rate: 0.1},
          {tenure_year: 7, customers: 400, closed: 40, closure_rate: 0.1},
          {tenure_year: null, customers: 50, closed: 5, closure_rate: 0.1}]",
        &expect![[r#"
            tenure_year | customers | closed | closure_rate | closure_rate_low | closure_rate_high | left | left_low | left_high
            2 | 20 | 2 | 0.1000 | 0.0279 | 0.3010 | – | – | –
            3 | 100 | 10 | 0.1000 | 0.0552 | 0.1744 | 0.9000 | 0.8221 | 0.9449
            4 | 200 | 40 | 0.2000 | 0.1505 | 0.2609 | 0.7200 | 0.6447 | 0.7821
            5 | 400 | 40 | 0.1000 | 0.0743 | 0.1333 | 0.6480 | 0.5786 | 0.7089
            7 | 400 | 40 | 0.1000 | 0.0743 | 0.1333 | – | – | –
            – | 50 | 5 | 0.1000 | 0.0435 | 0.2136 | – | – | –

            If each year’s customers closed at today’s rates, 90.0 % (95 % interval 82.2 to 94.5 %) of those who begin year 3 with the bank would be left after it, 72.0 % (95 % interval 64.5 to 78.2 %) after year 4 and 64.8 % (95 % interval 57.9 to 70.9 %) after year 5.
            note: A small group of fewer than 30 customers is shown and not ranked: 2 (20).
            note: “Year with the bank” is not known for 50 customers (4.3 %): they are shown last and not interpreted.
            note: No curve of how long customers stay is drawn: the data show each customer once, on the day of the extract. All of them have been with the bank for more than a year, and tenure is counted up to that day, not to the closing.
        "#]],
    );
}

#[test]
fn a_trend_is_told_by_its_ends_and_tested() {
    let catalog = built_in();
    let by_tenure = catalog.analysis("closures_by_tenure").unwrap();
    check(
        by_tenure,
        r#"[{tenure_band: "up to 24", customers: 100, closed: 40, closure_rate: 0.4},
            {tenure_band: "25–35", customers: 100, closed: 30, closure_rate: 0.3},
            {tenure_band: "36", customers: 10, closed: 0, closure_rate: 0},
            {tenure_band: "37–48", customers: 200, closed: 20, closure_rate: 0.1}]"#,
        &expect![[r#"
            tenure_band | customers | closed | closure_rate | closure_rate_low | closure_rate_high | share_of_closed
            up to 24 | 100 | 40 | 0.4000 | 0.3094 | 0.4980 | 0.4444
            25–35 | 100 | 30 | 0.3000 | 0.2189 | 0.3958 | 0.3333
            36 | 10 | 0 | 0.0000 | 0.0000 | 0.2775 | 0.0000
            37–48 | 200 | 20 | 0.1000 | 0.0657 | 0.1494 | 0.2222

            Of the groups of 30 customers or more, the closure rate goes from 40.0 % of 100 (95 % interval 30.9 to 49.8 %) among customers with the bank for up to 24 months to 10.0 % of 200 (95 % interval 6.6 to 14.9 %) among customers with the bank for 37–48 months. Along the groups it falls by more than chance would explain (p < 0.001); the effect is medium (correlation −0.31).
            note: A small group of fewer than 30 customers is shown and not ranked: 36 (10).
        "#]],
    );
    let flat = r#"[{tenure_band: "up to 24", customers: 100, closed: 10, closure_rate: 0.1},
                   {tenure_band: "25–35", customers: 100, closed: 11, closure_rate: 0.11}]"#;
    let flat = answered(by_tenure, flat).sentence();
    assert!(flat.contains("A trend of this size can well be chance (p = 0.8"), "{flat}");
    let same = r#"[{tenure_band: "up to 24", customers: 100, closed: 10, closure_rate: 0.1},
                   {tenure_band: "25–35", customers: 200, closed: 20, closure_rate: 0.1}]"#;
    let same = answered(by_tenure, same);
    assert!(same.sentence().starts_with("The closure rate is 10.0 % in every group"), "{}", same.sentence());
    assert_eq!(same.test, None);
}

#[test]
fn what_happened_to_closed_accounts_stands_beside_how_often_it_happened_to_open_ones() {
    let catalog = built_in();
    let of = |fell: u32| {
        let rows = format!(
            r#"[{{count_change_band: "fell by more than half", customers: 100, closed: {fell}, closure_rate: 0.5}},
                {{count_change_band: "fell by up to 25 %", customers: 700, closed: 45, closure_rate: 0.06}},
                {{count_change_band: "held or rose", customers: 200, closed: 5, closure_rate: 0.025}}]"#
        );
        answered(catalog.analysis("closures_by_count_change").unwrap(), &rows).sentence()
    };
    let told = "The number of transactions fell for 95.0 % (95 of 100) of the closed accounts and for 78.3 % (705 of 900) \
                of the others. ";
    assert!(of(50).starts_with(told), "{}", of(50));
    // Among few closures nothing is said of them.
    let few = r#"[{count_change_band: "fell by more than half", customers: 100, closed: 5, closure_rate: 0.05},
                  {count_change_band: "held or rose", customers: 200, closed: 5, closure_rate: 0.025}]"#;
    let few = answered(catalog.analysis("closures_by_count_change").unwrap(), few).sentence();
    assert!(!few.contains("of the others"), "{few}");
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

            Months inactive (of 12): on average 1.50 among existing customers (95 % interval 1.47 to 1.53) and 2.50 among attrited customers (95 % interval 2.41 to 2.59), every customer counting once. Taken together, this is more than chance would explain (p < 0.001); the effect is medium (Cramér's V 0.31).
        "#]],
    );
}

/// An answer to an analysis of the catalog that tests: closures by months inactive in a small bank, where `closed` of the
/// first thousand customers closed and 155 of the second.
fn inactive(closed: u32) -> Answer {
    let catalog = built_in();
    let analysis = catalog.analysis("closures_by_months_inactive").expect("an analysis of the catalog");
    let by = &analysis.by[0].name;
    let rate = f64::from(closed) / 1000.0;
    answered(
        analysis,
        &format!(
            "[{{{by}: 1, customers: 1000, closed: {closed}, closure_rate: {rate}}},
              {{{by}: 2, customers: 1000, closed: 155, closure_rate: 0.155}}]"
        ),
    )
}

#[test]
fn the_family_of_a_p_value_is_its_topic_and_words_say_so() {
    let almost = inactive(190);
    assert!(almost.sentence().contains("more than chance would explain (p = 0.038);"), "{}", almost.sentence());
    let mut answers = vec![almost.clone(), almost.clone(), almost.clone()];
    answers[1].test.as_mut().unwrap().unadjusted = 0.9;
    answers[1].hypothesis = vec!["another".to_owned()];
    // A test of another topic does not count.
    answers[2].topic = std::sync::Arc::new(catalog::Topic { word: "other".to_owned(), ..(*almost.topic).clone() });
    judge(&mut answers);
    let told = "can well be chance (p = 0.077, adjusted over the 2 tests of its topic).";
    assert!(answers[0].sentence().ends_with(told), "{}", answers[0].sentence());
    assert_eq!(answers[0].test.unwrap().family, Family::Topic(2));
    assert!(answers[2].sentence().contains("(p = 0.038, the one test of its topic)"), "{}", answers[2].sentence());
    // Judged again, nothing changes: the p-value is adjusted from what the test gave.
    let once = answers.clone();
    judge(&mut answers);
    assert_eq!(answers, once);
}

#[test]
fn a_hypothesis_counts_once_however_its_table_stands() {
    let status = r#"[{status: "Existing Customer", months_inactive: 1, customers: 810},
                     {status: "Existing Customer", months_inactive: 2, customers: 845},
                     {status: "Attrited Customer", months_inactive: 1, customers: 190},
                     {status: "Attrited Customer", months_inactive: 2, customers: 155}]"#;
    let catalog = built_in();
    let by_status = catalog.analysis("inactivity_by_status").expect("an analysis of the catalog");
    let mut answers = vec![inactive(190), answered(by_status, status)];
    assert_eq!(answers[0].hypothesis, answers[1].hypothesis);
    judge(&mut answers);
    assert!(answers.iter().all(|answer| answer.test.unwrap().family == Family::Topic(1)));
    assert!(answers[1].sentence().contains("(p = 0.038, the one test of its topic)"), "{}", answers[1].sentence());
}

#[test]
fn what_may_be_chance_is_no_finding() {
    let mut answers = [inactive(400)];
    assert_eq!(summarize(&answers).findings.len(), 1);
    answers[0].test.as_mut().unwrap().unadjusted = 0.9;
    judge(&mut answers);
    assert!(summarize(&answers).findings.is_empty());
}

#[test]
fn a_composed_question_is_its_own_family() {
    let analysis = question(&["gender"], &["closure_rate"]);
    let rows = r#"[{gender: "F", customers: 1000, closed: 190, closure_rate: 0.19},
                   {gender: "M", customers: 1000, closed: 155, closure_rate: 0.155}]"#;
    let mut answers = vec![answered(&analysis, rows), inactive(190), inactive(190)];
    answers[2].hypothesis = vec!["another".to_owned()];
    judge(&mut answers);
    assert!(answers[0].sentence().contains("(p = 0.038, tested by itself)"), "{}", answers[0].sentence());
    assert_eq!(answers[1].test.unwrap().family, Family::Topic(2));
}

#[test]
fn the_filter_stands_in_heading_and_sentence() {
    let mut answer = inactive(400);
    answer.filter = Some("Card = Gold".to_owned());
    assert!(answer.heading().ends_with(" (only customers with Card = Gold)"), "{}", answer.heading());
    assert!(
        answer.sentence().starts_with("Only customers with Card = Gold: the closure rate"),
        "{}",
        answer.sentence()
    );
    assert!(summarize(&[answer]).findings[0].sentence.starts_with("Only customers with Card = Gold: "));
}

#[test]
fn a_hidden_cell_is_in_no_sentence() {
    let mut answer = inactive(400);
    assert!(answer.sentence().contains("40.0 % of 1,000"), "{}", answer.sentence());
    let rate = answer.table.column("closure_rate").unwrap();
    answer.table.hide(0, rate);
    assert!(answer.sentence().starts_with("Some figures are hidden. Taken together"), "{}", answer.sentence());
    let (low, high) = answer.table.interval_of("closure_rate").unwrap();
    assert_eq!([rate, low, high].map(|place| answer.table.rows[0][place].clone()), [const { Cell::Hidden }; 3]);
    assert!(answer.table.rows[1][rate] != Cell::Hidden);
    assert!(!summarize(&[answer]).findings[0].sentence.contains("40.0"));
}

#[test]
fn rows_keep_the_filter_that_selects_their_customers() {
    let analysis = question(&["gender", "age_band"], &["customers"]);
    let answer = answered(
        &analysis,
        r#"[{gender: "F", age_band: "60+", customers: 7}, {gender: null, age_band: "18–29", customers: 1}]"#,
    );
    let selects = |row: usize| match answer.table.rows[row].filter.clone() {
        Some(Predicate::And(both)) => both,
        other => panic!("{other:?}"),
    };
    let gender = |value: Bson| {
        let path = pipeline::ast::Path::new("Gender").expect("it is a path");
        Predicate::Field(path, pipeline::ast::Test::Compare(pipeline::ast::Comparison::Eq, value))
    };
    assert_eq!(selects(0)[0], gender(Bson::String("F".to_owned())));
    assert_eq!(selects(1)[0], gender(Bson::Null));
    let [_, Predicate::Expr(Expr::Call { args, .. })] = &selects(0)[..] else { panic!("{:?}", selects(0)) };
    assert_eq!(args[..], [analysis.by[1].expr.clone(), Expr::Literal(Bson::String("60+".to_owned()))]);
    let roles: Vec<&ColumnRole> = answer.table.columns.iter().map(|column| &column.role).collect();
    assert_eq!(roles, [&ColumnRole::Dimension, &ColumnRole::Dimension, &ColumnRole::Count]);
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
         2.00 (95 % interval 1.71 to 2.29). Taken together, this is more than chance would explain (p < 0.001, tested by \
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

            Mean number of contacts: 2.00 among existing customers (95 % interval 1.80 to 2.20) and 3.00 among attrited customers (of 1 customer), every customer counting once.
            note: A small group of fewer than 30 customers is shown and not ranked: Attrited Customer / 1 (1).
        "#]],
    );
}

#[test]
fn notes_say_nothing_of_hidden_cells() {
    let analysis = question(&["income"], &["closure_rate"]);
    let rows = r#"[{income: "Less than $40K", customers: 300, closed: 30, closure_rate: 0.1},
                   {income: "$60K - $80K", customers: 17, closed: 6, closure_rate: 0.35},
                   {income: "$120K +", customers: 13, closed: 2, closure_rate: 0.15},
                   {income: "Unknown", customers: 41, closed: 4, closure_rate: 0.1}]"#;
    let mut answer = answered(&analysis, rows);
    let told = |answer: &Answer| answer.notes().join(" ");
    assert!(told(&answer).contains("$60K - $80K (17) and $120K + (13)"), "{:?}", answer.notes());
    assert!(told(&answer).contains("“Income” is not known for 41 customers"), "{:?}", answer.notes());
    let customers = answer.table.column("customers").unwrap();
    answer.table.hide(1, customers);
    assert!(told(&answer).contains("not ranked: $120K + (13)."), "{:?}", answer.notes());
    answer.table.hide(3, customers);
    assert!(!told(&answer).contains("41"), "{:?}", answer.notes());
    answer.table.hide(2, customers);
    assert!(!told(&answer).contains("Small groups"), "{:?}", answer.notes());
}

#[test]
fn words_of_a_file_are_filled_with_the_numbers() {
    let mut analysis = question(&["gender"], &["customers", "closure_rate", "mean_age"]);
    let told = |analysis: &Analysis| {
        answered(
            analysis,
            r#"[{gender: "F", customers: 100, closed: 30, closure_rate: 0.3, mean_age: 40, mean_age_squares: 170000},
                {gender: "M", customers: 300, closed: 30, closure_rate: 0.1, mean_age: 50, mean_age_squares: 780000}]"#,
        )
        .sentence()
    };
    let mut worded = |words: &str| {
        analysis.finding = catalog::Finding::Template(words.to_owned());
        told(&analysis)
    };
    assert_eq!(
        worded("of {customers} customers {closure_rate} left, {closure_rate.highest} of {closure_rate.highest.group}."),
        "Of 400 customers 15.0 % left, 30.0 % (95 % interval 21.9 to 39.6 %) of women."
    );
    assert_eq!(
        worded("{mean_age.lowest.group} are {mean_age.lowest} old, all {mean_age}"),
        "Women are 40.0 years (95 % interval 38.0 to 42.0) old, all 47.5 years"
    );
    assert_eq!(
        worded("{nothing} { {customers.middle} {customers.highest.name} {"),
        "{nothing} { {customers.middle} {customers.highest.name} {"
    );
}

#[test]
fn who_holds_the_largest_part_of_each_total_is_told_once_a_group() {
    let catalog = built_in();
    let row = |income: &str, customers: u32, [limit, balance, room]: [u32; 3]| {
        format!(
            "{{income: '{income}', customers: {customers}, total_limit: {limit}, total_balance: {balance}, \
             total_open_to_buy: {room}}}"
        )
    };
    let told = |rows: [String; 3]| {
        let analysis = catalog.analysis("credit_spread_by_income").unwrap();
        answered(analysis, &format!("[{}]", rows.join(", "))).sentence()
    };
    let small = row("$60K - $80K", 29, [900, 900, 900]);
    assert_eq!(
        told([row("Less than $40K", 100, [10, 60, 5]), row("$120K +", 71, [90, 40, 95]), small.clone()]),
        "Customers earning $120K or more, 35.5 % of all customers, hold the largest part: 9.0 % of the credit granted and 9.5 % \
         of the room left. Customers earning less than $40K, 50.0 % of all customers, hold the largest part: 6.0 % of the \
         balances."
    );
    let none = row("$120K +", 29, [1, 1, 1]);
    assert_eq!(told([none.clone(), none, small]), "No group of known customers is large enough to be ranked.");
}

#[test]
fn nothing_is_read_out_of_the_names_of_measures() {
    let catalog = built_in();
    // The same analysis, its measures and fields called otherwise.
    let renamed = |name: &str, names: &[(&str, &str)]| {
        let mut analysis = catalog.analysis(name).unwrap().clone();
        let other = |text: &mut String| {
            if let Some((_, new)) = names.iter().find(|(old, _)| old == text) {
                (*new).clone_into(text);
            }
        };
        for measure in &mut analysis.measures {
            other(&mut measure.name);
            match &mut measure.interval {
                catalog::Interval::Rate { successes, trials } => [successes, trials].into_iter().for_each(other),
                catalog::Interval::Mean { squares, .. } => other(squares),
                catalog::Interval::Ranks { .. } | catalog::Interval::None => {}
            }
            if let catalog::Value::ShareOf { measure, .. } = &mut measure.value {
                other(measure);
            }
        }
        analysis
    };
    let names = [
        ("customers", "n"),
        ("closed", "gone"),
        ("total_limit", "a"),
        ("total_balance", "b"),
        ("p25", "low"),
        ("median", "p25"),
        ("p75", "high"),
    ];
    let same = |name: &str, text: &str| {
        let plain = answered(catalog.analysis(name).unwrap(), text);
        let other = names
            .iter()
            .fold(text.to_owned(), |text, (old, new)| text.replace(&format!(" {old}:"), &format!(" {new}:")));
        let answer = answered(&renamed(name, &names), &other);
        assert_eq!((answer.sentence(), answer.notes()), (plain.sentence(), plain.notes()), "{name}");
        assert_eq!(
            answer.table.columns.iter().map(|column| &column.role).filter(|role| **role == ColumnRole::Count).count(),
            plain.table.columns.iter().map(|column| &column.role).filter(|role| **role == ColumnRole::Count).count()
        );
        answer.sentence()
    };
    let overview = same(
        "overview",
        "[{ customers: 100, closed: 20, closure_rate: 0.2, total_limit: 1000, total_balance: 250, balance_to_limit: 0.25}]",
    );
    assert_eq!(
        overview,
        "Of 100 customers 20 closed their account: 20.0 % (95 % interval 13.3 to 28.9 %). Credit of $1,000 was granted, of \
         which $250 (25.0 %) is carried as balances."
    );
    same(
        "limit_quantiles",
        "[{income: '$120K +', customers: 40, p10: 1, p25: 2, median: 30, p75: 40, p90: 50},
          {income: 'Less than $40K', customers: 40, p10: 1, p25: 2, median: 3, p75: 4, p90: 5}]",
    );
    same(
        "life_table",
        "[{tenure_year: 2, customers: 40, closed: 4, closure_rate: 0.1}, {tenure_year: 3, customers: 50, closed: 5, closure_rate: 0.1}]",
    );
    same(
        "closed_accounts",
        "[{status: 'Existing Customer', customers: 84}, {status: 'Attrited Customer', customers: 16}]",
    );
    let composed = question(&["gender"], &["share"]);
    assert_eq!(composed.columns(), ["gender", "customers", "share", "share_low", "share_high"]);
}

#[test]
fn a_question_of_ones_own_is_known_as_one_by_what_it_is() {
    let mut analysis = question(&["gender"], &["closure_rate"]);
    let rows = r#"[{gender: "F", customers: 1000, closed: 190, closure_rate: 0.19},
                   {gender: "M", customers: 1000, closed: 155, closure_rate: 0.155}]"#;
    analysis.name = "another".to_owned();
    assert_eq!(answered(&analysis, rows).test.unwrap().family, Family::Question);
    (analysis.name, analysis.is_own) = ("question".to_owned(), false);
    assert_eq!(answered(&analysis, rows).test.unwrap().family, Family::Unjudged);
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
fn an_answer_without_facts_says_nothing_of_its_filter() {
    let mut answer = inactive(400);
    answer.filter = Some("Card = Gold".to_owned());
    answer.narrative.facts.clear();
    answer.test = None;
    assert_eq!(answer.sentence(), "");
}

#[test]
fn the_overview_gives_the_key_figures_and_no_other_answer_does() {
    let catalog = built_in();
    let rows = "[{customers: 100, closed: 20, closure_rate: 0.2, mean_age: 40.0}]";
    let overview = answered(catalog.analysis("overview").unwrap(), rows);
    let labels: Vec<String> =
        summarize(&[inactive(400), overview]).key_figures.into_iter().map(|figure| figure.label).collect();
    assert_eq!(labels, ["Customers", "Closed", "Closure rate", "Mean age"]);
    assert!(summarize(&[inactive(400)]).key_figures.is_empty());
}
