//! Which columns go most with closure: every column in one table, by information value.

use catalog::Unit;

use super::Said;
use super::alike::standing_for;
use crate::bins::{Bin, Binned, ends_of, few, without_outcome};
use crate::grouped::number;
use crate::judge::{ColumnTest, LEVEL};
use crate::statistics::adjusted::benjamini_hochberg;
use crate::statistics::chi_square::chi_square;
use crate::statistics::evidence::{Counts, information_error};
use crate::statistics::extreme::{End, Estimate, sharing};
use crate::statistics::{SMALL, Z};
use crate::{
    BinRate, Caution, Cell, Column, ColumnRole, Fact, Heading, Independence, Nothing, Ranking, Table, Unanswered, words,
};

/// Columns below this information value tell nothing worth a word (Siddiqi 2006).
const NOTHING: f64 = 0.02;
/// Columns above it tell more than is usual (Siddiqi 2006).
const SUSPICIOUS: f64 = 0.5;

/// A column with its test.
pub(super) struct Ranked<'a> {
    pub binned: &'a Binned<'a>,
    information: f64,
    /// The information value that so many bins have on average where nothing goes with closure.
    by_chance: f64,
    /// The test.
    tested: Option<Tested>,
    /// The columns that tell the same, each with its information value.
    also: Vec<(String, f64)>,
}

/// A test of independence with its p-values.
#[derive(Clone, Copy)]
struct Tested {
    test: Independence,
    unadjusted: f64,
    p_value: f64,
}

impl Ranked<'_> {
    /// Whether what it tells is more than chance; in a small bank any bins differ.
    pub(super) fn is_sure(&self) -> bool {
        self.information > self.by_chance && self.tested.is_some_and(|test| test.p_value < LEVEL)
    }

    /// Whether it tells nothing worth a word, and would show it if it did: chance alone gives its bins no more than that.
    fn is_nothing(&self) -> bool {
        self.information < NOTHING && self.by_chance < NOTHING
    }

    /// Whether it may tell something, for all that is known.
    fn may_tell(&self) -> bool {
        self.information >= NOTHING && self.information > self.by_chance
    }

    /// How much it tells, in words.
    fn strength(&self) -> &'static str {
        match self.information {
            _ if self.is_nothing() && self.is_sure() => "next to nothing",
            _ if self.is_nothing() => "nothing",
            _ if !self.is_sure() => "no more than chance",
            value if value < 0.1 => "little",
            value if value < 0.3 => "a fair amount",
            value if value < SUSPICIOUS => "much",
            _ => "very much",
        }
    }
}

/// Table and facts over all columns.
pub(crate) fn say(columns: &[Binned<'_>]) -> (Table, Said) {
    let ranking = ranking(columns);
    let n_columns = ranking.len();
    let tests = tests(&ranking);
    let ranking = each_once(ranking);
    let mut said = Said { columns: tests, ..facts(&ranking, n_columns, columns) };
    said.cautions.extend(unranked(&ranking).filter(|_| matches!(said.facts[..], [Fact::Ranking(_)])));
    said.cautions.extend(unanswered(columns));
    said.cautions.extend(few(columns, columns.len()));
    said.cautions.extend(without_outcome(columns, columns.len()));
    (table(&ranking), said)
}

/// The columns that can be ranked, the one that tells most first, with their tests, adjusted over all of them; without tests where
/// there are few customers.
pub(super) fn ranking<'a>(columns: &'a [Binned<'a>]) -> Vec<Ranked<'a>> {
    let is_tested = few(columns, columns.len()).is_none();
    let mut ranking: Vec<Ranked<'_>> = columns.iter().filter_map(|binned| ranked(binned, is_tested)).collect();
    ranking.sort_by(|a, b| b.information.total_cmp(&a.information));
    adjust(&mut ranking);
    ranking
}

/// A column, with its test if it may be tested; none where it has one bin, no account was closed, or all were.
///
/// Where nothing goes with closure, 2n·IV is close to chi-square with a degree of freedom less than there are bins, so that
/// its mean is (bins − 1)(1/closed + 1/open).
fn ranked<'a>(binned: &'a Binned<'a>, is_tested: bool) -> Option<Ranked<'a>> {
    let counts: Vec<Vec<f64>> = binned.bins.iter().map(|bin| vec![bin.counts.closed, bin.counts.open]).collect();
    let tested = is_tested.then(|| chi_square(&counts)).flatten();
    let tested = tested.map(|(test, p_value)| Tested { test, unadjusted: p_value, p_value });
    let all = binned.counts();
    let others = binned.bins.len().checked_sub(1).filter(|others| *others > 0)?;
    let by_chance = others as f64 * (all.closed.recip() + all.open.recip());
    Some(Ranked { binned, information: binned.information_value()?, by_chance, tested, also: Vec::new() })
}

/// Adjusts the p-values for testing all columns at once.
fn adjust(ranking: &mut [Ranked<'_>]) {
    let mut tests: Vec<&mut Tested> = ranking.iter_mut().filter_map(|ranked| ranked.tested.as_mut()).collect();
    let p_values: Vec<f64> = tests.iter().map(|test| test.unadjusted).collect();
    for (test, adjusted) in tests.iter_mut().zip(benjamini_hochberg(&p_values)) {
        test.p_value = adjusted;
    }
}

/// The tests of columns that are not cut, which analyses of one column may carry as well.
fn tests(ranking: &[Ranked<'_>]) -> Vec<ColumnTest> {
    let n = ranking.iter().filter(|ranked| ranked.tested.is_some()).count();
    let whole = ranking.iter().filter(|ranked| !ranked.binned.is_cut);
    let test = |ranked: &Ranked<'_>| {
        let test = ranked.tested?;
        Some(ColumnTest::of(ranked.binned.dimension, test.unadjusted, test.p_value, n))
    };
    whole.filter_map(test).collect()
}

/// Puts columns that tell the same beside the one of them that tells most.
fn each_once(ranking: Vec<Ranked<'_>>) -> Vec<Ranked<'_>> {
    let standing = standing_for(&ranking.iter().map(|ranked| ranked.binned).collect::<Vec<_>>());
    let named = |ranked: &Ranked<'_>| (ranked.binned.dimension.label.clone(), ranked.information);
    let all: Vec<(String, f64)> = ranking.iter().map(named).collect();
    let also = |at: usize| {
        let others = (0..all.len()).filter(|other| *other != at && standing[*other] == at);
        others.map(|other| all[other].clone()).collect()
    };
    let kept = ranking.into_iter().enumerate().filter(|(at, _)| standing[*at] == *at);
    kept.map(|(at, ranked)| Ranked { also: also(at), ..ranked }).collect()
}

fn table(ranking: &[Ranked<'_>]) -> Table {
    let columns = vec![
        Column::new("column", "Column", Unit::Text, ColumnRole::Dimension),
        Column::text("also", "Also told by"),
        Column::new("customers", "Customers", Unit::Count, ColumnRole::Count),
        Column::measure("bins", "Bins", Unit::Count),
        Column::measure("information_value", "Information value", Unit::Ratio),
        Column::measure("information_by_chance", "By chance", Unit::Ratio),
        Column::text("strength", "Tells"),
        Column::measure("cramers_v", "Cramér's V", Unit::Ratio),
        Column::measure("chi_square", "Chi-square", Unit::Ratio),
        Column::measure("degrees_of_freedom", "Degrees of freedom", Unit::Count),
        Column::new("p_value", "p (adjusted)", Unit::Ratio, ColumnRole::PValue),
        Column::text("most", "Most closures at"),
        Column::measure("most_rate", "Closure rate there", Unit::Share),
        Column::text("least", "Fewest closures at"),
        Column::measure("least_rate", "Closure rate there", Unit::Share),
    ];
    let row = |ranked: &Ranked<'_>| {
        let by_rate = ranked.binned.by_rate();
        let (test, p_value) = ranked.tested.map(|tested| (tested.test, tested.p_value)).unzip();
        let also = ranked.also.iter().map(|(label, information)| format!("{label} ({})", words::ratio(*information)));
        let also = also.collect::<Vec<_>>().join(", ");
        let mut cells = vec![
            Cell::Text(ranked.binned.dimension.label.clone()),
            if also.is_empty() { Cell::Missing } else { Cell::Text(also) },
            number(Some(ranked.binned.customers()), Unit::Count),
            Cell::Integer(ranked.binned.bins.len() as i64),
            Cell::Number(ranked.information),
            Cell::Number(ranked.by_chance),
            // Among few customers any bins differ.
            test.map_or(Cell::Missing, |_| Cell::Text(ranked.strength().to_owned())),
            number(test.map(|test| test.cramers_v), Unit::Ratio),
            number(test.map(|test| test.chi_square), Unit::Ratio),
            test.map_or(Cell::Missing, |test| Cell::Integer(i64::from(test.degrees_of_freedom))),
            number(p_value, Unit::Ratio),
        ];
        // Of one bin that is large enough nothing is most or fewest.
        let ends = if by_rate.len() > 1 { [by_rate.first(), by_rate.last()] } else { [None, None] };
        for bin in ends {
            cells.push(bin.map_or(Cell::Missing, |bin| Cell::Text(bin.name.clone())));
            cells.push(number(bin.map(|bin| bin.rate()), Unit::Share));
        }
        // A row is a column, not customers.
        cells.into()
    };
    Table { columns, rows: ranking.iter().map(row).collect() }
}

/// The columns that cannot be told from the first of those that tell more than chance, be they more than chance themselves or not;
/// none where that is not known of all.
fn rivals<'r, 'a>(first: &Ranked<'a>, ranking: &'r [Ranked<'a>]) -> Vec<&'r Ranked<'a>> {
    let estimate = |ranked: &Ranked<'_>| {
        let counts: Vec<Counts> = ranked.binned.bins.iter().map(|bin| bin.counts).collect();
        let reach = Z * information_error(&counts)?;
        Estimate::of_interval(ranked.information, ranked.information - reach, ranked.information + reach)
    };
    let others: Vec<&Ranked<'a>> =
        ranking.iter().filter(|ranked| !std::ptr::eq(*ranked, first) && ranked.may_tell()).collect();
    let all = std::iter::once(first).chain(others.iter().copied());
    let estimates = all.map(estimate).collect::<Option<Vec<Estimate>>>().unwrap_or_default();
    let mut places = sharing(&estimates, End::Highest);
    places.sort_unstable();
    places.into_iter().filter(|at| *at > 0).map(|at| others[at - 1]).collect()
}

/// That the bins of most and fewest closures are among the larger ones, where a smaller one lies further out.
fn unranked(ranking: &[Ranked<'_>]) -> Option<Caution> {
    let mut bins: Vec<(String, BinRate)> = Vec::new();
    for ranked in ranking {
        let by_rate = ranked.binned.by_rate();
        let [most, .., least] = by_rate.as_slice() else { continue };
        let lies_out =
            |bin: &&Bin| bin.counts.customers() < SMALL && (bin.rate() > most.rate() || bin.rate() < least.rate());
        let label = &ranked.binned.dimension.label;
        bins.extend(ranked.binned.bins.iter().filter(lies_out).map(|bin| (label.clone(), bin.as_rate())));
    }
    (!bins.is_empty()).then(|| Caution::UnrankedBins { rows: (0..ranking.len()).collect(), bins })
}

/// Why none of the columns can be ranked.
pub(super) fn why_none(columns: &[Binned<'_>]) -> Nothing {
    let has_both = |counts: Counts| counts.closed > 0.0 && counts.open > 0.0;
    if columns.iter().any(|binned| has_both(binned.counts())) { Nothing::OneAnswer } else { Nothing::NoOutcome }
}

/// That customers without an answer, who are in no bin, close more or less often than the others do: the columns of which this is
/// more than chance, tested among all columns.
fn unanswered(columns: &[Binned<'_>]) -> Option<Caution> {
    if few(columns, columns.len()).is_some() {
        return None;
    }
    let unanswered = columns.iter().filter_map(|binned| {
        let (unknown, known) = (binned.unknown, binned.counts());
        let (_, p_value) = chi_square(&[unknown, known].map(|counts| vec![counts.closed, counts.open]))?;
        let rate = |counts: Counts| counts.closed / counts.customers();
        (p_value * (columns.len() as f64) < LEVEL).then(|| Unanswered {
            column: binned.dimension.label.clone(),
            customers: unknown.customers(),
            rate: rate(unknown),
            rate_of_others: rate(known),
        })
    });
    let columns: Vec<Unanswered> = unanswered.collect();
    (!columns.is_empty()).then_some(Caution::Unanswered { columns })
}

fn facts(ranking: &[Ranked<'_>], n_columns: usize, columns: &[Binned<'_>]) -> Said {
    let label = |ranked: &Ranked<'_>| ranked.binned.dimension.label.clone();
    let heading = |ranked: &Ranked<'_>| Heading {
        label: label(ranked),
        also: ranked.also.iter().map(|(label, _)| label.clone()).collect(),
    };
    if ranking.is_empty() {
        return Said::nothing(why_none(columns));
    }
    let sure: Vec<&Ranked<'_>> = ranking.iter().filter(|ranked| ranked.is_sure()).collect();
    let Some(first) = sure.first() else { return Said::nothing(Nothing::AllChance) };
    let by_rate = first.binned.by_rate();
    let rates = |places: Vec<usize>| -> Vec<BinRate> { places.into_iter().map(|at| by_rate[at].as_rate()).collect() };
    let rivals = rivals(first, ranking);
    let is_rival = |ranked: &&&Ranked<'_>| rivals.iter().any(|rival| std::ptr::eq(*rival, **ranked));
    let next =
        sure.iter().skip(1).filter(|ranked| !is_rival(ranked)).take(3).filter(|ranked| ranked.information >= NOTHING);
    let is_unsure = |ranked: &&Ranked<'_>| !ranked.is_sure() && !ranked.is_nothing() && !is_rival(&ranked);
    let unsure = ranking.iter().filter(is_unsure);
    let others = ranking.iter().filter(|ranked| !std::ptr::eq(*ranked, *first));
    let ranked = Ranking {
        rows: (0..ranking.len()).collect(),
        columns: n_columns,
        best: heading(first),
        information: first.information,
        is_little: first.information < NOTHING,
        rivals: rivals.iter().map(|rival| (heading(rival), rival.information)).collect(),
        n_smaller: first.binned.bins.len() - by_rate.len(),
        ends: ends_of(&by_rate).map(|(highest, lowest)| (rates(lowest), rates(highest))),
        next: next.map(|ranked| heading(ranked)).collect(),
        nothing: others.filter(|ranked| ranked.is_nothing() && !is_rival(&ranked)).map(heading).collect(),
        unsure: unsure.map(heading).collect(),
    };
    let mut said =
        Said { effect: first.tested.map(|tested| tested.test.cramers_v), ..Said::fact(Fact::Ranking(ranked)) };
    let suspicious = ranking.iter().enumerate();
    let suspicious = suspicious.filter(|(_, ranked)| ranked.is_sure() && ranked.information >= SUSPICIOUS);
    let (rows, columns): (Vec<usize>, Vec<String>) = suspicious.map(|(row, ranked)| (row, label(ranked))).unzip();
    if !rows.is_empty() {
        said.cautions.push(Caution::Suspicious { rows, columns });
    }
    said
}
