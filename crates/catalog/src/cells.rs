//! What a search for the columns that tell closure looks at: which columns, in which groups, and the pipeline that counts all
//! of these together.
//!
//! In: the columns that an analysis names. Out: those that may be looked at, each with the dimension that bands it; and, for
//! dimensions chosen among them, one `$group` over the customers.
//! Invariant: no column is looked at that tells the outcome, was computed from it, or follows from others that are looked at.

use bson::Bson;
use contract::{Column, Role};
use pipeline::Pipeline;
use pipeline::ast::{Expr, Operator, Predicate};

use crate::narrow::narrow;
use crate::{Analysis, Catalog, Dimension, MeasureRole, compose};

/// How a column is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The catalog's bands of its numbers, where there are some.
    pub band: Option<Dimension>,
    /// Whether it was measured in the very months in which accounts closed.
    pub is_concurrent: bool,
}

/// Those of the dimensions that may be looked at, each with how.
pub(crate) fn candidates(catalog: &Catalog, named: &[Dimension]) -> (Vec<Dimension>, Vec<Candidate>) {
    let read: Vec<Vec<&Column>> = named.iter().map(|dimension| columns(catalog, dimension)).collect();
    let tells = |column: &Column| column.leaks || column.role == Some(Role::Closed);
    let contract = catalog.contract();
    let source = |name: &String| contract.columns.iter().find(|column| column.name == *name);
    let is_looked_at = |name: &String| read.iter().flatten().any(|column| column.name == *name);
    let follows = |column: &Column| {
        let from = &column.derived_from;
        from.iter().filter_map(source).any(tells) || (!from.is_empty() && from.iter().all(is_looked_at))
    };
    let is_free = |columns: &[&Column]| !columns.iter().any(|column| tells(column) || follows(column));
    let free = named.iter().zip(&read).filter(|(_, columns)| is_free(columns));
    let candidate = |(dimension, columns): (&Dimension, &Vec<&Column>)| {
        let is_concurrent = columns.iter().any(|column| column.concurrent);
        (dimension.clone(), Candidate { band: band(catalog, dimension, columns), is_concurrent })
    };
    free.map(candidate).unzip()
}

/// The columns that a dimension is computed from.
fn columns<'c>(catalog: &'c Catalog, dimension: &Dimension) -> Vec<&'c Column> {
    let reads = dimension.expr.reads();
    let is_read = |joined: &str| reads.named().iter().any(|path| path.to_string() == joined);
    let fields = catalog.fields.iter().filter(|field| is_read(&field.joined_path));
    fields.map(|field| &catalog.contract().columns[field.column]).collect()
}

/// The first dimension that bands the one number that this one is.
fn band(catalog: &Catalog, dimension: &Dimension, columns: &[&Column]) -> Option<Dimension> {
    let ([column], Expr::Field(path)) = (columns, &dimension.expr) else { return None };
    let bands = |other: &&Dimension| {
        let reads = other.expr.reads();
        // Without an order there may be any number of groups.
        !other.order.is_empty()
            && !matches!(other.expr, Expr::Field(_))
            && !reads.is_whole()
            && reads.named() == std::slice::from_ref(path)
    };
    catalog.dimensions.iter().find(bands).filter(|_| column.is_number()).cloned()
}

impl Dimension {
    /// The same numbers in bins: each bin by its lowest number, in ascending order, with how it is called. What is no number
    /// has no answer.
    #[must_use]
    pub fn binned(&self, bins: &[(Bson, String)]) -> Self {
        let branch = |(low, _): &(Bson, String)| {
            let is_above =
                Expr::Call { operator: Operator::Gte, args: vec![self.expr.clone(), Expr::Literal(low.clone())] };
            (is_above, Expr::Literal(low.clone()))
        };
        let branches = bins.iter().rev().map(branch).collect();
        let named = |(low, name): &(Bson, String)| (low.clone(), self.phrase.replace("{}", name));
        Self {
            expr: Expr::Switch { branches, default: Some(Box::new(Expr::Literal(Bson::Null))) },
            order: bins.iter().map(|(low, _)| low.clone()).collect(),
            phrases: bins.iter().map(named).collect(),
            banded_by: None,
            ..self.clone()
        }
    }
}

impl Analysis {
    /// The same analysis with one more query behind those of its columns: its customers, and how many of them closed, by all
    /// of these dimensions together.
    #[must_use]
    pub fn with_cells(&self, by: &[Dimension]) -> Self {
        let measures = [MeasureRole::Customers, MeasureRole::Closed].map(|role| self.measure_of(role).cloned());
        let measures: Vec<_> = measures.into_iter().flatten().collect();
        let counted = compose::cells(by, &measures, &self.join);
        let counted =
            self.filter.as_ref().map_or(counted.clone(), |filter: &Predicate| narrow(&counted, filter, &self.join));
        let query: (String, Pipeline) = self.join.query(counted.clone());
        let mut with = self.clone();
        with.plain.push(counted);
        with.queries.push(query);
        with
    }
}
