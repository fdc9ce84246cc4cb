//! A connection to one database of a server.

use std::time::Duration;

use mongodb::options::ClientOptions;
use mongodb::{Client, Database};
use tokio::runtime::Runtime;

use crate::{Error, ErrorKind, Uri};

/// How long we look for a server that answers, where the connection string does not say.
const SERVER_SELECTION: Duration = Duration::from_secs(5);
/// The name under which operators find us in their logs and in `db.currentOp()`.
pub(crate) const APP_NAME: &str = "banksphere";

/// How pipelines are run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The server gives up a pipeline after this time; without one, never.
    pub timeout: Option<Duration>,
}

/// A database on a server.
pub struct Server {
    pub(crate) runtime: Runtime,
    pub(crate) database: Database,
    pub(crate) options: Options,
}

impl Server {
    /// Connects to the database that the connection string names, and asks the server for a sign of life.
    pub fn connect(uri: &Uri, options: Options) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Error::new(ErrorKind::Bug, format!("no thread can be started: {error}")))?;
        let database = runtime.block_on(async {
            let mut client = ClientOptions::parse(uri.secret()).await?;
            client.app_name.get_or_insert_with(|| APP_NAME.to_owned());
            client.server_selection_timeout.get_or_insert(SERVER_SELECTION);
            let Some(name) = client.default_database.clone() else {
                return Err(Error::input(format!("`{uri}` names no database"))
                    .hint("add the database after the host: `mongodb://host:27017/bank`"));
            };
            let database = Client::with_options(client)?.database(&name);
            database.run_command(bson::doc! { "ping": 1 }).await?;
            Ok(database)
        })?;
        Ok(Self { runtime, database, options })
    }

    /// The database's name.
    #[must_use]
    pub fn database_name(&self) -> &str {
        self.database.name()
    }
}
