//! The catalog itself: what there is by name, and questions of one's own put together from it.
//!
//! Invariant: whatever is in a catalog was checked; composing it cannot fail.

use std::path::Path as FilePath;
use std::sync::Arc;

use contract::{CUSTOMERS, Contract, Role, TRANSACTIONS};
use diagnostic::{Action, Diagnostic, Faults};
use pipeline::ast::{AccumulatorCall, Expr, Path, Reads};
use pipeline::{Error, Field, Pipeline, Schema, Schemas, nearest};

use crate::analysis::{Analysis, Finding, Form};
use crate::compose::{self, Question, compose};
use crate::compose_values::by_value;
use crate::fields::{self, Join, PlainField};
use crate::left_out::{Absent, Kind, LeftOut};
use crate::measure::{Measure, MeasureRole};
use crate::outcome_words::OutcomeWords;
use crate::words::{Words, lowered};
use crate::{Dimension, Mapping, Topic, by_column, load, own, roles, source, topic};

/// Dimensions, measures and analyses over the columns of a contract, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalog {
    pub(crate) contract: Arc<Contract>,
    pub(crate) join: Arc<Join>,
    pub(crate) words: Arc<Words>,
    pub(crate) outcome: OutcomeWords,
    pub(crate) fields: Vec<PlainField>,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) measures: Vec<Measure>,
    pub(crate) analyses: Vec<Analysis>,
    pub(crate) left_out: Vec<LeftOut>,
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
    /// The catalog that this project comes with, over the columns of a bank's contract. What the contract has not the
    /// roles for is [left out](Self::left_out); columns of which our files say nothing get a dimension or a measure of
    /// their own.
    ///
    /// ```
    /// let catalog = catalog::Catalog::built_in(&contract::Contract::card())?;
    /// let by_gender = catalog.compose(&["gender"], &["closure_rate"], None, catalog.topic("status").unwrap());
    /// assert_eq!(by_gender.unwrap().columns().last().unwrap(), "closure_rate_high");
    /// # Ok::<(), diagnostic::Faults>(())
    /// ```
    pub fn built_in(contract: &Contract) -> Result<Self, Faults> {
        // What another program loads may lack any value, whatever the contract says of files.
        let adopted = contract.adopted.as_ref().map(|adopted| contract.clone().adopted_over(adopted));
        let mut catalog = Self::over(adopted.as_ref().unwrap_or(contract))?.with(&source::built_in())?;
        let own = own::add(&mut catalog);
        by_column::add(&mut catalog, &own);
        catalog.reword();
        catalog.finish();
        Ok(catalog)
    }

    /// Has all texts speak of the outcome as the contract does.
    fn reword(&mut self) {
        let words = self.outcome.clone();
        let reword = |measure: &mut Measure| {
            words.reword(&mut measure.label);
            words.reword(&mut measure.phrase);
        };
        self.measures.iter_mut().for_each(reword);
        for analysis in &mut self.analyses {
            analysis.measures.iter_mut().for_each(reword);
            for text in [&mut analysis.title, &mut analysis.question, &mut analysis.reading] {
                words.reword(text);
            }
        }
        for topic in &mut self.topics {
            let topic = Arc::make_mut(topic);
            words.reword(&mut topic.introduction);
            words.reword(&mut topic.help);
        }
    }

    /// Nothing but the columns.
    fn over(contract: &Contract) -> Result<Self, Diagnostic> {
        Ok(Self {
            join: Arc::new(Join::of(contract)?),
            fields: fields::of(contract),
            outcome: OutcomeWords::of(contract),
            contract: Arc::new(contract.clone()),
            words: Arc::default(),
            dimensions: Vec::new(),
            measures: Vec::new(),
            analyses: Vec::new(),
            left_out: Vec::new(),
            topics: Vec::new(),
        })
    }

    /// How documents that another program loaded become the contract's; none where they are its own.
    #[must_use]
    pub fn mapping(&self) -> Option<&Mapping> {
        self.join.mapping()
    }

    /// Adds the files of a folder beside what is there.
    pub fn with_folder(self, folder: &FilePath) -> Result<Self, Faults> {
        let sources = source::folder(folder).map_err(Diagnostic::from)?;
        self.with(&sources)
    }

    pub(crate) fn with(mut self, sources: &[source::Source]) -> Result<Self, Faults> {
        match Faults::of(load::load(&mut self, sources)) {
            Some(faults) => Err(faults),
            None => Ok(self),
        }
    }

    /// All analyses, by topic and in the order in which they are to be shown.
    #[must_use]
    pub fn analyses(&self) -> &[Analysis] {
        &self.analyses
    }

    /// What of the catalog the contract has not the roles for, each with these.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The contract that it speaks of.
    #[must_use]
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The analysis with this name.
    pub fn analysis(&self, name: &str) -> Result<&Analysis, Error> {
        if let Some(found) = self.analyses.iter().find(|analysis| analysis.name == name) {
            return Ok(found);
        }
        self.refuse_left_out(Kind::Analysis, name)?;
        let names = self.analyses.iter().map(|analysis| analysis.name.as_str());
        let error = Error::input(format!("unknown analysis `{}`", diagnostic::quote(name)));
        Err(error.hint(nearest("analysis", name, names)).hint_at(Action::ListNames))
    }

    /// What was left out under this name.
    pub(crate) fn find_left_out(&self, kind: Kind, name: &str) -> Option<&LeftOut> {
        let is_called = |one: &LeftOut| one.name == name || one.aliases.iter().any(|alias| alias == name);
        self.left_out.iter().find(|left_out| left_out.kind == kind && is_called(left_out))
    }

    fn refuse_left_out(&self, kind: Kind, name: &str) -> Result<(), Error> {
        self.find_left_out(kind, name).map_or(Ok(()), |left_out| Err(left_out.error()))
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

    /// The dimension with this name, or the plain column of this name taken as one; `<age>` is the column of that role.
    pub fn dimension(&self, name: &str) -> Result<Dimension, Error> {
        let found = match self.find_dimension(name) {
            // What the contract has no role for may be the name of a column all the same.
            Err(Absent::Lacking(needs)) => {
                self.called(name).map_or(Err(Absent::Lacking(needs)), |called| self.find_dimension(called))
            }
            found => found,
        };
        found.map_err(|absent| absent.error(name))
    }

    pub(crate) fn find_dimension(&self, name: &str) -> Result<Dimension, Absent> {
        if let Some(found) = self.dimensions.iter().find(|dimension| dimension.name == name) {
            return Ok(found.clone());
        }
        if let Some(need) = roles::named(name) {
            let column = roles::column(&self.contract, need?)?;
            let field = self.field(&self.contract.joined_path(column));
            return field.map(|field| self.plain(field)).ok_or_else(|| self.unknown_field(&column.name).into());
        }
        if let Some(field) = self.field(name) {
            return Ok(self.plain(field));
        }
        if let Some(left_out) = self.find_left_out(Kind::Dimension, name) {
            return Err(Absent::Lacking(left_out.roles.clone()));
        }
        if let Some(column) = self.column_of_role(name) {
            return Ok(column);
        }
        // A word such as `age` means a column and its bands alike.
        if let Some(called) = self.called(name).filter(|_| self.groups_that_mean(name).is_none()) {
            return self.find_dimension(called);
        }
        Err(self.unknown_dimension("dimension", name).into())
    }

    /// Whether something has this name as a dimension, be it left out.
    pub(crate) fn knows_dimension(&self, name: &str) -> bool {
        self.dimensions.iter().any(|dimension| dimension.name == name)
            || roles::named(name).is_some()
            || self.field(name).is_some()
            || self.find_left_out(Kind::Dimension, name).is_some()
            || self.called(name).is_some()
    }

    /// The measure that means this to findings.
    #[must_use]
    pub fn measure_of(&self, role: MeasureRole) -> Option<&Measure> {
        self.measures.iter().find(|measure| measure.role == Some(role))
    }

    /// The measure with this name.
    pub fn measure(&self, name: &str) -> Result<Measure, Error> {
        self.find_measure(name).map_err(|absent| absent.error(name))
    }

    pub(crate) fn find_measure(&self, name: &str) -> Result<Measure, Absent> {
        let is_alias = |measure: &&Measure| measure.names().any(|known| known == name);
        let named = self.measures.iter().find(|measure| measure.name == name);
        if let Some(found) = named.or_else(|| self.measures.iter().find(is_alias)) {
            return Ok(found.clone());
        }
        if let Some(left_out) = self.find_left_out(Kind::Measure, name) {
            return Err(Absent::Lacking(left_out.roles.clone()));
        }
        if let Some(called) = self.measure_called(name) {
            return Ok(called.clone());
        }
        let known = self.measures.iter().flat_map(Measure::names);
        let error = Error::input(format!("unknown measure `{}`", diagnostic::quote(name)));
        let hint = self.measures_that_mean(name).unwrap_or_else(|| nearest("measure", name, known));
        Err(error.hint(hint).hint_at(Action::ListNames).into())
    }

    /// The analysis with its pipelines: the one written by hand, or composed ones.
    pub(crate) fn analysis_of(&self, wanted: Wanted<'_>, written: Option<Pipeline>) -> Analysis {
        let Wanted { name, topic, by, form, mut measures, intervals, top, finding } = wanted;
        // Every answer rests on the number of customers behind it.
        if !measures.iter().any(|measure| measure.role == Some(MeasureRole::Customers))
            && let Some(customers) = self.measure_of(MeasureRole::Customers)
        {
            measures.insert(0, customers.clone());
        }
        let question = |by| compose(&Question { by, measures: &measures, intervals: &intervals, top }, &self.join);
        let pipelines = match (written, form) {
            (Some(pipeline), _) => vec![pipeline],
            (None, Form::Together) => {
                std::iter::once(question(&by)).chain(by_value(&by, &measures, &self.join)).collect()
            }
            (None, Form::Each) => by.chunks(1).map(question).collect(),
        };
        let queries = pipelines.iter().map(|pipeline| self.join.query(pipeline.clone())).collect();
        let (title, question, reading) = (String::new(), String::new(), String::new());
        let name = name.to_owned();
        let closed = self.measure_of(MeasureRole::Closed).map(|measure| measure.name.clone());
        Analysis {
            name,
            is_own: false,
            names_counts: false,
            topic,
            title,
            question,
            reading,
            by,
            candidates: Vec::new(),
            form,
            measures,
            intervals,
            finding,
            baseline: None,
            top,
            filter: None,
            chart: None,
            plain: pipelines,
            queries,
            closed,
            words: Arc::clone(&self.words),
            outcome: self.outcome.clone(),
            join: Arc::clone(&self.join),
        }
    }

    /// Brings the analyses into the order of topics and of `topics.toml`, and tells them all labels.
    pub(crate) fn finish(&mut self) {
        self.words = Arc::new(Words::of(self));
        // A folder of one's own may bring what the built-in catalog could not.
        let (dimensions, measures, analyses) = (&self.dimensions, &self.measures, &self.analyses);
        self.left_out.retain(|left_out| match left_out.kind {
            Kind::Dimension => !dimensions.iter().any(|dimension| dimension.name == left_out.name),
            Kind::Measure => !measures.iter().any(|measure| measure.name == left_out.name),
            Kind::Analysis => !analyses.iter().any(|analysis| analysis.name == left_out.name),
        });
        // Topics may have got more analyses since those of the built-in catalog were read.
        for analysis in &mut self.analyses {
            analysis.words = Arc::clone(&self.words);
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
        self.fields.iter().find(|field| field.path == name || field.joined_path == name)
    }

    /// A plain field as a dimension, under its own name.
    pub(crate) fn plain(&self, field: &PlainField) -> Dimension {
        let column = &self.contract.columns[field.column];
        let name = self.free_name(field);
        if field.is_column {
            let derived_from = self.derived_from(&field.expr());
            let mut dimension = Dimension::of_column(name, column, field, derived_from);
            dimension.banded_by = field.is_many.then(|| self.band_of(field));
            return dimension;
        }
        let phrase = field.phrase.clone().unwrap_or_else(|| format!("customers with {} {{}}", field.label));
        Dimension {
            name,
            label: field.label.clone(),
            expr: field.expr(),
            unit: field.unit,
            order: Vec::new(),
            missing: None,
            closed: Vec::new(),
            phrase,
            phrases: Vec::new(),
            derived_from: Vec::new(),
            banded_by: None,
        }
    }

    /// The fields that the columns which an expression reads follow from.
    pub(crate) fn derived_from(&self, expr: &Expr) -> Vec<String> {
        let reads = expr.reads();
        let read = reads.named().iter().filter_map(|path| self.field(&path.to_string()));
        let names = read.flat_map(|field| &self.contract.columns[field.column].derived_from);
        let columns = names.filter_map(|name| self.contract.column(name));
        let mut paths: Vec<String> = columns.map(|column| self.contract.joined_path(column)).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// The name of a plain field as a dimension: its own, unless a row has another value under that.
    fn free_name(&self, field: &PlainField) -> String {
        let expr = field.expr();
        let is_other = |name: &str| {
            self.dimensions.iter().any(|dimension| dimension.name == name && dimension.expr != expr)
                || self.fields.iter().any(|other| other.path == name && other.joined_path != field.joined_path)
        };
        let mut name = field.path.replace('.', "_");
        while self.is_column_of_measures(&name) || is_other(&name) {
            name.push_str("_column");
        }
        name
    }

    /// Whether rows may have a value of this name that is no dimension.
    pub(crate) fn is_column_of_measures(&self, name: &str) -> bool {
        compose::OWN_FIELDS.contains(&name) || self.measures.iter().any(|measure| measure.has_column(name))
    }

    /// The first dimension that is computed from this field alone; empty where there is none.
    fn band_of(&self, field: &PlainField) -> String {
        let is_of = |dimension: &&Dimension| {
            let reads = dimension.expr.reads();
            !reads.is_whole() && matches!(reads.named(), [only] if only.to_string() == field.joined_path)
        };
        self.dimensions.iter().find(is_of).map(|dimension| dimension.name.clone()).unwrap_or_default()
    }

    /// The schemas of the collections, as the contract makes them.
    #[must_use]
    pub fn schemas(&self) -> Schemas {
        self.contract.schemas()
    }

    /// The same, with its transactions joined to each customer.
    pub(crate) fn joined_schemas(&self) -> Schemas {
        let mut schemas = self.schemas();
        if let Some(Schema::Fields(theirs)) = schemas.get(TRANSACTIONS).cloned()
            && let Some(Schema::Fields(own)) = schemas.get_mut(CUSTOMERS)
        {
            let below = |field: Field| Field { path: format!("{TRANSACTIONS}.{}", field.path), ..field };
            own.extend(theirs.into_iter().map(below));
        }
        schemas
    }

    /// Refuses fields that a customer with its transactions joined does not have, below variables too.
    pub(crate) fn check_expr(&self, expr: &Expr) -> Result<(), Error> {
        self.check_reads(&expr.reads())?;
        pipeline::check_expr(expr, &self.joined_schema())
    }

    /// The same of an accumulator.
    pub(crate) fn check_accumulator(&self, call: &AccumulatorCall) -> Result<(), Error> {
        self.check_reads(&call.reads())?;
        pipeline::check_accumulator(call, &self.joined_schema())
    }

    fn check_reads(&self, reads: &Reads) -> Result<(), Error> {
        let unknown = reads.named().iter().find(|path| !self.has_path(path));
        unknown.map_or(Ok(()), |path| Err(self.unknown_field(&path.to_string())))
    }

    /// The schema of a customer with its transactions joined.
    pub(crate) fn joined_schema(&self) -> Schema {
        self.joined_schemas().remove(CUSTOMERS).unwrap_or(Schema::Any)
    }

    /// A text of a file, in which `<segment>` is the label of the role's column as it stands inside a sentence.
    pub(crate) fn worded(&self, text: &str) -> String {
        let mut worded = String::new();
        let mut rest = text;
        while let Some((before, from)) = rest.split_once('<') {
            worded.push_str(before);
            let named = from.split_once('>').and_then(|(name, behind)| Some((Role::named(name)?, behind)));
            if let Some((role, behind)) = named {
                let label = self.contract.role(role).map(|column| lowered(&column.label));
                worded.push_str(&label.unwrap_or_else(|| role.name().replace('_', " ")));
                rest = behind;
            } else {
                worded.push('<');
                rest = from;
            }
        }
        worded + rest
    }

    /// Whether the path is a field of the joined customer, or an object around some.
    pub(crate) fn has_path(&self, path: &Path) -> bool {
        let text = path.to_string();
        let inside = format!("{text}.");
        self.fields.iter().any(|field| field.joined_path == text || field.joined_path.starts_with(&inside))
    }

    /// The error for a field that there is not.
    pub(crate) fn unknown_field(&self, name: &str) -> Error {
        let error = Error::input(format!("unknown field `{}`", diagnostic::quote(name)));
        if let Some(field) = self.field(name) {
            return error.hint(format!("it is joined as `{}`", field.joined_path));
        }
        let mut names: Vec<&str> = self.fields.iter().map(|field| field.path.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        error
            .hint(nearest("field", name.strip_prefix("transactions.").unwrap_or(name), names))
            .hint_at(Action::ListFields)
    }
}
