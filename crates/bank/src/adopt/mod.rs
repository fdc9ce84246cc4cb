//! Collections that another program loaded, read under a contract: drafted from what they hold, or given.
//!
//! In: a bank and an [`Adopt`]. Out: an [`Adoption`], which can be kept with the bank; from then on every analysis
//! answers.
//! Invariant: the collections stay as they are; what is kept is the contract alone.

mod checks;
mod shape;

use contract::{Adopted, CUSTOMERS, Contract, Side, TRANSACTIONS};
use diagnostic::{Action, Diagnostic, list, quote};
use pipeline::{Document, Pipeline, Run as _};
use recognise::{Closed, Recognised, Survey, Wishes};
use tabular::Notation;

use self::shape::Shape;
use crate::bank::Home;
use crate::{Bank, Error, ErrorKind, Talk, customers};

/// Under this name a folder keeps the contract.
pub(crate) const NOTE: &str = "adopted";
/// What messages call the contract that is kept.
const PLACE: &str = "the contract under which the collections were adopted";
/// So many documents show which fields a collection has, where the contract is given.
const FIRST: u64 = 1_000;

/// What the user says of collections that are adopted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Adopt<'a> {
    /// The collection of customers; `customers` unless named.
    pub customers: Option<&'a str>,
    /// What their fields mean. Without one, what is recognised.
    pub contract: Option<&'a Contract>,
    /// Which values of which field mean that the account was closed, where that is to be recognised.
    pub closed: Option<&'a Closed>,
    /// The names of rules that customers may break although that is a fault; every answer will tell it.
    pub accepted: &'a [String],
}

/// A contract over the collections.
#[derive(Clone, Debug)]
pub struct Adoption {
    /// The contract, which names them.
    pub contract: Contract,
    /// How many customers there are.
    pub customers: u64,
    /// What was assumed and what is doubtful, a line each.
    pub notes: Vec<String>,
}

impl Bank {
    /// The contract by which the collections can be read. Nothing is written.
    pub fn adoption(&self, adopt: &Adopt<'_>, talk: &Talk<'_>) -> Result<Adoption, Error> {
        let bank = self.until(talk.cancel);
        bank.refuse_own_customers()?;
        let adoption = match adopt.contract {
            Some(contract) => bank.given(contract, adopt)?,
            None => bank.drafted(adopt, talk)?,
        };
        if talk.is_cancelled() {
            return Err(Error::cancelled());
        }
        let under = bank.under(&adoption.contract)?;
        under.refuse_damage(adopt.accepted)?;
        let doubts = under.doubts()?.into_iter().map(diagnostic::in_doubt);
        Ok(Adoption { notes: adoption.notes.into_iter().chain(doubts).collect(), ..adoption })
    }

    /// Keeps the contract with the bank, in place of one that is there. Opened again, the bank answers by it.
    pub fn adopt(&self, adoption: &Adoption) -> Result<(), Error> {
        let text = adoption.contract.text();
        match &self.home {
            Home::Folder(folder) => Ok(folder.store().set_note(NOTE, Some(text))?),
            Home::Server(server) => Ok(server.adopt(text)?),
        }
    }

    /// Refuses customers of whom more than one in a thousand breaks a rule whose breach is a fault, unless that is
    /// accepted.
    fn refuse_damage(&self, accepted: &[String]) -> Result<(), Error> {
        let contract = self.catalog().contract();
        for broken in self.broken_rules()? {
            let name = contract.rules[broken.rule].name.clone().unwrap_or_default();
            if broken.customers.saturating_mul(1_000) <= broken.tested || accepted.contains(&name) {
                continue;
            }
            let refused = broken.told(contract);
            let refused = if name.is_empty() { refused } else { refused.hint_at(Action::AcceptRule(name)) };
            return Err(Error::new(ErrorKind::Data, refused));
        }
        Ok(())
    }

    /// Customers that were imported under a contract follow that one.
    fn refuse_own_customers(&self) -> Result<(), Error> {
        if self.contract().is_none() || self.is_adopted() {
            return Ok(());
        }
        let message = "the customers of this bank were imported under a contract, which stays theirs";
        let hint = "adopt collections of a bank that has no customers of its own";
        Err(Error::new(ErrorKind::Usage, Diagnostic::new(message).hint(hint)))
    }

    fn given(&self, contract: &Contract, adopt: &Adopt<'_>) -> Result<Adoption, Error> {
        if adopt.closed.is_some() {
            return Err(customers::outcome_is_said());
        }
        let contract = self.over(contract, adopt.customers)?;
        let over = contract.adopted.clone().unwrap_or_else(|| Adopted::over(CUSTOMERS));
        let n = self.count(&over.customers)?;
        let (mut missing, mut unknown) = (Vec::new(), Vec::new());
        for (collection, side) in
            [(Some(&over.customers), Side::Customers), (over.transactions.as_ref(), Side::Transactions)]
        {
            let Some(collection) = collection else { continue };
            let mut shape = self.shape(collection, Some(FIRST), &|_| Ok(()))?;
            let is_here = |of: Side| of == side || of == Side::Both || over.transactions.is_none();
            let columns = || contract.columns.iter().filter(|column| column.is_read() && is_here(column.side));
            let lacks = |shape: &Shape| {
                let lacking = columns().filter(|column| !column.paths().any(|path| shape.knows(path)));
                lacking.map(|column| column.name.clone()).collect::<Vec<_>>()
            };
            if !lacks(&shape).is_empty() {
                // A later document may have it.
                shape = self.shape(collection, None, &|_| Ok(()))?;
            }
            missing.extend(lacks(&shape));
            let is_known = |path: &str| {
                path == "_id"
                    || columns().any(|column| column.paths().any(|one| one == path))
                    || contract.left_out.iter().any(|out| out.is(path))
            };
            unknown.extend(shape.paths().filter(|path| !is_known(path)).map(str::to_owned));
        }
        if !missing.is_empty() {
            let message = format!("columns of the contract are in no document: {}", named(&missing));
            let hint = "say in the contract where they lie: `header = \"path.of.the.field\"`";
            return Err(Error::new(ErrorKind::Data, Diagnostic::new(message).hint(hint)));
        }
        let notes = (!unknown.is_empty()).then(|| format!("not in the contract, and not read: {}", named(&unknown)));
        Ok(Adoption { contract, customers: n, notes: notes.into_iter().collect() })
    }

    /// The contract over the collections of this bank, where it does not say them itself.
    pub(crate) fn over(&self, contract: &Contract, customers: Option<&str>) -> Result<Contract, Error> {
        if let (Some(over), Some(named)) = (&contract.adopted, customers)
            && over.customers != named
        {
            let (said, named) = (quote(&over.customers), quote(named));
            let message = format!("the contract is adopted over `{said}`, and not over `{named}`");
            return Err(Error::new(
                ErrorKind::Usage,
                Diagnostic::new(message).hint("change `adopted` in the contract"),
            ));
        }
        let customers = contract.adopted.as_ref().map_or(customers.unwrap_or(CUSTOMERS), |over| &over.customers);
        self.require(customers)?;
        if contract.adopted.is_some() || !contract.has_transactions() {
            return Ok(contract.clone().adopted_over(&Adopted::over(customers)));
        }
        let shape = self.shape(customers, Some(FIRST), &|_| Ok(()))?;
        let mut theirs = contract.columns.iter().filter(|column| column.side == Side::Transactions && column.is_read());
        let is_one = theirs.any(|column| column.paths().any(|path| shape.has(path)));
        let is_there = self.schemas()?.contains_key(TRANSACTIONS);
        let transactions = (!is_one && is_there).then(|| TRANSACTIONS.to_owned());
        Ok(contract.clone().adopted_over(&Adopted { customers: customers.to_owned(), transactions }))
    }

    fn drafted(&self, adopt: &Adopt<'_>, talk: &Talk<'_>) -> Result<Adoption, Error> {
        let customers = adopt.customers.unwrap_or(CUSTOMERS);
        self.require(customers)?;
        let tell = |n: u64| {
            talk.step("looking", n, None, "documents");
            if talk.is_cancelled() { Err(Error::cancelled()) } else { Ok(()) }
        };
        let shape = self.shape(customers, None, &tell)?;
        if shape.n_documents() == 0 {
            let message = format!("the collection `{}` is empty", quote(customers));
            return Err(Error::new(ErrorKind::Data, Diagnostic::new(message)));
        }
        if adopt.closed.is_none()
            && let Some(contract) = self.card_in_two(customers, &shape)?
        {
            let notes = vec![format!("the card data by its names, in `{}` and `{TRANSACTIONS}`", quote(customers))];
            return Ok(Adoption { contract, customers: shape.n_documents(), notes });
        }
        let mut recognised = self.recognise(customers, &shape.without_id(), adopt, &tell)?;
        if recognised.contract.key().is_numbered {
            // Documents have no rows to number; their `_id` is a key.
            recognised = self.recognise(customers, &shape, adopt, &tell)?;
        }
        refuse_key_of_rows(&recognised, customers)?;
        refuse_other_notations(&recognised, &shape, customers)?;
        let mut notes = customers::notes(&recognised);
        notes.extend(shape.told());
        let contract = recognised.contract.adopted_over(&Adopted::over(customers));
        Ok(Adoption { contract, customers: shape.n_documents(), notes })
    }

    /// The card's contract, where its columns lie in two collections by their names.
    fn card_in_two(&self, customers: &str, shape: &Shape) -> Result<Option<Contract>, Error> {
        let card = Contract::card();
        let has_all = |shape: &Shape, side: Side| card.columns_of(side).all(|(_, column)| shape.has(&column.name));
        if !has_all(shape, Side::Customers) || !self.schemas()?.contains_key(TRANSACTIONS) {
            return Ok(None);
        }
        let theirs = self.shape(TRANSACTIONS, Some(FIRST), &|_| Ok(()))?;
        let over = Adopted { customers: customers.to_owned(), transactions: Some(TRANSACTIONS.to_owned()) };
        Ok(has_all(&theirs, Side::Transactions).then(|| card.clone().adopted_over(&over)))
    }

    fn recognise(
        &self,
        customers: &str,
        shape: &Shape,
        adopt: &Adopt<'_>,
        tell: &dyn Fn(u64) -> Result<(), Error>,
    ) -> Result<Recognised, Error> {
        let names = shape.names();
        let mut survey = Survey::new(&names);
        for document in self.documents(customers, None)? {
            survey.add(&shape.row(&document?));
            if survey.n_rows().is_multiple_of(1 << 12) {
                tell(survey.n_rows())?;
            }
        }
        let mut closed = adopt.closed.cloned();
        if let Some(closed) = &mut closed
            && let Some(position) = shape.header().iter().position(|path| *path == closed.column)
        {
            closed.column.clone_from(&names[position]);
        }
        let paths = Some(shape.header());
        let wishes = Wishes { file: customers, closed: closed.as_ref(), comma_likely: false, paths };
        survey.finish(&wishes).map_err(|faults| Error::new(ErrorKind::Data, faults))
    }

    /// Which fields the documents of a collection have; of the first so many, where a number is said.
    fn shape(
        &self,
        collection: &str,
        most: Option<u64>,
        tell: &dyn Fn(u64) -> Result<(), Error>,
    ) -> Result<Shape, Error> {
        let mut shape = Shape::default();
        for document in self.documents(collection, most)? {
            shape.add(&document?);
            if shape.n_documents().is_multiple_of(1 << 12) {
                tell(shape.n_documents())?;
            }
        }
        shape.check(collection)?;
        Ok(shape)
    }

    fn documents(
        &self,
        collection: &str,
        most: Option<u64>,
    ) -> Result<impl Iterator<Item = Result<Document, Error>>, Error> {
        let stages = most.map(pipeline::ast::Stage::Limit).into_iter().collect();
        let rows = pipeline::Run::rows(self, collection, &Pipeline::of(stages))?;
        Ok(rows.map(|row| row.map_err(Error::from)))
    }

    fn count(&self, collection: &str) -> Result<u64, Error> {
        let stages = vec![pipeline::ast::Stage::Count("n".to_owned())];
        let rows = self.run(collection, &Pipeline::of(stages))?;
        Ok(rows.first().map_or(0, |row| catalog::count_in(row, "n")))
    }
}

/// Reads the contract that is kept.
pub(crate) fn kept(text: &str) -> Result<Contract, Error> {
    Contract::parse(PLACE, text).map_err(|faults| {
        let fault = faults.first().clone();
        Error::new(ErrorKind::Data, fault.hint_at(Action::Adopt))
    })
}

/// Refuses a draft in which documents would be numbered.
fn refuse_key_of_rows(recognised: &Recognised, customers: &str) -> Result<(), Error> {
    if !recognised.contract.key().is_numbered {
        return Ok(());
    }
    let message = format!("no field of `{}` names the customers, and `_id` is no plain value", quote(customers));
    let hint = "write a contract that says which field does: `role = \"customer_key\"`";
    Err(Error::new(ErrorKind::Data, Diagnostic::new(message).hint(hint)))
}

/// Refuses numbers that are written as texts in a way that MongoDB reads as other numbers, or not at all.
fn refuse_other_notations(recognised: &Recognised, shape: &Shape, customers: &str) -> Result<(), Error> {
    let columns = recognised.contract.columns.iter().zip(&recognised.notations);
    let odd = columns.filter(|(column, notation)| {
        column.is_number() && **notation != Notation::PLAIN && column.paths().any(|path| shape.is_marked(path))
    });
    let odd: Vec<String> = odd.map(|(column, _)| column.name.clone()).collect();
    if odd.is_empty() {
        return Ok(());
    }
    let message = format!(
        "numbers of {} in `{}` are texts with more than digits and a decimal point in them",
        named(&odd),
        quote(customers)
    );
    let hint = "store them as numbers, or leave them out in a contract that you adopt by";
    Err(Error::new(ErrorKind::Data, Diagnostic::new(message).hint(hint)))
}

/// Names, of which the first dozen are told.
fn named(names: &[String]) -> String {
    const MOST: usize = 12;
    let mut told: Vec<String> = names.iter().take(MOST).map(|name| format!("`{}`", quote(name))).collect();
    if names.len() > MOST {
        told.push(format!("{} more", names.len() - MOST));
    }
    list(&told)
}
