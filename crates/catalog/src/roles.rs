//! Roles in catalog files: what stands for a bank's columns, whatever these are called.
//!
//! In: values read from a file, in which `"$<age>"` is the field of the column that means the age (`"$<tenure in months>"`:
//! only where it counts months), `<age>` as a key or as a whole text its path, and `"<is closed>"` the expression that is
//! true of closed accounts. Out: the same values with fields of the bank in their place.
//! Invariant: a role that the contract lacks never becomes a field; it is told as a [`Need`].

use bson::{Bson, Document, bson};
use contract::{Column, Contract, Role, Unit};
use pipeline::{Error, nearest};

use crate::left_out::{Absent, Need, add};

/// What stands for the expression that is true of closed accounts.
const IS_CLOSED: &str = "<is closed>";

/// Values with fields in place of roles.
pub(crate) struct Resolved {
    /// The value.
    pub value: Bson,
    /// The paths of the columns in it that may be null, each once.
    pub nullable: Vec<String>,
}

/// Puts the contract's fields in place of roles.
pub(crate) fn resolve(contract: &Contract, value: Bson) -> Result<Resolved, Absent> {
    let mut walk = Walk { contract, needs: Vec::new(), nullable: Vec::new() };
    let value = walk.value(value)?;
    if walk.needs.is_empty() {
        Ok(Resolved { value, nullable: walk.nullable })
    } else {
        Err(Absent::Lacking(walk.needs))
    }
}

/// The role that a whole text names: `<age>`, `<tenure in months>`; none where the text has no such form.
pub(crate) fn named(text: &str) -> Option<Result<Need, Error>> {
    let inner = text.strip_prefix('<')?.strip_suffix('>')?;
    Some(need(inner))
}

/// The column that has the role, in the unit that is asked for.
pub(crate) fn column(contract: &Contract, need: Need) -> Result<&Column, Absent> {
    let column = contract.role(need.role).filter(|column| need.unit.is_none_or(|unit| column.unit == unit));
    column.ok_or_else(|| Absent::Lacking(vec![need]))
}

/// Reads `age`, or `tenure in months`.
fn need(text: &str) -> Result<Need, Error> {
    let (role, unit) = text.split_once(" in ").map_or((text, None), |(role, unit)| (role, Some(unit)));
    let Some(role) = Role::named(role) else {
        let error = Error::input(format!("no role is called `{}`", diagnostic::quote(role)));
        return Err(error.hint(nearest("role", role, Role::names())));
    };
    let unit = unit.map(|unit| {
        Unit::named(unit).ok_or_else(|| {
            let error = Error::input(format!("unknown unit `{}`", diagnostic::quote(unit)));
            error.hint(nearest("unit", unit, Unit::NAMES))
        })
    });
    Ok(Need { role, unit: unit.transpose()? })
}

struct Walk<'a> {
    contract: &'a Contract,
    needs: Vec<Need>,
    nullable: Vec<String>,
}

impl Walk<'_> {
    fn value(&mut self, value: Bson) -> Result<Bson, Error> {
        Ok(match value {
            Bson::String(text) => self.text(text)?,
            Bson::Array(items) => {
                Bson::Array(items.into_iter().map(|item| self.value(item)).collect::<Result<_, _>>()?)
            }
            Bson::Document(document) => {
                let mut resolved = Document::new();
                for (key, value) in document {
                    let value = if key == "$literal" { value } else { self.value(value)? };
                    resolved.insert(self.key(key), value);
                }
                Bson::Document(resolved)
            }
            other => other,
        })
    }

    /// A key of a query is a field's path.
    fn key(&mut self, key: String) -> String {
        match named(&key) {
            Some(Ok(need)) => self.path(need),
            _ => key,
        }
    }

    fn text(&mut self, text: String) -> Result<Bson, Error> {
        if text == IS_CLOSED {
            return Ok(self.is_closed());
        }
        if let Some((inner, below)) = text.strip_prefix("$<").and_then(|rest| rest.split_once('>')) {
            let need = need(inner)?;
            return Ok(Bson::String(format!("${}{below}", self.path(need))));
        }
        // Any other text in angle brackets is a text.
        Ok(Bson::String(match named(&text) {
            Some(Ok(need)) => self.path(need),
            _ => text,
        }))
    }

    /// The path of the role's column in a customer with its transactions joined; what lacks is noted.
    fn path(&mut self, need: Need) -> String {
        let Ok(column) = column(self.contract, need) else {
            add(&mut self.needs, [need]);
            return String::new();
        };
        let path = self.contract.joined_path(column);
        if column.is_nullable && !self.nullable.contains(&path) {
            self.nullable.push(path.clone());
        }
        path
    }

    fn is_closed(&mut self) -> Bson {
        let need = Need { role: Role::Closed, unit: None };
        let field = format!("${}", self.path(need));
        let values = self.contract.role(Role::Closed).map(Column::closed_values).unwrap_or_default();
        match values.as_slice() {
            [only] => bson!({ "$eq": [field, literal(only)] }),
            several => {
                let several: Vec<Bson> = several.iter().map(|value| literal(value)).collect();
                bson!({ "$in": [field, several] })
            }
        }
    }
}

/// What is true of customers of whom it is known whether they closed their account; none where that is known of all.
pub(crate) fn has_outcome(contract: &Contract) -> Option<Bson> {
    let column = contract.role(Role::Closed)?;
    if !column.is_nullable && column.missing_value().is_none() {
        return None;
    }
    let known = column.categories().iter().filter(|one| !one.is_missing);
    let known: Vec<Bson> = known.map(|one| literal(&one.value)).collect();
    Some(bson!({ "$in": [format!("${}", contract.joined_path(column)), known] }))
}

/// A text as an expression: one that starts with `$` would be taken for a field.
fn literal(text: &str) -> Bson {
    if text.starts_with('$') { bson!({ "$literal": text }) } else { Bson::String(text.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(contract: &Contract, text: &str) -> String {
        let value = pipeline::read(text).expect("a test's text can be read");
        match resolve(contract, value) {
            Ok(resolved) => pipeline::print::value(&resolved.value),
            Err(Absent::Wrong(error)) => format!("error: {error}"),
            Err(Absent::Lacking(needs)) => {
                format!("lacks {}", needs.iter().map(Need::to_string).collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn roles_become_fields_and_other_texts_stay() {
        let card = Contract::card();
        let cases = [
            ("'$<age>'", r#""$Customer_Age""#),
            (
                "['$<credit_limit>', '<spend>', '<18', '<none>']",
                r#"["$transactions.Credit_Limit", "transactions.Total_Trans_Amt", "<18", "<none>"]"#,
            ),
            ("{'<tenure in months>': {$gte: 3}}", r#"{"Months_on_book": {"$gte": 3}}"#),
            ("{$literal: '$<age>'}", r#"{"$literal": "$<age>"}"#),
            ("'<is closed>'", r#"{"$eq": ["$Attrition_Flag", "Attrited Customer"]}"#),
            ("['$<tenure in years>', '$<region>']", "lacks tenure in years, region"),
            ("'$<agee>'", "error: no role is called `agee`\nhint: the nearest role is `age`"),
            (
                "'$<age in apples>'",
                "error: unknown unit `apples`\nhint: the units here are `text`, `count`, `share`, `dollars`, `months`, `years`, `ratio`, `year`",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(check(&card, text), expected, "{text}");
        }
    }

    #[test]
    fn several_closed_values_are_a_list_and_dollars_no_fields() {
        let contract = |closed: &str| {
            let text = format!(
                "title = \"T\"\n[columns.k]\nkind = \"text\"\nrole = \"customer_key\"\nlabel = \"K\"\n[columns.c]\nkind = \"category\"\nrole = \"closed\"\nlabel = \"C\"\ncategories = [{{ value = \"a\" }}, {closed}]\n"
            );
            Contract::parse("t.toml", &text).unwrap_or_else(|faults| panic!("{faults}"))
        };
        let two = contract("{ value = \"b\", closed = true }, { value = \"$c\", closed = true }");
        assert_eq!(check(&two, "'<is closed>'"), r#"{"$in": ["$c", ["b", {"$literal": "$c"}]]}"#);
        let one = contract("{ value = \"$b\", closed = true }");
        assert_eq!(check(&one, "'<is closed>'"), r#"{"$eq": ["$c", {"$literal": "$b"}]}"#);
    }
}
