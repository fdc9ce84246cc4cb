//! The bank's folder among files and links of others: who may read it, what is swept, and what is never touched.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bench;

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use bench::{DAY, batches, files, message, numbers, put, schema, small};
use jiff::civil::date;
use store::{Error, ErrorKind, Outcome, Store, check_name};

fn mode(path: &Path) -> u32 {
    fs_err::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn set_mode(path: &Path, mode: u32) {
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The modes of all that lies in a bank: of its folders, and of its files.
fn modes(bank: &Path) -> (Vec<u32>, Vec<u32>) {
    let (mut folders, mut of_files) = (vec![mode(bank)], Vec::new());
    for entry in fs_err::read_dir(bank).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let (inner, files) = modes(&path);
            folders.extend(inner);
            of_files.extend(files);
        } else {
            of_files.push(mode(&path));
        }
    }
    folders.dedup();
    of_files.sort_unstable();
    of_files.dedup();
    (folders, of_files)
}

#[test]
fn a_new_bank_is_its_owners_alone() {
    let dir = tempfile::tempdir().unwrap();
    let bank = dir.path().join("deep/bank");
    small(&bank);
    assert_eq!(modes(&bank), (vec![0o700], vec![0o600]));
}

#[test]
fn a_folder_that_was_there_keeps_its_mode_and_what_is_made_in_it_takes_it() {
    let dir = tempfile::tempdir().unwrap();
    for (folder, file) in [(0o755, 0o640), (0o777, 0o660), (0o2770, 0o660), (0o2775, 0o660), (0o700, 0o600)] {
        let bank = dir.path().join(format!("made-{folder:o}"));
        fs_err::create_dir(&bank).unwrap();
        set_mode(&bank, folder);
        small(&bank);
        assert_eq!(mode(&bank), folder, "{folder:o}");
        assert_eq!(modes(&bank).1, [file], "{folder:o}");
        // What is added later is no more open.
        put(&Store::open(&bank).unwrap(), "d", 1, 1, Some(date(2026, 2, 28)));
        assert_eq!((mode(&bank.join("d")), modes(&bank).1), (folder & !0o007, vec![file]), "{folder:o}");
    }
}

#[test]
fn what_is_added_to_a_bank_takes_the_mode_of_its_folder() {
    let dir = tempfile::tempdir().unwrap();
    for (folder, file) in [(0o750, 0o640), (0o770, 0o660), (0o755, 0o644), (0o700, 0o600)] {
        let bank = dir.path().join(format!("{folder:o}"));
        let old = small(&bank);
        set_mode(&bank, folder);
        let store = Store::open(&bank).unwrap();
        put(&store, "d", 1, 1, Some(date(2026, 2, 28)));
        assert_eq!(mode(&bank.join("d")), folder);
        assert_eq!(mode(&bank.join(&store.collections()[1].files[0])), file);
        assert_eq!(mode(&bank.join("manifest.json")), file);
        assert_eq!((mode(&old), mode(&bank)), (0o600, folder), "what was there keeps its mode");
    }
}

#[test]
fn copies_in_the_folder_and_files_behind_links_stay() {
    let dir = tempfile::tempdir().unwrap();
    let (bank, outside) = (dir.path().join("bank"), dir.path().join("outside"));
    let data = small(&bank);
    let name = data.file_name().unwrap();
    let orphan = "2026-03-31-0123456789abcdef.arrow";
    fs_err::create_dir(bank.join("c.bak")).unwrap();
    fs_err::copy(&data, bank.join("c.bak").join(name)).unwrap();
    fs_err::write(bank.join("c").join(orphan), "restored by hand").unwrap();
    fs_err::create_dir(bank.join("empty")).unwrap();
    fs_err::create_dir(&outside).unwrap();
    for kept in [orphan, "writing.tmp", "manifest.json.tmp"] {
        fs_err::write(outside.join(kept), "keep").unwrap();
    }
    symlink(&outside, bank.join("linked")).unwrap();
    symlink(outside.join(orphan), bank.join("c/2026-04-30-0123456789abcdef.arrow")).unwrap();
    symlink(outside.join("manifest.json.tmp"), bank.join("manifest.json.tmp")).unwrap();
    let before = (files(&bank), files(&outside));
    let sweep = || {
        drop(Store::open(&bank).unwrap().begin().unwrap());
        assert_eq!((files(&bank), files(&outside)), before);
        assert!(bank.join("empty").is_dir());
    };
    sweep();
    // Nor when an intent file names them.
    let lines = format!(
        "linked/{orphan}\nlinked/writing.tmp\nlinked/\nc/2026-04-30-0123456789abcdef.arrow\nmanifest.json.tmp\n\
         ../outside/writing.tmp\n{}/{orphan}\nc/{}\n",
        outside.display(),
        name.to_str().unwrap()
    );
    fs_err::write(bank.join("writer.intent"), lines).unwrap();
    sweep();
    assert!(!bank.join("writer.intent").exists());
    // And a write goes round them.
    put(&Store::open(&bank).unwrap(), "c", 5, 1, DAY);
    assert_eq!(files(&outside), before.1);
    assert!(
        ["manifest.json.tmp", "writing.tmp", orphan]
            .iter()
            .all(|kept| fs_err::read(outside.join(kept)).unwrap() == b"keep")
    );
    assert_eq!(fs_err::read(bank.join("c").join(orphan)).unwrap(), b"restored by hand");
    assert_eq!(numbers(&Store::open(&bank).unwrap(), "c"), [5]);
}

#[test]
fn a_users_file_that_is_called_as_a_temporary_one_stays() {
    let dir = tempfile::tempdir().unwrap();
    small(dir.path());
    fs_err::write(dir.path().join("c/writing.tmp"), "mine").unwrap();
    fs_err::write(dir.path().join("manifest.json.tmp"), "mine").unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut commit = store.begin().unwrap();
    commit.write::<Error>("c", schema(), batches(50, 9).into_iter()).unwrap();
    let intent = fs_err::read_to_string(dir.path().join("writer.intent")).unwrap();
    assert_eq!(intent, "c/writing-1.tmp\n", "known before it is there");
    commit.finish(DAY).unwrap();
    drop(store.begin().unwrap());
    for name in ["c/writing.tmp", "manifest.json.tmp"] {
        assert_eq!(fs_err::read_to_string(dir.path().join(name)).unwrap(), "mine");
    }
    assert!(!dir.path().join("writer.intent").exists());
    assert_eq!(numbers(&store, "c").len(), 9);
}

#[test]
fn links_in_the_place_of_own_files_are_refused_and_their_targets_stay() {
    for name in ["writer.lock", "writer.intent"] {
        let dir = tempfile::tempdir().unwrap();
        let (bank, target) = (dir.path().join("bank"), dir.path().join("thesis"));
        small(&bank);
        let _ = fs_err::remove_file(bank.join(name));
        fs_err::write(&target, "three years").unwrap();
        symlink(&target, bank.join(name)).unwrap();
        let error = Store::open(&bank).unwrap().begin().err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.to_string().starts_with(&format!("`{name}` in the bank's folder is a link")), "{error}");
        assert_eq!(fs_err::read_to_string(&target).unwrap(), "three years");
        assert_eq!(numbers(&Store::open(&bank).unwrap(), "c").len(), 100, "reading goes on");
        // To nothing: the target is not made.
        fs_err::remove_file(&target).unwrap();
        assert!(Store::open(&bank).unwrap().begin().is_err());
        assert!(!target.exists());
    }
}

#[test]
fn a_collection_behind_a_link_is_read_and_not_written() {
    let dir = tempfile::tempdir().unwrap();
    let (bank, outside) = (dir.path().join("bank"), dir.path().join("outside"));
    small(&bank);
    fs_err::rename(bank.join("c"), &outside).unwrap();
    symlink(&outside, bank.join("c")).unwrap();
    let before = files(&outside);
    let store = Store::open(&bank).unwrap();
    assert_eq!(numbers(&store, "c").len(), 100);
    let text = message(store.begin().unwrap().writer("c", schema()));
    assert!(text.starts_with("`c` in the bank's folder is a link or a file"), "{text}");
    assert_eq!(files(&outside), before);
}

#[test]
fn a_bank_behind_a_link_is_one_and_a_link_to_nothing_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (bank, link, dangling) = (dir.path().join("bank"), dir.path().join("link"), dir.path().join("dangling"));
    small(&bank);
    symlink(&bank, &link).unwrap();
    symlink(dir.path().join("nothing"), &dangling).unwrap();
    put(&Store::open(&link).unwrap(), "c", 3, 1, DAY);
    assert_eq!(numbers(&Store::open(&bank).unwrap(), "c"), [3]);
    for text in [message(Store::open(&dangling)), message(Store::create_or_open(&dangling))] {
        assert!(text.contains("dangling` is a link that leads to nothing\nhint: make the folder"), "{text}");
    }
    assert!(!dir.path().join("nothing").exists());
}

#[test]
fn an_import_that_fails_leaves_no_folder_that_it_made() {
    let dir = tempfile::tempdir().unwrap();
    let bank = dir.path().join("a/b/bank");
    let store = Store::create_or_open(&bank).unwrap();
    assert!(!dir.path().join("a").exists(), "nothing is made before something is written");
    let mut commit = store.begin().unwrap();
    assert!(message(commit.writer("writer.lock", schema())).contains("the bank has a file of that name"));
    commit.write::<Error>("c", schema(), batches(0, 9).into_iter()).unwrap();
    let mut writer = commit.writer("d", schema()).unwrap();
    writer.write(batches(1, 1)[0].as_ref().unwrap()).unwrap();
    assert!(bank.join("c").is_dir() && bank.join("writer.lock").is_file());
    drop(commit);
    assert!(bank.join("d").is_dir());
    drop(writer);
    assert_eq!(fs_err::read_dir(dir.path()).unwrap().count(), 0, "{:?}", files(dir.path()));
    // The same store goes on.
    assert_eq!(put(&store, "c", 0, 1, DAY), Outcome::Changed);
    // In a folder that was there, nothing is left but the folder.
    let empty = dir.path().join("empty");
    fs_err::create_dir(&empty).unwrap();
    set_mode(&empty, 0o755);
    let store = Store::create_or_open(&empty).unwrap();
    drop(store.begin().unwrap().writer("c", schema()).unwrap());
    assert_eq!((fs_err::read_dir(&empty).unwrap().count(), mode(&empty)), (0, 0o755));
}

#[test]
fn a_bank_that_is_given_up_lets_no_two_writers_in() {
    let dir = tempfile::tempdir().unwrap();
    let bank = dir.path().join("bank");
    let (inside, runs) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let write = || {
        for _ in 0..300 {
            // The folder comes and goes, so either may fail; what matters is who gets through.
            let Ok(store) = Store::create_or_open(&bank) else { continue };
            let Ok(commit) = store.begin() else { continue };
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two writers at a time");
            std::thread::yield_now();
            runs.fetch_add(1, Ordering::SeqCst);
            inside.fetch_sub(1, Ordering::SeqCst);
            drop(commit);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(write);
        }
    });
    assert!(runs.into_inner() > 10);
}

#[test]
fn names_of_own_files_and_of_devices_are_refused_before_anything_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let own =
        ["manifest.json", "Manifest.JSON", "writer.lock", "writer.intent", "manifest.json.tmp", "manifest.json-4.tmp"];
    let devices = ["con", "CON", "nul", "NUL.txt", "Aux", "prn.a.b", "COM1", "com9.json", "LPT0", "lpt3"];
    let store = Store::create_or_open(dir.path()).unwrap();
    let commit = store.begin().unwrap();
    let before = files(dir.path());
    for name in own.iter().chain(&devices) {
        let text = message(commit.writer(name, schema()));
        assert!(text.starts_with(&format!("`{name}` cannot be a collection's name: ")), "{text}");
        assert_eq!(message(check_name(name)), text);
    }
    assert_eq!(files(dir.path()), before);
    for name in ["console", "nulls", "com", "com10", "lpt", "manifest", "writer", "auxiliary.nul", "manifest.json.tmp2"]
    {
        check_name(name).unwrap();
    }
    let text = message(check_name("a\u{1b}[31m"));
    assert!(text.starts_with("`a\\u{1b}[31m` cannot be") && message(check_name(&"x".repeat(5000))).len() < 500);
}
