//! `banksphere notebook`: the notebooks, in a folder of the user's, opened in JupyterLab.
//!
//! In: a folder. Out: the notebooks in it that were missing, and JupyterLab in this program's place.
//! Invariant: a file that is there is never overwritten unless the user insists, for it may hold work.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use crate::args;
use crate::failure::Failure;
use crate::output;

/// The notebooks, as this program carries them.
const NOTEBOOKS: [(&str, &str); 3] = [
    ("customer-behavior.ipynb", include_str!("../../../../notebooks/customer-behavior.ipynb")),
    ("your-own-questions.ipynb", include_str!("../../../../notebooks/your-own-questions.ipynb")),
    ("from-pandas-and-pymongo.ipynb", include_str!("../../../../notebooks/from-pandas-and-pymongo.ipynb")),
];
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

/// Runs the command.
pub(crate) fn run(args: &args::Notebook, program: &[OsString]) -> Result<(), Failure> {
    let python = python_with_packages(program)?;
    write_missing(&args.folder, args.force)?;
    output::say(&format!("JupyterLab starts in `{}`; Ctrl-C, pressed twice, ends it", args.folder.display()));
    let mut jupyter = Command::new(python);
    jupyter.args(["-m", "jupyterlab"]).args(&args.jupyter).current_dir(&args.folder);
    if let Some(data) = std::env::var_os(DATA_VARIABLE).filter(|data| !data.is_empty()) {
        // The notebooks run in their own folder, and the user named this one from here.
        jupyter.env(DATA_VARIABLE, std::path::absolute(data)?);
    }
    become_it(jupyter)
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

fn write_missing(folder: &Path, is_forced: bool) -> Result<(), Failure> {
    fs_err::create_dir_all(folder)?;
    for (name, notebook) in NOTEBOOKS {
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
