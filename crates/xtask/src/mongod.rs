//! `cargo xtask mongod`: a MongoDB server to try things on.
//!
//! In: options. Out: on stdout its connection string; it stays until Ctrl-C, and its data goes with it.

use std::io::Write as _;

use mongod::{OWNER, READER, Server, Setup};

/// Starts a server, or names the one of `MONGODB_URI`.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let setup = setup(arguments)?;
    let is_plain = setup.members == 0 && !setup.users && !setup.tls;
    if let Some(uri) = std::env::var("MONGODB_URI").ok().filter(|uri| is_plain && !uri.is_empty()) {
        mongod::Client::connect(&uri).map_err(|error| format!("MONGODB_URI: {error}"))?;
        crate::say("MONGODB_URI names a server, and it answers");
        return print(&uri);
    }
    crate::say("finding or fetching a server, and starting it");
    let server = Server::start(&setup).map_err(|error| error.to_string())?;
    print(&server.uri("bank"))?;
    if setup.users {
        crate::say(&format!(
            "`{}` may do everything, `{}` (password `{}`) only read",
            OWNER.name, READER.name, READER.password
        ));
    }
    crate::say("Ctrl-C ends it and removes its data");
    loop {
        std::thread::park();
    }
}

fn setup(arguments: &[String]) -> Result<Setup, String> {
    let mut setup = Setup::default();
    let mut arguments = arguments.iter().map(String::as_str);
    while let Some(argument) = arguments.next() {
        match argument {
            "--auth" => setup.users = true,
            "--tls" => setup.tls = true,
            "--replica-set" => {
                let members =
                    arguments.next().and_then(|text| text.parse().ok()).filter(|members| (1..=7).contains(members));
                setup.members = members.ok_or("`--replica-set` needs the number of its members, 1 to 7")?;
            }
            other => {
                return Err(format!("unknown option `{other}`; there are `--replica-set N`, `--auth` and `--tls`"));
            }
        }
    }
    Ok(setup)
}

fn print(uri: &str) -> Result<(), String> {
    writeln!(std::io::stdout(), "{uri}").map_err(|error| format!("the connection string cannot be printed: {error}"))
}
