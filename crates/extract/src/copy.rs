//! Takes over collections of another bank, wherever that is: all of them or none.
//!
//! In: streams of raw documents. Out: card data in typed columns again, checked against the contract field by field;
//! collections of any other shape byte for byte as they came. Each keeps its day and its notes.

use std::collections::BTreeMap;

use arrow_array::builder::BinaryBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use bson::RawDocumentBuf;
use jiff::civil::Date;
use store::{BLOCK_ROWS, Commit, Outcome, Store};

use crate::block::Block;
use crate::documents::{MOST_BYTES_A_BLOCK, refuse_card_data, schema};
use crate::load::{Loader, Options, Progress, QUALITY};
use crate::quality::Quality;
use crate::{CUSTOMERS, Error, TRANSACTIONS, raw};

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
    /// Its documents. Those of both collections of card data come in the same order of customers.
    pub documents: Documents<'a>,
}

/// Takes over the card data, if there is any, and the other collections, each in place of what it held. The days of the
/// collections come before that of the options.
pub fn copy(
    card_data: Option<[Copied<'_>; 2]>,
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
    if let Some(card_data) = card_data {
        copy_card_data(card_data, store, &mut commit, options, &mut tell)?;
    }
    for other in others {
        copy_documents(other, &mut commit, options, &mut tell)?;
    }
    Ok(commit.finish(options.as_of)?)
}

fn copy_card_data(
    [mut customers, mut transactions]: [Copied<'_>; 2],
    store: &Store,
    commit: &mut Commit<'_>,
    options: &Options<'_>,
    tell: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let mut loader = Loader::begin(store, commit)?;
    if let Some(day) = customers.as_of {
        loader.as_of(day);
    }
    let mut block = Block::with_capacity(BLOCK_ROWS);
    loop {
        options.check_cancelled()?;
        block.clear();
        while block.n_rows() < BLOCK_ROWS {
            match (customers.documents.next().transpose()?, transactions.documents.next().transpose()?) {
                (None, None) => break,
                (Some(customer), Some(transaction)) => raw::push(&mut block, &customer, &transaction)?,
                (left, _) => {
                    let (more, fewer) =
                        if left.is_some() { (CUSTOMERS, TRANSACTIONS) } else { (TRANSACTIONS, CUSTOMERS) };
                    return Err(Error::input(format!("`{more}` has customers that `{fewer}` has not")).hint(
                        "each customer belongs in both collections; import the bank's file again where it comes from",
                    ));
                }
            }
        }
        if block.n_rows() == 0 {
            break;
        }
        loader.add(&block)?;
        tell(block.n_rows() as u64);
    }
    let remembered = customers.notes.get(QUALITY).and_then(|text| serde_json::from_str::<Quality>(text).ok());
    let (source, notices) = remembered.map_or_else(Default::default, |quality| (quality.source, quality.notices));
    loader.add_to(commit, source, notices)?;
    Ok(())
}

fn copy_documents(
    mut copied: Copied<'_>,
    commit: &mut Commit<'_>,
    options: &Options<'_>,
    tell: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let mut writer = commit.writer(&copied.name, schema())?;
    if let Some(day) = copied.as_of {
        writer.as_of(day);
    }
    for (key, note) in copied.notes {
        writer.note(&key, note);
    }
    loop {
        options.check_cancelled()?;
        let mut column = BinaryBuilder::new();
        let (mut n_rows, mut n_bytes) = (0, 0);
        while n_rows < BLOCK_ROWS
            && let Some(document) = copied.documents.next().transpose()?
        {
            n_rows += 1;
            n_bytes += document.as_bytes().len();
            if n_bytes > MOST_BYTES_A_BLOCK {
                return Err(Error::input(format!("{BLOCK_ROWS} documents of `{}` have more than 2 GB", copied.name))
                    .hint("split the collection into some with smaller documents"));
            }
            column.append_value(document.as_bytes());
        }
        if n_rows == 0 {
            break;
        }
        let column: ArrayRef = std::sync::Arc::new(column.finish());
        let batch = RecordBatch::try_new(schema(), vec![column])
            .map_err(|error| Error::bug(format!("the block cannot be made: {error}")))?;
        writer.write(&batch)?;
        tell(n_rows as u64);
    }
    Ok(commit.add(writer)?)
}
