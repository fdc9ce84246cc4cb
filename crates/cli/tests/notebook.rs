//! `banksphere notebook` beside a Python that only pretends: what it writes, what it starts, what it says.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot start a process has failed")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

const NOTEBOOKS: [&str; 4] = [
    "customer-behavior.ipynb",
    "from-pandas-and-pymongo.ipynb",
    "your-own-questions.ipynb",
    "a-bank-of-your-own.ipynb",
];

/// Says which packages it lacks, as it was told to; as JupyterLab it shows what it got, and ends with 7.
const PYTHON: &str = "#!/bin/sh
case $1 in
-c) echo \"$LACKS\" ;;
-m) echo \"$@\"; pwd; echo \"$BANKSPHERE_DATA\"; [ -z \"$BANKSPHERE_URI\" ] || echo \"$BANKSPHERE_URI\"; exit 7 ;;
esac
";

/// Runs the command in `folder`, where `python3` is the pretender that lacks `lacks`.
fn notebook(folder: &Path, args: &[&str], lacks: &str) -> Output {
    let python = folder.join("bin/python3");
    fs_err::create_dir_all(folder.join("bin")).unwrap();
    fs_err::write(&python, PYTHON).unwrap();
    fs_err::set_permissions(&python, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_banksphere"));
    command.arg("notebook").args(args).current_dir(folder).env("PATH", folder.join("bin"));
    command.env("LACKS", lacks).env("BANKSPHERE_DATA", "data").env_remove("BANKSPHERE_URI").output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn jupyterlab_takes_over_in_the_folder_of_the_notebooks() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().canonicalize().unwrap();
    let output = notebook(&here, &["mine", "--", "--no-browser"], "");
    assert_eq!(output.status.code(), Some(7), "{}", said(&output));
    let (mine, data) = (here.join("mine"), here.join("data"));
    let shown = format!("-m jupyterlab --no-browser\n{}\n{}\n", mine.display(), data.display());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), shown);
    for name in NOTEBOOKS {
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../notebooks").join(name);
        assert!(fs_err::read(mine.join(name)).unwrap() == fs_err::read(ours).unwrap(), "{name} is another");
    }
}

#[test]
fn a_notebook_that_is_there_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notebooks").join(NOTEBOOKS[0]);
    fs_err::create_dir(folder.path().join("notebooks")).unwrap();
    fs_err::write(&file, "my own work").unwrap();
    let output = notebook(folder.path(), &[], "");
    assert_eq!(fs_err::read_to_string(&file).unwrap(), "my own work");
    let wrote: Vec<String> =
        said(&output).lines().filter(|line| line.starts_with("wrote ")).map(str::to_owned).collect();
    let others = ["your-own-questions", "from-pandas-and-pymongo", "a-bank-of-your-own"];
    assert_eq!(wrote, others.map(|name| format!("wrote notebooks/{name}.ipynb")));
    assert_eq!(notebook(folder.path(), &["--force"], "").status.code(), Some(7));
    assert!(fs_err::read_to_string(&file).unwrap().starts_with('{'), "the user insisted");
}

#[test]
fn a_file_or_a_bank_that_is_named_begins_a_notebook() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().canonicalize().unwrap();
    fs_err::write(here.join("Kunden \"2\".csv"), "a").unwrap();
    fs_err::create_dir(here.join("my.sphere")).unwrap();
    fs_err::write(here.join("my.sphere/manifest.json"), "{}").unwrap();
    for (named, notebook_name) in [("Kunden \"2\".csv", "Kunden \"2\".ipynb"), ("my.sphere", "my.ipynb")] {
        let output = notebook(&here, &[named, "mine"], "");
        assert_eq!(output.status.code(), Some(7), "{}", said(&output));
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.starts_with(&format!("-m jupyterlab {notebook_name}\n")), "{shown}");
        let text = fs_err::read_to_string(here.join("mine").join(notebook_name)).unwrap();
        let cells: serde_json::Value = serde_json::from_str(&text).unwrap();
        let source: Vec<&str> =
            cells["cells"][1]["source"].as_array().unwrap().iter().filter_map(|line| line.as_str()).collect();
        let line = format!("source = {}\n", serde_json::Value::from(here.join(named).display().to_string()));
        assert!(source.contains(&line.as_str()), "{source:?}");
    }
    let uri = "mongodb://ann:secret@127.0.0.1:27017/bank";
    let output = notebook(&here, &[uri, "theirs"], "");
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("a-bank-of-your-own.ipynb") && shown.contains("ann:secret"), "{shown}");
    let text = fs_err::read_to_string(here.join("theirs/a-bank-of-your-own.ipynb")).unwrap();
    assert!(!text.contains("secret") && text.contains("source = None"), "the notebook finds it in the environment");
}

#[test]
fn a_file_that_is_not_there_is_no_folder_either() {
    let folder = tempfile::tempdir().unwrap();
    for args in [&["custmers.csv"][..], &["custmers", "mine"]] {
        let output = notebook(folder.path(), args, "");
        let expected = format!(
            "error: there is no file and no bank `{}`\nhint: name a file of customers, a bank, or nothing for generated customers\n",
            args[0]
        );
        assert_eq!((output.status.code(), said(&output)), (Some(2), expected));
    }
    assert!(!folder.path().join("mine").exists() && !folder.path().join("custmers.csv").exists());
}

#[test]
fn what_is_missing_is_named_with_the_way_to_it() {
    let folder = tempfile::tempdir().unwrap();
    for (lacks, shown) in [
        (
            "jupyterlab seaborn",
            "error: `python3` lacks what the notebooks need: `jupyterlab`, `seaborn`\n\
             hint: `python3 -m pip install jupyterlab seaborn`\n",
        ),
        (
            "banksphere",
            "error: `python3` lacks what the notebooks need: `banksphere`\n\
             hint: in the folder of BankSphere's source, `python3 -m pip install '.[notebook]'` brings all that the \
             notebooks use\n",
        ),
    ] {
        let output = notebook(folder.path(), &[], lacks);
        assert_eq!((output.status.code(), said(&output).as_str()), (Some(2), shown));
    }
    assert!(!folder.path().join("notebooks").exists(), "nothing is written where nothing can be opened");
}
