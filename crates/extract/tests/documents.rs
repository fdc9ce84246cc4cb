//! Importing a file of documents as its user sees it: what comes in, or the message that says why not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::path::PathBuf;

use bson::{Bson, Document};
use expect_test::{Expect, expect};
use extract::{Error, Options, import_documents, load_sample};
use store::Store;

struct Bench {
    dir: tempfile::TempDir,
    file: PathBuf,
    store: Store,
}

impl Bench {
    fn new(content: impl AsRef<[u8]>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("notes.ndjson");
        fs_err::write(&file, content).unwrap();
        let store = Store::create_or_open(&dir.path().join("bank")).unwrap();
        Self { dir, file, store }
    }

    fn import(&self, name: &str) -> Result<u64, Error> {
        import_documents(name, &self.file, &self.store, &Options::default()).map(|imported| imported.rows)
    }

    fn documents(&self, name: &str) -> Vec<Document> {
        let (_, batches) = self.store.read(name).unwrap();
        let bytes = batches.iter().flat_map(|batch| documents::raw_documents(batch).unwrap());
        bytes.map(|bytes| Document::from_reader(bytes.as_slice()).unwrap()).collect()
    }
}

fn check_refused(content: impl AsRef<[u8]>, expected: &Expect) {
    let bench = Bench::new(content);
    let text = bench.import("notes").expect_err("the import is refused").to_string();
    expected.assert_eq(&text.replace(&bench.dir.path().display().to_string(), "DIR"));
    assert!(bench.store.collections().is_empty());
}

#[test]
fn documents_of_any_shape_are_kept_as_they_are() {
    let text = "\u{feff}{\"_id\": 1, \"z\": [1, \"two\", {\"x\": null}], \"a\": {\"$numberLong\": \"5\"}}\n\n\
                {\"a\": 5.0, \"z\": {\"$date\": \"2026-01-31T00:00:00Z\"}}\r\n{}";
    let bench = Bench::new(text);
    assert_eq!(bench.import("notes").unwrap(), 3);
    let documents = bench.documents("notes");
    assert_eq!(documents[0].keys().collect::<Vec<_>>(), ["_id", "z", "a"]);
    assert_eq!(documents[0].get("a"), Some(&Bson::Int64(5)));
    assert_eq!(documents[1].get("a"), Some(&Bson::Double(5.0)));
    assert!(matches!(documents[1].get("z"), Some(Bson::DateTime(_))));
    // What has no `_id` gets one, in front.
    assert_eq!(documents[1].keys().collect::<Vec<_>>(), ["_id", "a", "z"]);
    assert!(matches!(documents[2].iter().collect::<Vec<_>>().as_slice(), [(_, Bson::ObjectId(_))]));
    assert_eq!(bench.store.collections()[0].notes["source"], "notes.ndjson");
}

#[test]
fn an_array_of_documents_is_taken_too() {
    let bench = Bench::new("[\n  {\"a\": 1,\n   \"b\": \"],\"},\n  {\"a\": 2}\n]\n");
    assert_eq!(bench.import("notes").unwrap(), 2);
    assert_eq!(bench.documents("notes")[1].get("a"), Some(&Bson::Int32(2)));
    assert_eq!(Bench::new("[]").import("notes").unwrap(), 0);
}

#[test]
fn more_than_a_block_comes_in_in_order() {
    let text: String = (0..70_000).map(|n| format!("{{\"n\": {n}}}")).collect::<Vec<_>>().join("\n");
    let bench = Bench::new(text);
    assert_eq!(bench.import("notes").unwrap(), 70_000);
    let documents = bench.documents("notes");
    assert!(documents.iter().enumerate().all(|(n, document)| document.get("n") == Some(&Bson::Int32(n as i32))));
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    check_refused(
        "{\"a\": 1}\n\n  {\"a\": x}\n",
        &expect![[r#"
        unknown word `x`
          at DIR/notes.ndjson:3:9
        hint: quote it if it is a string"#]],
    );
    check_refused(
        "{\"a\": 1}\n{\"a\": 1\n{\"a\": 3}\n",
        &expect![[r#"
        expected `,` or `}`, found the end of the text
          at DIR/notes.ndjson:2:8"#]],
    );
    check_refused(
        "{\"a\": 1}\n[1]\n",
        &expect![[r#"
        expected a document, found an array
          at DIR/notes.ndjson:2:1
        hint: a document is written `{ field: value, … }`"#]],
    );
}

#[test]
fn arrays_and_files_that_cannot_be_read_are_named_too() {
    check_refused(
        "[{\"a\": 1},\n {\"a\":\n  {\"$date\": 5x}}]",
        &expect![[r#"
        `5x` is not a number
          at DIR/notes.ndjson:3:13"#]],
    );
    check_refused(
        "[{\"a\": 1}, 5]",
        &expect![[r#"
        expected a document, found `5`
          at DIR/notes.ndjson:1:12
        hint: a document is written `{ field: value, … }`"#]],
    );
    check_refused(
        "[{\"a\": 1}",
        &expect![[r#"
        the array does not end: `]` is missing
          at DIR/notes.ndjson:1:10"#]],
    );
    check_refused(
        "[{\"a\": 1}] {\"b\": 2}",
        &expect![[r#"
        nothing may follow the array's end `]`
          at DIR/notes.ndjson:1:12"#]],
    );
    check_refused(
        b"{\"a\": \"caf\xe9\"}\n",
        &expect![[r#"
            `DIR/notes.ndjson` is not UTF-8, as JSON is: it would be read as Windows-1252, for line 1 is not UTF-8
            hint: convert the file to UTF-8, then import it again"#]],
    );
    check_refused(
        "",
        &expect![[r#"
        `DIR/notes.ndjson` is empty
        hint: export it again from its source"#]],
    );
    check_refused(
        format!("{{\"a\": \"{}\"}}", "x".repeat(17 << 20)),
        &expect![[r#"
        the document has 17825822 bytes; a document may have 16 MB
          at DIR/notes.ndjson:1:1
        hint: split it into several documents"#]],
    );
}

#[test]
fn the_card_datas_names_are_its_own() {
    let bench = Bench::new("{\"a\": 1}\n");
    load_sample(5, 1, &bench.store, &Options::default()).unwrap();
    expect![[r#"
        the collection `customers` holds the bank's customers, which follow a contract
        hint: choose another name for the documents; customers come in as a file of all of them, by the contract"#]]
    .assert_eq(&bench.import("customers").unwrap_err().to_string());
    bench.import("notes").unwrap();
    expect![[r#"
        `no tes` cannot be a collection's name
        hint: use up to 100 letters, digits, `_`, `-` and `.`, without a dot at the ends"#]]
    .assert_eq(&bench.import("no tes").unwrap_err().to_string());

    let bench = Bench::new("{\"a\": 1}\n");
    bench.import("transactions").unwrap();
    let error = load_sample(5, 1, &bench.store, &Options::default()).unwrap_err();
    expect![[r#"
        the bank's collection `transactions` holds documents that are not card data
        hint: import the card data into another bank"#]]
    .assert_eq(&error.to_string());
}

#[test]
fn an_id_twice_is_refused_with_both_places() {
    check_refused(
        "{\"_id\": 1}\n{\"_id\": \"1\"}\n{}\n{}\n  {\"_id\": 1.0}\n",
        &expect![[r#"
        the `_id` `1` is in the file twice
          at DIR/notes.ndjson:5:3
        hint: the first one is at DIR/notes.ndjson:1:1; give each document an `_id` of its own, or none"#]],
    );
    check_refused(
        "[{\"_id\": {\"a\": 1}}, {\"_id\": {\"a\": 2}},\n {\"_id\": {\"a\": 1.0}}]",
        &expect![[r#"
        the `_id` `{ "a": 1 }` is in the file twice
          at DIR/notes.ndjson:2:2
        hint: the first one is at DIR/notes.ndjson:1:2; give each document an `_id` of its own, or none"#]],
    );
    let many: Vec<String> = (0..70_000).chain([3]).map(|n| format!("{{\"_id\": {n}}}\n")).collect();
    let many = many.concat();
    let bench = Bench::new(many);
    let error = bench.import("notes").unwrap_err();
    assert_eq!(error.faults().first().error_code(), Some(11_000));
    assert_eq!(error.faults().first().error_code_name(), Some("DuplicateKey"));
    let place = error.faults().first().place().unwrap();
    assert!(place.ends_with("notes.ndjson:70001:1"), "{place}");
}

#[test]
fn the_longest_numbers_and_digits_in_texts_are_kept() {
    let kept = Bench::new("{\"a\": 9223372036854775807, \"b\": \"123456789012345678901\"}\n");
    kept.import("notes").unwrap();
    assert_eq!(kept.documents("notes")[0].get("a"), Some(&Bson::Int64(i64::MAX)));
}

#[test]
fn a_frame_that_pandas_split_is_named() {
    let split = "{\"columns\":[\"a\"],\"index\":[0,1],\"data\":[[1],[2]]}";
    check_refused(
        split,
        &expect![[r#"
        this is one document: a frame that pandas wrote with `orient="split"`
          at DIR/notes.ndjson:1:1
        hint: write a row a line: `frame.to_json(path, orient="records", lines=True)`"#]],
    );
    assert_eq!(Bench::new("{\"columns\": 3, \"data\": [1]}").import("notes").unwrap(), 1);
    assert_eq!(Bench::new(format!("{split}\n{split}")).import("notes").unwrap(), 2);
}

#[test]
fn documents_under_the_customers_name_follow_no_contract() {
    let bench = Bench::new("{\"a\": 1}\n");
    bench.import("customers").unwrap();
    assert_eq!(extract::contract_of(&bench.store).unwrap(), None);
}

#[cfg(unix)]
#[test]
fn pipes_are_read_and_links_that_lead_nowhere_are_named() {
    let bench = Bench::new("{\"a\": 1}\n");
    let pipe = bench.dir.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs_err::write(pipe, "{\"_id\": 1}\n{\"_id\": 2}\n{\"_id\": 2}\n").unwrap()
    });
    let text = import_documents("notes", &pipe, &bench.store, &Options::default()).unwrap_err().to_string();
    writer.join().unwrap();
    let dir = bench.dir.path().display().to_string();
    expect![[r#"
        the `_id` `2` is in the file twice
          at DIR/pipe:3:1
        hint: the first one is at DIR/pipe:2:1; give each document an `_id` of its own, or none"#]]
    .assert_eq(&text.replace(&dir, "DIR"));

    let link = bench.dir.path().join("link.json");
    std::os::unix::fs::symlink("gone.json", &link).unwrap();
    let text = import_documents("notes", &link, &bench.store, &Options::default()).unwrap_err().to_string();
    expect![[r#"
        `DIR/link.json` is a link to `gone.json`, which is not there
        hint: give the path of the file itself"#]]
    .assert_eq(&text.replace(&dir, "DIR"));
    let text = import_documents("notes", std::path::Path::new("/dev/zero"), &bench.store, &Options::default());
    expect![[r#"
        `/dev/zero` is a device, not a file
        hint: give the path of one file"#]]
    .assert_eq(&text.unwrap_err().to_string());
    let good = bench.dir.path().join("good.json");
    std::os::unix::fs::symlink(&bench.file, &good).unwrap();
    assert_eq!(import_documents("notes", &good, &bench.store, &Options::default()).unwrap().rows, 1);
}

#[cfg(unix)]
#[test]
fn a_pipe_without_a_writer_is_waited_for_only_until_the_flag_is_raised() {
    let bench = Bench::new("");
    let pipe = bench.dir.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let cancel = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            cancel.store(true, std::sync::atomic::Ordering::SeqCst);
        });
        let options = Options { cancel: &cancel, ..Options::default() };
        let error = import_documents("notes", &pipe, &bench.store, &options).unwrap_err();
        assert_eq!(error.kind(), extract::ErrorKind::Cancelled);
    });
}

#[test]
fn documents_are_nested_in_100_levels_at_most() {
    let deep = |levels: usize| format!("{}1{}", "{\"a\": ".repeat(levels), "}".repeat(levels));
    assert_eq!(Bench::new(deep(100)).import("notes").unwrap(), 1);
    check_refused(
        format!("{{}}\n{}", deep(101)),
        &expect![[r#"
            the document is nested in more than 100 levels
              at DIR/notes.ndjson:2:1"#]],
    );
}

/// What a file of those bytes becomes, a line a document, then the notices; or why it does not.
/// A document; the `_id` that was made for it stands as `made`.
fn shown(document: &Document) -> String {
    match document.get("_id") {
        Some(Bson::ObjectId(id)) => document.to_string().replace(&format!("ObjectId(\"{id}\")"), "made"),
        _ => document.to_string(),
    }
}

fn documents_of(name: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    fs_err::write(&file, content).unwrap();
    let store = store::Store::create_or_open(&folder.path().join("bank")).unwrap();
    match import_documents("notes", &file, &store, &Options::default()) {
        Err(error) => error.to_string().replace(&format!("{}/", folder.path().display()), ""),
        Ok(imported) => {
            let (_, batches) = store.read("notes").unwrap();
            let bytes = batches.iter().flat_map(|batch| documents::raw_documents(batch).unwrap());
            let lines = bytes.map(|bytes| shown(&bson::Document::from_reader(bytes.as_slice()).unwrap()));
            let notices = imported.notices.iter().map(|notice| format!("notice: {notice}"));
            lines.chain(notices).collect::<Vec<_>>().join("\n")
        }
    }
}

#[test]
fn rows_of_a_table_become_documents() {
    let table = "id,n,share,open,town,code\n1,5,0.5,true,Oslo,007\n2,7.0,,FALSE,,12\n";
    expect![[r#"
        { "_id": made, "id": 1, "n": 5, "share": 0.5, "open": true, "town": "Oslo", "code": "007" }
        { "_id": made, "id": 2, "n": 7, "open": false, "code": "12" }"#]]
    .assert_eq(&documents_of("t.csv", table.as_bytes()));
    expect![[r#"
        { "_id": "A", "limit": 1000.5 }
        { "_id": "B", "limit": 2.5 }"#]]
    .assert_eq(&documents_of("t.csv", "_id;limit\nA;1.000,50\nB;2,5\n".as_bytes()));
    expect![[r#"
        { "_id": made, "k": 1, "id": "12345678901234567890", "x": "9007199254740993" }
        { "_id": made, "k": 2, "id": "9007199254740993", "x": "5.5" }"#]]
    .assert_eq(&documents_of("t.csv", b"k,id,x\n1,12345678901234567890,9007199254740993\n2,9007199254740993,5.5\n"));
    expect![[r#"
        the `_id` `"A"` is in the file twice
          at t.csv:4
        hint: the first one is at t.csv:2; give each document an `_id` of its own, or none"#]]
    .assert_eq(&documents_of("t.csv", b"_id,n\nA,1\nB,2\nA,3\n"));
    expect![[r#"
        `a.b` is not a name that a field can have: it has a `.` or begins with `$`
          at t.csv:1
        hint: rename the column"#]]
    .assert_eq(&documents_of("t.csv", b"a.b,c\n1,2\n"));
    expect![[r#"
        the column 2 has no name
          at t.csv:1
        hint: rename the column"#]]
    .assert_eq(&documents_of("t.csv", b"a,,c\n1,2,3\n"));
    expect![[r#"
        the row has 3 cells, but the header has 2
          at t.csv:3
        hint: a text with a separator in it must be quoted"#]]
    .assert_eq(&documents_of("t.csv", b"a,b\n1,2\n3,4,5\n"));
}

#[test]
fn mongodumps_files_come_in() {
    let documents = [bson::doc! { "_id": 1, "a": [1, { "b": 2.5 }] }, bson::doc! { "_id": "x" }];
    let dump: Vec<u8> = documents.iter().flat_map(|document| document.to_vec().unwrap()).collect();
    expect![[r#"
        { "_id": 1, "a": [1, { "b": 2.5 }] }
        { "_id": "x" }"#]]
    .assert_eq(&documents_of("t.bson", &dump));
    expect![[r#"
        the file ends in the middle of a document, or is damaged
          at t.bson, document 2, byte 48
        hint: dump the collection again"#]]
    .assert_eq(&documents_of("t.bson", &dump[..dump.len() - 3]));
    expect![[r#"
        the `_id` `1` is in the file twice
          at t.bson, document 3, byte 64
        hint: the first one is at t.bson, document 1, byte 0; give each document an `_id` of its own, or none"#]]
    .assert_eq(&documents_of("t.bson", &[dump.as_slice(), dump.as_slice()].concat()));
}

#[test]
fn documents_may_be_spread_over_lines_and_packed() {
    let pretty = "{\n  \"_id\": 1,\n  \"n\": 1\n}\n{\n  \"_id\": 2,\n  \"n\": [\n    2\n  ]\n}\n";
    expect![[r#"
        { "_id": 1, "n": 1 }
        { "_id": 2, "n": [2] }"#]]
    .assert_eq(&documents_of("t.json", pretty.as_bytes()));
    assert_eq!(documents_of("t.json.gz", &gzip(pretty.as_bytes())), documents_of("t.json", pretty.as_bytes()));
    // As `mongodump --gzip` writes it.
    let dump = bson::doc! { "_id": 1, "n": 1 }.to_vec().unwrap();
    assert_eq!(documents_of("t.bson.gz", &gzip(&dump)), documents_of("t.bson", &dump));
    expect![[r#"
        the file ends in the middle of a document, or is damaged
          at t.bson.gz, document 1, byte 0
        hint: dump the collection again"#]]
    .assert_eq(&documents_of("t.bson.gz", &gzip(&dump[..dump.len() - 3])));
    expect![[r#"
        `t.json.gz` is packed twice
        hint: unpack it first"#]]
    .assert_eq(&documents_of("t.json.gz", &gzip(&gzip(pretty.as_bytes()))));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn whole_numbers_beyond_64_bits_become_decimals_with_a_notice() {
    let text = "{\"_id\": 1, \"iban\": 12345678901234567890, \"n\": [-99999999999999999999, 5]}\n{\"_id\": 2}\n";
    expect![[r#"
        { "_id": 1, "iban": 12345678901234567890, "n": [-99999999999999999999, 5] }
        { "_id": 2 }
        notice: 1 document has whole numbers beyond 64 bits, which became Decimal128"#]]
    .assert_eq(&documents_of("t.ndjson", text.as_bytes()));
    let long = format!("{{\"n\": {}}}", "9".repeat(35));
    expect![[r#"
        the number 99999999999999999999999999999999999 has more than 34 digits
          at t.ndjson:1:7
        hint: write it as a text"#]]
    .assert_eq(&documents_of("t.ndjson", long.as_bytes()));
}

#[test]
fn documents_are_added_block_by_block() {
    use extract::{Before, add_documents};
    let folder = tempfile::tempdir().unwrap();
    let (bank, file) = (folder.path().join("bank"), folder.path().join("more.ndjson"));
    let options = Options::default();
    let mut n = 0;
    // Neither the first nor the second lot fills its last block.
    for (n_more, before) in [(70_000, Before::Replaced), (70_000, Before::Kept), (5, Before::Kept)] {
        let lines: Vec<String> = (n..n + n_more).map(|id| format!("{{\"_id\": {id}}}")).collect();
        fs_err::write(&file, lines.join("\n")).unwrap();
        let store = Store::create_or_open(&bank).unwrap();
        n += n_more;
        let added = add_documents("numbers", &file, before, &store, &options).unwrap();
        assert_eq!((added.added, added.rows), (n_more, n));
    }
    let (_, batches) = Store::open(&bank).unwrap().read("numbers").unwrap();
    let sizes: Vec<usize> = batches.iter().map(arrow_array::RecordBatch::num_rows).collect();
    assert_eq!(sizes, [65_536, 65_536, 8_933]);
    // A store that was opened before others added to the bank adds to what they left.
    let (one, other) = (Store::open(&bank).unwrap(), Store::open(&bank).unwrap());
    for (store, id) in [(&one, "a"), (&other, "b")] {
        fs_err::write(&file, format!("{{\"_id\": \"{id}\"}}\n")).unwrap();
        add_documents("numbers", &file, Before::Kept, store, &options).unwrap();
    }
    let error = add_documents("numbers", &file, Before::Kept, &one, &options).unwrap_err().to_string();
    assert!(error.starts_with("the collection `numbers` has a document with the `_id` `\"b\"` already"), "{error}");
    assert_eq!(Store::open(&bank).unwrap().collections()[0].rows, n + 2);
}

#[test]
fn an_id_stands_first_and_what_is_none_is_refused() {
    let text = "{\"a\": 1, \"_id\": 7, \"b\": 2}\n{\"a\": 2}\n{\"a\": 2}\n";
    expect![[r#"
        { "_id": 7, "a": 1, "b": 2 }
        { "_id": made, "a": 2 }
        { "_id": made, "a": 2 }"#]]
    .assert_eq(&documents_of("t.ndjson", text.as_bytes()));
    expect![[r#"
        an `_id` cannot be an array
          at t.ndjson:2:1
        hint: give the field another name, or the document another `_id`"#]]
    .assert_eq(&documents_of("t.ndjson", b"{\"a\": 1}\n{\"_id\": [1]}\n"));
}

#[test]
fn documents_without_an_id_are_the_same_in_every_import() {
    use extract::{Before, add_documents};
    let bench = Bench::new("{\"a\": 1}\n{\"a\": 1}\n");
    bench.import("notes").unwrap();
    let hash = || Store::open(bench.store.dir()).unwrap().collections()[0].hash.clone();
    let (first, ids) = (hash(), bench.documents("notes"));
    assert_ne!(ids[0], ids[1]);
    bench.import("notes").unwrap();
    assert_eq!(hash(), first);
    // Added once more, the same documents are others.
    let store = Store::open(bench.store.dir()).unwrap();
    let added = add_documents("notes", &bench.file, Before::Kept, &store, &Options::default()).unwrap();
    assert_eq!((added.added, added.rows), (2, 4));
}

#[test]
fn a_field_that_is_twice_in_a_dump_is_refused() {
    /// A document of these fields, each an `int`.
    fn raw(fields: &[(u8, &str, Vec<u8>)]) -> Vec<u8> {
        let body: Vec<u8> = fields
            .iter()
            .flat_map(|(kind, name, value)| [&[*kind], name.as_bytes(), &[0], value.as_slice()].concat())
            .collect();
        [&(body.len() as u32 + 5).to_le_bytes(), body.as_slice(), &[0]].concat()
    }
    let int = |name, n: i32| (0x10_u8, name, n.to_le_bytes().to_vec());
    let twice = raw(&[int("_id", 1), int("a", 1), int("b", 2), int("a", 3)]);
    expect![[r#"
        the document has the field `a` twice
          at t.bson, document 2, byte 28
        hint: keep one of them, or give the other another name"#]]
    .assert_eq(&documents_of("t.bson", &[raw(&[int("_id", 0), int("a", 1), int("c", 2)]), twice].concat()));
    let inside = raw(&[int("_id", 1), (0x04, "l", raw(&[(0x03, "0", raw(&[int("x", 1), int("x", 1)]))]))]);
    let said = documents_of("t.bson", &inside);
    assert!(said.starts_with("the document has the field `l.0.x` twice\n  at t.bson, document 1, byte 0"), "{said}");
    let id = documents_of("t.bson", &raw(&[int("_id", 1), int("_id", 2)]));
    assert!(id.starts_with("the document has the field `_id` twice"), "{id}");
}
