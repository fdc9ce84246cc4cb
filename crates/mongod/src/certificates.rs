//! Certificates for a server of the tests, made anew for each, valid for two days.
//!
//! In: a folder. Out: in it `server.pem` (key and certificate of 127.0.0.1), `authority.pem` (who signed it) and
//! `stranger.pem` (an authority that did not).

use std::path::Path;
use std::process::Command;

use crate::Error;

const NEW_KEY: [&str; 6] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days"];

/// Makes them with the `openssl` command.
pub(crate) fn make(folder: &Path) -> Result<(), Error> {
    authority(folder, "authority")?;
    authority(folder, "stranger")?;
    // Why not a self-signed server certificate: rustls refuses an authority in a server's place.
    let mut request = openssl(folder, "server");
    request.args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]);
    request.args(["-addext", "basicConstraints=critical,CA:FALSE", "-CA", "authority.pem", "-CAkey", "authority.key"]);
    run(request)?;
    let key = fs_err::read_to_string(folder.join("server.key"))?;
    let certificate = fs_err::read_to_string(folder.join("server.pem"))?;
    Ok(fs_err::write(folder.join("server.pem"), key + &certificate)?)
}

fn authority(folder: &Path, name: &str) -> Result<(), Error> {
    let mut request = openssl(folder, name);
    request.args(["-subj", &format!("/CN={name} of the tests")]);
    run(request)
}

/// A new key and certificate of this name.
fn openssl(folder: &Path, name: &str) -> Command {
    let mut command = Command::new("openssl");
    command.current_dir(folder).args(["req", "-x509"]).args(NEW_KEY).arg("2");
    command.args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")]);
    command
}

fn run(mut command: Command) -> Result<(), Error> {
    let output = command.output().map_err(|error| Error::new(format!("a server with TLS needs `openssl`: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let reason = String::from_utf8_lossy(&output.stderr);
    Err(Error::new(format!("`openssl` makes no certificate: {}", reason.trim())))
}
