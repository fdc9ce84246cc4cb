//! Takes over collections of another bank, wherever that is: all of them or none.
//!
//! In: streams of raw documents. Out: customers in typed columns again, checked against their contract field by field;
//! collections of any other shape byte for byte as they came. Each keeps its day and its notes.
//! Invariant: no `_id` comes twice.

use std::collections::BTreeMap;

use bson::RawDocumentBuf;
use contract::Contract;
use diagnostic::quote;
use jiff::civil::Date;
use store::{BLOCK_ROWS, Commit, Outcome, Store};

use crate::block::Block;
use crate::documents::{Blocks, refuse_card_data};
use crate::load::{Loader, Options, Progress, QUALITY};
use crate::quality::Quality;
use crate::seen::{Hashes, Seen};
use crate::shape::Shape;
use crate::{CUSTOMERS, Error, TRANSACTIONS, ids, raw};

/// Documents that are copied between two signs of progress.
const TOLD_EVERY: u64 = 8192;

/// Documents as they come from another bank.
pub type Documents<'a> = Box<dyn Iterator<Item = Result<RawDocumentBuf, Error>> + 'a>;

/// A collection of another bank.
pub struct Copied<'a> {
    /// Its name.
    pub name: String,
    /// The day that it describes; without one, today.
    pub as_of: Option<Date>,
    /// What was remembered with it.
    pub notes: BTreeMap<String, String>,
    /// Its documents. Those of both collections of customers come in the same order.
    pub documents: Documents<'a>,
}

/// The customers of another bank.
pub struct Customers<'a> {
    /// What they are.
    pub contract: &'a Contract,
    /// Their collections, in the order of [`Contract::collections`].
    pub collections: Vec<Copied<'a>>,
}

/// Takes over the customers, if there are any, and the other collections, each in place of what it held. The days of the
/// collections come before that of the options.
pub fn copy(
    customers: Option<Customers<'_>>,
    others: Vec<Copied<'_>>,
    store: &Store,
    options: &Options<'_>,
) -> Result<Outcome, Error> {
    for other in &others {
        refuse_card_data(&other.name, store)?;
    }
    options.as_of.map_or(Ok(()), store::check_day)?;
    let mut commit = store.begin()?;
    let mut n_rows = 0;
    let mut tell = |rows| {
        n_rows += rows;
        (options.progress)(Progress { rows: n_rows, fraction: 0.0 });
    };
    if let Some(customers) = customers {
        copy_customers(customers, store, &mut commit, options, &mut tell)?;
    }
    for other in others {
        copy_documents(other, &mut commit, options, &mut tell)?;
    }
    Ok(commit.finish(options.as_of)?)
}

fn copy_customers(
    customers: Customers<'_>,
    store: &Store,
    commit: &mut Commit<'_>,
    options: &Options<'_>,
    tell: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let Customers { contract, collections } = customers;
    let mut collections = collections.into_iter();
    let (customers, mut transactions) = (collections.next(), collections.next());
    let Some(mut customers) = customers.filter(|_| transactions.is_some() == contract.has_transactions()) else {
        return Err(Error::bug("a copy brings other collections than its contract has"));
    };
    let shape = Shape::new(contract);
    let mut loader = Loader::begin(&shape, store, commit)?;
    if let Some(day) = customers.as_of {
        loader.as_of(day);
    }
    let mut seen = Seen::new(contract.key());
    let mut block = Block::with_capacity(shape, BLOCK_ROWS);
    loop {
        options.check_cancelled()?;
        block.truncate(0);
        while block.n_rows() < BLOCK_ROWS {
            let customer = customers.documents.next().transpose()?;
            let transaction = transactions.as_mut().and_then(|copied| copied.documents.next()).transpose()?;
            match (&customer, &transaction) {
                (None, None) => break,
                (Some(_), None) if contract.has_transactions() => return Err(unpaired(CUSTOMERS, TRANSACTIONS)),
                (None, Some(_)) => return Err(unpaired(TRANSACTIONS, CUSTOMERS)),
                (Some(customer), transaction) => raw::push(&mut block, customer, transaction.as_deref())?,
            }
            block.end_row();
            if !seen.insert_last(&block) {
                let key = customer.as_ref().and_then(|customer| customer.get("_id").ok().flatten());
                let row = loader.n_rows + block.n_rows() as u64;
                return Err(twice(CUSTOMERS, &key.map(raw::shown).unwrap_or_default(), row));
            }
        }
        if block.n_rows() == 0 {
            break;
        }
        loader.add(&block)?;
        tell(block.n_rows() as u64);
    }
    let remembered = customers.notes.get(QUALITY).and_then(|text| serde_json::from_str::<Quality>(text).ok());
    let (source, notices, doubts) =
        remembered.map_or_else(Default::default, |quality| (quality.source, quality.notices, quality.doubts));
    loader.doubt(doubts);
    loader.add_to(commit, source, notices)?;
    Ok(())
}

fn unpaired(more: &str, fewer: &str) -> Error {
    Error::input(format!("`{more}` has customers that `{fewer}` has not"))
        .hint("each customer belongs in both collections; import the bank's file again where it comes from")
}

fn twice(collection: &str, id: &str, row: u64) -> Error {
    Error::input(format!("the `_id` {id} is in `{}` twice; the second time in document {row}", quote(collection)))
        .duplicate_key()
        .hint("a collection may have each `_id` once: mend it where it comes from")
}

fn copy_documents(
    mut copied: Copied<'_>,
    commit: &mut Commit<'_>,
    options: &Options<'_>,
    tell: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let mut blocks = Blocks::new(&copied.name, commit);
    let (mut seen, mut rows) = (Hashes::new(), 0);
    while let Some(document) = copied.documents.next().transpose()? {
        rows += 1;
        let id = document.get("_id").ok().flatten().and_then(|id| bson::Bson::try_from(id).ok());
        if let Some(id) = id
            && !seen.insert(&ids::of_value(&id))
        {
            return Err(twice(&copied.name, &quote(&id.to_string()), rows));
        }
        blocks.add(document.as_bytes().to_vec(), || format!("`{}`, document {rows}", quote(&copied.name)))?;
        if rows % TOLD_EVERY == 0 {
            options.check_cancelled()?;
            tell(TOLD_EVERY);
        }
    }
    let mut writer = blocks.finish()?;
    if let Some(day) = copied.as_of {
        writer.as_of(day);
    }
    for (key, note) in copied.notes {
        writer.note(&key, note);
    }
    tell(rows % TOLD_EVERY);
    Ok(commit.add(writer)?)
}
