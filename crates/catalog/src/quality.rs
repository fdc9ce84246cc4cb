//! The pipelines of the quality page: what is counted of each column, of the rules between columns, and of the first rows.
//!
//! In: a catalog's contract, how many customers there are, and a filter. Out: [`QualityQuestion`]s, each a pipeline over the
//! customers that anyone can paste. Which pairs of columns are asked about, the first rows say ([`Inspection::pairs`]).
//! Invariant: no pipeline gives a value of a column that names a person; none holds more than [`MOST_VALUES`] values of a column
//! that may have any number of them; none needs a server newer than 5.0.

use bson::{Bson, Document, doc};
use contract::{Column, Contract, Role};
use diagnostic::nearest;
use pipeline::Pipeline;
use pipeline::ast::{Comparison, Expr, Path, Predicate, Stage, Test};

use crate::compose::{Question, compose};
use crate::fields::PlainField;
use crate::measure::MeasureRole;
use crate::narrow::narrow;
use crate::rule::guarded;
use crate::{Catalog, Dimension, Error};

/// Of a column that may have any number of values, those of so many customers are looked at.
pub const MOST_VALUES: u64 = 200_000;

/// So many rows, those with the smallest keys, are looked at one by one.
const FIRST_ROWS: i64 = 500;

/// What a pipeline of the quality page counts. Columns and rules are named by their places in the contract.
#[derive(Clone, Debug, PartialEq)]
pub enum About {
    /// All customers, those who closed their account, and of how many that is known: one row.
    Customers,
    /// The greatest key of the first [`MOST_VALUES`] customers: one row.
    Last,
    /// The customers by the type of a column's value.
    Types(usize),
    /// The customers by a column's value, with the closures.
    Values {
        /// The column.
        column: usize,
        /// The column as what customers are grouped by: rows have the value under its name.
        dimension: Box<Dimension>,
        /// Only so many customers were looked at, where there are more.
        first: Option<u64>,
    },
    /// How many different values a column has that names a person: one row.
    Distinct {
        /// The column.
        column: usize,
        /// Only so many customers were looked at, where there are more.
        first: Option<u64>,
    },
    /// How many customers a rule was tested on, and for how many it holds: one row.
    Rule(usize),
    /// The first rows.
    Rows,
    /// How many values of a column go with more than one value of another: one row.
    Pair {
        /// The column that may determine the other.
        from: usize,
        /// The other.
        to: usize,
    },
    /// The sums of products of ranks of these columns: one row.
    Ranks(Vec<usize>),
    /// The customers by the values of two columns.
    Crossed {
        /// The one.
        a: usize,
        /// The other.
        b: usize,
    },
}

impl About {
    /// Whether it is about the values of one column, or about all customers.
    #[must_use]
    pub fn is_of_column(&self) -> bool {
        match self {
            Self::Customers | Self::Last | Self::Types(_) | Self::Values { .. } | Self::Distinct { .. } => true,
            Self::Rule(_) | Self::Rows | Self::Pair { .. } | Self::Ranks(_) | Self::Crossed { .. } => false,
        }
    }

    /// Whether it is about the values of this column, or about all customers.
    #[must_use]
    pub fn is_of(&self, wanted: usize) -> bool {
        match self {
            Self::Types(column) | Self::Values { column, .. } | Self::Distinct { column, .. } => *column == wanted,
            about => about.is_of_column(),
        }
    }

    /// What it counts, in words.
    #[must_use]
    pub fn in_words(&self, contract: &Contract) -> String {
        let name = |column: &usize| contract.columns[*column].name.as_str();
        match self {
            Self::Customers => "all customers".to_owned(),
            Self::Last => format!("the greatest key of the first {MOST_VALUES} customers"),
            Self::Types(column) => format!("types of {}", name(column)),
            Self::Values { column, .. } => format!("values of {}", name(column)),
            Self::Distinct { column, .. } => format!("how many values of {}", name(column)),
            Self::Rule(rule) => format!("the rule: {}", contract.rules[*rule].words.replace('`', "")),
            Self::Rows => "the first rows".to_owned(),
            Self::Pair { from, to } => format!("whether {} determines {}", name(from), name(to)),
            Self::Ranks(columns) => {
                let each = columns.iter().enumerate().map(|(place, column)| format!("{place} {}", name(column)));
                format!("rank correlations of {}", each.collect::<Vec<_>>().join(", "))
            }
            Self::Crossed { a, b } => format!("{} by {}", name(a), name(b)),
        }
    }
}

/// A pipeline of the quality page.
#[derive(Clone, Debug, PartialEq)]
pub struct QualityQuestion {
    /// What it counts.
    pub about: About,
    /// The collection and the pipeline.
    pub query: (String, Pipeline),
}

/// What the quality page asks, of some customers of a bank.
pub struct Inspection<'a> {
    catalog: &'a Catalog,
    /// The stages that leave those who are asked about.
    filter: Vec<Stage>,
    is_joined: bool,
}

impl Catalog {
    /// What the quality page asks of the customers for whom `filter` holds.
    #[must_use]
    pub fn inspection(&self, filter: Option<&Predicate>) -> Inspection<'_> {
        let empty = Pipeline::of(Vec::new());
        let filter = filter.map_or_else(Vec::new, |filter| narrow(&empty, filter, &self.join).stages);
        let is_joined = filter.iter().any(|stage| matches!(stage, Stage::Lookup(_)));
        Inspection { catalog: self, filter, is_joined }
    }

    /// A filter in words, by labels.
    #[must_use]
    pub fn filter_in_words(&self, filter: &Predicate) -> String {
        self.words.predicate(filter)
    }

    /// The place of the column that a name means: its own in any case, that of its role, that of the file, its heading, or a word for it.
    pub fn place_of_column(&self, name: &str) -> Result<usize, Error> {
        let columns = &self.contract().columns;
        let is_named = |column: &Column| column.name.eq_ignore_ascii_case(name);
        let exact = columns.iter().position(|column| column.name == name);
        let found = exact.or_else(|| columns.iter().position(is_named));
        let of_role = || columns.iter().position(|column| column.role.is_some_and(|role| role.name() == name));
        let meant = || self.field(self.column_meant(name)?).map(|field| field.column);
        found.or_else(of_role).or_else(meant).ok_or_else(|| {
            let names = columns.iter().map(|column| column.name.as_str());
            Error::input(format!("no column `{}`", diagnostic::quote(name))).hint(nearest("column", name, names))
        })
    }

    /// Whether values of the column may be shown.
    #[must_use]
    pub fn shows_values(column: &Column) -> bool {
        !column.direct_identifier && column.role != Some(Role::CustomerKey)
    }
}

impl Inspection<'_> {
    /// How many customers there are.
    #[must_use]
    pub fn customers(&self) -> QualityQuestion {
        self.composed(About::Customers, &[], None)
    }

    /// Up to which key customers are looked at, where there are more than [`MOST_VALUES`]; none where a key names a person, which
    /// no pipeline may show.
    #[must_use]
    pub fn last(&self) -> Option<QualityQuestion> {
        let key = self.catalog.contract().key();
        if key.direct_identifier {
            return None;
        }
        let key = &key.name;
        let rest = stages(vec![
            doc! { "$sort": { key: 1 } },
            doc! { "$limit": MOST_VALUES as i64 },
            doc! { "$group": { "_id": null, "last": { "$max": format!("${key}") } } },
        ]);
        Some(self.question(About::Last, false, None, rest))
    }

    /// All other questions but those of pairs. Where `last` is given, columns that may have any number of values and rules are
    /// looked at up to that key alone.
    #[must_use]
    pub fn questions(&self, last: Option<&Bson>) -> Vec<QualityQuestion> {
        let contract = self.catalog.contract();
        let mut questions = Vec::new();
        for (position, column) in contract.columns.iter().enumerate() {
            let Some(field) = self.field(position) else { continue };
            let last = last.filter(|_| field.is_many);
            let first = last.map(|_| MOST_VALUES);
            if column.is_nullable {
                questions.push(self.types(position, field));
            }
            if column.direct_identifier {
                questions.push(self.distinct(position, field, last));
            } else if Catalog::shows_values(column) {
                let dimension = Box::new(self.catalog.plain(field));
                let by = [(*dimension).clone()];
                questions.push(self.composed(About::Values { column: position, dimension, first }, &by, last));
            }
        }
        questions.extend(self.rules(last));
        questions.push(self.rows());
        questions
    }

    /// How often each rule of the contract holds; where `last` is given, up to that key.
    #[must_use]
    pub fn rules(&self, last: Option<&Bson>) -> Vec<QualityQuestion> {
        (0..self.catalog.contract().rules.len()).filter_map(|rule| self.rule(rule, last)).collect()
    }

    /// What tells whether each value of the first column of a pair goes with one value of the second.
    #[must_use]
    pub fn pairs(&self, pairs: &[(usize, usize)]) -> Vec<QualityQuestion> {
        pairs.iter().filter_map(|&(from, to)| self.pair(from, to)).collect()
    }

    /// The field that is the column itself.
    pub(crate) fn field(&self, column: usize) -> Option<&PlainField> {
        self.catalog.fields.iter().find(|field| field.is_column && field.column == column)
    }

    /// Customers and closures by a column's values, as the analyses of the catalog count them.
    fn composed(&self, about: About, by: &[Dimension], last: Option<&Bson>) -> QualityQuestion {
        let measures = [MeasureRole::Customers, MeasureRole::Closed];
        let measures: Vec<_> = measures.iter().filter_map(|role| self.catalog.measure_of(*role).cloned()).collect();
        let composed = compose(&Question { by, measures: &measures, intervals: &[], top: None }, &self.catalog.join);
        // The join of the composed pipeline, which is put behind the filter.
        let n_join = self.catalog.join.stages().len();
        let is_joined = matches!(composed.stages.first(), Some(Stage::Lookup(_)));
        let rest = composed.stages.into_iter().skip(if is_joined { n_join } else { 0 }).collect();
        self.question(about, is_joined, last, rest)
    }

    /// A question of stages behind the filter, of customers up to a key, and behind the join where they need it.
    fn question(&self, about: About, needs_join: bool, last: Option<&Bson>, rest: Vec<Stage>) -> QualityQuestion {
        let mut stages = self.filter.clone();
        // Why not a limit: the engine groups whole columns, and no server gives the same first customers without a sort.
        if let (Some(last), Some(key)) = (last, Path::new(&self.catalog.contract().key().name)) {
            let test = Test::Compare(Comparison::Lte, last.clone());
            stages.push(Stage::Match(Predicate::Field(key, test)));
        }
        if needs_join && !self.is_joined {
            stages.extend(self.catalog.join.stages());
        }
        stages.extend(rest);
        QualityQuestion { about, query: self.catalog.join.query(Pipeline::of(stages)) }
    }

    /// A question of stages over some fields.
    pub(crate) fn over(
        &self,
        about: About,
        fields: &[&PlainField],
        last: Option<&Bson>,
        rest: Vec<Document>,
    ) -> QualityQuestion {
        let needs_join = fields.iter().any(|field| self.catalog.join.is_needed(&field.expr().reads()));
        self.question(about, needs_join, last, stages(rest))
    }

    fn types(&self, column: usize, field: &PlainField) -> QualityQuestion {
        let by_type = doc! { "$group": { "_id": { "$type": dollar(field) }, "customers": { "$sum": 1 } } };
        self.over(About::Types(column), &[field], None, vec![by_type, doc! { "$sort": { "_id": 1 } }])
    }

    fn distinct(&self, column: usize, field: &PlainField, last: Option<&Bson>) -> QualityQuestion {
        let first = last.map(|_| MOST_VALUES);
        let rest = vec![
            doc! { "$match": is_there(field) },
            doc! { "$group": { "_id": dollar(field) } },
            doc! { "$group": { "_id": null, "distinct": { "$sum": 1 } } },
        ];
        self.over(About::Distinct { column, first }, &[field], last, rest)
    }

    /// A rule, over the customers of whom all its columns are known.
    fn rule(&self, rule: usize, last: Option<&Bson>) -> Option<QualityQuestion> {
        let contract = self.catalog.contract();
        let found = &contract.rules[rule];
        let fields: Option<Vec<&PlainField>> = found.columns().iter().map(|column| self.field(*column)).collect();
        let fields = fields?;
        let field = |path: &Path| {
            let name = path.to_string();
            let field = fields.iter().find(|field| contract.columns[field.column].name == name);
            field.map_or_else(|| Expr::Field(path.clone()), |field| field.expr())
        };
        let expr = guarded(&found.expr().resolve(&field, &|root| Expr::Root(root.clone())));
        let nullable = fields.iter().filter(|field| field.is_nullable);
        let known: Vec<Bson> = nullable.map(|field| Bson::Document(is_there(field))).collect();
        let mut rest = Vec::new();
        if !known.is_empty() {
            rest.push(doc! { "$match": { "$and": known } });
        }
        let holds = pipeline::print::expr_to_bson(&expr);
        let counted = doc! { "$sum": { "$cond": [holds, 1, 0] } };
        rest.push(doc! { "$group": { "_id": null, "customers": { "$sum": 1 }, "holds": counted } });
        Some(self.over(About::Rule(rule), &fields, last, rest))
    }

    /// The rows with the smallest keys, without what names a person.
    fn rows(&self) -> QualityQuestion {
        let contract = self.catalog.contract();
        let key = &contract.key().name;
        let fields: Vec<&PlainField> = (0..contract.columns.len()).filter_map(|column| self.field(column)).collect();
        let shown = fields.iter().filter(|field| !contract.columns[field.column].direct_identifier);
        let mut project = doc! { "_id": 0 };
        project.extend(shown.map(|field| (contract.columns[field.column].name.clone(), dollar(field))));
        // Sorted first: a key that names a person is none of the fields that are left.
        let rest = vec![doc! { "$sort": { key: 1 } }, doc! { "$limit": FIRST_ROWS }, doc! { "$project": project }];
        self.over(About::Rows, &fields, None, rest)
    }

    fn pair(&self, from: usize, to: usize) -> Option<QualityQuestion> {
        let fields = [self.field(from)?, self.field(to)?];
        let [a, b] = fields;
        let several = |field: &str| doc! { "$sum": { "$cond": [{ "$gt": [field, 1] }, 1, 0] } };
        let rest = vec![
            doc! { "$match": { "$and": [is_there(a), is_there(b)] } },
            doc! { "$group": { "_id": { "from": dollar(a), "to": dollar(b) }, "customers": { "$sum": 1 } } },
            doc! { "$group": { "_id": "$_id.from", "values": { "$sum": 1 }, "customers": { "$sum": "$customers" } } },
            doc! { "$group": {
                "_id": null,
                "values": { "$sum": 1 },
                "customers": { "$sum": "$customers" },
                "repeated": several("$customers"),
                "several": several("$values"),
            } },
        ];
        Some(self.over(About::Pair { from, to }, &fields, None, rest))
    }
}

/// The field as an expression.
pub(crate) fn dollar(field: &PlainField) -> Bson {
    Bson::String(format!("${}", field.joined_path))
}

/// What a `$match` tests to leave the customers who have a value.
pub(crate) fn is_there(field: &PlainField) -> Document {
    let path = field.joined_path.as_str();
    doc! { path: { "$ne": null } }
}

/// Stages from values of a fixed form around paths of the contract.
fn stages(values: Vec<Document>) -> Vec<Stage> {
    let values = values.into_iter().map(Bson::Document).collect();
    pipeline::parse(&Bson::Array(values)).expect("a fixed form around fields of the contract").stages
}
