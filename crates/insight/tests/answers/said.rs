//! Words: filters, hidden cells, sentences of files, key figures.

use bson::Bson;
use catalog::Analysis;
use insight::{Answer, Cell, ColumnRole, Family, summarize};
use pipeline::ast::{Expr, Predicate};

use crate::bench::{answered, built_in, question};
use crate::judged::inactive;

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
        "Of the groups of 30 customers or more, customers earning $120K or more, 35.5 % of all customers, hold the largest part: \
         9.0 % of the credit granted and 9.5 % of the open to buy. Of the groups of 30 customers or more, customers earning less \
         than $40K, 50.0 % of all customers, hold the largest part: 6.0 % of the balances."
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
