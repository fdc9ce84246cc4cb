//! `$bucket` becomes a `$group` by a `$switch` on the bounds, and a `$sort` by `_id`.
//!
//! MongoDB: this is how the server defines it, down to the error (40066) where a value lies outside and there is no
//! default: that of a `$switch` without a branch.

use pipeline::ast::{Expr, Operator, Order, Path, SortKey, Stage, Variable};

use super::replaced;

pub(super) fn apply(stages: &[Stage]) -> Option<Vec<Stage>> {
    let at = stages.iter().position(|stage| matches!(stage, Stage::Bucket { .. }))?;
    let Stage::Bucket { group_by, boundaries, default, output } = &stages[at] else { return None };
    // Computed once, however many bounds it is held against.
    let is_plain = matches!(group_by, Expr::Field(_));
    let value = if is_plain { group_by.clone() } else { Expr::Variable(Variable::User("value".to_owned()), None) };
    let compare = |operator, bound: &Expr| Expr::Call { operator, args: vec![value.clone(), bound.clone()] };
    let branches = boundaries.windows(2).map(|bounds| {
        let args = vec![compare(Operator::Gte, &bounds[0]), compare(Operator::Lt, &bounds[1])];
        (Expr::Call { operator: Operator::And, args }, bounds[0].clone())
    });
    // MongoDB: one that is missing is none.
    let is_value = |default: &Expr| !matches!(default, Expr::Missing | Expr::Variable(Variable::Remove, _));
    let default = default.clone().filter(is_value).map(Box::new);
    let switch = Expr::Switch { branches: branches.collect(), default };
    let id = if is_plain {
        switch
    } else {
        Expr::Let { bindings: vec![("value".to_owned(), group_by.clone())], body: Box::new(switch) }
    };
    let group = Stage::Group { id, fields: output.clone() };
    let sort = Stage::Sort(vec![SortKey { path: Path::new("_id")?, order: Order::Ascending }]);
    Some(replaced(stages, at, vec![group, sort]))
}
