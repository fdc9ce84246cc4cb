//! What is said of closures where some customers gave no answer, and where some groups are small.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::sync::Arc;

use bank::{Bank, CustomersFile, Import, ImportSource, Opening, Request, Talk};
use catalog::Wish;
use expect_test::expect;
use insight::Cell;
use pipeline::Limits;

/// Two thousand customers: of 500 without a job six in ten closed, of the others one in twelve; of nine who are retired all, and who
/// holds a yearly plan a little more often than others.
fn bank() -> Bank {
    of_file("id,job,plan,closed", |at| {
        let job = match at % 4 {
            0 => "",
            1 => "admin",
            2 if at < 36 => "retired",
            2 => "sales",
            _ => "tech",
        };
        let plan = ["Day", "Month", "Year"][at / 4 % 3];
        let is_closed = match job {
            "" => at / 4 % 10 < 6,
            "retired" => true,
            _ => (at / 4).is_multiple_of(12) || (plan == "Year" && at / 4 % 60 == 2),
        };
        format!("{at},{job},{plan},{}\n", if is_closed { "yes" } else { "no" })
    })
}

fn of_file(header: &str, row: impl Fn(usize) -> String) -> Bank {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f.csv");
    fs_err::write(&file, format!("{header}\n{}", (0..2000).map(row).collect::<String>())).unwrap();
    let cancel = Arc::default();
    let talk = Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel };
    let source = ImportSource::Customers(CustomersFile::new((&file).into()));
    let import = Import { source, as_of: None, found: &|_| {} };
    let imported = bank::import(None, &import, &Limits::default(), &talk).unwrap_or_else(|error| panic!("{error}"));
    imported.open(&Opening::default()).unwrap()
}

/// The sentence and the notes of an answer.
fn told(bank: &Bank, request: &Request) -> String {
    let answer = &bank.answer(request).unwrap_or_else(|error| panic!("{error}")).answers[0];
    let lines = std::iter::once(answer.sentence()).chain(answer.notes());
    lines.collect::<Vec<_>>().join("\n")
}

fn status(name: &str) -> Request {
    Request { topic: "status".to_owned(), name: Some(name.to_owned()), ..Request::default() }
}

#[test]
fn who_gave_no_answer_is_a_group_when_columns_are_chosen() {
    expect![[r#"
        “Job” tells most about which accounts closed. In its groups with a higher rate than overall, 192 more accounts closed than the overall rate would give. After it, “Plan” (74 more) adds most. The most closures above the overall rate are among customers whose “Job” is not known: of 500 customers 300 closed their account (60.0 %), 65.2 % of all closures. “Job” tells 23.2 % of the deviance (by an additive logistic regression on groups, cross-validated); “Plan” 4.5 % adds to those before; both tell 27.7 %.
        “Job” is not known of 500 customers (25.0 %), who count as a group of their own: a part of what it tells is who gave no answer."#]].assert_eq(&told(&bank(), &status("what_tells_closure")));
}

#[test]
fn who_is_in_no_bin_and_closes_more_often_is_told_beside_the_ranking() {
    expect![[r#"
        Of 2 columns, “Job” tells closed from open accounts best (information value 0.298), which cannot be told from “Plan” (0.200).
        Most and fewest closures are told of bins of 30 customers or more; of the smaller ones “Job” retired (100.0 % of 9) lies further out.
        Customers without an answer are in no bin here, and their closure rate is not that of the others: “Job” (60.0 % of 500 customers, 10.7 % of the others)."#]].assert_eq(&told(&bank(), &status("what_goes_with_closure")));
}

#[test]
fn small_groups_are_tested_though_they_are_not_ranked() {
    let bank = bank();
    let by_job = Request { topic: "segment".to_owned(), by: vec!["job".to_owned()], ..Request::default() };
    expect![[r#"
        Of the groups of 30 customers or more, none clearly has the highest or the lowest closure rate: it goes from 10.0 % of 491 (95 % interval 7.6 to 12.9 %) among customers with job sales to 10.2 % of 500 (95 % interval 7.8 to 13.2 %) among customers with job admin. Taken together, the groups differ by more than chance would explain (p < 0.001, adjusted over 2 columns); the effect is small (Cramér's V 0.22).
        A small group of fewer than 30 customers is shown and not ranked: retired (9); the test counts all groups of known answers.
        “Job” is not known for 500 customers (25.0 %): they are shown last and not interpreted."#]].assert_eq(&told(&bank, &by_job));
    // The same hypothesis has one p-value, here and in the ranking.
    let ranking = bank.answer(&status("what_goes_with_closure")).unwrap();
    let table = &ranking.answers[0].table;
    let [column, p] = ["column", "p_value"].map(|name| table.column(name).unwrap());
    let of_job = table.rows.iter().find(|row| row[column] == Cell::Text("Job".to_owned())).unwrap();
    let answered = bank.answer(&by_job).unwrap();
    assert_eq!(of_job[p].number(), answered.answers[0].test.as_ref().map(|test| test.p_value));
}

#[test]
fn a_column_of_one_answer_tells_by_who_gave_none() {
    let bank = of_file("id,promotion,closed", |at| {
        let promotion = if at % 2 == 0 { "sent" } else { "" };
        let is_closed = if at % 2 == 0 { at % 20 == 0 } else { at % 3 == 0 };
        format!("{at},{promotion},{}\n", if is_closed { "yes" } else { "no" })
    });
    expect![[r#"
        “Promotion” tells most about which accounts closed. In its groups with a higher rate than overall, 117 more accounts closed than the overall rate would give. The most closures above the overall rate are among customers whose “Promotion” is not known: of 1,000 customers 333 closed their account (33.3 %), 76.9 % of all closures. “Promotion” tells 7.9 % of the deviance (by an additive logistic regression on groups, cross-validated); no other column adds to that.
        “Promotion” is not known of 1,000 customers (50.0 %), who count as a group of their own: a part of what it tells is who gave no answer."#]].assert_eq(&told(&bank, &status("what_tells_closure")));
    expect![[r#"
        No column can be ranked: none has more than one answer.
        Customers without an answer are in no bin here, and their closure rate is not that of the others: “Promotion” (33.3 % of 1,000 customers, 10.0 % of the others)."#]].assert_eq(&told(&bank, &status("what_goes_with_closure")));
}

#[test]
fn a_filter_that_leaves_out_none_is_told() {
    let bank = bank();
    let notices = |filter: &str| {
        let request = Request { filters: vec![filter.to_owned()], by: vec!["plan".to_owned()], ..status("") };
        let answers = bank.answer(&Request { name: None, ..request }).unwrap();
        answers.notices.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        notices("plan in Day, Month, Year"),
        "all customers meet the filter `plan in Day, Month, Year`: it leaves out none"
    );
    assert_eq!(notices("plan in Day, Month"), "");
    assert_eq!(notices("plan = Day and plan = Month"), "no customer meets the filter `plan = Day and plan = Month`");
}

#[test]
fn whom_a_filter_keeps_without_an_answer_is_told() {
    let bank = bank();
    let notices = |filter: &str| {
        let request = Request { filters: vec![filter.to_owned()], ..status("closed_accounts") };
        let answers = bank.answer(&request).unwrap_or_else(|error| panic!("{error}"));
        let told: Vec<String> = answers.notices.iter().map(ToString::to_string).collect();
        told.into_iter().filter(|notice| notice.starts_with("the filter keeps")).collect::<Vec<_>>()
    };
    let told = "the filter keeps 500 customers whose “Job” is not known\nhint: `… is known` leaves them out";
    for filter in ["job != admin", "job not in admin, sales", "not (job = admin)", "plan = Day or job != admin"] {
        assert_eq!(notices(filter), [told], "{filter}");
    }
    assert_eq!(notices("{job: {$not: {$eq: 'admin'}}}"), [told]);
    let request = Request { filters: vec!["job != admin".to_owned()], ..status("closed_accounts") };
    let note = "The filter keeps 500 customers whose “Job” is not known.";
    assert!(self::told(&bank, &request).lines().any(|line| line == note), "{}", self::told(&bank, &request));
    let listed = bank.list(&["job != admin".to_owned()], &Wish::default()).unwrap();
    assert_eq!(listed.kept.iter().map(ToString::to_string).collect::<Vec<_>>(), [told]);
    assert_eq!(notices("{$expr: {$ne: ['$job', 'admin']}}"), [told]);
    for filter in ["job = admin", "job != admin and job is known", "plan != Day", "job != null"] {
        assert_eq!(notices(filter), [""; 0], "{filter}");
    }
}
