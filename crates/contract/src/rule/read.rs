//! Reads a rule's expression, holding its types together.

use diagnostic::{Diagnostic, quote};
use pipeline::ast::{Expr, Operator};

use super::{Comparison, Number, Text, Truth};
use crate::{Column, Kind};

/// An expression by the type of its value.
enum Typed {
    Number(Number),
    Text(Text),
    Truth(Truth),
}

/// Reads an expression that says yes or no; with the expression itself and the positions of the columns that it reads.
pub(super) fn truth(expression: &str, columns: &[Column]) -> Result<(Truth, Expr, Vec<usize>), Diagnostic> {
    let value = pipeline::read(expression).map_err(|error| diagnostic(&error))?;
    let expr = pipeline::parse_expr(&value).map_err(|error| diagnostic(&error))?;
    let mut reader = Reader { columns, read: Vec::new() };
    let test = reader.truth(&expr)?;
    Ok((test, expr, reader.read))
}

/// Reads an expression that gives a number; with the positions of the columns that it reads.
pub(super) fn number(expression: &str, columns: &[Column]) -> Result<(Number, Vec<usize>), Diagnostic> {
    let value = pipeline::read(expression).map_err(|error| diagnostic(&error))?;
    let expr = pipeline::parse_expr(&value).map_err(|error| diagnostic(&error))?;
    let mut reader = Reader { columns, read: Vec::new() };
    match reader.typed(&expr)? {
        Typed::Number(number) => Ok((number, reader.read)),
        Typed::Text(_) | Typed::Truth(_) => {
            Err(Diagnostic::new("a computed value must be a number, not a text or a yes or no"))
        }
    }
}

fn diagnostic(error: &pipeline::Error) -> Diagnostic {
    let diagnostic = Diagnostic::new(error.message());
    if let Some(place) = error.place() { diagnostic.at(place) } else { diagnostic }
}

/// Turns an expression into a test.
struct Reader<'a> {
    columns: &'a [Column],
    read: Vec<usize>,
}

impl Reader<'_> {
    fn truth(&mut self, expr: &Expr) -> Result<Truth, Diagnostic> {
        match self.typed(expr)? {
            Typed::Truth(truth) => Ok(truth),
            Typed::Number(_) | Typed::Text(_) => {
                Err(Diagnostic::new("a rule must say yes or no, not a number or a text")
                    .hint("compare, such as `{ $lte: [\"$a\", \"$b\"] }`"))
            }
        }
    }

    fn number(&mut self, expr: &Expr) -> Result<Number, Diagnostic> {
        match self.typed(expr)? {
            Typed::Number(number) => Ok(number),
            Typed::Text(_) | Typed::Truth(_) => Err(Diagnostic::new("a rule can only compute with numbers")),
        }
    }

    fn typed(&mut self, expr: &Expr) -> Result<Typed, Diagnostic> {
        match expr {
            Expr::Field(path) => self.column(&path.to_string()),
            Expr::Literal(bson::Bson::String(text)) => Ok(Typed::Text(Text::Literal(text.clone()))),
            Expr::Literal(value) => match literal(value) {
                Some(number) => Ok(Typed::Number(Number::Literal(number))),
                None => Err(Diagnostic::new("a rule knows numbers and texts only")),
            },
            Expr::Call { operator, args } => self.call(*operator, args),
            _ => Err(unknown()),
        }
    }

    fn column(&mut self, name: &str) -> Result<Typed, Diagnostic> {
        let Some(position) = self.columns.iter().position(|column| column.name == name) else {
            let names = self.columns.iter().map(|column| column.name.as_str());
            let hint = diagnostic::nearest("column", name, names);
            return Err(Diagnostic::new(format!("unknown column `{}`", quote(name))).hint(hint));
        };
        if !self.read.contains(&position) {
            self.read.push(position);
        }
        Ok(match self.columns[position].kind {
            Kind::Category(_) | Kind::Text => Typed::Text(Text::Column(position)),
            Kind::Whole { .. } | Kind::Decimal { .. } | Kind::Date => Typed::Number(Number::Column(position)),
        })
    }

    fn call(&mut self, operator: Operator, args: &[Expr]) -> Result<Typed, Diagnostic> {
        let number = Typed::Number;
        let truth = Typed::Truth;
        Ok(match (operator, args) {
            (Operator::Abs, [value]) => number(Number::Abs(Box::new(self.number(value)?))),
            (Operator::Floor, [value]) => number(Number::Floor(Box::new(self.number(value)?))),
            (Operator::Ceil, [value]) => number(Number::Ceil(Box::new(self.number(value)?))),
            (Operator::Add, _) => number(Number::Add(self.numbers(args)?)),
            (Operator::Multiply, _) => number(Number::Multiply(self.numbers(args)?)),
            (Operator::Subtract, [from, less]) => number(Number::Subtract(Box::new(self.two(from, less)?))),
            (Operator::Divide, [over, under]) => number(Number::Divide(Box::new(self.two(over, under)?))),
            (Operator::Round, [value, places @ ..]) => {
                let value = Box::new(self.number(value)?);
                let places = match places.first() {
                    None | Some(Expr::Missing) => 0.0,
                    Some(Expr::Literal(places)) => literal(places).unwrap_or(0.0),
                    _ => return Err(Diagnostic::new("the decimals of `$round` must be a plain number in a rule")),
                };
                number(Number::Round(value, places as i32))
            }
            (Operator::And, _) => truth(Truth::All(self.truths(args)?)),
            (Operator::Or, _) => truth(Truth::Any(self.truths(args)?)),
            (Operator::Not, [value]) => truth(Truth::Not(Box::new(self.truth(value)?))),
            (_, [left, right]) => {
                let comparison = comparison(operator).ok_or_else(unknown)?;
                truth(self.compare(comparison, left, right)?)
            }
            _ => return Err(unknown()),
        })
    }

    fn compare(&mut self, comparison: Comparison, left: &Expr, right: &Expr) -> Result<Truth, Diagnostic> {
        match (self.typed(left)?, self.typed(right)?) {
            (Typed::Number(left), Typed::Number(right)) => Ok(Truth::Compare(comparison, Box::new([left, right]))),
            (Typed::Text(left), Typed::Text(right)) => Ok(Truth::CompareTexts(comparison, Box::new([left, right]))),
            _ => Err(Diagnostic::new("a rule compares numbers with numbers and texts with texts")),
        }
    }

    fn two(&mut self, left: &Expr, right: &Expr) -> Result<[Number; 2], Diagnostic> {
        Ok([self.number(left)?, self.number(right)?])
    }

    fn numbers(&mut self, args: &[Expr]) -> Result<Vec<Number>, Diagnostic> {
        args.iter().map(|arg| self.number(arg)).collect()
    }

    fn truths(&mut self, args: &[Expr]) -> Result<Vec<Truth>, Diagnostic> {
        args.iter().map(|arg| self.truth(arg)).collect()
    }
}

fn comparison(operator: Operator) -> Option<Comparison> {
    Some(match operator {
        Operator::Eq => Comparison::Equal,
        Operator::Ne => Comparison::NotEqual,
        Operator::Lt => Comparison::Less,
        Operator::Lte => Comparison::LessOrEqual,
        Operator::Gt => Comparison::Greater,
        Operator::Gte => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

fn unknown() -> Diagnostic {
    Diagnostic::new("a rule does not know this expression").hint(
        "a rule has columns, numbers, texts, `$abs`, `$add`, `$subtract`, `$multiply`, `$divide`, `$round`, `$floor`, \
         `$ceil`, the six comparisons, `$and`, `$or` and `$not`",
    )
}

fn literal(value: &bson::Bson) -> Option<f64> {
    match value {
        bson::Bson::Int32(number) => Some(f64::from(*number)),
        bson::Bson::Int64(number) => Some(*number as f64),
        bson::Bson::Double(number) => Some(*number),
        _ => None,
    }
}
