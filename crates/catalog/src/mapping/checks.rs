//! What must be known of documents before a contract answers for them: pipelines, and what their rows say.
//!
//! In: a contract that is adopted over collections. Out: [`Checks`]: customers who are there twice, values that the contract
//! does not take, customers without transactions.
//! Invariant: each is a pipeline over the documents as they are.

use bson::{Bson, Document, bson};
use contract::{Adopted, Contract, Side, TRANSACTIONS};
use diagnostic::Diagnostic;
use pipeline::{Error, Pipeline, parse};

use super::{source, value};

/// The pipelines that look at adopted documents, each with its collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Checks {
    /// A row if a customer is there twice, or has no key that the contract takes.
    pub keys: (String, Pipeline),
    /// One row for [`Checks::refused`].
    pub refusals: (String, Pipeline),
    /// One row with the numbers of customers (`customers`), of those without transactions (`without`) and of those with
    /// several (`several`), where transactions are in another collection.
    pub joins: Option<(String, Pipeline)>,
    names: Vec<String>,
}

/// A column with values that the contract does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The column.
    pub column: String,
    /// How many documents have such a value.
    pub n: u64,
    /// One of the values.
    pub example: String,
}

impl Checks {
    pub(super) fn of(contract: &Contract, adopted: &Adopted) -> Result<Self, Diagnostic> {
        let key = value::of(contract.key(), &source(contract.key(), adopted));
        let keys = bson!([
            { "$group": { "_id": key, "n": { "$sum": 1 } } },
            { "$match": { "$or": [{ "n": { "$gt": 1 } }, { "_id": null }] } },
            { "$limit": 1 }
        ]);
        let columns = contract.columns.iter().filter(|column| column.is_read() && column.name != contract.key().name);
        let columns: Vec<_> = columns.collect();
        let mut fields = Document::from_iter([("_id".to_owned(), Bson::Null)]);
        fields.insert("customers", bson!({ "$sum": 1 }));
        for (i, column) in columns.iter().enumerate() {
            let raw = source(column, adopted);
            let is_refused = value::is_refused(column, &raw);
            let is_there = bson!({ "$ne": [{ "$type": raw.clone() }, "missing"] });
            fields.insert(format!("there_{i}"), bson!({ "$sum": { "$cond": [is_there, 1, 0] } }));
            fields.insert(format!("n_{i}"), bson!({ "$sum": { "$cond": [is_refused.clone(), 1, 0] } }));
            // What names a person is told of nowhere.
            if !column.direct_identifier {
                let example = bson!({ "$max": { "$cond": [is_refused, value::written(&raw), null] } });
                fields.insert(format!("example_{i}"), example);
            }
        }
        let is_joined = columns.iter().any(|column| column.side == Side::Transactions);
        let mut refusals = if is_joined { join(contract, adopted) } else { Vec::new() };
        refusals.push(bson!({ "$group": fields }));
        let joins = is_joined.then(|| join(contract, adopted).into_iter().next()).flatten().map(|lookup| {
            let n = bson!({ "$size": format!("${TRANSACTIONS}") });
            let count = |test: Bson| bson!({ "$sum": { "$cond": [test, 1, 0] } });
            bson!([lookup, { "$group": {
                "_id": null,
                "customers": { "$sum": 1 },
                "without": count(bson!({ "$eq": [n.clone(), 0] })),
                "several": count(bson!({ "$gt": [n, 1] })),
            } }])
        });
        let query = |stages: &Bson| -> Result<(String, Pipeline), Diagnostic> {
            Ok((adopted.customers.clone(), parse(stages).map_err(Error::into_diagnostic)?))
        };
        Ok(Self {
            keys: query(&keys)?,
            refusals: query(&Bson::Array(refusals))?,
            joins: joins.as_ref().map(query).transpose()?,
            names: columns.iter().map(|column| column.name.clone()).collect(),
        })
    }

    /// The columns with values that the contract does not take, by the row of [`Checks::refusals`].
    #[must_use]
    pub fn refused(&self, row: &Document) -> Vec<Refused> {
        let refused = self.names.iter().enumerate().map(|(i, column)| Refused {
            column: column.clone(),
            n: count_in(row, &format!("n_{i}")),
            example: row.get_str(format!("example_{i}")).unwrap_or_default().to_owned(),
        });
        refused.filter(|refused| refused.n > 0).collect()
    }

    /// The columns that no document has, by the row of [`Checks::refusals`].
    #[must_use]
    pub fn absent(&self, row: &Document) -> Vec<&str> {
        let is_absent = |i: usize| count_in(row, "customers") > 0 && count_in(row, &format!("there_{i}")) == 0;
        let names = self.names.iter().enumerate().filter(|(i, _)| is_absent(*i));
        names.map(|(_, name)| name.as_str()).collect()
    }
}

/// A count in a row of a check; what is not there is zero.
#[must_use]
pub fn count_in(row: &Document, field: &str) -> u64 {
    match row.get(field) {
        Some(Bson::Int32(n)) => u64::try_from(*n).unwrap_or(0),
        Some(Bson::Int64(n)) => u64::try_from(*n).unwrap_or(0),
        _ => 0,
    }
}

/// The stages that join the collection of transactions, under the contract's name from here on.
pub(super) fn join(contract: &Contract, adopted: &Adopted) -> Vec<Bson> {
    let Some(from) = &adopted.transactions else { return Vec::new() };
    let key = contract.key();
    let (here, there) = (key.paths().next().unwrap_or("_id"), key.paths().last().unwrap_or("_id"));
    let lookup = bson!({ "$lookup": { "from": from, "localField": here, "foreignField": there, "as": TRANSACTIONS } });
    vec![lookup, bson!({ "$unwind": format!("${TRANSACTIONS}") })]
}
