//! Odd banks: what each analysis says of them stands in one file, to be read; what differs in numbers alone stands there once.
//!
//! A change of that file is a change of what people are told; what it says must be true of the bank, and grammatical.

use std::collections::HashSet;
use std::fmt::Write;

use contract::Contract;
use expect_test::expect_file;
use insight::{Answer, Cell, ColumnRole, Family};

use crate::bench::Bench;

/// A customer as cells of a file, by column.
#[derive(Clone)]
struct Customer {
    closed: bool,
    age: i64,
    gender: &'static str,
    dependents: i64,
    education: &'static str,
    marital: &'static str,
    income: &'static str,
    card: &'static str,
    tenure: i64,
    products: i64,
    inactive: i64,
    contacts: i64,
    limit: f64,
    balance: i64,
    spend_change: f64,
    spend: i64,
    transactions: i64,
    transactions_change: f64,
}

/// An ordinary customer; the `at`-th of a bank.
fn ordinary(at: usize) -> Customer {
    // A number below `n`, another for each column.
    let below = |column: u64, n: u64| {
        let mixed = (at as u64 * 32 + column + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        i64::try_from((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 33).unwrap_or_default() % n as i64
    };
    let of = |column: u64, values: &[&'static str]| values[below(column, values.len() as u64) as usize];
    Customer {
        closed: below(0, 6) == 0,
        age: 26 + below(1, 45),
        gender: of(2, &["F", "M"]),
        dependents: below(3, 5),
        education: of(4, &["Graduate", "High School", "Uneducated", "College", "Doctorate", "Unknown"]),
        marital: of(5, &["Married", "Single", "Divorced"]),
        income: of(6, &["Less than $40K", "$40K - $60K", "$120K +", "$60K - $80K", "Unknown"]),
        card: of(7, &["Blue", "Blue", "Blue", "Silver"]),
        tenure: 13 + below(8, 44),
        products: 1 + below(9, 6),
        inactive: 1 + below(10, 4),
        contacts: below(11, 5),
        limit: 1500.0 + below(12, 20_000) as f64,
        balance: below(13, 3) * 500,
        spend_change: 0.4 + below(14, 9) as f64 / 10.0,
        spend: 900 + below(15, 9000),
        transactions: 20 + below(16, 90),
        transactions_change: 0.4 + below(17, 8) as f64 / 10.0,
    }
}

const HEADER: &str = "CLIENTNUM,Attrition_Flag,Customer_Age,Gender,Dependent_count,Education_Level,Marital_Status,\
                      Income_Category,Card_Category,Months_on_book,Total_Relationship_Count,Months_Inactive_12_mon,\
                      Contacts_Count_12_mon,Credit_Limit,Total_Revolving_Bal,Avg_Open_To_Buy,Total_Amt_Chng_Q4_Q1,\
                      Total_Trans_Amt,Total_Trans_Ct,Total_Ct_Chng_Q4_Q1,Avg_Utilization_Ratio";

/// A file of `n` customers, each changed by what makes the bank odd.
fn file(n: usize, change: impl Fn(usize, &mut Customer)) -> String {
    let mut text = format!("{HEADER}\n");
    for at in 0..n {
        let mut it = ordinary(at);
        change(at, &mut it);
        let status = if it.closed { "Attrited Customer" } else { "Existing Customer" };
        let left = it.limit - it.balance as f64;
        let used = if it.limit > 0.0 { it.balance as f64 / it.limit } else { 0.0 };
        writeln!(
            text,
            "{},{status},{},{},{},{},{},{},{},{},{},{},{},{:.1},{},{left:.1},{:.3},{},{},{:.3},{used:.3}",
            1000 + at,
            it.age,
            it.gender,
            it.dependents,
            it.education,
            it.marital,
            it.income,
            it.card,
            it.tenure,
            it.products,
            it.inactive,
            it.contacts,
            it.limit,
            it.balance,
            it.spend_change,
            it.spend,
            it.transactions,
            it.transactions_change,
        )
        .expect("a string takes it all");
    }
    text
}

/// Banks of the card contract, each with its name: of few customers, of one outcome, of answers that are all alike or unknown.
fn cards() -> Vec<(&'static str, Bench)> {
    let bank = |n, change: fn(usize, &mut Customer)| Bench::of_text(&Contract::card(), &file(n, change));
    vec![
        ("one customer, open", bank(1, |_, it| it.closed = false)),
        ("one customer, closed", bank(1, |_, it| it.closed = true)),
        ("two customers, one of them closed", bank(2, |at, it| it.closed = at == 1)),
        ("five customers", bank(5, |_, _| {})),
        ("29 customers", bank(29, |_, _| {})),
        ("30 customers, all alike but for half of them closed", bank(30, |at, it| alike(at, it, at % 2 == 0))),
        ("60 customers, all open", bank(60, |_, it| it.closed = false)),
        ("60 customers, all closed", bank(60, |_, it| it.closed = true)),
        ("120 customers, one closed", bank(120, |at, it| it.closed = at == 7)),
        ("120 customers, one open", bank(120, |at, it| it.closed = at != 7)),
        ("only women", bank(240, |_, it| it.gender = "F")),
        (
            "women and men tied",
            bank(240, |at, it| {
                (it.gender, it.closed) = (if at % 2 == 0 { "F" } else { "M" }, at / 2 % 6 == 0);
            }),
        ),
        (
            "all answers unknown",
            bank(120, |_, it| (it.education, it.marital, it.income) = ("Unknown", "Unknown", "Unknown")),
        ),
        ("one known income", bank(120, |at, it| it.income = if at == 3 { "$120K +" } else { "Unknown" })),
        (
            "incomes of women unknown",
            bank(240, |_, it| {
                if it.gender == "F" {
                    it.income = "Unknown";
                }
            }),
        ),
    ]
}

/// More of them: of numbers, tenures and outcomes at an end.
fn cards_of_odd_numbers() -> Vec<(&'static str, Bench)> {
    let bank = |n, change: fn(usize, &mut Customer)| Bench::of_text(&Contract::card(), &file(n, change));
    vec![
        (
            "one category each",
            bank(240, |_, it| {
                (it.card, it.education, it.marital, it.income) = ("Blue", "Graduate", "Single", "$120K +");
            }),
        ),
        ("nothing differs but the outcome", bank(300, |at, it| alike(at, it, at % 4 == 0))),
        ("limits and balances of zero", bank(120, |_, it| (it.limit, it.balance) = (0.0, 0))),
        (
            "huge numbers",
            bank(120, |at, it| {
                (it.limit, it.balance, it.spend, it.transactions) =
                    (99_000_000.0 + at as f64, 98_000_000, 99_999_999, 30_000);
            }),
        ),
        (
            "tiny numbers",
            bank(120, |at, it| {
                (it.limit, it.balance, it.spend, it.transactions) = (0.1 + at as f64 / 1000.0, 0, 1, 1);
                (it.spend_change, it.transactions_change) = (0.001, 0.001);
            }),
        ),
        ("ages of 18 and 120", bank(120, |at, it| it.age = if at % 2 == 0 { 18 } else { 120 })),
        ("everyone here for 36 months", bank(120, |_, it| it.tenure = 36)),
        ("everyone in the first year", bank(120, |at, it| it.tenure = (at % 12) as i64)),
        ("years of tenure with a gap", bank(240, |at, it| it.tenure = [20, 30, 100, 110][at % 4])),
        (
            "closures rise year by year",
            bank(600, |at, it| {
                it.tenure = 6 + 12 * (at % 5) as i64;
                it.closed = at / 5 % 10 < 1 + at % 5;
            }),
        ),
        ("no month inactive", bank(120, |_, it| it.inactive = 0)),
        (
            "all months inactive, nothing spent",
            bank(120, |_, it| {
                (it.inactive, it.spend, it.transactions) = (12, 0, 0);
                (it.spend_change, it.transactions_change) = (0.0, 0.0);
            }),
        ),
        ("no balances", bank(120, |_, it| it.balance = 0)),
        ("all over their limit", bank(120, |_, it| (it.limit, it.balance) = (1000.0, 2500))),
        ("the outcome is the gender", bank(240, |_, it| it.closed = it.gender == "F")),
        ("29 men among 1,000", bank(1000, |at, it| it.gender = if at < 29 { "M" } else { "F" })),
        ("one man among 1,000", bank(1000, |at, it| it.gender = if at < 1 { "M" } else { "F" })),
    ]
}

/// Makes a customer like all others, but for whether the account was closed.
fn alike(_: usize, it: &mut Customer, closed: bool) {
    *it = Customer { closed, ..ordinary(0) };
}

/// Banks of other contracts.
fn others() -> Vec<(&'static str, Bench)> {
    let card = Contract::card().text().to_owned();
    let parsed = |text: &str| Contract::parse("odd.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
    let plain = file(240, |_, _| {});
    let unsaid = card.replace("role = \"closed\"\n", "").replace(", closed = true", "");
    let bad = card.replace("role = \"closed\"\n", "role = \"closed\"\noutcome = \"bad\"\n");
    let nameless = card
        .replace("{ value = \"Silver\" }", "{ value = \"-\", spellings = [\"\"] }")
        .replace("label = \"Gender\"", "label = \"“Sex”, {} & so on\"");
    let unknown = card.replacen("phrase = \"customers with an open account\"", "missing = true", 1);
    let unknown = unknown.replacen("{ value = \"Attrited", "{ value = \"Open\" },\n  { value = \"Attrited", 1);
    // The missing answer comes last.
    let unknown = unknown.replacen("  { value = \"Existing Customer\", missing = true },\n", "", 1).replacen(
        "closed = true },\n",
        "closed = true },\n  { value = \"Existing Customer\", missing = true },\n",
        1,
    );
    vec![
        ("no outcome", Bench::of_text(&parsed(&unsaid), &plain)),
        ("the outcome is “bad”", Bench::of_text(&parsed(&bad), &plain)),
        (
            "a card without a name, and a label of signs",
            Bench::of_text(&parsed(&nameless), &plain.replace("Silver", "")),
        ),
        ("no outcome is known", Bench::of_text(&parsed(&unknown), &file(120, |_, it| it.closed = false))),
        ("only closures are known", Bench::of_text(&parsed(&unknown), &plain)),
        ("the club of the second contract", Bench::second()),
        ("each answer may be missing", Bench::full_of_gaps(600)),
    ]
}

/// The answers of a bank: all analyses of the catalog, judged together, and some questions of one's own.
fn answers(bench: &Bench) -> Vec<Answer> {
    let mut answers: Vec<Answer> = bench.catalog.analyses().iter().map(|analysis| bench.answer(analysis)).collect();
    insight::judge(&mut answers);
    let questions: [(&[&str], &[&str]); 6] = [
        (&["gender", "income"], &["closure_rate"]),
        (&["age_band", "gender"], &["mean_contacts"]),
        (&["card"], &["mean_limit", "share"]),
        (&["status"], &["mean_months_inactive"]),
        (&[], &["mean_tenure", "mean_balance"]),
        (&["education"], &["total_spend", "balance_to_limit"]),
    ];
    for (by, measures) in questions {
        answers.extend(bench.asked(by, measures));
    }
    answers
}

/// A sentence without its numbers: what two banks are told alike.
fn form(sentence: &str) -> String {
    let mut form = String::new();
    for letter in sentence.chars().filter(|letter| !matches!(letter, '.' | ',')) {
        match letter {
            '0'..='9' if form.ends_with('#') => {}
            '0'..='9' => form.push('#'),
            other => form.push(other),
        }
    }
    form
}

/// What is said of a bank: each sentence with the first analysis that says it, and each note, but for those that differ from one
/// above in their numbers alone.
fn said(name: &str, answers: &[Answer], forms: &mut HashSet<String>) -> String {
    let mut text = format!("# {name}\n");
    for answer in answers {
        for (place, told) in [answer.sentence()].into_iter().chain(answer.notes()).enumerate() {
            if forms.insert(form(&told)) {
                let of = if place == 0 { &answer.name } else { "note" };
                writeln!(text, "{of}: {told}").expect("a string takes it all");
            }
        }
    }
    text + "\n"
}

/// What no sentence may hold.
const WRONG: [&str; 9] =
    ["NaN", " inf ", "“”", " of 0 ", "the 0 customers", " 1 customers", "  ", "{}", "years is 0.0 years"];

/// Holds each test that the ranking of all columns has as well against the p-value that stands there; how many there are.
fn check_one_p_value(name: &str, answers: &[Answer]) -> usize {
    let Some(ranking) = answers.iter().find(|answer| answer.name == "what_goes_with_closure") else { return 0 };
    let place = |column: &str| ranking.table.columns.iter().position(|known| known.name == column);
    let (Some(column), Some(p_value)) = (place("column"), place("p_value")) else { return 0 };
    let there = |label: &str| {
        let row = ranking.table.rows.iter().find(|row| row.cells[column] == Cell::Text(label.to_owned()))?;
        row.cells[p_value].number()
    };
    let mut n_shared = 0;
    for answer in answers {
        let Some(test) = answer.test.filter(|test| matches!(test.family, Family::Columns(_))) else { continue };
        let labels = answer.table.columns.iter().filter(|column| column.role == ColumnRole::Dimension);
        // A column that stands beside another one has no row of its own.
        let found: Vec<f64> = labels.filter_map(|column| there(&column.label)).collect();
        assert!(
            found.is_empty() || found.contains(&test.p_value),
            "{name}: {} has {test:?}, not {found:?}",
            answer.name
        );
        n_shared += found.len();
    }
    n_shared
}

#[test]
fn what_is_said_of_odd_banks() {
    let (mut text, mut forms, mut n_banks, mut n_shared) = (String::new(), HashSet::new(), 0, 0);
    for (name, bench) in cards().iter().chain(&cards_of_odd_numbers()).chain(&others()) {
        let answers = answers(bench);
        for told in answers.iter().flat_map(|answer| [answer.sentence()].into_iter().chain(answer.notes())) {
            let wrong = WRONG.iter().find(|wrong| told.contains(**wrong));
            assert!(wrong.is_none() && told.ends_with('.'), "{name}: {wrong:?} in {told}");
        }
        n_shared += check_one_p_value(name, &answers);
        text.push_str(&said(name, &answers, &mut forms));
        n_banks += 1;
    }
    let empty = Bench::sample(40);
    let none = empty.catalog.analyses().iter().map(|analysis| empty.narrowed(&analysis.name, "Customer_Age>=120"));
    text.push_str(&said("no customer meets the filter", &none.collect::<Vec<_>>(), &mut forms));
    assert!(n_banks > 35, "{n_banks}");
    assert!(n_shared > 50, "{n_shared}");
    expect_file!["odd.txt"].assert_eq(&text);
}
