//! A small nasty bank: every column type, nulls, NaN, infinities, both zeros, extremes, several batches.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::types::{UInt8Type, UInt16Type};
use arrow_array::{
    ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, RecordBatch,
    StringArray, TimestampMillisecondArray, UInt8Array, UInt16Array,
};
use arrow_schema::{Field, Schema, SchemaRef};
use bson::{Bson, Document};
use engine::{Collection, Engine};
use pipeline::{Pipeline, Run};

/// A sequence that looks random and is always the same.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn roll(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % n
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }

    fn list<T: Clone>(&mut self, n: usize, from: &[T]) -> Vec<T> {
        (0..n).map(|_| self.pick(from).clone()).collect()
    }
}

const BATCHES: [usize; 3] = [130, 130, 57];

pub(crate) fn customers(dice: &mut Dice, first: i32, n: usize) -> Vec<(&'static str, ArrayRef)> {
    let codes = |dice: &mut Dice, n_values: usize| -> Vec<Option<u8>> {
        (0..n).map(|_| (dice.roll(10) > 0).then(|| dice.roll(n_values) as u8)).collect()
    };
    let text: StringArray = vec!["F", "M", "", "Ünknown", "$40K - $60K"].into_iter().map(Some).collect();
    let dictionary = DictionaryArray::<UInt8Type>::new(UInt8Array::from(codes(dice, 5)), Arc::new(text));
    let cards: StringArray = vec!["Blue", "Silver", "Gold"].into_iter().map(Some).collect();
    let card_codes = UInt16Array::from((0..n).map(|_| dice.roll(3) as u16).collect::<Vec<_>>());
    vec![
        ("id", Arc::new(Int32Array::from_iter_values((0..n as i32).map(|row| first + row)))),
        ("text", Arc::new(dictionary)),
        ("card", Arc::new(DictionaryArray::<UInt16Type>::new(card_codes, Arc::new(cards)))),
        ("age", Arc::new(Int8Array::from_iter_values((0..n).map(|_| dice.roll(40) as i8 - 5)))),
        ("code.a", Arc::new(Int16Array::from(dice.list(n, &[Some(1), Some(2), Some(300), None])))),
        ("code.b", Arc::new(UInt8Array::from(dice.list(n, &[Some(1), Some(255), None])))),
        ("flag", Arc::new(BooleanArray::from(dice.list(n, &[Some(true), Some(false), None])))),
        ("name", Arc::new(StringArray::from(dice.list(n, &[Some("a"), Some("b"), Some("ä"), None])))),
        ("day", Arc::new(TimestampMillisecondArray::from(dice.list(n, &[Some(0), Some(86_400_000), None])))),
    ]
}

pub(crate) fn transactions(dice: &mut Dice, first: i32, n: usize) -> Vec<(&'static str, ArrayRef)> {
    let doubles = [0.0, -0.0, 1.5, -2.25, 0.1, 1e18, -1e300, f64::NAN, f64::INFINITY, 3.0, 7.0];
    let tame = [0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 4.5, 100.25];
    let nullable: Vec<Option<f64>> = tame.iter().copied().map(Some).chain([None]).collect();
    vec![
        ("id", Arc::new(Int32Array::from_iter_values((0..n as i32).map(|row| first + row)))),
        ("wild", Arc::new(Float64Array::from(dice.list(n, &doubles)))),
        ("tame", Arc::new(Float64Array::from(dice.list(n, &tame)))),
        ("maybe", Arc::new(Float64Array::from(dice.list(n, &nullable)))),
        ("amount", Arc::new(Int32Array::from_iter_values((0..n).map(|_| dice.roll(200_000) as i32 - 50_000)))),
        ("limit", Arc::new(Int32Array::from(dice.list(n, &[Some(i32::MAX), Some(i32::MIN), Some(0), Some(7), None])))),
        ("huge", Arc::new(Int64Array::from(dice.list(n, &[i64::MAX, i64::MIN, 0, 1, 1 << 53])))),
        ("long", Arc::new(Int64Array::from_iter_values((0..n).map(|_| dice.roll(100_000) as i64 * 1000)))),
    ]
}

pub(crate) fn collection(
    columns: fn(&mut Dice, i32, usize) -> Vec<(&'static str, ArrayRef)>,
) -> (SchemaRef, Vec<RecordBatch>) {
    let mut dice = Dice::new(7);
    let mut first = 1_000_000;
    let mut batches = Vec::new();
    let mut schema = None;
    for n in BATCHES {
        let columns = columns(&mut dice, first, n);
        let fields: Vec<Field> =
            columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
        let metadata = HashMap::from([
            ("banksphere.id".to_owned(), "id".to_owned()),
            ("banksphere.order".to_owned(), "same".to_owned()),
        ]);
        let schema = schema.get_or_insert_with(|| Arc::new(Schema::new(fields).with_metadata(metadata)));
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        batches.push(RecordBatch::try_new(Arc::clone(schema), arrays).expect("columns of one length"));
        first += n as i32;
    }
    (schema.expect("at least one batch"), batches)
}

/// The bank in columns, and the same documents kept as documents.
pub(crate) fn both() -> (Engine, Engine) {
    let now = bson::DateTime::from_millis(1_700_000_000_000);
    let (mut columns, mut documents) = (Engine::new().with_now(now), Engine::new().with_now(now));
    for (name, make) in [("customers", customers as fn(&mut Dice, i32, usize) -> _), ("transactions", transactions)] {
        let (schema, batches) = collection(make);
        columns.insert(name, Collection::from_batches(&schema, batches).expect("types that fields have"));
        let all = columns.run(name, &Pipeline::default()).expect("no stage that could fail");
        documents.insert(name, Collection::from_documents(all));
    }
    (columns, documents)
}

/// Documents as lines of canonical Extended JSON, sorted where the order is free; doubles of sums over many rows are
/// cut to 12 digits where `is_rounded`.
pub(crate) fn lines(documents: &[Document], is_ordered: bool, is_rounded: bool) -> Vec<String> {
    let line = |document: &Document| {
        let mut document = document.clone();
        // Which of several equal keys stands for a group is free.
        document.get_mut("_id").into_iter().for_each(one_of_equals);
        if is_rounded {
            document.iter_mut().for_each(|(_, value)| round(value));
        }
        pipeline::print::document(&document, pipeline::print::Format::Canonical)
    };
    let mut lines: Vec<String> = documents.iter().map(line).collect();
    if !is_ordered {
        lines.sort();
    }
    lines
}

fn one_of_equals(value: &mut Bson) {
    match value {
        Bson::Int32(x) => *value = Bson::Double(f64::from(*x)),
        Bson::Int64(x) => *value = Bson::Double(*x as f64),
        Bson::Double(x) => *x += 0.0,
        Bson::Document(document) => document.iter_mut().for_each(|(_, value)| one_of_equals(value)),
        _ => {}
    }
}

fn round(value: &mut Bson) {
    match value {
        Bson::Double(x) => *x = format!("{x:.11e}").parse().unwrap_or(*x),
        Bson::Document(document) => document.iter_mut().for_each(|(_, value)| round(value)),
        Bson::Array(list) => list.iter_mut().for_each(round),
        _ => {}
    }
}
