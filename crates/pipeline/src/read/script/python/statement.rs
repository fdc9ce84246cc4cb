//! Statements of Python: lines, and blocks that are told by how far they are indented.

use std::rc::Rc;

use crate::{
    Error,
    read::script::{
        parser::Parser,
        syntax::{Action, Body, Expr, Function, Kind, Listing, Operator, Statement},
    },
};

const CHANGES: &[(&str, Operator)] = &[
    ("**=", Operator::Power),
    ("//=", Operator::FloorDivide),
    ("<<=", Operator::ShiftLeft),
    (">>=", Operator::ShiftRight),
    ("+=", Operator::Add),
    ("-=", Operator::Subtract),
    ("*=", Operator::Multiply),
    ("/=", Operator::Divide),
    ("%=", Operator::Remainder),
    ("|=", Operator::BitOr),
    ("&=", Operator::BitAnd),
    ("^=", Operator::BitXor),
];

impl Parser<'_> {
    pub(super) fn python_script(&mut self) -> Result<Vec<Statement>, Error> {
        let statements = self.indented(None)?;
        match self.peek() {
            None => Ok(statements),
            Some(_) => Err(self.cursor.error("this line is indented less than the first")),
        }
    }

    /// Moves to the next line with something on it, and says how far it is indented; nothing at the end of the text.
    fn next_line(&mut self) -> Option<usize> {
        loop {
            let blanks = self.cursor.take_while(|c| c != '\n' && c.is_whitespace());
            let width = blanks.chars().fold(0, |width, c| if c == '\t' { width / 8 * 8 + 8 } else { width + 1 });
            // Lines of a notebook that are not Python.
            let is_talk = self.looks_at("#") || self.looks_at("%") || self.looks_at("!");
            if is_talk {
                self.cursor.take_while(|c| c != '\n');
            }
            self.peek()?;
            if !self.take("\n") {
                return Some(width);
            }
        }
    }

    /// The lines that are indented as far as the first of them, which must be further than `outer`.
    fn indented(&mut self, outer: Option<usize>) -> Result<Vec<Statement>, Error> {
        let mut statements = Vec::new();
        let mut depth = None;
        loop {
            let before = self.cursor.clone();
            let Some(width) = self.next_line() else { return Ok(statements) };
            let wanted = *depth.get_or_insert(width);
            let is_outside = outer.is_some_and(|outer| wanted <= outer);
            if is_outside {
                return Err(self.cursor.error("expected an indented block"));
            }
            if width > wanted {
                return Err(self.cursor.error("this line is indented more than the one before"));
            }
            if width < wanted {
                self.cursor = before;
                return Ok(statements);
            }
            self.line(width, &mut statements)?;
        }
    }

    /// One line, with the block under it if it has one.
    fn line(&mut self, indent: usize, statements: &mut Vec<Statement>) -> Result<(), Error> {
        loop {
            let start = self.at();
            let kind = self.deeper(|parser| parser.py_action(indent))?;
            let has_block = matches!(
                kind,
                Action::Function(_)
                    | Action::Decorate(..)
                    | Action::If(..)
                    | Action::While { .. }
                    | Action::ForEach { .. }
                    | Action::Block(_)
            );
            statements.push(Statement { span: self.span(start), kind });
            if has_block {
                return Ok(());
            }
            self.gap();
            if self.take(";") {
                self.gap();
                if self.peek().is_none_or(|c| c == '\n') {
                    return Ok(());
                }
                continue;
            }
            return match self.peek() {
                None => Ok(()),
                Some('\n') => {
                    self.take("\n");
                    Ok(())
                }
                Some(found) => {
                    Err(self.cursor.error(format!("unexpected `{}` after the end of the value", found.escape_debug())))
                }
            };
        }
    }

    /// What follows a colon: statements on the same line, or an indented block.
    fn suite(&mut self, indent: usize) -> Result<Vec<Statement>, Error> {
        self.py_must(":")?;
        self.gap();
        if self.take("\n") {
            return self.indented(Some(indent));
        }
        let mut statements = Vec::new();
        self.line(indent, &mut statements)?;
        Ok(statements)
    }

    fn py_action(&mut self, indent: usize) -> Result<Action, Error> {
        let start = self.at();
        let before = self.cursor.clone();
        if self.take("@") {
            return self.py_decorated(indent);
        }
        match self.word() {
            "import" => self.py_import(),
            "from" => self.py_from(),
            "def" => Ok(Action::Function(self.py_def(start, indent)?)),
            "async" => {
                self.gap();
                self.py_action(indent)
            }
            "if" => self.py_if(indent),
            "for" => {
                let target = self.py_target()?;
                if !self.py_word("in") {
                    return Err(self.expected("`in`"));
                }
                let over = self.py_values()?;
                self.note_vars(&target);
                let body = self.suite(indent)?;
                let otherwise = self.otherwise(indent)?;
                Ok(Action::ForEach { target, over, is_over_keys: false, how: None, body, otherwise })
            }
            "while" => {
                let test = self.py_value()?;
                let body = self.suite(indent)?;
                Ok(Action::While { test, body, is_tested_last: false, otherwise: self.otherwise(indent)? })
            }
            "with" => self.py_with(indent),
            "try" => self.py_try(indent),
            "return" => {
                self.gap();
                let is_empty = self.peek().is_none_or(|c| matches!(c, '\n' | ';'));
                Ok(Action::Return(if is_empty { None } else { Some(self.py_values()?) }))
            }
            "pass" => Ok(Action::Nothing),
            "break" => Ok(Action::Break(None)),
            "continue" => Ok(Action::Continue(None)),
            "raise" => {
                self.cursor.take_while(|c| c != '\n');
                Ok(Action::Throw)
            }
            word @ ("global" | "nonlocal") => self.py_elsewhere(word == "global"),
            "assert" => self.py_assert(),
            "del" => self.py_del(),
            "yield" => Err(self.cursor.unsupported("generators are not read here").hint("return a list")),
            "match" if self.is_match_here() => {
                Err(self.cursor.error_at(start, "`match` is not read here").hint("write it with `if` and `elif`"))
            }
            "class" => Err(self
                .cursor
                .error_at(start, "`class` is not read here")
                .hint("write the pipeline as lists, dicts and functions")),
            _ => {
                self.cursor = before;
                self.py_assignment()
            }
        }
    }

    fn py_assignment(&mut self) -> Result<Action, Error> {
        let start = self.at();
        let first = self.py_values()?;
        self.gap();
        if let Some((sign, operator)) = CHANGES.iter().find(|(sign, _)| self.looks_at(sign)) {
            self.take(sign);
            let right = Box::new(self.py_values()?);
            self.note_vars(&first);
            return self.expr(start, Kind::Assign(Box::new(first), Some(*operator), right)).map(Action::Value);
        }
        if matches!(first.kind, Kind::Name(_)) && self.take(":") {
            // A type; with a value behind it, or none.
            self.py_value()?;
            self.gap();
        }
        if !self.looks_at("=") || self.looks_at("==") {
            return Ok(Action::Value(first));
        }
        let mut parts = vec![first];
        while self.py_sign("=") {
            parts.push(self.py_values()?);
        }
        let Some(mut value) = parts.pop() else { return Ok(Action::Nothing) };
        while let Some(target) = parts.pop() {
            self.note_vars(&target);
            value = self.expr(start, Kind::Assign(Box::new(target), None, Box::new(value)))?;
        }
        Ok(Action::Value(value))
    }

    fn py_assert(&mut self) -> Result<Action, Error> {
        let test = self.py_value()?;
        if self.py_sign(",") {
            self.py_value()?;
        }
        Ok(Action::Check(test))
    }

    fn py_del(&mut self) -> Result<Action, Error> {
        let found = self.py_values()?;
        self.note_vars(&found);
        Ok(Action::Remove(match found.kind {
            Kind::List(elements, Listing::Tuple) => elements.into_iter().map(|element| element.value).collect(),
            _ => vec![found],
        }))
    }

    /// `global a, b`: the names that a function takes from outside of it.
    fn py_elsewhere(&mut self, is_global: bool) -> Result<Action, Error> {
        loop {
            self.gap();
            let name = self.word();
            if name.is_empty() {
                return Err(self.expected("a name"));
            }
            self.elsewhere.push((Rc::from(name), is_global));
            if !self.py_sign(",") {
                return Ok(Action::Nothing);
            }
        }
    }

    /// `match value:`, and not a variable of that name.
    fn is_match_here(&self) -> bool {
        let line = self.cursor.rest().lines().next().unwrap_or_default();
        let line = line.split('#').next().unwrap_or_default().trim_end();
        line.starts_with(' ') && line.ends_with(':') && !line.trim_start().starts_with(['=', '.', ':'])
    }

    /// A function behind its decorator, whose sign is behind.
    fn py_decorated(&mut self, indent: usize) -> Result<Action, Error> {
        let decorator = self.py_value()?;
        self.gap();
        self.take("\n");
        if self.next_line() != Some(indent) {
            return Err(self.expected("a function behind its decorator"));
        }
        let start = self.at();
        let kind = self.deeper(|parser| parser.py_action(indent))?;
        let name = match &kind {
            Action::Function(function) => function.name.clone(),
            Action::Block(statements) => match statements.last().map(|statement| &statement.kind) {
                Some(Action::Decorate(name, _)) => Some(Rc::clone(name)),
                _ => None,
            },
            _ => None,
        };
        let Some(name) = name else {
            return Err(self.cursor.error_at(start, "expected a function behind its decorator"));
        };
        let span = self.span(start);
        let decorated = Statement { span: decorator.span, kind: Action::Decorate(name, decorator) };
        Ok(Action::Block(vec![Statement { span, kind }, decorated]))
    }

    /// The `else` of a loop.
    fn otherwise(&mut self, indent: usize) -> Result<Vec<Statement>, Error> {
        let before = self.cursor.clone();
        if self.next_line() == Some(indent) && self.take_word("else") {
            return self.suite(indent);
        }
        self.cursor = before;
        Ok(Vec::new())
    }

    fn py_def(&mut self, start: usize, indent: usize) -> Result<Rc<Function>, Error> {
        self.gap();
        let name = self.word();
        self.vars.push(Rc::from(name));
        self.function(start, Some(name), false, |parser| {
            parser.py_must("(")?;
            let params = parser.within(|parser| parser.py_parameters(")"))?;
            if parser.py_sign("->") {
                parser.py_value()?;
            }
            Ok((params, Body::Block(parser.suite(indent)?)))
        })
    }

    fn py_if(&mut self, indent: usize) -> Result<Action, Error> {
        let test = self.py_value()?;
        let yes = self.suite(indent)?;
        let before = self.cursor.clone();
        if self.next_line() == Some(indent) {
            let start = self.at();
            if self.take_word("elif") {
                let kind = self.deeper(|parser| parser.py_if(indent))?;
                return Ok(Action::If(test, yes, vec![Statement { span: self.span(start), kind }]));
            }
            if self.take_word("else") {
                return Ok(Action::If(test, yes, self.suite(indent)?));
            }
        }
        self.cursor = before;
        Ok(Action::If(test, yes, Vec::new()))
    }

    /// `with MongoClient(…) as client:`
    fn py_with(&mut self, indent: usize) -> Result<Action, Error> {
        let mut found = Vec::new();
        loop {
            self.gap();
            let start = self.at();
            let value = self.py_value()?;
            let kind = if self.py_word("as") {
                let target = self.py_after()?;
                self.note_vars(&target);
                Action::Value(self.expr(start, Kind::Assign(Box::new(target), None, Box::new(value)))?)
            } else {
                Action::Value(value)
            };
            found.push(Statement { span: self.span(start), kind });
            if !self.py_sign(",") {
                break;
            }
        }
        found.extend(self.suite(indent)?);
        Ok(Action::Block(found))
    }

    /// What fails is told, so no handler is ever run.
    fn py_try(&mut self, indent: usize) -> Result<Action, Error> {
        let mut body = self.suite(indent)?;
        loop {
            let before = self.cursor.clone();
            if self.next_line() != Some(indent) {
                self.cursor = before;
                return Ok(Action::Block(body));
            }
            if self.take_word("except") {
                self.cursor.take_while(|c| c != ':' && c != '\n');
                self.suite(indent)?;
            } else if self.take_word("else") || self.take_word("finally") {
                body.extend(self.suite(indent)?);
            } else {
                self.cursor = before;
                return Ok(Action::Block(body));
            }
        }
    }

    fn dotted(&mut self) -> String {
        self.gap();
        self.cursor.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).to_owned()
    }

    fn py_import(&mut self) -> Result<Action, Error> {
        let mut found = Vec::new();
        loop {
            let module = self.dotted();
            if module.is_empty() {
                return Err(self.expected("the name of a module"));
            }
            let top = module.split('.').next().unwrap_or_default().to_owned();
            let pair = if self.py_word("as") { (self.dotted(), module) } else { (top.clone(), top) };
            self.vars.push(Rc::from(pair.0.as_str()));
            found.push((Rc::from(pair.0), Rc::from(pair.1)));
            if !self.py_sign(",") {
                return Ok(Action::Import(found));
            }
        }
    }

    fn py_from(&mut self) -> Result<Action, Error> {
        let module = self.dotted();
        if !self.py_word("import") {
            return Err(self.expected("`import`"));
        }
        let is_bracketed = self.py_sign("(");
        self.brackets += usize::from(is_bracketed);
        let mut found = Vec::new();
        loop {
            self.gap();
            if self.take("*") {
                // All names that the module has are known without it.
                break;
            }
            if self.looks_at(")") || self.peek().is_none() {
                break;
            }
            let name = self.dotted();
            let alias = if self.py_word("as") { self.dotted() } else { name.clone() };
            self.vars.push(Rc::from(alias.as_str()));
            found.push((Rc::from(alias), Rc::from(format!("{module}.{name}"))));
            if !self.py_sign(",") {
                break;
            }
        }
        if is_bracketed {
            self.py_must(")")?;
            self.brackets -= 1;
        }
        Ok(Action::Import(found))
    }
}

/// Whether the text has the marks of Python, for the error where neither grammar takes it.
pub(in crate::read::script) fn has_marks(text: &str) -> bool {
    let starts = ["import ", "from ", "def ", "class ", "for ", "with ", "match ", "elif ", "#", "print("];
    let line = |line: &str| {
        let line = line.trim_start();
        starts.iter().any(|start| line.starts_with(start)) && !line.contains('{') && !line.contains(" of ")
    };
    let words = ["None", "True", "False", "datetime(", "SON(", "re.compile("];
    let in_words = |word: &str| {
        text.match_indices(word)
            .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || "_\"'".contains(c)))
    };
    // Keys without quotes are the shell's.
    let is_key = |at: usize| text[..at].trim_end().ends_with(['{', ',']);
    let is_shell = text.match_indices('$').any(|(at, _)| is_key(at));
    !is_shell && (text.lines().any(line) || words.into_iter().any(in_words))
}

/// A target of an assignment, for the error where it is none.
pub(in crate::read::script) fn describe(target: &Expr) -> &'static str {
    match target.kind {
        Kind::Constant(_) => "a constant",
        Kind::Call { .. } => "a call",
        _ => "this expression",
    }
}
