//! Reads a customer's documents back into columns, holding every field against the contract.
//!
//! In: one document of each collection. Out: one more row of a [`Block`], or the first field that breaks the contract, by
//! customer and name.

use std::sync::Arc;

use bson::raw::RawBsonRef;
use bson::{Bson, RawDocument};
use contract::{Column, Detail, Side};
use diagnostic::quote;

use crate::block::{Block, Cells};
use crate::shape::{Read, Reader, Shape, fits_int};
use crate::words::Words;
use crate::{CUSTOMERS, Error, TRANSACTIONS};

/// Adds a customer to the block. `transaction` is there if the contract has transactions.
pub(crate) fn push(block: &mut Block, customer: &RawDocument, transaction: Option<&RawDocument>) -> Result<(), Error> {
    let shape = Arc::clone(&block.shape);
    let key = &shape.contract.key().name;
    let name = shown(get(customer, key)?);
    if let Some(transaction) = transaction
        && name != shown(get(transaction, key)?)
    {
        return Err(Error::input(format!("the customer {name} is not in both collections"))
            .hint("each customer belongs in both collections; import the bank's file again where it comes from"));
    }
    let broken = |collection: &str, what: String| {
        Error::input(format!("the customer {name} of `{collection}` breaks the contract: {what}"))
            .hint("such documents can be copied as a collection of another name")
    };
    check_fields(&shape, Side::Customers, customer).map_err(|what| broken(CUSTOMERS, what))?;
    if let Some(transaction) = transaction {
        check_fields(&shape, Side::Transactions, transaction).map_err(|what| broken(TRANSACTIONS, what))?;
    }
    for (position, (column, reader)) in shape.columns().enumerate() {
        let (collection, document) = match (column.side, transaction) {
            (Side::Transactions, Some(transaction)) => (TRANSACTIONS, transaction),
            _ => (CUSTOMERS, customer),
        };
        let value = get(document, &column.name)?;
        push_value(block, position, column, reader, value).map_err(|what| broken(collection, what))?;
        if let (Some(detail), Read::Category(words)) = (&column.detail, &reader.kind) {
            let found = get(document, &detail.field)?;
            check_detail(block, position, column, detail, words, found).map_err(|what| broken(collection, what))?;
        }
    }
    Ok(())
}

/// No field is there that the contract does not know, and `_id` is the customer's key.
fn check_fields(shape: &Shape, side: Side, document: &RawDocument) -> Result<(), String> {
    let is_of = |name: &str, column: &Column| {
        column.name == name || column.detail.as_ref().is_some_and(|detail| detail.field == name)
    };
    let is_known = |name: &str| name == "_id" || shape.contract.columns_of(side).any(|(_, column)| is_of(name, column));
    for element in document.iter_elements() {
        let name = element.map_err(|error| format!("it is not BSON: {error}"))?;
        let name = name.key().as_str();
        if !is_known(name) {
            return Err(format!("`{}` is not a field of it", quote(name)));
        }
    }
    let key = shape.contract.key().name.as_str();
    let [id, number] = ["_id", key].map(|name| document.get(name).ok().flatten().map(shown));
    if id == number { Ok(()) } else { Err(format!("its `_id` is not its `{}`", quote(key))) }
}

fn get<'a>(document: &'a RawDocument, name: &str) -> Result<RawBsonRef<'a>, Error> {
    match document.get(name) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(Error::input(format!("a customer has no field `{}`", quote(name)))
            .hint("such documents can be copied as a collection of another name")),
        Err(error) => Err(Error::input(format!("a document is not BSON: {error}"))),
    }
}

fn push_value(
    block: &mut Block,
    position: usize,
    column: &Column,
    reader: &Reader,
    value: RawBsonRef<'_>,
) -> Result<(), String> {
    let name = quote(&column.name);
    if value == RawBsonRef::Null && reader.is_nullable {
        block.push_null(position);
        return Ok(());
    }
    let range = |number: &dyn std::fmt::Display, min: &dyn std::fmt::Display, max: &dyn std::fmt::Display| {
        format!("`{name}` is {number}, out of range: {min} to {max} are allowed")
    };
    match (&mut block.columns[position], &reader.kind, value) {
        (Cells::Category(cells), Read::Category(words), RawBsonRef::String(text)) => {
            // Only the value itself: other spellings are for files.
            let is_value = |one: &contract::Category| one.value == text;
            match words
                .code(text.as_bytes().into())
                .filter(|code| column.categories().get(usize::from(*code)).is_some_and(is_value))
            {
                Some(code) => cells.push(code),
                None => return Err(format!("`{name}` is `{}`, which is not a known category", quote(text))),
            }
        }
        (Cells::Int(cells), Read::Int { min, max, .. }, RawBsonRef::Int32(number)) => {
            if !(min..=max).contains(&&number) {
                return Err(range(&number, min, max));
            }
            cells.push(number);
        }
        (Cells::Long(cells), Read::Long { min, max }, RawBsonRef::Int64(number)) => {
            if !(min..=max).contains(&&number) {
                return Err(range(&number, min, max));
            }
            cells.push(number);
        }
        (Cells::Decimal(cells), Read::Decimal { min, max }, RawBsonRef::Double(number)) => {
            if !(min..=max).contains(&&number) {
                return Err(range(&number, min, max));
            }
            cells.push(number);
        }
        (Cells::Text(texts), Read::Text, RawBsonRef::String(text)) => texts.push(text),
        (Cells::Date(cells), Read::Date { .. }, RawBsonRef::DateTime(date)) => cells.push(date.timestamp_millis()),
        (_, kind, value) => return Err(format!("`{name}` is {}, where {} belongs", shown(value), wanted(kind))),
    }
    block.mark_valid(position);
    Ok(())
}

fn wanted(kind: &Read) -> &'static str {
    match kind {
        Read::Category(_) | Read::Text => "a text",
        Read::Int { .. } => "an integer of 32 bits",
        Read::Long { .. } => "an integer of 64 bits",
        Read::Decimal { .. } => "a double",
        Read::Date { .. } => "a date",
    }
}

/// A detail says the same as its category, from which it is made again.
fn check_detail(
    block: &Block,
    position: usize,
    column: &Column,
    detail: &Detail,
    words: &Words,
    found: RawBsonRef<'_>,
) -> Result<(), String> {
    let Cells::Category(codes) = &block.columns[position] else { return Ok(()) };
    let Some(code) = codes.last() else { return Ok(()) };
    let is_null = block.valid[position].as_ref().is_some_and(|valid| valid.last() == Some(&false));
    let number = |number: i64| if fits_int(&words.bounds) { Bson::Int32(number as i32) } else { Bson::Int64(number) };
    let or_null = |bound: Option<i64>| bound.filter(|_| !is_null).map_or(Bson::Null, number);
    let (min, max) = words.bounds[usize::from(*code)];
    let code = if is_null { Bson::Null } else { Bson::Int32(i32::from(*code) + 1) };
    let expected = bson::doc! { "Category_Code": code, "Min": or_null(min), "Max": or_null(max) };
    let is_expected =
        found.as_document().and_then(|found| bson::Document::try_from(found).ok()).as_ref() == Some(&expected);
    if is_expected {
        return Ok(());
    }
    let (field, name) = (quote(&detail.field), quote(&column.name));
    Err(format!("`{field}` is {}, but `{name}` makes it {expected}", shown(found)))
}

pub(crate) fn shown(value: RawBsonRef<'_>) -> String {
    Bson::try_from(value).map_or_else(|_| "no BSON".to_owned(), |value| quote(&value.to_string()))
}
