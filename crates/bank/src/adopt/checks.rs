//! Whether adopted collections can be answered for, each time that they are asked.
//!
//! In: a bank under an adopted contract. Out: what is doubtful about its documents, or why there is no answer.
//! Invariant: a bank with a customer twice gives no answer. Other programs may write into the collections at any time.

use catalog::{About, Checks, count_in};
use contract::{Adopted, Contract, Severity};
use diagnostic::{Diagnostic, quote};
use pipeline::{Bson, Document, Pipeline, Run as _};

use crate::{Bank, Error, ErrorKind};

/// A rule that customers break.
pub(super) struct Broken {
    /// Its place in the contract.
    pub(super) rule: usize,
    /// How many customers break it.
    pub(super) customers: u64,
    /// How many it was tested on.
    pub(super) tested: u64,
}

impl Broken {
    /// How many customers break which rule.
    pub(super) fn told(&self, contract: &Contract) -> Diagnostic {
        let (customers, tested) = (report::counted(self.customers, "customer"), report::count(self.tested));
        let verb = if self.customers == 1 { "breaks" } else { "break" };
        Diagnostic::new(format!("{customers} of {tested} {verb} the rule that {}", contract.rules[self.rule].words))
    }
}

impl Bank {
    /// What is doubtful about the documents of adopted collections; nothing where the customers are the bank's own.
    pub(crate) fn doubts(&self) -> Result<Vec<Diagnostic>, Error> {
        let (Some(mapping), Some(contract)) = (self.catalog().mapping(), self.contract()) else {
            return Ok(Vec::new());
        };
        let Some(over) = &contract.adopted else { return Ok(Vec::new()) };
        let checks = mapping.checks();
        if let Some(row) = self.run(&checks.keys.0, &checks.keys.1)?.first() {
            return Err(repeated(contract, over, row));
        }
        let mut doubts = Vec::new();
        if let Some((collection, pipeline)) = &checks.joins
            && let Some(row) = self.run(collection, pipeline)?.first()
        {
            doubts.extend(self.joined(contract, over, row)?);
        }
        doubts.extend(self.refused(checks)?);
        let broken = self.broken_rules()?;
        doubts.extend(broken.iter().map(|broken| broken.told(contract)));
        Ok(doubts)
    }

    /// The rules whose breach is a fault and that customers break.
    pub(super) fn broken_rules(&self) -> Result<Vec<Broken>, Error> {
        let mut broken = Vec::new();
        for question in self.catalog().inspection(None).rules(None) {
            let About::Rule(rule) = question.about else { continue };
            if self.catalog().contract().rules[rule].severity != Severity::Fault {
                continue;
            }
            let rows = self.run(&question.query.0, &question.query.1)?;
            let [tested, holds] =
                ["customers", "holds"].map(|field| rows.first().map_or(0, |row| count_in(row, field)));
            if holds < tested {
                broken.push(Broken { rule, customers: tested - holds, tested });
            }
        }
        Ok(broken)
    }

    fn refused(&self, checks: &Checks) -> Result<Vec<Diagnostic>, Error> {
        let (collection, pipeline) = &checks.refusals;
        let rows = self.run(collection, pipeline)?;
        let Some(row) = rows.first() else { return Ok(Vec::new()) };
        let refused = checks.refused(row);
        let absent = checks.absent(row).into_iter().map(|column| {
            Diagnostic::new(format!("no document has a `{}`: it is unknown of all customers", quote(column)))
        });
        let told = refused.into_iter().map(|refused| {
            let (n, column) = (report::counted(refused.n, "customer"), quote(&refused.column));
            let example = match refused.example.as_str() {
                "" => String::new(),
                example => format!(", such as `{}`", quote(example)),
            };
            Diagnostic::new(format!("the contract does not take the `{column}` of {n}{example}: it counts as unknown"))
        });
        Ok(absent.chain(told).collect())
    }

    /// What the join of two collections leaves open.
    fn joined(&self, contract: &Contract, over: &Adopted, row: &Document) -> Result<Option<Diagnostic>, Error> {
        let [customers, without, several] = ["customers", "without", "several"].map(|field| count_in(row, field));
        let Some(transactions) = &over.transactions else { return Ok(None) };
        let there = quote(transactions);
        if several > 0 {
            let n = report::counted(several, "customer");
            let have = if several == 1 { "has" } else { "have" };
            let message = format!("{n} {have} more than one document in `{there}`, so none says what is theirs");
            let hint = "put one document a customer there, with the sums";
            return Err(Error::new(ErrorKind::Data, Diagnostic::new(message).hint(hint)));
        }
        if without == 0 {
            return Ok(None);
        }
        let types = self.key_types(contract, over, transactions)?;
        if without == customers {
            let message = format!("no customer has a document in `{there}`{types}");
            return Err(Error::new(ErrorKind::Data, Diagnostic::new(message).hint("store the key alike in both")));
        }
        let n = report::counted(without, "customer");
        let (have, customers) = (if without == 1 { "has" } else { "have" }, report::count(customers));
        Ok(Some(Diagnostic::new(format!("{n} of {customers} {have} no document in `{there}`"))))
    }

    /// The types of the key in both collections, where they differ.
    fn key_types(&self, contract: &Contract, over: &Adopted, transactions: &str) -> Result<String, Error> {
        let key = contract.key();
        let (here, there) = (key.paths().next().unwrap_or("_id"), key.paths().last().unwrap_or("_id"));
        let types = [self.type_of(&over.customers, here)?, self.type_of(transactions, there)?];
        let name = quote(&key.name);
        let [of_customer, of_transactions] = &types;
        Ok(if of_customer == of_transactions {
            String::new()
        } else {
            format!(
                ": `{name}` is {of_customer} in `{}` and {of_transactions} in `{}`",
                quote(&over.customers),
                quote(transactions)
            )
        })
    }

    /// The type of a field in the first document.
    fn type_of(&self, collection: &str, path: &str) -> Result<String, Error> {
        let stages =
            format!("[{{$limit: 1}}, {{$project: {{_id: 0, type: {{$type: {}}}}}}}]", Bson::from(format!("${path}")));
        let pipeline: Pipeline =
            pipeline::parse_text(&stages).map_err(|error| Error::new(ErrorKind::Question, error.into_diagnostic()))?;
        let rows = self.run(collection, &pipeline)?;
        Ok(rows.first().and_then(|row| row.get_str("type").ok()).unwrap_or("missing").to_owned())
    }
}

/// The error for a customer who is there twice, or has no key.
fn repeated(contract: &Contract, over: &Adopted, row: &Document) -> Error {
    let (key, collection) = (quote(&contract.key().name), quote(&over.customers));
    let (message, hint) = match row.get("_id") {
        None | Some(Bson::Null) => (
            format!(
                "a document of `{collection}` has no `{key}` that the contract takes, which is the key of a customer"
            ),
            "give each document one, or name another key in the contract",
        ),
        Some(id) => {
            // What names a person is told of nowhere.
            let id = if contract.key().direct_identifier { String::new() } else { format!(" {id}") };
            let n = report::count(count_in(row, "n"));
            (
                format!("the customer{id} is in `{collection}` {n} times, and `{key}` is the key of a customer"),
                "take what is there twice out of the collection, or name another key in the contract",
            )
        }
    };
    Error::new(ErrorKind::Data, Diagnostic::new(message).hint(hint))
}
