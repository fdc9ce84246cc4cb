//! The book's first format, and the swap of an import of that time that was cut.
//!
//! In: documents of format 1. Out: the same as a [`Book`] of today: the live collections have the names that users know,
//! earlier days lie in collections `banksphere.snapshot.<name>.<day>`.

use bson::Document;
use contract::{Contract, Role};

use super::BOOKKEEPING;
use super::book::{Book, Entry, Shape, State};

/// What the columns mean that lay in `transactions` then.
const MOVED: [Role; 2] = [Role::MonthsInactive, Role::Contacts];

/// Reads the book; `None` where it is malformed.
pub(super) fn parse(document: &Document) -> Option<Book> {
    let mut book = Book::default();
    add(&mut book, document.get_document("collections").ok()?)?;
    Some(book)
}

/// Adds entries, each in place of what the book has of it.
pub(super) fn add(book: &mut Book, entries: &Document) -> Option<()> {
    for (name, entry) in entries {
        let entry = entry_of(book, name, entry.as_document()?)?;
        book.entries.insert(name.clone(), entry);
    }
    Some(())
}

fn entry_of(book: &mut Book, name: &str, document: &Document) -> Option<Entry> {
    let (shape, contract) = match document.get_str("shape").ok()? {
        "card" => (Shape::Contract, Some(book.keep_contract(&contract_1()))),
        "any" => (Shape::Any, None),
        _ => return None,
    };
    let state = |state: &Document, collection: Option<String>| {
        let as_of: jiff::civil::Date = state.get_str("as_of").ok()?.parse().ok()?;
        let notes = state.get_document("notes").ok().into_iter().flatten();
        Some(State {
            as_of,
            collection: collection.unwrap_or_else(|| format!("{BOOKKEEPING}.snapshot.{name}.{as_of}")),
            hash: state.get_str("hash").ok().map(str::to_owned),
            rows: state.get_i64("rows").ok()? as u64,
            notes: notes.filter_map(|(key, note)| Some((key.clone(), note.as_str()?.to_owned()))).collect(),
            contract: contract.clone(),
        })
    };
    let snapshots = document.get_array("snapshots").ok()?.iter();
    let mut days: Vec<State> = snapshots.map(|snapshot| state(snapshot.as_document()?, None)).collect::<Option<_>>()?;
    days.push(state(document, Some(name.to_owned()))?);
    Some(Entry { name: name.to_owned(), shape, days })
}

/// The contract of the card data as it was then.
fn contract_1() -> String {
    let card = Contract::card();
    let moved = MOVED.into_iter().filter_map(|role| card.role(role));
    moved.fold(card.text().to_owned(), |text, column| {
        let heading = format!("[columns.{}]\n", column.name);
        text.replacen(&heading, &format!("{heading}collection = \"transactions\"\n"), 1)
    })
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn a_book_of_the_first_format_is_read() {
        let entry = doc! {
            "shape": "card", "as_of": "2026-06-30", "hash": "ab", "rows": 3_i64, "notes": { "source": "x.csv" },
            "snapshots": [{ "as_of": "2026-05-31", "hash": null, "rows": 2_i64 }],
        };
        let book = doc! { "_id": "bank", "format": 1, "collections": { "transactions": entry } };
        let book = Book::parse(Some(&book)).unwrap();
        let days: Vec<String> =
            book.states().map(|state| format!("{} {} {}", state.as_of, state.collection, state.rows)).collect();
        let expected = ["2026-05-31 banksphere.snapshot.transactions.2026-05-31 2", "2026-06-30 transactions 3"];
        assert_eq!(days, expected);
        assert_eq!(book.entries["transactions"].days[1].notes["source"], "x.csv");
    }

    #[test]
    fn its_contract_has_columns_where_they_lay() {
        let contract = Contract::parse("format 1", &contract_1()).unwrap();
        let fields = contract.fields(contract::TRANSACTIONS).unwrap();
        for moved in ["Months_Inactive_12_mon", "Contacts_Count_12_mon"] {
            assert!(fields.iter().any(|field| field.path == moved), "{moved}");
        }
        let now = Contract::card().fields(contract::TRANSACTIONS).unwrap();
        assert_eq!(fields.len(), now.len() + MOVED.len());
    }
}
