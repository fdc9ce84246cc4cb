//! Which column is taken for the outcome, by its name and its values; what is a doubt; and what is known only after it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use contract::Role;
use csv::ByteRecord;
use recognise::{Recognised, Survey, Wishes};

/// A column: its name, and its cell of a row, of which is said whether its customer left.
type Column<'a> = (&'a str, &'a dyn Fn(usize, bool) -> String);

/// What is recognised in a table of 100 customers of whom every fifth left, with these columns.
fn recognised(columns: &[Column<'_>]) -> Recognised {
    let mut header = vec!["customer_id".to_owned(), "age".to_owned()];
    header.extend(columns.iter().map(|(name, _)| (*name).to_owned()));
    let mut survey = Survey::new(&header);
    for i in 0..100 {
        let mut row = vec![format!("C{i:04}"), (20 + i * 7 % 50).to_string()];
        row.extend(columns.iter().map(|(_, cell)| cell(i, i.is_multiple_of(5))));
        survey.add(&ByteRecord::from(row));
    }
    survey.finish(&Wishes { file: "t.csv", ..Wishes::default() }).unwrap()
}

/// The values of the outcome that mean closed.
fn closed(recognised: &Recognised) -> Option<String> {
    recognised.contract.role(Role::Closed).map(|column| column.closed_values().join(" "))
}

fn doubts(recognised: &Recognised) -> Vec<&str> {
    recognised.notes.iter().filter(|note| note.is_doubt()).map(|note| note.text.as_str()).collect()
}

#[test]
fn outcomes_are_taken_where_name_and_values_say_plainly_who_left() {
    for (name, left, stayed) in [
        ("status", "closed", "not closed"),
        ("account_open", "no", "yes"),
        ("Account Open", "0", "1"),
        ("is_open", "False", "True"),
        ("No_Churn", "0", "1"),
        ("not_churned", "no", "yes"),
        ("Churned", "1", "0"),
        ("Churned", "Churned", "Not churned"),
        ("What happened", "Left", "Stayed"),
        ("Retained", "0", "1"),
        ("Retention", "Lost", "Retained"),
        ("Konto offen", "nein", "ja"),
    ] {
        let outcome = |_: usize, has_left: bool| if has_left { left } else { stayed }.to_owned();
        let recognised = recognised(&[(name, &outcome)]);
        assert_eq!(closed(&recognised).as_deref(), Some(left), "{name}");
        assert_eq!(doubts(&recognised), [""; 0], "{name}");
    }
}

#[test]
fn use_is_no_outcome_where_another_is_and_alone_a_doubt() {
    for (name, idle, used) in [
        ("Active", "0", "1"),
        ("IsActiveMember", "0", "1"),
        ("is_active", "no", "yes"),
        ("Status", "Inactive", "Active"),
    ] {
        let active = |i: usize, _: bool| if i.is_multiple_of(3) { idle } else { used }.to_owned();
        let alone = recognised(&[(name, &active)]);
        assert_eq!(closed(&alone), None);
        let told = format!(
            "`{name}` may say who closed the account, or only who uses it: no outcome was taken; `--closed {name}={idle}` takes it for that"
        );
        assert_eq!(doubts(&alone), [told]);
        let exited = |_: usize, has_left: bool| i32::from(has_left).to_string();
        let both = recognised(&[(name, &active), ("Exited", &exited)]);
        assert_eq!(closed(&both).as_deref(), Some("1"));
        assert!(both.contract.column(name).is_some());
    }
}

#[test]
fn what_is_known_only_after_the_closure_is_left_out() {
    let exited = |_: usize, has_left: bool| i32::from(has_left).to_string();
    let if_left = |cell: String, otherwise: &str, has_left: bool| if has_left { cell } else { otherwise.to_owned() };
    let recognised = recognised(&[
        ("Exited", &exited),
        ("months_since_closure", &|i, has_left| if_left((1 + i % 9).to_string(), "", has_left)),
        ("Datum der Kündigung", &|i, has_left| if_left(format!("2025-01-{:02}", 1 + i % 28), "", has_left)),
        ("account exit reason", &|i, _| (i % 3).to_string()),
        ("refund", &|i, has_left| if_left((1 + i).to_string(), "0", has_left)),
        ("told us why", &|i, has_left| if_left(["fees", "moved"][i / 5 % 2].to_owned(), "", has_left)),
        ("visits", &|i, _| (i % 7).to_string()),
        ("mail", &|i, _| if i.is_multiple_of(2) { String::new() } else { (i % 4).to_string() }),
    ]);
    let out: Vec<(&str, bool, &str)> = recognised
        .contract
        .left_out
        .iter()
        .map(|out| (out.name.as_str(), out.leaks, out.reason.as_deref().unwrap_or_default()))
        .collect();
    let computed = "were computed from the outcome";
    let after = "have values only where the account is closed";
    assert_eq!(
        out,
        [
            ("months_since_closure", true, computed),
            ("Datum der Kündigung", true, computed),
            ("account exit reason", true, computed),
            ("refund", true, after),
            ("told us why", true, after),
        ]
    );
    let told = "left out `refund` and `told us why`: they have values only where the account is closed";
    assert!(recognised.notes.iter().any(|note| note.text == told), "{:?}", recognised.notes);
}
