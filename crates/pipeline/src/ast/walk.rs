//! Walks: what stands directly inside each part of the language, written once, for looking and for changing.
//!
//! In: a [`Node`], which is any part of a pipeline. Out: the nodes directly inside it, in the order in which they are
//! written. Invariant: every variant is named, so that a new stage or expression does not compile before its parts are
//! told here.
//!
//! ```
//! use pipeline::ast::Node;
//!
//! let pipeline = pipeline::parse_text("[{$match: {$expr: {$gt: [{$add: ['$a', '$b']}, 1]}}}, {$unionWith: 'old'}]")?;
//! let mut operators = Vec::new();
//! Node::Pipeline(&pipeline).visit(&mut |node| {
//!     if let Node::Expr(pipeline::ast::Expr::Call { operator, .. }) = node {
//!         operators.push(operator.spec().name);
//!     }
//! });
//! assert_eq!(operators, ["$gt", "$add"]);
//! assert_eq!(pipeline.collections(), ["old"]);
//! # Ok::<(), pipeline::Error>(())
//! ```

use super::{
    AccumulatorCall, Computed, Expr, FieldRef, Fill, FillWith, GraphLookup, Lookup, LookupPipeline, Merge, Pipeline,
    Predicate, Projected, Projection, Stage, Test, WhenMatched, WindowCall, WindowFunction,
};

/// Any part of a pipeline.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each is named as its type")]
pub enum Node<'a> {
    Pipeline(&'a Pipeline),
    Stage(&'a Stage),
    Predicate(&'a Predicate),
    Test(&'a Test),
    Accumulator(&'a AccumulatorCall),
    Window(&'a WindowCall),
    Expr(&'a Expr),
}

/// Any part of a pipeline, to be changed.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is named as its type")]
pub enum NodeMut<'a> {
    Pipeline(&'a mut Pipeline),
    Stage(&'a mut Stage),
    Predicate(&'a mut Predicate),
    Test(&'a mut Test),
    Accumulator(&'a mut AccumulatorCall),
    Window(&'a mut WindowCall),
    Expr(&'a mut Expr),
}

/// The expressions directly inside an expression, shared (`iter`, `as_deref`) or mutable.
macro_rules! parts_of_expr {
    ($expr:expr, $iter:ident, $as_ref:ident, $as_deref:ident) => {
        match $expr {
            Expr::Literal(_) | Expr::Missing | Expr::Field(_) | Expr::Root(_) | Expr::Variable(..) => Vec::new(),
            Expr::Object(fields) => fields.$iter().map(|(_, value)| value).collect(),
            Expr::Array(elements) | Expr::Call { args: elements, operator: _ } => elements.$iter().collect(),
            Expr::Let { bindings, body } => {
                let mut parts: Vec<_> = bindings.$iter().map(|(_, value)| value).collect();
                parts.push(body);
                parts
            }
            Expr::Switch { branches, default } => {
                let branches = branches.$iter().flat_map(|(case, then)| [case, then]);
                branches.chain(default.$as_deref()).collect()
            }
            Expr::Map { input, variable: _, body } => vec![input, body],
            Expr::Filter { input, variable: _, condition, limit } => {
                [input.$as_ref(), condition.$as_ref()].into_iter().chain(limit.$as_deref()).collect()
            }
            Expr::Reduce { input, initial, body } => vec![input, initial, body],
        }
    };
}

/// The nodes directly inside a stage.
macro_rules! parts_of_stage {
    ($stage:expr, $Node:ident, $iter:ident, $as_ref:ident) => {
        match $stage {
            Stage::Match(predicate) => vec![$Node::Predicate(predicate)],
            Stage::Project(Projection::Include { id: _, fields }) => {
                let computed = fields.$iter().filter_map(|(_, projected)| match projected {
                    Projected::Kept => None,
                    Projected::Computed(value) => Some($Node::Expr(value)),
                });
                computed.collect()
            }
            Stage::Project(Projection::Exclude(_)) | Stage::Unset(_) | Stage::Sort(_) => Vec::new(),
            Stage::Limit(_) | Stage::Skip(_) | Stage::Count(_) | Stage::Unwind(_) | Stage::Lookup(_) => Vec::new(),
            Stage::Sample(_) | Stage::Densify(_) | Stage::Out(_) => Vec::new(),
            Stage::AddFields(fields, _) => fields.$iter().map(|(_, value)| $Node::Expr(value)).collect(),
            Stage::Bucket { group_by, boundaries, default, output } => {
                let exprs = std::iter::once(group_by).chain(boundaries).chain(default);
                let calls = output.$iter().map(|(_, call)| $Node::Accumulator(call));
                exprs.map($Node::Expr).chain(calls).collect()
            }
            Stage::Group { id: key, fields: outputs }
            | Stage::BucketAuto { group_by: key, buckets: _, output: outputs, granularity: _ } => {
                let mut parts = vec![$Node::Expr(key)];
                parts.extend(outputs.$iter().map(|(_, call)| $Node::Accumulator(call)));
                parts
            }
            Stage::SortByCount(expr) | Stage::ReplaceRoot(expr, _) | Stage::Redact(expr) | Stage::Documents(expr) => {
                vec![$Node::Expr(expr)]
            }
            Stage::Unchecked(_) => Vec::new(),
            Stage::Facet(facets) => facets.$iter().map(|(_, pipeline)| $Node::Pipeline(pipeline)).collect(),
            Stage::UnionWith { collection: _, pipeline } => vec![$Node::Pipeline(pipeline)],
            Stage::LookupPipeline(LookupPipeline { from: _, on: _, bindings, pipeline, target: _ }) => {
                let mut parts: Vec<_> = bindings.$iter().map(|(_, value)| $Node::Expr(value)).collect();
                parts.push($Node::Pipeline(pipeline));
                parts
            }
            Stage::GraphLookup(graph) => {
                let GraphLookup { start_with, restrict, .. } = graph;
                std::iter::once($Node::Expr(start_with)).chain(restrict.$iter().map($Node::Predicate)).collect()
            }
            Stage::Fill(Fill { partition_by, sort_by: _, output }) => {
                let values = output.$iter().filter_map(|(_, with)| match with {
                    FillWith::Value(value) => Some(value),
                    FillWith::Last | FillWith::Linear | FillWith::Nothing => None,
                });
                partition_by.$iter().chain(values).map($Node::Expr).collect()
            }
            Stage::Merge(merge) => {
                let Merge { into: _, on: _, bindings, when_matched, when_not_matched: _ } = merge.$as_ref();
                let mut parts: Vec<_> = bindings.$iter().map(|(_, value)| $Node::Expr(value)).collect();
                if let WhenMatched::Pipeline(pipeline) = when_matched {
                    parts.push($Node::Pipeline(pipeline));
                }
                parts
            }
            Stage::SetWindowFields { partition_by, sort_by: _, output } => {
                let mut parts: Vec<_> = partition_by.$iter().map($Node::Expr).collect();
                parts.extend(output.$iter().map(|(_, call)| $Node::Window(call)));
                parts
            }
        }
    };
}

/// The name of the other collection that a stage itself reads, shared or mutable.
macro_rules! collection_of_stage {
    ($stage:expr, $as_ref:ident) => {
        match $stage {
            Stage::Lookup(Lookup { from: name, .. }) | Stage::GraphLookup(GraphLookup { from: name, .. }) => Some(name),
            Stage::UnionWith { collection: name, pipeline: _ }
            | Stage::LookupPipeline(LookupPipeline { from: name, .. }) => name.$as_ref(),
            Stage::Match(_) | Stage::Project(_) | Stage::AddFields(..) | Stage::Unset(_) | Stage::Group { .. } => None,
            Stage::Sort(_) | Stage::Limit(_) | Stage::Skip(_) | Stage::Count(_) | Stage::SortByCount(_) => None,
            Stage::Unwind(_) | Stage::Facet(_) | Stage::Bucket { .. } | Stage::BucketAuto { .. } => None,
            Stage::ReplaceRoot(..) | Stage::SetWindowFields { .. } | Stage::Redact(_) | Stage::Sample(_) => None,
            Stage::Documents(_) | Stage::Densify(_) | Stage::Fill(_) | Stage::Out(_) | Stage::Merge(_) => None,
            // Read by itself, for it may name several.
            Stage::Unchecked(_) => None,
        }
    };
}

/// The nodes directly inside a node.
macro_rules! parts_of_node {
    ($node:expr, $Node:ident, $iter:ident, $parts:ident, $as_ref:ident) => {
        match $node {
            $Node::Pipeline(pipeline) => pipeline.stages.$iter().map($Node::Stage).collect(),
            $Node::Stage(stage) => parts_of_stage!(stage, $Node, $iter, $as_ref),
            $Node::Predicate(predicate) => match predicate {
                Predicate::And(clauses) | Predicate::Or(clauses) | Predicate::Nor(clauses) => {
                    clauses.$iter().map($Node::Predicate).collect()
                }
                Predicate::Expr(expr) | Predicate::JsonSchema(expr, _) => vec![$Node::Expr(expr)],
                Predicate::Field(_, test) => vec![$Node::Test(test)],
            },
            $Node::Test(test) => match test {
                Test::Compare(..) | Test::In(_) | Test::NotIn(_) | Test::Exists(_) | Test::Type(_) => Vec::new(),
                Test::Regex(_) | Test::Mod { divisor: _, remainder: _ } | Test::Size(_) | Test::Bits(..) => Vec::new(),
                Test::All(tests) | Test::And(tests) | Test::ElemMatchValue(tests) => {
                    tests.$iter().map($Node::Test).collect()
                }
                Test::ElemMatchObject(predicate) => vec![$Node::Predicate(predicate)],
                Test::Not(test) => vec![$Node::Test(test)],
            },
            $Node::Accumulator(AccumulatorCall { accumulator: _, input, n, sort_by: _, p: _ }) => {
                let mut parts = vec![$Node::Expr(input)];
                parts.extend(n.$iter().map($Node::Expr));
                parts
            }
            $Node::Window(WindowCall { function, window: _ }) => match function {
                WindowFunction::Accumulate(call) => vec![$Node::Accumulator(call)],
                WindowFunction::Rank | WindowFunction::DenseRank | WindowFunction::DocumentNumber => Vec::new(),
                WindowFunction::Of(Computed::Shift { by: _, default }, output) => {
                    vec![$Node::Expr(output), $Node::Expr(default)]
                }
                WindowFunction::Of(_, input) => vec![$Node::Expr(input)],
            },
            $Node::Expr(expr) => expr.$parts().into_iter().map($Node::Expr).collect(),
        }
    };
}

impl Node<'_> {
    /// The nodes directly inside this one.
    #[must_use]
    pub fn parts(self) -> Vec<Self> {
        parts_of_node!(self, Node, iter, parts, as_ref)
    }

    /// Calls `visit` with this node and with everything inside it, the outer before what is inside.
    pub fn visit(self, visit: &mut dyn FnMut(Self)) {
        visit(self);
        self.parts().into_iter().for_each(|part| part.visit(visit));
    }
}

impl NodeMut<'_> {
    /// The nodes directly inside this one.
    #[must_use]
    pub fn parts(self) -> Vec<Self> {
        parts_of_node!(self, NodeMut, iter_mut, parts_mut, as_mut)
    }

    /// Calls `change` with each outermost expression in here, and stops at the first error. What an expression holds is
    /// left to `change`.
    pub fn try_for_each_expr<E>(self, change: &mut dyn FnMut(&mut Expr) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::Expr(expr) => change(expr),
            other => other.parts().into_iter().try_for_each(|part| part.try_for_each_expr(change)),
        }
    }
}

impl Node<'_> {
    /// Whether something in here draws by chance, so that how often and on which documents it is asked shows.
    #[must_use]
    pub fn is_random(self) -> bool {
        let mut found = false;
        self.visit(&mut |node| {
            found |= match node {
                Node::Stage(stage) => matches!(stage, Stage::Sample(_)),
                Node::Expr(Expr::Call { operator, .. }) => operator.is_random(),
                _ => false,
            };
        });
        found
    }
}

impl<F: FieldRef> Expr<F> {
    /// The expressions directly inside this one.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        parts_of_expr!(self, iter, as_ref, as_deref)
    }

    /// The expressions directly inside this one, to be changed.
    pub fn parts_mut(&mut self) -> Vec<&mut Self> {
        parts_of_expr!(self, iter_mut, as_mut, as_deref_mut)
    }

    /// Puts in the place of each expression what `replace` gives for it; what is replaced is not looked into again.
    pub fn replace(&mut self, replace: &mut dyn FnMut(&Self) -> Option<Self>) {
        match replace(self) {
            Some(other) => *self = other,
            None => self.parts_mut().into_iter().for_each(|part| part.replace(replace)),
        }
    }

    /// The same expression over other fields: `field` gives what stands for a field, `root` what stands for `$$ROOT`.
    #[must_use]
    pub fn resolve<G: FieldRef>(&self, field: &dyn Fn(&F) -> Expr<G>, root: &dyn Fn(&F::Root) -> Expr<G>) -> Expr<G> {
        let part = |part: &Self| part.resolve(field, root);
        let boxed = |part: &Self| Box::new(part.resolve(field, root));
        let list = |parts: &[Self]| parts.iter().map(part).collect();
        let named = |parts: &[(String, Self)]| parts.iter().map(|(name, value)| (name.clone(), part(value))).collect();
        match self {
            Self::Literal(value) => Expr::Literal(value.clone()),
            Self::Missing => Expr::Missing,
            Self::Field(path) => field(path),
            Self::Root(path) => root(path),
            Self::Variable(variable, path) => Expr::Variable(variable.clone(), path.clone()),
            Self::Object(fields) => Expr::Object(named(fields)),
            Self::Array(elements) => Expr::Array(list(elements)),
            Self::Let { bindings, body } => Expr::Let { bindings: named(bindings), body: boxed(body) },
            Self::Switch { branches, default } => Expr::Switch {
                branches: branches.iter().map(|(case, then)| (part(case), part(then))).collect(),
                default: default.as_deref().map(boxed),
            },
            Self::Map { input, variable, body } => {
                Expr::Map { input: boxed(input), variable: variable.clone(), body: boxed(body) }
            }
            Self::Filter { input, variable, condition, limit } => Expr::Filter {
                input: boxed(input),
                variable: variable.clone(),
                condition: boxed(condition),
                limit: limit.as_deref().map(boxed),
            },
            Self::Reduce { input, initial, body } => {
                Expr::Reduce { input: boxed(input), initial: boxed(initial), body: boxed(body) }
            }
            Self::Call { operator, args } => Expr::Call { operator: *operator, args: list(args) },
        }
    }
}

impl Pipeline {
    /// The other collections that are read, each once, in the order in which they are named, from pipelines inside too.
    #[must_use]
    pub fn collections(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        Node::Pipeline(self).visit(&mut |node| {
            let Node::Stage(stage) = node else { return };
            let found = if let Stage::Unchecked(stage) = stage { stage.collections() } else { Vec::new() };
            for name in found.into_iter().chain(stage.collection()) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        });
        names
    }

    /// Puts in the place of each other collection's name, in pipelines inside too, what `rename` gives for it, and stops at
    /// the first error.
    pub fn try_rename_collections<E>(&mut self, rename: &mut dyn FnMut(&str) -> Result<String, E>) -> Result<(), E> {
        for stage in &mut self.stages {
            if let Stage::Unchecked(stage) = stage {
                stage.try_rename_collections(rename)?;
            }
            if let Some(name) = stage.collection_mut() {
                *name = rename(name)?;
            }
            for part in NodeMut::Stage(stage).parts() {
                if let NodeMut::Pipeline(pipeline) = part {
                    pipeline.try_rename_collections(rename)?;
                }
            }
        }
        Ok(())
    }
}

impl Stage {
    /// The other collection that the stage itself reads.
    #[must_use]
    pub fn collection(&self) -> Option<&str> {
        collection_of_stage!(self, as_ref).map(String::as_str)
    }

    /// The other collection that the stage itself reads, to be changed.
    fn collection_mut(&mut self) -> Option<&mut String> {
        collection_of_stage!(self, as_mut)
    }

    /// The pipelines inside the stage.
    #[must_use]
    pub fn pipelines(&self) -> Vec<&Pipeline> {
        let pipeline = |node| if let Node::Pipeline(pipeline) = node { Some(pipeline) } else { None };
        Node::Stage(self).parts().into_iter().filter_map(pipeline).collect()
    }
}
