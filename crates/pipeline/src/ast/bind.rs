//! The variables that a pipeline inside a stage sees of the stages around it.
//!
//! In: a part of a pipeline. Out: which variables are free in it, or the same with values in their place. Invariant: a
//! variable that something inside binds anew is left alone there.

use std::collections::BTreeSet;

use super::{Expr, LookupPipeline, NodeMut, Path, Pipeline, Stage, Variable, WhenMatched};

/// What stands for a variable, or for the field at a path of it; `None` leaves it.
type Value<'a> = dyn FnMut(&str, Option<&Path>) -> Option<Expr> + 'a;

impl Pipeline {
    /// Puts values in the place of free variables.
    pub fn bind(&mut self, value: &mut Value<'_>) {
        bind(NodeMut::Pipeline(self), &mut Vec::new(), value);
    }

    /// The variables that are free in it.
    #[must_use]
    pub fn free_variables(&self) -> BTreeSet<String> {
        self.stages.iter().flat_map(Stage::free_variables).collect()
    }
}

impl Stage {
    /// The variables that are free in it.
    #[must_use]
    pub fn free_variables(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut stage = self.clone();
        bind(NodeMut::Stage(&mut stage), &mut Vec::new(), &mut |name, _| {
            names.insert(name.to_owned());
            None
        });
        names
    }
}

impl Expr {
    /// Puts values in the place of free variables.
    pub fn bind(&mut self, value: &mut Value<'_>) {
        bind(NodeMut::Expr(self), &mut Vec::new(), value);
    }
}

/// `hidden` are the names that are bound anew around the node.
fn bind(node: NodeMut<'_>, hidden: &mut Vec<String>, value: &mut Value<'_>) {
    match node {
        NodeMut::Expr(expr) => bind_expr(expr, hidden, value),
        NodeMut::Stage(Stage::LookupPipeline(LookupPipeline { bindings, pipeline, .. })) => {
            for (_, binding) in bindings.iter_mut() {
                bind_expr(binding, hidden, value);
            }
            let names = bindings.iter().map(|(name, _)| name.clone());
            behind(hidden, names, |hidden| bind(NodeMut::Pipeline(pipeline), hidden, value));
        }
        NodeMut::Stage(Stage::Merge(merge)) => {
            for (_, binding) in &mut merge.bindings {
                bind_expr(binding, hidden, value);
            }
            let names = merge.bindings.iter().map(|(name, _)| name.clone()).chain(["new".to_owned()]);
            if let WhenMatched::Pipeline(pipeline) = &mut merge.when_matched {
                behind(hidden, names, |hidden| bind(NodeMut::Pipeline(pipeline), hidden, value));
            }
        }
        NodeMut::Stage(Stage::Redact(expr)) => {
            let names = ["CURRENT", "DESCEND", "PRUNE", "KEEP"].map(str::to_owned);
            behind(hidden, names, |hidden| bind_expr(expr, hidden, value));
        }
        other => other.parts().into_iter().for_each(|part| bind(part, hidden, value)),
    }
}

fn behind(hidden: &mut Vec<String>, names: impl IntoIterator<Item = String>, work: impl FnOnce(&mut Vec<String>)) {
    let before = hidden.len();
    hidden.extend(names);
    work(hidden);
    hidden.truncate(before);
}

fn bind_expr(expr: &mut Expr, hidden: &mut Vec<String>, value: &mut Value<'_>) {
    match expr {
        Expr::Variable(Variable::User(name), path) => {
            if !hidden.contains(name)
                && let Some(found) = value(name, path.as_ref())
            {
                *expr = found;
            }
        }
        Expr::Let { bindings, body } => {
            for (_, binding) in bindings.iter_mut() {
                bind_expr(binding, hidden, value);
            }
            let names = bindings.iter().map(|(name, _)| name.clone());
            behind(hidden, names, |hidden| bind_expr(body, hidden, value));
        }
        Expr::Map { input, variable, body } => {
            bind_expr(input, hidden, value);
            behind(hidden, [variable.clone()], |hidden| bind_expr(body, hidden, value));
        }
        Expr::Filter { input, variable, condition, limit } => {
            bind_expr(input, hidden, value);
            if let Some(limit) = limit {
                bind_expr(limit, hidden, value);
            }
            behind(hidden, [variable.clone()], |hidden| bind_expr(condition, hidden, value));
        }
        Expr::Reduce { input, initial, body } => {
            bind_expr(input, hidden, value);
            bind_expr(initial, hidden, value);
            behind(hidden, ["value", "this"].map(str::to_owned), |hidden| bind_expr(body, hidden, value));
        }
        other => other.parts_mut().into_iter().for_each(|part| bind_expr(part, hidden, value)),
    }
}

#[cfg(test)]
mod tests {
    use bson::Bson;

    use super::*;
    use crate::print;

    /// What becomes of the pipeline inside a `$lookup` whose `x` is 5.
    fn bound(inner: &str) -> String {
        let text = format!("[{{$lookup: {{from: 'b', let: {{x: 1, y: 2}}, pipeline: {inner}, as: 'o'}}}}]");
        let mut pipeline = crate::parse_text(&text).unwrap();
        let Some(Stage::LookupPipeline(lookup)) = pipeline.stages.first_mut() else { panic!("a $lookup") };
        lookup.pipeline.bind(&mut |name, _| (name == "x").then(|| Expr::Literal(Bson::Int32(5))));
        print::extended_json(&lookup.pipeline).replace(['\n', ' '], "")
    }

    #[test]
    fn values_stand_for_free_variables_alone() {
        let bound_to = |inner: &str, expected: &str| {
            let expected = print::extended_json(&crate::parse_text(expected).unwrap()).replace(['\n', ' '], "");
            assert_eq!(bound(inner), expected, "{inner}");
        };
        bound_to("[{$match: {$expr: {$eq: ['$f', '$$x']}}}]", "[{$match: {$expr: {$eq: ['$f', 5]}}}]");
        bound_to(
            "[{$set: {a: {$let: {vars: {x: '$$x'}, in: '$$x'}}}}]",
            "[{$set: {a: {$let: {vars: {x: 5}, in: '$$x'}}}}]",
        );
        bound_to(
            "[{$set: {a: {$map: {input: '$$x', as: 'x', in: '$$x'}}}}]",
            "[{$set: {a: {$map: {input: 5, as: 'x', in: '$$x'}}}}]",
        );
        bound_to(
            "[{$lookup: {from: 'c', let: {x: '$$x'}, pipeline: [{$set: {a: '$$x'}}], as: 'o'}}]",
            "[{$lookup: {from: 'c', let: {x: 5}, pipeline: [{$set: {a: '$$x'}}], as: 'o'}}]",
        );
        bound_to(
            "[{$facet: {a: [{$group: {_id: 1, n: {$sum: '$$x'}}}]}}]",
            "[{$facet: {a: [{$group: {_id: 1, n: {$sum: 5}}}]}}]",
        );
    }
}
