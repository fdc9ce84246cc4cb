//! A server or a replica set of a test's own.
//!
//! In: [`Setup`]. Out: [`Server`], which answers, and does what is done to it: killed, paused, started again.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use bson::{Bson, Document, doc};

use crate::member::{Member, wait_until};
use crate::setup::{OWNER, READER, SET_NAME};
use crate::supervisor::Signal;
use crate::{Binary, Client, Error, Setup, User, certificates, find};

/// A server, or the members of a replica set; killed and removed when dropped.
pub struct Server {
    setup: Setup,
    members: Vec<Member>,
}

impl Server {
    /// Finds or fetches the program, starts it and waits until it takes writes.
    pub fn start(setup: &Setup) -> Result<Self, Error> {
        let binary = find()?;
        let members = (0..setup.members.max(1)).map(|_| start_member(&binary, setup)).collect::<Result<_, _>>()?;
        let mut server = Self { setup: setup.clone(), members };
        if setup.is_set() {
            server.initiate()?;
        }
        if setup.users {
            server.create_users()?;
        }
        if setup.is_locked() {
            server.lock()?;
        }
        Ok(server)
    }

    /// The connection string of a database, as [`OWNER`] where there are users.
    #[must_use]
    pub fn uri(&self, database: &str) -> String {
        self.uri_as(OWNER, database)
    }

    /// The connection string of a database for a user, who need not exist; on a server without users for anyone.
    #[must_use]
    pub fn uri_as(&self, user: User, database: &str) -> String {
        let hosts: Vec<String> = self.members.iter().map(|member| format!("127.0.0.1:{}", member.port)).collect();
        let mut options = Vec::new();
        if self.setup.is_set() {
            options.push(format!("replicaSet={SET_NAME}"));
        }
        if self.setup.tls {
            let authority = self.secrets().join("authority.pem");
            options.push(format!("tls=true&tlsCAFile={}", authority.display()));
        }
        let login = if self.setup.users {
            options.push("authSource=admin".to_owned());
            format!("{}:{}@", user.name, user.password)
        } else {
            String::new()
        };
        let question = if options.is_empty() { "" } else { "?" };
        format!("mongodb://{login}{}/{database}{question}{}", hosts.join(","), options.join("&"))
    }

    /// The member that takes writes, awaited; not for a server with TLS.
    pub fn primary(&self) -> Result<usize, Error> {
        let mut found = None;
        wait_until("there is a primary", || {
            found = self.members.iter().position(|member| Client::local(member.port, "admin").is_primary());
            Ok(found.is_some())
        })?;
        found.ok_or_else(|| Error::new("there is no primary"))
    }

    /// Kills a member as a power cut would; the only one is 0.
    pub fn kill(&mut self, member: usize) -> Result<(), Error> {
        self.members[member].signal(Signal::Kill)
    }

    /// Starts a killed member again, with what it had on disk.
    pub fn restart(&mut self, member: usize) -> Result<(), Error> {
        self.members[member].restart()
    }

    /// Lets a member hang: it is there, and says nothing.
    pub fn pause(&mut self, member: usize) -> Result<(), Error> {
        self.members[member].signal(Signal::Stop)
    }

    /// Ends a pause.
    pub fn resume(&mut self, member: usize) -> Result<(), Error> {
        self.members[member].signal(Signal::Continue)
    }

    /// Fills the disk of a server that was set up with one of its own.
    pub fn fill_disk(&self) -> Result<(), Error> {
        let mut filler = fs_err::File::create(self.filler())?;
        // Ever smaller pieces, until not a byte more fits.
        for size in [1 << 20, 1 << 12, 1] {
            while filler.write_all(&vec![0; size]).is_ok() {}
        }
        Ok(())
    }

    /// Makes room again.
    pub fn free_disk(&self) -> Result<(), Error> {
        Ok(fs_err::remove_file(self.filler())?)
    }

    fn filler(&self) -> PathBuf {
        self.members[0].disk().join("filler")
    }

    /// A member's process.
    #[must_use]
    pub fn pid(&self, member: usize) -> u32 {
        self.members[member].pid()
    }

    /// A member's log so far.
    #[must_use]
    pub fn log(&self, member: usize) -> String {
        self.members[member].log()
    }

    /// Makes a replica set of the members; up within seconds, as is the successor of a killed primary.
    fn initiate(&self) -> Result<(), Error> {
        let hosts = self
            .members
            .iter()
            .zip(0..)
            .map(|(member, id)| Bson::from(doc! { "_id": id, "host": format!("127.0.0.1:{}", member.port) }));
        let configuration = doc! {
            "_id": SET_NAME,
            "members": hosts.collect::<Vec<_>>(),
            "settings": { "electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500 },
        };
        command(&self.client(0), doc! { "replSetInitiate": configuration })?;
        self.primary()?;
        wait_until("every member of the set is up", || {
            Ok((0..self.members.len()).all(|member| {
                let client = self.client(member);
                client.is_primary() || client.is_secondary()
            }))
        })
    }

    fn create_users(&self) -> Result<(), Error> {
        let admin = self.client(self.primary()?);
        for (user, role) in [(OWNER, "root"), (READER, "readAnyDatabase")] {
            // Everywhere and on disk, for the members are killed next.
            let durably = doc! { "w": i32::from(self.setup.members.max(1)), "j": true };
            let user = doc! { "createUser": user.name, "pwd": user.password, "roles": [role], "writeConcern": durably };
            command(&admin, user)?;
        }
        Ok(())
    }

    /// Starts every member again as the setup asks. Killed, not shut down: a primary would first wait for its successor.
    fn lock(&mut self) -> Result<(), Error> {
        let secrets = self.secrets();
        make_secrets(&self.setup, &secrets)?;
        for member in &mut self.members {
            member.signal(Signal::Kill)?;
            member.configure(&self.setup, Some(&secrets))?;
        }
        let before: Vec<usize> = self.members.iter().map(|member| member.log().len()).collect();
        for member in &mut self.members {
            member.restart()?;
        }
        if !self.setup.is_set() {
            return Ok(());
        }
        // The log, since our client speaks no TLS.
        wait_until("there is a primary", || {
            let mut members = self.members.iter().zip(&before);
            Ok(members.any(|(member, &before)| member.log()[before..].contains("\"Transition to primary complete")))
        })
    }

    /// Key file and certificates; removed with the first member, also when this process is killed.
    fn secrets(&self) -> PathBuf {
        self.members[0].folder().join("secrets")
    }

    fn client(&self, member: usize) -> Client {
        Client::local(self.members[member].port, "admin")
    }
}

/// Starts a member; again where another process took its port in between.
fn start_member(binary: &Binary, setup: &Setup) -> Result<Member, Error> {
    let mut attempts = 3;
    loop {
        attempts -= 1;
        match Member::start(binary, setup) {
            Err(error) if attempts > 0 && error.to_string().contains("Address already in use") => {}
            result => return result,
        }
    }
}

fn command(client: &Client, command: Document) -> Result<(), Error> {
    client.command(command).map(drop).map_err(|refusal| Error::new(format!("the server refused its setup: {refusal}")))
}

/// Fills a folder with what only the server may read.
fn make_secrets(setup: &Setup, folder: &Path) -> Result<(), Error> {
    fs_err::create_dir(folder)?;
    if setup.users {
        let key = folder.join("key");
        fs_err::write(&key, "a0".repeat(64))?;
        // A key file that others may read is refused.
        #[cfg(unix)]
        fs_err::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    }
    if setup.tls {
        certificates::make(folder)?;
    }
    Ok(())
}
