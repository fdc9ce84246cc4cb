//! What is the same for every command: colours, the pager, silence, the user's defaults, completions, manual pages, and that a
//! report is opened.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot start a process has failed")]
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_banksphere");

/// A folder to work in, whose user has no defaults yet.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        for variable in
            ["BANKSPHERE_URI", "BANKSPHERE_PAGER", "PAGER", "LESS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "DISPLAY"]
        {
            command.env_remove(variable);
        }
        command.args(args).current_dir(self.path()).env("XDG_CONFIG_HOME", self.path()).env("TERM", "xterm");
        command
    }

    fn run(&self, args: &[&str], environment: &[(&str, &str)]) -> Output {
        self.command(PROGRAM, args).envs(environment.iter().copied()).output().unwrap()
    }

    fn defaults(&self, text: &str) {
        fs_err::create_dir_all(self.path().join("banksphere")).unwrap();
        fs_err::write(self.path().join("banksphere/config.toml"), text).unwrap();
    }

    /// A bank of ten generated customers.
    fn bank(&self, name: &str) {
        let made = self.run(&["analyze", "--sample", "10", "--bank", name], &[]);
        assert!(made.status.success(), "{}", err(&made));
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn colours_are_as_they_are_asked_for() {
    let home = Home::new();
    let red = "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m there is no bank";
    let is_red = |args: &[&str], environment: &[(&str, &str)]| {
        let args = [args, &["info", "--bank", "no.sphere"]].concat();
        let told = err(&home.run(&args, environment));
        assert!(told.contains("no bank"), "{told}");
        told.contains(red)
    };
    assert!(!is_red(&[], &[]), "no terminal, no colours");
    assert!(is_red(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_red(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!is_red(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(is_red(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!is_red(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    home.defaults("color = 'always'");
    assert!(is_red(&[], &[]));
    assert!(!is_red(&[], &[("NO_COLOR", "1")]));
    assert!(!is_red(&["--color=never"], &[]));
}

#[test]
fn headings_are_bold_where_there_are_colours_and_data_never_is() {
    let home = Home::new();
    home.bank("b.sphere");
    let run = |more: &[&str]| {
        out(&home.run(&[&["segment", "by_gender", "--color", "always", "--bank", "b.sphere"], more].concat(), &[]))
    };
    assert!(run(&[]).starts_with("\u{1b}[1mCustomers by gender\u{1b}[0m\n"), "{}", run(&[]));
    for format in ["csv", "json", "md"] {
        assert!(!run(&["--format", format]).contains('\u{1b}'), "{format}");
    }
}

#[test]
fn silence_keeps_notices_back_and_no_errors() {
    let home = Home::new();
    home.bank("b.sphere");
    let told = |args: &[&str]| {
        let output = home.run(args, &[]);
        (output.status.code().unwrap(), err(&output))
    };
    let misspelt = ["aggregate", "customers", "[{$group: {_id: '$Gendr'}}]", "--bank", "b.sphere"];
    assert!(told(&misspelt).1.contains("notice:"));
    assert_eq!(told(&[&misspelt[..], &["--quiet"]].concat()), (0, String::new()));
    assert_eq!(told(&["-q", "sample", "3", "-o", "s.csv"]), (0, String::new()));
    let (code, refused) = told(&["-q", "info", "--bank", "no.sphere"]);
    assert_eq!((code, refused.starts_with("error: ")), (2, true), "{refused}");
    fs_err::write(home.path().join("bad.csv"), "Customer_Age,Exited\nx,1\n40,0\n").unwrap();
    let (code, faults) = told(&["-q", "check", "bad.csv"]);
    assert_ne!((code, faults.as_str()), (0, ""));
}

#[test]
fn an_option_wins_over_the_environment_and_that_over_the_file_of_defaults() {
    let home = Home::new();
    for (name, n) in
        [("here/option.sphere", "3"), ("here/env.sphere", "4"), ("here/file.sphere", "5"), ("bank.sphere", "6")]
    {
        fs_err::create_dir_all(home.path().join("here")).unwrap();
        let made = home.run(&["analyze", "--sample", n, "--bank", name], &[]);
        assert!(made.status.success(), "{}", err(&made));
    }
    let count = |args: &[&str], environment: &[(&str, &str)]| {
        let output = home.run(&[&["count", "customers"], args].concat(), environment);
        assert!(output.status.success(), "{}", err(&output));
        out(&output).trim().to_owned()
    };
    let env = [("BANKSPHERE_URI", "here/env.sphere")];
    assert_eq!(count(&[], &[]), "6");
    home.defaults("bank = 'here/file.sphere'");
    assert_eq!(count(&[], &[]), "5");
    assert_eq!(count(&[], &[("BANKSPHERE_URI", "")]), "5");
    assert_eq!(count(&[], &env), "4", "the variable takes a folder, too");
    assert_eq!(count(&["--bank", "here/option.sphere"], &env), "3");
    home.defaults("bank = '~/here/file.sphere'");
    assert_eq!(count(&[], &[("HOME", home.path().to_str().unwrap())]), "5");
}

#[test]
fn the_file_of_defaults_says_how_tables_are_written_to_standard_output() {
    let home = Home::new();
    home.bank("bank.sphere");
    home.defaults("format = 'csv'");
    let asked = ["segment", "by_gender"];
    assert!(out(&home.run(&asked, &[])).starts_with("gender,customers,"));
    assert!(out(&home.run(&[&asked[..], &["--format", "md"]].concat(), &[])).starts_with("## "));
    assert!(home.run(&[&asked[..], &["-o", "x.json"]].concat(), &[]).status.success());
    assert!(fs_err::read_to_string(home.path().join("x.json")).unwrap().starts_with("[\n"));
}

#[test]
fn faults_of_the_file_of_defaults_name_file_line_and_key() {
    let home = Home::new();
    home.defaults("# mine\nbnak = 'x'\n");
    let refused = home.run(&["catalog", "list"], &[]);
    let file = home.path().join("banksphere/config.toml");
    let expected = format!("error: there is no key `bnak`\n  at {}:2: bnak\nhint: ", file.display());
    assert!(err(&refused).starts_with(&expected), "{}", err(&refused));
    assert_eq!(refused.status.code(), Some(2));
}

/// Runs a command line in a terminal of 20 lines; none where the system has no `script` to make one.
fn on_a_terminal(home: &Home, line: &str) -> Option<String> {
    let line = format!("stty rows 20 cols 80; {line}");
    match home.command("script", &["-qec", &line, "/dev/null"]).output() {
        Ok(output) => Some(out(&output).replace('\r', "")),
        Err(error) => {
            eprintln!("skipped: `script` makes no terminal: {error}");
            None
        }
    }
}

#[test]
fn long_answers_go_through_the_pager_on_a_terminal() {
    let home = Home::new();
    let pager = home.path().join("pager");
    fs_err::write(&pager, "#!/bin/sh\necho \"paged with $LESS\"\nhead -n 1\n").unwrap();
    fs_err::set_permissions(&pager, std::fs::Permissions::from_mode(0o755)).unwrap();
    let said =
        |pager: &str, more: &str| on_a_terminal(&home, &format!("{pager} {PROGRAM} catalog list --color never {more}"));
    let Some(by_pager) = said("BANKSPHERE_PAGER=./pager PAGER=false", "") else { return };
    assert_eq!(by_pager, "paged with FRX\nanalyses: segment\n");
    assert_eq!(said("PAGER=./pager", "").unwrap(), by_pager);
    let whole = said("PAGER=./pager", "--no-pager").unwrap();
    assert!(whole.lines().count() > 40 && !whole.contains("paged"), "{whole}");
    assert_eq!(said("PAGER=", "").unwrap(), whole);
    assert_eq!(said("PAGER=./there-is-none 2>/dev/null", "").unwrap(), whole, "a pager that is not there is no loss");
    home.defaults("pager = './pager'");
    assert_eq!(said("PAGER=false", "").unwrap(), by_pager);
    // What fits the screen, and what is data, is never paged.
    let short = on_a_terminal(&home, &format!("{PROGRAM} --version")).unwrap();
    assert!(short.starts_with("banksphere "), "{short}");
    let rows = on_a_terminal(&home, &format!("{PROGRAM} sample 100 2>/dev/null")).unwrap();
    assert_eq!(rows.lines().count(), 101);
}

#[test]
fn a_terminal_has_colours_and_lines_of_its_width() {
    let home = Home::new();
    home.bank("b.sphere");
    let asked = |environment: &str, width: u32| {
        on_a_terminal(
            &home,
            &format!("stty cols {width}; {environment} {PROGRAM} segment by_income --bank b.sphere --no-pager"),
        )
    };
    let Some(wide) = asked("", 150) else { return };
    assert!(wide.starts_with("\u{1b}[1mCustomers by income\u{1b}[0m\n"), "{wide}");
    for plain in ["NO_COLOR=1", "CLICOLOR=0", "TERM=dumb"] {
        assert!(!asked(plain, 150).unwrap().contains('\u{1b}'), "{plain}");
    }
    let narrow = asked("NO_COLOR=1", 60).unwrap();
    assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    assert!(narrow.lines().count() > wide.lines().count(), "{narrow}");
}

#[test]
fn every_shell_gets_its_completions() {
    let home = Home::new();
    for (shell, word) in [
        ("bash", "complete "),
        ("zsh", "#compdef banksphere"),
        ("fish", "complete -c banksphere"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = out(&home.run(&["completions", shell], &[]));
        assert!(script.contains(word) && script.contains("segment"), "{shell}");
        // The names of the catalog, as far as the shell takes values: of options, or of what stands by itself, too.
        let names: &[&str] = match shell {
            "bash" | "zsh" => &["age_band", "closure_rate", "closures_by_products"],
            "fish" => &["age_band", "closure_rate"],
            _ => &[],
        };
        assert!(names.iter().all(|name| script.contains(name)), "{shell}");
    }
    if let Ok(checked) = home.command("bash", &["-n", "-c", &out(&home.run(&["completions", "bash"], &[]))]).output() {
        assert!(checked.status.success(), "{}", err(&checked));
    }
}

#[test]
fn each_command_gets_a_manual_page() {
    let home = Home::new();
    let told = err(&home.run(&["man", "deep/man1"], &[]));
    let pages = fs_err::read_dir(home.path().join("deep/man1")).unwrap().count();
    assert_eq!(told, format!("{pages} pages written to deep/man1\n"));
    let read = |page: &str| fs_err::read_to_string(home.path().join("deep/man1").join(page)).unwrap();
    for (page, word) in [
        ("banksphere.1", "segment"),
        ("banksphere-segment.1", "measures"),
        ("banksphere-catalog-show.1", "analysis"),
        ("banksphere-man.1", "FOLDER"),
    ] {
        let text = read(page);
        assert!(text.contains(".TH") && text.contains(word), "{page}: {text}");
    }
}

#[test]
fn a_report_is_opened_where_that_is_asked_for() {
    let home = Home::new();
    home.bank("b.sphere");
    let browser = home.path().join("xdg-open");
    fs_err::write(&browser, "#!/bin/sh\necho \"$1\" > opened\n").unwrap();
    fs_err::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", home.path().display(), std::env::var("PATH").unwrap());
    let opened = home.path().join("opened");
    let report = |more: &[&str]| {
        let args = [&["report", "--bank", "b.sphere", "-o", "r.html"], more].concat();
        let made = home.run(&args, &[("PATH", &path)]);
        assert!(made.status.success(), "{}", err(&made));
    };
    report(&[]);
    assert!(!opened.exists());
    report(&["--open"]);
    let is_opened = || fs_err::read_to_string(&opened).is_ok_and(|name| name.trim_end().ends_with("r.html"));
    // The browser is started, and not waited for.
    assert!((0..200).any(|_| is_opened() || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        false
    }));
}

#[test]
fn every_chart_is_drawn_below_its_table() {
    let home = Home::new();
    let made = home.run(&["analyze", "--sample", "2000", "--bank", "b.sphere"], &[]);
    assert!(made.status.success(), "{}", err(&made));
    let mut n_charts = 0;
    for topic in ["segment", "status", "health"] {
        let ask = |more: &[&str]| {
            let answered = home.run(&[&[topic, "--bank", "b.sphere", "--quiet"], more].concat(), &[]);
            assert!(answered.status.success(), "{}", err(&answered));
            out(&answered)
        };
        let (plain, drawn) = (ask(&[]), ask(&["--chart", "-"]));
        let marks = |text: &str| text.lines().filter(|line| line.contains(['█', '▏', '●', '▃', '⠤', '⣀'])).count();
        assert_eq!(marks(&plain), 0, "{plain}");
        assert!(!drawn.contains("No data to draw"), "{drawn}");
        n_charts += marks(&drawn);
        let kept: Vec<&str> = plain.lines().filter(|line| !line.is_empty()).collect();
        let mut lines = drawn.lines();
        assert!(kept.iter().all(|line| lines.any(|other| other == *line)), "the answers are whole, in their order");
        assert!(drawn.lines().all(|line| line.chars().count() <= 100 || kept.contains(&line)), "{drawn}");
    }
    assert!(n_charts > 100, "{n_charts}");
    let one = home.run(&["status", "--by", "gender,card,income", "--chart", "-", "--bank", "b.sphere"], &[]);
    assert_eq!(err(&one), "error: groups by 3 dimensions have no chart\nhint: group by one dimension, or by two\n");
}
