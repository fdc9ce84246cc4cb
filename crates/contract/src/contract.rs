//! The contract itself, and what can be asked of it.

use diagnostic::{Diagnostic, Faults, nearest, quote};
use pipeline::{Field, Schema, Schemas};

use crate::fields::{FieldRule, fields};
use crate::{Adopted, CUSTOMERS, Column, Role, Rule, Side, TRANSACTIONS, read};

/// The file of the card data's contract.
const CARD: &str = include_str!("../../../contracts/card.toml");

/// What a bank's data is.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// What the data is called.
    pub title: String,
    /// Its columns, in the order of the file.
    pub columns: Vec<Column>,
    /// Columns that files may have and the bank leaves out.
    pub left_out: Vec<LeftOut>,
    /// What must hold between the columns of a row.
    pub rules: Vec<Rule>,
    /// The collections that it is adopted over, where another program loaded them.
    pub adopted: Option<Adopted>,
    pub(crate) key: usize,
    pub(crate) text: String,
}

/// Columns that files may have and the bank leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Their name, or what it begins with.
    pub name: String,
    /// Whether `name` is only the beginning.
    pub is_prefix: bool,
    /// Whether they were computed from the outcome.
    pub leaks: bool,
    /// Why, as an end of "columns that …".
    pub reason: Option<String>,
}

impl LeftOut {
    /// Whether a column of that name is meant.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        if self.is_prefix { name.starts_with(&self.name) } else { name == self.name }
    }
}

impl Contract {
    /// The contract of the card data, which is built in.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the text is a constant, and a test holds it to the parser")]
    pub fn card() -> Self {
        Self::parse("contracts/card.toml", CARD).expect("the built-in contract is well formed")
    }

    /// Reads a contract's file; `place` is its name in messages.
    pub fn parse(place: &str, text: &str) -> Result<Self, Faults> {
        read::read(place, text)
    }

    /// The text that it was read from, which travels with the bank.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The column that names a customer, whose value is also `_id`.
    #[must_use]
    pub fn key(&self) -> &Column {
        &self.columns[self.key]
    }

    /// Where the key is in [`Contract::columns`].
    #[must_use]
    pub fn key_position(&self) -> usize {
        self.key
    }

    /// Whether any column lies in `transactions`; if none does, there is no such collection.
    #[must_use]
    pub fn has_transactions(&self) -> bool {
        self.columns.iter().any(|column| column.side == Side::Transactions)
    }

    /// The names of its collections.
    #[must_use]
    pub fn collections(&self) -> &'static [&'static str] {
        if self.has_transactions() { &[CUSTOMERS, TRANSACTIONS] } else { &[CUSTOMERS] }
    }

    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Where the column is that a file's column of that name is read into; `None` where it is left out or unknown.
    ///
    /// A name that a column gives as a header goes before a field's own name, and so does one that is left out.
    #[must_use]
    pub fn column_headed(&self, name: &str) -> Option<usize> {
        let is_given = |column: &Column| column.is_read() && column.headers.iter().any(|header| header == name);
        if let Some(position) = self.columns.iter().position(is_given) {
            return Some(position);
        }
        if self.left_out.iter().any(|out| out.is(name)) {
            return None;
        }
        self.columns.iter().position(|column| column.is_read() && column.name == name)
    }

    /// The column that means this.
    #[must_use]
    pub fn role(&self, role: Role) -> Option<&Column> {
        self.columns.iter().find(|column| column.role == Some(role))
    }

    /// The column's path in a customer's document with its transactions joined.
    #[must_use]
    pub fn joined_path(&self, column: &Column) -> String {
        match column.side {
            Side::Customers | Side::Both => column.name.clone(),
            Side::Transactions => format!("{TRANSACTIONS}.{}", column.name),
        }
    }

    /// The columns of a collection, in document order.
    pub fn columns_of(&self, side: Side) -> impl Iterator<Item = (usize, &Column)> {
        let columns = self.columns.iter().enumerate();
        columns.filter(move |(_, column)| column.side == side || column.side == Side::Both)
    }

    /// The fields of a collection in document order, `_id` aside; `None` for a collection that is none of the contract's.
    #[must_use]
    pub fn fields(&self, collection: &str) -> Option<Vec<FieldRule>> {
        fields(self, collection)
    }

    /// What pipelines see of the collections before a row is read; each document also has its `_id`, the customer's key.
    #[must_use]
    pub fn schemas(&self) -> Schemas {
        let id = || Field { path: "_id".to_owned(), field_type: self.key().field_type(), nullable: false };
        let schema = |collection: &str| {
            let fields = fields(self, collection).unwrap_or_default();
            let fields = fields.into_iter().map(|rule| Field {
                field_type: rule.field_type(),
                path: rule.path,
                nullable: rule.is_nullable,
            });
            Schema::Fields(std::iter::once(id()).chain(fields).collect())
        };
        self.collections().iter().map(|collection| ((*collection).to_owned(), schema(collection))).collect()
    }

    /// Refuses customers of this contract for a bank whose customers follow `there`, where the two cannot be days of one bank:
    /// a collection that only one of them has would stay beside customers that it does not belong to, and by another key
    /// no customer is known again.
    pub fn check_beside(&self, there: &Self) -> Result<(), Diagnostic> {
        let difference = if self.key().name == there.key().name {
            match (self.has_transactions(), there.has_transactions()) {
                (true, false) => format!("these have `{TRANSACTIONS}`, and those have none"),
                (false, true) => format!("these have no `{TRANSACTIONS}`, and those have some"),
                (true, true) | (false, false) => return Ok(()),
            }
        } else {
            let key = |contract: &Self| quote(&contract.key().name);
            format!("these are known by `{}`, and those by `{}`", key(self), key(there))
        };
        let (mine, theirs) = (quote(&self.title), quote(&there.title));
        let message = format!(
            "customers under the contract `{mine}` cannot come into a bank of customers under `{theirs}`: {difference}"
        );
        Err(Diagnostic::new(message).hint("use another bank for them"))
    }

    /// A hint that helps with a misspelt column.
    #[must_use]
    pub fn nearest_column(&self, name: &str) -> String {
        nearest("column", name, self.columns.iter().map(|column| column.name.as_str()))
    }
}
