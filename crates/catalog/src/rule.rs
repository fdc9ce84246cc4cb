//! A contract's rule as an expression that a server runs on any row.
//!
//! In: the rule as it was written. Out: the same test, in which no row stops the pipeline.
//! Invariant: it holds for the same rows as in the import. There a division by zero is infinite, or, of zero itself, has no
//! answer, and a comparison with what has no answer does not hold; on a server the division is an error, and what has no
//! answer is less than any number.

use bson::Bson;
use pipeline::ast::{Expr, Operator, Variable};

/// The rule, with each division guarded.
pub(crate) fn guarded(expr: &Expr) -> Expr {
    let mut expr = expr.clone();
    for part in expr.parts_mut() {
        *part = guarded(part);
    }
    match expr {
        Expr::Call { operator: Operator::Divide, args } => divided(args),
        Expr::Call { operator, args } if is_comparison(operator) && args.iter().any(divides) => {
            answered(operator, args)
        }
        other => other,
    }
}

/// A comparison that does not hold where a side that divides has no answer.
fn answered(operator: Operator, mut args: Vec<Expr>) -> Expr {
    let (mut bindings, mut all) = (Vec::new(), Vec::new());
    for (name, side) in ["left", "right"].into_iter().zip(&mut args) {
        if divides(side) {
            let variable = Expr::Variable(Variable::User(name.to_owned()), None);
            bindings.push((name.to_owned(), std::mem::replace(side, variable.clone())));
            all.push(call(Operator::Gte, [variable, literal(f64::NEG_INFINITY)]));
        }
    }
    all.push(Expr::Call { operator, args });
    Expr::Let { bindings, body: Box::new(Expr::Call { operator: Operator::And, args: all }) }
}

fn divided(args: Vec<Expr>) -> Expr {
    match args.as_slice() {
        [over, under] if !is_nonzero(under) => call(
            Operator::Cond,
            [
                call(Operator::Eq, [under.clone(), Expr::Literal(Bson::Int32(0))]),
                call(Operator::Multiply, [over.clone(), literal(f64::INFINITY)]),
                call(Operator::Divide, [over.clone(), under.clone()]),
            ],
        ),
        _ => Expr::Call { operator: Operator::Divide, args },
    }
}

/// Whether a division by what is no fixed number is in it.
fn divides(expr: &Expr) -> bool {
    let is_one =
        matches!(expr, Expr::Call { operator: Operator::Divide, args } if !args.last().is_some_and(is_nonzero));
    is_one || expr.parts().into_iter().any(divides)
}

fn is_nonzero(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(Bson::Int32(number)) => *number != 0,
        Expr::Literal(Bson::Int64(number)) => *number != 0,
        Expr::Literal(Bson::Double(number)) => *number != 0.0,
        _ => false,
    }
}

/// Whether it does not hold where a side has no answer; that something is not equal does hold.
fn is_comparison(operator: Operator) -> bool {
    matches!(operator, Operator::Eq | Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte)
}

fn call<const N: usize>(operator: Operator, args: [Expr; N]) -> Expr {
    Expr::Call { operator, args: args.into() }
}

fn literal(number: f64) -> Expr {
    Expr::Literal(Bson::Double(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: &str, expected: &str) {
        let expr = |text: &str| {
            pipeline::parse_expr(&pipeline::read(text).expect("a test's text")).expect("a test's expression")
        };
        let print = |expr: &Expr| pipeline::print::value(&pipeline::print::expr_to_bson(expr));
        assert_eq!(print(&guarded(&expr(rule))), print(&expr(expected)), "{rule}");
    }

    #[test]
    fn divisions_are_guarded_and_nothing_else_changes() {
        for same in ["{$lte: ['$a', {$add: ['$b', 1]}]}", "{$lt: [{$divide: ['$a', 100]}, 1]}"] {
            check(same, same);
        }
        let divided = "{$cond: [{$eq: ['$b', 0]}, {$multiply: ['$a', Infinity]}, {$divide: ['$a', '$b']}]}";
        check(
            "{$or: [{$lte: ['$b', 0]}, {$lt: [{$divide: ['$a', '$b']}, 1]}]}",
            &format!(
                "{{$or: [{{$lte: ['$b', 0]}}, {{$let: {{vars: {{left: {divided}}}, in: \
                 {{$and: [{{$gte: ['$$left', -Infinity]}}, {{$lt: ['$$left', 1]}}]}}}}}}]}}"
            ),
        );
    }
}
