//! Cautions put into words.

use super::facts::{is_hidden, quoted};
use super::{count, customers, list, one_or_many, percent};
use crate::statistics::SMALL;
use crate::{BinRate, Caution, SmallGroup, Table, Unanswered, Within};

/// So many small groups are named one by one.
const MOST_NAMED: usize = 5;

/// The cautions as sentences, but for those that rest on rows with hidden cells.
pub(crate) fn cautions(cautions: &[Caution], table: &Table) -> Vec<String> {
    let is_shown = |caution: &&Caution| !caution.rows().iter().any(|row| is_hidden(table, *row));
    cautions.iter().filter(is_shown).filter_map(|caution| told(caution, table)).collect()
}

fn told(caution: &Caution, table: &Table) -> Option<String> {
    Some(match caution {
        Caution::Few { customers: few, .. } => {
            let verb = one_or_many(*few, "is", "are");
            format!("Only {} {verb} counted: nothing among so few can be told from chance.", customers(*few))
        }
        Caution::Small { groups, are_tested } => return small_groups(groups, *are_tested, table),
        Caution::Unknown { what, customers: n, share, within, .. } => {
            let are = one_or_many(*n, "that customer is", "they are");
            let (n, share) = (customers(*n), percent(*share));
            let within = within.as_ref().and_then(parts).unwrap_or_default();
            format!("“{what}” is not known for {n} ({share}): {are} shown last and not interpreted.{within}")
        }
        Caution::Between { group, customers: all, answer, low, high, .. } => format!(
            "As unknown answers may be any, from {} to {} of all {} {group} may be {answer}.",
            percent(*low),
            percent(*high),
            count(*all),
        ),
        Caution::WithoutValue { what, without, customers: all, .. } => {
            let verb = one_or_many(*without, "has", "have");
            format!("The {what} is of those who have a value; {} of {} {verb} none.", count(*without), customers(*all))
        }
        Caution::WithoutOutcome { without, customers: all, .. } => {
            let them = one_or_many(*without, "that customer", "them");
            let (without, all) = (count(*without), customers(*all));
            format!(
                "Whether the account was closed is not known for {without} of {all}: no rate of closures counts {them}."
            )
        }
        Caution::Fixed { what, .. } => {
            format!("Differences of the {what} are not tested: what customers are grouped by fixes it.")
        }
        Caution::Untested { what } => format!("Whether the {what} differs by more than chance is not tested."),
        Caution::Ranked => "A median or percentile is a value that a customer has: the smallest that at least that share of them \
                            do not exceed, so of two middle values the lower. Its 95 % interval goes from one of their values \
                            to another, by rank."
            .to_owned(),
        Caution::Worded(words) => words.clone(),
        Caution::Suspicious { .. }
        | Caution::Lumped { .. }
        | Caution::UnknownTells { .. }
        | Caution::NotChosen { .. }
        | Caution::Unanswered { .. }
        | Caution::UnrankedBins { .. } => return told_of_columns(caution),
        Caution::NoCurve { years, .. } => {
            let tenure = if *years > 0.0 {
                let years = if *years > 1.0 { format!("{years} years") } else { "a year".to_owned() };
                format!("All of them have been with the bank for more than {years}, and tenure")
            } else {
                "Tenure".to_owned()
            };
            format!(
                "No curve of how long customers stay is drawn: the data show each customer once, on the day of the extract. \
                 {tenure} is counted up to that day, not to the closing."
            )
        }
    })
}

/// A caution about columns that tell closure.
fn told_of_columns(caution: &Caution) -> Option<String> {
    Some(match caution {
        Caution::Suspicious { columns, .. } => format!(
            "Above an information value of 0.5 a column tells more than is usual: {}. Look at how such a column was measured: it may \
             say what followed from closing, and not what came before.",
            list(&quoted(columns)),
        ),
        Caution::Lumped { column, group, share, .. } => format!(
            "Of “{column}” one group, {group}, has {} of the customers: cut otherwise, it may tell more.",
            percent(*share)
        ),
        Caution::UnknownTells { column, customers: unknown, share, .. } => format!(
            "“{column}” is not known of {} ({}), who count as a group of their own: a part of what it tells is who gave no answer.",
            customers(*unknown),
            percent(*share)
        ),
        Caution::Unanswered { columns } => {
            let shown = |column: &Unanswered| {
                let (rate, others) = (percent(column.rate), percent(column.rate_of_others));
                format!("“{}” ({rate} of {}, {others} of the others)", column.column, customers(column.customers))
            };
            let named: Vec<String> = columns.iter().map(shown).collect();
            format!(
                "Customers without an answer are in no bin here, and their closure rate is not that of the others: {}.",
                list(&named)
            )
        }
        Caution::UnrankedBins { bins, .. } => {
            let shown = |(column, bin): &(String, BinRate)| {
                format!("“{column}” {} ({} of {})", bin.values, percent(bin.rate), count(bin.customers))
            };
            let mut named: Vec<String> = bins.iter().take(MOST_NAMED).map(shown).collect();
            let n_more = bins.len() - named.len();
            if n_more > 0 {
                named.push(format!("{n_more} other {}", one_or_many(n_more as f64, "bin", "bins")));
            }
            let verb = one_or_many(bins.len() as f64, "lies", "lie");
            format!(
                "Most and fewest closures are told of bins of {SMALL} customers or more; of the smaller ones {} {verb} further out.",
                list(&named)
            )
        }
        Caution::NotChosen { are_uncounted, .. } => {
            let uncounted = " A dash under “Excess closures” says that the column was not tried.";
            format!(
                "A dash under “Share of deviance added” says that a column was not chosen: it adds too little to those before \
                 it, or tells no more than chance by itself.{}",
                if *are_uncounted { uncounted } else { "" },
            )
        }
        _ => return None,
    })
}

/// ` That is 19.8 % of women and 1.1 % of men.`, or of many groups the two ends; nothing where all look the same.
fn parts(Within { shares, are_ends, n_smaller }: &Within) -> Option<String> {
    let part = |(group, share): &(String, f64)| format!("{} of {group}", percent(*share));
    let parts: Vec<String> = shares.iter().map(part).collect();
    let first = shares.first()?;
    if shares.iter().all(|other| percent(other.1) == percent(first.1)) {
        return None;
    }
    let parts = if *are_ends { format!("from {}", parts.join(" to ")) } else { list(&parts) };
    let of = if *n_smaller > 0 { format!(", of the groups of {SMALL} customers or more,") } else { String::new() };
    Some(format!(" That is{of} {parts}."))
}

fn small_groups(groups: &[SmallGroup], are_tested: bool, table: &Table) -> Option<String> {
    let shown = groups.iter().filter(|group| !is_hidden(table, group.row));
    let small: Vec<String> = shown.map(|group| format!("{} ({})", group.name, count(group.customers))).collect();
    if small.is_empty() {
        return None;
    }
    let n = small.len();
    let named = if n <= MOST_NAMED {
        list(&small)
    } else {
        let first = MOST_NAMED - 1;
        format!("{} and {} more", small[..first].join(", "), n - first)
    };
    let groups = one_or_many(
        n as f64,
        "A small group of fewer than {} customers is",
        "Small groups of fewer than {} customers are",
    );
    let groups = groups.replace("{}", &SMALL.to_string());
    let tested = if are_tested { "; the test counts all groups of known answers" } else { "" };
    Some(format!("{groups} shown and not ranked: {named}{tested}."))
}
