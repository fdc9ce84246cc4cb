//! Sums where some customers lack what is summed: how many have it, and ratios of sums over those who have all of it.
//!
//! In: what a measure accumulates. Out: the same with the number of customers who have every answer that it reads, and where
//! it is a ratio, its sums over these customers alone.
//! Invariant: nothing changes where no column of them may be null.

use bson::{Bson, bson};
use pipeline::ast::{Accumulator, AccumulatorCall, Expr, Operator, Path};

use crate::Catalog;

/// Fields of `$group` with what they accumulate.
type Accumulators = Vec<(String, AccumulatorCall)>;

/// Makes the sums of a ratio those of the customers who have all of it; gives the field with their number.
pub(crate) fn settle(
    catalog: &Catalog,
    name: &str,
    finish: &mut Expr,
    accumulators: &mut Accumulators,
) -> Option<String> {
    if accumulators.len() < 2 || !accumulators.iter().all(is_sum) {
        return None;
    }
    let known = known(catalog, accumulators)?;
    for (field, call) in accumulators.iter_mut() {
        let own = format!("{name}_{field}");
        if let (Some(from), Some(to)) = (Path::new(field), Path::new(&own)) {
            finish.replace(&mut |part| (part.field() == Some(&from)).then(|| Expr::Field(to.clone())));
        }
        *field = own;
        let input = std::mem::replace(&mut call.input, Expr::Missing);
        call.input = where_known(&known, input);
    }
    Some(add_count(name, &known, accumulators))
}

/// Counts the customers who have what a sum is made of; gives the field with their number.
pub(crate) fn count(catalog: &Catalog, name: &str, accumulators: &mut Accumulators) -> Option<String> {
    let is_of_fields = accumulators.iter().all(|one| is_sum(one) && one.1.input.field().is_some());
    let known = if is_of_fields { known(catalog, accumulators)? } else { return None };
    Some(add_count(name, &known, accumulators))
}

fn is_sum((_, call): &(String, AccumulatorCall)) -> bool {
    call.accumulator == Accumulator::Sum
}

fn add_count(name: &str, known: &Expr, accumulators: &mut Accumulators) -> String {
    let field = format!("{name}_n");
    let one = AccumulatorCall {
        accumulator: Accumulator::Sum,
        input: where_known(known, Expr::Literal(Bson::Int32(1))),
        n: None,
        sort_by: Vec::new(),
        p: Vec::new(),
    };
    accumulators.push((field.clone(), one));
    field
}

fn where_known(known: &Expr, value: Expr) -> Expr {
    Expr::Call { operator: Operator::Cond, args: vec![known.clone(), value, Expr::Literal(Bson::Int32(0))] }
}

/// What is true of the customers who have a number in each column that is read and may be null; none where no such column is.
fn known(catalog: &Catalog, accumulators: &Accumulators) -> Option<Expr> {
    let reads: Vec<_> = accumulators.iter().map(|(_, call)| call.reads()).collect();
    let is_read = |path: &str| reads.iter().any(|reads| reads.named().iter().any(|read| read.to_string() == path));
    let fields = catalog.fields.iter().filter(|field| field.is_nullable && is_read(&field.joined_path));
    // NaN and null are below all numbers, in this order of values.
    let each = fields.map(|field| bson!({ "$gte": [format!("${}", field.joined_path), f64::NEG_INFINITY] }));
    let known = match each.collect::<Vec<Bson>>().as_slice() {
        [] => return None,
        [only] => only.clone(),
        several => bson!({ "$and": several.to_vec() }),
    };
    Some(pipeline::parse_expr(&known).expect("a fixed form around fields of the contract"))
}
