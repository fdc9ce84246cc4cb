//! Documents go into columns and come out byte for byte, whatever they hold.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use arrow_array::RecordBatch;
use bson::oid::ObjectId;
use bson::{Bson, DateTime, Document, doc};
use documents::{
    Absence, Draft, Encoder, Kind, LAYOUTS, Reader, check_version, is_columns, layouts, raw_documents, regular,
    top_names,
};

fn bytes(documents: &[Document]) -> Vec<Vec<u8>> {
    documents.iter().map(|document| document.to_vec().unwrap()).collect()
}

/// An encoder whose columns are those that these documents call for.
fn encoder(documents: &[Document]) -> Encoder {
    let mut draft = Draft::new();
    for document in bytes(documents) {
        draft.add(&document).unwrap();
    }
    draft.encoder()
}

fn batch(encoder: &mut Encoder, documents: &[Document]) -> RecordBatch {
    for document in bytes(documents) {
        encoder.add(&document).unwrap();
    }
    encoder.finish().unwrap()
}

fn check(drafted: &[Document], documents: &[Document]) {
    let batch = batch(&mut encoder(drafted), documents);
    assert_eq!(raw_documents(&batch).unwrap(), bytes(documents));
    let layouts = layouts_of(&batch);
    let reader = Reader::new(&layouts, batch.columns().iter().map(Some).collect());
    for (row, document) in documents.iter().enumerate() {
        // By bytes, since NaN is not equal to itself.
        let read = reader.document(row, &|_| true).unwrap();
        assert_eq!(read.to_vec().unwrap(), document.to_vec().unwrap());
        for name in document.keys() {
            check_alone(&batch, &layouts, row, name, document);
        }
    }
}

/// One field, with only the columns that it needs.
fn check_alone(batch: &RecordBatch, layouts: &[documents::Layout], row: usize, name: &str, document: &Document) {
    let needed = Reader::needed(layouts, batch.num_columns(), &|wanted| wanted == name);
    let columns = batch.columns().iter().zip(needed).map(|(column, is_needed)| is_needed.then_some(column)).collect();
    let reader = Reader::new(layouts, columns);
    let alone = |value: Option<Bson>| doc! { "v": value.unwrap() }.to_vec().unwrap();
    assert_eq!(alone(reader.field(row, name).unwrap()), alone(document.get(name).cloned()), "{name} of {document}");
    assert_eq!(reader.field(row, "no such field").unwrap(), None);
}

fn layouts_of(batch: &RecordBatch) -> Vec<documents::Layout> {
    use arrow_array::cast::AsArray;
    layouts(batch.column_by_name(LAYOUTS).unwrap().as_binary(), batch.num_columns()).unwrap()
}

/// Documents with every type of value, and odd names.
fn odd() -> Vec<Document> {
    let id = ObjectId::from_bytes([0x9f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    vec![
        doc! {},
        doc! { "_id": id, "a": 1, "b": 1_i64, "c": 1.5, "d": true, "e": "text", "f": DateTime::from_millis(-1) },
        doc! { "f": Bson::Null, "e": "", "a": "text", "_id": 5 },
        doc! { "a": { "b": { "c": [1, { "d": 2 }] }, "e": {} }, "list": [], "x.y": 5, "$z": 6, "": 7 },
        doc! { "a": { "e": Bson::Null, "b": 5 }, "list": ["a", 1, Bson::Null, { "k": [[]] }] },
        doc! { "n": f64::NAN, "m": -0.0, "i": f64::INFINITY, "s": "\u{0}", "u": "ü€😀" },
        doc! { "min": Bson::MinKey, "max": Bson::MaxKey, "undefined": Bson::Undefined },
        doc! {
            "binary": Bson::Binary(bson::Binary { subtype: bson::spec::BinarySubtype::BinaryOld, bytes: vec![1, 2, 3] }),
            "decimal": "1.50".parse::<bson::Decimal128>().unwrap(),
            "regex": Bson::RegularExpression(bson::Regex { pattern: "a".try_into().unwrap(), options: "i".try_into().unwrap() }),
            "code": Bson::JavaScriptCode("f()".to_owned()),
            "scope": Bson::JavaScriptCodeWithScope(bson::JavaScriptCodeWithScope { code: "g()".to_owned(), scope: doc! { "a": 1 } }),
            "symbol": Bson::Symbol("s".to_owned()),
            "time": Bson::Timestamp(bson::Timestamp { time: 5, increment: 6 }),
        },
    ]
}

#[test]
fn documents_come_out_as_they_went_in() {
    check(&odd(), &odd());
}

#[test]
fn what_the_draft_did_not_see_is_kept_too() {
    check(&[], &odd());
    check(&[doc! { "a": 5, "e": "text", "list": "none", "n": "none" }], &odd());
    check(&odd()[..2], &odd());
}

#[test]
fn objects_deeper_than_columns_go_are_kept() {
    let deep = |levels: usize| (0..levels).fold(doc! { "v": 1 }, |inner, _| doc! { "o": inner, "n": 2 });
    let documents: Vec<Document> = [1, 14, 15, 16, 17, 40].map(deep).into();
    check(&documents, &documents);
}

#[test]
fn words_may_be_new_until_the_first_batch_is_made() {
    let worded = |words: &[&str]| words.iter().map(|word| doc! { "w": *word }).collect::<Vec<_>>();
    let mut encoder = encoder(&worded(&["a", "b", "a", "b", "a", "b", "a", "b"]));
    assert_eq!(encoder.schema().field(3).name(), "w:word");
    let first = worded(&["b", "c", "a"]);
    let second = worded(&["c", "new", "a"]);
    let batches = [batch(&mut encoder, &first), batch(&mut encoder, &second)];
    assert_eq!(raw_documents(&batches[0]).unwrap(), bytes(&first));
    assert_eq!(raw_documents(&batches[1]).unwrap(), bytes(&second));
    // The word that came too late lies in the rest, so the path is not regular any more.
    let names = ["layout", "layouts", "rest", "w:word"];
    assert_eq!(regular(&names, &[layouts_of(&batches[0])]).len(), 1);
    assert_eq!(regular(&names, &batches.each_ref().map(layouts_of)).len(), 0);
}

#[test]
fn many_words_and_long_ones_are_texts() {
    let many: Vec<Document> = (0..5000).map(|n| doc! { "w": format!("w{}", n % 300) }).collect();
    assert_eq!(encoder(&many).schema().field(3).name(), "w:string");
    let long: Vec<Document> = (0..50).map(|_| doc! { "w": "x".repeat(200) }).collect();
    assert_eq!(encoder(&long).schema().field(3).name(), "w:string");
    check(&many, &many);
    // 255 codes, then no more.
    let grown: Vec<Document> = (0..300).map(|n| doc! { "w": format!("w{n}") }).collect();
    let few: Vec<Document> = (0..40).map(|n| doc! { "w": format!("w{}", n % 4) }).collect();
    check(&few, &grown);
}

#[test]
fn rare_fields_get_no_column() {
    let mut documents: Vec<Document> = (0..100).map(|n| doc! { "n": n }).collect();
    documents.push(doc! { "rare": 1 });
    let schema = encoder(&documents).schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["layout", "layouts", "rest", "n:int"]);
    check(&documents, &documents);
}

#[test]
fn of_too_many_fields_the_commonest_get_columns() {
    let wide: Document = (0..500).map(|n| (format!("f{n}"), Bson::Int32(n))).collect();
    let documents = [doc! { "f499": 1 }, wide];
    let schema = encoder(&documents).schema();
    assert_eq!((schema.fields().len(), schema.field(3).name().as_str()), (403, "f499:int"));
    check(&documents, &documents);
}

/// Documents whose arrays may become lists.
fn listed() -> Vec<Document> {
    let item = |n: i32| match n % 5 {
        0 => bson::bson!({ "kind": "fee", "value": f64::from(n), "place": { "city": "Oslo" } }),
        1 => bson::bson!({ "value": f64::from(n), "kind": "card", "note": format!("item {n}") }),
        2 => bson::bson!({ "kind": Bson::Null, "value": n, "tags": ["a", "b"] }),
        3 => bson::bson!({ "kind": "cash", "value": 0.5, "place": {}, "x.y": 1 }),
        _ => bson::bson!({ "kind": "card", "value": -1.5, "place": { "city": "Oslo", "open": true } }),
    };
    let items = |n: i32| (0..n % 6).map(|at| item(n + at)).collect::<Vec<Bson>>();
    let mut documents: Vec<Document> = (0..60)
        .map(|n| doc! { "_id": n, "items": items(n), "in": { "ns": (0..n % 13).collect::<Vec<i32>>() }, "end": "rest" })
        .collect();
    documents.push(doc! { "items": Bson::Null });
    documents.push(doc! { "items": "text", "in": { "ns": [1_i64, "two", Bson::Null, {}, [3], []] } });
    documents.push(doc! { "items": [1, 2.5, "text", Bson::Null, [], [{ "kind": "fee" }], {}], "in": 5 });
    documents.push(doc! { "in": { "ns": [] }, "items": [{ "kind": [{ "kind": "fee" }], "new": { "deep": [1] } }] });
    documents
}

fn columns(documents: &[Document]) -> Vec<String> {
    encoder(documents).schema().fields().iter().skip(3).map(|field| field.name().clone()).collect()
}

#[test]
fn arrays_of_alike_elements_are_lists() {
    assert_eq!(columns(&listed()), ["_id:int", "items:list", "in.ns:list", "end:word"]);
    check(&listed(), &listed());
    check(&listed()[..10], &listed());
    check(&listed()[55..], &listed());
    check(&odd(), &listed());
    check(&listed(), &odd());
    // Nothing of these is in a column but the whole: arrays of arrays, of nothing, of what comes in no order.
    let pairs: Vec<Document> =
        (0..9).map(|n| doc! { "line": [[n, 1], [2, n]], "none": [], "nulls": [Bson::Null] }).collect();
    assert_eq!(columns(&pairs), ["line:bson4", "none:bson4", "nulls:bson4"]);
    check(&pairs, &pairs);
}

/// Bytes of a document with one array `a`, whose elements have these names.
fn array(names: &[&str]) -> Vec<u8> {
    let elements: Document = names
        .iter()
        .enumerate()
        .map(|(at, name)| ((*name).to_owned(), at as i32))
        .map(|(name, at)| (name, Bson::Int32(at)))
        .collect();
    let mut bytes = doc! { "a": elements }.to_vec().unwrap();
    // An object is told from an array by its type alone.
    bytes[4] = 4;
    bytes
}

#[test]
fn arrays_whose_elements_have_other_names_come_back_too() {
    let eleven: Vec<String> = (0..11).map(|n| n.to_string()).collect();
    let eleven: Vec<&str> = eleven.iter().map(String::as_str).collect();
    let arrays: Vec<Vec<u8>> =
        [&["0", "1"][..], &["1", "0"], &["00"], &["a"], &[""], &["0", "2"], &eleven, &["0"], &[]].map(array).into();
    for drafted in [&arrays[..1], &arrays[1..2], &arrays] {
        let mut draft = Draft::new();
        for document in drafted {
            draft.add(document).unwrap();
        }
        let mut encoder = draft.encoder();
        for document in &arrays {
            encoder.add(document).unwrap();
        }
        assert_eq!(raw_documents(&encoder.finish().unwrap()).unwrap(), arrays);
    }
}

#[test]
fn lists_with_more_layouts_than_they_can_number_come_back_too() {
    let element = |n: i32| {
        let optional = (0..10).filter(|bit| n >> bit & 1 == 1).map(|bit| (format!("f{bit}"), Bson::Int32(n)));
        Bson::Document(std::iter::once(("n".to_owned(), Bson::Int32(n))).chain(optional).collect())
    };
    let mut documents: Vec<Document> =
        (0..200).map(|n| doc! { "a": (n * 5..n * 5 + 5).map(element).collect::<Vec<_>>() }).collect();
    documents.extend(
        odd()
            .into_iter()
            .map(|document| doc! { "a": document.into_iter().map(|(_, value)| value).collect::<Vec<_>>() }),
    );
    assert_eq!(columns(&documents), ["a:list"]);
    check(&documents, &documents);
}

#[test]
fn several_batches_of_lists_share_their_words() {
    let worded = |words: &[&str]| words.iter().map(|word| doc! { "a": [{ "w": *word }, {}] }).collect::<Vec<_>>();
    let mut encoder = encoder(&worded(&["a", "b", "a", "b", "a", "b", "a", "b"]));
    let parts = [worded(&["b", "c", "a"]), worded(&["c", "new", "a"]), worded(&["a"])];
    for part in &parts {
        let batch = batch(&mut encoder, part);
        assert_eq!(raw_documents(&batch).unwrap(), bytes(part));
    }
}

#[test]
fn elements_are_told_one_by_one() {
    let documents = listed();
    let batch = batch(&mut encoder(&documents), &documents);
    let layouts = layouts_of(&batch);
    let reader = Reader::new(&layouts, batch.columns().iter().map(Some).collect());
    for (row, document) in documents.iter().enumerate() {
        let (elements, is_null) = reader.elements(row, "items").unwrap();
        assert_eq!(is_null, document.get("items") == Some(&Bson::Null));
        let Some(Bson::Array(expected)) = document.get("items") else {
            assert!(elements.is_none());
            continue;
        };
        let Some(documents::Elements::Listed(elements, inside)) = elements else { panic!("no list: {document}") };
        assert_eq!(elements.len(), expected.len());
        for (at, expected) in elements.zip(expected) {
            assert_eq!(inside.of_element(at, None).unwrap().as_ref(), Some(expected));
            for name in ["kind", "value", "place", "tags", "x.y", "new", "none"] {
                let expected = expected.as_document().and_then(|element| element.get(name));
                assert_eq!(inside.of_element(at, Some(name)).unwrap().as_ref(), expected, "{name}");
            }
        }
    }
}

/// As documents were written before there were lists: their arrays in one piece.
#[test]
fn arrays_in_one_piece_are_read_as_before() {
    let mixed = [array(&["x"]), doc! { "end": "rest" }.to_vec().unwrap()];
    let mut draft = Draft::new();
    for document in &mixed {
        draft.add(document).unwrap();
    }
    let mut encoder = draft.encoder();
    let names: Vec<String> = encoder.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names, ["layout", "layouts", "rest", "a:bson4", "end:string"]);
    let documents = [doc! { "a": [{ "kind": "fee" }, 5, []] }, doc! { "a": [] }, doc! { "a": Bson::Null }];
    let batch = batch(&mut encoder, &documents);
    assert_eq!(raw_documents(&batch).unwrap(), bytes(&documents));
    let schema = arrow_schema::Schema::new(batch.schema().fields().clone());
    assert!(is_columns(&schema) && check_version(&schema).is_ok());
}

#[test]
fn what_a_newer_version_wrote_is_refused() {
    let schema = encoder(&listed()).schema();
    assert!(is_columns(&schema) && check_version(&schema).is_ok());
    let newer = |version: &str| {
        let mut schema = schema.as_ref().clone();
        schema.metadata.insert("banksphere.documents".to_owned(), version.to_owned());
        check_version(&schema)
    };
    assert!(newer("1").is_ok());
    assert!(newer("3").unwrap_err().to_string().contains("newer than this program"));
    assert!(newer("two").is_err());
}

fn regular_paths(documents: &[Document]) -> Vec<(String, Kind, Absence)> {
    let mut encoder = encoder(documents);
    let batch = batch(&mut encoder, documents);
    let schema = encoder.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let found = regular(&names, &[layouts_of(&batch)]);
    found.into_iter().map(|one| (one.path.join("."), one.kind, one.absence)).collect()
}

#[test]
fn a_path_is_regular_where_it_leads_to_one_column_or_to_nothing() {
    use Absence::{Either, Missing, Never, Null};
    let is = |documents: &[Document], expected: &[(&str, Kind, Absence)]| {
        let expected: Vec<_> =
            expected.iter().map(|(path, kind, absence)| ((*path).to_owned(), *kind, *absence)).collect();
        assert_eq!(regular_paths(documents), expected, "{documents:?}");
    };
    is(&[doc! { "a": 1 }, doc! { "a": 2 }], &[("a", Kind::Int, Never)]);
    is(&[doc! { "a": 1 }, doc! { "a": Bson::Null }], &[("a", Kind::Int, Null)]);
    is(&[doc! { "a": 1 }, doc! {}], &[("a", Kind::Int, Missing)]);
    is(&[doc! { "a": 1 }, doc! {}, doc! { "a": Bson::Null }], &[("a", Kind::Int, Either)]);
    is(&[doc! { "a": 1 }, doc! { "a": 1.5 }], &[]);
    is(&[doc! { "a": 1 }, doc! { "a": [1] }], &[]);
    is(&[doc! { "a": 1 }, doc! { "a": {} }], &[]);
    is(&[doc! { "o": { "a": 1 } }, doc! { "o": 5 }], &[("o.a", Kind::Int, Missing)]);
    is(&[doc! { "o": { "a": 1 } }, doc! { "o": Bson::Null }], &[("o.a", Kind::Int, Missing)]);
    is(&[doc! { "o": { "a": 1 } }, doc! { "o": [{ "a": 2 }] }], &[]);
    is(&[doc! { "o": { "p": { "a": 1 } } }, doc! { "o": { "p": [] } }], &[]);
}

#[test]
fn the_names_at_the_top_are_all_known() {
    let documents = [doc! { "b": 1, "a": 1 }, doc! { "c": { "d": 1 }, "b": 2 }];
    let batch = batch(&mut encoder(&documents), &documents);
    assert_eq!(top_names(&[layouts_of(&batch)]), ["b", "a", "c"]);
}

#[test]
fn damaged_bytes_are_refused() {
    let mut draft = Draft::new();
    for bytes in
        [&b""[..], b"\x05\0\0\0", b"\x06\0\0\0\0\0", b"\x08\0\0\0\x10a\0\0", b"\x0c\0\0\0\x02a\0\xff\xff\xff\x7f\0"]
    {
        assert!(draft.add(bytes).is_err(), "{bytes:?}");
        assert!(encoder(&[]).add(bytes).is_err(), "{bytes:?}");
    }
    let documents = odd();
    let whole = batch(&mut encoder(&documents), &documents);
    let layouts = layouts_of(&whole);
    // A column that was not handed over, and a row that is not there.
    let reader = Reader::new(&layouts, vec![Some(whole.column(0))]);
    assert!(reader.document(1, &|_| true).is_err());
    assert!(reader.document(documents.len(), &|_| true).is_err());
    assert!(reader.raw(1).is_err());
}
