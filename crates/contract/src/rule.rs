//! Rules between the columns of a row: MongoDB expressions of a small kind, tested without an engine.
//!
//! In: an expression over columns by their names, with arithmetic, comparisons and logic. Out: a [`Rule`] that says of a row
//! whether it is kept. Types are checked when the contract is read, so testing a row cannot fail.
//! Invariant: a row in which a column of the rule is null is not tested.

use diagnostic::{Diagnostic, quote};
use pipeline::ast::{Expr, Operator};

use crate::Column;
use crate::Kind;

/// What must hold between the columns of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The rule, in words.
    pub words: String,
    /// The columns that it reads, by their positions.
    columns: Vec<usize>,
    test: Truth,
}

/// A cell of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Null.
    Null,
    /// A number; of a date, its milliseconds.
    Number(f64),
    /// A text or a category's value.
    Text(&'a str),
}

/// What has a number for a value.
#[derive(Clone, Debug, PartialEq)]
enum Number {
    Column(usize),
    Literal(f64),
    Abs(Box<Number>),
    Add(Vec<Number>),
    Multiply(Vec<Number>),
    Subtract(Box<[Number; 2]>),
    Divide(Box<[Number; 2]>),
    /// To so many decimals.
    Round(Box<Number>, i32),
}

/// What has a text for a value.
#[derive(Clone, Debug, PartialEq)]
enum Text {
    Column(usize),
    Literal(String),
}

/// What holds or does not.
#[derive(Clone, Debug, PartialEq)]
enum Truth {
    Compare(Comparison, Box<[Number; 2]>),
    CompareTexts(Comparison, Box<[Text; 2]>),
    All(Vec<Truth>),
    Any(Vec<Truth>),
    Not(Box<Truth>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An expression by the type of its value.
enum Typed {
    Number(Number),
    Text(Text),
    Truth(Truth),
}

impl Rule {
    /// Reads a rule's expression over these columns.
    pub(crate) fn parse(words: &str, expression: &str, columns: &[Column]) -> Result<Self, Diagnostic> {
        let value = pipeline::read(expression).map_err(|error| diagnostic(&error))?;
        let expr = pipeline::parse_expr(&value).map_err(|error| diagnostic(&error))?;
        let mut reader = Reader { columns, read: Vec::new() };
        let test = reader.truth(&expr)?;
        Ok(Self { words: words.to_owned(), columns: reader.read, test })
    }

    /// Whether a row keeps the rule; `None` where a cell that it reads is null. `cell` gives a column's cell by position.
    pub fn holds<'a>(&self, cell: &impl Fn(usize) -> Cell<'a>) -> Option<bool> {
        let is_tested = self.columns.iter().all(|column| cell(*column) != Cell::Null);
        is_tested.then(|| self.test.holds(cell))
    }

    /// The positions of the columns that it reads.
    #[must_use]
    pub fn columns(&self) -> &[usize] {
        &self.columns
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
        "a rule has columns, numbers, texts, `$abs`, `$add`, `$subtract`, `$multiply`, `$divide`, `$round`, the six comparisons, \
         `$and`, `$or` and `$not`",
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

impl Number {
    fn value<'a>(&self, cell: &impl Fn(usize) -> Cell<'a>) -> f64 {
        match self {
            // Why not an error: the kinds were checked when the contract was read, and nulls before this is asked.
            Self::Column(column) => {
                if let Cell::Number(number) = cell(*column) {
                    number
                } else {
                    f64::NAN
                }
            }
            Self::Literal(number) => *number,
            Self::Abs(value) => value.value(cell).abs(),
            Self::Add(parts) => parts.iter().map(|part| part.value(cell)).sum(),
            Self::Multiply(parts) => parts.iter().map(|part| part.value(cell)).product(),
            Self::Subtract(two) => two[0].value(cell) - two[1].value(cell),
            Self::Divide(two) => two[0].value(cell) / two[1].value(cell),
            Self::Round(value, places) => {
                let scale = 10_f64.powi(*places);
                (value.value(cell) * scale).round_ties_even() / scale
            }
        }
    }
}

impl Text {
    fn value<'s, 'a: 's>(&'s self, cell: &impl Fn(usize) -> Cell<'a>) -> &'s str {
        match self {
            Self::Column(column) => {
                if let Cell::Text(text) = cell(*column) {
                    text
                } else {
                    ""
                }
            }
            Self::Literal(text) => text,
        }
    }
}

impl Truth {
    fn holds<'a>(&self, cell: &impl Fn(usize) -> Cell<'a>) -> bool {
        match self {
            Self::Compare(comparison, two) => comparison.holds(&two[0].value(cell), &two[1].value(cell)),
            Self::CompareTexts(comparison, two) => comparison.holds(two[0].value(cell), two[1].value(cell)),
            Self::All(parts) => parts.iter().all(|part| part.holds(cell)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(cell)),
            Self::Not(part) => !part.holds(cell),
        }
    }
}

impl Comparison {
    /// A comparison with what is no number, such as zero over zero, does not hold.
    fn holds<T: PartialOrd + ?Sized>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Contract;

    const COLUMNS: &str = r#"
        title = "t"
        [columns.k]
        kind = "text"
        role = "customer_key"
        [columns.a]
        kind = "decimal"
        range = [-10, 10]
        nullable = true
        [columns.b]
        kind = "whole"
        range = [-10, 10]
        [columns.c]
        kind = "category"
        categories = [{ value = "no" }, { value = "yes" }]
    "#;

    /// Whether a row with these cells of `a`, `b` and `c` keeps the rule.
    fn holds(rule: &str, a: Option<f64>, b: f64, c: &str) -> Option<bool> {
        let columns = Contract::parse("t.toml", COLUMNS).unwrap().columns;
        let rule = Rule::parse("", rule, &columns).unwrap();
        let cells = [Cell::Text("k"), a.map_or(Cell::Null, Cell::Number), Cell::Number(b), Cell::Text(c)];
        rule.holds(&|column| cells[column])
    }

    #[test]
    fn each_operator_means_what_it_does_in_a_pipeline() {
        for (rule, expected) in [
            ("{$eq: ['$a', 2.5]}", true),
            ("{$ne: ['$a', 2.5]}", false),
            ("{$lt: ['$b', 3]}", false),
            ("{$lt: ['$b', 3.5]}", true),
            ("{$lte: ['$b', 3]}", true),
            ("{$gt: ['$b', 3]}", false),
            ("{$gte: ['$b', 3]}", true),
            ("{$gte: ['$b', 4]}", false),
            ("{$eq: [{$add: ['$a', '$b', 1]}, 6.5]}", true),
            ("{$eq: [{$subtract: ['$a', '$b']}, -0.5]}", true),
            ("{$eq: [{$abs: {$subtract: ['$a', '$b']}}, 0.5]}", true),
            ("{$eq: [{$multiply: ['$a', '$b', 2]}, 15]}", true),
            ("{$eq: [{$divide: ['$b', '$a']}, 1.2]}", true),
            // Half to even, as a server rounds.
            ("{$eq: [{$round: ['$a']}, 2]}", true),
            ("{$eq: [{$round: [{$divide: ['$b', 7]}, 2]}, 0.43]}", true),
            ("{$and: [{$lt: ['$a', 3]}, {$lt: ['$b', 3]}]}", false),
            ("{$or: [{$lt: ['$a', 3]}, {$lt: ['$b', 3]}]}", true),
            ("{$or: [{$lt: ['$a', 2]}, {$lt: ['$b', 3]}]}", false),
            ("{$not: [{$lt: ['$b', 3]}]}", true),
            ("{$eq: ['$c', 'yes']}", true),
            ("{$ne: ['$c', 'yes']}", false),
            ("{$lt: ['$c', '$k']}", false),
            ("{$lt: ['$k', '$c']}", true),
            // Nothing is above or below what has no answer.
            ("{$lte: [{$divide: [0, {$subtract: ['$a', '$a']}]}, 1]}", false),
        ] {
            assert_eq!(holds(rule, Some(2.5), 3.0, "yes"), Some(expected), "{rule}");
        }
    }

    #[test]
    fn a_row_with_a_null_that_the_rule_reads_is_not_tested() {
        assert_eq!(holds("{$or: [{$lt: ['$b', 9]}, {$lt: ['$a', 9]}]}", None, 3.0, "no"), None);
        assert_eq!(holds("{$lt: ['$b', 9]}", None, 3.0, "no"), Some(true));
    }
}
