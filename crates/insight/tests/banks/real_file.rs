//! The figures that must come out on the real file, through the catalog: import, pipelines, answers. And that banks of
//! any size are answered.

use crate::bench::Bench;
use insight::{Answer, Cell, Statistic};

/// The cell of the row whose first cells are `keys`.
#[track_caller]
fn cell(answer: &Answer, keys: &[&str], column: &str) -> f64 {
    let text = |cell: &Cell| match cell {
        Cell::Text(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Missing | Cell::Hidden => "–".to_owned(),
    };
    let row = answer.table.rows.iter().find(|row| row.cells.iter().map(text).zip(keys).all(|(cell, key)| cell == *key));
    let row = row.unwrap_or_else(|| panic!("{}: no row {keys:?}", answer.name));
    match &row[answer.table.column(column).unwrap_or_else(|| panic!("{}: no column {column}", answer.name))] {
        Cell::Integer(number) => *number as f64,
        Cell::Number(number) => *number,
        other => panic!("{}: {keys:?} {column} is {other:?}", answer.name),
    }
}

/// Whether each column of a row has its figure, to six decimals.
#[track_caller]
fn check(answer: &Answer, keys: &[&str], figures: &[(&str, f64)]) {
    for (column, figure) in figures {
        let found = cell(answer, keys, column);
        assert!((found - figure).abs() < 5e-7, "{}: {keys:?} {column} is {found}, not {figure}", answer.name);
    }
}

#[test]
fn closed_accounts() {
    let Some(bench) = Bench::open() else { return };
    let answer = bench.analysis("closed_accounts");
    check(&answer, &["Existing Customer"], &[("customers", 8500.0)]);
    check(&answer, &["Attrited Customer"], &[("customers", 1627.0)]);
    assert_eq!(
        answer.sentence(),
        "Of 10,127 customers 1,627 closed their account: 16.1 % (95 % interval 15.4 to 16.8 %)."
    );
    let [share, low, high] =
        ["share", "share_low", "share_high"].map(|name| cell(&answer, &["Attrited Customer"], name));
    assert_eq!([share, low, high].map(|rate| (rate * 1e4).round()), [1607.0, 1536.0, 1679.0]);
}

#[test]
fn gender_by_income() {
    let Some(bench) = Bench::open() else { return };
    let answer = bench.analysis("gender_by_income");
    let incomes = ["Less than $40K", "$40K - $60K", "$60K - $80K", "$80K - $120K", "$120K +", "Unknown"];
    for (gender, counts) in [("F", [3284, 1014, 0, 0, 0, 1060]), ("M", [277, 776, 1402, 1535, 727, 52])] {
        for (income, count) in incomes.iter().zip(counts) {
            let row = [Cell::Text(gender.to_owned()), Cell::Text((*income).to_owned())];
            let found = answer.table.rows.iter().find(|cells| cells.cells[..2] == row);
            assert_eq!(found.map_or(&Cell::Integer(0), |cells| &cells[2]), &Cell::Integer(count), "{gender} {income}");
        }
    }
}

#[test]
fn the_most_common_profile() {
    let Some(bench) = Bench::open() else { return };
    let answer = bench.analysis("profiles");
    let text = |text: &str| Cell::Text(text.to_owned());
    let first = [Cell::Integer(43), text("F"), text("Graduate"), text("Less than $40K"), Cell::Integer(56)];
    assert_eq!(answer.table.rows[0].cells[..5], first);
    assert_eq!(answer.table.rows.len(), 20);
}

#[test]
fn inactivity_and_contacts() {
    let Some(bench) = Bench::open() else { return };
    let answer = bench.analysis("inactivity_by_status");
    let attrited = [15, 100, 505, 826, 130, 32, 19];
    let existing = [14, 2133, 2777, 3020, 305, 146, 105];
    for (status, counts) in [("Attrited Customer", attrited), ("Existing Customer", existing)] {
        for (months, count) in counts.into_iter().enumerate() {
            check(&answer, &[status, &months.to_string()], &[("customers", f64::from(count))]);
        }
    }
    assert!(answer.sentence().contains("2.27 among customers with an open account"), "{}", answer.sentence());
    assert!(answer.sentence().contains("2.69 among customers with a closed account"), "{}", answer.sentence());
    let contacts = bench.analysis("contacts_by_inactivity");
    check(&contacts, &["Existing Customer", "3"], &[("mean_contacts", 2.358_940)]);
    check(&contacts, &["Attrited Customer", "3"], &[("mean_contacts", 2.960_048)]);
}

#[test]
fn credit_by_income() {
    let Some(bench) = Bench::open() else { return };
    let answer = bench.analysis("credit_by_income");
    check(
        &answer,
        &["$120K +"],
        &[
            ("mean_limit", 19_717.322_558),
            ("mean_balance", 1_222.196_699),
            ("mean_utilization", 0.125_307),
            ("customers", 727.0),
        ],
    );
    check(
        &answer,
        &["Less than $40K"],
        &[("mean_limit", 3_754.404_521), ("mean_balance", 1_145.136_759), ("mean_utilization", 0.377_280)],
    );
}

#[test]
fn questions_of_ones_own() {
    let Some(bench) = Bench::open() else { return };
    let measures = ["mean_limit", "mean_balance", "mean_utilization"];
    let answer = bench.question(&["card"], &measures, "Attrition_Flag=Attrited Customer and Customer_Age>45");
    let figures = |limit, balance, utilization, customers| {
        [("mean_limit", limit), ("mean_balance", balance), ("mean_utilization", utilization), ("customers", customers)]
    };
    check(&answer, &["Gold"], &figures(27_868.333_333, 967.222_222, 0.036, 9.0));
    check(&answer, &["Blue"], &figures(7_130.760_812, 645.729_988, 0.162_032, 837.0));
    let answer =
        bench.question(&["card"], &["mean_age"], "{Attrition_Flag: 'Attrited Customer', Customer_Age: {$gte: 30}}");
    check(&answer, &["Blue"], &[("customers", 1502.0), ("mean_age", 46.878_828)]);
    let n = |filter| cell(&bench.question(&[], &["customers"], filter), &[], "customers");
    assert_eq!(n("Customer_Age>=20 and Customer_Age<=30"), 265.0);
    assert_eq!(n("Education_Level ~ ^Doctorate"), 451.0);
}

#[test]
fn tenure_and_what_goes_with_closure() {
    let Some(bench) = Bench::open() else { return };
    let life_table = bench.analysis("life_table");
    // statsmodels.duration.survfunc.SurvfuncRight, each year's customers entering at its beginning and seen until its end.
    for (year, customers, closed, left, low, high) in [
        ("2", 847.0, 126.0, 0.851_239_669, 0.825_451_405, 0.873_513_404),
        ("3", 5418.0, 871.0, 0.714_394_016, 0.691_969_608, 0.735_510_566),
        ("4", 3207.0, 519.0, 0.598_781_139, 0.578_064_803, 0.618_838_471),
        ("5", 655.0, 111.0, 0.497_308_305, 0.472_927_156, 0.521_184_630),
    ] {
        let figures =
            [("customers", customers), ("closed", closed), ("left", left), ("left_low", low), ("left_high", high)];
        check(&life_table, &[year], &figures);
    }
    // statsmodels.stats.contingency_tables.Table(…).test_ordinal_association(), with N in place of its N − 1.
    let Some(Statistic::Trend(trend)) = bench.analysis("closures_by_tenure").test.map(|test| test.statistic) else {
        panic!("no trend is tested");
    };
    assert!((trend.z - 1.708_493_958_9).abs() < 1e-9, "{trend:?}");
    let drivers = bench.analysis("what_goes_with_closure");
    // Utilization and open to buy follow from balance and limit, and the limit from the card: 19 columns tell 16 things.
    assert_eq!(drivers.table.rows.len(), 16);
    let sentence = drivers.sentence();
    assert!(sentence.contains("“Revolving balance” (also “Utilization” and “Open to buy”)"), "{sentence}");
    assert_eq!(sentence.matches("Utilization").count(), 1, "{sentence}");
    assert_eq!(drivers.table.rows[0][0], Cell::Text("Transactions (12 months)".to_owned()));
    check(&drivers, &["Months inactive (of 12)"], &[("cramers_v", 0.196_366_3), ("chi_square", 396.456_199_3)]);
}

#[test]
fn every_analysis_answers_and_the_summary_says_the_strongest() {
    let Some(bench) = Bench::open() else { return };
    let mut answers: Vec<Answer> =
        bench.catalog.analyses().iter().map(|analysis| bench.analysis(&analysis.name)).collect();
    insight::judge(&mut answers);
    for answer in &answers {
        assert!(
            !answer.table.rows.is_empty() && answer.sentence().ends_with('.'),
            "{}: {}",
            answer.name,
            answer.sentence()
        );
        let names = answer.table.columns.len();
        assert!(answer.table.rows.iter().all(|row| row.cells.len() == names), "{}", answer.name);
        let chart = answer.chart.iter().flat_map(|chart| chart.y.iter().chain([&chart.x]).chain(&chart.series));
        for column in chart {
            assert!(answer.table.column(column).is_some(), "{}: {column}", answer.name);
        }
    }
    let summary = insight::summarize(&answers);
    assert!((3..=8).contains(&summary.findings.len()), "{:?}", summary.findings);
    let figures: Vec<_> =
        summary.key_figures.iter().map(|figure| (figure.label.as_str(), figure.value.as_str())).collect();
    let expected = [
        ("Customers", "10,127"),
        ("Closed", "1,627"),
        ("Closure rate", "16.1 %"),
        ("Spend of closed accounts", "$5.0 million"),
    ];
    assert_eq!(figures, expected);
    assert!(
        summary.more_figures.iter().any(|figure| figure.label == "Mean credit limit"),
        "{:?}",
        summary.more_figures
    );
    let told = summary.closures.map_or_else(Vec::new, |closures| closures.findings);
    let told: Vec<&str> = told.iter().map(|finding| finding.sentence.as_str()).collect();
    assert_eq!(
        told,
        [
            "Of 10,127 customers 1,627 closed their account: 16.1 % (95 % interval 15.4 to 16.8 %).",
            "“Transactions (12 months)” tells most about which accounts closed. In its groups with a higher rate than overall, 745 more accounts closed than the overall rate would give. After it, “Spend (12 months)” (572 more) and “Revolving balance” (533 more) add most. They were measured while accounts closed, so they may be effects as well as causes.",
            "The most closures above the overall rate are among customers with 40–59 transactions: of 2,134 customers 835 closed their account (39.1 %), 51.3 % of all closures.",
            "The 1,627 closed accounts stand for $5.0 million of spend (11.3 % of all), $1.1 million of balances carried (9.3 % of all) and $13.2 million of credit granted (15.1 % of all).",
        ]
    );
}

#[test]
fn the_catalog_and_the_bank_know_the_same_fields() {
    let catalog = catalog::Catalog::built_in(&contract::Contract::card()).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(catalog.schemas(), contract::Contract::card().schemas());
    for analysis in catalog.analyses() {
        for (collection, pipeline) in analysis.queries() {
            let checked = pipeline::check(pipeline, collection, &contract::Contract::card().schemas());
            assert_eq!(checked, Ok(()), "{}", analysis.name);
        }
    }
    assert!(catalog.compose(&["gender"], &[], None, catalog.topic("health").unwrap()).is_ok());
}

#[test]
fn banks_of_any_size_are_answered() {
    for n in [1, 40, 3000] {
        let bench = Bench::sample(n);
        let mut answers: Vec<Answer> =
            bench.catalog.analyses().iter().map(|analysis| bench.analysis(&analysis.name)).collect();
        insight::judge(&mut answers);
        for answer in &answers {
            let text = format!("{} {}", answer.sentence(), answer.notes().join(" "));
            assert!(
                !answer.sentence().is_empty() && !text.contains("NaN") && !text.contains(" inf "),
                "{}: {text}",
                answer.name
            );
            let finite = |cell: &Cell| !matches!(cell, Cell::Number(number) if !number.is_finite());
            assert!(answer.table.rows.iter().flat_map(|row| &row.cells).all(finite), "{}", answer.name);
        }
        assert!(insight::summarize(&answers).findings.len() <= 8);
    }
}

#[test]
fn what_tells_closure() {
    let Some(bench) = Bench::open() else { return };
    let answer = bench.analysis("what_tells_closure");
    let columns: Vec<&Cell> = answer.table.rows.iter().map(|row| &row[0]).take(8).collect();
    let expected = [
        "Transactions (12 months)",
        "Spend (12 months)",
        "Revolving balance",
        "Transactions Q4/Q1",
        "Products held",
        "Months inactive (of 12)",
        "Contacts (12 months)",
        "Age",
    ];
    assert_eq!(columns, expected.map(|name| Cell::Text(name.to_owned())).iter().collect::<Vec<_>>());
    // Closures above the bank's rate, by pandas; the share of the null deviance of each column alone, by statsmodels.
    for (column, excess, alone) in [
        ("Transactions (12 months)", 744.643_725, 0.212_617_3),
        ("Spend (12 months)", 572.255_456, 0.141_5),
        ("Revolving balance", 532.660_215, 0.131_6),
        ("Contacts (12 months)", 305.380_567, 0.060_5),
        ("Months inactive (of 12)", 281.959_613, 0.050_0),
        ("Products held", 262.779_402, 0.029_9),
    ] {
        // Told in whole customers.
        check(&answer, &[column], &[("excess", f64::round(excess))]);
        let found = cell(&answer, &[column], "alone");
        assert!((found - alone).abs() < 6e-5, "{column}: {found}");
    }
    check(&answer, &["Transactions (12 months)"], &[("alone", 0.212_617)]);
    check(&answer, &["Gender"], &[("excess", 69.0)]);
    check(&answer, &["Card"], &[("excess", 7.0)]);
    // scikit-learn's LogisticRegression(C=1e4) over five stratified folds of its own, the last by another program over several
    // splits: other parts, so not to the last digit.
    let shares = [0.211_8, 0.158_6, 0.109_2, 0.054_3, 0.040_1, 0.026_8, 0.018_2, 0.008_1];
    for (column, added) in expected.iter().zip(shares) {
        let found = cell(&answer, &[column], "added");
        assert!((found - added).abs() < 2.5e-3, "{column}: {found}");
    }
    let told = answer.sentence();
    assert!(told.starts_with("“Transactions (12 months)” tells most about which accounts closed. In its groups with a higher rate than overall, 745 more accounts closed than the overall rate would give. After it, “Spend (12 months)” (572 more) and “Revolving balance” (533 more) add most."), "{told}");
}

#[test]
fn what_closed_accounts_are_worth() {
    let Some(bench) = Bench::open() else { return };
    assert_eq!(
        bench.analysis("worth_of_closed_accounts").sentence(),
        "The 1,627 closed accounts stand for $5.0 million of spend (11.3 % of all), $1.1 million of balances carried (9.3 % of all) and $13.2 million of credit granted (15.1 % of all)."
    );
}

#[test]
fn the_order_of_the_cells_does_not_matter() {
    let bench = Bench::sample(1_500);
    let analysis = bench.catalog.analysis("what_tells_closure").unwrap_or_else(|error| panic!("{error}"));
    let run = |analysis: &catalog::Analysis, at: usize| {
        let (collection, pipeline) = &analysis.queries()[at];
        bench.run(collection, pipeline)
    };
    let mut results: Vec<_> = (0..analysis.queries().len()).map(|at| run(analysis, at)).collect();
    let with_cells = insight::with_cells(analysis, &results).unwrap_or_else(|error| panic!("{error}"));
    let with_cells = with_cells.unwrap_or_else(|| panic!("a bank of 1,500 has enough closures"));
    let cells = run(&with_cells, results.len());
    results.push(cells.clone());
    let answer = insight::answer(&with_cells, &results).unwrap_or_else(|error| panic!("{error}"));
    results.pop();
    results.push(cells.into_iter().rev().collect());
    assert_eq!(insight::answer(&with_cells, &results), Ok(answer));
}
