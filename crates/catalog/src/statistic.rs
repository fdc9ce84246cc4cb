//! Measures of a user's own: `median:Total_Trans_Amt`, `p90:spend`, `sd:…`, `distinct:…`.
//!
//! In: a statistic and the name of a field, a dimension or a role. Out: measures as those of files.
//! Invariant: of a column that names a person nothing is computed but how many values it has.

use bson::{Bson, bson};
use contract::{Column, Role};
use pipeline::ast::{AccumulatorCall, Comparison, Expr, Path, Predicate, Test};
use pipeline::{Error, nearest};

use crate::compose_values::{counted, distinct, ends, quantile};
use crate::fields::PlainField;
use crate::measure::{ByValue, Interval, Measure, Value};
use crate::words::lowered;
use crate::{Catalog, Dimension, Unit, load, roles};

/// The statistics by name; `p90` and other percentiles are beside them.
const NAMES: [(&str, &[Statistic]); 19] = [
    ("mean", &[Statistic::Mean]),
    ("avg", &[Statistic::Mean]),
    ("average", &[Statistic::Mean]),
    ("median", &[MEDIAN]),
    ("quartiles", &[Q1, MEDIAN, Q3]),
    ("q1", &[Q1]),
    ("q3", &[Q3]),
    ("min", &[Statistic::Minimum]),
    ("minimum", &[Statistic::Minimum]),
    ("max", &[Statistic::Maximum]),
    ("maximum", &[Statistic::Maximum]),
    ("sd", &[Statistic::Deviation]),
    ("std", &[Statistic::Deviation]),
    ("stddev", &[Statistic::Deviation]),
    ("sum", &[Statistic::Sum]),
    ("total", &[Statistic::Sum]),
    ("distinct", &[Statistic::Distinct]),
    ("unique", &[Statistic::Distinct]),
    ("nunique", &[Statistic::Distinct]),
];

/// The names that messages tell, one for each statistic.
const TOLD: &str = "mean, median, quartiles, p90 (any percentile), min, max, sd, sum, distinct";

const MEDIAN: Statistic = Statistic::Quantile { permille: 500 };
const Q1: Statistic = Statistic::Quantile { permille: 250 };
const Q3: Statistic = Statistic::Quantile { permille: 750 };

/// What is computed of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Statistic {
    Mean,
    Sum,
    Minimum,
    Maximum,
    /// The standard deviation of a sample.
    Deviation,
    Quantile {
        permille: i32,
    },
    /// The number of different values.
    Distinct,
}

/// What it is computed of.
struct Of<'a> {
    /// Its name in names of columns.
    name: String,
    dimension: Dimension,
    /// Whether it is a number.
    is_number: bool,
    /// The column that it is, or is computed from.
    column: Option<&'a Column>,
}

impl Catalog {
    /// The measures that a user names: one of the catalog, or `median:Total_Trans_Amt` and its kin.
    pub(crate) fn asked_measures(&self, name: &str) -> Result<Vec<Measure>, Error> {
        match name.split_once(':') {
            None => Ok(vec![self.measure(name)?]),
            Some((statistic, of)) => {
                let of = self.counted(of.trim())?;
                statistics(statistic.trim())?.iter().map(|statistic| self.computed(*statistic, &of)).collect()
            }
        }
    }

    /// What a statistic may be of.
    fn counted(&self, name: &str) -> Result<Of<'_>, Error> {
        let of_field = |field: &PlainField| {
            let column = &self.contract.columns[field.column];
            let is_number = column.is_number() || !field.is_column;
            let name = field.path.replace('.', "_");
            Of { name, dimension: self.plain(field), is_number, column: Some(column) }
        };
        if let Some(field) = self.field(name) {
            return Ok(of_field(field));
        }
        if let Some(dimension) = self.dimensions.iter().find(|dimension| dimension.name == name) {
            let reads = dimension.expr.reads();
            let read = |field: &&PlainField| reads.named().iter().any(|path| path.to_string() == field.joined_path);
            let column = self.fields.iter().find(read).map(|field| &self.contract.columns[field.column]);
            let is_number = dimension.unit != Unit::Text;
            return Ok(Of { name: dimension.name.clone(), dimension: dimension.clone(), is_number, column });
        }
        let role = match roles::named(name) {
            Some(need) => Some(need?),
            None => Role::named(name).map(|role| crate::Need { role, unit: None }),
        };
        if let Some(need) = role {
            let column = roles::column(&self.contract, need).map_err(|absent| absent.error(name))?;
            let field = self.field(&self.contract.joined_path(column));
            return field.map(of_field).ok_or_else(|| self.unknown_field(name));
        }
        if let Some(meant) = self.column_meant(name) {
            return self.counted(meant);
        }
        let error = Error::input(format!("unknown field `{}`", diagnostic::quote(name)));
        let names = self.fields.iter().map(|field| field.path.as_str());
        let names = names.chain(self.dimensions.iter().map(|dimension| dimension.name.as_str()));
        Err(error
            .hint(self.groups_that_mean(name).unwrap_or_else(|| nearest("field", name, names)))
            .hint_at(diagnostic::Action::ListFields))
    }

    fn computed(&self, statistic: Statistic, of: &Of<'_>) -> Result<Measure, Error> {
        let is_private =
            of.column.is_some_and(|column| column.direct_identifier || column.role == Some(Role::CustomerKey));
        // A column of a table is named by letters, digits and `_`.
        let part = load::plain_name(&of.name);
        let (name, label) = (format!("{}_{part}", statistic.name()), statistic.label(&of.dimension.label));
        if statistic != Statistic::Distinct && (!of.is_number || is_private) {
            let holds_days = of.column.is_some_and(|column| column.kind == contract::Kind::Date);
            let what = match (is_private, holds_days) {
                (true, _) => "names a customer",
                (_, true) => "holds days",
                _ => "is no number",
            };
            let message = format!("`{}` {what}, so there is no `{}` of it", of.name, statistic.name());
            return Err(Error::input(message).hint(format!("`distinct:{}` counts its values", of.name)));
        }
        load::check_name(&name, [])?;
        let is_mean = |measure: &Measure| matches!(measure.interval, Interval::Mean { .. });
        if statistic == Statistic::Mean
            && let Some(measure) = self.measures.iter().find(|measure| measure.name == name && is_mean(measure))
        {
            return Ok(measure.clone());
        }
        if self.is_column_of_measures(&name) || self.dimensions.iter().any(|dimension| dimension.name == name) {
            return Err(Error::input(format!("the catalog has something else under the name `{name}`")));
        }
        let phrase = if statistic == Statistic::Distinct { "number of " } else { "" }.to_owned() + &lowered(&label);
        let mut measure = Measure {
            name,
            aliases: Vec::new(),
            label,
            phrase,
            unit: statistic.unit(of.dimension.unit),
            accumulators: Vec::new(),
            value: Value::Field,
            interval: Interval::None,
            summed: None,
            least: None,
            role: None,
            by_value: None,
        };
        match statistic {
            Statistic::Distinct | Statistic::Quantile { .. } => self.count_values(&mut measure, statistic, of),
            _ => self.accumulate(&mut measure, statistic, &of.dimension.expr),
        }
        Ok(measure)
    }

    /// What `$group` accumulates of each customer.
    fn accumulate(&self, measure: &mut Measure, statistic: Statistic, expr: &Expr) {
        let expr = pipeline::print::expr_to_bson(expr);
        if statistic == Statistic::Mean {
            (measure.accumulators, measure.interval) = load::mean(self, &measure.name, &expr);
            measure.least = load::least(self, &expr);
            return;
        }
        let is_there = load::is_there(self, &expr);
        let value = match &is_there {
            Some(is_there) => bson!({ "$cond": [is_there.clone(), expr, null] }),
            None => expr,
        };
        let operator = match statistic {
            Statistic::Sum => "$sum",
            Statistic::Minimum => "$min",
            Statistic::Maximum => "$max",
            _ => "$stdDevSamp",
        };
        measure.accumulators.push((measure.name.clone(), call(&bson!({ operator: value }))));
        if let Some(is_there) = is_there {
            let n = format!("{}_n", measure.name);
            measure.accumulators.push((n.clone(), call(&bson!({ "$sum": { "$cond": [is_there, 1, 0] } }))));
            measure.summed = Some(n);
        }
    }

    /// What is computed from how many customers have each value.
    fn count_values(&self, measure: &mut Measure, statistic: Statistic, of: &Of<'_>) {
        let known = self.known(of);
        let name = measure.name.clone();
        let mut counts = Vec::new();
        let mut fields = if let Statistic::Quantile { permille } = statistic {
            let [low, high] = ends(permille, 1000);
            let (low_name, high_name) = (format!("{name}_low"), format!("{name}_high"));
            measure.interval = Interval::Ranks { low: low_name.clone(), high: high_name.clone() };
            vec![(name, quantile(permille, 1000)), (low_name, low), (high_name, high)]
        } else {
            counts.push(name.clone());
            vec![(name, distinct())]
        };
        if known.is_some() {
            let n = format!("{}_n", measure.name);
            fields.push((n.clone(), counted()));
            counts.push(n.clone());
            measure.summed = Some(n);
        }
        measure.by_value = Some(ByValue { value: of.dimension.expr.clone(), known, fields, counts });
    }

    /// Which customers have a value; none where all have.
    fn known(&self, of: &Of<'_>) -> Option<Predicate> {
        let reads = of.dimension.expr.reads();
        let is_read = |path: &str| reads.is_whole() || reads.named().iter().any(|read| read.to_string() == path);
        let may_lack = self.fields.iter().any(|field| field.is_nullable && is_read(&field.joined_path));
        let missing = of.dimension.missing.clone();
        if !may_lack && missing.is_none() {
            return None;
        }
        let no_answers: Vec<Bson> = std::iter::once(Bson::Null).chain(missing).collect();
        if let (Expr::Field(path), false) = (&of.dimension.expr, of.is_number) {
            return Some(Predicate::Field(path.clone(), Test::NotIn(no_answers)));
        }
        if let Expr::Field(path) = &of.dimension.expr {
            return Some(is_number(path));
        }
        let expr = pipeline::print::expr_to_bson(&of.dimension.expr);
        let tested = if of.is_number {
            bson!({ "$gte": [expr, f64::NEG_INFINITY] })
        } else {
            bson!({ "$not": { "$in": [{ "$ifNull": [expr, null] }, no_answers] } })
        };
        let tested = pipeline::parse_expr(&tested).expect("a fixed form around a checked expression");
        Some(Predicate::Expr(tested))
    }
}

/// MongoDB: `$gte` of a number finds numbers alone, and NaN is below them all.
fn is_number(path: &Path) -> Predicate {
    Predicate::Field(path.clone(), Test::Compare(Comparison::Gte, Bson::Double(f64::NEG_INFINITY)))
}

fn call(value: &Bson) -> AccumulatorCall {
    pipeline::parse_accumulator(value).expect("a fixed form around a checked expression")
}

/// The statistics of a name: `quartiles` are three.
fn statistics(name: &str) -> Result<Vec<Statistic>, Error> {
    let lower = name.to_lowercase();
    if let Some((_, found)) = NAMES.iter().find(|(known, _)| *known == lower) {
        return Ok(found.to_vec());
    }
    let unknown = || {
        let error = Error::input(format!("unknown statistic `{}`", diagnostic::quote(name)));
        error.hint(format!("the statistics are {TOLD}"))
    };
    let percent = lower.strip_prefix('p').ok_or_else(unknown)?;
    if !percent.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(unknown());
    }
    let (whole, tenth) = percent.split_once('.').unwrap_or((percent, "0"));
    let permille = format!("{whole}{tenth}").parse::<i32>().map_err(|_| unknown())?;
    if tenth.len() != 1 || !(1..1000).contains(&permille) {
        let error = Error::input(format!("`{}` is no percentile", diagnostic::quote(name)));
        return Err(error.hint("a percentile is from `p0.1` to `p99.9`, with at most one decimal"));
    }
    Ok(vec![Statistic::Quantile { permille }])
}

impl Statistic {
    /// Its name in names of columns.
    fn name(self) -> String {
        match self {
            Self::Mean => "mean".to_owned(),
            Self::Sum => "sum".to_owned(),
            Self::Minimum => "min".to_owned(),
            Self::Maximum => "max".to_owned(),
            Self::Deviation => "sd".to_owned(),
            Self::Distinct => "distinct".to_owned(),
            MEDIAN => "median".to_owned(),
            Self::Quantile { permille } => format!("p{}", percent(permille, "_")),
        }
    }

    /// The heading over what it is computed of.
    fn label(self, of: &str) -> String {
        let of = lowered(of);
        match self {
            Self::Mean => format!("Mean {of}"),
            Self::Sum => format!("Total {of}"),
            Self::Minimum => format!("Minimum {of}"),
            Self::Maximum => format!("Maximum {of}"),
            Self::Deviation => format!("Standard deviation of {of}"),
            Self::Distinct => format!("Different values of {of}"),
            MEDIAN => format!("Median {of}"),
            Self::Quantile { permille } => format!("{} % quantile of {of}", percent(permille, ".")),
        }
    }

    /// What its numbers count.
    fn unit(self, of: Unit) -> Unit {
        match self {
            Self::Distinct => Unit::Count,
            Self::Mean | Self::Deviation if of == Unit::Count => Unit::Ratio,
            Self::Deviation if of == Unit::Year => Unit::Years,
            Self::Sum if of == Unit::Year => Unit::Count,
            Self::Sum if of == Unit::Share => Unit::Ratio,
            _ => of,
        }
    }
}

/// Thousandths as percent: `90`, `99.9`.
fn percent(permille: i32, point: &str) -> String {
    match permille % 10 {
        0 => (permille / 10).to_string(),
        tenth => format!("{}{point}{tenth}", permille / 10),
    }
}
