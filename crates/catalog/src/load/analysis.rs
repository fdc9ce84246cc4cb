//! `<topic>/<name>.toml` (and a hand-written `<name>.json` beside it): one analysis.

use std::sync::Arc;

use pipeline::{Error, Pipeline, nearest};
use toml::Table;

use super::{check_name, measure, name_of};
use crate::analysis::{Analysis, Finding, Form};
use crate::catalog::Wanted;
use crate::chart::{Chart, ChartKind};
use crate::entry::Entry;
use crate::fields::CUSTOMERS;
use crate::measure::Measure;
use crate::source::Source;
use crate::{Catalog, Topic, topic};

const KEYS: [&str; 13] = [
    "topic",
    "title",
    "question",
    "by",
    "each",
    "measures",
    "intervals",
    "where",
    "top",
    "finding",
    "reading",
    "chart",
    "columns",
];

/// Finding rules that stand by themselves.
const PLAIN: [(&str, Finding); 10] = [
    ("overview", Finding::Overview),
    ("closed", Finding::Closed),
    ("rates", Finding::Rates),
    ("largest", Finding::Largest),
    ("association", Finding::Association),
    ("weighted_mean", Finding::WeightedMean),
    ("drivers", Finding::Drivers),
    ("evidence", Finding::Evidence),
    ("quantiles", Finding::Quantiles),
    ("spread", Finding::Spread),
];

/// Finding rules that need to be told more.
const TOLD: [&str; 4] = ["extremes", "weighted", "survival", "sentence"];

/// Reads one analysis into the catalog; it stays out if anything is wrong with it.
pub(super) fn read(
    catalog: &mut Catalog,
    source: &Source,
    table: &Table,
    written: Option<&Source>,
    faults: &mut Vec<Error>,
) {
    let before = faults.len();
    let mut entry = Entry::file(&source.place, table, faults);
    let analysis = analysis(catalog, source, &mut entry, written);
    if faults.len() == before {
        catalog.analyses.extend(analysis);
    }
}

fn analysis(catalog: &Catalog, source: &Source, entry: &mut Entry<'_>, written: Option<&Source>) -> Option<Analysis> {
    let before = entry.n_faults();
    entry.only(&KEYS);
    let name = name_of(source.path.trim_end_matches(".toml"));
    if let Err(error) = check_name(name, catalog.analyses.iter().map(|other| other.name.as_str())) {
        entry.fault("title", error);
    }
    let topic = self::topic(catalog, source, entry);
    let [title, question, reading] = ["title", "question", "reading"].map(|key| entry.text(key));
    let columns = entry.table("columns").map_or_else(Vec::new, columns);
    let form = if entry.has("each") { Form::Each } else { Form::Together };
    let by_key = if form == Form::Each { "each" } else { "by" };
    let by: Vec<_> = entry.texts(by_key).into_iter().map(|name| catalog.dimension(name)).collect();
    let by = entry.good(by_key, by);
    let measures = entry.texts("measures").into_iter().map(|name| known(catalog, &columns, name)).collect();
    let measures = entry.good("measures", measures);
    // Names that follow from wrong ones are not wrong again.
    let sound = entry.n_faults() == before;
    let intervals: Vec<String> = entry.texts("intervals").into_iter().map(str::to_owned).collect();
    for name in intervals.iter().filter(|_| sound) {
        if let Err(error) = is_measure(&measures, name) {
            entry.fault("intervals", error);
        }
    }
    let top = entry.integer("top").and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0);
    let filter = if entry.has("where") { entry.parsed("where", |text| catalog.filter(text)) } else { None };
    let finding = finding(entry, if sound { Some(&measures) } else { None });
    if let (true, Some(Err(error))) = (sound, finding.as_ref().map(|finding| fits(finding, by.len(), form))) {
        entry.fault("finding", error);
    }
    let written = written.and_then(|file| match self::written(catalog, file) {
        Ok(pipeline) => Some(pipeline),
        Err(error) => {
            entry.report(error);
            None
        }
    });
    let sound = sound && finding.is_some();
    // Why not stop here where something is missing: the chart's faults are to be told too.
    let (topic, finding) = (topic.unwrap_or_default(), finding.unwrap_or(Finding::Largest));
    let wanted = Wanted { name, topic, by, form, measures, intervals, top, finding };
    let mut analysis = catalog.analysis_of(wanted, written);
    analysis.chart = entry.table("chart").and_then(|chart| self::chart(chart, &analysis, sound));
    analysis.title = String::from(title?);
    analysis.question = String::from(question?);
    analysis.reading = reading?.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(match filter {
        Some(filter) => analysis.with_filter(&filter),
        None => analysis,
    })
}

/// The topic is the file's folder; a file at the top names it.
fn topic(catalog: &Catalog, source: &Source, entry: &mut Entry<'_>) -> Option<Arc<Topic>> {
    let folder = match source.path.split_once('/') {
        Some((folder, _)) => folder,
        None => entry.text("topic")?,
    };
    let topic = catalog.topics.iter().find(|topic| topic.is_called(folder));
    if topic.is_none() {
        let folders = catalog.topics.iter().map(|topic| topic.folder.as_str());
        entry.report(topic::unknown(folder, folders).at(&source.place));
    }
    topic.cloned()
}

/// A measure of the analysis' own columns, or of the catalog.
fn known(catalog: &Catalog, columns: &[Measure], name: &str) -> Result<Measure, Error> {
    match columns.iter().find(|column| column.name == name) {
        Some(column) => Ok(column.clone()),
        None => catalog.measure(name),
    }
}

fn columns(mut table: Entry<'_>) -> Vec<Measure> {
    let mut columns = Vec::new();
    for name in table.keys() {
        columns.extend(table.table(name).and_then(|column| measure::column(name, column)));
    }
    columns
}

/// A hand-written pipeline, checked against the fields that there are.
fn written(catalog: &Catalog, file: &Source) -> Result<Pipeline, Error> {
    let pipeline = pipeline::parse_text(&file.text).map_err(|error| error.within(&file.place))?;
    pipeline::check(&pipeline, CUSTOMERS, &catalog.schemas()).map_err(|error| error.within(&file.place))?;
    Ok(pipeline)
}

/// `finding = "rates"`, or a table with what the rule is told: `finding = { extremes = "mean_limit" }`.
fn finding(entry: &mut Entry<'_>, measures: Option<&[Measure]>) -> Option<Finding> {
    let names = || PLAIN.iter().map(|(name, _)| *name).chain(TOLD);
    if !entry.is_table("finding") {
        let text = entry.text("finding")?;
        let plain = PLAIN.iter().find(|(name, _)| *name == text);
        if plain.is_none() {
            let error = Error::input(format!("unknown finding `{text}`"));
            entry.fault("finding", error.hint(nearest("finding", text, names())));
        }
        return plain.map(|(_, finding)| finding.clone());
    }
    let mut table = entry.table("finding")?;
    table.only(&TOLD);
    for key in ["extremes", "weighted"] {
        if let Some(name) = table.optional_text(key) {
            if let Some(Err(error)) = measures.map(|measures| is_measure(measures, name)) {
                table.fault(key, error);
            }
            let name = name.to_owned();
            return Some(if key == "extremes" { Finding::Extremes(name) } else { Finding::Weighted(name) });
        }
    }
    if let Some(sentence) = table.optional_text("sentence") {
        for name in sentence.split('{').skip(1).filter_map(|part| part.split(['}', '.']).next()) {
            if let Some(Err(error)) = measures.map(|measures| is_measure(measures, name.trim())) {
                table.fault("sentence", error);
            }
        }
        return Some(Finding::Template(sentence.to_owned()));
    }
    let mut survival = table.table("survival")?;
    survival.only(&["entry", "window"]);
    let (entry, window) = (survival.integer("entry"), survival.integer("window"));
    Some(Finding::Survival { entry: entry.unwrap_or(0), window: window.unwrap_or(12) })
}

/// Refuses a name that is none of the measures.
fn is_measure(measures: &[Measure], name: &str) -> Result<(), Error> {
    if name == "customers" || measures.iter().any(|measure| measure.name == name) {
        return Ok(());
    }
    let hint = nearest("measure", name, measures.iter().map(|measure| measure.name.as_str()));
    Err(Error::input(format!("`{name}` is none of the measures")).hint(hint))
}

/// Refuses a finding over dimensions that it cannot speak of.
fn fits(finding: &Finding, n_dimensions: usize, form: Form) -> Result<(), Error> {
    let wanted = match finding {
        Finding::Drivers | Finding::Evidence if form == Form::Together => "columns in turn: `each`, not `by`",
        Finding::Drivers | Finding::Evidence => return Ok(()),
        _ if form == Form::Each => "dimensions together: `by`, not `each`",
        Finding::Association | Finding::WeightedMean if n_dimensions != 2 => "two dimensions",
        Finding::Survival { .. } | Finding::Closed if n_dimensions != 1 => "one dimension",
        Finding::Weighted(_) if n_dimensions == 0 => "a dimension",
        _ => return Ok(()),
    };
    Err(Error::input(format!("this finding is made over {wanted}")))
}

/// The chart; names of columns are looked up only where the table is `sound`.
fn chart(mut entry: Entry<'_>, analysis: &Analysis, sound: bool) -> Option<Chart> {
    entry.only(&["kind", "x", "y", "series", "interval"]);
    let kind = entry.parsed("kind", |text| {
        let hint = || nearest("kind", text, ChartKind::NAMES);
        ChartKind::named(text).ok_or_else(|| Error::input(format!("unknown kind of chart `{text}`")).hint(hint()))
    });
    let columns = analysis.columns();
    let known = |entry: &mut Entry<'_>, key: &str, name: &str| {
        if sound && !columns.iter().any(|column| column == name) {
            let error = Error::input(format!("the table has no column `{name}`"));
            entry.fault(key, error.hint(nearest("column", name, columns.iter().map(String::as_str))));
        }
        name.to_owned()
    };
    let x = entry.text("x").map(|name| known(&mut entry, "x", name));
    let y: Vec<String> = entry.texts("y").into_iter().map(|name| known(&mut entry, "y", name)).collect();
    if y.is_empty() {
        entry.fault("y", Error::input("a chart shows at least one column"));
    }
    let series = entry.optional_text("series").map(|name| known(&mut entry, "series", name));
    if kind == Some(ChartKind::Heatmap) && series.is_none() {
        entry.fault("series", Error::input("a heatmap needs `series`: its other dimension"));
    }
    let named: Vec<String> =
        entry.texts("interval").into_iter().map(|name| known(&mut entry, "interval", name)).collect();
    let interval = match named.as_slice() {
        [low, high] => Some((low.clone(), high.clone())),
        [] => y.first().and_then(|first| analysis.interval_columns(first)),
        _ => {
            entry.fault("interval", Error::input("`interval` names two columns: the lower and the upper end"));
            None
        }
    };
    Some(Chart { kind: kind?, x: x?, y, series, interval })
}
