//! The contract of the card data, field by field, for whoever must enforce it elsewhere: a server's validators.
//!
//! In: a collection's name. Out: its fields in document order, each with what it may hold.
//! Invariant: made from the one table of `columns.rs`.

use crate::columns::{COLUMNS, Column, INCOME_CATEGORY, INCOME_RANGES, Kind, Side};
use crate::{CUSTOMERS, TRANSACTIONS};

/// One field of a collection of card data. None may be missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Its dotted path.
    pub path: &'static str,
    /// What it may hold.
    pub allowed: Allowed,
}

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allowed {
    /// One of these texts.
    Categories(&'static [&'static str]),
    /// An integer of 32 bits, from the first to the second.
    Whole(i32, i32),
    /// The same, or null.
    WholeOrNull(i32, i32),
    /// A double, from the first to the second.
    Decimal(f64, f64),
}

/// The fields of `customers` or of `transactions`; `None` for any other collection.
#[must_use]
pub fn contract(collection: &str) -> Option<Vec<Rule>> {
    let side = match collection {
        CUSTOMERS => Side::Customer,
        TRANSACTIONS => Side::Transaction,
        _ => return None,
    };
    let mut rules = Vec::new();
    for (position, column) in COLUMNS.iter().enumerate() {
        if column.side != side && column.side != Side::Both {
            continue;
        }
        rules.push(Rule { path: column.name, allowed: allowed(column) });
        if position == INCOME_CATEGORY {
            rules.extend(income_info());
        }
    }
    Some(rules)
}

fn allowed(column: &Column) -> Allowed {
    match column.kind {
        Kind::Category(categories) => Allowed::Categories(categories),
        Kind::Whole(min, max, _) => Allowed::Whole(min, max),
        Kind::Decimal(min, max, _) => Allowed::Decimal(min, max),
    }
}

fn income_info() -> [Rule; 3] {
    let bounds = || INCOME_RANGES.iter().flat_map(|(min, max)| [*min, *max]).flatten();
    let (least, most) = (bounds().min().unwrap_or(0), bounds().max().unwrap_or(0));
    [
        Rule { path: "Income_Info.Category_Code", allowed: Allowed::Whole(1, INCOME_RANGES.len() as i32) },
        Rule { path: "Income_Info.Min", allowed: Allowed::WholeOrNull(least, most) },
        Rule { path: "Income_Info.Max", allowed: Allowed::WholeOrNull(least, most) },
    ]
}

#[cfg(test)]
mod tests {
    use pipeline::Schema;

    use super::*;

    #[test]
    fn the_contract_names_the_fields_of_the_schemas() {
        for (collection, schema) in crate::schemas() {
            let Schema::Fields(fields) = schema else { panic!("{collection} has no fields") };
            let of_schema: Vec<(String, bool)> = fields
                .into_iter()
                .filter(|field| field.path != "_id")
                .map(|field| (field.path, field.nullable))
                .collect();
            let of_contract: Vec<(String, bool)> = contract(&collection)
                .unwrap()
                .into_iter()
                .map(|rule| (rule.path.to_owned(), matches!(rule.allowed, Allowed::WholeOrNull(..))))
                .collect();
            assert_eq!(of_contract, of_schema);
        }
        assert_eq!(contract("branches"), None);
    }
}
