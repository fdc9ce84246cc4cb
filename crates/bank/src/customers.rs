//! A file of customers on its way into a bank: by a contract that is given, by the bank's own, or by one that is recognised.
//!
//! In: a [`CustomersFile`]. Out: customers in a store with the contract that they follow, and what was assumed; or that contract alone.
//! Invariant: a contract that somebody gave, or under which customers are there, is never changed to make a file fit.

use contract::Contract;
use diagnostic::Diagnostic;
use extract::{Options, Quality, Reading};
use recognise::{Recognised, Survey, Wishes};
use store::Store;
use tabular::{Row, Table};

use crate::{Closed, Error, ErrorKind, Source, Talk};

/// A file of customers, and what the user says of it.
#[derive(Clone, Copy, Debug)]
pub struct CustomersFile<'a> {
    /// The file.
    pub file: Source<'a>,
    /// What its columns mean. Without one, the contract of the customers that are in the bank; without those, what is recognised.
    pub contract: Option<&'a Contract>,
    /// Which values of which column mean that the account was closed, where that is to be recognised.
    pub closed: Option<&'a Closed>,
    /// The sheet of a workbook.
    pub sheet: Option<&'a str>,
    /// What stands between the cells of a text file.
    pub delimiter: Option<u8>,
}

/// A contract that was drafted for a file.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// The contract.
    pub contract: Contract,
    /// What was assumed, a line each; each begins with `in doubt` where it is.
    pub notes: Vec<String>,
}

impl<'a> CustomersFile<'a> {
    /// A file of which nothing is said.
    #[must_use]
    pub fn new(file: Source<'a>) -> Self {
        Self { file, contract: None, closed: None, sheet: None, delimiter: None }
    }

    fn open(&self, is_cancelled: &(dyn Fn() -> bool + Sync)) -> Result<Table, Error> {
        let options = tabular::Options { delimiter: self.delimiter, sheet: self.sheet, is_cancelled };
        Ok(Table::open(self.file, &options).map_err(extract::Error::from)?)
    }

    /// Imports it into a store; `there` is the contract of the customers that are in the bank.
    pub(crate) fn import(
        &self,
        there: Option<&Contract>,
        store: &Store,
        options: &Options<'_>,
    ) -> Result<Quality, Error> {
        let is_cancelled = || options.cancel.load(std::sync::atomic::Ordering::Relaxed);
        let table = self.open(&is_cancelled)?;
        let given = self.contract.or(there);
        if let Some(contract) = given {
            if self.closed.is_some() {
                let message = "the outcome is said by the contract, which cannot be said again";
                let hint = "mark its values in the contract: `closed = true`";
                return Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint)));
            }
            return Ok(extract::import_table(contract, &table, &Reading::default(), store, options)?);
        }
        let card = Contract::card();
        let first = if self.closed.is_none() && has_all_columns(&table, &card) {
            match extract::import_table(&card, &table, &Reading::default(), store, options) {
                Ok(quality) => return Ok(quality),
                Err(error) if error.kind() == extract::ErrorKind::Input => Some(error),
                Err(error) => return Err(error.into()),
            }
        } else {
            None
        };
        let recognised = match (self.recognise(&table, &is_cancelled), first) {
            (Ok(recognised), Some(first)) if recognised.contract == card => return Err(first.into()),
            (Ok(recognised), _) => recognised,
            (Err(_), Some(first)) => return Err(first.into()),
            (Err(error), None) => return Err(error),
        };
        let notices = notes(&recognised);
        let reading = Reading { notations: Some(&recognised.notations), notices: &notices };
        Ok(extract::import_table(&recognised.contract, &table, &reading, store, options)?)
    }

    /// What the file is, by all of its rows.
    fn recognise(&self, table: &Table, is_cancelled: &dyn Fn() -> bool) -> Result<Recognised, Error> {
        let mut survey = Survey::new(table.header());
        let (mut rows, mut row) = (table.rows().map_err(extract::Error::from)?, Row::new());
        while rows.read(&mut row).map_err(extract::Error::from)? {
            survey.add(&row);
            if survey.n_rows().is_multiple_of(1 << 14) && is_cancelled() {
                return Err(Error::cancelled());
            }
        }
        let input = table.input();
        if survey.n_rows() == 0 {
            let empty = Diagnostic::new(format!("{} has a header and no rows", input.subject)).hint(input.if_empty);
            return Err(Error::new(ErrorKind::Data, empty));
        }
        let wishes = Wishes { file: &input.shown, closed: self.closed, comma_likely: table.comma_likely() };
        survey.finish(&wishes).map_err(|faults| Error::new(ErrorKind::Data, faults))
    }
}

/// Drafts the contract of a file, whatever it is.
pub fn draft(file: &CustomersFile<'_>, talk: &Talk<'_>) -> Result<Drafted, Error> {
    let is_cancelled = {
        let cancel = std::sync::Arc::clone(talk.cancel);
        move || cancel.load(std::sync::atomic::Ordering::SeqCst)
    };
    let table = file.open(&is_cancelled)?;
    let recognised = file.recognise(&table, &is_cancelled)?;
    let notes = table.notes().iter().cloned().chain(notes(&recognised)).collect();
    Ok(Drafted { contract: recognised.contract, notes })
}

fn notes(recognised: &Recognised) -> Vec<String> {
    let line = |note: &recognise::Note| {
        if note.is_doubt { format!("in doubt: {}", note.text) } else { note.text.clone() }
    };
    recognised.notes.iter().map(line).collect()
}

/// Whether each column of the contract is in the header by its own name.
fn has_all_columns(table: &Table, contract: &Contract) -> bool {
    contract.columns.iter().all(|column| table.header().contains(&column.name))
}
