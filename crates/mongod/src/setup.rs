//! What a test asks of a server, and the configuration file that gives it that.
//!
//! In: [`Setup`]. Out: the text of a `mongod.conf`; JSON, which is YAML too.

use std::path::Path;

use serde_json::json;

/// The name of every replica set of the tests.
pub(crate) const SET_NAME: &str = "banksphere";

/// What a test asks of its server; the default is a single one that lets everyone do everything.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// 0 is a server of its own; 1 and more are a replica set with as many members.
    pub members: u8,
    /// No one gets in without a password: there are [`OWNER`] and [`READER`].
    pub users: bool,
    /// Only TLS, with a certificate for 127.0.0.1. Its authority is named in the URI as a file `authority.pem`; beside it
    /// lies `stranger.pem`, an authority that signed nothing.
    pub tls: bool,
    /// The server takes `configureFailPoint`.
    pub failpoints: bool,
    /// The disk under the data has this size: a file system in memory that only the server sees.
    pub disk_mb: Option<u32>,
}

/// Who logs in.
#[derive(Clone, Copy, Debug)]
pub struct User {
    /// The login name.
    pub name: &'static str,
    /// The password, fit for a URI as it stands.
    pub password: &'static str,
}

/// May do everything.
pub const OWNER: User = User { name: "owner", password: "correct-horse" };
/// May read every database and write none.
pub const READER: User = User { name: "reader", password: "battery-staple" };

impl Setup {
    /// Whether this is a replica set.
    pub(crate) fn is_set(&self) -> bool {
        self.members > 0
    }

    /// Whether something must be locked after it was set up in the open.
    pub(crate) fn is_locked(&self) -> bool {
        self.users || self.tls
    }

    /// The configuration file of one member. Without `secrets`, the folder with key file and certificates, the server is open
    /// to all, so that it can be set up.
    pub(crate) fn configuration(&self, port: u16, data: &Path, secrets: Option<&Path>) -> String {
        let mut net = json!({ "bindIp": "127.0.0.1", "port": port, "unixDomainSocket": { "enabled": false } });
        let mut parameters = json!({ "diagnosticDataCollectionEnabled": false });
        if self.failpoints {
            parameters["enableTestCommands"] = json!(1);
        }
        let mut security = json!({});
        if let Some(secrets) = secrets.filter(|_| self.users) {
            security["authorization"] = json!("enabled");
            if self.is_set() {
                security["keyFile"] = json!(secrets.join("key"));
            }
        }
        if let Some(secrets) = secrets.filter(|_| self.tls) {
            net["tls"] = json!({
                "mode": "requireTLS",
                "certificateKeyFile": secrets.join("server.pem"),
                "CAFile": secrets.join("authority.pem"),
                "allowConnectionsWithoutCertificates": true,
            });
        }
        let mut whole = json!({
            "storage": { "dbPath": data, "wiredTiger": { "engineConfig": { "cacheSizeGB": 0.5 } } },
            "setParameter": parameters,
            "security": security,
            "net": net,
        });
        if self.is_set() {
            whole["replication"] = json!({ "replSetName": SET_NAME });
        }
        whole.to_string()
    }
}
