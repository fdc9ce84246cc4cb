//! The longest prefix of a pipeline that runs on columns, made ready.
//!
//! In: stages over a typed collection. Out: a [`Prefix`]: filters, then one way to end (groups, first rows, or rows as
//! documents), and how many stages that covers; the others run row by row on what comes out. Invariant: a stage is
//! taken whole or not at all, and what is not taken sees just the documents that it would see without columns.

use std::sync::Arc;

use pipeline::Pipeline;
use pipeline::ast::{Expr, Path, Predicate, Projected, Projection, Reads, SortKey, Stage, Unwind};

use super::filter::Filter;
use super::group::Group;
use super::plan::{ColumnId, Plan};
use super::resolve::{self, ColumnPath, Resolved};
use super::rows::{Output, stored_fields};
use super::shape::Kind;
use super::sort::Sort;
use super::stored::Typed;
use super::top::Top;
use super::tree::{Fields, Found, InsideValues, Node};
use super::unwind::Elements;
use super::window::WindowEnd;
use crate::collection::{Collection, View};
use crate::place::Places;
use crate::stage::Context;
use crate::{Error, constants};

/// More fields than these are added by no stage on columns.
const MOST_NEW_FIELDS: usize = 500;

/// A prefix made ready.
#[derive(Debug)]
pub(crate) struct Prefix {
    pub(crate) plan: Plan,
    /// In order; each belongs to the stage of that number.
    pub(crate) steps: Vec<(usize, Step)>,
    pub(crate) end: End,
    /// What became of each stage taken.
    pub(crate) how: Vec<String>,
    /// Of the stages, for errors.
    pub(crate) places: Places,
}

/// What happens to a block before its end.
#[derive(Debug)]
pub(crate) enum Step {
    Filter(Filter),
    /// Leaves out what a joined collection does not show.
    Show(Filter),
    /// A computed field that may fail is computed where it stands, even if nothing reads it.
    Check(ColumnId),
    /// Makes a row of each element of an array.
    Unwind(Elements),
}

/// Where the rows go.
#[derive(Debug)]
pub(crate) enum End {
    Group(Group),
    /// `at` is the stage that sorts.
    Top {
        top: Top,
        at: usize,
        skip: usize,
        output: Output,
    },
    Sort {
        sort: Sort,
        at: usize,
        skip: usize,
        output: Output,
    },
    Rows {
        output: Output,
        skip: usize,
        limit: usize,
    },
    Window(WindowEnd),
}

struct Lowering<'c> {
    plan: Plan,
    fields: Fields,
    steps: Vec<(usize, Step)>,
    how: Vec<String>,
    collections: &'c dyn Fn(&str) -> Option<Collection>,
    /// The first stage that made other documents of those of any shape: the tree does not know the order of their fields.
    reshaped_at: Option<usize>,
}

impl Prefix {
    pub(crate) fn new(
        base: &Arc<Typed>,
        stages: &[Stage],
        ctx: &Context,
        collections: &dyn Fn(&str) -> Option<Collection>,
    ) -> Result<Self, Error> {
        base.check_length()?;
        let start = || {
            let mut plan = Plan::new(Arc::clone(base), ctx);
            let fields = stored_fields(base, |index| plan.stored(0, index));
            Lowering { plan, fields, steps: Vec::new(), how: Vec::new(), collections, reshaped_at: None }
        };
        // A column would draw once for all rows with equal values.
        let n_fixed = stages.iter().take_while(|stage| !stage.is_random()).count();
        let mut lowering = start();
        let mut end = lowering.all(stages, n_fixed)?;
        if base.loose.is_some()
            && let (Some(at), false) = (lowering.reshaped_at, matches!(end, Some(End::Group(_))))
        {
            lowering = start();
            end = lowering.all(stages, at)?;
        }
        let end = end.unwrap_or_else(|| {
            let output = lowering.output(&stages[lowering.how.len()..]);
            End::Rows { output, skip: 0, limit: usize::MAX }
        });
        let places = Places::default();
        Ok(Self { plan: lowering.plan, steps: lowering.steps, end, how: lowering.how, places })
    }

    /// An error of its end, with the place of the stage that ends it.
    pub(super) fn of_end(&self, error: Error) -> Error {
        let at = match &self.end {
            End::Top { at, .. } | End::Sort { at, .. } => *at,
            End::Group(_) | End::Window(_) | End::Rows { .. } => self.n_stages().saturating_sub(1),
        };
        self.places.of(at, error)
    }

    /// How many stages it covers.
    pub(crate) fn n_stages(&self) -> usize {
        self.how.len()
    }
}

impl Lowering<'_> {
    /// Takes of the first `most` stages as many as it can, and the end if one of them is.
    fn all(&mut self, stages: &[Stage], most: usize) -> Result<Option<End>, Error> {
        while self.how.len() < most {
            let left = &stages[self.how.len()..];
            // Of whole documents of any shape the tree knows too little.
            if self.is_loose() && left.first().is_some_and(|first| Reads::of_stage(first).is_whole()) {
                break;
            }
            let end = self.end(left);
            if end.is_some() {
                return Ok(end);
            }
            if self.stage(left)?.is_none() {
                break;
            }
        }
        Ok(None)
    }

    fn is_loose(&self) -> bool {
        self.plan.collections[0].loose.is_some()
    }

    /// What documents come out for the stages behind.
    fn output(&self, behind: &[Stage]) -> Output {
        if self.is_loose() {
            let only = Reads::of_stages(behind).only();
            return Output::Documents(only.map(|paths| paths.iter().map(|path| path.head().to_owned()).collect()));
        }
        Output::Fields(needed(&self.fields, behind))
    }

    /// Takes the first of `stages` (or the first two), if it only filters or reshapes; `None` if it cannot be taken.
    fn stage(&mut self, stages: &[Stage]) -> Result<Option<()>, Error> {
        let at = self.how.len();
        let Some(first) = stages.first() else { return Ok(None) };
        match first {
            Stage::Match(predicate) => {
                self.filter(predicate, at)?;
                return Ok(Some(()));
            }
            Stage::Unwind(unwind) if self.is_loose() => {
                let lowered = Elements::lower(unwind, &stages[1..], &self.fields, &mut self.plan);
                let Some((elements, node)) = lowered else { return Ok(None) };
                self.fields.set(unwind.path.segments(), node).map_err(|InsideValues| not_at_the_top())?;
                self.how.push(elements.how().to_owned());
                self.steps.push((at, Step::Unwind(elements)));
                self.reshaped_at.get_or_insert(at);
                return Ok(Some(()));
            }
            Stage::Lookup(lookup) => {
                let Some(Stage::Unwind(unwind)) = stages.get(1) else { return Ok(None) };
                return Ok(self.join(lookup, unwind, at).map(|()| {
                    self.how.push("aligned join, no hashing: the other collection's columns stand beside".to_owned());
                    self.how.push("part of the join: at most one match for each row".to_owned());
                }));
            }
            _ => {}
        }
        let reshaped = match first {
            Stage::AddFields(fields, _) => self.add_fields(fields),
            Stage::Project(Projection::Include { id, fields }) => self.include(*id, fields),
            Stage::Project(Projection::Exclude(paths)) | Stage::Unset(paths) => exclude(&self.fields, paths),
            Stage::ReplaceRoot(expr, _) => self.replace_root(expr),
            _ => return Ok(None),
        };
        let Ok(fields) = reshaped else { return Ok(None) };
        // A document that is copied into itself again and again has more fields than any row should be followed into.
        let (columns, known) = (fields.columns(), self.fields.columns());
        if columns.len() > known.len() + MOST_NEW_FIELDS {
            return Ok(None);
        }
        let new: Vec<ColumnId> = columns.into_iter().filter(|id| !known.contains(id)).collect();
        for id in new {
            if self.plan.column(id).is_fallible {
                self.steps.push((at, Step::Check(id)));
                self.plan.is_checked(id);
            }
        }
        self.fields = fields;
        self.reshaped_at.get_or_insert(at);
        self.how.push("columns only".to_owned());
        Ok(Some(()))
    }

    fn filter(&mut self, predicate: &Predicate, at: usize) -> Result<(), Error> {
        let filters = filters(predicate, &self.fields, &mut self.plan)?;
        let mut how: Vec<&str> = filters.iter().map(Filter::how).collect();
        how.dedup();
        self.how.push(if how.is_empty() { "passes all".to_owned() } else { format!("filter by {}", how.join(", ")) });
        self.steps.extend(filters.into_iter().map(|filter| (at, Step::Filter(filter))));
        Ok(())
    }

    fn node(&mut self, expr: &Resolved) -> Node {
        match expr {
            Expr::Object(list) => {
                let field = |(name, value): &(String, Resolved)| (name.clone(), self.node(value));
                Node::Object(Fields(list.iter().map(field).collect()))
            }
            value => Node::Column(self.plan.computed(value)),
        }
    }

    fn resolved(&mut self, expr: &Expr) -> Node {
        let resolved = resolve::expr(expr, &self.fields);
        self.node(&resolved)
    }

    fn add_fields(&mut self, added: &[(Path, Expr)]) -> Result<Fields, InsideValues> {
        let mut fields = self.fields.clone();
        for (path, expr) in added {
            let node = self.resolved(expr);
            fields.set(path.segments(), node)?;
        }
        Ok(fields)
    }

    fn include(&mut self, id: bool, listed: &[(Path, Projected)]) -> Result<Fields, InsideValues> {
        let id_path = ["_id".to_owned()];
        let kept =
            listed.iter().filter(|(_, projected)| *projected == Projected::Kept).map(|(path, _)| path.segments());
        let kept: Vec<&[String]> = kept.chain(id.then_some(id_path.as_slice())).collect();
        let computed = listed.iter().filter(|(_, projected)| *projected != Projected::Kept);
        let entered = computed.map(|(path, _)| path.segments()).filter(|path| path.len() > 1);
        let entered: Vec<&[String]> = entered.map(|path| &path[..path.len() - 1]).collect();
        let mut fields = self.fields.keep(&kept, &entered)?;
        for (path, projected) in listed {
            if let Projected::Computed(expr) = projected {
                let node = self.resolved(expr);
                fields.set(path.segments(), node)?;
            }
        }
        // `_id` stands first, also where it is computed.
        fields.0.sort_by_key(|(name, _)| name != "_id");
        Ok(fields)
    }

    fn replace_root(&mut self, expr: &Expr) -> Result<Fields, InsideValues> {
        match self.resolved(expr) {
            Node::Object(fields) => Ok(fields),
            Node::Column(_) | Node::Loose { .. } => Err(InsideValues),
        }
    }

    /// A `$lookup` with its `$unwind`, where both collections hold the same ids in the same order. A document that the
    /// other one does not show finds no match, and its row is left out where the `$unwind` would leave it out.
    fn join(&mut self, lookup: &pipeline::ast::Lookup, unwind: &Unwind, at: usize) -> Option<()> {
        // Which ids are one and the same is not for the collation's rules to say where they lie side by side.
        if unwind.path != lookup.target || unwind.index.is_some() || !self.plan.collator.is_simple() {
            return None;
        }
        let base = Arc::clone(&self.plan.collections[0]);
        let other = (self.collections)(&lookup.from)?;
        // One that was cut says so in row mode.
        let typed =
            other.columns().ok()?.filter(|typed| typed.check_length().is_ok() && base.is_aligned_with(typed))?;
        if unwind.preserve && !other.view().stages.is_empty() {
            return None;
        }
        self.plan.collections.push(Arc::clone(typed));
        let collection = self.plan.collections.len() - 1;
        let all = stored_fields(typed, |index| self.plan.stored(collection, index));
        let (joined, filters) = shown(other.view(), all, &mut self.plan)?;
        let mut is_id = |fields: &Fields, path: &Path, collection: usize, id: Option<usize>| {
            let Found::Column(column, []) = fields.find(path.segments()) else { return false };
            id.is_some_and(|id| self.plan.stored(collection, id) == column)
        };
        if !is_id(&self.fields, &lookup.local, 0, base.id) || !is_id(&joined, &lookup.foreign, collection, typed.id) {
            return None;
        }
        self.fields.set(lookup.target.segments(), Node::Object(joined)).ok()?;
        self.steps.extend(filters.into_iter().map(|filter| (at + 1, Step::Show(filter))));
        Some(())
    }

    /// What the first of `stages` makes of the rows, if that ends the prefix; says how for each stage that it covers.
    fn end(&mut self, stages: &[Stage]) -> Option<End> {
        match stages.first()? {
            Stage::Group { id, fields } => self.group(id, fields),
            Stage::Sort(keys) => self.top(keys, stages),
            Stage::SetWindowFields { partition_by, sort_by, output } if self.plan.collator.is_simple() => {
                let keys = (partition_by.as_ref(), sort_by.as_slice());
                let end = WindowEnd::lower(keys, output, &stages[1..], &self.fields, &mut self.plan)?;
                self.how.push("keys and inputs as columns, rows by their places".to_owned());
                Some(End::Window(end))
            }
            Stage::Limit(_) | Stage::Skip(_) => {
                let (skip, limit, n) = window(stages);
                self.how.extend(std::iter::repeat_n("stops reading when it has enough".to_owned(), n));
                Some(End::Rows { output: self.output(&stages[n..]), skip, limit })
            }
            _ => None,
        }
    }

    fn group(&mut self, id: &Expr, fields: &[(String, pipeline::ast::AccumulatorCall)]) -> Option<End> {
        let is_written_out = matches!(id, Expr::Object(_));
        let id = resolve::expr(id, &self.fields);
        // MongoDB: a missing value is null in an object of one field, but only in one that is written as such.
        if !is_written_out && matches!(&id, Expr::Object(parts) if parts.len() == 1) {
            return None;
        }
        let is_sorted = fields.iter().any(|(_, call)| !call.sort_by.is_empty());
        if is_sorted && !self.plan.collator.is_simple() {
            return None;
        }
        let input = |call: &pipeline::ast::AccumulatorCall| {
            (resolve::expr(&call.input, &self.fields), self.key_columns(&call.sort_by))
        };
        let inputs: Vec<_> = fields.iter().map(|(_, call)| input(call)).collect();
        let group = Group::lower(&id, fields, &inputs, &mut self.plan)?;
        // Of strings that a collation holds equal the first row's stands for the group, and codes do not know which that is.
        if !self.plan.collator.is_simple() && group.keys.joins_codes() {
            return None;
        }
        let keys = if group.keys.len() == 1 { "1 key".to_owned() } else { format!("{} keys", group.keys.len()) };
        let mut how = match group.keys.n_cells {
            Some(1) => "one group".to_owned(),
            Some(n_cells) => format!("group dense, {keys} → {n_cells} cells"),
            None => format!("group by hash, {keys}"),
        };
        if !group.by_states().is_empty() {
            how.push_str("; row by row: ");
            how.push_str(&group.by_states().join(", "));
        }
        self.how.push(how);
        Some(End::Group(group))
    }

    /// The columns of sort keys, where each is a whole one and holds no array.
    fn key_columns(&self, keys: &[SortKey]) -> Option<Vec<ColumnId>> {
        let column = |key: &SortKey| match self.fields.find(key.path.segments()) {
            Found::Column(column, []) if !self.plan.may_hold_arrays(column) => Some(column),
            _ => None,
        };
        keys.iter().map(column).collect()
    }

    fn top(&mut self, keys: &[SortKey], stages: &[Stage]) -> Option<End> {
        let (skip, limit, n) = window(&stages[1..]);
        let wanted = skip.saturating_add(limit);
        let output = self.output(&stages[n + 1..]);
        let at = self.how.len();
        let end = match Top::lower(keys, wanted, &self.fields, &self.plan) {
            Some(top) => End::Top { top, at, skip, output },
            None => End::Sort { sort: Sort::lower(keys, wanted, &self.fields, &self.plan)?, at, skip, output },
        };
        self.how.push(if wanted == usize::MAX { "sorts keys and places".to_owned() } else { format!("top {wanted}") });
        self.how.extend(std::iter::repeat_n("part of the top".to_owned(), n));
        Some(end)
    }
}

fn not_at_the_top() -> Error {
    Error::new("a field that is unwound on columns must stand at the top")
}

/// The fields without those that the stages behind do not read, so that no row carries more.
pub(crate) fn needed(fields: &Fields, behind: &[Stage]) -> Fields {
    let mut fields = fields.clone();
    if let Some(paths) = Reads::of_stages(behind).only() {
        fields.prune(&paths.into_iter().collect());
    }
    fields
}

/// A predicate's filters, in the order in which they are asked.
fn filters(predicate: &Predicate, fields: &Fields, plan: &mut Plan) -> Result<Vec<Filter>, Error> {
    let resolved = resolve::predicate(predicate, fields, &mut |expr| plan.computed(expr));
    let conjuncts = resolve::conjuncts(&resolved, &|field| is_scalar(field, plan));
    let mut filters =
        conjuncts.iter().map(|conjunct| Filter::lower(conjunct, plan)).collect::<Result<Vec<_>, Error>>()?;
    // What cannot fail and costs least comes first, so that less is left to the others.
    filters.sort_by_key(|filter| match filter {
        Filter::Table(_) => 0,
        Filter::Compare(_) => 1,
        _ => 2,
    });
    Ok(filters)
}

fn exclude(fields: &Fields, paths: &[Path]) -> Result<Fields, InsideValues> {
    let mut fields = fields.clone();
    paths.iter().try_for_each(|path| fields.remove(path.segments()))?;
    Ok(fields)
}

/// What a view shows of a collection's fields, and the filters for its rows. Nothing where a filter could fail: row mode
/// fails also on a document that no row here finds.
fn shown(view: &View, all: Fields, plan: &mut Plan) -> Option<(Fields, Vec<Filter>)> {
    let mut fields = all;
    let mut rows = Vec::new();
    for stage in constants::fold(&Pipeline::of(view.stages.clone()), plan.now).ok()?.stages {
        match stage {
            Stage::Match(predicate) => rows.extend(filters(&predicate, &fields, plan).ok()?),
            Stage::Unset(paths) => fields = exclude(&fields, &paths).ok()?,
            _ => return None,
        }
    }
    rows.iter().all(|filter| filter.is_infallible(plan)).then_some((fields, rows))
}

/// The `$skip` and `$limit` stages in front as one, and how many they are.
fn window(stages: &[Stage]) -> (usize, usize, usize) {
    let (mut skip, mut limit) = (0_usize, usize::MAX);
    let number = |n: &u64| usize::try_from(*n).unwrap_or(usize::MAX);
    for (n, stage) in stages.iter().enumerate() {
        match stage {
            Stage::Skip(more) => {
                let more = number(more);
                skip = skip.saturating_add(more);
                limit = limit.saturating_sub(if limit == usize::MAX { 0 } else { more });
            }
            Stage::Limit(at_most) => limit = limit.min(number(at_most)),
            _ => return (skip, limit, n),
        }
    }
    (skip, limit, stages.len())
}

/// Whether what a test sees of a field cannot be an array.
fn is_scalar(field: &ColumnPath, plan: &Plan) -> bool {
    let Some(column) = field.whole() else { return false };
    match &plan.column(column).kind {
        Kind::Coded(domain) => !domain.has_arrays(),
        Kind::Number(_) => true,
        Kind::Any => false,
    }
}
