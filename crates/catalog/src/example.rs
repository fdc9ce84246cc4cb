//! An example of a filter, in the names of the bank that is asked.

use contract::{Column, Contract, Kind, Role};

/// The number that an example compares an age with.
const AGE: i64 = 45;

/// `` `Card_Category=Blue` or `Customer_Age>=45 and Card_Category in Blue,Silver` ``; as much of it as the contract has
/// columns for.
pub(crate) fn example(contract: &Contract) -> String {
    let is_free = |column: &&Column| !column.direct_identifier && column.role != Some(Role::CustomerKey);
    let columns = || contract.columns.iter().filter(is_free);
    let named = contract.role(Role::Segment).filter(|column| column.categories().len() > 1);
    let named = named.or_else(|| columns().find(|column| column.categories().len() > 1));
    let number = contract.role(Role::Age).or_else(|| columns().find(|column| column.is_number()));
    let number = number.map(|column| format!("{}>={}", column.name, number_of(column)));
    let Some(named) = named else {
        let least = || format!("{}=…", contract.key().name);
        return format!("`{}`", number.unwrap_or_else(least));
    };
    let mut values = named.categories().iter().map(|one| value(&one.value));
    let (first, second) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
    let name = &named.name;
    match number {
        Some(number) => format!("`{name}={first}` or `{number} and {name} in {first},{second}`"),
        None => format!("`{name}={first}` or `{name} in {first},{second}`"),
    }
}

/// A number that the column may hold.
fn number_of(column: &Column) -> i64 {
    match column.kind {
        Kind::Whole { min, max } => AGE.clamp(min, max),
        Kind::Decimal { min, max, .. } => AGE.clamp(min.ceil() as i64, (max.floor() as i64).max(min.ceil() as i64)),
        Kind::Category(_) | Kind::Text | Kind::Date => AGE,
    }
}

/// A value as a filter writes it: in quotes where it is more than one word.
fn value(text: &str) -> String {
    if text.chars().all(char::is_alphanumeric) { text.to_owned() } else { format!("'{}'", diagnostic::quote(text)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_of_the_columns_that_there_are() {
        let of = |more: &str| {
            let head = "title = \"T\"\n[columns.k]\nkind = \"text\"\nrole = \"customer_key\"\nlabel = \"K\"\n";
            let contract = Contract::parse("t.toml", &format!("{head}{more}"));
            example(&contract.unwrap_or_else(|faults| panic!("{faults}")))
        };
        let colour = "[columns.c]\nkind = \"category\"\nlabel = \"C\"\ncategories = [{ value = \"red\" }, { value = \"light blue\" }]\n";
        let few = "[columns.n]\nkind = \"whole\"\nlabel = \"N\"\nrange = [1, 9]\n";
        let ratio = "[columns.r]\nkind = \"decimal\"\nlabel = \"R\"\nrange = [0.25, 0.75]\nsteps = 100\n";
        assert_eq!(of(""), "`k=…`");
        assert_eq!(of(few), "`n>=9`");
        assert_eq!(of(ratio), "`r>=1`");
        assert_eq!(of(colour), "`c=red` or `c in red,'light blue'`");
        assert_eq!(of(&format!("{few}{colour}")), "`c=red` or `n>=9 and c in red,'light blue'`");
        assert_eq!(
            example(&Contract::card()),
            "`Card_Category=Blue` or `Customer_Age>=45 and Card_Category in Blue,Silver`"
        );
    }
}
