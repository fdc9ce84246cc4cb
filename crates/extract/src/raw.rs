//! Reads a customer's two documents back into columns, holding every field against the contract.
//!
//! In: one document of each collection. Out: one more row of a [`Block`], or the first field that breaks the contract, by
//! customer and name.

use bson::raw::RawBsonRef;
use bson::{Bson, RawDocument};

use crate::block::{Block, Cells};
use crate::cell;
use crate::columns::{CLIENTNUM, COLUMNS, Column, INCOME_CATEGORY, INCOME_RANGES, Kind, Side};
use crate::{CUSTOMERS, Error, TRANSACTIONS};

/// The object that says a customer's income in numbers.
const INCOME_INFO: &str = "Income_Info";

/// Adds a customer to the block.
pub(crate) fn push(block: &mut Block, customer: &RawDocument, transaction: &RawDocument) -> Result<(), Error> {
    let [number, same] = [customer, transaction].map(|document| get(document, COLUMNS[CLIENTNUM].name));
    let name = shown(number?);
    if name != shown(same?) {
        return Err(Error::input(format!("the customer {name} is not in both collections"))
            .hint("each customer belongs in both collections; import the bank's file again where it comes from"));
    }
    let broken = |collection: &str, what: String| {
        Error::input(format!("the customer {name} of `{collection}` breaks the contract: {what}"))
            .hint("such documents can be copied as a collection of another name")
    };
    for (collection, document) in [(CUSTOMERS, customer), (TRANSACTIONS, transaction)] {
        check_fields(collection, document).map_err(|what| broken(collection, what))?;
    }
    for (column, cells) in COLUMNS.iter().zip(&mut block.columns) {
        let (collection, document) = match column.side {
            Side::Transaction => (TRANSACTIONS, transaction),
            Side::Both | Side::Customer => (CUSTOMERS, customer),
        };
        push_cell(column, cells, get(document, column.name)?).map_err(|what| broken(collection, what))?;
    }
    check_income(block, get(customer, INCOME_INFO)?).map_err(|what| broken(CUSTOMERS, what))
}

/// All fields are there, no other is, and `_id` is the customer's number.
fn check_fields(collection: &str, document: &RawDocument) -> Result<(), String> {
    let side = if collection == CUSTOMERS { Side::Customer } else { Side::Transaction };
    let is_column = |name: &str| {
        COLUMNS.iter().any(|column| column.name == name && (column.side == side || column.side == Side::Both))
    };
    for element in document.iter_elements() {
        let name = element.map_err(|error| format!("it is not BSON: {error}"))?;
        let name = name.key().as_str();
        if name != "_id" && !is_column(name) && !(name == INCOME_INFO && side == Side::Customer) {
            return Err(format!("`{name}` is not a field of it"));
        }
    }
    let [id, number] = ["_id", COLUMNS[CLIENTNUM].name].map(|name| document.get(name).ok().flatten().map(shown));
    if id == number { Ok(()) } else { Err("its `_id` is not its `CLIENTNUM`".to_owned()) }
}

fn get<'a>(document: &'a RawDocument, name: &str) -> Result<RawBsonRef<'a>, Error> {
    match document.get(name) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(Error::input(format!("a customer has no field `{name}`"))
            .hint("such documents can be copied as a collection of another name")),
        Err(error) => Err(Error::input(format!("a document is not BSON: {error}"))),
    }
}

fn push_cell(column: &Column, cells: &mut Cells, value: RawBsonRef<'_>) -> Result<(), String> {
    match (cells, column.kind, value) {
        (Cells::Category(cells), Kind::Category(categories), RawBsonRef::String(text)) => {
            match cell::category(categories, text.as_bytes()) {
                Some(code) => cells.push(code),
                None => return Err(format!("`{}` is `{text}`, which is not a known category", column.name)),
            }
        }
        (Cells::Whole(cells), Kind::Whole(min, max, _), RawBsonRef::Int32(number)) => {
            if !(min..=max).contains(&number) {
                return Err(format!("`{}` is {number}, out of range: from {min} to {max} can be", column.name));
            }
            cells.push(number);
        }
        (Cells::Decimal(cells), Kind::Decimal(min, max, _), RawBsonRef::Double(number)) => {
            if !(min..=max).contains(&number) {
                return Err(format!("`{}` is {number}, out of range: from {min} to {max} can be", column.name));
            }
            cells.push(number);
        }
        (_, kind, value) => {
            let wanted = match kind {
                Kind::Category(_) => "a text",
                Kind::Whole(..) => "an integer of 32 bits",
                Kind::Decimal(..) => "a double",
            };
            return Err(format!("`{}` is {}, where {wanted} belongs", column.name, shown(value)));
        }
    }
    Ok(())
}

/// `Income_Info` says the same as `Income_Category`, from which it is made again.
fn check_income(block: &Block, info: RawBsonRef<'_>) -> Result<(), String> {
    let Cells::Category(codes) = &block.columns[INCOME_CATEGORY] else { return Ok(()) };
    let Some(code) = codes.last() else { return Ok(()) };
    let (min, max) = INCOME_RANGES[usize::from(*code)];
    let or_null = |number: Option<i32>| number.map_or(Bson::Null, Bson::Int32);
    let expected = bson::doc! { "Category_Code": i32::from(*code) + 1, "Min": or_null(min), "Max": or_null(max) };
    let found = info.as_document().and_then(|info| bson::Document::try_from(info).ok());
    if found.as_ref() == Some(&expected) {
        return Ok(());
    }
    Err(format!("`{INCOME_INFO}` is {}, but `Income_Category` makes it {expected}", shown(info)))
}

fn shown(value: RawBsonRef<'_>) -> String {
    Bson::try_from(value).map_or_else(|_| "no BSON".to_owned(), |value| value.to_string())
}
