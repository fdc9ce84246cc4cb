//! Imports a table of customers by a contract: checked row by row, all collections in the file's order, all or nothing.
//!
//! In: a [`Table`], or the [`Source`] of one. Out: the contract's collections in the bank, and the quality of
//! what came in. Invariant: nothing is written where the header does not fit; the first fault ends the writing, and the rest of
//! the file is only checked, so that all faults are told at once.

use std::sync::Arc;

use contract::{Column, Contract, Severity, Unit};
use diagnostic::{Faults, quote};
use store::Store;
use tabular::{Notation, Row, Source, Table, currency};

use crate::Error;
use crate::block::Block;
use crate::faults::Found;
use crate::flow;
use crate::header::Header;
use crate::load::{Loader, Options, Progress};
use crate::part::Guide;
use crate::quality::Quality;
use crate::rows::{self, Rows};
use crate::scales::ACCEPTED;
use crate::shape::Shape;

/// Imports a file of customers into the bank. Rows that break the contract stop it, and the bank is as before;
/// columns that the contract leaves out are left out with a notice.
pub fn import_customers<'a>(
    contract: &Contract,
    source: impl Into<Source<'a>>,
    store: &Store,
    options: &Options<'_>,
) -> Result<Quality, Error> {
    let table = options.reading(|reading| Table::open(source, reading))?;
    import_table(contract, &table, &Reading::default(), store, options)
}

/// What is known of a table beside its contract.
#[derive(Clone, Copy, Default)]
pub struct Reading<'a> {
    /// How the numbers of each of the contract's columns are written. Where it is not given and a number is not written plainly,
    /// the whole column is looked through first.
    pub notations: Option<&'a [Notation]>,
    /// What was assumed, and which columns are left out, to be told and kept with the customers. Without any, it is told which
    /// columns the contract leaves out.
    pub notices: &'a [String],
    /// What is in doubt about the table and no column of the contract says; told and kept as the notices are.
    pub doubts: &'a [String],
    /// The names of rules that rows may break although that is a fault; the customers keep a note of it.
    pub accepted: &'a [String],
    /// Takes the rows with faults, each with its reasons; the others are imported. Without it a fault stops the import.
    pub set_aside: Option<SetAside<'a>>,
}

/// What takes a row with faults, and its reasons.
pub type SetAside<'a> = &'a dyn Fn(&Row, &str) -> std::io::Result<()>;

/// The same for a table that is open.
pub fn import_table(
    contract: &Contract,
    table: &Table,
    reading: &Reading<'_>,
    store: &Store,
    options: &Options<'_>,
) -> Result<Quality, Error> {
    options.as_of.map_or(Ok(()), store::check_day)?;
    check_accepted(contract, reading.accepted)?;
    let shape = Shape::new(contract);
    let header = Header::read(contract, table.header()).map_err(|faults| header_error(table, faults))?;
    let known = |notations: &[Notation]| notations.iter().cloned().map(Some).collect();
    let plain = || vec![None; shape.readers.len()];
    let import = Import { shape: &shape, table, header: &header, reading, store, options };
    // Rows that are set aside are written once, so nothing may have to be read again from its beginning.
    if (reading.notations.is_some() || reading.set_aside.is_none())
        && let Some(quality) = import.run(&reading.notations.map_or_else(plain, known))?
    {
        return Ok(quality);
    }
    let found = rows::notations(&shape, table, &header, || options.check_cancelled())?;
    import.run(&found)?.ok_or_else(|| Error::bug("the notation of a column was looked for and not found"))
}

/// Only rules whose breach is a fault can be accepted, and two scales of a column.
fn check_accepted(contract: &Contract, accepted: &[String]) -> Result<(), Error> {
    let faults = contract.rules.iter().filter(|rule| rule.severity == Severity::Fault);
    let names: Vec<&str> = faults.filter_map(|rule| rule.name.as_deref()).collect();
    let is_column = |name: &str| name.strip_prefix(ACCEPTED).is_some_and(|name| contract.column(name).is_some());
    match accepted.iter().find(|name| !names.contains(&name.as_str()) && !is_column(name)) {
        None => Ok(()),
        Some(name) if names.is_empty() => {
            Err(Error::input(format!("the contract has no rule `{}` whose breach is a fault", quote(name))))
        }
        Some(name) => Err(Error::input(format!("the contract has no rule `{}` whose breach is a fault", quote(name)))
            .hint(diagnostic::nearest("rule", name, names))),
    }
}

fn header_error(table: &Table, faults: Vec<diagnostic::Diagnostic>) -> Error {
    let place = table.header_place();
    let placed = faults.into_iter().map(|fault| fault.at(place.clone())).collect();
    Faults::of(placed).map_or_else(|| Error::bug("the header fits, and is refused"), Error::of_rows)
}

/// An import under way.
struct Import<'a> {
    shape: &'a Arc<Shape>,
    table: &'a Table,
    header: &'a Header,
    reading: &'a Reading<'a>,
    store: &'a Store,
    options: &'a Options<'a>,
}

impl Import<'_> {
    /// Imports all rows; `None` where a number is written in a way that is not known yet.
    fn run(&self, notations: &[Option<Notation>]) -> Result<Option<Quality>, Error> {
        let Self { shape, table, header, store, options, reading } = self;
        let input = table.input();
        let guide = Guide { shape, header, notations, accepted: reading.accepted };
        let mut rows = Rows::new(&guide, table, reading);
        let commit = store.begin()?;
        let mut loader = Loader::begin(shape, store, &commit)?;
        loader.trust(|rule| guide.refuses(rule));
        let mut found = Found::default();
        let pieces = table.pieces()?;
        let is_known = rayon::in_place_scope(|scope| {
            let mut parts = flow::Parts::new(&guide, pieces);
            let mut writing = flow::Writing::new(&mut loader);
            let mut blocks: Vec<Block> = Vec::new();
            loop {
                options.check_cancelled()?;
                let Some(mut part) = parts.next(scope)? else { break };
                if part.is_other_notation {
                    return Ok(false);
                }
                rows.take(&mut part, &mut found, &mut blocks)?;
                (options.progress)(Progress { rows: rows.n_read(), fraction: part.piece.fraction(part.end) });
                parts.go_on(&part)?;
                parts.take_back(part);
                if !found.is_empty() && reading.set_aside.is_none() {
                    blocks.clear();
                }
                writing.add(&mut blocks, scope)?;
            }
            writing.finish().map(|()| true)
        })?;
        if !is_known {
            return Ok(None);
        }
        let accepted = rows.judge_scales(&mut found);
        let (n_rows, n_empty) = (rows.n_read(), rows.n_empty());
        let rest = rows.rest();
        if rest.n_rows() > 0 && (found.is_empty() || reading.set_aside.is_some()) {
            loader.add(&rest)?;
        }
        let n_set_aside = found.n_rows();
        if (reading.set_aside.is_none() || loader.n_rows == 0 || found.is_damaged())
            && let Some(error) = found.into_error(n_rows, &input.shown)
        {
            return Err(error);
        }
        if loader.n_rows == 0 {
            return Err(Error::input(format!("{} has a header and no rows", input.subject)).hint(input.if_empty));
        }
        let mut notices = [table.notes(), reading.notices].concat();
        if reading.notices.is_empty() {
            notices.extend(dropped_notices(&shape.contract, &header.dropped));
        }
        match n_empty {
            0 => {}
            1 => notices.push("passed over a row without any cell".to_owned()),
            n => notices.push(format!("passed over {n} rows without any cell")),
        }
        match n_set_aside {
            0 => {}
            1 => notices.push("set aside 1 row with faults, which is not among the customers".to_owned()),
            n => notices.push(format!("set aside {n} rows with faults, which are not among the customers")),
        }
        loader.accept(reading.accepted, accepted);
        let of_currency = currency_doubt(&shape.contract, notations);
        loader.doubt(reading.doubts.iter().cloned().chain(of_currency).collect());
        loader.finish(commit, input.name.clone(), notices, options.as_of).map(Some)
    }
}

/// Says which columns of money are in another currency than they are shown in, where their contract does not.
fn currency_doubt(contract: &Contract, notations: &[Option<Notation>]) -> Option<String> {
    let is_unsaid = |(column, _): &(&Column, _)| column.unit == Unit::Dollars && column.doubt.is_none();
    let found = contract.columns.iter().zip(notations).filter(is_unsaid).filter_map(|(column, notation)| {
        let sign = notation.as_ref()?.currency.as_deref()?;
        Some((currency::of_sign(sign)?, format!("`{}`", quote(&column.name))))
    });
    let (currencies, names): (Vec<&str>, Vec<String>) = found.unzip();
    currency::doubt(&currencies, &diagnostic::list(&names))
}

/// Says which columns were left out, and why: one sentence for each entry of the contract that names some.
fn dropped_notices(contract: &Contract, dropped: &[String]) -> Vec<String> {
    let mut left: Vec<&String> = dropped.iter().collect();
    let mut notices = Vec::new();
    for left_out in &contract.left_out {
        let (these, others): (Vec<&String>, Vec<&String>) = left.into_iter().partition(|name| left_out.is(name));
        left = others;
        if these.is_empty() {
            continue;
        }
        let reason = left_out.reason.as_ref().map_or_else(String::new, |reason| format!(" that {}", quote(reason)));
        let names: Vec<String> = these.iter().map(|name| format!("`{}`", quote(name))).collect();
        notices.push(match (left_out.leaks, &these[..]) {
            // Such names are long, and what they have in common tells enough: the notice fits one line.
            (true, [_, _, ..]) if left_out.is_prefix => {
                format!("left out `{}…` ({} columns): computed from the outcome", quote(&left_out.name), these.len())
            }
            (true, _) => format!("left out {}: computed from the outcome", names.join(", ")),
            (false, [_]) => format!("left out a column{reason}: {}", names.join(", ")),
            (false, _) => format!("left out columns{reason}: {}", names.join(", ")),
        });
    }
    notices
}
