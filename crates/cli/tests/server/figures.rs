//! The same report from a server as from a folder: every figure of it.

use crate::program::{Program, real_file};

/// The report without the line that says when and from which bank it was made, and without the workbook, which says so too:
/// its tables are those of the page.
fn report(program: &Program, name: &str) -> Vec<String> {
    let html = fs_err::read_to_string(program.path(name)).unwrap();
    assert!(html.len() > 100_000, "a report has its analyses");
    html.lines()
        .filter(|line| !line.contains(" UTC") && !line.contains("download=\"report.xlsx\""))
        .map(str::to_owned)
        .collect()
}

/// Analyzes the same customers on both, and compares summary and report line by line.
fn compare(uri: &str, customers: &[&str]) {
    let program = Program::new();
    let [folder, server] = [["b.sphere", "folder.html"], [uri, "server.html"]].map(|[bank, html]| {
        let args = [&["analyze"], customers, &["--bank", bank, "--report", html]].concat();
        program.fine(&args)
    });
    assert_eq!(folder, server);
    let [folder, server] = ["folder.html", "server.html"].map(|name| report(&program, name));
    assert_eq!(folder.len(), server.len());
    for (ours, theirs) in folder.iter().zip(&server) {
        // A table to be saved has its values with all of their digits.
        if ours.contains("data:text/csv") {
            let [ours, theirs] = [ours, theirs].map(|line| line.replace("%0A", "\n"));
            compare_values(&ours, &theirs);
            continue;
        }
        // A line may hold a whole table; where two differ is what is to be seen.
        let same = ours.chars().zip(theirs.chars()).take_while(|(a, b)| a == b).count();
        let from = |line: &str| line.chars().skip(same.saturating_sub(60)).take(120).collect::<String>();
        assert!(ours == theirs, "{}\n{}", from(ours), from(theirs));
    }
    let [folder, server] = ["b.sphere", uri].map(|bank| program.fine(&["quality", "--format", "csv", "--bank", bank]));
    assert!(folder.lines().count() > 20, "a line a column");
    compare_values(&folder, &server);
    for topic in ["segment", "status", "health"] {
        let [folder, server] = ["b.sphere", uri].map(|bank| program.fine(&[topic, "--format", "csv", "--bank", bank]));
        assert!(folder.lines().count() > 40, "full precision, all of {topic}");
        compare_values(&folder, &server);
    }
}

/// Cell by cell: numbers to a billionth, since a server adds in another order; all else as it is.
fn compare_values(folder: &str, server: &str) {
    let cells = |text: &str| -> Vec<String> { text.split([',', '\n']).map(str::to_owned).collect() };
    let (folder, server) = (cells(folder), cells(server));
    assert_eq!(folder.len(), server.len());
    for (ours, theirs) in folder.iter().zip(&server) {
        match (ours.parse::<f64>(), theirs.parse::<f64>()) {
            (Ok(a), Ok(b)) => assert!((a - b).abs() <= 1e-9 * a.abs().max(b.abs()), "{ours} and {theirs}"),
            _ => assert_eq!(ours, theirs),
        }
    }
}

#[test]
fn a_sample_gives_the_same_figures_on_both() {
    let Some(uri) = mongod::bank("a_sample_gives_the_same_figures_on_both") else { return };
    compare(&uri, &["--sample", "3000"]);
}

#[test]
fn the_real_file_gives_the_same_figures_on_both() {
    let Some(file) = real_file() else { return };
    let Some(uri) = mongod::bank("the_real_file_gives_the_same_figures") else { return };
    compare(&uri, &[file.to_str().unwrap()]);
}
