//! No way in: nobody there, a wrong password, a wrong certificate.

use std::time::{Duration, Instant};

use mongod::{OWNER, Setup, User};

use crate::harness::{Harness, client};

#[test]
fn nobody_there() {
    // Nothing listens on port 1.
    let start = Instant::now();
    let said = Harness::new("mongodb://127.0.0.1:1/bank").run(&["info"]);
    said.failed(&[
        "error: no server answers: the connection was refused",
        "  at 127.0.0.1:1",
        "hint: check that the server runs",
    ]);
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
}

#[test]
fn a_wrong_password() {
    let setup = Setup { users: true, ..Setup::default() };
    let Some(server) = mongod::own("a_wrong_password", &setup) else { return };
    let stranger = User { name: OWNER.name, password: "incorrect-horse" };
    let said = Harness::new(server.uri_as(stranger, "bank")).run(&["info"]);
    let stderr = said.failed(&["error: the server does not accept this user and password", "hint: "]);
    assert!(!stderr.contains("incorrect-horse"), "{stderr}");
}

#[test]
fn a_wrong_certificate() {
    let setup = Setup { tls: true, ..Setup::default() };
    let Some(server) = mongod::own("a_wrong_certificate", &setup) else { return };
    let uri = server.uri("bank");
    Harness::new(&uri).run(&["info"]).fine();

    let stranger = uri.replace("authority.pem", "stranger.pem");
    Harness::new(stranger)
        .run(&["info"])
        .failed(&["error: the server's certificate is not trusted", "`tlsCAFile=FILE.pem`"]);
    let nobody = uri.replace("authority.pem", "nobody.pem");
    Harness::new(nobody).run(&["info"]).failed(&["error: ", "nobody.pem"]);
    let (plain, _) = uri.split_once('?').unwrap();
    Harness::new(plain).run(&["info"]).failed(&["error: the server closed the connection", "`tls=true`"]);
}

#[test]
fn tls_to_a_server_without_it() {
    let Some(server) = mongod::own("tls_to_a_server_without_it", &Setup::default()) else { return };
    let uri = format!("{}?tls=true", server.uri("bank"));
    Harness::new(uri).run(&["info"]).failed(&["error: the server closed the connection", "`tls=true`"]);
}

#[test]
fn a_server_that_hangs() {
    let Some(mut server) = mongod::own("a_server_that_hangs", &Setup::default()) else { return };
    client(&server, "bank");
    server.pause(0).unwrap();
    let start = Instant::now();
    Harness::new(server.uri("bank")).run(&["info"]).failed(&["error: no server answers", "hint: "]);
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
}
