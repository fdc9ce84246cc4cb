//! Roles: what a column means, whatever it is called.

use crate::Kind;

/// What a column means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Names a customer; every contract has one.
    CustomerKey,
    /// Whether the customer has closed the account.
    Closed,
    /// Age in years.
    Age,
    /// Gender.
    Gender,
    /// Education.
    Education,
    /// Marital status.
    MaritalStatus,
    /// Income, in classes.
    Income,
    /// How many people depend on the customer.
    Dependents,
    /// Where the customer lives.
    Region,
    /// The tier of the card or account.
    Segment,
    /// How long the customer has been with the bank.
    Tenure,
    /// How many of the bank's products the customer holds.
    Products,
    /// How often the customer and the bank were in contact.
    Contacts,
    /// Months without activity.
    MonthsInactive,
    /// Whether the customer is active.
    Active,
    /// The limit of the credit granted.
    CreditLimit,
    /// What the customer owes on the card.
    RevolvingBalance,
    /// What the customer has on deposit.
    DepositBalance,
    /// What is left of the limit.
    OpenToBuy,
    /// What part of the limit is used.
    Utilization,
    /// What was spent.
    Spend,
    /// How many transactions there were.
    Transactions,
    /// Spend of the last quarter over that of the first.
    SpendChange,
    /// Transactions of the last quarter over those of the first.
    TransactionsChange,
    /// A credit score.
    CreditScore,
    /// The day that the row describes.
    AsOf,
}

/// Each role with its name in files.
const ROLES: [(Role, &str); 26] = [
    (Role::CustomerKey, "customer_key"),
    (Role::Closed, "closed"),
    (Role::Age, "age"),
    (Role::Gender, "gender"),
    (Role::Education, "education"),
    (Role::MaritalStatus, "marital_status"),
    (Role::Income, "income"),
    (Role::Dependents, "dependents"),
    (Role::Region, "region"),
    (Role::Segment, "segment"),
    (Role::Tenure, "tenure"),
    (Role::Products, "products"),
    (Role::Contacts, "contacts"),
    (Role::MonthsInactive, "months_inactive"),
    (Role::Active, "active"),
    (Role::CreditLimit, "credit_limit"),
    (Role::RevolvingBalance, "revolving_balance"),
    (Role::DepositBalance, "deposit_balance"),
    (Role::OpenToBuy, "open_to_buy"),
    (Role::Utilization, "utilization"),
    (Role::Spend, "spend"),
    (Role::Transactions, "transactions"),
    (Role::SpendChange, "spend_change"),
    (Role::TransactionsChange, "transactions_change"),
    (Role::CreditScore, "credit_score"),
    (Role::AsOf, "as_of"),
];

impl Role {
    /// All roles, in their order.
    pub fn all() -> impl Iterator<Item = Self> {
        ROLES.into_iter().map(|(role, _)| role)
    }

    /// All names, in the order of the roles.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ROLES.into_iter().map(|(_, name)| name)
    }

    /// The role of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ROLES.into_iter().find(|(_, known)| *known == name).map(|(role, _)| role)
    }

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        ROLES[self as usize].1
    }

    /// What it is in words, for people who know no roles.
    #[must_use]
    pub fn words(self) -> String {
        let said = match self {
            Self::CustomerKey => "customer number",
            Self::Closed => "whether the account was closed",
            Self::Segment => "card or segment",
            Self::Tenure => "time with the bank",
            Self::Products => "number of products",
            Self::Contacts => "number of contacts",
            Self::Active => "whether the customer is active",
            Self::Transactions => "number of transactions",
            Self::SpendChange => "change in spend",
            Self::TransactionsChange => "change in transactions",
            Self::AsOf => "day of the data",
            other => return other.name().replace('_', " "),
        };
        said.to_owned()
    }

    /// Whether a column of that kind can mean it.
    #[must_use]
    pub fn is_of(self, kind: &Kind) -> bool {
        self.check(kind).is_ok()
    }

    /// Whether a column of that kind can mean it; if not, which kinds can.
    pub(crate) fn check(self, kind: &Kind) -> Result<(), &'static str> {
        let (is_fit, wanted) = match self {
            Self::CustomerKey => (matches!(kind, Kind::Whole { .. } | Kind::Text), "`whole` or `text`"),
            Self::Closed | Self::Gender | Self::Education | Self::MaritalStatus | Self::Income | Self::Segment => {
                (matches!(kind, Kind::Category(_)), "`category`")
            }
            Self::Region => (matches!(kind, Kind::Category(_) | Kind::Text), "`category` or `text`"),
            Self::Active => (matches!(kind, Kind::Category(_) | Kind::Whole { .. }), "`category` or `whole`"),
            Self::AsOf => (matches!(kind, Kind::Date), "`date`"),
            Self::Age
            | Self::Dependents
            | Self::Tenure
            | Self::Products
            | Self::Contacts
            | Self::MonthsInactive
            | Self::CreditLimit
            | Self::RevolvingBalance
            | Self::DepositBalance
            | Self::OpenToBuy
            | Self::Utilization
            | Self::Spend
            | Self::Transactions
            | Self::SpendChange
            | Self::TransactionsChange
            | Self::CreditScore => (matches!(kind, Kind::Whole { .. } | Kind::Decimal { .. }), "`whole` or `decimal`"),
        };
        if is_fit { Ok(()) } else { Err(wanted) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_is_found_by_its_own_name() {
        for role in Role::all() {
            assert_eq!(Role::named(role.name()), Some(role));
        }
        assert_eq!(Role::named("balance"), None);
        assert!(Role::Region.is_of(&Kind::Text) && !Role::Gender.is_of(&Kind::Text));
        assert_eq!((Role::CustomerKey.name(), Role::AsOf.name()), ("customer_key", "as_of"));
    }
}
