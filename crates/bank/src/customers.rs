//! A file of customers on its way into a bank: by a contract that is given, by the bank's own, or by one that is recognised.
//!
//! In: a [`CustomersFile`]. Out: customers in a store with the contract that they follow, and what was assumed; or that
//! contract alone.
//! Invariant: a contract that the user gave, or that the customers in the bank follow, is never changed to make a file fit.

use std::cell::RefCell;
use std::path::Path;

use contract::{Contract, Role};
use diagnostic::{Action, Diagnostic};
use extract::{Options, Quality, Reading};
use recognise::{Recognised, Standing, Survey, Wishes};
use store::Store;
use tabular::{Row, Table};

use crate::{Closed, Error, ErrorKind, Outgoing, Source, Talk};

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
    /// The names of rules that rows may break although that is a fault; every answer will tell it.
    pub accepted: &'a [String],
    /// Where the rows with faults go, each with its reasons, into a new file; the others are
    /// imported. Without it a fault stops the import.
    pub set_aside: Option<&'a Path>,
}

/// The last column of a file of rows that were set aside.
const REASONS: &str = "reasons (left out when imported)";

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
        Self { file, contract: None, closed: None, sheet: None, delimiter: None, accepted: &[], set_aside: None }
    }

    /// Opens it and does something with all of its rows: once, unless some of them are not encoded as its beginning is.
    fn open<T>(
        &self,
        is_cancelled: &(dyn Fn() -> bool + Sync),
        work: impl Fn(&Table) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let Self { delimiter, sheet, .. } = *self;
        let options = tabular::Options { delimiter, sheet, checks_beginning: true, is_cancelled };
        let table = Table::open(self.file, &options).map_err(extract::Error::from)?.without_last(REASONS);
        let done = work(&table);
        if !table.is_misread() {
            return done;
        }
        work(&table.reopened(&options).map_err(extract::Error::from)?.without_last(REASONS))
    }

    /// Imports it into a store; `there` is the contract of the customers that are in the bank.
    pub(crate) fn import(
        &self,
        there: Option<&Contract>,
        store: &Store,
        options: &Options<'_>,
    ) -> Result<Quality, Error> {
        let is_cancelled = || options.cancel.load(std::sync::atomic::Ordering::Relaxed);
        if self.contract.is_some_and(|contract| contract.adopted.is_some()) {
            let message = "the contract is adopted over collections, and reads no files";
            let hint = "take the line `adopted` out of it";
            return Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint)));
        }
        self.open(&is_cancelled, |table| self.import_table(table, there, store, options))
    }

    fn import_table(
        &self,
        table: &Table,
        there: Option<&Contract>,
        store: &Store,
        options: &Options<'_>,
    ) -> Result<Quality, Error> {
        let is_cancelled = || options.cancel.load(std::sync::atomic::Ordering::Relaxed);
        let given = self.contract.or(there);
        if let Some(contract) = given {
            if self.closed.is_some() {
                return Err(outcome_is_said());
            }
            let done = self.import_by(contract, table, &Reading::default(), store, options);
            return if self.contract.is_none() {
                done.map_err(|error| by_the_banks_own(error, contract))
            } else {
                done
            };
        }
        let card = Contract::card();
        let first = if self.closed.is_none() && has_all_columns(table, &card) {
            let reading = Reading { accepted: self.accepted, ..Reading::default() };
            match extract::import_table(&card, table, &reading, store, options) {
                Ok(quality) => return Ok(quality),
                Err(error) if error.kind() == extract::ErrorKind::Input => Some(error),
                Err(error) => return Err(error.into()),
            }
        } else {
            None
        };
        let recognised = match (self.recognise(table, &is_cancelled), first) {
            // What has every name of the card data is card data: a column that reads as something else has faults.
            (recognised, Some(first))
                if !recognised.as_ref().is_ok_and(|it| it.contract != card && keeps(&it.contract, &card)) =>
            {
                return if self.set_aside.is_some() {
                    self.import_by(&card, table, &Reading::default(), store, options)
                } else {
                    Err(first.into())
                };
            }
            (recognised, _) => recognised?,
        };
        let is_kept_apart = |note: &&recognise::Note| note.standing == Standing::Doubt;
        let (doubts, notes): (Vec<_>, Vec<_>) = recognised.notes.iter().partition(is_kept_apart);
        let doubts: Vec<String> = doubts.into_iter().map(|note| note.text.clone()).collect();
        let notices: Vec<String> = notes.into_iter().map(line).collect();
        let notations = Some(recognised.notations.as_slice());
        let reading = Reading { notations, notices: &notices, doubts: &doubts, ..Reading::default() };
        self.import_by(&recognised.contract, table, &reading, store, options)
    }

    /// Imports by a contract that stands, with what the user said of rows that break it.
    fn import_by(
        &self,
        contract: &Contract,
        table: &Table,
        reading: &Reading<'_>,
        store: &Store,
        options: &Options<'_>,
    ) -> Result<Quality, Error> {
        let reading = Reading { accepted: self.accepted, ..*reading };
        let Some(file) = self.set_aside else {
            return Ok(extract::import_table(contract, table, &reading, store, options)?);
        };
        if file.is_file() {
            let message =
                format!("there is a file `{}` already, which may hold rows that are being mended", file.display());
            return Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint("name another file, or remove it")));
        }
        let writer = RefCell::new(csv::WriterBuilder::new().flexible(true).from_writer(Outgoing::to(file)?));
        let mut header: Vec<&str> = table.header().iter().map(String::as_str).collect();
        header.push(REASONS);
        writer.borrow_mut().write_record(&header).map_err(std::io::Error::from)?;
        let set_aside = |row: &Row, reasons: &str| {
            let mut row = row.clone();
            // The reasons stand in their own column, however short the row is.
            while row.len() < table.header().len() {
                row.push_field(b"");
            }
            row.push_field(reasons.as_bytes());
            Ok(writer.borrow_mut().write_byte_record(&row)?)
        };
        let reading = Reading { set_aside: Some(&set_aside), ..reading };
        let quality = extract::import_table(contract, table, &reading, store, options)?;
        let outgoing = writer.into_inner().into_inner().map_err(|error| Error::from(error.into_error()))?;
        outgoing.finish()?;
        Ok(quality)
    }

    /// What the file is, by all of its rows.
    fn recognise(&self, table: &Table, is_cancelled: &dyn Fn() -> bool) -> Result<Recognised, Error> {
        let mut survey = Survey::new(table.header());
        let (mut rows, mut row) = (table.rows(), Row::new());
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
        let wishes = Wishes { file: &input.name, closed: self.closed, comma_likely: table.comma_likely(), paths: None };
        survey.finish(&wishes).map_err(|faults| Error::new(ErrorKind::Data, faults))
    }
}

/// Drafts the contract of a file, whatever it is.
pub fn draft(file: &CustomersFile<'_>, talk: &Talk<'_>) -> Result<Drafted, Error> {
    let is_cancelled = {
        let cancel = std::sync::Arc::clone(talk.cancel);
        move || cancel.load(std::sync::atomic::Ordering::SeqCst)
    };
    file.open(&is_cancelled, |table| {
        let recognised = file.recognise(table, &is_cancelled)?;
        let notes = table.notes().iter().cloned().chain(notes(&recognised)).collect();
        Ok(Drafted { contract: recognised.contract, notes })
    })
}

/// The faults of a file that was read by the contract of the bank's customers, with why it was read by that one.
fn by_the_banks_own(error: Error, contract: &Contract) -> Error {
    if error.kind() != ErrorKind::Data {
        return error;
    }
    let title = diagnostic::quote(&contract.title);
    let message = format!("the file is read by the contract of the customers that are in the bank, “{title}”");
    error.and(Diagnostic::new(message).hint_at(Action::NameBank))
}

/// The refusal of an outcome that is named beside a contract.
pub(crate) fn outcome_is_said() -> Error {
    let message = "the outcome is said by the contract, which cannot be said again";
    let hint = "mark its values in the contract: `closed = true`";
    Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint))
}

/// What was assumed, a line each; each begins with `in doubt` where it is.
pub(crate) fn notes(recognised: &Recognised) -> Vec<String> {
    recognised.notes.iter().map(line).collect()
}

fn line(note: &recognise::Note) -> String {
    if note.is_doubt() { diagnostic::in_doubt(&note.text) } else { note.text.clone() }
}

/// Whether each column of the contract is in the header by its own name.
fn has_all_columns(table: &Table, contract: &Contract) -> bool {
    contract.columns.iter().all(|column| table.header().contains(&column.name))
}

/// Whether a contract has each column of another with its meaning and its kind; only the key may be of another kind.
fn keeps(contract: &Contract, other: &Contract) -> bool {
    other.columns.iter().all(|column| {
        contract.column(&column.name).is_some_and(|kept| {
            let is_alike = std::mem::discriminant(&kept.kind) == std::mem::discriminant(&column.kind);
            kept.role == column.role && (is_alike || column.role == Some(Role::CustomerKey))
        })
    })
}
