//! Lists of customers to call and scorecards, of a sample: who is on them, what they are said to bring, the pipelines, refusals.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::{Arc, LazyLock};

use bank::campaign::{Evaluation, HoldOut, List, Outcomes, evaluated};
use bank::{Assumptions, Bank, BudgetWish, Budgeted, Error, Import, ImportSource, ModelCard, Opening, Place, Points};
use bank::{ScorecardWish, Talk, WhyWish};
use bson::{Bson, Document};
use insight::{Cell, Table};
use pipeline::{Limits, Run};

/// Does something without telling anyone how far it is.
fn quietly<T>(work: impl FnOnce(&Talk<'_>) -> T) -> T {
    let cancel = Arc::default();
    work(&Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel })
}

fn opened(place: Option<Place>, source: ImportSource<'_>) -> Bank {
    let import = Import { source, as_of: None, found: &|_| {} };
    let imported = quietly(|talk| bank::import(place, &import, &Limits::default(), talk)).unwrap();
    imported.open(&Opening::default()).unwrap()
}

const SOURCE: ImportSource<'static> = ImportSource::Sample { n: 600, seed: 3 };

/// A sample, and models of it.
static SAMPLE: LazyLock<(Bank, ModelCard)> = LazyLock::new(|| {
    let bank = opened(None, SOURCE);
    let wish = WhyWish { repeats: Some(1), ..WhyWish::default() };
    let card = quietly(|talk| bank.why(&wish, talk)).unwrap();
    (bank, card)
});

fn wish(text: &str) -> BudgetWish {
    let assumptions = Assumptions::read(text, "costs.toml").unwrap();
    BudgetWish { view: None, assumptions, are_own: true, budget: None, unseen_is_missing: false }
}

fn budget(wish: &BudgetWish) -> Result<Budgeted, Error> {
    let (bank, card) = &*SAMPLE;
    quietly(|talk| bank.budget(card, wish, talk))
}

fn told(budgeted: &Budgeted) -> String {
    let notices = budgeted.notices.iter().map(ToString::to_string);
    notices.chain(budgeted.sentences.iter().cloned()).collect::<Vec<_>>().join("\n")
}

fn number(table: &Table, row: usize, column: &str) -> f64 {
    table.rows[row][table.column(column).unwrap()].number().unwrap()
}

/// The row of a table with this note.
fn noted(table: &Table, note: &str) -> usize {
    let column = table.column("note").unwrap();
    let has = |cell: &Cell| matches!(cell, Cell::Text(text) if text.contains(note));
    table.rows.iter().position(|row| has(&row[column])).unwrap()
}

fn double(row: &Document, field: &str) -> f64 {
    row.get_f64(field).unwrap()
}

/// A file of these lines.
fn lines(head: &str, rows: impl Iterator<Item = String>) -> String {
    std::iter::once(head.to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn refused<T>(result: Result<T, Error>, why: &str) {
    let text = result.map(|_| ()).unwrap_err().to_string();
    assert!(text.contains(why), "{text}");
}

#[test]
fn the_list_has_the_open_customers_who_are_worth_a_call() {
    let (bank, card) = &*SAMPLE;
    let wish = wish("incentive = 5\ncontact = 2\n");
    let found = budget(&wish).unwrap();
    let (collection, pipeline) = bank.budget_pipeline(card, &wish).unwrap();
    let rows = Run::run(bank, &collection, &pipeline).unwrap();
    let open =
        bank.query("[{$match: {Attrition_Flag: 'Existing Customer'}}, {$count: 'n'}]", None, "customers").unwrap();
    let open: Vec<Document> = bank.rows(&open).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(open[0].get("n"), Some(&Bson::Int32(rows.len() as i32)));
    // What the pipeline says of each customer is what the list is in the order of.
    let mut gains: Vec<(f64, &Document)> = rows.iter().map(|row| (double(row, "expected_gain"), row)).collect();
    gains.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = gains.iter().take_while(|(gain, _)| *gain > 0.0).count();
    assert!((20..400).contains(&best) && found.list.len() == best, "{best} {}", found.list.len());
    for (at, (listed, (gain, row))) in found.list.iter().zip(&gains).enumerate() {
        assert_eq!(listed.get_i64("place").unwrap(), at as i64 + 1);
        assert!((double(listed, "expected_gain") - gain).abs() < 1e-9);
        let spend = row.get("Total_Trans_Amt").and_then(Bson::as_i32).map(f64::from).unwrap();
        let balance = row.get("Total_Revolving_Bal").and_then(Bson::as_i32).map(f64::from).unwrap();
        assert!((double(row, "value") - (0.02 * spend + 0.1 * balance)).abs() < 1e-9, "{row}");
        assert!((double(listed, "value") - double(row, "value")).abs() < 1e-9);
        assert!(listed.get_str("reason_1").unwrap().ends_with(')'), "{listed}");
    }
    let all: f64 = gains.iter().take(best).map(|(gain, _)| gain).sum();
    let row = noted(&found.sizes, "best");
    assert!(
        (number(&found.sizes, row, "profit") - all).abs() < 1.0
            && number(&found.sizes, row, "customers") == best as f64
    );
    assert!(number(&found.sizes, row, "profit_low") < all && all < number(&found.sizes, row, "profit_high"));
    let text = told(&found);
    for said in [
        "scored by the view `first_part`, the one here that can foresee most",
        "the model learned from these very customers",
        "No uplift is claimed",
        " are worth a call: expected profit $",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("built-in assumptions"), "{text}");
    // The same again, to the last digit.
    assert_eq!(budget(&wish).unwrap(), found);
}

#[test]
fn a_server_gives_the_list_and_the_points_of_a_folder() {
    let Some(uri) = mongod::bank("money") else { return };
    let server = opened(Some(Place::named(uri.as_ref()).unwrap()), SOURCE);
    let wish = wish("incentive = 5\ncontact = 2\n");
    let (here, there) = (budget(&wish).unwrap(), quietly(|talk| server.budget(&SAMPLE.1, &wish, talk)).unwrap());
    assert_eq!((here.list.len(), &here.sentences), (there.list.len(), &there.sentences));
    for (here, there) in here.list.iter().zip(&there.list) {
        assert_eq!(here.get("CLIENTNUM"), there.get("CLIENTNUM"));
        assert!((double(here, "expected_gain") - double(there, "expected_gain")).abs() < 1e-9);
        assert_eq!(here.get("reason_1"), there.get("reason_1"));
    }
    let points = |bank: &Bank| {
        let found = scorecard(bank, None).unwrap();
        let rows = Run::run(bank, &found.query.0, &found.query.1).unwrap();
        let points = rows.iter().map(|row| row.get("points").cloned()).collect::<Vec<_>>();
        (found.table, points)
    };
    assert_eq!(points(&SAMPLE.0), points(&server));
}

#[test]
fn a_budget_pays_for_the_first_of_the_list() {
    let plain = budget(&wish("incentive = 5\ncontact = 2\n")).unwrap();
    let wish = BudgetWish { budget: Some(150.0), ..wish("incentive = 5\ncontact = 2\nbudget = 100000\n") };
    let found = budget(&wish).unwrap();
    let n = found.list.len();
    assert!(n > 10 && n < plain.list.len() && plain.list.starts_with(&found.list), "{n}");
    let row = noted(&found.sizes, "within the budget");
    let cost = number(&found.sizes, row, "cost");
    assert!(cost <= 150.0 && cost > 140.0, "{cost}");
    assert!(told(&found).contains(&format!("A budget of $150 pays for the first {n} of them")), "{}", told(&found));
    refused(
        budget(&BudgetWish { budget: Some(1.5), ..wish.clone() }),
        "the budget of $1.50 is below what one contact costs, $2",
    );
    refused(budget(&BudgetWish { budget: Some(f64::NAN), ..wish.clone() }), "the budget is NaN");
    refused(budget(&BudgetWish { budget: Some(-5.0), ..wish.clone() }), "the budget is -5");
    let none = budget(&BudgetWish { budget: Some(2.0), ..wish }).unwrap();
    assert!(
        none.list.is_empty() && told(&none).contains("A budget of $2 does not pay for the first of them"),
        "{}",
        told(&none)
    );
}

#[test]
fn the_sensitivity_is_that_of_other_assumptions() {
    let found = budget(&wish("contact = 4\nincentive = 10\n")).unwrap();
    let best = |text: &str| {
        let other = budget(&wish(text)).unwrap();
        number(&other.sizes, noted(&other.sizes, "best"), "profit")
    };
    let row = |name: &str| {
        let is_it = |cell: &Cell| matches!(cell, Cell::Text(text) if text == name);
        found.sensitivity.rows.iter().position(|row| is_it(&row[0])).unwrap()
    };
    for (name, half, half_more) in [
        ("Margin on spend", "margin_on_spend = 0.01\n", "margin_on_spend = 0.03\n"),
        ("Margin on balances", "margin_on_balances = 0.05\n", "margin_on_balances = 0.15\n"),
        ("Months saved", "months_saved = 6\n", "months_saved = 18\n"),
    ] {
        for (text, column) in [(half, "half"), (half_more, "half_more")] {
            let wanted = best(&format!("contact = 4\nincentive = 10\n{text}"));
            assert!((number(&found.sensitivity, row(name), column) - wanted).abs() <= 1.0, "{name} {column}");
        }
    }
    let contact = number(&found.sensitivity, row("Cost of a contact"), "half_more");
    assert!((contact - best("contact = 6\nincentive = 10\n")).abs() <= 1.0);
    let incentive = number(&found.sensitivity, row("Cost of an incentive"), "half");
    assert!((incentive - best("contact = 4\nincentive = 5\n")).abs() <= 1.0);
    // The one that moves most comes first, and is drawn so.
    let range = |row: usize| number(&found.sensitivity, row, "half_more") - number(&found.sensitivity, row, "half");
    assert!((1..found.sensitivity.rows.len()).all(|row| range(row - 1).abs() >= range(row).abs()));
    for answer in [&found.tornado, &found.curve] {
        let drawn = bank::picture(std::path::Path::new("x.svg"), answer).unwrap();
        assert!(drawn.len() > 2000, "{}", answer.name);
    }
}

#[test]
fn the_views_are_told_by_their_worth_and_hindsight_is_warned_of() {
    let found = budget(&BudgetWish { view: Some("hindsight".to_owned()), ..wish("contact = 2\n") }).unwrap();
    let text = told(&found);
    assert!(text.contains("the view `hindsight` cannot foresee") && text.contains("--view first_part"), "{text}");
    assert!(!text.contains("can foresee most"), "{text}");
    let profits: Vec<f64> = (0..5).map(|row| number(&found.views, row, "profit")).collect();
    // What is known in hindsight is worth most, and no view less than none.
    assert!(profits[0] >= profits[3] && profits[3] > profits[4], "{profits:?}");
    assert!(profits.iter().all(|profit| *profit >= profits[4]), "{profits:?}");
    refused(budget(&BudgetWish { view: Some("late".to_owned()), ..wish("") }), "the models have no view `late`");
    let dear = budget(&wish("contact = 5000\n")).unwrap();
    assert!(
        dear.list.is_empty() && told(&dear).contains("none is worth a call under these assumptions"),
        "{}",
        told(&dear)
    );
    let flat = budget(&wish("value_per_customer = 300\ncontact = 2\n")).unwrap();
    assert!(flat.list.iter().all(|row| double(row, "value") == 300.0));
}

/// A club whose members are told by no amounts.
fn club() -> Bank {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("club.csv");
    let row = |i: u32| {
        let left = i * 7 % 10 < if i.is_multiple_of(3) { 6 } else { 2 };
        format!("{i},{},{},{}", i % 3, i * 37 % 50, if left { "yes" } else { "no" })
    };
    fs_err::write(&file, lines("member,sport,visits,left", (1..=300).map(row))).unwrap();
    let closed = bank::Closed::parse("left=yes").unwrap();
    let file = bank::Source::Path(&file);
    let source = ImportSource::Customers(bank::CustomersFile {
        file,
        contract: None,
        closed: Some(&closed),
        sheet: None,
        delimiter: None,
        accepted: &[],
        set_aside: None,
    });
    opened(None, source)
}

#[test]
fn what_a_bank_has_not_is_said_or_refused() {
    let club = club();
    let card = quietly(|talk| club.why(&WhyWish { repeats: Some(1), ..WhyWish::default() }, talk)).unwrap();
    let asked = |wish: &BudgetWish| quietly(|talk| club.budget(&card, wish, talk));
    refused(asked(&wish("")), "none has the role `spend` or `revolving_balance`");
    let found = asked(&wish("value_per_customer = 2000\ncontact = 1\nincentive = 2\n")).unwrap();
    let text = told(&found);
    assert!(text.contains("the view `hindsight` cannot foresee") && !found.list.is_empty(), "{text}");
    // The sample's models are none of the club's.
    refused(
        quietly(|talk| club.budget(&SAMPLE.1, &wish("value_per_customer = 100\n"), talk)),
        "the model is of another contract",
    );
}

fn scorecard(bank: &Bank, view: Option<&str>) -> Result<Points, Error> {
    let wish = ScorecardWish { view: view.map(str::to_owned), knowingly: Vec::new() };
    quietly(|talk| bank.scorecard(&wish, talk))
}

#[test]
fn a_scorecards_points_are_those_of_its_pipeline() {
    let (bank, _) = &*SAMPLE;
    let found = scorecard(bank, Some("who")).unwrap();
    let rows = Run::run(bank, &found.query.0, &found.query.1).unwrap();
    assert_eq!(rows.len(), 600);
    // The points of the tables' bins, each as often as it has customers, are the points of all customers.
    let (n, points) = (found.table.column("customers").unwrap(), found.table.column("points").unwrap());
    let product = |row: &insight::Row| row[n].number().unwrap() * row[points].number().unwrap();
    let of_table: f64 = found.table.rows.iter().map(product).sum();
    let of_rows: f64 = rows.iter().map(|row| row.get("points").and_then(Bson::as_i32).map(f64::from).unwrap()).sum();
    assert!((of_table - of_rows).abs() < 1e-6, "{of_table} {of_rows}");
    // As many are expected to leave as left, for the scorecard was made of these.
    let expected: f64 = rows.iter().map(|row| double(row, "probability")).sum();
    let left = found.title.split(", ").nth(1).and_then(|text| text.split(' ').next()).unwrap();
    let left: f64 = left.parse().unwrap();
    assert!((expected - left).abs() < 0.05 * left, "{expected} {left}");
    assert!(found.sentences.iter().any(|sentence| sentence.contains("95 % interval")), "{:?}", found.sentences);
    let early = scorecard(bank, None).unwrap();
    assert!(early.notices[0].message().starts_with("made by the view `first_part`"), "{:?}", early.notices);
    refused(scorecard(bank, Some("late")), "this bank has no view `late`");
}

#[test]
fn a_list_becomes_a_campaign_that_a_bank_evaluates() {
    let (bank, _) = &*SAMPLE;
    let found = budget(&wish("incentive = 5\ncontact = 2\n")).unwrap();
    let row = |row: &Document| format!("{},{}", row.get_i32("CLIENTNUM").unwrap(), double(row, "probability"));
    let list = List::read(&lines("CLIENTNUM,probability", found.list.iter().map(row)), "list.csv", None).unwrap();
    let assigned = list.assigned(HoldOut::Share(0.3), 1).unwrap();
    let assigned = List::read(&assigned.csv().unwrap(), "assigned.csv", None).unwrap();
    let outcomes = Outcomes::of_bank(bank).unwrap();
    // All who are on the list are open still.
    let said = evaluated(&assigned, &outcomes, &Evaluation::default()).unwrap().sentences.join("\n");
    assert!(said.contains("No customer of either arm has closed"), "{said}");
    let stranger = List::read("CLIENTNUM,arm\n1,called\n2,held out\n", "x.csv", None).unwrap();
    refused(evaluated(&stranger, &outcomes, &Evaluation::default()), "says nothing of 2, `1` and `2`");
}
