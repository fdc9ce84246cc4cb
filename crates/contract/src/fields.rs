//! The fields of a collection, each with what it may hold, for all who must know: schemas, a server's validators, the catalog.

use pipeline::FieldType;

use crate::{CUSTOMERS, Column, Contract, Kind, Side, TRANSACTIONS, Unit};

/// One field of a collection. None may be missing.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldRule {
    /// Its dotted path.
    pub path: String,
    /// What it may hold.
    pub allowed: Allowed,
    /// Whether it may be null.
    pub is_nullable: bool,
    /// Its heading.
    pub label: String,
    /// What its values count.
    pub unit: Unit,
    /// How sentences speak of a group with one of its values.
    pub phrase: Option<String>,
    /// Where the column that it comes from is in the contract.
    pub column: usize,
}

/// What a field may hold where it is not null.
#[derive(Clone, Debug, PartialEq)]
pub enum Allowed {
    /// One of these texts, in their order.
    Categories(Vec<String>),
    /// An integer of 32 bits, from the first to the second.
    Int(i32, i32),
    /// An integer of 64 bits, from the first to the second.
    Long(i64, i64),
    /// A double, from the first to the second.
    Double(f64, f64),
    /// Any text.
    Text,
    /// A date.
    Date,
}

impl FieldRule {
    /// Its type where it is not null.
    #[must_use]
    pub fn field_type(&self) -> FieldType {
        match self.allowed {
            Allowed::Categories(_) | Allowed::Text => FieldType::String,
            Allowed::Int(..) => FieldType::Int,
            Allowed::Long(..) => FieldType::Long,
            Allowed::Double(..) => FieldType::Double,
            Allowed::Date => FieldType::Date,
        }
    }
}

/// The fields of a collection in document order, `_id` aside.
pub(crate) fn fields(contract: &Contract, collection: &str) -> Option<Vec<FieldRule>> {
    let side = match collection {
        CUSTOMERS => Side::Customers,
        TRANSACTIONS if contract.has_transactions() => Side::Transactions,
        _ => return None,
    };
    let mut rules = Vec::new();
    for (position, column) in contract.columns_of(side) {
        rules.push(FieldRule {
            path: column.name.clone(),
            allowed: allowed(column),
            is_nullable: column.is_nullable,
            label: column.label.clone(),
            unit: column.unit,
            phrase: column.phrase.clone(),
            column: position,
        });
        rules.extend(detail(position, column));
    }
    Some(rules)
}

fn allowed(column: &Column) -> Allowed {
    match &column.kind {
        Kind::Category(categories) => {
            Allowed::Categories(categories.iter().map(|category| category.value.clone()).collect())
        }
        Kind::Whole { min, max } => whole(*min, *max),
        Kind::Decimal { min, max, .. } => Allowed::Double(*min, *max),
        Kind::Text => Allowed::Text,
        Kind::Date => Allowed::Date,
    }
}

fn whole(min: i64, max: i64) -> Allowed {
    match (i32::try_from(min), i32::try_from(max)) {
        (Ok(min), Ok(max)) => Allowed::Int(min, max),
        _ => Allowed::Long(min, max),
    }
}

/// The fields that follow from a category with bounds.
fn detail(position: usize, column: &Column) -> Vec<FieldRule> {
    let Some(detail) = &column.detail else { return Vec::new() };
    let bounds: Vec<i64> = column.bounds().into_iter().flat_map(|(min, max)| [min, max]).flatten().collect();
    let (least, most) = (bounds.iter().min().copied().unwrap_or(0), bounds.iter().max().copied().unwrap_or(0));
    let n_categories = column.categories().len() as i64;
    let parts = [
        ("Category_Code", "code", whole(1, n_categories), false, Unit::Count),
        ("Min", "from", whole(least, most), true, detail.unit),
        ("Max", "up to", whole(least, most), true, detail.unit),
    ];
    let rule = |(part, word, allowed, is_nullable, unit): (&str, &str, Allowed, bool, Unit)| FieldRule {
        path: format!("{}.{part}", detail.field),
        allowed,
        is_nullable,
        label: format!("{} {word}", column.label),
        unit,
        phrase: None,
        column: position,
    };
    parts.into_iter().map(rule).collect()
}
