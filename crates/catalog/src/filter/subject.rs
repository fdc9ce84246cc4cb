//! What a comparison is about, and the tests that are made of it.
//!
//! In: a field or a computed dimension, a sign and values. Out: a predicate. Invariant: texts are put into no order.

use bson::Bson;
use pipeline::ast::{Comparison, Expr, Operator, Path, Predicate, Reads, Test};
use pipeline::{Error, FieldType};

use crate::fields::PlainField;
use crate::{Catalog, Dimension};

/// What a comparison is about.
pub(super) enum Subject {
    /// A field of documents.
    Field { path: Path, field_type: FieldType, known: Option<Dimension> },
    /// A dimension that is computed.
    Computed(Dimension),
}

/// The refusal of a column that names persons.
pub(super) fn not_filtered(person: &str) -> Error {
    Error::input(format!("`{person}` names persons, so customers are not filtered by it"))
}

impl Catalog {
    /// A field, with the dimension that is just it, or its column's categories.
    pub(super) fn subject_of(&self, field: &PlainField) -> Subject {
        let expr = field.expr();
        let known = self.dimensions.iter().find(|dimension| dimension.expr == expr).cloned();
        let known = known.unwrap_or_else(|| self.plain(field));
        let path = Path::with_empty_names(&field.joined_path);
        Subject::Field { path, field_type: field.field_type, known: Some(known) }
    }
}

impl Subject {
    /// What it reads of a customer.
    pub(super) fn reads(&self) -> Reads {
        match self {
            Self::Field { path, .. } => Expr::Field(path.clone()).reads(),
            Self::Computed(dimension) => dimension.expr.reads(),
        }
    }

    /// The dimension that it is.
    pub(super) fn known(&self) -> Option<&Dimension> {
        match self {
            Self::Field { known, .. } => known.as_ref(),
            Self::Computed(dimension) => Some(dimension),
        }
    }

    /// A sign and a value that may follow its name.
    pub(super) fn example(&self) -> String {
        let first = self.known().and_then(|dimension| dimension.order.first()?.as_str());
        match first {
            Some(first) => format!("={first}"),
            None if self.is_text() => "~ .".to_owned(),
            None => ">=1".to_owned(),
        }
    }

    /// Whether its values are texts.
    pub(super) fn is_text(&self) -> bool {
        match self {
            Self::Field { field_type, .. } => *field_type == FieldType::String,
            Self::Computed(dimension) => dimension.unit == crate::Unit::Text,
        }
    }
}

/// Refuses to put a text into an order.
pub(super) fn refuse_order(name: &str, subject: &Subject, sign: &str, comparison: Comparison) -> Result<(), Error> {
    let is_order = !matches!(comparison, Comparison::Eq | Comparison::Ne);
    if is_order && subject.is_text() {
        let error = Error::input(format!("`{name}` is text and cannot be compared by `{sign}`"));
        return Err(error.hint("use `=`, `!=`, `in` or `~`"));
    }
    Ok(())
}

/// Both tests of one subject.
pub(super) fn both(first: Predicate, second: Predicate) -> Predicate {
    match (first, second) {
        (Predicate::Field(path, first), Predicate::Field(_, second)) => {
            Predicate::Field(path, Test::And(vec![first, second]))
        }
        (first, second) => Predicate::And(vec![first, second]),
    }
}

/// The comparison as a test.
pub(super) fn compare(subject: &Subject, comparison: Comparison, value: Bson) -> Predicate {
    match subject {
        Subject::Field { path, .. } => Predicate::Field(path.clone(), Test::Compare(comparison, value)),
        Subject::Computed(dimension) => {
            let args = vec![dimension.expr.clone(), Expr::Literal(value)];
            Predicate::Expr(Expr::Call { operator: comparison.operator(), args })
        }
    }
}

/// Whether its value is among these, or is not.
pub(super) fn within(subject: &Subject, values: Vec<Bson>, is_in: bool) -> Predicate {
    match subject {
        Subject::Field { path, .. } => {
            Predicate::Field(path.clone(), if is_in { Test::In(values) } else { Test::NotIn(values) })
        }
        Subject::Computed(dimension) => {
            let list = Expr::Array(values.into_iter().map(Expr::Literal).collect());
            let found = Expr::Call { operator: Operator::In, args: vec![dimension.expr.clone(), list] };
            let not = |found| Expr::Call { operator: Operator::Not, args: vec![found] };
            Predicate::Expr(if is_in { found } else { not(found) })
        }
    }
}

/// Whether a customer gave no answer, or gave one: no value, or the value that stands for none.
pub(super) fn unanswered(subject: &Subject, is_not: bool) -> Predicate {
    let missing = subject.known().and_then(|dimension| dimension.missing.clone());
    let Some(missing) = missing else {
        let comparison = if is_not { Comparison::Ne } else { Comparison::Eq };
        return compare(&with_null(subject), comparison, Bson::Null);
    };
    within(&with_null(subject), vec![Bson::Null, missing], !is_not)
}

/// The subject, with null for a missing value of an expression, as fields have it.
fn with_null(subject: &Subject) -> Subject {
    match subject {
        Subject::Field { path, field_type, known } => {
            Subject::Field { path: path.clone(), field_type: *field_type, known: known.clone() }
        }
        Subject::Computed(dimension) => {
            let args = vec![dimension.expr.clone(), Expr::Literal(Bson::Null)];
            let expr = Expr::Call { operator: Operator::IfNull, args };
            Subject::Computed(Dimension { expr, ..dimension.clone() })
        }
    }
}
