//! Hints for misspelt names.

use crate::quote;

/// A part of a name is no word that tells anything if it is shorter.
const SHORTEST_WORD: usize = 3;

/// A hint that helps with a misspelt name: all valid names where there are ten or fewer, else the three nearest, of
/// which those that contain the whole word come first. `what` is the singular noun, such as `field`.
#[must_use]
pub fn nearest<'a>(what: &str, wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> String {
    let mut valid: Vec<&str> = valid.into_iter().collect();
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{}`", quote(name))).collect::<Vec<_>>().join(", ");
    let plural = what.strip_suffix("sis").map_or_else(|| format!("{what}s"), |stem| format!("{stem}ses"));
    match valid.len() {
        0 => format!("there are no {plural} here"),
        1..=10 => format!("the {plural} here are {}", quoted(&valid)),
        _ => {
            let wrong = wrong.to_lowercase();
            valid.sort_by_cached_key(|name| {
                let name = name.to_lowercase();
                // Who writes `age` means `Customer_Age` rather than `card`.
                let has_word = wrong.chars().count() >= SHORTEST_WORD && name.contains(&wrong);
                (!has_word, strsim::levenshtein(&wrong, &name))
            });
            format!("{plural} with a near name: {}", quoted(&valid[..3]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_of_many_names_come_first() {
        let names = ["$abs", "$add", "$and", "$avg", "$ceil", "$cmp", "$cond", "$concat", "$divide", "$eq", "$exp"];
        assert_eq!(nearest("operator", "$ad", names), "operators with a near name: `$add`, `$and`, `$abs`");
        let fields = ["card", "payer", "Customer_Age", "Months", "K", "L", "M", "N", "O", "P", "Q"];
        assert_eq!(nearest("field", "age", fields), "fields with a near name: `Customer_Age`, `card`, `payer`");
        assert_eq!(nearest("stage", "$x", ["$match", "$sort"]), "the stages here are `$match`, `$sort`");
        assert_eq!(nearest("analysis", "x", []), "there are no analyses here");
    }
}
