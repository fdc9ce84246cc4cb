//! Functions: `function name(a) { … }`, `(a, b) => …`, `a => …`, and what stands in round brackets.

use std::rc::Rc;

use crate::{
    Error,
    read::script::{
        parser::{Parser, is_word_start},
        syntax::{Body, Element, Expr, Function, Kind, Parameter, Passed},
    },
};

impl Parser<'_> {
    /// Whether `async` was said of a function that follows, and not of a name.
    pub(super) fn is_async_function(&mut self) -> Result<bool, Error> {
        let is_new_line = self.blank()?;
        Ok(!is_new_line && self.peek().is_some_and(|c| is_word_start(c) || c == '('))
    }

    /// `a => …`; nothing is read where that does not stand here.
    pub(super) fn arrow_of_one_name(&mut self, start: usize) -> Result<Option<Expr>, Error> {
        let before = self.cursor.clone();
        let mut name = self.word();
        if name == "async" && self.is_async_function()? && self.peek() != Some('(') {
            name = self.word();
        }
        if !name.is_empty() && name != "async" {
            self.cursor.skip_blank()?;
            if self.take("=>") {
                let pattern = self.expr(start, Kind::Name(Rc::from(name)))?;
                return self.arrow(start, vec![parameter(Element { is_spread: false, value: pattern })]).map(Some);
            }
        }
        self.cursor = before;
        Ok(None)
    }

    /// A value in brackets, or the parameters of an arrow.
    pub(super) fn in_brackets(&mut self) -> Result<Expr, Error> {
        let start = self.at();
        self.take("(");
        let is_in_choice = std::mem::take(&mut self.is_in_choice);
        let (elements, has_types) = self.typed_elements(")", true)?;
        self.is_in_choice = is_in_choice;
        self.blank()?;
        if !is_in_choice && self.looks_at(":") {
            let before = self.cursor.clone();
            if self.skip_annotation().is_ok() && self.sign("=>").is_ok_and(|found| found) {
                return self.arrow(start, elements.into_iter().map(parameter).collect());
            }
            self.cursor = before;
        }
        if self.take("=>") {
            return self.arrow(start, elements.into_iter().map(parameter).collect());
        }
        let is_plain = !has_types && !elements.is_empty() && elements.iter().all(|element| !element.is_spread);
        if !is_plain {
            return Err(self.cursor.error_at(start, "expected a value in the brackets, or `=>` behind them"));
        }
        let mut values: Vec<Expr> = elements.into_iter().map(|element| element.value).collect();
        match values.len() {
            1 => Ok(values.swap_remove(0)),
            _ => self.expr(start, Kind::Sequence(values)),
        }
    }

    /// What follows `=>`.
    fn arrow(&mut self, start: usize, params: Vec<Parameter>) -> Result<Expr, Error> {
        let function = self.function(start, None, true, |parser| {
            parser.blank()?;
            let body = if parser.looks_at("{") { parser.block_body()? } else { Body::Value(parser.value()?) };
            Ok((params, body))
        })?;
        self.expr(start, Kind::Function(function))
    }

    /// Behind the word `function`.
    pub(super) fn function_of_word(&mut self, start: usize) -> Result<Expr, Error> {
        let function = self.function_here(start)?;
        self.expr(start, Kind::Function(function))
    }

    /// Name, parameters and body.
    pub(super) fn function_here(&mut self, start: usize) -> Result<Rc<Function>, Error> {
        self.blank()?;
        if self.looks_at("*") {
            return Err(self.cursor.unsupported("generators are not read here"));
        }
        let name = self.word();
        self.function(start, Some(name).filter(|name| !name.is_empty()), false, |parser| {
            parser.blank()?;
            if parser.looks_at("<") {
                parser.skip_type_arguments()?;
            }
            parser.must("(")?;
            let params = parser.parameters()?;
            parser.skip_annotation()?;
            Ok((params, parser.block_body()?))
        })
    }

    /// Parameters, behind their bracket.
    pub(super) fn parameters(&mut self) -> Result<Vec<Parameter>, Error> {
        let outer = std::mem::take(&mut self.is_in_choice);
        let elements = self.typed_elements(")", true)?.0;
        self.is_in_choice = outer;
        Ok(elements.into_iter().map(parameter).collect())
    }

    pub(super) fn block_body(&mut self) -> Result<Body, Error> {
        self.must("{")?;
        let outer = std::mem::take(&mut self.is_in_choice);
        let n_open = std::mem::take(&mut self.n_open);
        let body = self.statements_to_brace().map(Body::Block)?;
        (self.is_in_choice, self.n_open) = (outer, n_open);
        Ok(body)
    }
}

fn parameter(Element { is_spread, value }: Element) -> Parameter {
    Parameter { stars: usize::from(is_spread), passed: Passed::ByPlace, pattern: value }
}
