//! Loops and `switch`.
//!
//! In: their statements. Out: how they end. Invariant: a closure that a loop's body makes keeps a counter that `let` declares as it
//! was in that round; one of `var`, or of Python, is the same in all rounds.

use std::rc::Rc;

use super::{Flow, Machine, value::Value};
use crate::{
    Error,
    read::script::syntax::{Action, Declared, Expr, Span, Statement},
};

/// What follows a round of a loop.
enum Round {
    Next,
    End,
    Out(Flow),
}

/// What follows a round whose body ended so, in a loop of that label.
fn after(flow: Flow, label: Option<&Rc<str>>) -> Round {
    match flow {
        Flow::Next | Flow::Continue(None) => Round::Next,
        Flow::Break(None) => Round::End,
        Flow::Continue(Some(meant)) if Some(&meant) == label => Round::Next,
        Flow::Break(Some(meant)) if Some(&meant) == label => Round::End,
        other => Round::Out(other),
    }
}

impl Machine<'_> {
    pub(super) fn looped(&mut self, statement: &Statement, scope: usize) -> Result<Flow, Error> {
        let label = self.label.take();
        let label = label.as_ref();
        match &statement.kind {
            Action::While { test, body, is_tested_last, otherwise } => {
                match self.repeat(test, body, *is_tested_last, scope, label)? {
                    Round::Next => self.statements(otherwise, scope),
                    Round::End => Ok(Flow::Next),
                    Round::Out(flow) => Ok(flow),
                }
            }
            Action::For { start, test, next, body } => {
                let parts = (start.as_deref(), test.as_ref(), next.as_ref());
                self.count(parts, body, scope, label, statement.span)
            }
            Action::ForEach { .. } => self.each(statement, scope, label),
            Action::Switch(value, cases) => self.switched(value, cases, scope),
            _ => Ok(Flow::Next),
        }
    }

    /// `Next` where the condition ended it, `End` where `break` did.
    fn repeat(
        &mut self,
        test: &Expr,
        body: &[Statement],
        is_tested_last: bool,
        scope: usize,
        label: Option<&Rc<str>>,
    ) -> Result<Round, Error> {
        let mut is_first = is_tested_last;
        loop {
            let found = if is_first { Value::Boolean(true) } else { self.evaluate(test, scope)? };
            is_first = false;
            let is_unknown = matches!(found, Value::Unknown(_));
            if !is_unknown && !self.is_true(&found) {
                return Ok(Round::Next);
            }
            let inner = self.block_scope(scope, test.span)?;
            match after(self.statements(body, inner)?, label) {
                Round::Next if is_unknown => return Ok(Round::Next),
                Round::Next => {}
                ended => return Ok(ended),
            }
        }
    }

    fn count(
        &mut self,
        (start, test, next): (Option<&Statement>, Option<&Expr>, Option<&Expr>),
        body: &[Statement],
        outer: usize,
        label: Option<&Rc<str>>,
        span: Span,
    ) -> Result<Flow, Error> {
        let mut scope = self.block_scope(outer, span)?;
        let mut has_own_names = false;
        if let Some(start) = start {
            has_own_names = matches!(start.kind, Action::Declare(Declared::Let, _));
            self.statement(start, scope)?;
        }
        loop {
            if let Some(test) = test {
                let found = self.evaluate(test, scope)?;
                if !self.is_true(&found) || matches!(found, Value::Unknown(_)) {
                    return Ok(Flow::Next);
                }
            }
            let inner = self.block_scope(scope, span)?;
            match after(self.statements(body, inner)?, label) {
                Round::Next => {}
                Round::End => return Ok(Flow::Next),
                Round::Out(flow) => return Ok(flow),
            }
            if has_own_names {
                let names = self.scopes[scope].names.clone();
                self.charge(names.len(), span)?;
                scope = self.scope(outer, span)?;
                self.scopes[scope].names = names;
            }
            if let Some(next) = next {
                self.evaluate(next, scope)?;
            }
        }
    }

    fn each(&mut self, statement: &Statement, scope: usize, label: Option<&Rc<str>>) -> Result<Flow, Error> {
        let Action::ForEach { target, over, is_over_keys, how, body, otherwise } = &statement.kind else {
            return Ok(Flow::Next);
        };
        let found = self.evaluate(over, scope)?;
        let items = if *is_over_keys { self.keys(&found, over.span)? } else { self.items(&found, over.span)? };
        for item in items {
            let inner = self.block_scope(scope, over.span)?;
            self.bind(target, item.value, inner, *how)?;
            match after(self.statements(body, inner)?, label) {
                Round::Next => {}
                Round::End => return Ok(Flow::Next),
                Round::Out(flow) => return Ok(flow),
            }
        }
        self.statements(otherwise, scope)
    }

    /// From the case that is the same as the value, or from `default`, on to the next `break`.
    fn switched(
        &mut self,
        value: &Expr,
        cases: &[(Option<Expr>, Vec<Statement>)],
        scope: usize,
    ) -> Result<Flow, Error> {
        let found = self.evaluate(value, scope)?;
        if let Value::Unknown(what) = &found {
            return Err(self.unknown(what, value.span));
        }
        let inner = self.block_scope(scope, value.span)?;
        let mut first = None;
        for (at, (case, _)) in cases.iter().enumerate() {
            if let Some(case) = case {
                let case = self.evaluate(case, inner)?;
                if Self::is_same(&found, &case) {
                    first = Some(at);
                    break;
                }
            }
        }
        let first = first.or_else(|| cases.iter().position(|(case, _)| case.is_none()));
        for (_, statements) in cases.iter().skip(first.unwrap_or(cases.len())) {
            match self.statements(statements, inner)? {
                Flow::Next => {}
                Flow::Break(None) => return Ok(Flow::Next),
                ended => return Ok(ended),
            }
        }
        Ok(Flow::Next)
    }
}
