//! Analyses of columns of which our files say nothing: closures, or else customers, by each column of few values.
//!
//! Invariant: only columns that [`own`](crate::own) made dimensions of; an analysis of the files is never repeated.

use crate::analysis::{Finding, Form};
use crate::catalog::Wanted;
use crate::chart::{Chart, ChartKind};
use crate::load;
use crate::words::lowered;
use crate::{Catalog, Dimension, Measure};

/// A dimension of more values makes no table that can be read.
const MOST_VALUES: usize = 20;
/// So many such columns are shown; the others can be asked for.
const MOST_COLUMNS: usize = 20;

/// What is shown of each column.
struct Kind {
    topic: &'static str,
    name: &'static str,
    title: &'static str,
    question: &'static str,
    measures: &'static [&'static str],
    shown: &'static str,
    chart: ChartKind,
    finding: Finding,
    reading: &'static str,
}

const CLOSURES: Kind = Kind {
    topic: "status",
    name: "closures_by_",
    title: "Closures by ",
    question: "How does the closure rate differ by ",
    measures: &["customers", "closed", "closure_rate", "share_of_closed"],
    shown: "closure_rate",
    chart: ChartKind::Interval,
    finding: Finding::Rates,
    reading: "The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand \
              behind it. What goes with closure may be its effect as well as its cause.",
};

const CUSTOMERS: Kind = Kind {
    topic: "segment",
    name: "by_",
    title: "Customers by ",
    question: "How many customers are there by ",
    measures: &["customers", "share"],
    shown: "customers",
    chart: ChartKind::Bar,
    finding: Finding::Largest,
    reading: "Each row is a group; the shares add up to 100 %.",
};

/// Adds an analysis for each of these dimensions.
pub(crate) fn add(catalog: &mut Catalog, dimensions: &[Dimension]) {
    let kind = if catalog.find_measure(CLOSURES.shown).is_ok() { CLOSURES } else { CUSTOMERS };
    let few: Vec<&Dimension> =
        dimensions.iter().filter(|dimension| has_few_values(catalog, dimension)).take(MOST_COLUMNS).collect();
    let analyses: Vec<_> = few.into_iter().filter_map(|dimension| analysis(catalog, &kind, dimension)).collect();
    catalog.analyses.extend(analyses);
}

/// Whether the contract allows so few values that each can be a row.
fn has_few_values(catalog: &Catalog, dimension: &Dimension) -> bool {
    let n = match catalog.contract().column(&dimension.name).map(|column| &column.kind) {
        Some(contract::Kind::Category(categories)) => categories.len(),
        Some(contract::Kind::Whole { min, max }) => {
            usize::try_from(max.saturating_sub(*min).saturating_add(1)).unwrap_or(usize::MAX)
        }
        _ => return false,
    };
    (2..=MOST_VALUES).contains(&n)
}

fn analysis(catalog: &Catalog, kind: &Kind, dimension: &Dimension) -> Option<crate::Analysis> {
    let name = format!("{}{}", kind.name, load::plain_name(&dimension.name));
    load::check_name(&name, catalog.analyses.iter().map(|analysis| analysis.name.as_str())).ok()?;
    let measures: Vec<Measure> = kind.measures.iter().filter_map(|name| catalog.measure(name).ok()).collect();
    let wanted = Wanted {
        name: &name,
        topic: catalog.topic(kind.topic).ok()?.clone(),
        by: vec![dimension.clone()],
        form: Form::Together,
        measures,
        intervals: Vec::new(),
        top: None,
        finding: kind.finding.clone(),
    };
    let mut analysis = catalog.analysis_of(wanted, None);
    let label = lowered(&dimension.label);
    analysis.title = format!("{}{label}", kind.title);
    analysis.question = format!("{}{label}?", kind.question);
    kind.reading.clone_into(&mut analysis.reading);
    let interval = analysis.interval_columns(kind.shown).filter(|_| kind.chart == ChartKind::Interval);
    analysis.chart = Some(Chart {
        kind: kind.chart,
        x: dimension.name.clone(),
        y: vec![kind.shown.to_owned()],
        series: None,
        interval,
    });
    Some(analysis)
}
