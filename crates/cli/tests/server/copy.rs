//! Copies between folders and servers: what arrives is what left, in values, types, and order of fields.

use bson::{Document, doc};
use mongod::Client;

use crate::program::Program;

/// Documents that something between here and there might change.
const NASTY: &str = r#"
{"_id": 1, "b": null, "a": {"$numberLong": "1"}, "nan": {"$numberDouble": "NaN"}, "zero": {"$numberDouble": "-0.0"}, "text": ""}
{"_id": "two", "decimal": {"$numberDecimal": "1.50"}, "empty": {}, "none": [], "int": {"$numberInt": "-2147483648"}}
{"_id": {"$oid": "0707070707070707070707ff"}, "long": {"$numberLong": "-9223372036854775808"}, "nested": [[1, [2.0]], {"ü": "ß😀"}]}
{"_id": {"k": 1, "l": 2}, "at": {"$date": {"$numberLong": "-62135596800000"}}, "stamp": {"$timestamp": {"t": 1, "i": 2}}, "a.b": 1}
{"_id": null, "bounds": [{"$minKey": 1}, {"$maxKey": 1}], "re": {"$regularExpression": {"pattern": "^a", "options": "im"}}}
{"_id": {"$date": {"$numberLong": "0"}}, "bytes": {"$binary": {"base64": "AQID", "subType": "04"}}, "none": null}
"#;

/// A bank with card data and a collection of nasty documents.
fn bank(program: &Program, bank: &str) {
    program.fine(&["sample", "3000", "-o", "sample.csv"]);
    program.fine(&["import", "sample.csv", "--bank", bank, "--as-of", "2026-06-30"]);
    fs_err::write(program.path("nasty.ndjson"), NASTY).unwrap();
    program.fine(&["import", "--into", "nasty", "nasty.ndjson", "--bank", bank, "--as-of", "2026-05-31"]);
}

/// Every document of every collection, with every type spelt out.
fn content(program: &Program, bank: &str) -> Vec<String> {
    let sorted = |name| program.fine(&["aggregate", name, "[{$sort: {_id: 1}}]", "--canonical", "--bank", bank]);
    ["customers", "transactions", "nasty"].map(sorted).to_vec()
}

#[test]
fn a_bank_comes_back_as_it_left() {
    let Some(uri) = mongod::bank("a_bank_comes_back_as_it_left") else { return };
    let Some(second) = mongod::bank("a_bank_comes_back_as_it_left_second") else { return };
    let program = Program::new();
    bank(&program, "first.sphere");
    let whole = content(&program, "first.sphere");
    assert_eq!(whole[2].lines().count(), 6);
    let route = ["first.sphere", &uri, &second, "last.sphere", "very_last.sphere"];
    for way in route.windows(2) {
        program.fine(&["copy", "--from", way[0], "--to", way[1]]);
        assert_eq!(content(&program, way[1]), whole, "from {} to {}", way[0], way[1]);
    }
    // The card data lies in typed columns again, each collection has its day, and the quality summary went along.
    let info = program.fine(&["info", "--bank", "very_last.sphere"]);
    for line in [
        "customers: 3,000 documents, ",
        ", as of 2026-06-30\n",
        "nasty: 6 documents",
        ", as of 2026-05-31\n",
        " Customer_Age               int",
    ] {
        assert!(info.contains(line), "{line} in {info}");
    }
    let [first, last] = ["first.sphere", "very_last.sphere"].map(|bank| manifest(&program, bank));
    let quality = |manifest: &Document| {
        let customers = manifest.get_document("collections").unwrap().get_array("customers").unwrap();
        customers[0].as_document().unwrap().get_document("notes").unwrap().clone()
    };
    assert_eq!(quality(&first), quality(&last));
}

fn manifest(program: &Program, bank: &str) -> Document {
    let text = fs_err::read_to_string(program.path(bank).join("manifest.json")).unwrap();
    pipeline::read_document(&text).unwrap()
}

/// The collection that the name for pasting is a view of.
fn behind(client: &Client, name: &str) -> String {
    let found = client.command(doc! { "listCollections": 1, "filter": { "name": name } }).unwrap();
    let batch = found.get_document("cursor").unwrap().get_array("firstBatch").unwrap();
    batch[0].as_document().unwrap().get_document("options").unwrap().get_str("viewOn").unwrap().to_owned()
}

#[test]
fn a_copy_that_breaks_the_contract_changes_nothing() {
    let Some(uri) = mongod::bank("a_copy_that_breaks_the_contract") else { return };
    let (program, client) = (Program::new(), Client::connect(&uri).unwrap());
    program.fine(&["analyze", "--sample", "50", "--bank", &uri]);
    program.fine(&["analyze", "--sample", "20", "--bank", "there.sphere"]);
    let manifest = fs_err::read_to_string(program.path("there.sphere/manifest.json")).unwrap();
    let customers = behind(&client, "customers");
    let change = |change: Document| {
        let update = doc! { "q": {}, "u": { "$set": change } };
        let update = doc! { "update": &customers, "updates": [update], "bypassDocumentValidation": true };
        client.command(update).unwrap();
    };
    change(doc! { "Nickname": "Bob" });
    let said = program.fails(&["copy", "--from", &uri, "--to", "there.sphere"]);
    assert!(said.contains(" of `customers` breaks the contract: `Nickname` is not a field of it\n"), "{said}");
    let mend = doc! { "q": {}, "u": { "$unset": { "Nickname": 1 } }, "multi": true };
    client.command(doc! { "update": &customers, "updates": [mend] }).unwrap();
    change(doc! { "Customer_Age": 17 });
    let said = program.fails(&["copy", "--from", &uri, "--to", "there.sphere"]);
    assert!(
        said.contains(" breaks the contract: `Customer_Age` is 17, out of range: 18 to 120 are allowed\n"),
        "{said}"
    );
    change(doc! { "Customer_Age": 18_i64 });
    let said = program.fails(&["copy", "--from", &uri, "--to", "there.sphere"]);
    assert!(
        said.contains(" breaks the contract: `Customer_Age` is 18, where an integer of 32 bits belongs\n"),
        "{said}"
    );
    client.command(doc! { "delete": &customers, "deletes": [{ "q": {}, "limit": 1 }] }).unwrap();
    let said = program.fails(&["copy", "--from", &uri, "--to", "there.sphere"]);
    assert!(said.contains(" is not in both collections\n"), "{said}");
    assert_eq!(fs_err::read_to_string(program.path("there.sphere/manifest.json")).unwrap(), manifest);
}

#[test]
fn what_cannot_be_copied_is_said() {
    let Some(uri) = mongod::bank("what_cannot_be_copied_is_said") else { return };
    let (program, client) = (Program::new(), Client::connect(&uri).unwrap());
    client.command(doc! { "insert": "plain", "documents": [{ "_id": 1 }] }).unwrap();
    client.command(doc! { "create": "view", "viewOn": "plain", "pipeline": [] }).unwrap();
    let (code, _, said) = program.run(&["copy", "--from", &uri, "--to", "there.sphere"]);
    assert_eq!(
        (code, said.as_str()),
        (Some(0), "notice: `view` is no plain collection and is not copied\ncopied `plain`\n")
    );
    let said = program.fails(&["copy", "--from", "there.sphere", "--to", "there.sphere"]);
    assert!(said.starts_with("error: `there.sphere` cannot be copied onto itself\n"), "{said}");
    let said = program.fails(&["copy", "--from", "there.sphere", "--to", &uri]);
    assert!(said.starts_with("error: the collection `plain` on the server was not loaded by BankSphere\n"), "{said}");
}
