//! Two segments of customers side by side.
//!
//! In: two filters, those that hold for both, names of measures. Out: figures with intervals and tests, and the pipelines.
//! Invariant: segments that share customers are refused, for no test holds of them.

use catalog::{Catalog, Comparison};
use diagnostic::Diagnostic;
use insight::Compared;
use pipeline::{Pipeline, Run};

use crate::{Bank, Error, ErrorKind, no_customer_meets};

/// Which segments are compared, and by what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segments {
    /// The filter of the first.
    pub first: String,
    /// The filter of the second; all other customers without one.
    pub second: Option<String>,
    /// Filters that hold for both.
    pub filters: Vec<String>,
    /// Measures by name; all of the catalog without any.
    pub measures: Vec<String>,
}

impl Segments {
    /// The comparison, not run.
    fn comparison(&self, catalog: &Catalog) -> Result<Comparison, Error> {
        Ok(catalog.comparison(&self.first, self.second.as_deref(), &self.filters, &self.measures)?)
    }

    /// The pipelines of the comparison, each with its collection.
    pub fn queries(&self, catalog: &Catalog) -> Result<Vec<(String, Pipeline)>, Error> {
        Ok(queries(&self.comparison(catalog)?))
    }
}

fn queries(comparison: &Comparison) -> Vec<(String, Pipeline)> {
    let each = comparison.analyses.iter().flat_map(|analysis| analysis.queries().iter().cloned());
    each.chain([comparison.both.clone()]).collect()
}

impl Bank {
    /// Compares two segments.
    pub fn compare(&self, segments: &Segments) -> Result<(Compared, Vec<(String, Pipeline)>), Error> {
        self.customers()?;
        let comparison = segments.comparison(self.catalog())?;
        let refused =
            |message: String, hint: &str| Err(Error::new(ErrorKind::Question, Diagnostic::new(message).hint(hint)));
        let shared = self.counted(&comparison.both)?;
        if shared > 0 {
            let [first, second] = &comparison.names;
            let are = if shared == 1 { "is" } else { "are" };
            let message = format!(
                "the segments overlap: {} {are} in both `{}` and `{}`",
                report::counted(shared, "customer"),
                diagnostic::quote(first),
                diagnostic::quote(second)
            );
            return refused(message, "take them out of one of the two by `and not (…)`");
        }
        let rows = |side: usize| {
            let queries = comparison.analyses[side].queries().iter();
            queries.map(|(collection, pipeline)| Run::run(self, collection, pipeline)).collect::<Result<Vec<_>, _>>()
        };
        let mut compared = insight::compare(&comparison, [&rows(0)?, &rows(1)?])?;
        compared.day = self.day().map(|day| day.to_string());
        if segments.second.is_none() && compared.customers[1] == 0 && compared.customers[0] > 0 {
            let name = diagnostic::quote(&compared.names[0]);
            let message = format!("there are no others: the filter `{name}` holds for all customers");
            return refused(message, "name a filter that holds for some of them");
        }
        if let Some(empty) = compared.customers.iter().position(|customers| *customers == 0) {
            let none = no_customer_meets(std::slice::from_ref(&compared.names[empty]));
            return Err(Error::new(ErrorKind::Question, none));
        }
        Ok((compared, queries(&comparison)))
    }
}
