//! Runs a prefix over its blocks, on all cores.
//!
//! In: a [`Prefix`]. Out: the documents that its end makes. Invariant: consecutive runs of batches are taken by one
//! worker each and merged in their order, so that an answer never depends on which worker was faster.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::block::{BLOCK_ROWS, Block};
use super::frame::{self, Frame};
use super::group::{Group, GroupState};
use super::lower::{End, Prefix, Step};
use super::plan::{ColumnId, Plan, Source};
use super::rows;
use super::sort::SortState;
use super::top::TopState;
use crate::Error;
use crate::stage::{self, Rows};

/// Consecutive runs of batches per worker: enough to even out, few enough to merge.
const RUNS_PER_WORKER: usize = 4;

/// Rows that entered each stage, and those that left the last filter.
#[derive(Debug)]
pub(crate) struct Counts {
    /// Rows that left each stage of the prefix.
    pub(crate) rows_out: Vec<AtomicU64>,
    pub(crate) rows_read: AtomicU64,
}

impl Counts {
    pub(crate) fn new(n_stages: usize) -> Self {
        Self { rows_out: (0..n_stages).map(|_| AtomicU64::new(0)).collect(), rows_read: AtomicU64::new(0) }
    }

    fn block(&self, from: usize, to: usize, n_rows: usize) {
        for count in &self.rows_out[from..to] {
            count.fetch_add(n_rows as u64, Ordering::Relaxed);
        }
    }
}

/// Runs a prefix; what it counts is complete when the rows have been taken.
pub(crate) fn run<'a>(prefix: &'a Prefix, counts: &'a Counts) -> Result<Rows<'a>, Error> {
    let rows = ended(prefix, counts).map_err(|error| prefix.of_end(error))?;
    Ok(Box::new(rows.map(|row| row.map_err(|error| prefix.of_end(error)))))
}

fn ended<'a>(prefix: &'a Prefix, counts: &'a Counts) -> Result<Rows<'a>, Error> {
    let plan = &prefix.plan;
    let last = prefix.n_stages().saturating_sub(1);
    match &prefix.end {
        End::Group(group) => {
            let documents = groups(prefix, group, counts)?.finish(group, plan)?;
            counts.rows_out[last].store(documents.len() as u64, Ordering::Relaxed);
            Ok(Box::new(documents.into_iter().map(Ok)))
        }
        End::Top { output, .. } | End::Sort { output, .. } => Ok(output.rows(plan, places(prefix, counts)?)),
        End::Window(window) => Ok(Box::new(window.run(prefix, counts)?.into_rows())),
        End::Rows { output, skip, limit } => {
            let at_a_time = plan.rows_at_a_time(rows::DOCUMENT_ROWS);
            let documents = rows::pieces(&plan.collections[0], at_a_time).flat_map(move |(batch, start, len)| {
                let mut block = Block::new(plan, batch, start, len);
                let documents = steps(prefix, counts, &mut block).and_then(|()| output.documents(&mut block));
                stage::all_or_error(documents)
            });
            let is_window = *skip > 0 || *limit < usize::MAX;
            let documents = stage::skip(*skip as u64, Box::new(documents)).take(*limit).inspect(move |_| {
                if is_window {
                    counts.block(last, last + 1, 1);
                }
            });
            Ok(Box::new(documents))
        }
    }
}

/// The groups of all rows.
fn groups(prefix: &Prefix, group: &Group, counts: &Counts) -> Result<GroupState, Error> {
    let plan = &prefix.plan;
    let states = each_run(prefix, counts, || group.start(plan), |state, _, block| state.add(group, block))?;
    let mut states = states.into_iter();
    let mut total = states.next().unwrap_or_else(|| group.start(plan));
    states.try_for_each(|state| total.merge(group, plan, state))?;
    Ok(total)
}

/// What the end of a prefix makes of all its rows, where that is groups or windows.
pub(crate) fn collected(prefix: &Prefix, counts: &Counts) -> Result<Frame, Error> {
    match &prefix.end {
        End::Group(group) => {
            let frame = groups(prefix, group, counts)?.finish_columns(group, &prefix.plan)?;
            let last = prefix.n_stages().saturating_sub(1);
            counts.rows_out[last].store(frame.n_rows() as u64, Ordering::Relaxed);
            Ok(frame)
        }
        End::Window(window) => window.run(prefix, counts),
        End::Top { .. } | End::Sort { .. } | End::Rows { .. } => frame::of_prefix(prefix, counts),
    }
}

/// Batch and place of the rows of a sort, in order.
pub(crate) fn places(prefix: &Prefix, counts: &Counts) -> Result<Vec<(usize, usize)>, Error> {
    let plan = &prefix.plan;
    let (places, skip) = match &prefix.end {
        End::Top { top, skip, .. } => {
            let states =
                each_run(prefix, counts, || TopState::new(plan), |state, at, block| state.add(top, at, block))?;
            let mut states = states.into_iter();
            let mut total = states.next().unwrap_or_else(|| TopState::new(plan));
            states.for_each(|state| total.merge(top, state));
            (total.finish(), *skip)
        }
        End::Sort { sort, skip, .. } => {
            let states =
                each_run(prefix, counts, || SortState::new(plan), |state, at, block| state.add(sort, at, block))?;
            let mut states = states.into_iter();
            let mut total = states.next().unwrap_or_else(|| SortState::new(plan));
            states.try_for_each(|state| total.merge(sort, state, plan))?;
            (total.finish(sort, plan)?, *skip)
        }
        End::Group(_) | End::Window(_) | End::Rows { .. } => (Vec::new(), 0),
    };
    let places: Vec<_> = places.into_iter().skip(skip).collect();
    counts.rows_out[prefix.n_stages().saturating_sub(1)].store(places.len() as u64, Ordering::Relaxed);
    Ok(places)
}

/// Runs the steps over all blocks, gathering into one state for each run of batches.
fn each_run<S: Send>(
    prefix: &Prefix,
    counts: &Counts,
    start: impl Fn() -> S + Sync,
    add: impl Fn(&mut S, usize, &mut Block) -> Result<(), Error> + Sync,
) -> Result<Vec<S>, Error> {
    let sizes: Vec<usize> = prefix.plan.collections[0].sizes().collect();
    let unwound = prefix.steps.iter().filter_map(|(_, step)| match step {
        Step::Unwind(elements) => Some(elements.rows_at_a_time(&prefix.plan)),
        _ => None,
    });
    let block_rows = prefix.plan.rows_at_a_time(unwound.fold(BLOCK_ROWS, usize::min));
    let per_run = sizes.len().div_ceil(RUNS_PER_WORKER * rayon::current_num_threads()).max(1);
    let gathered = |run: usize, sizes: &[usize]| {
        let mut state = start();
        for (at, n_rows) in sizes.iter().enumerate() {
            let at = run * per_run + at;
            for start in (0..*n_rows).step_by(block_rows) {
                let len = block_rows.min(n_rows - start);
                let mut block = Block::new(&prefix.plan, at, start, len);
                steps(prefix, counts, &mut block)?;
                if block.n_rows > 0 {
                    add(&mut state, at, &mut block)?;
                }
            }
        }
        Ok(state)
    };
    sizes
        .par_chunks(per_run)
        .enumerate()
        .map(|(run, sizes)| prefix.plan.collator.within(|| gathered(run, sizes)))
        .collect()
}

/// Filters and checks, in order, unless the caller wants no answer any more; counts the rows behind each stage but the
/// last.
pub(crate) fn steps(prefix: &Prefix, counts: &Counts, block: &mut Block) -> Result<(), Error> {
    prefix.plan.brake.check()?;
    counts.rows_read.fetch_add(block.n_rows as u64, Ordering::Relaxed);
    let mut counted = 0;
    for (stage, step) in &prefix.steps {
        counts.block(counted, *stage, block.n_rows);
        counted = *stage;
        if block.n_rows == 0 {
            return Ok(());
        }
        apply(step, block).map_err(|error| prefix.places.of(*stage, error))?;
    }
    // The last stage counts for itself, where it does more than let pass.
    let is_counted_later = !matches!(prefix.end, End::Rows { skip: 0, limit: usize::MAX, .. });
    let upto = prefix.n_stages().saturating_sub(usize::from(is_counted_later));
    counts.block(counted, upto, block.n_rows);
    Ok(())
}

fn apply(step: &Step, block: &mut Block) -> Result<(), Error> {
    match step {
        Step::Check(id) => block.check(*id)?,
        Step::Unwind(elements) => elements.apply(block)?,
        Step::Filter(filter) | Step::Show(filter) => {
            let positions = filter.positions(block)?;
            block.narrow(&positions);
        }
    }
    Ok(())
}

/// The paths of the stored columns that a prefix reads, base collection first, in stored order; without those that only
/// its first `n_view` stages read, or what else decides which rows are shown.
pub(crate) fn columns_read(prefix: &Prefix, n_view: usize) -> Vec<String> {
    let plan = &prefix.plan;
    let mut wanted: Vec<ColumnId> = match &prefix.end {
        End::Group(group) => group.columns(),
        End::Top { top, output, .. } => top.columns().chain(output.columns(plan)).collect(),
        End::Sort { sort, output, .. } => sort.columns().iter().copied().chain(output.columns(plan)).collect(),
        End::Window(window) => window.columns(plan),
        End::Rows { output, .. } => output.columns(plan),
    };
    for (_, step) in prefix.steps.iter().filter(|(stage, _)| *stage >= n_view) {
        match step {
            Step::Check(id) => wanted.push(*id),
            Step::Filter(filter) => filter.add_inputs(&mut wanted),
            Step::Unwind(elements) => wanted.extend(plan.known_field(elements.name())),
            Step::Show(_) => {}
        }
    }
    let mut is_wanted = vec![false; plan.columns.len()];
    while let Some(id) = wanted.pop() {
        if !std::mem::replace(&mut is_wanted[id.0 as usize], true) {
            wanted.extend(plan.column(id).source.inputs());
        }
    }
    let mut read: Vec<(usize, usize)> = plan
        .columns
        .iter()
        .zip(is_wanted)
        .filter_map(|(column, is_wanted)| match column.source {
            Source::Stored { collection, index } if is_wanted => Some((collection, index)),
            _ => None,
        })
        .collect();
    read.sort_unstable();
    let mut names: Vec<String> = Vec::new();
    for (collection, index) in read {
        let name = column_name(plan, collection, index);
        // A field of documents of any shape may be read as a column and as what they hold.
        if plan.collections[collection].loose.is_none() || !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn column_name(plan: &Plan, collection: usize, index: usize) -> String {
    plan.collections[collection].columns[index].path.to_string()
}
