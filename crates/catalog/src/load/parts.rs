//! Texts with parts that are said only where the bank has what they speak of: `Limit{mean_balance: and balance} by income`.
//!
//! In: a text of a file. Out: the text with those of its parts whose names are all there: measures of the analysis, dimensions,
//! or roles (`<income>`). Invariant: a name that means nothing is refused; braces without a colon are text.

use pipeline::Error;

use super::analysis::Declared;
use crate::left_out::Absent;
use crate::{Catalog, roles};

/// The text with the parts that are said of this bank.
pub(super) fn told(catalog: &Catalog, measures: &Declared, text: &str) -> Result<String, Error> {
    let mut told = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        told.push_str(before);
        let part = from.split_once('}').and_then(|(part, behind)| Some((part.split_once(':')?, behind)));
        let Some(((names, said), behind)) = part else {
            told.push('{');
            rest = from;
            continue;
        };
        let mut are_there = true;
        for name in names.split(',') {
            let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
            are_there &= is_there(catalog, measures, &name)?;
        }
        told.push_str(if are_there { said } else { "" });
        rest = behind;
    }
    Ok(told + rest)
}

fn is_there(catalog: &Catalog, measures: &Declared, name: &str) -> Result<bool, Error> {
    if let Some(need) = roles::named(name) {
        return Ok(roles::column(&catalog.contract, need?).is_ok());
    }
    let today = catalog.measures.iter().find(|measure| measure.aliases.iter().any(|alias| alias == name));
    let name = today.map_or(name, |measure| measure.name.as_str());
    if measures.check(name).is_ok() {
        return Ok(measures.gone(name).is_none());
    }
    match catalog.find_dimension(name) {
        Ok(_) => Ok(true),
        Err(Absent::Lacking(_)) => Ok(false),
        Err(Absent::Wrong(_)) => {
            let error = Error::input(format!("a part of the text speaks of `{}`", diagnostic::quote(name)));
            Err(error
                .hint("it may speak of the measures of this analysis, of dimensions and of roles, such as `<income>`"))
        }
    }
}
