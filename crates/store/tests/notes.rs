//! What a bank remembers of itself as a whole.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use store::Store;

fn format_of(dir: &Path) -> String {
    let manifest = fs_err::read_to_string(dir.join("manifest.json")).unwrap();
    manifest.lines().nth(1).unwrap().trim().to_owned()
}

#[test]
fn a_note_stays_until_another_takes_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(dir.path()).unwrap();
    assert_eq!(store.note("a"), None);
    store.set_note("a", Some("one")).unwrap();
    store.set_note("b", Some("two\n\"three\"")).unwrap();
    assert_eq!(store.note("a").as_deref(), Some("one"));
    let again = Store::open(dir.path()).unwrap();
    assert_eq!(again.note("b").as_deref(), Some("two\n\"three\""));
    assert_eq!(format_of(dir.path()), "\"format\": 4,");
    again.set_note("a", Some("four")).unwrap();
    again.set_note("b", None).unwrap();
    let again = Store::open(dir.path()).unwrap();
    assert_eq!((again.note("a").as_deref(), again.note("b")), (Some("four"), None));
    // Without notes the version before can read it.
    again.set_note("a", None).unwrap();
    assert_eq!(format_of(dir.path()), "\"format\": 3,");
    assert_eq!(Store::open(dir.path()).unwrap().note("a"), None);
}
