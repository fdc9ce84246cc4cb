//! Lists of customers: which of them, in which order, with which columns.
//!
//! In: a predicate and a [`Wish`]. Out: a [`Listing`]: its columns, the pipeline that gives its rows, and the one that counts
//! all customers it is of.
//! Invariant: a column that names a person is neither shown nor sorted by; customers without an answer come last, whatever the
//! order; the key breaks ties, so that the same customers come from everywhere.

use bson::{Bson, bson};
use pipeline::ast::{Called, Expr, Operator, Order, Path, Predicate, Projected, Projection, SortKey, Stage};
use pipeline::{Error, FieldType, Pipeline};

use crate::compose::{ORDER, listed, sorts_itself};
use crate::narrow::narrow;
use crate::{Catalog, Dimension, Kind};

/// What a list of customers is to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Fields, dimensions or roles by which they are sorted; `-Total_Trans_Amt` downwards. By key where there are none.
    pub sort: Vec<String>,
    /// So many of them; all where it is 0.
    pub limit: u64,
    /// The columns behind the key; all of the contract where there are none.
    pub columns: Vec<String>,
}

impl Default for Wish {
    fn default() -> Self {
        Self { sort: Vec::new(), limit: Self::LIMIT, columns: Vec::new() }
    }
}

impl Wish {
    /// So many customers are listed where nothing is said.
    pub const LIMIT: u64 = 20;
}

/// A list of customers that can be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// Its columns: the key, then those that were asked for.
    pub columns: Vec<Dimension>,
    /// What the values of each are by the contract; none of what is computed from several.
    pub types: Vec<Option<FieldType>>,
    /// Gives the rows.
    pub query: (String, Pipeline),
    /// Counts all customers that it is of, as `customers`.
    pub count: (String, Pipeline),
    /// Which customers, in words; all where there is nothing.
    pub filter: Option<String>,
}

impl Catalog {
    /// The list of the customers for whom `filter` holds.
    pub fn listing(&self, filter: Option<&Predicate>, wish: &Wish) -> Result<Listing, Error> {
        let columns = self.listed_columns(&wish.columns)?;
        let order = wish.sort.iter().map(|named| self.sorted(named)).collect::<Result<Vec<_>, _>>()?;
        let is_joined = |dimension: &Dimension| self.join.is_needed(&dimension.expr.reads());
        let for_columns = columns.iter().any(is_joined);
        // Joined late, only those who are listed are joined.
        let early = order.iter().any(|(dimension, _)| is_joined(dimension))
            || filter.is_some_and(|filter| self.join.is_needed(&filter.reads()))
            || (for_columns && wish.limit == 0);
        let mut stages = if early { self.join.stages() } else { Vec::new() };
        let unknown = order.iter().filter_map(|(dimension, order)| self.unknown(dimension, *order));
        let placed: Vec<(Path, Expr)> =
            unknown.chain(order.iter().filter_map(|(dimension, _)| placed(dimension))).collect();
        if !placed.is_empty() {
            stages.push(Stage::AddFields(placed, Called::Newer));
        }
        stages.push(Stage::Sort(self.sort_keys(&order)));
        if let Ok(limit) = i64::try_from(wish.limit)
            && limit > 0
        {
            stages.push(Stage::Limit(limit as u64));
        }
        if for_columns && !early {
            stages.extend(self.join.stages());
        }
        let fields = columns
            .iter()
            .map(|column| (Path::with_empty_names(&column.name), Projected::Computed(column.expr.clone())));
        stages.push(Stage::Project(Projection::Include { id: false, fields: fields.collect() }));
        let narrowed = |stages: Vec<Stage>| {
            let pipeline = Pipeline::of(stages);
            filter.map_or_else(|| pipeline.clone(), |filter| narrow(&pipeline, filter, &self.join))
        };
        let one = pipeline::parse_accumulator(&bson!({ "$sum": 1 }))?;
        let counted = Stage::Group { id: Expr::Literal(Bson::Null), fields: vec![("customers".to_owned(), one)] };
        let types = columns.iter().map(|column| self.type_of(column)).collect();
        Ok(Listing {
            columns,
            types,
            query: self.join.query(narrowed(stages)),
            count: self.join.query(narrowed(vec![counted])),
            filter: filter.map(|filter| self.filter_in_words(filter)),
        })
    }

    /// One of the customers for whom `filter` does not hold.
    #[must_use]
    pub fn outside(&self, filter: &Predicate) -> (String, Pipeline) {
        let mut stages = if self.join.is_needed(&filter.reads()) { self.join.stages() } else { Vec::new() };
        stages.extend([Stage::Match(Predicate::Nor(vec![filter.clone()])), Stage::Limit(1)]);
        self.join.query(Pipeline { stages, ..Pipeline::default() })
    }

    /// The key, then the columns that are named; all but those that name a person where none is.
    fn listed_columns(&self, names: &[String]) -> Result<Vec<Dimension>, Error> {
        let key = self.contract.key();
        let mut columns: Vec<Dimension> = Vec::new();
        if !key.direct_identifier {
            columns.extend(self.dimension(&key.name).ok());
        }
        let all = || self.contract.columns.iter().filter(|column| !column.direct_identifier);
        let names: Vec<&str> = if names.is_empty() {
            all().map(|c| c.name.as_str()).collect()
        } else {
            names.iter().map(String::as_str).collect()
        };
        for name in names {
            let column = self.shown(name)?;
            if !columns.iter().any(|there| there.name == column.name) {
                columns.push(column);
            }
        }
        Ok(columns)
    }

    /// What the values of a dimension are, where that is known.
    pub(crate) fn type_of(&self, dimension: &Dimension) -> Option<FieldType> {
        if let Expr::Field(path) = &dimension.expr {
            return self.field(&path.to_string()).map(|field| field.field_type);
        }
        (dimension.unit == crate::Unit::Text).then_some(FieldType::String)
    }

    /// What a name means, unless it names a person. A role's name is its column's, where nothing else has that name.
    fn shown(&self, name: &str) -> Result<Dimension, Error> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Error::input("a name is empty")
                .hint("names stand between commas; leave the option out for all columns"));
        }
        let role = self.bare_role(name);
        let name = if role.is_some() { name } else { self.column_meant(name).unwrap_or(name) };
        let dimension = match self.dimension(role.as_deref().unwrap_or(name)) {
            // What was left out is told as such.
            Err(_) if self.find_left_out(Kind::Dimension, name).is_none() && self.field(name).is_some() => {
                return Err(self.unknown_field(name));
            }
            Err(_) if !self.knows_dimension(role.as_deref().unwrap_or(name)) => {
                return Err(self.unknown_dimension("column", name));
            }
            found => found?,
        };
        match self.names_a_person(&dimension) {
            Some(person) => {
                Err(Error::input(format!("`{person}` names persons, so it is neither listed nor sorted by")))
            }
            None => Ok(dimension),
        }
    }

    /// What is sorted by, and in which direction.
    fn sorted(&self, named: &str) -> Result<(Dimension, Order), Error> {
        let (name, order) = match named.strip_prefix('-') {
            Some(name) => (name, Order::Descending),
            None => (named.strip_prefix('+').unwrap_or(named), Order::Ascending),
        };
        Ok((self.shown(name)?, order))
    }

    /// What puts customers without an answer last, where the order of values does not by itself.
    fn unknown(&self, dimension: &Dimension, order: Order) -> Option<(Path, Expr)> {
        let is_nullable = match &dimension.expr {
            Expr::Field(path) => self.field(&path.to_string()).is_none_or(|field| field.is_nullable),
            _ => true,
        };
        let is_null_first = is_nullable && order == Order::Ascending;
        let is_named_first = dimension.missing.is_some() && (order == Order::Descending || dimension.order.is_empty());
        if !is_null_first && !is_named_first {
            return None;
        }
        let call = |operator, args| Expr::Call { operator, args };
        let is_null = call(Operator::Lte, vec![dimension.expr.clone(), Expr::Literal(Bson::Null)]);
        let is_named = dimension.missing.clone();
        let is_named = is_named.map(|named| call(Operator::Eq, vec![dimension.expr.clone(), Expr::Literal(named)]));
        let is_unknown = match is_named {
            Some(is_named) => call(Operator::Or, vec![is_null, is_named]),
            None => is_null,
        };
        Some((unknown_place(dimension), is_unknown))
    }

    fn sort_keys(&self, order: &[(Dimension, Order)]) -> Vec<SortKey> {
        let key = |(dimension, order): &(Dimension, Order)| {
            let path = match (placed(dimension), &dimension.expr) {
                (None, Expr::Field(path)) => path.clone(),
                (Some((path, _)), _) => path,
                (None, _) => Path::with_empty_names(&place(dimension)),
            };
            SortKey { path, order: *order }
        };
        let mut keys: Vec<SortKey> = Vec::new();
        for sorted in order {
            if self.unknown(&sorted.0, sorted.1).is_some() {
                keys.push(SortKey { path: unknown_place(&sorted.0), order: Order::Ascending });
            }
            keys.push(key(sorted));
        }
        let last = Path::with_empty_names(&self.contract.key().name);
        if !keys.iter().any(|key| key.path == last) {
            keys.push(SortKey { path: last, order: Order::Ascending });
        }
        keys
    }
}

/// Where the place of a dimension's value in its order stands while customers are sorted.
fn place(dimension: &Dimension) -> String {
    format!("{ORDER}.{}", dimension.name)
}

/// Where it stands meanwhile whether a customer's value is no answer.
fn unknown_place(dimension: &Dimension) -> Path {
    Path::with_empty_names(&format!("{ORDER}_unknown.{}", dimension.name))
}

/// What must be computed to sort by a dimension; nothing for a field whose values sort themselves.
fn placed(dimension: &Dimension) -> Option<(Path, Expr)> {
    let expr = &dimension.expr;
    let is_placed = !dimension.order.is_empty() && !sorts_itself(&dimension.order);
    if matches!(expr, Expr::Field(_)) && !is_placed {
        return None;
    }
    let sorted = if is_placed {
        Expr::Call { operator: Operator::IndexOfArray, args: vec![listed(&dimension.order), expr.clone()] }
    } else {
        expr.clone()
    };
    Some((Path::with_empty_names(&place(dimension)), sorted))
}
