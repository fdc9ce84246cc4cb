//! The driver's errors in our words.
//!
//! In: any error of the driver. Out: an [`Error`] that says what to do. The driver's `Debug` text never gets into it.

use std::io;

use diagnostic::Action;
use mongodb::error::{CommandError, ErrorKind as DriverKind, WriteFailure};

use crate::{Error, ErrorKind};

/// The server's codes for which we have words of our own.
mod code {
    pub(super) const UNAUTHORIZED: i32 = 13;
    pub(super) const AUTHENTICATION_FAILED: i32 = 18;
    pub(super) const CURSOR_NOT_FOUND: i32 = 43;
    /// `QueryPlanKilled`
    pub(super) const QUERY_PLAN_KILLED: i32 = 175;
    pub(super) const CURSOR_KILLED: i32 = 237;
    pub(super) const INTERRUPTED: i32 = 11601;
    pub(super) const OUT_OF_DISK_SPACE: i32 = 14031;
    /// `MaxTimeMSExpired`, `ExceededTimeLimit`
    pub(super) const TIME_LIMITS: [i32; 2] = [50, 262];
    /// The member that we spoke to is going down, recovering, or no longer the primary.
    pub(super) const PRIMARY_LOST: [i32; 8] = [91, 189, 10058, 10107, 11600, 11602, 13435, 13436];
}

impl From<mongodb::error::Error> for Error {
    fn from(error: mongodb::error::Error) -> Self {
        match error.kind.as_ref() {
            DriverKind::Command(refusal) => refused(refusal),
            DriverKind::Write(WriteFailure::WriteError(refusal)) => {
                Self::new(ErrorKind::Refused, plain(&refusal.message))
                    .with_code(refusal.code, refusal.code_name.as_deref())
            }
            DriverKind::Write(WriteFailure::WriteConcernError(refusal)) => {
                Self::new(ErrorKind::Refused, format!("the write did not reach enough members: {}", refusal.message))
                    .with_code(refusal.code, Some(&refusal.code_name))
            }
            DriverKind::Authentication { .. } => sign_in(),
            DriverKind::InvalidArgument { message, .. } => Self::input(plain(message)),
            DriverKind::DnsResolve { message, .. } => {
                Self::new(ErrorKind::Unreachable, format!("the host's name cannot be resolved: {}", plain(message)))
                    .hint("check the host in the connection string")
            }
            DriverKind::InvalidTlsConfig { message, .. } => {
                Self::input(format!("the certificates of the connection string cannot be used: {}", plain(message)))
                    .hint("`tlsCAFile` and `tlsCertificateKeyFile` name PEM files")
            }
            DriverKind::Io(error) => broken(error),
            DriverKind::ConnectionPoolCleared { .. } => Self::new(ErrorKind::Unreachable, "the connection broke")
                .hint("run it again; a replica set chooses a new primary within seconds"),
            DriverKind::ServerSelection { .. } => Self::new(ErrorKind::Unreachable, "no server answers")
                .hint("check that the server runs and that host and port are right"),
            DriverKind::IncompatibleServer { message, .. } => {
                Self::new(ErrorKind::Refused, format!("this server is too old or too new for us: {}", plain(message)))
            }
            // MongoDB: a text that is cut by bytes, as a value quoted in a refusal is, may end inside a character.
            kind if kind.to_string().contains("Invalid UTF-8") => {
                Self::new(ErrorKind::Refused, "the server's answer has a text that is not UTF-8 and cannot be read")
            }
            kind => Self::new(ErrorKind::Unreachable, plain(&kind.to_string())),
        }
    }
}

/// Whether a refusal under this code is about rights or the state of the server, and not about what was asked.
pub(crate) fn is_about_the_server(code: i32) -> bool {
    let others = [
        code::UNAUTHORIZED,
        code::AUTHENTICATION_FAILED,
        code::CURSOR_NOT_FOUND,
        code::QUERY_PLAN_KILLED,
        code::CURSOR_KILLED,
        code::INTERRUPTED,
        code::OUT_OF_DISK_SPACE,
    ];
    others.contains(&code) || code::TIME_LIMITS.contains(&code) || code::PRIMARY_LOST.contains(&code)
}

/// What the server answered instead of rows.
fn refused(refusal: &CommandError) -> Error {
    let error = match refusal.code {
        code::AUTHENTICATION_FAILED => sign_in(),
        code::UNAUTHORIZED => Error::new(ErrorKind::Refused, not_authorized(&refusal.message))
            .hint("reading takes the role `read` on the database, importing and making indexes `readWrite`"),
        code if code::TIME_LIMITS.contains(&code) => {
            Error::new(ErrorKind::TimedOut, "the server gave up: it took longer than the time limit")
                .hint_at(Action::AllowMoreTime)
        }
        code if code::PRIMARY_LOST.contains(&code) => {
            Error::new(ErrorKind::Unreachable, "the replica set lost its primary while it worked")
                .hint("run it again: a new primary is chosen within seconds")
        }
        code::QUERY_PLAN_KILLED => {
            Error::new(ErrorKind::Refused, "a collection was dropped while it was read").hint("run it again")
        }
        code::CURSOR_NOT_FOUND | code::CURSOR_KILLED | code::INTERRUPTED => {
            Error::new(ErrorKind::Refused, "an operator or the server's own limits stopped the operation")
                .hint("run it again, or ask those who run the server")
        }
        _ if is_disk_full(refusal) => {
            Error::new(ErrorKind::Refused, "the server's disk is full").hint("make room on the server and run it again")
        }
        _ => Error::new(ErrorKind::Refused, plain(&refusal.message)),
    };
    error.with_code(refusal.code, Some(&refusal.code_name))
}

/// The storage engine passes on the system's words, under a code that means anything.
fn is_disk_full(refusal: &CommandError) -> bool {
    refusal.code == code::OUT_OF_DISK_SPACE || refusal.message.contains("No space left on device")
}

fn sign_in() -> Error {
    Error::new(ErrorKind::Refused, "the server does not accept this user and password")
        .hint("check both, and the database that knows the user: `?authSource=admin`")
}

/// What the user has no right to, without the command that the server repeats.
fn not_authorized(message: &str) -> String {
    let words = message.strip_prefix("not authorized on ").and_then(|rest| rest.split_once(" to execute command { "));
    match words {
        Some((database, command)) => {
            let command = command.split(':').next().unwrap_or(command);
            format!("this user has no right to run `{command}` on the database `{database}`")
        }
        None => plain(message),
    }
}

/// A connection that could not be made, or broke.
fn broken(error: &io::Error) -> Error {
    let text = error.to_string();
    let (message, hint) = if text.contains("certificate") {
        let reason = text.rsplit(": ").next().unwrap_or(&text);
        (
            format!("the server's certificate is not trusted: {reason}"),
            "name the authority that signed it with `tlsCAFile=FILE.pem`, and the host as in the certificate",
        )
    } else if text.contains("InvalidContentType") || text.contains("corrupt message") {
        ("the server does not speak TLS at this port".to_owned(), "leave `tls=true` out, or check the port")
    } else if text.contains("failed to lookup") {
        ("the host's name cannot be resolved".to_owned(), "check the host in the connection string")
    } else {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => (
                "no server answers: the connection was refused".to_owned(),
                "check that the server runs and that host and port are right",
            ),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => (
                "the server closed the connection".to_owned(),
                "run it again; `tls=true` stands in the connection string just where the server takes TLS",
            ),
            _ => (format!("the connection failed: {text}"), "check host, port and the network between"),
        }
    };
    Error::new(ErrorKind::Unreachable, message).hint(hint)
}

/// The server's message as we write messages: without what wrapped it on its way through the server, lower case, no
/// full stop.
fn plain(message: &str) -> String {
    let text = match message.split_once(" :: caused by :: ") {
        Some((wrapper, cause)) if wrapper.contains("xecutor error") => cause,
        _ => message,
    };
    let text = text.trim().trim_end_matches('.');
    let mut letters = text.chars();
    match letters.next() {
        // An acronym stays one.
        Some(first) if letters.clone().next().is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_lose_their_wrapping() {
        for (message, expected) in [
            ("PlanExecutor error during aggregation :: caused by :: can't $divide by zero", "can't $divide by zero"),
            ("Executor error during getMore :: caused by :: Failed to parse.", "failed to parse"),
            ("BSONObj size: 17 is invalid", "BSONObj size: 17 is invalid"),
            ("a :: caused by :: b", "a :: caused by :: b"),
        ] {
            assert_eq!(plain(message), expected);
        }
    }

    #[test]
    fn a_missing_right_is_named() {
        let message = "not authorized on bank to execute command { aggregate: \"customers\", pipeline: [] }";
        assert_eq!(not_authorized(message), "this user has no right to run `aggregate` on the database `bank`");
    }
}
