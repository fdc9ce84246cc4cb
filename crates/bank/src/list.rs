//! Lists of customers, and the customers behind a row of an answer.
//!
//! In: filters, or a row of an answer, and what the list is to show. Out: a [`Listed`]. Without a bank, the pipeline alone.

use catalog::{Catalog, Listing, Wish};
use diagnostic::{Action, Diagnostic};
use insight::{Answer, Table};
use pipeline::ast::Predicate;
use pipeline::{Bson, Pipeline, Run};

use crate::{Bank, Error, ErrorKind, no_customer_meets};

/// A list of customers.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The heading, with the filter: `Customers with Card = Gold`.
    pub title: String,
    /// The customers, one a row.
    pub table: Table,
    /// How many customers there are, listed or not.
    pub customers: u64,
    /// The pipeline that gave the rows, with its collection.
    pub query: (String, Pipeline),
    /// The filters as the user wrote them; none of the customers behind a row.
    pub filters: Vec<String>,
    /// What is told of customers whom the filters keep although they gave no answer.
    pub kept: Vec<Diagnostic>,
}

impl Listed {
    /// How many of how many customers are listed, where not all are; or that no customer meets the filters.
    #[must_use]
    pub fn notice(&self) -> Option<Diagnostic> {
        if self.customers == 0 && !self.filters.is_empty() {
            return Some(no_customer_meets(&self.filters));
        }
        let listed = self.table.rows.len() as u64;
        (listed < self.customers).then(|| {
            let verb = if listed == 1 { "is" } else { "are" };
            let (listed, customers) = (report::count(listed), report::count(self.customers));
            Diagnostic::new(format!("{listed} of {customers} customers {verb} listed")).hint_at(Action::ListAll)
        })
    }
}

impl Bank {
    /// Lists the customers for whom all filters hold.
    pub fn list(&self, filters: &[String], wish: &Wish) -> Result<Listed, Error> {
        self.customers()?;
        let listed = self.listed(listing(self.catalog(), filters, wish)?)?;
        let filter = self.catalog().filters(filters)?;
        let kept = filter.map_or_else(|| Ok(Vec::new()), |filter| self.kept_without_answer(&filter))?;
        Ok(Listed { filters: filters.to_vec(), kept, ..listed })
    }

    /// Lists the customers that a row of an answer counts; the first row is 0.
    pub fn list_row(&self, answer: &Answer, row: usize, wish: &Wish) -> Result<Listed, Error> {
        self.customers()?;
        self.listed(row_listing(self.catalog(), answer, row, wish)?)
    }

    /// How many customers a pipeline counts; none where it gives no row.
    pub(crate) fn counted(&self, (collection, pipeline): &(String, Pipeline)) -> Result<u64, Error> {
        let rows = Run::run(self, collection, pipeline)?;
        Ok(match rows.first().and_then(|row| row.get("customers")) {
            Some(Bson::Int32(n)) => u64::try_from(*n).unwrap_or(0),
            Some(Bson::Int64(n)) => u64::try_from(*n).unwrap_or(0),
            _ => 0,
        })
    }

    fn listed(&self, listing: Listing) -> Result<Listed, Error> {
        let Listing { columns, types, query, count, filter } = listing;
        let customers = self.counted(&count)?;
        let rows = Run::run(self, &query.0, &query.1)?;
        let title = filter.map_or_else(|| "Customers".to_owned(), |filter| format!("Customers with {filter}"));
        let title = self.day().map_or(title.clone(), |day| format!("{title} (as of {day})"));
        Ok(Listed {
            title,
            table: insight::listed(&columns, &types, &rows),
            customers,
            query,
            filters: Vec::new(),
            kept: Vec::new(),
        })
    }
}

/// The list of the customers for whom all filters hold, not run.
pub fn listing(catalog: &Catalog, filters: &[String], wish: &Wish) -> Result<Listing, Error> {
    Ok(catalog.listing(catalog.filters(filters)?.as_ref(), wish)?)
}

/// The list of the customers that a row of an answer counts, not run.
fn row_listing(catalog: &Catalog, answer: &Answer, row: usize, wish: &Wish) -> Result<Listing, Error> {
    let refused = |message: String, hint: &str| Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint));
    let Some(found) = answer.table.rows.get(row) else {
        let n = answer.table.rows.len();
        let message = format!("the table has no row {}: it has {}", row + 1, report::counted(n as u64, "row"));
        return Err(refused(message, "the first row is 1"));
    };
    let Some(filter) = &found.filter else {
        let message = format!("row {} of `{}` counts no customers of its own", row + 1, answer.name);
        return Err(refused(message, "the rows of analyses that group customers do"));
    };
    let all = matches!(filter, Predicate::And(parts) if parts.is_empty());
    Ok(catalog.listing(if all { None } else { Some(filter) }, wish)?)
}
