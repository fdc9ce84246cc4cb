//! Which fields of its input each part of the language reads.
//!
//! In: an expression, predicate, accumulator, stage or pipeline. Out: [`Reads`]: the paths of these fields, or that it
//! may read any. `$$ROOT.a.b` and `$$CURRENT.a.b` are `a.b`; the bare `$$ROOT` reads whole documents. A field below a
//! variable that is bound inside the expression is none of the document's: what the variable is bound to counts.
//! Invariant: what is not named here can be taken away from the input, and the answer stays the same.

use std::collections::HashSet;

use super::{AccumulatorCall, Expr, Node, Path, Pipeline, Predicate, Projection, SortKey, Stage, Variable};
use super::{WindowCall, WindowFunction};

/// The fields that something reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    paths: Vec<Path>,
    /// The same, to be found.
    known: HashSet<Path>,
    is_whole: bool,
}

impl Reads {
    /// The fields that stages read of the documents that enter them: all of them, where the documents themselves come out.
    #[must_use]
    pub fn of_stages(stages: &[Stage]) -> Self {
        let mut reads = Self::default();
        reads.stages(stages);
        reads
    }

    /// The fields that a stage reads by itself, whatever becomes of its documents.
    #[must_use]
    pub fn of_stage(stage: &Stage) -> Self {
        let mut reads = Self::default();
        reads.stage(stage);
        reads
    }

    /// The fields by name, each once, in the order in which they are named; beside them there may be
    /// [whole documents](Self::is_whole).
    #[must_use]
    pub fn named(&self) -> &[Path] {
        &self.paths
    }

    /// Whether whole documents are read, by the bare `$$ROOT` or because nothing drops the other fields.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The fields, if they are all known by name.
    #[must_use]
    pub fn only(self) -> Option<Vec<Path>> {
        (!self.is_whole).then_some(self.paths)
    }

    fn add(&mut self, path: &Path) {
        if !self.known.contains(path) {
            self.known.insert(path.clone());
            self.paths.push(path.clone());
        }
    }

    /// What stands on the way to a written path: it decides whether an array is entered, and keeps the field's place.
    fn add_parent(&mut self, path: &Path) {
        let parents = path.segments().split_last().map(|(_, parents)| parents.join("."));
        if let Some(parent) = parents.and_then(|text| Path::new(&text)) {
            self.add(&parent);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Root(None) => self.is_whole = true,
            other => {
                if let Some(path) = other.field() {
                    self.add(path);
                }
            }
        }
        expr.parts().into_iter().for_each(|part| self.expr(part));
    }

    fn predicate(&mut self, predicate: &Predicate) {
        match predicate {
            Predicate::And(clauses) | Predicate::Or(clauses) | Predicate::Nor(clauses) => {
                for clause in clauses {
                    self.predicate(clause);
                }
            }
            Predicate::Expr(expr) | Predicate::JsonSchema(expr, _) => self.expr(expr),
            // What a test of elements names lies below the path.
            Predicate::Field(path, _) => self.add(path),
        }
    }

    fn sort_keys(&mut self, keys: &[SortKey]) {
        for key in keys {
            self.add(&key.path);
        }
    }

    /// `n` sees the group's key alone.
    fn accumulator(&mut self, call: &AccumulatorCall) {
        self.expr(&call.input);
        self.sort_keys(&call.sort_by);
    }

    fn window(&mut self, call: &WindowCall) {
        match &call.function {
            WindowFunction::Accumulate(call) => self.accumulator(call),
            WindowFunction::Of(_, input) => self.expr(input),
            WindowFunction::Rank | WindowFunction::DenseRank | WindowFunction::DocumentNumber => {}
        }
    }

    fn stage(&mut self, stage: &Stage) {
        let facts = stage.facts();
        match stage {
            Stage::Project(Projection::Include { id: true, .. }) => {
                if let Some(id) = Path::new("_id") {
                    self.add(&id);
                }
            }
            // What writes documents, or looks at all their levels, or may do anything.
            Stage::Out(_) | Stage::Merge(_) | Stage::Redact(_) | Stage::Unchecked(_) => self.is_whole = true,
            _ => {}
        }
        facts.reads.iter().for_each(|path| self.add(path));
        for part in Node::Stage(stage).parts() {
            match part {
                Node::Expr(expr) => self.expr(expr),
                Node::Accumulator(call) => self.accumulator(call),
                Node::Window(call) => self.window(call),
                Node::Predicate(predicate) if facts.parts_see_input => self.predicate(predicate),
                Node::Pipeline(pipeline) if facts.parts_see_input => self.stages(&pipeline.stages),
                Node::Predicate(_) | Node::Pipeline(_) | Node::Stage(_) | Node::Test(_) => {}
            }
        }
        facts.writes.iter().for_each(|path| self.add_parent(path));
    }

    fn stages(&mut self, stages: &[Stage]) {
        for stage in stages {
            self.stage(stage);
            if self.is_whole || stage.hides_its_input() {
                return;
            }
        }
        self.is_whole = true;
    }
}

impl Expr {
    /// The document's field that this expression is, if it is one: `"$a.b"` or `"$$ROOT.a.b"`.
    #[must_use]
    pub fn field(&self) -> Option<&Path> {
        match self {
            Self::Field(path) | Self::Root(Some(path)) => Some(path),
            Self::Root(None)
            | Self::Variable(Variable::Remove | Variable::Now | Variable::User(_), _)
            | Self::Literal(_)
            | Self::Missing
            | Self::Object(_)
            | Self::Array(_)
            | Self::Let { .. }
            | Self::Switch { .. }
            | Self::Map { .. }
            | Self::Filter { .. }
            | Self::Reduce { .. }
            | Self::Call { .. } => None,
        }
    }

    /// The fields that the expression reads.
    #[must_use]
    pub fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        reads.expr(self);
        reads
    }

    /// Calls `change` with the path of every field that the expression reads.
    pub fn change_fields(&mut self, change: &mut dyn FnMut(&mut Path)) {
        if let Self::Field(path) | Self::Root(Some(path)) = self {
            change(path);
        }
        self.parts_mut().into_iter().for_each(|part| part.change_fields(change));
    }
}

impl Predicate {
    /// The fields that the predicate tests.
    #[must_use]
    pub fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        reads.predicate(self);
        reads
    }

    /// Calls `change` with the path of every field that the predicate tests. What a test of elements names is no field of
    /// the document, and stays.
    pub fn change_fields(&mut self, change: &mut dyn FnMut(&mut Path)) {
        match self {
            Self::And(clauses) | Self::Or(clauses) | Self::Nor(clauses) => {
                for clause in clauses {
                    clause.change_fields(change);
                }
            }
            Self::Expr(expr) | Self::JsonSchema(expr, _) => expr.change_fields(change),
            Self::Field(path, _) => change(path),
        }
    }
}

impl AccumulatorCall {
    /// The fields that the accumulator reads of each document.
    #[must_use]
    pub fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        reads.accumulator(self);
        reads
    }
}

impl Stage {
    /// The fields that the stage itself reads of its input; what it hands on unseen is not counted.
    #[must_use]
    pub fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        reads.stage(self);
        reads
    }
}

impl Pipeline {
    /// The fields that the stages read of the documents that enter them.
    #[must_use]
    pub fn reads(&self) -> Reads {
        Reads::of_stages(&self.stages)
    }
}
