//! `{$sum: {$cond: [<if>, <then>, 0]}}` becomes `{$sum: {$cond: [<if>, <then>, "$$REMOVE"]}}`, and a `$switch` likewise.
//!
//! Not where all outcomes are literals: those are few distinct values already.

use bson::Bson;
use pipeline::ast::{Accumulator, Expr, Operator, Stage, Variable};

use super::replaced;

pub(super) fn apply(stages: &[Stage]) -> Option<Vec<Stage>> {
    stages.iter().enumerate().find_map(|(at, stage)| {
        let Stage::Group { id, fields } = stage else { return None };
        let mut fields = fields.clone();
        let mut is_changed = false;
        for (_, call) in fields.iter_mut().filter(|(_, call)| call.accumulator == Accumulator::Sum) {
            if let Some(input) = without_zero(&call.input) {
                call.input = input;
                is_changed = true;
            }
        }
        is_changed.then(|| replaced(stages, at, vec![Stage::Group { id: id.clone(), fields }]))
    })
}

fn without_zero(input: &Expr) -> Option<Expr> {
    let nothing = || Expr::Variable(Variable::Remove, None);
    let is_zero = |expr: &Expr| *expr == Expr::Literal(Bson::Int32(0));
    let is_worth_it = |outcomes: &[&Expr]| {
        outcomes.iter().any(|outcome| is_zero(outcome))
            && !outcomes.iter().all(|outcome| matches!(outcome, Expr::Literal(_)))
    };
    let swapped = |expr: &Expr| if is_zero(expr) { nothing() } else { expr.clone() };
    match input {
        Expr::Call { operator: Operator::Cond, args } => {
            let [condition, then, otherwise] = args.as_slice() else { return None };
            is_worth_it(&[then, otherwise]).then(|| Expr::Call {
                operator: Operator::Cond,
                args: vec![condition.clone(), swapped(then), swapped(otherwise)],
            })
        }
        Expr::Switch { branches, default } => {
            let outcomes: Vec<&Expr> = branches.iter().map(|(_, then)| then).chain(default.as_deref()).collect();
            is_worth_it(&outcomes).then(|| Expr::Switch {
                branches: branches.iter().map(|(case, then)| (case.clone(), swapped(then))).collect(),
                default: default.as_deref().map(|default| Box::new(swapped(default))),
            })
        }
        _ => None,
    }
}
