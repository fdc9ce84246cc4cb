//! A bank that an earlier version filled: its customers lack fields that the contract has.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use store::Store;

#[test]
fn customers_of_an_earlier_shape_are_refused_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(&folder.path().join("b.sphere")).unwrap();
    let schema = Arc::new(Schema::new(vec![Field::new("CLIENTNUM", DataType::Int32, false)]));
    let mut commit = store.begin().unwrap();
    let mut writer = commit.writer("customers", Arc::clone(&schema)).unwrap();
    let column: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
    writer.write(&RecordBatch::try_new(schema, vec![column]).unwrap()).unwrap();
    writer.note("quality", "{}");
    commit.add(writer).unwrap();
    commit.finish(None).unwrap();
    let error = extract::contract_of(&store).unwrap_err().to_string();
    let told = "an earlier version of BankSphere imported these customers: `Attrition_Flag` is not among their fields";
    assert!(error.starts_with(told), "{error}");
    assert!(error.ends_with("hint: import the file again"), "{error}");
}
