//! What goes with closure: columns by what they tell, life tables, trends, baselines.

use bson::Document;
use expect_test::expect;
use insight::{Answer, Cell, Statistic, answer};

use crate::bench::{answered, built_in, check, rows, shown};

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
        note: Above an information value of 0.5 a column tells more than is usual: “Contacts (12 months)”. Look at how such a column was measured: it may say what followed from closing, and not what came before.
    "#]].assert_eq(&shown(&answer(analysis, &results).unwrap()));
}

#[test]
fn all_columns_are_one_family() {
    let catalog = built_in();
    let analysis = catalog.analysis("what_goes_with_closure").unwrap();
    let pair = |name: &str, counts: [(u32, u32); 2], values: [&str; 2]| {
        let row = |(value, (customers, closed)): (&str, (u32, u32))| {
            format!("{{{name}: {value}, customers: {customers}, closed: {closed}}}")
        };
        rows(&format!("[{}]", values.into_iter().zip(counts).map(row).collect::<Vec<_>>().join(", ")))
    };
    let results: Vec<Vec<Document>> = analysis
        .by
        .iter()
        .map(|dimension| match dimension.name.as_str() {
            "gender" => pair("gender", [(500, 80), (500, 105)], ["'F'", "'M'"]),
            "education" => pair("education", [(500, 100), (500, 85)], ["'College'", "'Graduate'"]),
            // A number of many values.
            "Credit_Limit" => pair("Credit_Limit", [(400, 60), (600, 125)], ["1000", "2000"]),
            _ => Vec::new(),
        })
        .collect();
    let answer = answer(analysis, &results).unwrap();
    let p_value = |name: &str| {
        let row = answer.table.rows.iter().find(|row| row[0] == Cell::Text(name.to_owned())).unwrap();
        row[10].number().unwrap()
    };
    // scipy.stats.false_discovery_control of the three tests by scipy.stats.chi2_contingency(correction=False).
    for (name, expected) in [("Gender", 0.062_627_251), ("Credit limit", 0.059_843_314), ("Education", 0.221_861_518)] {
        assert!((p_value(name) - expected).abs() < 1e-6, "{name}: {}", p_value(name));
    }
}

#[test]
fn the_best_column_may_tell_next_to_nothing() {
    let catalog = built_in();
    let analysis = catalog.analysis("what_goes_with_closure").unwrap();
    let results: Vec<Vec<Document>> = analysis
        .by
        .iter()
        .map(|dimension| match dimension.name.as_str() {
            "gender" => {
                rows("[{gender: 'F', customers: 50000, closed: 8000}, {gender: 'M', customers: 50000, closed: 8600}]")
            }
            "card" => {
                rows("[{card: 'Blue', customers: 50000, closed: 8300}, {card: 'Gold', customers: 50000, closed: 8300}]")
            }
            _ => Vec::new(),
        })
        .collect();
    let answer = answer(analysis, &results).unwrap();
    expect!["Of 2 columns, “Gender” tells closed from open accounts best (information value 0.002, which is next to nothing): closures range from 16.0 % at F (of 50,000) to 17.2 % at M (of 50,000). “Card” tells next to nothing, too."].assert_eq(&answer.sentence());
    assert_eq!(answer.table.rows[0][6], Cell::Text("next to nothing".to_owned()));
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

            If the file has the closures of one year, and each year’s customers closed at these rates, 90.0 % (95 % interval 82.2 to 94.5 %) of those who begin year 3 with the bank would be left after it, 72.0 % (95 % interval 64.5 to 78.2 %) after year 4 and 64.8 % (95 % interval 57.9 to 70.9 %) after year 5.
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
            note: A small group of fewer than 30 customers is shown and not ranked: 36 (10); the test counts all groups of known answers.
        "#]],
    );
    let flat = r#"[{tenure_band: "up to 24", customers: 100, closed: 10, closure_rate: 0.1},
                   {tenure_band: "25–35", customers: 100, closed: 11, closure_rate: 0.11}]"#;
    let flat = answered(by_tenure, flat).sentence();
    assert!(flat.contains("A trend of this size can well be chance (p = 0.8"), "{flat}");
    // The few at the end count: of the first two alone z would be −0.62.
    let end = r#"[{tenure_band: "up to 24", customers: 1000, closed: 160, closure_rate: 0.16},
                  {tenure_band: "25–35", customers: 1000, closed: 150, closure_rate: 0.15},
                  {tenure_band: "36", customers: 20, closed: 20, closure_rate: 1}]"#;
    let Statistic::Trend(test) = answered(by_tenure, end).test.unwrap().statistic else { panic!("no trend") };
    assert!((test.z - 2.329_727_110).abs() < 1e-6, "{test:?}");
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
