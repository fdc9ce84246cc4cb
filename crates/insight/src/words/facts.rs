//! Facts put into words.

use catalog::Unit;

use super::{capital, count, customers, list, one_or_many, percent, quantity, range, ratio, signed};
use crate::columns::{Added, BinRate, Excess, Heading, Ranking, Weighed};
use crate::narrative::{Fact, Figure, Held, Largest, Nothing, Piece, Remaining};
use crate::statistics::SMALL;
use crate::{Cell, Interval, Table};

/// So many groups that share the place of another are named.
const MOST_SHARING: usize = 3;
/// What stands before them.
const CANNOT_BE_TOLD_FROM: &str = "which cannot be told from";
/// What stands where a fact would tell what the table hides.
const HIDDEN: &str = "Some figures are hidden.";

/// The facts as sentences, but for those that rest on rows with hidden cells.
pub(crate) fn facts(facts: &[Fact], table: &Table) -> String {
    let mut sentences: Vec<String> = Vec::new();
    for fact in facts {
        let sentence = if are_hidden(table, &fact.rows()) { HIDDEN.to_owned() } else { capital(&told(fact)) };
        if !sentence.is_empty() && sentences.last() != Some(&sentence) {
            sentences.push(sentence);
        }
    }
    sentences.join(" ")
}

/// Whether any of these rows has a hidden cell.
pub(crate) fn are_hidden(table: &Table, rows: &[usize]) -> bool {
    rows.iter().any(|row| is_hidden(table, *row))
}

/// Whether a row has a hidden cell.
pub(crate) fn is_hidden(table: &Table, row: usize) -> bool {
    table.rows.get(row).is_some_and(|row| row.cells.contains(&Cell::Hidden))
}

fn told(fact: &Fact) -> String {
    match fact {
        Fact::Nothing(why) => nothing(*why).to_owned(),
        Fact::Closed { closed, customers, interval, .. } => closed_of(*closed, *customers, *interval),
        Fact::Credit { granted, carried, unit, .. } => format!(
            "Credit of {} was granted, of which {} ({}) is carried as balances.",
            quantity(*granted, *unit),
            quantity(*carried, *unit),
            percent(carried / granted),
        ),
        Fact::Overall { customers, figures, .. } => overall(*customers, figures),
        Fact::Extremes { what, highest, lowest, n_smaller } => extremes(what, highest, lowest, *n_smaller),
        Fact::Undecided { what, highest, lowest, n_smaller } => undecided(what, highest, lowest, *n_smaller),
        Fact::Same { what, value, unit, .. } => {
            format!("The {what} is {} in every group that is large enough to be ranked.", quantity(*value, *unit))
        }
        Fact::Single { what, figure, is_left: true } => {
            format!("The {what} of {}, the one group that is large enough, is {}.", figure.group, value(figure))
        }
        Fact::Single { what, figure, is_left: false } => {
            format!("The {what} of {} is {}.", figure.group, value(figure))
        }
        Fact::Largest { figure, all, kind } => largest(figure, *all, *kind),
        Fact::Association { figure, known, answer, others, share } => format!(
            "Of {} {}{} {} are {answer}; {}.",
            figure.customers.map_or_else(String::new, count),
            figure.group,
            known.as_ref().map_or_else(String::new, |label| format!(" whose “{label}” is known")),
            value(&Figure { customers: None, ..figure.clone() }),
            of_others(*others, known.is_some(), *share),
        ),
        Fact::Means { what, figures } => {
            let means: Vec<String> = figures.iter().map(mean).collect();
            let average = if what.starts_with("mean ") { "" } else { "on average " };
            format!("{}: {average}{}, every customer counting once.", capital(what), list(&means))
        }
        Fact::Holds { group, customers, parts, n_smaller, .. } => {
            of_the_ranked("groups", *n_smaller) + &holds(group, *customers, parts)
        }
        Fact::Ranking(found) => ranking(found),
        Fact::Evidence { highest, lowest, n_smaller, .. } => format!(
            "{}the weight of evidence for closure is highest at {}{} lowest at {}.",
            of_the_ranked("bins", *n_smaller),
            weighed(highest),
            if highest.len() > 1 { ", and" } else { " and" },
            weighed(lowest),
        ),
        Fact::Baseline { what, closed, open, .. } => {
            let part = |(some, all): (f64, f64)| format!("{} ({} of {})", percent(some / all), count(some), count(all));
            format!("{what} for {} of the closed accounts and for {} of the others.", part(*closed), part(*open))
        }
        Fact::Trend { what, first, last, n_smaller, .. } => format!(
            "{}the {what} goes from {} among {} to {} among {}.",
            of_the_ranked("groups", *n_smaller),
            value(first),
            first.group,
            value(last),
            last.group,
        ),
        Fact::LifeTable { first, remaining, .. } => life_table(*first, remaining),
        Fact::Telling { .. } | Fact::Sits { .. } | Fact::Selected { .. } | Fact::Worth { .. } => on_closures(fact),
        Fact::Worded { pieces, .. } => pieces.iter().map(piece).collect(),
    }
}

/// How many closed their account, of how many.
fn closed_of(closed: f64, all: f64, interval: Interval) -> String {
    if all <= 1.0 {
        let told = if closed > 0.0 { "closed their account" } else { "did not close their account" };
        return format!("The one customer {told}.");
    }
    let (rate, interval) = (percent(closed / all), in_95(interval, Unit::Share));
    format!("Of {} {} closed their account: {rate} ({interval}).", customers(all), count(closed))
}

/// Facts that a summary tells of closures.
fn on_closures(fact: &Fact) -> String {
    match fact {
        Fact::Telling { columns, rivals, concurrent, .. } => telling(columns, rivals, concurrent),
        Fact::Sits { group, closed, customers: all, share, .. } => format!(
            "The most closures above the overall rate are among {group}: of {} {} closed their account ({}), {} of all closures.",
            customers(*all),
            count(*closed),
            percent(closed / all),
            percent(*share),
        ),
        Fact::Selected { columns, share, .. } => selected(columns, *share),
        Fact::Worth { customers: all, held, .. } => worth(*all, held),
        _ => String::new(),
    }
}

/// Where the highest and the lowest value are; where both look the same as they are written, how the values are in all groups.
fn extremes(what: &str, highest: &[Figure], lowest: &[Figure], n_smaller: usize) -> String {
    if let (Some(high), Some(low)) = (highest.first(), lowest.first())
        && are_written_alike(high, low)
    {
        return format!(
            "The {what} is about {} in every group that is large enough to be ranked, a little more among {} than among {}.",
            quantity(high.value, high.unit),
            high.group,
            low.group,
        );
    }
    format!(
        "{}the {what} is highest among {}, and lowest among {}.",
        of_the_ranked("groups", n_smaller),
        sharing(highest),
        sharing(lowest),
    )
}

/// From where to where the values go, of which any may be the highest or the lowest.
fn undecided(what: &str, highest: &Figure, lowest: &Figure, n_smaller: usize) -> String {
    if are_written_alike(highest, lowest) {
        let about = quantity(highest.value, highest.unit);
        return format!("The {what} is about {about} in every group that is large enough to be ranked.");
    }
    format!(
        "{} clearly has the highest or the lowest {what}: it goes from {} among {} to {} among {}.",
        if n_smaller > 0 { of_the_ranked("groups", n_smaller) + "none" } else { "no group".to_owned() },
        value(lowest),
        lowest.group,
        value(highest),
        highest.group,
    )
}

/// `of the other 239 customers 8.8 % are`
fn of_others(others: f64, is_known_of_some: bool, share: f64) -> String {
    if others <= 1.0 {
        return "the one other customer is not".to_owned();
    }
    let known = if is_known_of_some { " whose answer is known" } else { "" };
    format!("of the other {}{known} {} are", customers(others), percent(share))
}

/// Whether two values look the same as they are written.
fn are_written_alike(a: &Figure, b: &Figure) -> bool {
    quantity(a.value, a.unit) == quantity(b.value, b.unit)
}

/// What stands before a ranking that leaves groups out.
fn of_the_ranked(groups: &str, n_smaller: usize) -> String {
    if n_smaller == 0 { String::new() } else { format!("of the {groups} of {SMALL} customers or more, ") }
}

/// The first group with its value, and those that share its place: `customers aged 40–49, 17.0 %, which cannot be told from
/// customers aged 50–59 (16.9 %)`.
fn sharing(figures: &[Figure]) -> String {
    let Some((first, others)) = figures.split_first() else { return String::new() };
    let first = format!("{}, {}", first.group, value(first));
    if others.is_empty() {
        return first;
    }
    let are_equal = are_one_value(figures);
    let shown = |other: &Figure| {
        if are_equal { other.group.clone() } else { format!("{} ({})", other.group, quantity(other.value, other.unit)) }
    };
    let named = the_first(others, ["group", "groups"], shown);
    if are_equal { format!("{first}, as among {named}") } else { format!("{first}, {CANNOT_BE_TOLD_FROM} {named}") }
}

/// The first few, and how many more there are: `customers aged 40–49 (16.9 %) and 2 other groups`.
fn the_first<T>(all: &[T], [one, many]: [&str; 2], shown: impl Fn(&T) -> String) -> String {
    let mut named: Vec<String> = all.iter().take(MOST_SHARING).map(shown).collect();
    let n_more = all.len() - named.len();
    if n_more > 0 {
        named.push(format!("{n_more} other {}", one_or_many(n_more as f64, one, many)));
    }
    list(&named)
}

/// Whether all of them have one value, which is no estimate.
fn are_one_value(figures: &[Figure]) -> bool {
    figures.iter().all(|figure| figure.interval.is_none() && figure.value.to_bits() == figures[0].value.to_bits())
}

/// Which columns tell most about who closed.
fn telling(columns: &[Excess], rivals: &[String], concurrent: &[String]) -> String {
    let Some((first, others)) = columns.split_first() else { return String::new() };
    let more = |excess: &Excess| count(excess.closures);
    let shared = match rivals {
        [] => String::new(),
        rivals => format!(
            ", though {} may tell as much by {}",
            the_first(rivals, ["column", "columns"], |rival| format!("“{rival}”")),
            one_or_many(rivals.len() as f64, "itself", "themselves")
        ),
    };
    let mut sentences = vec![format!(
        "“{}” tells most about which accounts closed{shared}. In its groups with a higher rate than overall, {} more accounts closed than the overall rate would give.",
        first.column,
        more(first),
    )];
    if !others.is_empty() {
        let each: Vec<String> =
            others.iter().map(|excess| format!("“{}” ({} more)", excess.column, more(excess))).collect();
        let verb = one_or_many(others.len() as f64, "adds", "add");
        sentences.push(format!("After it, {} {verb} most.", list(&each)));
    }
    let are_all = concurrent.len() == columns.len();
    let named = || list(&concurrent.iter().map(|column| format!("“{column}”")).collect::<Vec<_>>());
    let told = match concurrent.len() {
        0 => return sentences.join(" "),
        1 if are_all => "It was measured while accounts closed, so it may be an effect as well as a cause.".to_owned(),
        1 => format!("{} was measured while accounts closed, so it may be an effect as well as a cause.", named()),
        _ if are_all => {
            "They were measured while accounts closed, so they may be effects as well as causes.".to_owned()
        }
        _ => format!("{} were measured while accounts closed, so they may be effects as well as causes.", named()),
    };
    sentences.push(told);
    sentences.join(" ")
}

/// What each column adds to those before it.
fn selected(columns: &[Added], share: f64) -> String {
    let Some((first, others)) = columns.split_first() else { return String::new() };
    let model = "by an additive logistic regression on groups, cross-validated";
    let first = format!("“{}” tells {} of the deviance", first.column, percent(first.share));
    if others.is_empty() {
        return format!("{first} ({model}); no other column adds to that.");
    }
    let each: Vec<String> = others.iter().map(|added| format!("“{}” {}", added.column, percent(added.share))).collect();
    let verb = one_or_many(others.len() as f64, "adds", "add");
    let all = if others.len() == 1 { "both".to_owned() } else { format!("all {}", count(columns.len() as f64)) };
    format!("{first} ({model}); {} {verb} to those before; {all} tell {}.", list(&each), percent(share))
}

/// What the closed accounts hold of each total.
fn worth(all: f64, held: &[Held]) -> String {
    let part =
        |held: &Held| format!("{} of {} ({} of all)", quantity(held.value, held.unit), held.what, percent(held.share));
    let parts: Vec<String> = held.iter().map(part).collect();
    let (accounts, verb) = (one_or_many(all, "closed account", "closed accounts"), one_or_many(all, "stands", "stand"));
    format!("The {} {accounts} {verb} for {}.", count(all), list(&parts))
}

/// Which columns tell closure best.
fn ranking(
    Ranking { columns, best, information, is_little, rivals, ends, n_smaller, next, nothing, unsure, .. }: &Ranking,
) -> String {
    let ends = ends.as_ref().map_or_else(String::new, |(least, most)| {
        let ranked = of_the_ranked("bins", *n_smaller);
        let comma = if least.len() > 1 { "," } else { "" };
        format!("{ranked}closures range from {}{comma} to {}", bin_rates(least), bin_rates(most))
    });
    let shown = |(rival, information): &(Heading, f64)| format!("{} ({})", heading(rival), ratio(*information));
    let shared = match rivals.as_slice() {
        [] if ends.is_empty() => String::new(),
        [] => format!(": {ends}"),
        rivals => format!(", {CANNOT_BE_TOLD_FROM} {}", the_first(rivals, ["column", "columns"], shown)),
    };
    let mut sentences = vec![format!(
        "Of {}, {} tells closed from open accounts best (information value {}{}){shared}.",
        diagnostic::counted(*columns, "column"),
        heading(best),
        ratio(*information),
        if *is_little { ", which is next to nothing" } else { "" },
    )];
    if !rivals.is_empty() && !ends.is_empty() {
        sentences.push(format!("By “{}”, {ends}.", best.label));
    }
    if !next.is_empty() {
        let verb = one_or_many(next.len() as f64, "comes", "come");
        sentences.push(format!("Next {verb} {}.", list(&headings(next))));
    }
    if !nothing.is_empty() {
        let verb = one_or_many(nothing.len() as f64, "tells", "tell");
        let as_well = if *is_little { ", too" } else { "" };
        sentences.push(format!("{} {verb} next to nothing{as_well}.", list(&headings(nothing))));
    }
    if !unsure.is_empty() {
        let verb = one_or_many(unsure.len() as f64, "tells", "tell");
        let unsure = list(&headings(unsure));
        sentences.push(format!("Whether {unsure} {verb} anything cannot be said from these customers."));
    }
    sentences.join(" ")
}

/// `“Revolving balance” (also “Utilization”)`
fn heading(Heading { label, also }: &Heading) -> String {
    if also.is_empty() { format!("“{label}”") } else { format!("“{label}” (also {})", list(&quoted(also))) }
}

fn headings(columns: &[Heading]) -> Vec<String> {
    columns.iter().map(heading).collect()
}

fn nothing(why: Nothing) -> &'static str {
    match why {
        Nothing::NoCustomers => "No customer meets the filter.",
        Nothing::NoneKnown => "There are no customers with known answers.",
        Nothing::NoneRanked => "No group of known customers is large enough to be ranked.",
        Nothing::NoneCompared => "No group of known customers is large enough to be compared.",
        Nothing::OneGroup => "There is only one group, so there is nothing to compare it with.",
        Nothing::NoneStandsOut => "No answer is more frequent in one group than in another.",
        Nothing::NoneWithOutcome => "It is not known of any customer whether the account was closed.",
        Nothing::TiedGroups => "No group is larger than all others.",
        Nothing::TiedParts => "No group holds a larger part than all others.",
        Nothing::TiedProfiles => "No profile is more common than all others.",
        Nothing::NoOutcome => "No column can be ranked: no account is known to be closed, or none to be open.",
        Nothing::OneAnswer => "No column can be ranked: none has more than one answer.",
        Nothing::AllChance => "No column tells closed from open accounts by more than chance would explain.",
        Nothing::NoneChosen => "Of customers who were held out, no column tells which accounts closed.",
        Nothing::NoBin => "No bin is large enough to be compared.",
        Nothing::OneBin => "No bin that is large enough clearly tells more than the others.",
        Nothing::FewYears => "No year with the bank has enough customers for a life table.",
        Nothing::FewClosed => "No columns are chosen: there are too few closed accounts, or too few others.",
        Nothing::NoneClosed => "No account was closed.",
        Nothing::NoTotal => "No total is above zero.",
    }
}

fn overall(all: f64, figures: &[(String, Figure)]) -> String {
    if figures.is_empty() {
        let (verb, customers) = (one_or_many(all, "is", "are"), one_or_many(all, "customer", "customers"));
        return format!("There {verb} {} such {customers}.", count(all));
    }
    let figures: Vec<String> =
        figures.iter().map(|(what, figure)| format!("the {what} is {}", value(figure))).collect();
    format!("Over {} {}.", customers(all), list(&figures))
}

fn largest(figure: &Figure, all: f64, kind: Largest) -> String {
    let n = figure.customers.map_or_else(String::new, count);
    let (group, all, share) = (&figure.group, customers(all), percent(figure.value));
    let interval = figure.interval.map(|interval| in_95(interval, Unit::Share)).unwrap_or_default();
    match kind {
        Largest::Profile => {
            format!("The most common profile is {group}: {n} of {all}, {share} ({interval}).")
        }
        Largest::All => format!("All {all} are in one group: {group}."),
        Largest::Group => format!("The largest group is {group}: {n} of {all} ({share})."),
        Largest::KnownGroup => {
            format!("The largest group with a known answer is {group}: {n} of {all} ({share}).")
        }
    }
}

/// `2.27 among customers with an open account (95 % interval 2.25 to 2.30)`; of few customers, with their number.
fn mean(figure: &Figure) -> String {
    let few = figure.customers.map(|few| format!("of {}", customers(few)));
    let interval = figure.interval.filter(has_width).map(|interval| in_95(interval, figure.unit));
    let beside = [few, interval].into_iter().flatten().collect::<Vec<_>>().join("; ");
    let beside = if beside.is_empty() { beside } else { format!(" ({beside})") };
    format!("{} among {}{beside}", ratio(figure.value), figure.group)
}

fn holds(group: &str, customers: f64, parts: &[(String, f64)]) -> String {
    let part = |(of, share): &(String, f64)| {
        // `share of credit granted` → `credit granted`.
        format!("{} of the {}", percent(*share), of.strip_prefix("share of ").unwrap_or(of))
    };
    let parts: Vec<String> = parts.iter().map(part).collect();
    format!("{group}, {} of all customers, hold the largest part: {}.", percent(customers), list(&parts))
}

/// `2.5 % at 0 (of 400)`
fn bin_rates(bins: &[BinRate]) -> String {
    let Some((first, others)) = bins.split_first() else { return String::new() };
    let first = format!("{} at {} (of {})", percent(first.rate), first.values, count(first.customers));
    with_others(first, others, |other| format!("{} ({})", other.values, percent(other.rate)))
}

/// `“Contacts” 4 (+0.42; closure rate 40.1 % of 1,013)`, and the others of its end.
fn weighed(bins: &[Weighed]) -> String {
    let Some((Weighed { column, bin, weight }, others)) = bins.split_first() else { return String::new() };
    let rate = format!("closure rate {} of {}", percent(bin.rate), count(bin.customers));
    let first = format!("“{column}” {} ({}; {rate})", bin.values, signed(*weight));
    with_others(first, others, |other| format!("“{}” {} ({})", other.column, other.bin.values, signed(other.weight)))
}

/// The bin at an end, with those that cannot be told from it.
fn with_others<T>(first: String, others: &[T], shown: impl Fn(&T) -> String) -> String {
    if others.is_empty() {
        return first;
    }
    format!("{first}, {CANNOT_BE_TOLD_FROM} {}", the_first(others, ["bin", "bins"], shown))
}

fn life_table(first: f64, remaining: &[Remaining]) -> String {
    let left = |remaining: &Remaining| {
        let interval = remaining.interval.map_or_else(String::new, |ends| format!(" ({})", in_95(ends, Unit::Share)));
        let share = format!("{}{interval}", percent(remaining.share));
        if remaining.year == first {
            return format!("{share} of those who begin year {first} with the bank would be left after it");
        }
        format!("{share} after year {}", remaining.year)
    };
    let left: Vec<String> = remaining.iter().map(left).collect();
    format!(
        "If the file has the closures of one year, and each year’s customers closed at these rates, {}.",
        list(&left)
    )
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Words(words) | Piece::Group(words) => words.clone(),
        Piece::Number { value, unit } => quantity(*value, *unit),
        Piece::Figure(figure) => value(figure),
    }
}

/// Headings, each in quotes.
pub(super) fn quoted(headings: &[String]) -> Vec<String> {
    headings.iter().map(|heading| format!("“{heading}”")).collect()
}

/// `16.1 % of 1,627 (95 % interval 15.4 to 16.8 %)`.
fn value(figure: &Figure) -> String {
    let mut text = quantity(figure.value, figure.unit);
    if let Some(customers) = figure.customers {
        text = format!("{text} of {}", count(customers));
    }
    if let Some(interval) = figure.interval.filter(has_width) {
        text = format!("{text} ({})", in_95(interval, figure.unit));
    }
    if let Some(Interval { low, high }) = figure.middle_half.filter(has_width) {
        let (low, high) = (quantity(low, figure.unit), quantity(high, figure.unit));
        text = format!("{text} (the middle half from {low} to {high})");
    }
    text
}

/// Whether an interval says anything: where all values are the same it has no width.
fn has_width(Interval { low, high }: &Interval) -> bool {
    high - low > 1e-12 * high.abs()
}

fn in_95(interval: Interval, unit: Unit) -> String {
    format!("95 % interval {}", range(interval, unit))
}
