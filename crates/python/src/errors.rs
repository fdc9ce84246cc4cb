//! What goes wrong, as Python's exceptions.
//!
//! In: an error of `bank`. Out: an exception of `banksphere._errors` with its parts as attributes; what it says to do is said
//! as one does it in Python.

use std::path::Path;

use diagnostic::{Action, Diagnostic, Hint};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::{PyErr, import_exception};

import_exception!(banksphere._errors, BankSphereError);
import_exception!(banksphere._errors, DataError);
import_exception!(banksphere._errors, MissingFileError);
import_exception!(banksphere._errors, MissingNameError);
import_exception!(banksphere._errors, PipelineError);
import_exception!(banksphere._errors, ServerError);
import_exception!(banksphere._errors, UsageError);

/// What to do, as it is said in Python.
pub(crate) fn spell(action: &Action) -> String {
    match action {
        Action::Import => "`bank.import_csv(\"FILE.csv\")` loads a file".to_owned(),
        Action::Adopt => {
            "`bs.adopt(bank)` says what their fields mean; `bank.import_csv(\"FILE.csv\")` loads a file under a contract"
                .to_owned()
        }
        Action::ImportAgain => "`bank.import_csv(\"FILE.csv\")` loads the file again".to_owned(),
        Action::NameTarget => "name another bank".to_owned(),
        Action::NameBank => "`bs.open(\"NAME\")` opens another bank, for other data".to_owned(),
        Action::ChooseDay => "`bank.days` lists the days, `bank.on(day)` chooses one".to_owned(),
        Action::AllowMoreTime => {
            "allow it more with `timeout`, or see with `bank.indexes()` whether an index helps".to_owned()
        }
        Action::RaiseTimeLimit => "allow it more with `timeout`".to_owned(),
        Action::RaiseMemoryLimit => {
            "allow it more with `memory_limit`, or have it hold less: filter before it gathers".to_owned()
        }
        Action::TryIndexesOneAtATime => "run one `bank.indexes()` at a time, and none during an import".to_owned(),
        Action::NameOneAnalysis => "name one, or ask with `by`".to_owned(),
        Action::CheckBank => "`bank.check()` looks at every byte of the bank".to_owned(),
        Action::SetAside => {
            "`set_aside=\"FILE.csv\"` imports the other rows, and writes these with their reasons into a file"
                .to_owned()
        }
        Action::AcceptRule(rule) => format!("`accept=[\"{rule}\"]` takes such rows; every answer will say so"),
        Action::Knowingly(column) => format!("`knowingly(\"{column}\")` of the collection reads it all the same"),
        Action::ListAll => "a larger `limit` lists more, and `limit=0` lists all".to_owned(),
        Action::ListNames => "`bank.catalog` has the analyses, dimensions and measures".to_owned(),
        Action::ListFields => "`bank.customers.fields` lists fields, `bank.catalog.dimensions` dimensions".to_owned(),
        Action::WriteForSpreadsheet => "`save(path, spreadsheet=True)` writes them so that they stay texts".to_owned(),
    }
}

/// Commands, and what does the same in Python.
const COMMANDS: [(&str, &str); 5] = [
    ("`banksphere why -o model.json`", "`bank.why()`"),
    ("`banksphere why`", "`bank.why()`"),
    ("`banksphere describe`", "`bank.describe()`"),
    ("`banksphere campaign assign`", "`Campaign.assign`"),
    ("`-o model.json`, which `report --model model.json` takes", "`models.save(\"model.json\")`"),
];

/// A note or an error whose commands and options are said as methods and arguments: `--closed Exited=1` as `closed="Exited=1"`.
pub(crate) fn in_python(note: &str) -> String {
    let note = COMMANDS.iter().fold(note.to_owned(), |note, (command, method)| note.replace(command, method));
    let mut said = String::new();
    let mut rest = note.as_str();
    while let Some((before, after)) = rest.split_once("`--")
        && let Some((option, behind)) = after.split_once('`')
    {
        let argument = match option.split_once(' ') {
            Some(("unseen", "missing")) => "unseen_is_missing=True".to_owned(),
            Some(("unknown", "leave-out")) => "leave_unknown_out=True".to_owned(),
            Some((name, value)) => format!("{}=\"{value}\"", name.replace('-', "_")),
            None => option.replace('-', "_"),
        };
        said.extend([before, "`", &argument, "`"]);
        rest = behind;
    }
    said + rest
}

/// All that is said of an error or a notice, as it is said in Python.
fn told(text: &str) -> String {
    in_python(&diagnostic::printable(text))
}

/// The exception for an error; one that the caller's flag made is the interrupt that raised it.
pub(crate) fn of_home(py: Python<'_>, error: &bank::Error) -> PyErr {
    let message = told(&error.render(spell));
    let raised = match error.kind() {
        bank::ErrorKind::Question => PipelineError::new_err(message),
        bank::ErrorKind::Data | bank::ErrorKind::PipeClosed => DataError::new_err(message),
        bank::ErrorKind::Server => ServerError::new_err(message),
        bank::ErrorKind::Usage => UsageError::new_err(message),
        bank::ErrorKind::Cancelled => return PyKeyboardInterrupt::new_err(message),
    };
    with_parts(py, raised, error.diagnostic())
}

/// The same for an error about a file or folder: where that is not there, it is a `FileNotFoundError`, too.
pub(crate) fn of_file(py: Python<'_>, error: &bank::Error, file: &Path) -> PyErr {
    match error.kind() {
        bank::ErrorKind::Data if !file.exists() => {
            let raised = MissingFileError::new_err(told(&error.render(spell)));
            with_parts(py, raised, error.diagnostic())
        }
        _ => of_home(py, error),
    }
}

/// The same for an error about data that may come from a file.
pub(crate) fn of_data(py: Python<'_>, error: &bank::Error, file: Option<&Path>) -> PyErr {
    file.map_or_else(|| of_home(py, error), |file| of_file(py, error, file))
}

/// The exception with what is known as attributes. One that cannot be set leaves the exception as it is.
fn with_parts(py: Python<'_>, raised: PyErr, diagnostic: &Diagnostic) -> PyErr {
    let hint = diagnostic.to_do().map(|hint| match hint {
        Hint::Text(text) => in_python(text),
        Hint::Action(action) => spell(action),
    });
    let value = raised.value(py);
    let _ = value.setattr("message", diagnostic.message());
    let _ = value.setattr("place", diagnostic.place());
    let _ = value.setattr("hint", hint);
    let _ = value.setattr("code", diagnostic.error_code());
    let _ = value.setattr("code_name", diagnostic.error_code_name());
    raised
}

/// The exception for an error of another crate.
pub(crate) fn of(error: impl Into<bank::Error>) -> PyErr {
    Python::attach(|py| of_home(py, &error.into()))
}

/// A call that this bank, or this version of an argument, does not take.
pub(crate) fn usage(message: impl Into<String>) -> PyErr {
    of(bank::Error::new(bank::ErrorKind::Usage, Diagnostic::new(message)))
}

/// The same, with what to do.
pub(crate) fn usage_hinted(message: impl Into<String>, hint: impl Into<String>) -> PyErr {
    of(bank::Error::new(bank::ErrorKind::Usage, Diagnostic::new(message).hint(hint)))
}

/// What is wrong with a pipeline or a filter.
pub(crate) fn question(diagnostic: Diagnostic) -> PyErr {
    of(bank::Error::new(bank::ErrorKind::Question, diagnostic))
}

/// What is wrong with data.
pub(crate) fn data(diagnostic: Diagnostic) -> PyErr {
    of(bank::Error::new(bank::ErrorKind::Data, diagnostic))
}

/// A name that is none of those in a table, or of several tables.
pub(crate) fn missing<'a>(what: &str, name: &str, names: impl IntoIterator<Item = &'a str>) -> PyErr {
    let diagnostic = Diagnostic::new(format!("no {what} `{}`", diagnostic::quote(name)))
        .hint(diagnostic::nearest(what, name, names));
    Python::attach(|py| with_parts(py, MissingNameError::new_err(diagnostic.to_string()), &diagnostic))
}

/// What the user should know beside an answer, as Python's warnings.
pub(crate) fn warn(py: Python<'_>, notices: &[Diagnostic]) -> PyResult<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let warn = py.import("warnings")?.getattr("warn")?;
    notices.iter().try_for_each(|notice| warn.call1((told(&notice.render(spell)),)).map(drop))
}

/// The same as one line, for the notes of a table.
pub(crate) fn noted(notice: &Diagnostic) -> String {
    let hint = notice.to_do().map(|hint| match hint {
        Hint::Text(text) => text.to_owned(),
        Hint::Action(action) => spell(action),
    });
    told(&[Some(notice.message().to_owned()), hint].into_iter().flatten().collect::<Vec<_>>().join("; "))
}

/// A fault of ours: the words of a panic.
pub(crate) fn bug(words: &str) -> PyErr {
    let diagnostic = Diagnostic::new(format!("this is a fault of BankSphere itself: {}", diagnostic::printable(words)))
        .hint("please report it, with the call that led here");
    Python::attach(|py| with_parts(py, BankSphereError::new_err(diagnostic.to_string()), &diagnostic))
}
