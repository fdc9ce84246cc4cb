//! Which collections a contract is adopted over, where another program loaded them.
//!
//! In: the key `adopted` of a contract's file. Out: [`Adopted`], the names of the collections. Each column is read from its
//! path there, which its `header` says where that is not its name.
//! Invariant: a contract that is adopted over collections is never adopted over others.

use diagnostic::{Diagnostic, quote};

use crate::entry::Entry;
use crate::{CUSTOMERS, Column, Contract};

/// The keys of `adopted`.
const KEYS: [&str; 2] = ["customers", "transactions"];

/// The collections that a contract is adopted over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// The collection of customers.
    pub customers: String,
    /// The collection of transactions, where it is another one.
    pub transactions: Option<String>,
}

impl Adopted {
    /// Over one collection with all columns.
    #[must_use]
    pub fn over(customers: &str) -> Self {
        Self { customers: customers.to_owned(), transactions: None }
    }

    pub(crate) fn read(file: &mut Entry<'_>) -> Option<Self> {
        let mut entry = file.table("adopted")?;
        entry.only(&KEYS);
        let names = [
            entry.optional_text("customers").unwrap_or(CUSTOMERS),
            entry.optional_text("transactions").unwrap_or_default(),
        ];
        for (key, name) in KEYS.into_iter().zip(names) {
            if entry.has(key) && (name.is_empty() || name.contains(['$', '\0'])) {
                let message = format!("`{}` cannot be the name of a collection", quote(name));
                entry.fault(key, Diagnostic::new(message));
            }
        }
        let [customers, transactions] = names.map(str::to_owned);
        Some(Self { customers, transactions: Some(transactions).filter(|name| !name.is_empty()) })
    }

    /// The line that says it in a contract's file.
    fn line(&self) -> String {
        let text = |name: &str| toml::Value::from(name).to_string();
        let transactions = self.transactions.as_deref().map(|name| format!(", transactions = {}", text(name)));
        let transactions = transactions.unwrap_or_default();
        format!("adopted = {{ customers = {}{transactions} }}", text(&self.customers))
    }
}

impl Contract {
    /// The same contract adopted over collections: what it may hold is not checked there, so that any value but the key may
    /// be missing. A contract that is adopted over some already stays so.
    #[must_use]
    pub fn adopted_over(mut self, adopted: &Adopted) -> Self {
        if self.adopted.is_none() {
            // Keys of the file come before its tables, and its comments before its keys.
            let head = self.text.split_inclusive('\n');
            let head = head.take_while(|line| line.trim_end().is_empty() || line.starts_with('#'));
            let at: usize = head.map(str::len).sum();
            self.text.insert_str(at, &format!("{}\n", adopted.line()));
            self.adopted = Some(adopted.clone());
        }
        let key = self.key;
        let others = self.columns.iter_mut().enumerate().filter(|(position, _)| *position != key);
        others.for_each(|(_, column)| column.is_nullable = true);
        self
    }
}

impl Column {
    /// The paths at which documents may have it, where another program loaded them: its headers, else its name.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let own = self.headers.is_empty().then_some(self.name.as_str());
        self.headers.iter().map(String::as_str).chain(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_says_over_which_collections_it_is_adopted() {
        let text = "# A club.\n\ntitle = \"A club\"\n[columns.member]\nkind = \"text\"\nrole = \"customer_key\"\n\
                    [columns.fee]\nkind = \"decimal\"\nrange = [0, 9]\nheader = \"account.fee\"\n";
        let club = Contract::parse("club.toml", text).unwrap();
        assert_eq!(club.adopted, None);
        let over = Adopted { customers: "mem\"bers".to_owned(), transactions: Some("fees".to_owned()) };
        let adopted = club.adopted_over(&over);
        assert!(adopted.columns[1].is_nullable && !adopted.columns[0].is_nullable);
        assert_eq!(adopted.columns[1].paths().collect::<Vec<_>>(), ["account.fee"]);
        assert_eq!(adopted.columns[0].paths().collect::<Vec<_>>(), ["member"]);
        let again = Contract::parse("club.toml", adopted.text()).unwrap();
        assert_eq!(again, adopted, "its text says all of it");
        assert!(again.text().starts_with("# A club.\n\nadopted = "), "{}", again.text());
        assert_eq!(again.adopted_over(&Adopted::over("others")).adopted, Some(over), "it is adopted already");
    }

    #[test]
    fn a_name_that_no_collection_can_have_is_a_fault() {
        let text = "title = 't'\nadopted = { customers = '', transaction = 'x' }\n[columns.k]\nkind = 'text'\n\
                    role = 'customer_key'\n";
        let faults = Contract::parse("t.toml", text).unwrap_err().to_string();
        assert!(faults.contains("`` cannot be the name of a collection"), "{faults}");
        assert!(faults.contains("unknown key `transaction`"), "{faults}");
    }
}
