//! Columns of days, however they are written: what is recognised, what stays a doubt, what the draft says of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use contract::Kind;
use csv::ByteRecord;
use recognise::{Recognised, Survey, Wishes};

/// What is recognised in a table of members of whom each column says days in its own way.
fn recognised(columns: &[(&str, &[&str])]) -> Recognised {
    let mut header = vec!["member".to_owned()];
    header.extend(columns.iter().map(|(name, _)| (*name).to_owned()));
    let mut survey = Survey::new(&header);
    for i in 0..60 {
        let mut row = vec![format!("M{i:03}")];
        row.extend(columns.iter().map(|(_, cells)| cells[i % cells.len()].to_owned()));
        survey.add(&ByteRecord::from(row));
    }
    survey.finish(&Wishes { file: "t.csv", ..Wishes::default() }).unwrap()
}

#[test]
fn a_column_is_read_as_all_of_its_cells_say() {
    for (cells, format) in [
        (&["2025-12-31", "2024-02-29 00:00:00", "2025-01-05T00:00:00Z"][..], None),
        (&["31.12.2025", "03.04.2025"], Some("%d.%m.%Y")),
        (&["31/12/2025", "03/04/2025"], Some("%d/%m/%Y")),
        (&["12/31/2025", "03/04/2025"], Some("%m/%d/%Y")),
        (&["2025/12/31", "2025/04/03"], Some("%Y/%m/%d")),
        (&["20251231", "20250403"], Some("%Y%m%d")),
        (&["31-Dec-2025", "3-Apr-2025"], Some("%d-%b-%Y")),
        (&["31.12.2025 00:00:00", "03.04.2025 00:00:00"], Some("%d.%m.%Y %H:%M:%S")),
        (&["31.12.2025", "", "NA"], Some("%d.%m.%Y")),
    ] {
        let recognised = recognised(&[("since", cells)]);
        let column = recognised.contract.column("since").unwrap();
        assert_eq!((&column.kind, column.format.as_deref()), (&Kind::Date, format), "{cells:?}");
        assert_eq!(column.is_nullable, cells.contains(&""));
        assert!(recognised.notes.iter().all(|note| !note.is_doubt()), "{:?}", recognised.notes);
    }
}

#[test]
fn what_could_be_two_days_is_not_guessed() {
    let days: Vec<String> = (0..60).map(|i| format!("{:02}/{:02}/2025", 1 + i % 12, 1 + i / 12)).collect();
    let days: Vec<&str> = days.iter().map(String::as_str).collect();
    let recognised = recognised(&[("since", &days), ("mixed", &["31/12/2025", "12/31/2025", "30/12/2025"])]);
    let kinds = ["since", "mixed"].map(|name| recognised.contract.column(name).unwrap().kind == Kind::Date);
    assert_eq!(kinds, [false, false]);
    let doubts: Vec<&str> =
        recognised.notes.iter().filter(|note| note.is_doubt()).map(|note| note.text.as_str()).collect();
    let expected = "`since`: no cell tells the day from the month, so they stay texts; in a contract `kind = \"date\"` with \
                    `format = \"%d/%m/%Y\"` or `\"%m/%d/%Y\"` says which";
    assert_eq!(doubts, [expected, "`mixed` writes days in more than one way, so they stay texts"]);
    let comment =
        "# Days, of which no cell tells the day from the month: say `kind = \"date\"`, and `format = \"%d/%m/%Y\"` or";
    assert!(recognised.contract.text().contains(comment), "{}", recognised.contract.text());
}
