//! `<topic>/<name>.toml` (and a hand-written `<name>.json` beside it): one analysis.

use std::sync::Arc;

use contract::entry::Entry;
use contract::{CUSTOMERS, TRANSACTIONS};
use diagnostic::Diagnostic;
use pipeline::ast::Stage;
use pipeline::{Error, Pipeline, nearest};
use toml::Table;

use super::{chart, check_name, measure, name_of, note, parts};
use crate::analysis::{Analysis, Baseline, Finding, Form};
use crate::catalog::Wanted;
use crate::left_out::{self, Absent, Kind, LeftOut, Need, add};
use crate::measure::{Interval, Measure, MeasureRole};
use crate::source::Source;
use crate::{Catalog, Dimension, Topic, cells, own, roles, topic};

const KEYS: [&str; 15] = [
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
    "baseline",
    "reading",
    "reading_of",
    "chart",
    "columns",
];

/// Finding rules that stand by themselves.
const PLAIN: [(&str, Finding); 14] = [
    ("overview", Finding::Overview),
    ("closed", Finding::Closed),
    ("rates", Finding::Rates),
    ("largest", Finding::Largest),
    ("association", Finding::Association),
    ("weighted_mean", Finding::WeightedMean),
    ("drivers", Finding::Drivers),
    ("evidence", Finding::Evidence),
    ("forward_selection", Finding::ForwardSelection),
    ("worth", Finding::Worth),
    ("quantiles", Finding::Quantiles),
    ("spread", Finding::Spread),
    ("trend", Finding::Trend),
    ("life_table", Finding::LifeTable),
];

/// Finding rules that need to be told more.
const TOLD: [&str; 3] = ["extremes", "weighted", "sentence"];

/// What stands, in a list of columns in turn, for all others that closure may go with.
const OTHERS: &str = "<other columns>";

/// The measures of an analysis: those that there are, and those that the contract has not the roles for.
#[derive(Default)]
pub(super) struct Declared {
    there: Vec<Measure>,
    gone: Vec<LeftOut>,
    /// Which of them is the first total, whether it is there or not: neither a number of customers nor a share of them.
    first_total: Option<String>,
    /// The measure that counts customers, which is there whether it is named or not.
    pub(super) customers: Option<String>,
}

/// Reads one analysis into the catalog; it stays out if anything is wrong with it, or if it lacks a role.
pub(super) fn read(
    catalog: &mut Catalog,
    source: &Source,
    table: &Table,
    written: Option<&Source>,
    faults: &mut Vec<Diagnostic>,
) {
    let before = faults.len();
    let mut entry = Entry::file(&source.place, table, faults);
    let mut lacking = Vec::new();
    let analysis = analysis(catalog, source, &mut entry, written, &mut lacking);
    if faults.len() > before {
        return;
    }
    if lacking.is_empty() {
        catalog.analyses.extend(analysis);
    } else {
        let name = name_of(source.path.trim_end_matches(".toml"));
        let topic = analysis.map(|analysis| analysis.topic.word.clone());
        let title = table.get("title").and_then(toml::Value::as_str);
        let title = title.map(|title| left_out::heading(&catalog.contract, title));
        catalog.left_out.push(LeftOut { title, topic, ..LeftOut::new(Kind::Analysis, name, lacking) });
    }
}

fn analysis(
    catalog: &Catalog,
    source: &Source,
    entry: &mut Entry<'_>,
    written: Option<&Source>,
    lacking: &mut Vec<Need>,
) -> Option<Analysis> {
    let before = entry.n_faults();
    entry.only(&KEYS);
    let name = name_of(source.path.trim_end_matches(".toml"));
    if let Err(error) = check_name(name, catalog.analyses.iter().map(|other| other.name.as_str())) {
        entry.fault("title", error);
    }
    let topic = self::topic(catalog, source, entry);
    let texts = ["title", "question", "reading"].map(|key| (key, entry.text(key)));
    let form = if entry.has("each") { Form::Each } else { Form::Together };
    let by = dimensions(catalog, entry, form, lacking);
    let measures = measures(catalog, entry, lacking);
    // Names that follow from wrong ones are not wrong again.
    let sound = entry.n_faults() == before;
    let declared = if sound { Some(&measures) } else { None };
    let [title, question, reading] =
        texts.map(|(key, text)| text.map(|text| self::text(catalog, entry, key, text, declared)));
    let intervals: Vec<String> = entry.texts("intervals").into_iter().map(str::to_owned).collect();
    for name in intervals.iter().filter(|_| sound) {
        if let Err(error) = measures.check(name) {
            entry.fault("intervals", error);
        }
    }
    let top = entry.integer("top").and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0);
    let text = if entry.has("where") { entry.text("where") } else { None };
    let filter = text.and_then(|text| note(entry, "where", lacking, catalog.read_filter(text)));
    let (finding, is_other) = measures.first(catalog, findings(entry, declared));
    if let (true, Some(finding)) = (sound, &finding) {
        let fits =
            fits(finding, by.len(), form, !lacking.is_empty()).and_then(|()| measures.carry(catalog, finding, lacking));
        if let Err(error) = fits {
            entry.fault("finding", error);
        }
    }
    let written = written.and_then(|file| by_hand(catalog, file, entry, lacking));
    let told_of = entry.table("reading_of").map_or_else(Vec::new, |table| readings(catalog, table, &measures, sound));
    let sound = sound && finding.is_some();
    // Why not stop here where something is missing: the chart's faults are to be told too.
    let (topic, finding) = (topic.unwrap_or_default(), finding.unwrap_or(Finding::Largest));
    let intervals = intervals.into_iter().filter(|name| measures.gone(name).is_none()).collect();
    let baseline = entry.table("baseline").and_then(|table| self::baseline(table, &by));
    let (by, candidates) = match finding {
        Finding::ForwardSelection => cells::candidates(catalog, &by),
        _ => (by, Vec::new()),
    };
    let wanted = Wanted { name, topic, by, form, measures: measures.there.clone(), intervals, top, finding };
    let mut analysis = Analysis { candidates, baseline, ..catalog.analysis_of(wanted, written) };
    let table = entry.table("chart");
    let known = chart::Known { catalog, analysis: &analysis, measures: &measures, is_sound: sound, is_other };
    let chart = table.and_then(|table| chart::read(table, &known, lacking));
    analysis.chart = chart;
    (analysis.title, analysis.question) = (title?, question?);
    let reading = [vec![reading?], told_of].concat().join(" ");
    analysis.reading = reading.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(match filter {
        Some(filter) => analysis.with_filter(&filter),
        None => analysis,
    })
}

/// A text without the parts that speak of what this bank has not; nothing where the measures are wrong already.
fn text(catalog: &Catalog, entry: &mut Entry<'_>, key: &str, text: &str, measures: Option<&Declared>) -> String {
    match measures.map_or(Ok(String::new()), |measures| parts::told(catalog, measures, text)) {
        Ok(text) => catalog.worded(&text),
        Err(error) => {
            entry.fault(key, error);
            String::new()
        }
    }
}

/// The dimensions of `by`; or those of `each` that there are.
fn dimensions(catalog: &Catalog, entry: &mut Entry<'_>, form: Form, lacking: &mut Vec<Need>) -> Vec<Dimension> {
    let key = if form == Form::Each { "each" } else { "by" };
    let (mut there, mut gone) = (Vec::new(), Vec::new());
    for name in entry.texts(key) {
        if name == OTHERS && form == Form::Each {
            let others = own::others(catalog, &there);
            there.extend(others);
        } else {
            there.extend(note(entry, key, &mut gone, catalog.find_dimension(name)));
        }
    }
    if form == Form::Together || there.is_empty() {
        add(lacking, gone);
    }
    there
}

fn measures(catalog: &Catalog, entry: &mut Entry<'_>, lacking: &mut Vec<Need>) -> Declared {
    let columns = entry.table("columns").map_or_else(Vec::new, |table| columns(catalog, table, lacking));
    let customers = catalog.measure_of(MeasureRole::Customers).map(|measure| measure.name.clone());
    let mut declared = Declared { customers, ..Declared::default() };
    let counts = |role| [Some(MeasureRole::Customers), Some(MeasureRole::Closed)].contains(&role);
    let is_total = |measure: &Measure| {
        !counts(measure.role) && measure.interval == Interval::None && !measure.is_share_of_customers()
    };
    for name in entry.texts("measures") {
        let own = columns.iter().find(|column| column.name == name).cloned();
        let found = own.map_or_else(|| catalog.find_measure(name), Ok);
        let may_be_total = match &found {
            Ok(measure) => is_total(measure),
            Err(_) => {
                catalog.find_left_out(Kind::Measure, name).is_some_and(|gone| !counts(gone.role) && !gone.is_rate)
            }
        };
        if may_be_total {
            declared.first_total.get_or_insert_with(|| name.to_owned());
        }
        match found {
            Ok(measure) => declared.there.push(measure),
            Err(Absent::Wrong(error)) => entry.fault("measures", error),
            Err(Absent::Lacking(_)) => declared.gone.extend(catalog.find_left_out(Kind::Measure, name).cloned()),
        }
    }
    declared
}

impl Declared {
    /// The first of the findings that the bank has the measures for, and whether there is one before it; the first of all where it has
    /// them for none, which then says what lacks.
    fn first(&self, catalog: &Catalog, mut findings: Vec<Finding>) -> (Option<Finding>, bool) {
        let found = findings.iter().position(|finding| self.suffice(catalog, finding)).unwrap_or(0);
        let finding = (found < findings.len()).then(|| findings.swap_remove(found));
        (finding, found > 0)
    }

    /// Whether the bank has the measures that a finding is made from.
    fn suffice(&self, catalog: &Catalog, finding: &Finding) -> bool {
        let mut lacking = Vec::new();
        self.carry(catalog, finding, &mut lacking).is_err() || lacking.is_empty()
    }

    pub(super) fn gone(&self, name: &str) -> Option<&LeftOut> {
        self.gone.iter().find(|gone| gone.name == name)
    }

    /// Refuses a name that is not one of the measures.
    pub(super) fn check(&self, name: &str) -> Result<(), Error> {
        let is_there = |name: &str| self.there.iter().any(|measure| measure.name == name);
        if self.customers.as_deref() == Some(name) || self.gone(name).is_some() || is_there(name) {
            return Ok(());
        }
        let hint = nearest("measure", name, self.there.iter().map(|measure| measure.name.as_str()));
        Err(Error::input(format!("`{}` is not one of the measures", diagnostic::quote(name))).hint(hint))
    }

    /// Refuses a finding that speaks of measures which are not shown; notes what those lack that the contract has not.
    fn carry(&self, catalog: &Catalog, finding: &Finding, lacking: &mut Vec<Need>) -> Result<(), Error> {
        for gone in finding.measures().into_iter().filter_map(|name| self.gone(name)) {
            add(lacking, gone.roles.iter().copied());
        }
        if let Some(role) = finding.needs()
            && !self.there.iter().any(|measure| measure.role == Some(role))
        {
            match self.gone.iter().find(|gone| gone.role == Some(role)) {
                Some(gone) => add(lacking, gone.roles.iter().copied()),
                None => return Err(misses(catalog, role)),
            }
        }
        let counts = |role| [Some(MeasureRole::Customers), Some(MeasureRole::Closed)].contains(&role);
        if *finding == Finding::Worth && self.there.iter().all(|measure| counts(measure.role)) {
            add(lacking, self.gone.iter().flat_map(|gone| gone.roles.iter().copied()));
        }
        if let Some(gone) =
            self.first_total.as_deref().filter(|_| *finding == Finding::Spread).and_then(|name| self.gone(name))
        {
            add(lacking, gone.roles.iter().copied());
        }
        let is_rate = |measure: &Measure| matches!(measure.interval, Interval::Rate { .. });
        if matches!(finding, Finding::Rates | Finding::Trend) && !self.there.iter().any(is_rate) {
            let rates: Vec<&LeftOut> = self.gone.iter().filter(|gone| gone.is_rate).collect();
            if rates.is_empty() {
                return Err(Error::input("this finding needs a rate among the measures").hint("such as `closure_rate`"));
            }
            add(lacking, rates.iter().flat_map(|gone| gone.roles.iter().copied()));
        }
        Ok(())
    }
}

/// The error for a finding without the measure that it is made from.
fn misses(catalog: &Catalog, role: MeasureRole) -> Error {
    match (role, catalog.measure_of(role)) {
        (_, Some(Measure { name, .. })) => Error::input(format!("this finding is made from the measure `{name}`"))
            .hint(format!("add `{name}` to `measures`")),
        (MeasureRole::Quantile(share), None) => {
            Error::input(format!("this finding is made from a column with `quantile = {share}`"))
                .hint("say of each column under `columns` which quantile it is")
        }
        _ => Error::input("this finding is made from a measure that the catalog does not have"),
    }
}

/// What the reading says of single measures, where those are shown.
fn readings(catalog: &Catalog, mut table: Entry<'_>, measures: &Declared, sound: bool) -> Vec<String> {
    let mut readings = Vec::new();
    for name in table.keys() {
        let text = table.text(name);
        match measures.check(name) {
            Err(error) if sound => table.fault(name, error),
            _ if measures.gone(name).is_some() => {}
            _ => readings.extend(text.map(|text| catalog.worded(text))),
        }
    }
    readings
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
        entry.report(topic::unknown(folder, folders).at(&source.place).into());
    }
    topic.cloned()
}

fn columns(catalog: &Catalog, mut table: Entry<'_>, lacking: &mut Vec<Need>) -> Vec<Measure> {
    let mut columns = Vec::new();
    for name in table.keys() {
        columns.extend(table.table(name).and_then(|column| measure::column(catalog, name, column, lacking)));
    }
    columns
}

/// The hand-written pipeline; what is wrong with it is reported, what it lacks noted.
fn by_hand(catalog: &Catalog, file: &Source, entry: &mut Entry<'_>, lacking: &mut Vec<Need>) -> Option<Pipeline> {
    match written(catalog, file) {
        Ok(pipeline) => return Some(pipeline),
        Err(Absent::Wrong(error)) => entry.report(error.into()),
        Err(Absent::Lacking(needs)) => add(lacking, needs),
    }
    None
}

/// A hand-written pipeline over the bank's fields, with the join in front if it needs one; checked.
fn written(catalog: &Catalog, file: &Source) -> Result<Pipeline, Absent> {
    let placed = |error: Error| error.shown_in(&file.text).within(&file.place);
    let value = pipeline::read(&file.text).map_err(placed)?;
    let resolved = roles::resolve(&catalog.contract, value).map_err(|absent| match absent {
        Absent::Wrong(error) => Absent::Wrong(placed(error)),
        lacking @ Absent::Lacking(_) => lacking,
    })?;
    let mut pipeline = pipeline::parse(&resolved.value).map_err(placed)?;
    if let Some((stage, _)) = pipeline.writes() {
        let error = Error::input(format!("`{}` writes into a collection, and an analysis only reads", stage.name()));
        return Err(Absent::Wrong(error.within(&file.place)));
    }
    let joins = |stage: &Stage| match stage {
        Stage::Lookup(lookup) => lookup.from == TRANSACTIONS,
        Stage::LookupPipeline(lookup) => lookup.target.head() == TRANSACTIONS,
        _ => false,
    };
    if catalog.mapping().is_some()
        && let Some(stage) = pipeline.stages.iter().find(|stage| reads_a_bank_otherwise(stage))
    {
        let message =
            format!("`{}` reads collections of a bank as they are, and those of this one are adopted", stage.name());
        let error = Error::input(message).hint("join the transactions by `localField` and `foreignField`");
        return Err(Absent::Wrong(error.within(&file.place)));
    }
    let is_joined = !pipeline.stages.iter().any(joins) && catalog.join.is_needed(&pipeline.reads());
    // Checked as it was written, so that stages are counted as in the file.
    let schemas = if is_joined { catalog.joined_schemas() } else { catalog.schemas() };
    pipeline::check_followed(&pipeline, CUSTOMERS, &schemas).map_err(placed)?;
    if is_joined {
        pipeline.stages.splice(0..0, catalog.join.stages());
    }
    Ok(pipeline)
}

/// Whether a stage reads a collection of a bank by another way than the plain join, whose fields a mapping knows.
fn reads_a_bank_otherwise(stage: &Stage) -> bool {
    let is_of_bank = |stage: &Stage| stage.collection().is_some_and(|name| [CUSTOMERS, TRANSACTIONS].contains(&name));
    let inside =
        |pipeline: &Pipeline| pipeline.stages.iter().any(|stage| is_of_bank(stage) || reads_a_bank_otherwise(stage));
    (is_of_bank(stage) && !matches!(stage, Stage::Lookup(_))) || stage.pipelines().into_iter().any(inside)
}

/// `finding = "rates"`; a list, of which the first is taken that the bank has the measures for; or a table with what the rule is
/// told: `finding = { extremes = "mean_limit" }`.
fn findings(entry: &mut Entry<'_>, measures: Option<&Declared>) -> Vec<Finding> {
    if entry.is_table("finding") {
        return told_finding(entry, measures).into_iter().collect();
    }
    if !entry.has("finding") {
        entry.text("finding");
    }
    let names = || PLAIN.iter().map(|(name, _)| *name).chain(TOLD);
    let found = entry.text_or_texts("finding").into_iter().map(|text| {
        let unknown = || {
            let error = Error::input(format!("unknown finding `{}`", diagnostic::quote(text)));
            error.hint(nearest("finding", text, names()))
        };
        PLAIN.iter().find(|(name, _)| *name == text).map(|(_, finding)| finding.clone()).ok_or_else(unknown)
    });
    let found = found.collect();
    entry.good("finding", found)
}

fn told_finding(entry: &mut Entry<'_>, measures: Option<&Declared>) -> Option<Finding> {
    let mut table = entry.table("finding")?;
    table.only(&TOLD);
    for key in ["extremes", "weighted"] {
        if let Some(name) = table.optional_text(key) {
            if let Some(Err(error)) = measures.map(|measures| measures.check(name)) {
                table.fault(key, error);
            }
            let name = name.to_owned();
            return Some(if key == "extremes" { Finding::Extremes(name) } else { Finding::Weighted(name) });
        }
    }
    let finding = Finding::Template(table.text("sentence")?.to_owned());
    for name in finding.measures() {
        if let Some(Err(error)) = measures.map(|measures| measures.check(name)) {
            table.fault("sentence", error);
        }
    }
    Some(finding)
}

/// `baseline = { of = ["fell"], phrase = "spend fell" }`: values of the first dimension, and what they mean.
fn baseline(mut entry: Entry<'_>, by: &[Dimension]) -> Option<Baseline> {
    entry.only(&["of", "phrase"]);
    let of = entry.values("of");
    let order = by.first().map_or(&[][..], |dimension| &dimension.order);
    if let Some(unknown) = of.iter().find(|value| !order.is_empty() && !order.contains(value)) {
        entry.fault("of", Error::input(format!("{unknown} is no value of the first dimension")));
    }
    Some(Baseline { of, phrase: entry.text("phrase")?.to_owned() })
}

/// Refuses a finding over dimensions that it cannot speak of.
fn fits(finding: &Finding, n_dimensions: usize, form: Form, lacks_some: bool) -> Result<(), Error> {
    let wanted = match finding {
        Finding::Drivers | Finding::Evidence | Finding::ForwardSelection if form == Form::Together => {
            "columns in turn: `each`, not `by`"
        }
        Finding::Drivers | Finding::Evidence | Finding::ForwardSelection => return Ok(()),
        _ if form == Form::Each => "dimensions together: `by`, not `each`",
        _ if lacks_some => return Ok(()),
        Finding::Association | Finding::WeightedMean if n_dimensions != 2 => "two dimensions",
        Finding::Trend | Finding::LifeTable | Finding::Closed | Finding::Worth if n_dimensions != 1 => "one dimension",
        Finding::Weighted(_) if n_dimensions == 0 => "a dimension",
        _ => return Ok(()),
    };
    Err(Error::input(format!("this finding is made over {wanted}")))
}
