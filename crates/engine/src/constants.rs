//! Computes a pipeline's constant parts before a row is read, and refuses those that cannot be computed.
//!
//! MongoDB: so `{$divide: [1, 0]}` fails in a branch that is never taken and over an empty collection; and what a constant
//! decides or takes the place of is never evaluated: `{$and: ["$x", false]}` is false, whatever `$x` is.
//! In: a pipeline. Out: the same with computed constants, or the error of the first that has none.

use bson::{Bson, DateTime, Document};
use pipeline::Pipeline;
use pipeline::ast::{Expr, FieldRef, NodeMut, Operator, Stage, Variable};

use crate::Error;
use crate::expr::Env;
use crate::stage::bucket;
use crate::value::is_nullish;

/// The pipeline with its constants computed.
pub fn fold(pipeline: &Pipeline, now: DateTime) -> Result<Pipeline, Error> {
    let nothing = Document::new();
    let constants = Constants { env: Env::new(&nothing, now) };
    let mut pipeline = pipeline.clone();
    constants.node(NodeMut::Pipeline(&mut pipeline))?;
    Ok(pipeline)
}

/// Whether the value is the same for every document.
pub(crate) fn is_constant<F: FieldRef>(expr: &Expr<F>) -> bool {
    match expr {
        Expr::Literal(_) | Expr::Missing | Expr::Variable(Variable::Remove | Variable::Now, _) => true,
        Expr::Field(_) | Expr::Root(_) | Expr::Variable(..) => false,
        // The server computes none of these, only what is inside.
        Expr::Let { .. } | Expr::Switch { .. } | Expr::Map { .. } | Expr::Filter { .. } | Expr::Reduce { .. } => false,
        Expr::Call { operator, .. } if !is_computed(*operator) => false,
        Expr::Object(_) | Expr::Array(_) | Expr::Call { .. } => expr.parts().into_iter().all(is_constant),
    }
}

/// MongoDB: whether a call of constants is computed beforehand, and so fails over an empty collection, too.
fn is_computed(operator: Operator) -> bool {
    let waits = matches!(
        operator,
        Operator::SortArray
            | Operator::RegexMatch
            | Operator::RegexFind
            | Operator::RegexFindAll
            | Operator::ReplaceOne
            | Operator::ReplaceAll
            | Operator::Zip
    );
    !waits && !is_left_alone(operator) && !operator.is_random()
}

/// MongoDB: whether nothing inside a call is computed beforehand either, so that no constant in it fails over an empty collection.
fn is_left_alone(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::GetField
            | Operator::SetField
            | Operator::UnsetField
            | Operator::FirstN
            | Operator::LastN
            | Operator::MaxN
            | Operator::MinN
            | Operator::ToHashedIndexKey
    )
}

/// What computes constants: an environment without a document.
struct Constants<'a> {
    env: Env<'a>,
}

impl Constants<'_> {
    fn node(&self, node: NodeMut<'_>) -> Result<(), Error> {
        match node {
            NodeMut::Expr(expr) => self.expr(expr),
            // MongoDB: what a join runs over another collection is made ready when a document asks for it.
            NodeMut::Stage(Stage::LookupPipeline(_) | Stage::GraphLookup(_)) => Ok(()),
            NodeMut::Stage(stage) => {
                NodeMut::Stage(&mut *stage).parts().into_iter().try_for_each(|part| self.node(part))?;
                match stage {
                    Stage::Bucket { boundaries, default, .. } => bucket::check(boundaries, default.as_ref(), &self.env),
                    _ => Ok(()),
                }
            }
            other => other.parts().into_iter().try_for_each(|part| self.node(part)),
        }
    }

    /// Computes what is constant inside, and the expression itself where it is a call.
    fn expr(&self, expr: &mut Expr) -> Result<(), Error> {
        if let Expr::Call { operator, .. } = expr
            && is_left_alone(*operator)
        {
            return Ok(());
        }
        if let Expr::Switch { branches, default } = expr {
            self.branches(branches, default)?;
            if branches.is_empty()
                && let Some(default) = default.take()
            {
                *expr = *default;
            }
            return Ok(());
        }
        expr.parts_mut().into_iter().try_for_each(|part| self.expr(part))?;
        // MongoDB: without variables there is only what they would be seen in.
        if let Expr::Let { bindings, body } = expr
            && bindings.is_empty()
        {
            *expr = std::mem::replace(body, Expr::Missing);
            return Ok(());
        }
        if let Expr::Call { operator, args } = expr
            && let Some(value) = self.call(*operator, args)?
        {
            *expr = value;
        }
        Ok(())
    }

    /// MongoDB: a branch that can never be taken is dropped unseen, and one that always is ends the list. Something must be
    /// left, and a default alone takes the place of all.
    fn branches(&self, branches: &mut Vec<(Expr, Expr)>, default: &mut Option<Box<Expr>>) -> Result<(), Error> {
        default.iter_mut().try_for_each(|default| self.expr(default))?;
        let mut kept = Vec::new();
        for (mut case, mut then) in branches.drain(..) {
            self.expr(&mut case)?;
            let is_constant = is_constant(&case);
            let is_taken = is_constant && self.env.is_true(&case)?;
            if is_constant && !is_taken {
                continue;
            }
            self.expr(&mut then)?;
            if is_taken {
                *default = Some(Box::new(then));
                break;
            }
            kept.push((case, then));
        }
        *branches = kept;
        if branches.is_empty() && default.is_none() {
            return Err(Error::coded(
                40_069,
                "one cannot execute a $switch without a default where every case is false",
            ));
        }
        Ok(())
    }

    /// What a call with computed arguments becomes, if it changes.
    fn call(&self, operator: Operator, args: &mut Vec<Expr>) -> Result<Option<Expr>, Error> {
        match operator {
            Operator::SetEquals => self.are_arrays(args, 5_887_502)?,
            Operator::RegexMatch | Operator::RegexFind | Operator::RegexFindAll => {
                self.check_pattern(operator, args)?;
            }
            Operator::SetIsSubset if !is_constant(&args[0]) => self.are_arrays(&args[1..], 17_311)?,
            _ => {}
        }
        flatten(operator, args);
        if is_computed(operator) && args.iter().all(is_constant) {
            let call = Expr::Call { operator, args: std::mem::take(args) };
            return Ok(Some(self.env.evaluate(&call)?.map_or_else(missing, Expr::Literal)));
        }
        match operator {
            Operator::And => Ok(self.is_decided(args, false)?.then_some(Expr::Literal(Bson::Boolean(false)))),
            Operator::Or => Ok(self.is_decided(args, true)?.then_some(Expr::Literal(Bson::Boolean(true)))),
            Operator::IfNull => self.first_not_null(args),
            Operator::Cond if is_constant(&args[0]) => {
                let chosen = if self.env.is_true(&args[0])? { 1 } else { 2 };
                Ok(Some(args.swap_remove(chosen)))
            }
            Operator::IndexOfArray if args.first().is_some_and(is_constant) => self.searched(&args[0]),
            Operator::Add
            | Operator::Multiply
            | Operator::SetUnion
            | Operator::SetIntersection
            | Operator::Min
            | Operator::Max
            | Operator::Sum
                if args.len() > 1 =>
            {
                let (mut constant, mut varying): (Vec<Expr>, Vec<Expr>) = args.drain(..).partition(is_constant);
                self.join(operator, &mut constant)?;
                varying.append(&mut constant);
                *args = varying;
                Ok(None)
            }
            Operator::Concat | Operator::ConcatArrays => {
                let mut joined = Vec::new();
                for run in args.chunk_by(|a, b| is_constant(a) && is_constant(b)) {
                    let mut run = run.to_vec();
                    self.join(operator, &mut run)?;
                    joined.append(&mut run);
                }
                *args = joined;
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    /// MongoDB: a constant that stands first is the answer of `$ifNull`, or is dropped where it is null.
    fn first_not_null(&self, args: &mut Vec<Expr>) -> Result<Option<Expr>, Error> {
        while args.len() > 1 && is_constant(&args[0]) {
            match self.env.evaluate(&args.remove(0))? {
                Some(value) if !is_nullish(Some(&value)) => return Ok(Some(Expr::Literal(value))),
                _ => {}
            }
        }
        Ok(if args.len() == 1 { args.pop() } else { None })
    }

    /// MongoDB: a constant that is searched for anything must be an array, and null has no index of it.
    fn searched(&self, array: &Expr) -> Result<Option<Expr>, Error> {
        match self.env.evaluate(array)? {
            Some(Bson::Array(_)) => Ok(None),
            value if is_nullish(value.as_ref()) => Ok(Some(Expr::Literal(Bson::Null))),
            _ => Err(Error::coded(50_809, "`$indexOfArray` requires an array as a first argument")),
        }
    }

    /// Whether some constant argument alone decides.
    fn is_decided(&self, args: &[Expr], by: bool) -> Result<bool, Error> {
        for arg in args.iter().filter(|arg| is_constant(arg)) {
            if self.env.is_true(arg)? == by {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes one of several constants.
    fn join(&self, operator: Operator, constants: &mut Vec<Expr>) -> Result<(), Error> {
        if constants.len() > 1 {
            let call = Expr::Call { operator, args: std::mem::take(constants) };
            constants.push(self.env.evaluate(&call)?.map_or_else(missing, Expr::Literal));
        }
        Ok(())
    }

    /// MongoDB: a pattern that is constant with its options is compiled before any text is looked at.
    fn check_pattern(&self, operator: Operator, args: &[Expr]) -> Result<(), Error> {
        let pattern = &args[1..];
        if pattern.iter().all(is_constant) {
            let args = std::iter::once(Expr::Literal(Bson::Null)).chain(pattern.iter().cloned()).collect();
            self.env.evaluate(&Expr::Call { operator, args })?;
        }
        Ok(())
    }

    /// MongoDB: a constant that is no set has a code of its own.
    fn are_arrays(&self, args: &[Expr], code: i32) -> Result<(), Error> {
        for arg in args.iter().filter(|arg| is_constant(arg)) {
            if !matches!(self.env.evaluate(arg)?, Some(Bson::Array(_))) {
                return Err(Error::coded(code, "only arrays are compared as sets"));
            }
        }
        Ok(())
    }
}

/// What is computed and missing. It is not [`Expr::Missing`], which stands for an argument that is not given.
fn missing() -> Expr {
    Expr::Variable(Variable::Remove, None)
}

/// Puts the arguments of calls to the same operator in the place of these calls.
///
/// MongoDB: so constants that stand apart come together, which shows where a part alone overflows. A sum, least or
/// greatest of one argument looks into an array and stays.
fn flatten(operator: Operator, args: &mut Vec<Expr>) {
    let least = match operator {
        Operator::Add | Operator::Multiply | Operator::Concat | Operator::ConcatArrays => 0,
        Operator::SetUnion | Operator::SetIntersection => 0,
        Operator::Min | Operator::Max | Operator::Sum if args.len() > 1 => 2,
        _ => return,
    };
    let mut flat = Vec::with_capacity(args.len());
    for arg in args.drain(..) {
        match arg {
            Expr::Call { operator: inner, args } if inner == operator && args.len() >= least => flat.extend(args),
            other => flat.push(other),
        }
    }
    *args = flat;
}
