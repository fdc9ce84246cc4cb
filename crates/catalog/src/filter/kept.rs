//! Customers without an answer whom a filter keeps: `≠`, `not in` and `not` are met by them, too.
//!
//! In: a filter. Out: a pipeline for each column that it denies something of, which counts those whom it keeps without an answer to it.
//! Invariant: a column of which nothing is denied has none.

use bson::{Bson, bson};
use pipeline::ast::{Comparison, Expr, Operator, Path, Predicate, Stage, Test};
use pipeline::{Error, Pipeline};

use super::subject::unanswered;
use crate::Catalog;

/// How many customers a filter keeps who gave no answer to a column.
pub struct Kept {
    /// The heading of the column.
    pub column: String,
    /// The collection, and the pipeline that counts them in the field `customers`; it has no row where there are none.
    pub query: (String, Pipeline),
}

impl Catalog {
    /// Of each column that the filter denies something of, how many it keeps who gave no answer.
    pub fn kept_without_answer(&self, filter: &Predicate) -> Result<Vec<Kept>, Error> {
        let mut paths = Vec::new();
        add_denied(filter, &mut paths);
        let one = pipeline::parse_accumulator(&bson!({ "$sum": 1 }))?;
        let kept = |path: &Path| {
            let field = self.fields.iter().find(|field| field.joined_path == path.to_string())?;
            let without = unanswered(&self.subject_of(field), false);
            let both = Predicate::And(vec![filter.clone(), without]);
            let mut stages = if self.join.is_needed(&both.reads()) { self.join.stages() } else { Vec::new() };
            let fields = vec![("customers".to_owned(), one.clone())];
            stages.extend([Stage::Match(both), Stage::Group { id: Expr::Literal(Bson::Null), fields }]);
            let query = self.join.query(Pipeline { stages, ..Pipeline::default() });
            Some(Kept { column: field.label.clone(), query })
        };
        Ok(paths.iter().filter_map(kept).collect())
    }
}

/// Adds the paths of which something is denied, each once.
fn add_denied(predicate: &Predicate, paths: &mut Vec<Path>) {
    let denied: Vec<Path> = match predicate {
        Predicate::And(parts) | Predicate::Or(parts) => return parts.iter().for_each(|part| add_denied(part, paths)),
        Predicate::Nor(parts) => parts.iter().flat_map(|part| part.reads().named().to_vec()).collect(),
        Predicate::Field(path, test) if is_denied(test) => vec![path.clone()],
        Predicate::Expr(Expr::Call { operator: Operator::Ne | Operator::Not, args }) => {
            args.iter().flat_map(|arg| arg.reads().named().to_vec()).collect()
        }
        Predicate::Field(..) | Predicate::Expr(_) | Predicate::JsonSchema(..) => return,
    };
    for path in denied {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
}

fn is_denied(test: &Test) -> bool {
    match test {
        Test::Compare(Comparison::Ne, _) | Test::NotIn(_) | Test::Not(_) => true,
        Test::And(tests) => tests.iter().any(is_denied),
        _ => false,
    }
}
