//! The catalog itself: what there is by name, and questions of one's own put together from it.
//!
//! Invariant: whatever is in a catalog was checked; composing it cannot fail.

use std::path::Path as FilePath;
use std::sync::Arc;

use pipeline::ast::{Expr, Path, Predicate};
use pipeline::{Error, Pipeline, Schemas, nearest};

use crate::analysis::{Analysis, Finding, Form};
use crate::chart::{Chart, ChartKind};
use crate::compose::{Question, compose};
use crate::fields::{self, CUSTOMERS, PlainField};
use crate::measure::{Interval, Measure};
use crate::{Dimension, Faults, Topic, load, source, topic};

/// Dimensions, measures and analyses, checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    pub(crate) fields: Vec<PlainField>,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) measures: Vec<Measure>,
    pub(crate) analyses: Vec<Analysis>,
    pub(crate) topics: Vec<Arc<Topic>>,
}

/// What an analysis is made from, once every name in it is known.
pub(crate) struct Wanted<'a> {
    pub name: &'a str,
    pub topic: Arc<Topic>,
    pub by: Vec<Dimension>,
    pub form: Form,
    pub measures: Vec<Measure>,
    pub intervals: Vec<String>,
    pub top: Option<u64>,
    pub finding: Finding,
}

impl Catalog {
    /// The catalog that this project comes with.
    pub fn built_in() -> Result<Self, Faults> {
        Self::default().with(&source::built_in())
    }

    /// Adds the files of a folder beside what is there.
    pub fn with_folder(self, folder: &FilePath) -> Result<Self, Faults> {
        let sources = source::folder(folder).map_err(|error| Faults(vec![error]))?;
        self.with(&sources)
    }

    pub(crate) fn with(mut self, sources: &[source::Source]) -> Result<Self, Faults> {
        let faults = load::load(&mut self, sources);
        if faults.is_empty() { Ok(self) } else { Err(Faults(faults)) }
    }

    /// All analyses, by topic and in the order in which they are to be shown.
    #[must_use]
    pub fn analyses(&self) -> &[Analysis] {
        &self.analyses
    }

    /// The analysis with this name.
    pub fn analysis(&self, name: &str) -> Result<&Analysis, Error> {
        self.analyses.iter().find(|analysis| analysis.name == name).ok_or_else(|| {
            let names = self.analyses.iter().map(|analysis| analysis.name.as_str());
            Error::input(format!("unknown analysis `{name}`")).hint(nearest("analysis", name, names))
        })
    }

    /// All topics, in the order in which they are to be shown.
    #[must_use]
    pub fn topics(&self) -> &[Arc<Topic>] {
        &self.topics
    }

    /// The topic that is called so.
    pub fn topic(&self, word: &str) -> Result<&Arc<Topic>, Error> {
        let words = || self.topics.iter().map(|topic| topic.word.as_str());
        self.topics.iter().find(|topic| topic.word == word).ok_or_else(|| topic::unknown(word, words()))
    }

    /// The analyses of a topic, in the order in which they are to be shown.
    pub fn analyses_of<'a>(&'a self, topic: &'a Topic) -> impl Iterator<Item = &'a Analysis> {
        self.analyses.iter().filter(|analysis| analysis.topic.word == topic.word)
    }

    /// All dimensions, in the order of their files.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// All measures, in the order of their files.
    #[must_use]
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// The dimension with this name, or the plain column of this name taken as one.
    pub fn dimension(&self, name: &str) -> Result<Dimension, Error> {
        if let Some(found) = self.dimensions.iter().find(|dimension| dimension.name == name) {
            return Ok(found.clone());
        }
        if let Some(field) = self.field(name) {
            return Ok(self.plain(field));
        }
        let names = self.dimensions.iter().map(|dimension| dimension.name.as_str());
        let names: Vec<&str> = names.chain(self.fields.iter().map(|field| field.path.as_str())).collect();
        Err(Error::input(format!("unknown dimension `{name}`")).hint(nearest("dimension", name, names)))
    }

    /// The measure with this name.
    pub fn measure(&self, name: &str) -> Result<Measure, Error> {
        self.measures.iter().find(|measure| measure.name == name).cloned().ok_or_else(|| {
            let names = self.measures.iter().map(|measure| measure.name.as_str());
            Error::input(format!("unknown measure `{name}`")).hint(nearest("measure", name, names))
        })
    }

    /// A question of one's own: `measures` (none: the topic's usual ones) by `by`, over the customers for whom `filter`
    /// holds.
    pub fn compose(
        &self,
        by: &[&str],
        measures: &[&str],
        filter: Option<&Predicate>,
        topic: &Arc<Topic>,
    ) -> Result<Analysis, Error> {
        let by: Vec<Dimension> = by.iter().map(|name| self.groupable(name)).collect::<Result<_, _>>()?;
        if let Some(twice) = by.iter().enumerate().find(|(i, one)| by[..*i].iter().any(|other| other.name == one.name))
        {
            return Err(Error::input(format!("the dimension `{}` is named twice", twice.1.name)));
        }
        let usual: Vec<&str> = topic.measures.iter().map(String::as_str).collect();
        let measures: Vec<Measure> = if measures.is_empty() { &usual } else { measures }
            .iter()
            .map(|name| self.measure(name))
            .collect::<Result<_, _>>()?;
        let topic = Arc::clone(topic);
        let intervals = measures.iter().map(|measure| measure.name.clone()).collect();
        let finding = own_finding(&by, &measures);
        let (title, question) = own_words(&by, &measures);
        let wanted =
            Wanted { name: "question", topic, by, form: Form::Together, measures, intervals, top: None, finding };
        let mut analysis = self.analysis_of(wanted, None);
        analysis.title = title;
        analysis.question = question;
        analysis.reading = String::from(
            "Each row is a group of customers. Rates stand with 95 % Wilson intervals, means with 95 % \
                            Student intervals; groups of fewer than 30 customers are shown, not ranked.",
        );
        analysis.chart = own_chart(&analysis);
        Ok(match filter {
            Some(filter) => analysis.with_filter(filter),
            None => analysis,
        })
    }

    /// A dimension whose values can be the rows of a table.
    fn groupable(&self, name: &str) -> Result<Dimension, Error> {
        let dimension = self.dimension(name)?;
        let Some(band) = &dimension.banded_by else { return Ok(dimension) };
        let error = Error::input(format!("`{name}` has too many values to group by"));
        Err(if band.is_empty() { error } else { error.hint(format!("the dimension `{band}` puts them in bands")) })
    }

    /// The analysis with its pipelines: the one written by hand, or composed ones.
    pub(crate) fn analysis_of(&self, wanted: Wanted<'_>, written: Option<Pipeline>) -> Analysis {
        let Wanted { name, topic, by, form, mut measures, intervals, top, finding } = wanted;
        // Every answer rests on the number of customers behind it.
        if finding.own_columns().is_none()
            && !measures.iter().any(|measure| measure.name == "customers")
            && let Ok(customers) = self.measure("customers")
        {
            measures.insert(0, customers);
        }
        let question = |by| compose(&Question { by, measures: &measures, intervals: &intervals, top });
        let pipelines = match (written, form) {
            (Some(pipeline), _) => vec![pipeline],
            (None, Form::Together) => vec![question(&by)],
            (None, Form::Each) => by.chunks(1).map(question).collect(),
        };
        let queries = pipelines.into_iter().map(|pipeline| (CUSTOMERS.to_owned(), pipeline)).collect();
        let (title, question, reading) = (String::new(), String::new(), String::new());
        let name = name.to_owned();
        Analysis {
            name,
            topic,
            title,
            question,
            reading,
            by,
            form,
            measures,
            intervals,
            finding,
            top,
            chart: None,
            queries,
        }
    }

    /// Brings the analyses into the order of topics and of `topics.toml`.
    pub(crate) fn sort_analyses(&mut self) {
        // Topics may have got more analyses since those of the built-in catalog were read.
        for analysis in &mut self.analyses {
            if let Some(topic) = self.topics.iter().find(|topic| topic.word == analysis.topic.word) {
                analysis.topic = Arc::clone(topic);
            }
        }
        let topics = &self.topics;
        let place = |analysis: &Analysis| {
            let topic = topics.iter().position(|topic| *topic == analysis.topic);
            let listed = analysis.topic.analyses.iter().position(|name| *name == analysis.name);
            (topic, listed.unwrap_or(usize::MAX))
        };
        self.analyses.sort_by_key(place);
    }

    /// The plain field with this name, with or without `transactions.` before it.
    pub(crate) fn field(&self, name: &str) -> Option<&PlainField> {
        self.fields.iter().find(|field| field.path == name || field.joined_path() == name)
    }

    /// A plain field as a dimension; where a dimension of the catalog is just this field, with its order and phrases.
    fn plain(&self, field: &PlainField) -> Dimension {
        let expr = Expr::Field(Path::new(&field.joined_path()).expect("the field's path was read from a key"));
        let name = field.path.replace('.', "_");
        if let Some(same) = self.dimensions.iter().find(|dimension| dimension.expr == expr) {
            return Dimension { name, ..same.clone() };
        }
        let label = field.label.clone();
        let phrase = field.phrase.clone().unwrap_or_else(|| format!("customers with {label} {{}}"));
        Dimension {
            name,
            label,
            expr,
            unit: field.unit,
            order: Vec::new(),
            missing: None,
            phrase,
            phrases: Vec::new(),
            banded_by: field.band.clone(),
        }
    }

    /// The schemas of the collections, as the catalog's fields make them.
    #[must_use]
    pub fn schemas(&self) -> Schemas {
        fields::schemas(&self.fields)
    }

    /// Reads an expression over a customer with its transactions joined.
    pub(crate) fn expression(&self, text: &str) -> Result<Expr, Error> {
        let expr = pipeline::parse_expr(&pipeline::read(text)?)?;
        self.check_expr(&expr)?;
        Ok(expr)
    }

    /// Refuses fields that a customer with its transactions joined does not have.
    pub(crate) fn check_expr(&self, expr: &Expr) -> Result<(), Error> {
        let reads = expr.reads();
        let unknown = reads.named().iter().find(|path| !self.has_path(path));
        unknown.map_or(Ok(()), |path| Err(self.unknown_field(&path.to_string())))
    }

    /// Whether the path is a field of the joined customer, or an object around some.
    pub(crate) fn has_path(&self, path: &Path) -> bool {
        let text = path.to_string();
        let inside = format!("{text}.");
        self.fields.iter().map(PlainField::joined_path).any(|known| known == text || known.starts_with(&inside))
    }

    /// The error for a field that there is not.
    pub(crate) fn unknown_field(&self, name: &str) -> Error {
        let error = Error::input(format!("unknown field `{name}`"));
        if let Some(field) = self.field(name) {
            return error.hint(format!("it is joined as `{}`", field.joined_path()));
        }
        let mut names: Vec<&str> = self.fields.iter().map(|field| field.path.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        error.hint(nearest("field", name.strip_prefix("transactions.").unwrap_or(name), names))
    }
}

/// What to say of a question of one's own.
fn own_finding(by: &[Dimension], measures: &[Measure]) -> Finding {
    if by.is_empty() {
        return Finding::Overview;
    }
    if measures.iter().any(|measure| matches!(measure.interval, Interval::Rate { .. })) {
        return Finding::Rates;
    }
    let mean = measures.iter().find(|measure| matches!(measure.interval, Interval::Mean { .. }));
    mean.map_or(Finding::Largest, |mean| Finding::Extremes(mean.name.clone()))
}

/// Title and question, in words.
fn own_words(by: &[Dimension], measures: &[Measure]) -> (String, String) {
    let join = |words: Vec<String>| match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    let labels = join(by.iter().map(|dimension| load::lowered(&dimension.label)).collect());
    let phrases = join(measures.iter().map(|measure| measure.phrase.clone()).collect());
    if by.is_empty() {
        let verb = if measures.len() == 1 { "is" } else { "are" };
        return ("Customers".to_owned(), format!("What {verb} the {phrases}?"));
    }
    let verb = if measures.len() == 1 { "does" } else { "do" };
    (format!("Customers by {labels}"), format!("How {verb} the {phrases} differ by {labels}?"))
}

/// A chart for one or two dimensions: the first rate or mean with its interval, else the customers.
fn own_chart(analysis: &Analysis) -> Option<Chart> {
    let shown = analysis.measures.iter().find(|measure| measure.interval != Interval::None);
    let y = shown.map_or("customers", |measure| measure.name.as_str()).to_owned();
    let (kind, series, interval) = match (analysis.by.as_slice(), shown) {
        ([_], Some(_)) => (ChartKind::Interval, None, analysis.interval_columns(&y)),
        ([_], None) => (ChartKind::Bar, None, None),
        ([_, second], _) => (ChartKind::Heatmap, Some(second.name.clone()), None),
        _ => return None,
    };
    Some(Chart { kind, x: analysis.by[0].name.clone(), y: vec![y], series, interval })
}
