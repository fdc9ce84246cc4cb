//! Ratios of sums where some customers lack what is summed: both sums are over those who have all of it.
//!
//! In: a measure's expression and what it accumulates. Out: the same, its sums over the customers who have every answer that one
//! of them reads.
//! Invariant: nothing changes where no column of them may be null.

use bson::{Bson, bson};
use pipeline::ast::{Accumulator, AccumulatorCall, Expr, Operator, Path};

use crate::Catalog;

/// Settles the measure of this name.
pub(crate) fn settle(catalog: &Catalog, name: &str, finish: &mut Expr, accumulators: &mut [(String, AccumulatorCall)]) {
    let is_sum = |(_, call): &(String, AccumulatorCall)| call.accumulator == Accumulator::Sum;
    let nullable = nullable(catalog, accumulators);
    if accumulators.len() < 2 || nullable.is_empty() || !accumulators.iter().all(is_sum) {
        return;
    }
    // NaN and null are below all numbers, in this order of values.
    let known: Vec<Bson> =
        nullable.iter().map(|path| bson!({ "$gte": [format!("${path}"), f64::NEG_INFINITY] })).collect();
    let known = pipeline::parse_expr(&bson!({ "$and": known })).expect("a fixed form around fields of the contract");
    for (field, call) in accumulators {
        let own = format!("{name}_{field}");
        if let (Some(from), Some(to)) = (Path::new(field), Path::new(&own)) {
            finish.replace(&mut |part| (part.field() == Some(&from)).then(|| Expr::Field(to.clone())));
        }
        *field = own;
        let input = std::mem::replace(&mut call.input, Expr::Missing);
        let args = vec![known.clone(), input, Expr::Literal(Bson::Int32(0))];
        call.input = Expr::Call { operator: Operator::Cond, args };
    }
}

/// The paths of the columns that may be null and are read, each once.
pub(crate) fn nullable(catalog: &Catalog, accumulators: &[(String, AccumulatorCall)]) -> Vec<String> {
    let reads: Vec<_> = accumulators.iter().map(|(_, call)| call.reads()).collect();
    let is_read = |path: &str| reads.iter().any(|reads| reads.named().iter().any(|read| read.to_string() == path));
    let fields = catalog.fields.iter().filter(|field| field.is_nullable && is_read(&field.joined_path));
    fields.map(|field| field.joined_path.clone()).collect()
}
