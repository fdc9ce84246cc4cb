//! The command line over a bank of another contract: other names, another outcome, no money.

#![expect(clippy::unwrap_used, reason = "a test that cannot start a process has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use bank::{Import, ImportSource, Place, Talk};

/// A folder with the bank `club.sphere` in it.
struct Club(tempfile::TempDir);

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/contracts").join(name)
}

impl Club {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Folder(folder.path().join("club.sphere"));
        let contract = bank::read_contract(&file("second.toml")).unwrap();
        let csv = file("second.csv");
        let source = ImportSource::Customers(bank::CustomersFile {
            contract: Some(&contract),
            ..bank::CustomersFile::new((&csv).into())
        });
        let talk = Talk { say: &|_| {}, progress: &|_| {}, cancel: &Arc::default() };
        let import = Import { source, as_of: None, found: &|_| {} };
        bank::import(Some(place), &import, &pipeline::Limits::default(), &talk).unwrap();
        Self(folder)
    }

    /// Runs the program over the bank: exit code, stdout, stderr.
    fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_banksphere"));
        command.args(args).args(["--bank", "club.sphere"]).current_dir(self.0.path()).env_remove("BANKSPHERE_URI");
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    /// Runs it, which must go well: stdout, stderr.
    #[track_caller]
    fn fine(&self, args: &[&str]) -> (String, String) {
        let (code, stdout, stderr) = self.run(args);
        assert_eq!(code, Some(0), "{args:?}: {stderr}");
        (stdout, stderr)
    }
}

#[track_caller]
fn check_words(text: &str) {
    for word in ["Blue", "Attrited", "Existing Customer", "$", "Credit", "credit", "Income", "(no rows)", "NaN"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
}

#[test]
fn analyze_tells_of_the_members_and_writes_their_report() {
    let club = Club::new();
    let (summary, said) = club.fine(&["analyze", file("second.csv").to_str().unwrap()]);
    check_words(&summary);
    assert!(summary.starts_with("Lakeside Club members\n"), "{summary}");
    for told in ["Customers         60\n", "Closure rate  25.0 %", "Visits a week", "analyses are left out"] {
        assert!(summary.contains(told), "{told} in {summary}");
    }
    // What is left out is told in the report, and not again and again.
    assert_eq!(said.matches("left out").count(), 1, "{said}");
    let page = fs_err::read_to_string(club.0.path().join("report.html")).unwrap();
    assert!(
        page.contains("<h1>Lakeside Club members</h1>") && page.contains("<dt>Customers by gender</dt><dd>gender</dd>")
    );
}

#[test]
fn topics_answer_and_name_what_they_leave_out() {
    let club = Club::new();
    for (word, title, lacks) in [
        ("segment", "Customers by plan", "notice: “Customers by gender” is left out: it needs gender\n"),
        ("status", "How many closed", "notice: “Closures by contacts” is left out: it needs number of contacts\n"),
    ] {
        let (answers, said) = club.fine(&[word]);
        check_words(&answers);
        assert!(answers.contains(title) && !answers.contains("by gender"), "{answers}");
        assert!(said.contains(lacks), "{said}");
        let (csv, _) = club.fine(&[word, "--format", "csv"]);
        assert!(csv.lines().count() > 10, "{csv}");
    }
    let (code, answers, said) = club.run(&["health"]);
    assert_eq!((code, answers.as_str()), (Some(2), ""));
    assert!(said.starts_with("error: no analysis of `health` can be answered: this bank's contract lacks"), "{said}");
    assert!(said.contains("\nhint: group by columns that there are") && said.lines().count() == 2, "{said}");
}

#[test]
fn questions_of_ones_own_group_by_columns_of_the_contract() {
    let club = Club::new();
    let question =
        ["segment", "--by", "Region,Plan", "--measures", "customers,closure_rate", "--where", "AgeYears>=30"];
    let (answer, said) = club.fine(&question);
    check_words(&answer);
    assert!(answer.starts_with("Customers by region and plan (only customers with Age ≥ 30)\n"), "{answer}");
    assert!(answer.contains(" North     Day            4 ") && said.is_empty(), "{answer}{said}");
    let (answer, _) = club.fine(&["health", "--by", "Plan"]);
    assert!(answer.contains(" Day           20"), "{answer}");
    let (code, _, said) = club.run(&["segment", "--by", "Card_Category"]);
    assert!(code == Some(2) && said.contains("unknown dimension `Card_Category`"), "{said}");
}
