//! Documents that another program loaded, as the contract's: one `$project` in front of a pipeline.
//!
//! In: a contract that is adopted over collections, and a pipeline over its customers. Out: the name of their collection, and
//! the same pipeline over the documents as they are. Only the columns that the pipeline reads are made.
//! Invariant: a value that the contract does not take is null, or the category that means no answer; it never counts as another.

use bson::Bson;
use contract::{Adopted, Column, Contract, Side, TRANSACTIONS};
use diagnostic::Diagnostic;
use pipeline::ast::{Called, Expr, Path, Projected, Projection, Reads, Stage};
use pipeline::{Error, Pipeline, parse_expr};

mod checks;
mod value;

pub use checks::{Checks, Refused, count_in};

/// How the documents of an adopted contract become its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    adopted: Adopted,
    /// The stages that join each customer with its transactions, where those are in another collection.
    join: Vec<Stage>,
    columns: Vec<Mapped>,
    checks: Checks,
}

/// A field of the contract's documents.
#[derive(Clone, Debug, PartialEq)]
struct Mapped {
    /// Its path in a customer's document with its transactions joined.
    path: Path,
    value: Expr,
    /// The fields of the contract that the value is made of; none where it is made of the documents as they are.
    follows: Vec<Path>,
}

impl Mapping {
    /// The mapping of a contract; none where its documents are its own.
    pub(crate) fn of(contract: &Contract) -> Result<Option<Self>, Diagnostic> {
        let Some(adopted) = &contract.adopted else { return Ok(None) };
        let mut columns = Vec::new();
        for column in &contract.columns {
            let path = field(&contract.joined_path(column))?;
            if column.is_numbered {
                let message = format!("the key `{}` numbers the rows of a file, and documents have none", column.name);
                return Err(Diagnostic::new(message).hint("name the field that is the key: `header = \"_id\"`"));
            }
            if let Some(computed) = &column.computed {
                let follows =
                    computed.columns().iter().map(|one| field(&contract.joined_path(&contract.columns[*one])));
                let follows = follows.collect::<Result<_, _>>()?;
                let value = computed.expression(&contract.columns, &|column| contract.joined_path(column));
                columns.push(Mapped { path, value: expr(&value::computed(column, &value))?, follows });
                continue;
            }
            if let Some(sign) = value::unknown_in_format(column) {
                let message = format!("MongoDB cannot read `{sign}` in the format of `{}`", column.name);
                return Err(Diagnostic::new(message).hint("store the days as dates, or leave the column out"));
            }
            let value = value::of(column, &source(column, adopted));
            columns.push(Mapped { path: path.clone(), value: expr(&value)?, follows: Vec::new() });
            if let Some(detail) = &column.detail {
                let beside = Column { name: detail.field.clone(), ..column.clone() };
                let value = expr(&value::detail(column, &format!("${path}")))?;
                columns.push(Mapped { path: field(&contract.joined_path(&beside))?, value, follows: vec![path] });
            }
        }
        let key = expr(&value::of(contract.key(), &source(contract.key(), adopted)))?;
        columns.insert(0, Mapped { path: field("_id")?, value: key, follows: Vec::new() });
        let join = pipeline::parse(&Bson::Array(checks::join(contract, adopted)));
        let join = join.map_err(Error::into_diagnostic)?.stages;
        Ok(Some(Self { adopted: adopted.clone(), join, columns, checks: Checks::of(contract, adopted)? }))
    }

    /// What must be known of the documents before they are answered for.
    #[must_use]
    pub fn checks(&self) -> &Checks {
        &self.checks
    }

    /// The pipeline over the documents as they are, with the collection that it runs over.
    #[must_use]
    pub fn query(&self, pipeline: &Pipeline) -> (String, Pipeline) {
        let (own, joins) = without_join(pipeline);
        let reads = Reads::of_stages(&own);
        let mut read: Vec<&Mapped> =
            self.columns.iter().filter(|column| column.is_read(&reads) && (joins || !column.is_joined())).collect();
        for column in &self.columns {
            let is_needed = read.iter().any(|one| one.follows.contains(&column.path));
            if is_needed && !read.contains(&column) {
                read.push(column);
            }
        }
        // What is computed from both collections lies in one.
        let joins = joins || read.iter().any(|column| column.is_joined());
        let (first, then): (Vec<&Mapped>, Vec<&Mapped>) = read.into_iter().partition(|one| one.follows.is_empty());
        let mut stages = if joins { self.join.clone() } else { Vec::new() };
        if first.is_empty() {
            // MongoDB: a `$project` has at least one field.
            stages.push(Stage::Project(Projection::Include { id: true, fields: Vec::new() }));
        } else {
            let computed = |one: &Mapped| (one.path.clone(), Projected::Computed(one.value.clone()));
            let fields = first.into_iter().map(computed).collect();
            stages.push(Stage::Project(Projection::Include { id: false, fields }));
        }
        if !then.is_empty() {
            let fields = then.into_iter().map(|one| (one.path.clone(), one.value.clone()));
            stages.push(Stage::AddFields(fields.collect(), Called::Older));
        }
        stages.extend(own);
        (self.adopted.customers.clone(), Pipeline { stages, collation: pipeline.collation.clone() })
    }
}

impl Mapped {
    fn is_read(&self, reads: &Reads) -> bool {
        reads.is_whole() || reads.named().iter().any(|path| self.path.covers(path) || path.covers(&self.path))
    }

    fn is_joined(&self) -> bool {
        self.path.head() == TRANSACTIONS
    }
}

/// The stages of a pipeline without those that join the transactions, and whether it had them.
fn without_join(pipeline: &Pipeline) -> (Vec<Stage>, bool) {
    let is_lookup = |stage: &Stage| matches!(stage, Stage::Lookup(lookup) if lookup.from == TRANSACTIONS);
    let Some(at) = pipeline.stages.iter().position(is_lookup) else { return (pipeline.stages.clone(), false) };
    let mut stages = pipeline.stages.clone();
    stages.remove(at);
    if matches!(stages.get(at), Some(Stage::Unwind(_))) {
        stages.remove(at);
    }
    (stages, true)
}

/// What reads a column from the documents as they are.
fn source(column: &Column, adopted: &Adopted) -> Bson {
    let is_joined = column.side == Side::Transactions && adopted.transactions.is_some();
    let prefix = if is_joined { format!("{TRANSACTIONS}.") } else { String::new() };
    let paths = column.paths().map(|path| format!("${prefix}{path}"));
    // The second path of a key is that in the other collection.
    value::first(if column.side == Side::Both { paths.take(1).collect() } else { paths.collect() })
}

fn expr(value: &Bson) -> Result<Expr, Diagnostic> {
    parse_expr(value).map_err(Error::into_diagnostic)
}

fn field(path: &str) -> Result<Path, Diagnostic> {
    Path::new(path)
        .ok_or_else(|| Diagnostic::new(format!("`{}` cannot be the path of a field", diagnostic::quote(path))))
}
