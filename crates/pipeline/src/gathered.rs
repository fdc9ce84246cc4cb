//! How deep `$reduce` nests what it gathers, as far as the pipeline's own text says it.
//!
//! In: a pipeline. Out: nothing, or the engine's refusal of values that are nested too deep, given before a row is read.
//! Known is what arrays of constants and `$range` lead to; how long the arrays of documents are, only these know.
//!
//! Why before: MongoDB 6.0 does not refuse it, but ends, and with it the work of all on that server.

use bson::Bson;

use crate::ast::{Expr, Node, Variable};
use crate::limits::MAX_DEPTH;
use crate::{Error, Pipeline};

/// As deep as the engine lets values be between two stages.
pub const MOST_LEVELS: usize = 2 * MAX_DEPTH;

/// Operators that hand on one of their arguments, or its elements.
const HANDING_ON: [&str; 11] = [
    "$arrayElemAt",
    "$concatArrays",
    "$cond",
    "$first",
    "$ifNull",
    "$last",
    "$mergeObjects",
    "$reverseArray",
    "$setField",
    "$setUnion",
    "$slice",
];

/// Refuses a pipeline that surely gathers values too deep.
pub fn check(pipeline: &Pipeline) -> Result<(), Error> {
    let mut is_too_deep = false;
    Node::Pipeline(pipeline).visit(&mut |node| {
        if let Node::Expr(Expr::Reduce { input, body, .. }) = node {
            is_too_deep |= rise_of_reduce(input, body) > MOST_LEVELS as i64;
        }
    });
    if is_too_deep {
        return Err(Error::input(format!("a document is nested in more than {MOST_LEVELS} levels")).code(15));
    }
    Ok(())
}

/// By how many levels a `$reduce` nests deeper what it starts with.
fn rise_of_reduce(input: &Expr, body: &Expr) -> i64 {
    rise(body).unwrap_or(0).max(0).saturating_mul(n_elements(input).unwrap_or(0))
}

/// By how many levels the value is deeper than the `$$value` that it holds; `None` where it holds none.
fn rise(expr: &Expr) -> Option<i64> {
    let deepest = |parts: &mut dyn Iterator<Item = &Expr>| parts.filter_map(rise).max();
    match expr {
        Expr::Variable(Variable::User(name), path) if name == "value" => {
            Some(-(path.as_ref().map_or(0, |path| path.segments().len()) as i64))
        }
        Expr::Object(fields) => deepest(&mut fields.iter().map(|(_, value)| value)).map(|levels| levels + 1),
        Expr::Array(elements) => deepest(&mut elements.iter()).map(|levels| levels + 1),
        Expr::Call { operator, args } if HANDING_ON.contains(&operator.spec().name) => deepest(&mut args.iter()),
        Expr::Switch { branches, default } => {
            deepest(&mut branches.iter().map(|(_, then)| then).chain(default.as_deref()))
        }
        Expr::Let { bindings, body } => {
            deepest(&mut bindings.iter().map(|(_, value)| value).chain(std::iter::once(body.as_ref())))
        }
        Expr::Filter { input, .. } => rise(input),
        // Inside, `$$value` is its own.
        Expr::Reduce { input, initial, body } => Some(rise(initial)?.saturating_add(rise_of_reduce(input, body))),
        Expr::Map { .. } | Expr::Call { .. } | Expr::Literal(_) | Expr::Missing => None,
        Expr::Field(_) | Expr::Root(_) | Expr::Variable(..) => None,
    }
}

/// How many elements an array has, where the pipeline says it.
fn n_elements(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Array(elements) => i64::try_from(elements.len()).ok(),
        Expr::Literal(Bson::Array(elements)) => i64::try_from(elements.len()).ok(),
        Expr::Call { operator, args } if operator.spec().name == "$range" => {
            let mut bounds = args.iter().map(whole);
            let (start, end) = (bounds.next()??, bounds.next()??);
            let step = match bounds.next() {
                Some(step) => step?,
                None => 1,
            };
            let n = end.checked_sub(start)?.checked_add(step - step.signum())?.checked_div(step)?;
            Some(n.max(0))
        }
        _ => None,
    }
}

fn whole(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Literal(Bson::Int32(n)) => Some(i64::from(*n)),
        Expr::Literal(Bson::Int64(n)) => Some(*n),
        Expr::Literal(Bson::Double(n)) if n.fract() == 0.0 => Some(*n as i64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    /// A `$reduce` over `input` that wraps what it has in so many brackets at each step.
    fn reduce(input: &str, brackets: usize) -> String {
        let (open, close) = ("[".repeat(brackets), "]".repeat(brackets));
        format!("{{$reduce: {{input: {input}, initialValue: '$a', in: {open}'$$value'{close}}}}}")
    }

    fn is_refused(expr: &str) -> bool {
        let pipeline =
            crate::parse_text(&format!("[{{$set: {{v: {expr}}}}}]")).unwrap_or_else(|error| panic!("{error}"));
        check(&pipeline).is_err()
    }

    #[test]
    fn what_nests_too_deep_by_its_own_text_is_refused() {
        let inner = reduce("{$range: [0, 40]}", 6);
        let nested = inner.replace("'$a'", "'$$value'");
        for expr in [
            reduce("{$range: [0, 800]}", 90),
            reduce("{$range: [0, 401]}", 1),
            reduce("{$range: [802, 0, -2]}", 1),
            reduce("[1, 2, 3, 4, 5]", 90),
            format!("{{$reduce: {{input: [1, 2], initialValue: 1, in: {nested}}}}}"),
            "{$reduce: {input: {$range: [0, 401]}, initialValue: null, in: {next: '$$value', n: '$$this'}}}".to_owned(),
            "{$reduce: {input: {$range: [0, 401]}, initialValue: [], in: {$concatArrays: [[1], ['$$value']]}}}"
                .to_owned(),
        ] {
            assert!(is_refused(&expr), "{expr}");
        }
    }

    #[test]
    fn what_stays_flat_or_depends_on_documents_is_not() {
        for expr in [
            reduce("{$range: [0, 400]}", 1),
            reduce("[1, 2, 3, 4]", 90),
            reduce("'$list'", 90),
            reduce("{$range: [0, '$n']}", 90),
            reduce("{$range: [5, 0]}", 90),
            "{$reduce: {input: {$range: [0, 9999]}, initialValue: [], in: {$concatArrays: ['$$value', ['$$this']]}}}"
                .to_owned(),
            "{$reduce: {input: {$range: [0, 9999]}, initialValue: {n: 0}, in: {n: {$add: ['$$value.n', 1]}}}}"
                .to_owned(),
            "{$reduce: {input: {$range: [0, 9999]}, initialValue: {n: 0}, in: {n: {$max: ['$$value.n', '$$this']}}}}"
                .to_owned(),
        ] {
            assert!(!is_refused(&expr), "{expr}");
        }
    }
}
