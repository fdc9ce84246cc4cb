//! The one server that the tests of a process share, and what becomes of tests where none can be had.
//!
//! In: `MONGODB_URI`, or a server found or fetched. Out: a database of its own for each test.
//! Invariant: a test without a server is counted, and in CI (`CI` is set) it fails: there these tests always run.

use std::io::Write as _;
use std::sync::OnceLock;

use bson::doc;

use crate::supervisor::try_disk;
use crate::{Client, Error, Server, Setup};

/// A connection string without database; the server itself is held so that it lives as long as the process.
struct Shared {
    uri: String,
    _server: Option<Server>,
}

/// One server a process: starting one takes a second, and a process has dozens of tests.
static SHARED: OnceLock<Result<Shared, Error>> = OnceLock::new();

/// The connection string, without database, of the server that this process' tests share; `None` where none can be had.
///
/// `MONGODB_URI` names one that is used instead of a private one; it must need neither login nor TLS.
#[must_use]
pub fn shared() -> Option<&'static str> {
    at_hand().as_ref().ok().map(|shared| shared.uri.as_str())
}

fn at_hand() -> &'static Result<Shared, Error> {
    SHARED.get_or_init(|| {
        if let Some(uri) = std::env::var("MONGODB_URI").ok().filter(|uri| !uri.is_empty()) {
            Client::connect(&uri).map_err(|error| Error::new(format!("MONGODB_URI: {error}")))?;
            return Ok(Shared { uri: without_database(&uri), _server: None });
        }
        let server = Server::start(&Setup::default())?;
        Ok(Shared { uri: without_database(&server.uri("")), _server: Some(server) })
    })
}

/// The connection string of an empty database for this test alone, on the shared server; `None`, and the test is counted as
/// left out, where there is no server. Once a test: see [`database`].
#[must_use]
pub fn bank(test: &str) -> Option<String> {
    let Some(uri) = shared() else {
        left_out(test);
        return None;
    };
    Some(format!("{uri}/{}", database(test)))
}

/// A server of the test's own; `None`, and the test is counted as left out, where no `mongod` or not such a disk can be had.
///
/// # Panics
/// Where there is a `mongod`, and it does not start.
#[must_use]
pub fn own(test: &str, setup: &Setup) -> Option<Server> {
    let is_to_be_had = crate::find().and_then(|_| if setup.disk_mb.is_some() { try_disk() } else { Ok(()) });
    if let Err(reason) = is_to_be_had {
        record(test, &reason);
        return None;
    }
    match Server::start(setup) {
        Ok(server) => Some(server),
        Err(error) => panic!("no server for `{test}`: {error}"),
    }
}

/// The name of an empty database for a test: its own name.
///
/// What an earlier run left there is dropped, so ask once a test; within one, clear collections with `delete`.
///
/// # Panics
/// Where there is no shared server, and for a name that is no database's.
#[must_use]
pub fn database(test: &str) -> String {
    let is_name = test.len() < 60 && test.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    assert!(is_name, "`{test}` cannot name a database: at most 60 letters, digits and underscores");
    let uri = shared().expect("a test asks for a database only where there is a server");
    let server = Client::connect(&format!("{uri}/{test}")).expect("the shared server answers");
    server.command(doc! { "dropDatabase": 1 }).expect("a test's own database can be emptied");
    test.to_owned()
}

/// Counts a test that returns early because there is no server; in CI it fails instead.
///
/// # Panics
/// In CI.
pub fn left_out(test: &str) {
    match at_hand() {
        Err(reason) => record(test, reason),
        Ok(_) => panic!("`{test}` was left out though there is a server"),
    }
}

#[expect(clippy::print_stderr, reason = "a test says that it did not run")]
fn record(test: &str, reason: &Error) {
    let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    assert!(!in_ci, "`{test}` needs a MongoDB server: {reason}");
    eprintln!("left out: `{test}` needs a MongoDB server: {reason}");
    // `cargo xtask test` names a file here and counts its lines.
    if let Some(file) = std::env::var_os("BANKSPHERE_LEFT_OUT") {
        let opened = fs_err::OpenOptions::new().create(true).append(true).open(std::path::PathBuf::from(file));
        opened
            .and_then(|mut file| writeln!(file, "{test}\t{reason}"))
            .expect("the list of left-out tests can be written");
    }
}

fn without_database(uri: &str) -> String {
    let hosts = uri.trim_start_matches("mongodb://").split('/').next().unwrap_or_default();
    format!("mongodb://{hosts}")
}
