//! A client of a hundred lines: one command out, one document back.
//!
//! In: a connection string without login or TLS, commands. Out: what the server says.
//! Why not the driver: `mongo` is the only crate that knows it, and a test that looks at a server through the product's own
//! code would believe its mistakes.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use bson::{Document, doc};

use crate::Error;

/// Longer than any command of a test takes.
const PATIENCE: Duration = Duration::from_mins(2);
const OP_MSG: i32 = 2013;

/// One database of a server; each command makes a connection of its own, so that a restarted server is no matter.
#[derive(Clone, Debug)]
pub struct Client {
    address: String,
    database: String,
}

/// The server's refusal of a command, with its code; code 0 where it did not answer at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The server's words.
    pub message: String,
    /// The server's code.
    pub code: i32,
}

impl Client {
    /// Takes the server that a connection string names, of several the primary; the database is `test` if none is named.
    pub fn connect(uri: &str) -> Result<Self, Error> {
        let rest = uri.strip_prefix("mongodb://").ok_or_else(|| Error::new(format!("`{uri}` is not `mongodb://…`")))?;
        let (hosts, rest) = rest.split_once('/').unwrap_or((rest, ""));
        if hosts.contains('@') || rest.contains("tls=true") {
            return Err(Error::new("a login and TLS are not for this client"));
        }
        let database = rest.split('?').next().filter(|name| !name.is_empty()).unwrap_or("test");
        for host in hosts.split(',') {
            let address = if host.contains(':') { host.to_owned() } else { format!("{host}:27017") };
            let client = Self { address, database: database.to_owned() };
            if client.is_primary() {
                return Ok(client);
            }
        }
        Err(Error::new(format!("no server at {hosts} takes writes")))
    }

    /// The server at a port of this machine.
    pub(crate) fn local(port: u16, database: &str) -> Self {
        Self { address: format!("127.0.0.1:{port}"), database: database.to_owned() }
    }

    /// Whether it takes writes; one that does not answer does not.
    pub(crate) fn is_primary(&self) -> bool {
        self.hello("isWritablePrimary")
    }

    /// Whether it follows a primary.
    pub(crate) fn is_secondary(&self) -> bool {
        self.hello("secondary")
    }

    fn hello(&self, field: &str) -> bool {
        self.command(doc! { "hello": 1 }).is_ok_and(|answer| answer.get_bool(field).unwrap_or(false))
    }

    /// Runs a command on the database. Writes that a document's fault stopped are refusals too.
    pub fn command(&self, mut command: Document) -> Result<Document, Refusal> {
        command.insert("$db", &self.database);
        let answer = self.exchange(&command).map_err(|error| Refusal { message: error.to_string(), code: 0 })?;
        let fault = if let Ok(faults) = answer.get_array("writeErrors") {
            faults.first().and_then(bson::Bson::as_document)
        } else {
            // MongoDB: a count over a view answers with an integer here, anything else with a double.
            let is_ok = answer.get_f64("ok").ok() == Some(1.0) || answer.get_i32("ok").ok() == Some(1);
            (!is_ok).then_some(&answer)
        };
        match fault {
            None => Ok(answer),
            Some(fault) => Err(Refusal {
                message: fault.get_str("errmsg").unwrap_or_default().to_owned(),
                code: fault.get_i32("code").unwrap_or_default(),
            }),
        }
    }

    /// All documents that a pipeline gives.
    pub fn aggregate(&self, collection: &str, pipeline: Vec<Document>) -> Result<Vec<Document>, Refusal> {
        // A cursor belongs to its session, not to its connection; ours are followed to their end.
        let mut answer = self.command(doc! { "aggregate": collection, "pipeline": pipeline, "cursor": {} })?;
        let mut rows = Vec::new();
        loop {
            let cursor = answer.get_document("cursor").cloned().unwrap_or_default();
            let batch = ["firstBatch", "nextBatch"].into_iter().find_map(|name| cursor.get_array(name).ok());
            rows.extend(batch.into_iter().flatten().filter_map(|row| row.as_document().cloned()));
            match cursor.get_i64("id") {
                Ok(id) if id != 0 => answer = self.command(doc! { "getMore": id, "collection": collection })?,
                _ => return Ok(rows),
            }
        }
    }

    /// One message there and one back, in the wire protocol's `OP_MSG`: header, flags, a section of kind 0.
    fn exchange(&self, command: &Document) -> Result<Document, Error> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let body = command.to_vec().map_err(|error| Error::new(error.to_string()))?;
        let mut message = Vec::with_capacity(body.len() + 21);
        for number in [body.len() as i32 + 21, 1, 0, OP_MSG, 0] {
            message.extend(number.to_le_bytes());
        }
        message.push(0);
        message.extend(body);
        stream.write_all(&message)?;
        let mut header = [0; 21];
        stream.read_exact(&mut header)?;
        Document::from_reader(stream).map_err(|error| Error::new(error.to_string()))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for Refusal {}
