//! Hints for misspelt names.

use std::collections::HashSet;

use crate::quote;

/// A part of a name is no word that tells anything if it is shorter.
const SHORTEST_WORD: usize = 3;
/// So many of the names that are near are told.
const MOST: usize = 3;

/// A hint that helps with a misspelt name: all valid names where there are ten or fewer, else up to three that are near, of
/// which those that contain the whole word come first; empty where none is near. `what` is the singular noun, such as `field`.
#[must_use]
pub fn nearest<'a>(what: &str, wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> String {
    let mut seen = HashSet::new();
    let valid: Vec<&str> = valid.into_iter().filter(|name| seen.insert(*name)).collect();
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{}`", quote(name))).collect::<Vec<_>>().join(", ");
    let plural = what.strip_suffix("sis").map_or_else(|| format!("{what}s"), |stem| format!("{stem}ses"));
    match valid.len() {
        0 => format!("there are no {plural} here"),
        1..=10 => format!("the {plural} here are {}", quoted(&valid)),
        _ => {
            let near = near(wrong, valid);
            match &near[..near.len().min(MOST)] {
                [] => String::new(),
                [name] => format!("the nearest {what} is {}", quoted(&[name])),
                names => format!("{plural} with a near name: {}", quoted(names)),
            }
        }
    }
}

/// The names that are near a misspelt one, the nearest first; those that contain the whole word come before the others.
#[must_use]
pub fn near<'a>(wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wrong = wrong.to_lowercase();
    let n_chars = wrong.chars().count();
    let order = |name: &str| {
        let name = name.to_lowercase();
        // Who writes `age` means `Customer_Age` rather than `card`.
        let has_word = n_chars >= SHORTEST_WORD && name.contains(&wrong);
        let distance = strsim::damerau_levenshtein(&wrong, &name);
        (has_word || distance <= (n_chars / 3).max(1)).then_some((!has_word, distance))
    };
    let mut found: Vec<_> = valid.into_iter().filter_map(|name| Some((order(name)?, name))).collect();
    found.sort_by_key(|(order, _)| *order);
    found.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_of_many_names_come_first() {
        let names = ["$abs", "$add", "$and", "$avg", "$ceil", "$cmp", "$cond", "$concat", "$divide", "$eq", "$exp"];
        assert_eq!(nearest("operator", "$ad", names), "operators with a near name: `$add`, `$and`");
        assert_eq!(nearest("operator", "$foo", names), "");
        // A name that is there twice is one.
        assert_eq!(nearest("operator", "$add", ["$add", "$add"]), "the operators here are `$add`");
        assert_eq!(nearest("operator", "$consat", names), "the nearest operator is `$concat`");
        let fields = ["card", "payer", "Customer_Age", "Months", "K", "L", "M", "N", "O", "P", "Q"];
        assert_eq!(nearest("field", "age", fields), "the nearest field is `Customer_Age`");
        assert_eq!(nearest("stage", "$x", ["$match", "$sort"]), "the stages here are `$match`, `$sort`");
        assert_eq!(nearest("analysis", "x", []), "there are no analyses here");
    }
}
