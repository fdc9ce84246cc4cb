//! Refuses constant expressions that cannot be computed, before a row is read.
//!
//! MongoDB: a pipeline's constant parts are computed when it is prepared, so `{$divide: [1, 0]}` fails in a branch that is
//! never taken and over an empty collection. In: a pipeline. Out: nothing, or the error of the first such part. The
//! pipeline itself stays as it was written.

use bson::{DateTime, Document};
use pipeline::Pipeline;
use pipeline::ast::{
    AccumulatorCall, Expr, Operator, Predicate, Projected, Projection, Stage, Test, Variable, WindowCall,
    WindowFunction,
};

use crate::Error;
use crate::expr::Env;

/// Refuses a pipeline with a constant that cannot be computed.
pub fn check(pipeline: &Pipeline, now: DateTime) -> Result<(), Error> {
    let nothing = Document::new();
    let constants = Constants { env: Env::new(&nothing, now) };
    constants.pipeline(pipeline)
}

/// What computes constants: an environment without a document.
struct Constants<'a> {
    env: Env<'a>,
}

impl Constants<'_> {
    fn pipeline(&self, pipeline: &Pipeline) -> Result<(), Error> {
        pipeline.stages.iter().try_for_each(|stage| self.stage(stage))
    }

    fn stage(&self, stage: &Stage) -> Result<(), Error> {
        match stage {
            Stage::Match(predicate) => self.predicate(predicate),
            Stage::Project(Projection::Include { fields, .. }) => {
                fields.iter().try_for_each(|(_, field)| match field {
                    Projected::Kept => Ok(()),
                    Projected::Computed(expr) => self.expr(expr),
                })
            }
            Stage::AddFields(fields) => fields.iter().try_for_each(|(_, expr)| self.expr(expr)),
            Stage::Group { id, fields } => self.grouping(id, fields),
            Stage::Bucket { group_by, output, .. } | Stage::BucketAuto { group_by, output, .. } => {
                self.grouping(group_by, output)
            }
            Stage::SortByCount(expr) | Stage::ReplaceRoot(expr) => self.expr(expr),
            Stage::Facet(facets) => facets.iter().try_for_each(|(_, pipeline)| self.pipeline(pipeline)),
            Stage::UnionWith { pipeline, .. } => self.pipeline(pipeline),
            Stage::SetWindowFields { partition_by, output, .. } => {
                partition_by.iter().try_for_each(|expr| self.expr(expr))?;
                output.iter().try_for_each(|(_, call)| self.window(call))
            }
            _ => Ok(()),
        }
    }

    fn grouping(&self, id: &Expr, fields: &[(String, AccumulatorCall)]) -> Result<(), Error> {
        self.expr(id)?;
        fields.iter().try_for_each(|(_, call)| self.expr(&call.input))
    }

    fn window(&self, call: &WindowCall) -> Result<(), Error> {
        match &call.function {
            WindowFunction::Accumulate(call) => self.expr(&call.input),
            WindowFunction::Shift { output, .. } => self.expr(output),
            _ => Ok(()),
        }
    }

    fn predicate(&self, predicate: &Predicate) -> Result<(), Error> {
        match predicate {
            Predicate::And(all) | Predicate::Or(all) | Predicate::Nor(all) => {
                all.iter().try_for_each(|predicate| self.predicate(predicate))
            }
            Predicate::Expr(expr) => self.expr(expr),
            Predicate::Field(_, Test::ElemMatchObject(predicate)) => self.predicate(predicate),
            Predicate::Field(..) => Ok(()),
        }
    }

    fn expr(&self, expr: &Expr) -> Result<(), Error> {
        self.is_constant(expr).map(|_| ())
    }

    /// Whether an expression is constant; one that is has been computed once without an error.
    fn is_constant(&self, expr: &Expr) -> Result<bool, Error> {
        Ok(match expr {
            Expr::Literal(_) | Expr::Missing | Expr::Variable(Variable::Remove | Variable::Now, _) => true,
            Expr::Field(_) | Expr::Variable(..) => false,
            Expr::Object(fields) => self.are_constant(fields.iter().map(|(_, expr)| expr))?,
            Expr::Array(items) => self.are_constant(items)?,
            Expr::Let { bindings, body } => {
                self.are_constant(bindings.iter().map(|(_, expr)| expr).chain([&**body]))?;
                false
            }
            Expr::Switch { branches, default } => {
                let parts = branches.iter().flat_map(|(case, then)| [case, then]);
                self.are_constant(parts.chain(default.as_deref()))?;
                false
            }
            Expr::Map { input, body, .. } => {
                self.are_constant([&**input, &**body])?;
                false
            }
            Expr::Filter { input, condition, limit, .. } => {
                self.are_constant([&**input, &**condition].into_iter().chain(limit.as_deref()))?;
                false
            }
            Expr::Reduce { input, initial, body } => {
                self.are_constant([&**input, &**initial, &**body])?;
                false
            }
            Expr::Call { operator, args } => self.call(expr, *operator, args)?,
        })
    }

    /// Looks at all of them, so that the error of any is found.
    fn are_constant<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> Result<bool, Error> {
        exprs.into_iter().try_fold(true, |all, expr| Ok(self.is_constant(expr)? && all))
    }

    fn call(&self, expr: &Expr, operator: Operator, args: &[Expr]) -> Result<bool, Error> {
        let constant: Vec<bool> = args.iter().map(|arg| self.is_constant(arg)).collect::<Result<_, _>>()?;
        if constant.iter().all(|&is_constant| is_constant) {
            self.env.evaluate(expr)?;
            return Ok(true);
        }
        for run in computed_together(operator, args, &constant) {
            self.env.evaluate(&Expr::Call { operator, args: run })?;
        }
        Ok(false)
    }
}

/// The constants among the arguments that MongoDB computes before the rest is known: neighbours where the operator is
/// associative, all of them where it is commutative, too.
fn computed_together(operator: Operator, args: &[Expr], constant: &[bool]) -> Vec<Vec<Expr>> {
    let of_place = |&place: &usize| args[place].clone();
    let places: Vec<usize> = (0..args.len()).filter(|&place| constant[place]).collect();
    let runs: Vec<Vec<Expr>> = match operator {
        Operator::Add | Operator::Multiply | Operator::SetUnion | Operator::SetIntersection => {
            vec![places.iter().map(of_place).collect()]
        }
        Operator::Concat | Operator::ConcatArrays => {
            places.chunk_by(|a, b| a + 1 == *b).map(|run| run.iter().map(of_place).collect()).collect()
        }
        _ => return Vec::new(),
    };
    runs.into_iter().filter(|run| run.len() > 1).collect()
}
