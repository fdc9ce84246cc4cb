//! What analysts ask every day: statistics of a number, the customers behind a row, two segments side by side. Each figure is
//! held against one that is computed from the customers here.

use bank::{Bank, Request, Segments, Wish};
use insight::Cell;
use pipeline::{Bson, Document};

use crate::bench::{ask, bank, topic};

fn customers(bank: &Bank) -> Vec<Document> {
    let all = bank.query("[]", None, bank::CUSTOMERS).expect("a query");
    bank.rows(&all).expect("rows").collect::<Result<_, _>>().expect("documents")
}

fn number(customer: &Document, field: &str) -> Option<f64> {
    match customer.get(field)? {
        Bson::Int32(number) => Some(f64::from(*number)),
        Bson::Int64(number) => Some(*number as f64),
        Bson::Double(number) => Some(*number).filter(|number| !number.is_nan()),
        _ => None,
    }
}

/// The numbers of a field among the customers of a region, ascending.
fn numbers(customers: &[Document], region: &str, field: &str) -> Vec<f64> {
    let of = |customer: &&Document| customer.get_str("Region").is_ok_and(|found| found == region);
    let mut numbers: Vec<f64> = customers.iter().filter(of).filter_map(|customer| number(customer, field)).collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// The smallest value that at least `part` of 1000 do not exceed.
fn quantile(numbers: &[f64], part: usize) -> Option<f64> {
    numbers.get((part * numbers.len()).div_ceil(1000).checked_sub(1)?).copied()
}

#[test]
fn statistics_are_those_of_the_customers() {
    let bank = bank(None);
    let all = customers(&bank);
    let request = Request {
        by: vec!["Region".to_owned()],
        measures: ["quartiles:VisitsPerWeek", "p90:MonthsWithUs", "p12.5:MonthsWithUs", "sd:AgeYears", "min:AgeYears"]
            .into_iter()
            .chain([
                "max:AgeYears",
                "sum:VisitsPerWeek",
                "mean:MonthsWithUs",
                "distinct:VisitsPerWeek",
                "distinct:Plan",
            ])
            .map(str::to_owned)
            .collect(),
        ..topic("segment")
    };
    let answer = &ask(&bank, &request).answers[0];
    let table = &answer.table;
    assert!(table.rows.len() > 3);
    for row in &table.rows {
        let Cell::Text(region) = &row[0] else { panic!("{row:?}") };
        let of = |field: &str| numbers(&all, region, field);
        let (visits, months, ages) = (of("VisitsPerWeek"), of("MonthsWithUs"), of("AgeYears"));
        let mean = |numbers: &[f64]| numbers.iter().sum::<f64>() / numbers.len() as f64;
        let squares = ages.iter().map(|age| (age - mean(&ages)).powi(2)).sum::<f64>();
        let mut different = visits.clone();
        different.dedup();
        let plans = |customer: &&Document| customer.get_str("Region").is_ok_and(|found| found == region);
        let mut plans: Vec<&str> = all.iter().filter(plans).filter_map(|one| one.get_str("Plan").ok()).collect();
        plans.sort_unstable();
        plans.dedup();
        for (column, expected) in [
            ("p25_VisitsPerWeek", quantile(&visits, 250)),
            ("median_VisitsPerWeek", quantile(&visits, 500)),
            ("p75_VisitsPerWeek", quantile(&visits, 750)),
            ("p90_MonthsWithUs", quantile(&months, 900)),
            ("p12_5_MonthsWithUs", quantile(&months, 125)),
            ("sd_AgeYears", Some((squares / (ages.len() as f64 - 1.0)).sqrt())),
            ("min_AgeYears", ages.first().copied()),
            ("max_AgeYears", ages.last().copied()),
            ("sum_VisitsPerWeek", Some(visits.iter().sum())),
            ("mean_MonthsWithUs", Some(mean(&months))),
            ("distinct_VisitsPerWeek", Some(different.len() as f64)),
            ("distinct_Plan", Some(plans.len() as f64)),
        ] {
            let told = row[table.column(column).unwrap()].number();
            let is_same = told.zip(expected).is_some_and(|(told, expected)| (told - expected).abs() < 1e-9);
            assert!(is_same, "{column} of {region}: {told:?}, {expected:?}");
        }
        // The ranks of the ends, by their definition.
        let (n, z) = (months.len() as f64, 1.959_963_984_540_054);
        let half = z * (n * 0.9 * 0.1).sqrt();
        let at = |rank: f64| (rank >= 1.0).then(|| months.get(rank as usize - 1).copied()).flatten();
        let ends = at((n * 0.9 - half).floor()).zip(at((n * 0.9 + half).ceil() + 1.0));
        let (low, high) = table.interval_of("p90_MonthsWithUs").unwrap();
        assert_eq!(row[low].number().zip(row[high].number()), ends, "{region}");
    }
}

/// No customer is under twenty: there is no median, and none of no values.
#[test]
fn a_group_without_values_has_no_quantile() {
    let bank = bank(None);
    let request = Request {
        by: vec!["Plan".to_owned()],
        measures: vec!["median:AgeYears".to_owned(), "distinct:AgeYears".to_owned()],
        filters: vec!["AgeYears=null".to_owned()],
        ..topic("segment")
    };
    let answer = &ask(&bank, &request).answers[0];
    assert!(!answer.table.rows.is_empty());
    for row in &answer.table.rows {
        let cell = |name: &str| &row[answer.table.column(name).unwrap()];
        assert_eq!((cell("median_AgeYears"), cell("distinct_AgeYears")), (&Cell::Missing, &Cell::Integer(0)));
    }
    assert!(answer.notes().iter().any(|note| note.contains("of those who have a value")), "{:?}", answer.notes());
}

#[test]
fn every_row_opens_its_customers() {
    let bank = bank(None);
    let requests = [
        Request { by: vec!["Region".to_owned(), "age_band".to_owned()], ..topic("segment") },
        Request { by: vec!["AgeYears".to_owned()], filters: vec!["Plan=Day".to_owned()], ..topic("status") },
        Request { measures: vec!["mean_age".to_owned()], ..topic("status") },
        topic("segment"),
        topic("status"),
    ];
    let wish = Wish { limit: 0, columns: vec!["Region".to_owned()], ..Wish::default() };
    let mut opened = 0;
    for answer in requests.iter().flat_map(|request| ask(&bank, request).answers) {
        let Some(customers) = answer.table.column("customers") else { continue };
        // Their rows are columns.
        if ["what_tells_closure", "what_goes_with_closure"].contains(&answer.name.as_str()) {
            assert!(bank.list_row(&answer, 0, &wish).is_err(), "{}", answer.name);
            continue;
        }
        for (place, row) in answer.table.rows.iter().enumerate() {
            let listed =
                bank.list_row(&answer, place, &wish).unwrap_or_else(|error| panic!("{}: {error}", answer.name));
            let n = listed.table.rows.len() as f64;
            assert_eq!((Some(n), n as u64), (row[customers].number(), listed.customers), "{} {row:?}", answer.name);
            opened += 1;
        }
    }
    assert!(opened > 50, "{opened}");
    let answer = &ask(&bank, &requests[0]).answers[0];
    let error = bank.list_row(answer, 999, &wish).unwrap_err().to_string();
    assert!(error.starts_with("the table has no row 1000: it has "), "{error}");
}

#[test]
fn lists_are_sorted_cut_and_hide_names_of_persons() {
    let bank = bank(None);
    let list = |sort: &str, limit: u64, columns: &[&str]| {
        let columns = columns.iter().map(|name| (*name).to_owned()).collect();
        bank.list(&[], &Wish { sort: vec![sort.to_owned()], limit, columns })
    };
    let listed = list("-MonthsWithUs", 5, &["<tenure>", "age_band"]).unwrap();
    let names: Vec<&str> = listed.table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["MemberRef", "MonthsWithUs", "age_band"]);
    let mut months: Vec<f64> = customers(&bank).iter().filter_map(|one| number(one, "MonthsWithUs")).collect();
    months.sort_by(|a, b| b.total_cmp(a));
    let told: Vec<f64> = listed.table.rows.iter().filter_map(|row| row[1].number()).collect();
    assert_eq!(told, months[..5]);
    let notice = listed.notice().unwrap().to_string();
    assert!(notice.starts_with(&format!("5 of {} customers are listed", months.len())), "{notice}");
    let all = list("Region", 0, &[]).unwrap();
    assert_eq!((all.table.rows.len(), all.notice()), (months.len(), None));
    assert!(all.table.column("Phone").is_none(), "it names a person");
    for error in [list("Phone", 5, &[]), list("Region", 5, &["Phone"])] {
        assert_eq!(error.unwrap_err().to_string(), "`Phone` names persons, so it is neither listed nor sorted by");
    }
    assert!(list("Regoin", 5, &[]).is_err());
}

#[test]
fn segments_are_as_each_is_asked_alone() {
    let bank = bank(None);
    let segments = |first: &str, second: Option<&str>| Segments {
        first: first.to_owned(),
        second: second.map(str::to_owned),
        ..Segments::default()
    };
    let (compared, queries) = bank.compare(&segments("Plan=Day", Some("Plan=Month"))).unwrap();
    assert_eq!(compared.names, ["Plan = Day", "Plan = Month"]);
    assert_eq!(queries.len(), 3);
    let names: Vec<String> = compared.pairs.iter().map(|pair| pair.name.clone()).collect();
    assert!(
        names.iter().any(|name| name == "closure_rate") && names.iter().any(|name| name == "mean_age"),
        "{names:?}"
    );
    for (side, plan) in ["Plan=Day", "Plan=Month"].into_iter().enumerate() {
        let request = Request { measures: names.clone(), filters: vec![plan.to_owned()], ..topic("segment") };
        let answer = &ask(&bank, &request).answers[0];
        let cell = |name: &str| answer.table.rows[0][answer.table.column(name).unwrap()].number();
        assert_eq!(cell("customers"), Some(compared.customers[side] as f64));
        for pair in &compared.pairs {
            assert_eq!(pair.values[side], cell(&pair.name), "{} {plan}", pair.name);
        }
    }
    for pair in &compared.pairs {
        assert_eq!(pair.difference, pair.values[0].zip(pair.values[1]).map(|(one, other)| one - other));
        assert_eq!(pair.interval.is_some(), pair.p_value.is_some(), "{}", pair.name);
    }
    // As an answer, for workbooks and notebooks, it says all that it says on the terminal.
    let answer = compared.answer();
    assert_eq!((answer.heading(), answer.sentence()), (compared.heading(), compared.sentence()));
    assert_eq!((answer.notes(), answer.table), (compared.notes(), compared.table()));
    let (rest, _) = bank.compare(&segments("Plan=Day", None)).unwrap();
    assert_eq!(rest.names[1], "all others");
    assert_eq!(rest.customers.iter().sum::<u64>(), customers(&bank).len() as u64);
    let overlap = bank.compare(&segments("Plan=Day", Some("Plan in Day,Month"))).unwrap_err().to_string();
    assert!(overlap.starts_with("the segments overlap: "), "{overlap}");
    let none = bank.compare(&segments("Plan=Day", Some("AgeYears=98 and Plan=Year"))).unwrap_err().to_string();
    assert!(none.starts_with("no customer meets the filter `"), "{none}");
}

#[test]
fn the_values_of_a_column_are_spread_as_the_customers_are() {
    let bank = bank(None);
    let all = customers(&bank);
    for (column, filters) in [("AgeYears", vec![]), ("ageyears", vec![]), ("age", vec!["Plan=Day".to_owned()])] {
        let (answer, queries) = bank.distribution(column, &filters).unwrap();
        assert!(queries.len() == answer.queries.len() && answer.name == "values_of_AgeYears" && answer.chart.is_some());
        let ages = all.iter().filter(|one| filters.is_empty() || one.get_str("Plan").unwrap() == "Day");
        let known = ages.clone().filter_map(|one| number(one, "AgeYears")).count() as i64;
        let counted = answer.table.rows.iter().map(|row| if let Cell::Integer(n) = row[1] { n } else { 0 });
        assert_eq!(counted.sum::<i64>(), known);
        let (all, without) = (ages.clone().count(), ages.count() as i64 - known);
        let told = format!("{without} of {all} customers {} no answer", if without == 1 { "has" } else { "have" });
        assert_eq!(answer.sentence().contains(&told), !told.starts_with("0 of"), "{}", answer.sentence());
        assert_eq!(answer.filter.is_some(), !filters.is_empty());
    }
    let (plans, _) = bank.distribution("Plan", &[]).unwrap();
    assert_eq!(plans.table.rows.len(), 3);
    assert!(plans.sentence().starts_with("The most frequent value is "), "{}", plans.sentence());
    let refused = |column: &str| bank.distribution(column, &[]).unwrap_err().to_string();
    assert!(refused("Plans").starts_with("no column `Plans`"), "{}", refused("Plans"));
    let key = bank.contract().unwrap().key().name.clone();
    assert!(refused(&key).contains("is the customer's number, so its values are not shown"), "{}", refused(&key));
    let none = bank.distribution("AgeYears", &["AgeYears > 200".to_owned()]).unwrap_err().to_string();
    assert!(none.starts_with("no customer meets the filter `AgeYears > 200`"), "{none}");
}

#[test]
fn columns_are_described_as_the_customers_are() {
    let bank = bank(None);
    let (page, queries) = bank.description(&[]).unwrap();
    assert!(queries.len() > 5);
    let table = page.description();
    let of = |column: &str, figure: &str| {
        let row = table.rows.iter().find(|row| row[0] == Cell::Text(column.to_owned())).unwrap();
        row[table.column(figure).unwrap()].clone()
    };
    let all = customers(&bank);
    let mut ages: Vec<f64> = all.iter().filter_map(|one| number(one, "AgeYears")).collect();
    ages.sort_by(f64::total_cmp);
    let n = ages.len() as f64;
    let mean = ages.iter().sum::<f64>() / n;
    let deviation = (ages.iter().map(|age| (age - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    assert_eq!(of("AgeYears", "count"), Cell::Integer(n as i64));
    assert_eq!(of("AgeYears", "missing"), Cell::Integer((all.len() - ages.len()) as i64));
    for (figure, expected) in [("mean", mean), ("sd", deviation), ("min", ages[0]), ("max", ages[ages.len() - 1])] {
        assert!((of("AgeYears", figure).number().unwrap() - expected).abs() < 1e-9, "{figure}");
    }
    assert_eq!(of("AgeYears", "median").number(), quantile(&ages, 500));
    assert_eq!(of("AgeYears", "top"), Cell::Missing);
    let plans =
        |plan: &str| all.iter().filter(|one| one.get_str("Plan").is_ok_and(|found| found == plan)).count() as i64;
    let most = ["Day", "Month", "Year"].into_iter().max_by_key(|plan| plans(plan)).unwrap();
    assert_eq!((of("Plan", "top"), of("Plan", "top_count")), (Cell::Text(most.to_owned()), Cell::Integer(plans(most))));
    assert_eq!((of("Phone", "top"), of("Phone", "min")), (Cell::Missing, Cell::Missing));
}
