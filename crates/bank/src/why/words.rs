//! Bins and numbers in words.
//!
//! In: the cuts of a column, or a number. Out: what a table shows: `40 to below 60`, `not known`.

use additive::Cuts;

/// What a bin of missing values is called.
pub(crate) const NOT_KNOWN: &str = "not known";

/// The bins of a column in their order, that of missing values last.
pub(crate) fn bins(cuts: &Cuts, categories: Option<&[String]>) -> Vec<String> {
    let mut bins: Vec<String> = match cuts {
        Cuts::Edges(edges) => {
            let lows = std::iter::once(None).chain(edges.iter().copied().map(Some));
            let highs = edges.iter().copied().map(Some).chain([None]);
            lows.zip(highs).map(|(low, high)| range(low, high)).collect()
        }
        Cuts::Groups(groups) => {
            let members = |bin: usize| {
                let names = categories.unwrap_or_default().iter().zip(groups);
                names.filter(|(_, group)| usize::from(**group) == bin).map(|(name, _)| name.clone()).collect::<Vec<_>>()
            };
            (0..cuts.n_bins()).map(|bin| members(bin).join(", ")).collect()
        }
    };
    bins.push(NOT_KNOWN.to_owned());
    bins
}

/// The numbers from one end, to below another.
pub(crate) fn range(low: Option<f64>, high: Option<f64>) -> String {
    range_as(low, high, &number)
}

/// The same with numbers as they are written.
pub(crate) fn range_as(low: Option<f64>, high: Option<f64>, written: &dyn Fn(f64) -> String) -> String {
    match (low, high) {
        (None, None) => "all".to_owned(),
        (None, Some(high)) => format!("below {}", written(high)),
        (Some(low), None) => format!("{} and more", written(low)),
        (Some(low), Some(high)) => format!("{} to below {}", written(low), written(high)),
    }
}

/// A number with separators, and no more decimals than data have.
pub(crate) fn number(value: f64) -> String {
    let rounded = (value * 1e4).round() / 1e4;
    let text = if rounded.is_finite() && rounded != 0.0 { rounded.to_string() } else { value.to_string() };
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let Ok(digits) = whole.trim_start_matches('-').parse::<u64>() else { return text };
    let sign = if whole.starts_with('-') { "−" } else { "" };
    let rest = rest.map_or_else(String::new, |rest| format!(".{rest}"));
    format!("{sign}{}{rest}", report::count(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_told_in_words() {
        assert_eq!(
            bins(&Cuts::Edges(vec![40.0, 1000.5]), None),
            ["below 40", "40 to below 1,000.5", "1,000.5 and more", "not known"]
        );
        assert_eq!(bins(&Cuts::Edges(vec![]), None), ["all", "not known"]);
        assert_eq!([120.069_767_441_860_46, -0.5, 1e-9, 0.0].map(number), ["120.0698", "−0.5", "0.000000001", "0"]);
        let names = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(bins(&Cuts::Groups(vec![0, 1, 0]), Some(&names)), ["a, c", "b", "not known"]);
    }
}
