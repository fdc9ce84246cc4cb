//! Every analysis that the contract has the roles for answers, and the rest is named with what it lacks.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::fmt::Write as _;

use bank::{ErrorKind, Opening, Request};
use expect_test::expect;

use crate::bench::{ask, bank, contract, file, import, talk, topic};
use crate::quality::doubted;

#[test]
fn each_topic_answers_what_it_can_and_names_the_rest() {
    let bank = bank(None);
    let mut told = String::new();
    for word in ["segment", "status"] {
        let answers = ask(&bank, &topic(word));
        assert_eq!(answers.answers.len(), answers.analyses.len());
        for answer in &answers.answers {
            assert!(!answer.table.rows.is_empty(), "{} has no rows", answer.name);
            writeln!(told, "{}: {}", answer.title, answer.sentence()).expect("a string takes it all");
            answer.notes().iter().for_each(|note| writeln!(told, "    {note}").expect("a string takes it all"));
        }
        for notice in &answers.notices {
            writeln!(told, "{notice}").expect("a string takes it all");
        }
        told.push('\n');
    }
    expect![[r#"
        The bank at a glance: Over 60 customers the number of closed accounts is 15, the closure rate is 25.0 % (95 % interval 15.8 to 37.2 %) and the mean age is 50.5 years.
            The mean age is of those who have a value; 4 of 60 customers have none.
        Customers by age band: No group of known customers is large enough to be ranked.
            Small groups of fewer than 30 customers are shown and not ranked: 0–17 (2), 18–29 (8), 30–39 (9), 40–49 (8) and 3 more.
            “Age band” is not known for 4 customers (6.7 %): they are shown last and not interpreted.
        Customers by plan: No group of known customers is large enough to be ranked.
            Small groups of fewer than 30 customers are shown and not ranked: Day (20), Month (21) and Year (19).
        “Age and income” is left out: it needs income
        “Behaviour segments” is left out: it needs number of transactions, spend in dollars and months inactive
        “Customers by dependents” is left out: it needs dependents
        “Customers by education” is left out: it needs education
        “Customers by gender” is left out: it needs gender
        “Customers by income” is left out: it needs income
        “Customers by marital status” is left out: it needs marital status
        “Education and income” is left out: it needs education and income
        “Gender and income” is left out: it needs gender and income
        “Most common profiles” is left out: it needs gender, education and income

        How many closed: Of 60 customers 15 closed their account: 25.0 % (95 % interval 15.8 to 37.2 %).
            A small group of fewer than 30 customers is shown and not ranked: yes (15).
        What tells closure: No columns are chosen: there are too few closed accounts, or too few others.
        What goes with closure: Of 7 columns, “Visits a week” tells closed from open accounts best (information value 2.58), which cannot be told from “Months with the club” (1.80), “Satisfaction” (1.41), “Courses booked” (0.615) and 2 other columns. Whether “Age” tells anything cannot be said from these customers.
            Above an information value of 0.5 a column tells more than is usual: “Visits a week”, “Months with the club” and “Satisfaction”. Look at how such a column was measured: it may say what followed from closing, and not what came before.
        Closures by number of products: No group of known customers is large enough to be ranked.
            Small groups of fewer than 30 customers are shown and not ranked: 1 (27), 2 (14), 3 (9) and 4 (10).
        Closures by tenure: The closure rate of members for 49 and more months, the one group that is large enough, is 0.0 % of 31 (95 % interval 0.0 to 11.0 %).
            Small groups of fewer than 30 customers are shown and not ranked: up to 24 (24), 25–35 (4) and 37–48 (1).
        Life table by year with the bank: No year with the bank has enough customers for a life table.
            Small groups of fewer than 30 customers are shown and not ranked: 1 (13), 2 (11), 3 (4), 4 (1) and 4 more.
        Weight of evidence: No bin is large enough to be compared.
        Closures by region: No group of known customers is large enough to be ranked.
            Small groups of fewer than 30 customers are shown and not ranked: North (17), South (15), East (17), West (9) and not said (2).
            “Region” is not known for 2 customers (3.3 %): they are shown last and not interpreted.
        Closures by satisfaction: No group of known customers is large enough to be ranked.
            Small groups of fewer than 30 customers are shown and not ranked: 3 (6), 4 (6), 5 (8), 6 (12) and 4 more.
        “Closures by change in spend” is left out: it needs change in spend
        “Closures by contacts” is left out: it needs number of contacts
        “Closures by change in transactions” is left out: it needs change in transactions
        “Closures by months inactive” is left out: it needs months inactive
        “Closures by spend” is left out: it needs spend in dollars
        “Closures by number of transactions” is left out: it needs number of transactions
        “Contacts by status and months inactive” is left out: it needs months inactive and number of contacts
        “Inactivity by status” is left out: it needs months inactive
        “What closed accounts are worth” is left out: it needs spend, revolving balance and credit limit

    "#]].assert_eq(&told);
}

#[test]
fn a_topic_that_can_answer_nothing_is_refused_with_the_roles_that_it_needs() {
    let bank = bank(None);
    let error = bank.answer(&topic("health")).expect_err("it has no analysis");
    assert_eq!(error.kind(), ErrorKind::Question);
    expect![[r#"
        no analysis of `health` can be answered: this bank's contract lacks the roles that they need, `utilization`, `credit_limit`, `gender`, `income`, `revolving_balance`
        hint: group by columns that there are"#]].assert_eq(&error.to_string());
    // Asked by dimensions and measures that there are, it answers.
    let request = Request { by: vec!["Plan".to_owned()], ..topic("health") };
    let answers = ask(&bank, &request);
    assert_eq!(answers.answers[0].table.rows.len(), 3);
    assert!(answers.notices.is_empty() && answers.left_out.is_empty());
}

#[test]
fn one_analysis_that_is_left_out_says_what_it_lacks() {
    let bank = bank(None);
    let request = |name: &str| Request { name: Some(name.to_owned()), ..topic("segment") };
    let error = bank.answer(&request("by_gender")).expect_err("there is no such column");
    assert_eq!(error.to_string(), "`by_gender` needs the role `gender`, which this bank's contract does not have");
    let answers = ask(&bank, &request("by_card"));
    assert_eq!((answers.answers.len(), answers.notices.len()), (1, 0));
}

#[test]
fn questions_of_ones_own_speak_as_the_contract_does() {
    let bank = bank(None);
    let request = Request {
        topic: "segment".to_owned(),
        by: vec!["Region".to_owned()],
        measures: ["customers", "closure_rate", "mean_age", "mean_VisitsPerWeek"].map(str::to_owned).to_vec(),
        filters: vec!["MonthsWithUs>=12 and Plan in Month,Year".to_owned()],
        ..Request::default()
    };
    let answer = &ask(&bank, &request).answers[0];
    expect![[r#"
        Customers by region (only customers with Months with the club ≥ 12 and Plan in Month, Year)
        How do the number of customers, closure rate, mean age and mean visits a week differ by region?

         Region  Customers  Closure rate  95 % interval  Mean age  95 % interval  Mean visits a week   95 % interval
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────
         North          11         0.0 %  0.0 to 25.9 %      53.0   39.4 to 66.6               2.489  1.977 to 3.001
         South           8        12.5 %  2.2 to 47.1 %      52.7   34.0 to 71.4               2.188  1.720 to 2.655
         East           10        10.0 %  1.8 to 40.4 %      45.0   27.8 to 62.2               2.300  1.530 to 3.070
         West            6        33.3 %  9.7 to 70.0 %      47.0   29.6 to 64.4               2.133  1.058 to 3.209

        Only customers with Months with the club ≥ 12 and Plan in Month, Year: no group of known customers is large enough to be ranked.
        note: Small groups of fewer than 30 customers are shown and not ranked: North (11), South (8), East (10) and West (6).
        note: The mean age is of those who have a value; 3 of 35 customers have none.
        note: The mean visits a week is of those who have a value; 2 of 35 customers have none.

    "#]].assert_eq(&report::answer_text(answer, None));
    let misspelt = Request { filters: vec!["Plann".to_owned()], ..request };
    let error = bank.answer(&misspelt).expect_err("there is no such column").to_string();
    expect![[r#"
        unknown field `Plann` in the filter
          at filter `Plann`, character 1
        hint: the nearest field is `Plan`"#]]
    .assert_eq(&error);
}

#[test]
fn a_filter_that_is_no_filter_is_shown_one_of_this_bank() {
    let bank = bank(None);
    let request = Request { filters: vec!["Plan Day".to_owned()], ..topic("status") };
    let error = bank.answer(&request).expect_err("it has no sign").to_string();
    expect![[r#"
        expected one of `=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `in`, `not in`, `between`, `not between`, or words such as `over`, `at most`, `is`, `is missing`, found `Day`
          at filter `Plan Day`, character 6
        hint: a filter is like `Plan=Day` or `AgeYears>=45 and Plan in Day,Month`"#]]
    .assert_eq(&error);
}

#[test]
fn a_bank_keeps_its_contract_for_the_files_that_follow() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let place = || Some(bank::Place::Folder(folder.path().join("club.sphere")));
    let first = import(place(), &file("second.csv"), Some(&contract())).unwrap_or_else(|error| panic!("{error}"));
    assert!(first.has_changed);
    // Nothing is said of the contract: it is the bank's own.
    let text = fs_err::read_to_string(file("second.csv")).expect("it is there");
    let fewer = folder.path().join("fewer.csv");
    fs_err::write(&fewer, text.lines().take(41).collect::<Vec<_>>().join("\n")).expect("it can be written");
    let second = import(place(), &fewer, None).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((second.rows, second.has_changed), (40, true));
    let bank = second.open(&Opening::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(bank.contract(), Some(&contract()));
    // A file of other customers is none of this bank.
    let cards = folder.path().join("cards.csv");
    fs_err::write(&cards, "CLIENTNUM,Attrition_Flag\n1,Existing Customer\n").expect("it can be written");
    let error = import(place(), &cards, None).map(|imported| imported.rows).expect_err("it is of another contract");
    assert!(error.to_string().contains("`MemberRef`"), "{error}");
}

#[test]
fn a_contract_that_is_wrong_is_refused_with_all_its_faults() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let wrong = folder.path().join("wrong.toml");
    let text = fs_err::read_to_string(file("second.toml")).expect("it is there");
    fs_err::write(
        &wrong,
        text.replace("kind = \"date\"", "kind = \"dat\"").replace("role = \"age\"", "role = \"agee\""),
    )
    .expect("it can be written");
    let error = bank::read_contract(&wrong).expect_err("two keys are wrong").to_string();
    assert!(error.contains("wrong.toml") && error.contains("agee") && error.contains("`dat`"), "{error}");
    let error = bank::read_contract(&folder.path().join("none.toml")).expect_err("it is not there").to_string();
    assert!(error.contains("none.toml"), "{error}");
}

#[test]
fn a_test_has_one_p_value_wherever_it_is_asked() {
    let bank = doubted();
    let whole = talk(|talk| bank.answer_all(talk)).unwrap_or_else(|error| panic!("{error}"));
    let mut n_columns = 0;
    for answer in whole.answers.iter().filter(|answer| answer.test.is_some()) {
        let word = answer.topic.word.clone();
        let alone = Request { topic: word.clone(), name: Some(answer.name.clone()), ..Request::default() };
        for asked in [alone, topic(&word)] {
            let found = ask(&bank, &asked);
            let found = found.answers.iter().find(|found| found.name == answer.name).map(|found| found.test);
            assert_eq!(found, Some(answer.test), "{}", answer.name);
        }
        n_columns +=
            usize::from(matches!(answer.test, Some(test) if matches!(test.family, insight::Family::Columns(_))));
    }
    assert!(n_columns > 0);
}
