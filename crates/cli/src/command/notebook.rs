//! `banksphere notebook`: the notebooks, in a folder of the user's, opened in JupyterLab.
//!
//! In: a folder, and perhaps a file of customers or a bank. Out: the notebooks in it that were missing, one of them with that
//! file in its first cell, and JupyterLab in this program's place.
//! Invariant: a file that is there is never overwritten unless the user insists, for it may hold work.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use bank::Place;

use crate::args;
use crate::failure::Failure;
use crate::output;

/// The notebooks, as this program carries them.
const NOTEBOOKS: [(&str, &str); 3] = [
    ("customer-behavior.ipynb", include_str!("../../../../notebooks/customer-behavior.ipynb")),
    ("your-own-questions.ipynb", include_str!("../../../../notebooks/your-own-questions.ipynb")),
    ("from-pandas-and-pymongo.ipynb", include_str!("../../../../notebooks/from-pandas-and-pymongo.ipynb")),
];
/// The notebook of any bank, which is told its file.
const OWN: &str = include_str!("../../../../notebooks/a-bank-of-your-own.ipynb");
/// Its name, where no file is named.
const OWN_NAME: &str = "a-bank-of-your-own.ipynb";
/// The line of it that names the file, as the notebook's JSON has it, and what stands there in its place.
const SOURCE: &str = "\"source = None\\n\"";
/// What JupyterLab and the notebooks import, by the names that pip knows too.
const PACKAGES: [&str; 6] = ["banksphere", "jupyterlab", "pandas", "polars", "seaborn", "pymongo"];
/// Prints which of its arguments cannot be imported. The current folder is no place to look, for a clone of this project
/// there would pass for the package.
const MISSING: &str = "\
import importlib.util, sys
sys.path = [folder for folder in sys.path if folder]
print(*[name for name in sys.argv[1:] if importlib.util.find_spec(name) is None])";
/// Names the folder of the notebooks' data to them.
const DATA_VARIABLE: &str = "BANKSPHERE_DATA";
/// Names the bank to them.
const URI_VARIABLE: &str = "BANKSPHERE_URI";
/// Where the notebooks are put.
const FOLDER: &str = "notebooks";
/// The file by which a bank's folder is known.
const MANIFEST: &str = "manifest.json";

/// Runs the command.
pub(crate) fn run(args: &args::Notebook, program: &[OsString]) -> Result<(), Failure> {
    let (source, folder) = asked(args)?;
    let python = python_with_packages(program)?;
    let own = source.as_ref().map(own).transpose()?;
    write_missing(folder, own.as_ref(), args.force)?;
    output::say(&format!("JupyterLab starts in `{}`; Ctrl-C, pressed twice, ends it", folder.display()));
    let mut jupyter = Command::new(python);
    jupyter.args(["-m", "jupyterlab"]).args(&args.jupyter).current_dir(folder);
    if let Some((name, _)) = &own {
        jupyter.arg(name);
    }
    if let Some(Source::Server(uri)) = &source {
        // A password belongs into no file, so the notebook finds the bank in the environment.
        jupyter.env(URI_VARIABLE, uri);
    }
    if let Some(data) = std::env::var_os(DATA_VARIABLE).filter(|data| !data.is_empty()) {
        // The notebooks run in their own folder, and the user named this one from here.
        jupyter.env(DATA_VARIABLE, std::path::absolute(data)?);
    }
    become_it(jupyter)
}

/// What the user wants to look at.
enum Source<'a> {
    /// A file of customers, or a bank's folder.
    File(&'a Path),
    /// A database on a server, or a file with its connection string.
    Server(OsString),
}

/// What is to be looked at, and the folder of the notebooks: a single name that is a file, a bank or a server is the first.
fn asked(args: &args::Notebook) -> Result<(Option<Source<'_>>, &Path), Failure> {
    let Some(first) = &args.first else { return Ok((None, Path::new(FOLDER))) };
    let folder = args.folder.as_deref().unwrap_or(Path::new(FOLDER));
    let text = first.to_string_lossy();
    if bank::Uri::is_meant(&text) {
        let Place::Server(uri) = crate::place::named(first)? else { return Ok((None, folder)) };
        return Ok((Some(Source::Server(uri.reveal().into())), folder));
    }
    if let Some(file) = text.strip_prefix('@') {
        let uri = bank::read_text(Path::new(file))?;
        return Ok((Some(Source::Server(uri.trim().into())), folder));
    }
    let path = Path::new(first);
    if path.is_file() || path.join(MANIFEST).is_file() {
        return Ok((Some(Source::File(path)), folder));
    }
    if args.folder.is_some() || (path.extension().is_some() && !path.exists()) {
        let message = format!("there is no file and no bank `{}`", diagnostic::quote(&text));
        return Err(Failure::hinted(message, "name a file of customers, a bank, or nothing for generated customers"));
    }
    Ok((None, path))
}

/// The name of the user's own notebook, and its text with the file in it.
fn own(source: &Source<'_>) -> Result<(String, String), Failure> {
    let Source::File(file) = source else { return Ok((OWN_NAME.to_owned(), OWN.to_owned())) };
    let path = std::path::absolute(file)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    // A text of JSON is one of Python; the notebook is JSON around that.
    let literal = serde_json::Value::from(path.to_string_lossy()).to_string();
    let line = serde_json::Value::from(format!("source = {literal}\n")).to_string();
    Ok((format!("{stem}.ipynb"), OWN.replacen(SOURCE, &line, 1)))
}

/// The Python that runs JupyterLab and the notebooks: the one that runs this program, else the one on the `PATH`.
fn python_with_packages(program: &[OsString]) -> Result<OsString, Failure> {
    let named = match program {
        [interpreter, _, ..] => vec![interpreter.as_os_str()],
        _ => vec![OsStr::new("python3"), OsStr::new("python")],
    };
    for python in named {
        let Ok(output) = Command::new(python).args(["-c", MISSING]).args(PACKAGES).output() else { continue };
        if !output.status.success() {
            continue;
        }
        let missing = String::from_utf8_lossy(&output.stdout);
        let missing: Vec<&str> = missing.split_whitespace().collect();
        return if missing.is_empty() { Ok(python.to_owned()) } else { Err(incomplete(python, &missing)) };
    }
    Err(Failure::hinted(
        "no Python is on the PATH, and JupyterLab needs one",
        "install Python 3.10 or newer; then, in the folder of BankSphere's source, `python3 -m pip install \
         '.[notebook]'` brings all that the notebooks use",
    ))
}

/// Says what to install. Our own package comes from its source, with all the others.
fn incomplete(python: &OsStr, missing: &[&str]) -> Failure {
    let python = python.display();
    let quoted: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let hint = if missing.contains(&"banksphere") {
        format!(
            "in the folder of BankSphere's source, `{python} -m pip install '.[notebook]'` brings all that the notebooks use"
        )
    } else {
        format!("`{python} -m pip install {}`", missing.join(" "))
    };
    Failure::hinted(format!("`{python}` lacks what the notebooks need: {}", quoted.join(", ")), hint)
}

fn write_missing(folder: &Path, own: Option<&(String, String)>, is_forced: bool) -> Result<(), Failure> {
    fs_err::create_dir_all(folder)?;
    let own = own.map_or((OWN_NAME, OWN), |(name, text)| (name.as_str(), text.as_str()));
    for (name, notebook) in NOTEBOOKS.into_iter().chain([own]) {
        let file = folder.join(name);
        if is_forced || !file.exists() {
            bank::write_file(&file, notebook.as_bytes())?;
            output::say(&format!("wrote {}", file.display()));
        }
    }
    Ok(())
}

/// Lets JupyterLab take this program's place, so that Ctrl-C and the exit code are its own.
#[cfg(unix)]
fn become_it(mut jupyter: Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt as _;

    Err(Failure::new(format!("JupyterLab could not be started: {}", jupyter.exec())))
}

/// Elsewhere a program cannot take another's place: this one waits, and leaves Ctrl-C to JupyterLab, which asks back.
#[cfg(not(unix))]
fn become_it(mut jupyter: Command) -> Result<(), Failure> {
    crate::interrupt::install()?;
    match jupyter.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("JupyterLab ended with {status}"))),
        Err(error) => Err(Failure::new(format!("JupyterLab could not be started: {error}"))),
    }
}
