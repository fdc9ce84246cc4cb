//! One column of a bank's data: where it lies, what it may hold, what it means.

use pipeline::FieldType;

use crate::{Computed, Role, Unit};

/// One column of the bank's file, which is a field of a collection.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in the file")]
pub struct Column {
    /// The field's path, and its name in a file's header.
    pub name: String,
    /// Other names that it has in the headers of files.
    pub headers: Vec<String>,
    /// Which collection it lies in.
    pub side: Side,
    /// What it may hold.
    pub kind: Kind,
    /// What it means, where a word for that is known.
    pub role: Option<Role>,
    /// Its heading.
    pub label: String,
    /// What its values count.
    pub unit: Unit,
    /// How sentences speak of a group with one of its values, `{}` being the value.
    pub phrase: Option<String>,
    /// The same for single values, each with its own phrase; of a category these are its categories' phrases.
    pub phrases: Vec<(String, String)>,
    /// Of the outcome: what its customers are, where that is not that they closed their account, such as `bad`.
    pub outcome: Option<String>,
    /// Whether a cell may be empty.
    pub is_nullable: bool,
    /// Cells that stand for no answer: null. Of a category, its categories say that.
    pub missing: Vec<String>,
    /// How a cell writes a day, as `strptime` has it; where it says nothing, as ISO 8601 does.
    pub format: Option<String>,
    /// What a cell's number is multiplied by.
    pub scale: Option<f64>,
    /// Whether the file has no such column and its rows are numbered from 1: a key.
    pub is_numbered: bool,
    /// What its value is computed from, where it is not read from files.
    pub computed: Option<Computed>,
    /// Whether it was measured in the very months in which accounts closed.
    pub concurrent: bool,
    /// The columns that its value follows from.
    pub derived_from: Vec<String>,
    /// Whether it was computed from the outcome.
    pub leaks: bool,
    /// Whether it names a person: no analysis shows it, filters or groups by it or measures it; pipelines of the user's own read it
    /// only where it is named knowingly.
    pub direct_identifier: bool,
    /// What was assumed of it and is to be looked at, in words that go on from its heading: `is taken to count years`.
    pub doubt: Option<String>,
    /// Whether its numbers are of few values whatever its range is, so that customers may be grouped by them.
    pub has_few: bool,
    /// The object that says a category's bounds in numbers, beside it in the document.
    pub detail: Option<Detail>,
}

/// Which collection a column lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// In `customers`.
    Customers,
    /// In `transactions`.
    Transactions,
    /// In each collection that the contract has: the key.
    Both,
}

/// What a column may hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// One of these texts, in their natural order, which is also the order of their codes.
    Category(Vec<Category>),
    /// A whole number of this range.
    Whole {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A decimal number of this range.
    Decimal {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
        /// How many parts of one the quartiles of the quality summary are told apart by.
        steps: f64,
    },
    /// Any text.
    Text,
    /// A day, written `2026-01-31` or by the column's format; stored as its midnight in UTC.
    Date,
}

/// One category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The text in the bank.
    pub value: String,
    /// Other spellings of it in files.
    pub spellings: Vec<String>,
    /// Whether it stands for a missing answer.
    pub is_missing: bool,
    /// Whether a customer with it has closed the account.
    pub is_closed: bool,
    /// The numbers that it stands for: from, to; an end may be open.
    pub bounds: Option<(Option<i64>, Option<i64>)>,
    /// How sentences speak of its customers.
    pub phrase: Option<String>,
}

/// The object beside a category that says its bounds: fields `Category_Code`, `Min` and `Max`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// The object's name.
    pub field: String,
    /// What `Min` and `Max` count.
    pub unit: Unit,
}

impl Column {
    /// The type of its field where it is not null: a whole number is an `int` if its whole range is.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        match self.kind {
            Kind::Category(_) | Kind::Text => FieldType::String,
            Kind::Whole { min, max } if i32::try_from(min).is_ok() && i32::try_from(max).is_ok() => FieldType::Int,
            Kind::Whole { .. } => FieldType::Long,
            Kind::Decimal { .. } => FieldType::Double,
            Kind::Date => FieldType::Date,
        }
    }

    /// Its categories in their order; empty where it has none.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        if let Kind::Category(categories) = &self.kind { categories } else { &[] }
    }

    /// The values that mean that the account was closed, in their order.
    #[must_use]
    pub fn closed_values(&self) -> Vec<&str> {
        self.categories().iter().filter(|one| one.is_closed).map(|one| one.value.as_str()).collect()
    }

    /// The value that stands for a missing answer.
    #[must_use]
    pub fn missing_value(&self) -> Option<&str> {
        self.categories().iter().find(|one| one.is_missing).map(|one| one.value.as_str())
    }

    /// Whether it holds numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self.kind, Kind::Whole { .. } | Kind::Decimal { .. })
    }

    /// Whether its cells are read from files; if not, they are numbered or computed.
    #[must_use]
    pub fn is_read(&self) -> bool {
        !self.is_numbered && self.computed.is_none()
    }

    /// `Category_Code`, then `Min` and `Max` of each category, where it has a detail.
    #[must_use]
    pub fn bounds(&self) -> Vec<(Option<i64>, Option<i64>)> {
        self.categories().iter().map(|one| one.bounds.unwrap_or_default()).collect()
    }
}
