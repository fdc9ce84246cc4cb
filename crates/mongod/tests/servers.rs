//! The servers that tests ask for, asked for.

use std::process::Command;

use bson::doc;
use mongod::{Client, READER, Server, Setup};

#[test]
fn the_shared_server_gives_each_test_a_database_of_its_own() {
    let Some(one) = mongod::bank("mongod_one") else { return };
    let Some(two) = mongod::bank("mongod_two") else { return };
    let (one, two) = (Client::connect(&one).unwrap(), Client::connect(&two).unwrap());
    let rows: Vec<_> = (0..250).map(|id| doc! { "_id": id }).collect();
    one.command(doc! { "insert": "rows", "documents": rows }).unwrap();
    assert_eq!(one.aggregate("rows", vec![]).unwrap().len(), 250);
    assert_eq!(two.aggregate("rows", vec![]).unwrap().len(), 0);
    let refusal = one.command(doc! { "insert": "rows", "documents": [{ "_id": 3 }] }).unwrap_err();
    assert_eq!(refusal.code, 11000, "{refusal}");
}

#[test]
fn a_killed_server_comes_back_with_its_data() {
    let Some(mut server) = mongod::own("a_killed_server_comes_back_with_its_data", &Setup::default()) else { return };
    let client = Client::connect(&server.uri("bank")).unwrap();
    let insert = doc! { "insert": "rows", "documents": [{ "_id": 1 }], "writeConcern": { "w": 1, "j": true } };
    client.command(insert).unwrap();
    server.kill(0).unwrap();
    assert_eq!(client.aggregate("rows", vec![]).unwrap_err().code, 0);
    server.restart(0).unwrap();
    assert_eq!(client.aggregate("rows", vec![]).unwrap(), [doc! { "_id": 1 }]);
}

#[test]
fn a_killed_primary_is_replaced() {
    let setup = Setup { members: 3, ..Setup::default() };
    let Some(mut set) = mongod::own("a_killed_primary_is_replaced", &setup) else { return };
    let first = set.primary().unwrap();
    set.kill(first).unwrap();
    assert_ne!(set.primary().unwrap(), first);
}

#[test]
fn users_and_tls_lock_out_who_has_neither() {
    let setup = Setup { members: 1, users: true, tls: true, ..Setup::default() };
    let Some(server) = mongod::own("users_and_tls_lock_out_who_has_neither", &setup) else { return };
    let uri = server.uri_as(READER, "bank");
    assert!(uri.starts_with("mongodb://reader:battery-staple@127.0.0.1:"), "{uri}");
    assert!(uri.contains("/bank?replicaSet=banksphere&tls=true&tlsCAFile=/"), "{uri}");
    let plain = uri.replace("reader:battery-staple@", "").replace("tls=true", "");
    assert!(Client::connect(&plain).is_err());
    assert!(server.log(0).contains("The server is configured to only allow SSL connections"));
}

#[test]
fn users_lock_out_who_has_no_password() {
    let setup = Setup { users: true, ..Setup::default() };
    let Some(server) = mongod::own("users_lock_out_who_has_no_password", &setup) else { return };
    let plain = server.uri("bank").replace("owner:correct-horse@", "");
    let refusal = Client::connect(&plain).unwrap().aggregate("rows", vec![]).unwrap_err();
    assert_eq!(refusal.code, 13, "{refusal}");
}

#[test]
fn a_disk_of_its_own_fills_and_empties() {
    let setup = Setup { disk_mb: Some(512), ..Setup::default() };
    let Some(mut server) = mongod::own("a_disk_of_its_own_fills_and_empties", &setup) else { return };
    let client = Client::connect(&server.uri("bank")).unwrap();
    let insert = doc! { "insert": "rows", "documents": [{ "_id": 1 }], "writeConcern": { "w": 1, "j": true } };
    client.command(insert).unwrap();
    server.fill_disk().unwrap();
    // A small write may still fit into a journal file that is there; a new collection is a new file.
    client.command(doc! { "create": "more" }).unwrap_err();
    server.kill(0).unwrap();
    server.free_disk().unwrap();
    server.restart(0).unwrap();
    assert!(client.aggregate("rows", vec![]).unwrap().contains(&doc! { "_id": 1 }));
}

/// A test binary that is killed drops nothing; its server ends all the same.
#[test]
fn a_server_ends_with_a_killed_process() {
    const CHILD: &str = "BANKSPHERE_TEST_OF_A_KILLED_PROCESS";
    if let Ok(file) = std::env::var(CHILD) {
        let server = Server::start(&Setup::default()).unwrap();
        fs_err::write(file, server.pid(0).to_string()).unwrap();
        std::thread::sleep(std::time::Duration::from_mins(10));
        return;
    }
    if mongod::shared().is_none() {
        return mongod::left_out("a_server_ends_with_a_killed_process");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["a_server_ends_with_a_killed_process", "--exact", "--test-threads=1"])
        .env(CHILD, &file)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let pid = wait_for(|| fs_err::read_to_string(&file).ok().filter(|pid| !pid.is_empty()));
    assert!(is_running(&pid));
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for(|| (!is_running(&pid)).then_some(()));
}

fn is_running(pid: &str) -> bool {
    Command::new("kill").args(["-0", pid]).output().is_ok_and(|output| output.status.success())
}

fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("waited in vain");
}
