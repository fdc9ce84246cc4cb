//! The rows of a prefix as a frame.
//!
//! In: a [`Prefix`] and its blocks, on all cores. Out: a [`Frame`] whose rows are in the order in which the documents would
//! come. Invariant: what a filter takes out is in no array; stored columns of which all rows are wanted are not copied.

use std::sync::atomic::Ordering;

use arrow_array::{Array, ArrayRef};
use bson::Bson;
use rayon::prelude::*;

use super::super::block::Block;
use super::super::lower::{End, Prefix};
use super::super::plan::{ColumnId, Plan};
use super::super::rows::{self, Output, tree_documents};
use super::super::run::{Counts, collected, steps};
use super::super::tree::{Fields, Node};
use super::gather::gathered;
use super::piece::Maker;
use super::{Column, Field, Frame, PIECE_ROWS, Piece};
use crate::Error;

/// The rows that a prefix gives.
pub(crate) fn of_prefix(prefix: &Prefix, counts: &Counts) -> Result<Frame, Error> {
    let plan = &prefix.plan;
    let output = match &prefix.end {
        End::Group(_) | End::Window(_) => return collected(prefix, counts),
        End::Top { output, .. } | End::Sort { output, .. } | End::Rows { output, .. } => output,
    };
    match (output, &prefix.end) {
        (Output::Fields(fields), End::Rows { skip, limit, .. }) => {
            let columns = Columns::new(fields, plan);
            let make = |block: &mut Block| columns.piece(block);
            let pieces = each_piece(prefix, counts, (*skip, *limit), make)?;
            Ok(columns.frame(pieces, plan))
        }
        (Output::Fields(fields), _) => {
            let columns = Columns::new(fields, plan);
            let places = super::super::run::places(prefix, counts)?;
            let pieces = columns.at_places(&places, plan)?;
            Ok(columns.frame(pieces, plan))
        }
        (Output::Documents(_), End::Rows { skip, limit, .. }) => {
            let make = |block: &mut Block| Ok((0..block.n_rows).map(|row| block.whole_place(row)).collect());
            let places: Vec<Vec<(usize, usize)>> = each_piece(prefix, counts, (*skip, *limit), make)?;
            Frame::of_documents(&plan.collections[0], places.concat())
        }
        (Output::Documents(_), _) => {
            Frame::of_documents(&plan.collections[0], super::super::run::places(prefix, counts)?)
        }
    }
}

/// What `make` makes of the rows of each piece, in order, on all cores, or one after the other until there are enough.
pub(crate) fn each_piece<T: Send>(
    prefix: &Prefix,
    counts: &Counts,
    (skip, limit): (usize, usize),
    make: impl Fn(&mut Block) -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    let plan = &prefix.plan;
    let all: Vec<_> = rows::pieces(&plan.collections[0], plan.rows_at_a_time(PIECE_ROWS)).collect();
    if skip == 0 && limit == usize::MAX {
        let one = |&(batch, start, len): &(usize, usize, usize)| {
            let mut block = Block::new(plan, batch, start, len);
            steps(prefix, counts, &mut block)?;
            make(&mut block)
        };
        // The collation lies on the thread.
        return all.par_iter().map(|piece| plan.collator.within(|| one(piece))).collect();
    }
    let (mut to_skip, mut wanted) = (skip, limit);
    let mut pieces = Vec::new();
    for (batch, start, len) in all {
        if wanted == 0 {
            break;
        }
        let mut block = Block::new(plan, batch, start, len);
        steps(prefix, counts, &mut block)?;
        let from = to_skip.min(block.n_rows);
        to_skip -= from;
        let n = wanted.min(block.n_rows - from);
        wanted -= n;
        block.narrow(&(from as u32..(from + n) as u32).collect::<Vec<u32>>());
        counts.rows_out[prefix.n_stages() - 1].fetch_add(n as u64, Ordering::Relaxed);
        pieces.push(make(&mut block)?);
    }
    Ok(pieces)
}

/// The columns of a tree, and how each is made of a block.
pub(crate) struct Columns {
    fields: Vec<(String, Field)>,
    makers: Vec<Make>,
}

enum Make {
    Column(ColumnId, Maker),
    /// An object with fields of which some have no array.
    Object(Fields),
    /// What is given later.
    Given(ColumnId),
}

impl Columns {
    pub(crate) fn new(fields: &Fields, plan: &Plan) -> Self {
        Self::with_given(fields, &[], plan)
    }

    /// The same, of which some columns are given later.
    pub(crate) fn with_given(fields: &Fields, given: &[ColumnId], plan: &Plan) -> Self {
        let mut makers = given.iter().map(|id| Make::Given(*id)).collect();
        let field = |(name, node): &(String, Node)| (name.clone(), top(node, plan, &mut makers));
        let fields = fields.0.iter().map(field).collect();
        Self { fields, makers }
    }

    /// The place of a column beside those of the fields.
    pub(crate) fn add(&mut self, id: ColumnId, plan: &Plan) -> usize {
        column(id, plan, &mut self.makers)
    }

    /// The place of a column that is given.
    pub(crate) fn given(&self, id: ColumnId) -> Option<usize> {
        self.makers.iter().position(|make| matches!(make, Make::Given(given) if *given == id))
    }

    pub(crate) fn piece(&self, block: &mut Block) -> Result<Piece, Error> {
        let column = |make: &Make| match make {
            Make::Column(_, maker) => maker.make(block),
            Make::Given(_) => Ok(Column::Values(vec![None; block.n_rows])),
            Make::Object(fields) => {
                let documents = tree_documents(fields, block)?;
                Ok(Column::Values(documents.into_iter().map(|object| Some(Bson::Document(object))).collect()))
            }
        };
        let columns = self.makers.iter().map(column).collect::<Result<_, Error>>()?;
        Ok(Piece { n_rows: block.n_rows, columns })
    }

    pub(crate) fn frame(self, pieces: Vec<Piece>, plan: &Plan) -> Frame {
        Frame::of_columns(self.fields, pieces, plan.collections.clone())
    }

    /// The pieces of rows by batch and place.
    fn at_places(&self, places: &[(usize, usize)], plan: &Plan) -> Result<Vec<Piece>, Error> {
        let sizes: Vec<usize> = plan.collections[0].sizes().collect();
        // By batch, the rows that are wanted: of each its number among these, and before that whether it is.
        let mut numbers: Vec<Vec<u32>> = sizes.iter().map(|n| vec![0; *n]).collect();
        for (batch, place) in places {
            numbers[*batch][*place] = 1;
        }
        let one = |(batch, numbers): (usize, &mut Vec<u32>)| {
            let wanted: Vec<u32> = (0..numbers.len() as u32).filter(|row| numbers[*row as usize] == 1).collect();
            for (number, row) in wanted.iter().enumerate() {
                numbers[*row as usize] = number as u32;
            }
            let mut block = Block::new(plan, batch, 0, numbers.len());
            block.narrow(&wanted);
            plan.brake.check()?;
            self.piece(&mut block)
        };
        let each = numbers.par_iter_mut().enumerate();
        let by_batch: Vec<Piece> =
            each.map(|batch| plan.collator.within(|| one(batch))).collect::<Result<_, Error>>()?;
        let order: Vec<(usize, usize)> =
            places.iter().map(|(batch, place)| (*batch, numbers[*batch][*place] as usize)).collect();
        in_order(&by_batch, &order, &plan.brake)
    }
}

fn top(node: &Node, plan: &Plan, makers: &mut Vec<Make>) -> Field {
    match node {
        Node::Column(id) | Node::Loose { whole: id, .. } => Field::Column(column(*id, plan, makers)),
        Node::Object(fields) if is_of_arrays(fields, plan, makers) => nested(fields, plan, makers),
        Node::Object(fields) => {
            makers.push(Make::Object(fields.clone()));
            Field::Column(makers.len() - 1)
        }
    }
}

fn column(id: ColumnId, plan: &Plan, makers: &mut Vec<Make>) -> usize {
    let known =
        makers.iter().position(|make| matches!(make, Make::Column(known, _) | Make::Given(known) if *known == id));
    known.unwrap_or_else(|| {
        makers.push(Make::Column(id, Maker::new(id, plan)));
        makers.len() - 1
    })
}

fn nested(fields: &Fields, plan: &Plan, makers: &mut Vec<Make>) -> Field {
    let field = |(name, node): &(String, Node)| {
        let field = match node {
            Node::Object(inner) => nested(inner, plan, makers),
            Node::Column(id) | Node::Loose { whole: id, .. } => Field::Column(column(*id, plan, makers)),
        };
        (name.clone(), field)
    };
    Field::Object(fields.0.iter().map(field).collect())
}

/// Whether each column inside has arrays, and no object is empty.
fn is_of_arrays(fields: &Fields, plan: &Plan, makers: &[Make]) -> bool {
    let is_given = |id: &ColumnId| makers.iter().any(|make| matches!(make, Make::Given(given) if given == id));
    let is_array = |(_, node): &(String, Node)| match node {
        Node::Column(id) | Node::Loose { whole: id, .. } => is_given(id) || Maker::new(*id, plan).is_array(),
        Node::Object(inner) => is_of_arrays(inner, plan, makers),
    };
    !fields.0.is_empty() && fields.0.iter().all(is_array)
}

/// Pieces of the rows in another order: of each row the piece in which it is, and its number there.
pub(crate) fn in_order(pieces: &[Piece], order: &[(usize, usize)], brake: &crate::Brake) -> Result<Vec<Piece>, Error> {
    let Some(first) = pieces.first() else { return Ok(Vec::new()) };
    let n_columns = first.columns.len();
    let one = |order: &[(usize, usize)]| {
        brake.check()?;
        let column = |at: usize| match &first.columns[at] {
            Column::Array(_) => {
                let arrays: Vec<&dyn Array> = pieces.iter().filter_map(|piece| piece.array(at)).collect();
                let array: ArrayRef = gathered(&arrays, order)?;
                Ok(Column::Array(array))
            }
            Column::Values(_) => {
                let value = |&(piece, row): &(usize, usize)| match &pieces[piece].columns[at] {
                    Column::Values(values) => values[row].clone(),
                    Column::Array(_) => None,
                };
                Ok(Column::Values(order.iter().map(value).collect()))
            }
        };
        let columns = (0..n_columns).map(column).collect::<Result<_, Error>>()?;
        Ok(Piece { n_rows: order.len(), columns })
    };
    order.par_chunks(PIECE_ROWS).map(one).collect()
}
