//! Keeps passwords out of process lists.
//!
//! In: the command line as it was typed, and what starts the program. Out: the same program, started again with every connection string shown without
//! its password; the whole strings travel in the environment, which only the same user can read.
//! Invariant: nothing is parsed, printed or run before [`hide`].

use std::ffi::{OsStr, OsString};

use bank::Uri;

use crate::failure::Failure;

/// Holds the whole connection strings of a program that was started again, one a line.
const HIDDEN: &str = "BANKSPHERE_HIDDEN";

/// Starts `program` again if the arguments show a password, and does not come back then.
pub(crate) fn hide(arguments: &[OsString], program: &[OsString]) -> Result<(), Failure> {
    let mut whole = Vec::new();
    let shown: Vec<OsString> = arguments.iter().map(|argument| without_secret(argument, &mut whole)).collect();
    if whole.is_empty() { Ok(()) } else { Err(start_again(program, &shown, &whole.join("\n"))) }
}

/// The connection string of an argument; one that was hidden comes back whole.
pub(crate) fn reveal(argument: &str) -> Result<Uri, Failure> {
    let hidden = std::env::var(HIDDEN).unwrap_or_default();
    let mut uris = hidden.lines().filter_map(|line| Uri::parse(line).ok());
    match uris.find(|uri| uri.to_string() == argument) {
        Some(uri) => Ok(uri),
        None => Ok(Uri::parse(argument).map_err(bank::Error::from)?),
    }
}

/// The argument as it may be shown; if that hides anything, the whole connection string goes to `whole`.
fn without_secret(argument: &OsStr, whole: &mut Vec<String>) -> OsString {
    let Some(text) = argument.to_str() else { return argument.to_owned() };
    let (option, value) = match text.split_once('=') {
        Some((option, value)) if option.starts_with('-') => (format!("{option}="), value),
        _ => (String::new(), text),
    };
    let Ok(uri) = Uri::parse(value) else { return argument.to_owned() };
    if !uri.has_secret() || uri.to_string() == uri.reveal() {
        return argument.to_owned();
    }
    whole.push(uri.reveal().to_owned());
    OsString::from(format!("{option}{uri}"))
}

/// Comes back only with the reason for which it could not.
#[cfg(unix)]
fn start_again(program: &[OsString], arguments: &[OsString], whole: &str) -> Failure {
    use std::os::unix::process::CommandExt as _;

    let Some((file, before)) = program.split_first() else {
        return refusal("this program does not know its own file");
    };
    let mut command = std::process::Command::new(file);
    // An interpreter finds its own files by its name, so it keeps it; a program of its own is called as the user called it.
    if let (Some(name), []) = (arguments.first(), before) {
        command.arg0(name);
    }
    let rest = arguments.get(1..).unwrap_or_default();
    refusal(&command.args(before).args(rest).env(HIDDEN, whole).exec().to_string())
}

/// Elsewhere a program cannot take its own place.
#[cfg(not(unix))]
fn start_again(_: &[OsString], _: &[OsString], _: &str) -> Failure {
    refusal("this system has no way to hide it")
}

fn refusal(reason: &str) -> Failure {
    Failure::hinted(
        format!("a password on the command line is there for all to read: {reason}"),
        "put the connection string into the variable `BANKSPHERE_URI`, or into a file and say `--bank @FILE`",
    )
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::without_secret;

    #[test]
    fn arguments_show_no_password() {
        for (argument, shown, hidden) in [
            ("--bank=mongodb://ann:s3cret@h/b", "--bank=mongodb://ann:***@h/b", Some("mongodb://ann:s3cret@h/b")),
            ("mongodb://ann:s3cret@h/b", "mongodb://ann:***@h/b", Some("mongodb://ann:s3cret@h/b")),
            ("mongodb://ann:***@h/b", "mongodb://ann:***@h/b", None),
            ("MongoDB+SRV://ann:s3cret@h/b", "mongodb+srv://ann:***@h/b", Some("mongodb+srv://ann:s3cret@h/b")),
            ("--bank='mongodb://ann:s3cret@h/b'", "--bank=mongodb://ann:***@h/b", Some("mongodb://ann:s3cret@h/b")),
            (" \"MONGODB://ann:s3cret@h/b\"", "mongodb://ann:***@h/b", Some("mongodb://ann:s3cret@h/b")),
            ("mongodb://h/b?tls=true", "mongodb://h/b?tls=true", None),
            ("MONGODB://h/b", "MONGODB://h/b", None),
            ("[{$match: {a: 'x=y'}}]", "[{$match: {a: 'x=y'}}]", None),
        ] {
            let mut whole = Vec::new();
            assert_eq!(without_secret(OsStr::new(argument), &mut whole), shown);
            assert_eq!(whole.first().map(String::as_str), hidden);
        }
    }
}
