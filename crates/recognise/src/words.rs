//! The words of a draft: headings, and how sentences speak of groups.

use contract::{Contract, Role, Unit};

use crate::fold;

/// A heading out of a column's name: `NumOf_products` is “Num of products”. A name with blanks is one already.
pub(crate) fn label(header: &str) -> String {
    let header: String = header.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let header = header.trim();
    if header.contains(' ') {
        return capital(header);
    }
    let mut text = String::new();
    let mut before: Option<char> = None;
    let has_small = header.chars().any(char::is_lowercase);
    for c in header.chars() {
        let is_hump =
            has_small && c.is_uppercase() && before.is_some_and(|before| before.is_lowercase() || before.is_numeric());
        if is_hump || matches!(c, '_' | '.' | '-') {
            text.push(' ');
        }
        if !matches!(c, '_' | '.' | '-') {
            text.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    let text: Vec<&str> = text.split_whitespace().collect();
    if text.is_empty() { header.to_owned() } else { capital(&text.join(" ")) }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// The heading of a column with a role: the card contract's, where that says the same of any bank.
pub(crate) fn label_of(card: &Contract, role: Option<Role>, header: &str) -> String {
    let is_the_banks = |role: &Role| {
        matches!(role, Role::Closed | Role::Tenure | Role::Segment | Role::Contacts | Role::Transactions | Role::Spend)
            || matches!(role, Role::MonthsInactive | Role::SpendChange | Role::TransactionsChange | Role::CustomerKey)
    };
    let known = role.filter(|role| !is_the_banks(role)).and_then(|role| card.role(role));
    known.map_or_else(|| label(header), |column| column.label.clone())
}

/// How sentences speak of a group with one value of a column.
pub(crate) fn phrase(card: &Contract, role: Option<Role>, unit: Unit, label: &str) -> String {
    let of_card = role.and_then(|role| card.role(role)).and_then(|column| column.phrase.clone());
    match role {
        Some(Role::Tenure) if unit == Unit::Years => "customers with the bank for {} years".to_owned(),
        Some(Role::Region) => "customers from {}".to_owned(),
        Some(Role::Gender | Role::Age | Role::Education | Role::MaritalStatus | Role::Income) if of_card.is_some() => {
            of_card.unwrap_or_default()
        }
        Some(Role::Tenure | Role::Dependents | Role::Products | Role::MonthsInactive) if of_card.is_some() => {
            of_card.unwrap_or_default()
        }
        // A question is no noun: “Is high value”, “Has cr card”.
        _ if ["Is ", "Has "].iter().any(|word| label.starts_with(word)) => format!("customers with “{label}” {{}}"),
        _ => format!("customers with {} {{}}", small(label)),
    }
}

/// A label in the middle of a sentence: `Credit score` becomes `credit score`, `HasCrCard` and `FICO score` stay.
pub(crate) fn small(label: &str) -> String {
    let mut chars = label.chars();
    let (first, second) = (chars.next(), chars.next());
    match (first, second) {
        (Some(first), second) if !second.is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(second).chain(chars).collect()
        }
        _ => label.to_owned(),
    }
}

/// What a file's name says of its data: `churn_modelling.csv` is “Churn modelling”.
pub(crate) fn title(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or("");
    let title = label(stem);
    if fold::name(&title).is_empty() { "Customers".to_owned() } else { title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_made_of_names() {
        for (header, expected) in [
            ("NumOf_products", "Num of products"),
            ("CASH_ADVANCE_TRX", "Cash advance trx"),
            ("EstimatedSalary", "Estimated salary"),
            ("Saving accounts", "Saving accounts"),
            ("AgeGroup", "Age group"),
            ("default.payment", "Default payment"),
            ("_", "_"),
            ("età", "Età"),
        ] {
            assert_eq!(label(header), expected);
        }
        assert_eq!(
            [title("/a/churn_modelling.csv.gz"), title("-"), title("")],
            ["Churn modelling", "Customers", "Customers"]
        );
        assert_eq!(
            [small("Credit score"), small("FICO score"), small("é"), small("")],
            ["credit score", "FICO score", "é", ""]
        );
    }
}
