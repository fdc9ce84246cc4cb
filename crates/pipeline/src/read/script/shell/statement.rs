//! Statements of mongosh's language.
//!
//! Invariant: where a text is one value and nothing else, that value is read as such, though it begins like a block.

use std::rc::Rc;

use crate::{
    Error,
    read::script::{
        parser::Parser,
        syntax::{Action, Declared, Expr, Kind, Operator, Statement},
    },
};

impl Parser<'_> {
    pub(super) fn script(&mut self) -> Result<Vec<Statement>, Error> {
        let mut statements = Vec::new();
        loop {
            self.blank()?;
            if self.peek().is_none() {
                return Ok(statements);
            }
            statements.push(self.statement()?);
        }
    }

    /// Statements up to a brace, behind the one that opens them.
    pub(super) fn statements_to_brace(&mut self) -> Result<Vec<Statement>, Error> {
        let mut statements = Vec::new();
        loop {
            self.blank()?;
            if self.take("}") {
                return Ok(statements);
            }
            if self.peek().is_none() {
                return Err(self.expected("`}`"));
            }
            statements.push(self.statement()?);
        }
    }

    fn statement(&mut self) -> Result<Statement, Error> {
        self.blank()?;
        let start = self.at();
        let kind = self.deeper(Self::action)?;
        Ok(Statement { span: self.span(start), kind })
    }

    fn action(&mut self) -> Result<Action, Error> {
        let start = self.at();
        if self.take(";") {
            return Ok(Action::Nothing);
        }
        if self.looks_at("{") && !self.is_object_here() {
            self.take("{");
            return self.statements_to_brace().map(Action::Block);
        }
        let before = self.cursor.clone();
        let word = self.word();
        let found = match word {
            "const" | "let" | "var" => self.declared(word)?,
            "type" | "interface" if self.skip_type_declaration(word)? => Action::Nothing,
            "enum" | "declare" | "namespace" if self.is_name_on_this_line() => {
                return Err(self.cursor.error_at(start, format!("`{word}` is not read here")).hint("leave it out"));
            }
            "function" => Action::Function(self.function_here(start)?),
            "async" if self.is_async_function()? && self.take_word("function") => {
                Action::Function(self.function_here(start)?)
            }
            "return" => Action::Return(self.value_on_this_line()?),
            "if" => self.branches()?,
            "for" => self.looped()?,
            "while" => {
                let test = self.test()?;
                Action::While { test, body: self.body()?, is_tested_last: false, otherwise: Vec::new() }
            }
            "do" => self.done_until()?,
            "break" => Action::Break(self.label()?),
            "continue" => Action::Continue(self.label()?),
            "switch" => self.switched()?,
            "throw" => {
                self.sequence()?;
                Action::Throw
            }
            "try" => self.tried()?,
            "import" => self.imported()?,
            "export" => return self.exported(),
            "use" if self.is_name_on_this_line() => self.used(),
            "show" if self.is_name_on_this_line() => {
                return Err(self.cursor.error_at(start, "`show` asks the server, which is not done here"));
            }
            "class" | "with" | "abstract" if !self.looks_at("(") && !self.looks_at("=") => {
                return Err(self
                    .cursor
                    .error_at(start, format!("`{word}` is not read here"))
                    .hint("write the pipeline as arrays, objects and functions"));
            }
            _ => {
                if let Some(labelled) = self.labelled(word)? {
                    return Ok(labelled);
                }
                self.cursor = before;
                Action::Value(self.sequence()?)
            }
        };
        match found {
            Action::Function(_)
            | Action::If(..)
            | Action::For { .. }
            | Action::ForEach { .. }
            | Action::Switch(..)
            | Action::Block(_) => {}
            Action::While { is_tested_last: false, .. } => {}
            _ => self.end_of_statement()?,
        }
        Ok(found)
    }

    /// Behind a statement: a semicolon, the end of a line, or what closes a block.
    fn end_of_statement(&mut self) -> Result<(), Error> {
        let is_new_line = self.blank()?;
        if self.take(";") || is_new_line || self.peek().is_none() || self.looks_at("}") {
            return Ok(());
        }
        let found = self.peek().unwrap_or_default();
        Err(self.cursor.error(format!("unexpected `{}` after the end of the value", found.escape_debug())))
    }

    /// Whether a brace opens an object, and not a block.
    fn is_object_here(&mut self) -> bool {
        let before = self.cursor.clone();
        self.take("{");
        let found = self.blank().is_ok() && {
            let is_quoted = matches!(self.peek(), Some('"' | '\'' | '[')) || self.looks_at("...");
            let word = if is_quoted { "" } else { self.word() };
            let is_key = !word.is_empty() && self.blank().is_ok() && self.looks_at(":");
            is_quoted || is_key || self.looks_at("}")
        };
        self.cursor = before;
        found
    }

    /// `do … while (…)`.
    fn done_until(&mut self) -> Result<Action, Error> {
        let body = self.body()?;
        self.blank()?;
        if !self.take_word("while") {
            return Err(self.expected("`while`"));
        }
        Ok(Action::While { test: self.test()?, body, is_tested_last: true, otherwise: Vec::new() })
    }

    /// The label behind `break` and `continue`.
    fn label(&mut self) -> Result<Option<Rc<str>>, Error> {
        let is_new_line = self.blank()?;
        let label = if is_new_line { "" } else { self.word() };
        Ok(Some(label).filter(|label| !label.is_empty()).map(Rc::from))
    }

    /// `label: statement`; nothing where that does not stand here.
    fn labelled(&mut self, word: &str) -> Result<Option<Action>, Error> {
        if word.is_empty() || !self.sign(":")? {
            return Ok(None);
        }
        let statement = self.statement()?;
        Ok(Some(Action::Labelled(Rc::from(word), Box::new(statement))))
    }

    fn switched(&mut self) -> Result<Action, Error> {
        let value = self.test()?;
        self.must("{")?;
        let mut cases: Vec<(Option<Expr>, Vec<Statement>)> = Vec::new();
        loop {
            self.blank()?;
            if self.take("}") {
                return Ok(Action::Switch(value, cases));
            }
            if self.take_word("default") {
                self.must(":")?;
                cases.push((None, Vec::new()));
            } else if self.take_word("case") {
                let case = self.sequence()?;
                self.must(":")?;
                cases.push((Some(case), Vec::new()));
            } else {
                let statement = self.statement()?;
                match cases.last_mut() {
                    Some((_, statements)) => statements.push(statement),
                    None => return Err(self.cursor.error_at(statement.span.start, "expected `case` or `default`")),
                }
            }
        }
    }

    fn declared(&mut self, word: &str) -> Result<Action, Error> {
        let how = how_declared(word);
        let mut found = Vec::new();
        loop {
            self.blank()?;
            let start = self.at();
            let target = match self.peek() {
                Some('{') => self.object()?,
                Some('[') => self.value_of_list()?,
                _ => {
                    let name = self.word();
                    if name.is_empty() {
                        return Err(self.expected("a name"));
                    }
                    self.expr(start, Kind::Name(Rc::from(name)))?
                }
            };
            // TypeScript's `a!: type`.
            self.sign("!")?;
            self.skip_annotation()?;
            let value = if self.sign("=")? { Some(self.value()?) } else { None };
            if how == Declared::Var {
                self.note_vars(&target);
            }
            found.push((target, value));
            if !self.sign(",")? {
                return Ok(Action::Declare(how, found));
            }
        }
    }

    /// `[a, b]` as a target, without what follows it.
    fn value_of_list(&mut self) -> Result<Expr, Error> {
        let start = self.at();
        self.take("[");
        let elements = self.elements("]")?;
        self.expr(start, Kind::List(elements, crate::read::script::syntax::Listing::List))
    }

    fn value_on_this_line(&mut self) -> Result<Option<Expr>, Error> {
        let is_new_line = self.blank()?;
        if is_new_line || self.peek().is_none() || self.looks_at(";") || self.looks_at("}") {
            return Ok(None);
        }
        self.sequence().map(Some)
    }

    fn test(&mut self) -> Result<Expr, Error> {
        self.must("(")?;
        let test = self.sequence()?;
        self.must(")")?;
        Ok(test)
    }

    /// A block, or one statement.
    fn body(&mut self) -> Result<Vec<Statement>, Error> {
        self.blank()?;
        if self.take("{") { self.statements_to_brace() } else { Ok(vec![self.statement()?]) }
    }

    fn branches(&mut self) -> Result<Action, Error> {
        let test = self.test()?;
        let yes = self.body()?;
        self.blank()?;
        let no = if self.take_word("else") { self.body()? } else { Vec::new() };
        Ok(Action::If(test, yes, no))
    }

    fn looped(&mut self) -> Result<Action, Error> {
        self.blank()?;
        self.take_word("await");
        self.must("(")?;
        self.blank()?;
        let start = self.at();
        let before = self.cursor.clone();
        let word = ["const", "let", "var"].into_iter().find(|word| self.take_word(word));
        let how = word.map(how_declared);
        self.blank()?;
        if !self.looks_at(";") {
            let target = self.deeper(Self::target)?;
            self.blank()?;
            let is_over_keys = self.looks_at_word("in");
            if is_over_keys || self.looks_at_word("of") {
                self.cursor.advance_bytes(2);
                let over = self.sequence()?;
                self.must(")")?;
                if how == Some(Declared::Var) {
                    self.note_vars(&target);
                }
                let body = self.body()?;
                return Ok(Action::ForEach { target, over, is_over_keys, how, body, otherwise: Vec::new() });
            }
        }
        self.cursor = before;
        let kind = if word.is_some() {
            let word = self.word();
            self.declared(word)?
        } else if self.looks_at(";") {
            Action::Nothing
        } else {
            Action::Value(self.sequence()?)
        };
        let start = Some(Box::new(Statement { span: self.span(start), kind }));
        self.must(";")?;
        self.blank()?;
        let test = if self.looks_at(";") { None } else { Some(self.sequence()?) };
        self.must(";")?;
        self.blank()?;
        let next = if self.looks_at(")") { None } else { Some(self.sequence()?) };
        self.must(")")?;
        Ok(Action::For { start, test, next, body: self.body()? })
    }

    /// What a loop binds, without operators behind it.
    fn target(&mut self) -> Result<Expr, Error> {
        match self.peek() {
            Some('{') => self.object(),
            Some('[') => self.value_of_list(),
            _ => self.after(),
        }
    }

    /// `try { … } catch (e) { … } finally { … }`: what fails is told, so nothing is ever caught.
    fn tried(&mut self) -> Result<Action, Error> {
        self.must("{")?;
        let mut body = self.statements_to_brace()?;
        self.blank()?;
        if self.take_word("catch") {
            if self.sign("(")? {
                self.target()?;
                self.skip_annotation()?;
                self.must(")")?;
            }
            self.must("{")?;
            self.statements_to_brace()?;
            self.blank()?;
        }
        if self.take_word("finally") {
            self.must("{")?;
            body.extend(self.statements_to_brace()?);
        }
        Ok(Action::Block(body))
    }

    /// `import { MongoClient } from "mongodb"`.
    fn imported(&mut self) -> Result<Action, Error> {
        let clause = self.cursor.take_while(|c| !matches!(c, '"' | '\'' | ';'));
        let module: Rc<str> =
            Rc::from(if matches!(self.peek(), Some('"' | '\'')) { self.string()? } else { String::new() });
        let name = |part: &str| Rc::from(part.rsplit(' ').next().unwrap_or(part));
        let names = clause.split([',', '{', '}']).map(|part| part.trim().trim_end_matches(" from").trim());
        let names = names.filter(|part| !part.is_empty() && *part != "from" && *part != "type");
        Ok(Action::Import(names.map(|part| (name(part), Rc::clone(&module))).collect()))
    }

    fn exported(&mut self) -> Result<Action, Error> {
        self.blank()?;
        if self.take_word("default") {
            let value = self.value()?;
            self.end_of_statement()?;
            return Ok(Action::Result(value));
        }
        // What is declared is known in the whole text.
        self.deeper(Self::action)
    }

    fn is_name_on_this_line(&self) -> bool {
        let rest = self.cursor.rest();
        let name = rest.trim_start_matches([' ', '\t']);
        name.len() < rest.len() && name.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    }

    fn used(&mut self) -> Action {
        let name = self.cursor.take_while(|c| c != '\n' && c != ';').trim();
        Action::Use(Rc::from(name))
    }
}

fn how_declared(word: &str) -> Declared {
    match word {
        "var" => Declared::Var,
        "let" => Declared::Let,
        _ => Declared::Const,
    }
}

impl Operator {
    /// Whether only one of its sides may be looked at.
    pub(in crate::read::script) fn is_lazy(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Coalesce)
    }
}
