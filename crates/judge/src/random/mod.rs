//! Random pipelines from the language's grammar and the types of a world's fields.
//!
//! In: a seed. Out: worlds and statements over them, the same for the same seed. What is not asked, because the server's
//! answer is its own business, stands in [`AVOIDED`] with the reason.

mod accumulator;
mod avoided;
mod chance;
mod expr;
mod joined;
mod query;
mod stage;
mod window;
mod world;
mod writer;

use bson::{Bson, bson};

use chance::Chance;
use stage::Rows;
use writer::Writer;

use crate::compare::Freedom;

pub use avoided::{AVOIDED, Avoided};
pub use world::World;

/// A pipeline, and what is free about its answer.
#[derive(Clone, Debug)]
pub struct Statement {
    /// As it is written, perhaps wrong.
    pub pipeline: Bson,
    /// What its order leaves open.
    pub free: Freedom,
    /// Whether it computes one expression on each document, so that it can be asked of each by itself.
    pub is_expression: bool,
}

/// Statements are asked of one world before the next is made.
pub const STATEMENTS_A_WORLD: u64 = 80;

/// The stream of numbers for worlds; statements have those before it.
const WORLDS: u64 = 1 << 40;

/// Makes worlds and statements from a seed.
pub struct Maker {
    seed: u64,
    bank: World,
}

impl Maker {
    /// From this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, bank: World::bank(300, seed) }
    }

    /// The world of a statement.
    #[must_use]
    pub fn world(&self, statement: u64) -> World {
        let number = statement / STATEMENTS_A_WORLD;
        let chance = &mut Chance::new(self.seed, WORLDS + number);
        match number % 4 {
            0 | 2 => World::nasty(chance),
            1 => World::extreme(chance),
            _ => World { collections: self.bank.collections.clone(), words: self.bank.words },
        }
    }

    /// The statement of this number; `None` for one that is avoided.
    #[must_use]
    pub fn statement(&self, number: u64, world: &World) -> Option<Statement> {
        let chance = &mut Chance::new(self.seed, number);
        let statement = write(&mut Writer { chance, world, scope: Vec::new() });
        (!AVOIDED.iter().any(|avoided| avoided.covers(&statement))).then_some(statement)
    }
}

fn write(writer: &mut Writer<'_>) -> Statement {
    match writer.chance.below(10) {
        0..3 => {
            let value = writer.deep();
            let pipeline = bson!([{ "$replaceWith": { "_id": "$_id", "value": value } }]);
            Statement { pipeline, free: Freedom::default(), is_expression: true }
        }
        3 => {
            let pipeline = bson!([{ "$match": writer.query(3) }, { "$project": { "_id": 1 } }]);
            Statement { pipeline, free: Freedom { rows: true, arrays: false }, is_expression: false }
        }
        _ => write_stages(writer),
    }
}

fn write_stages(writer: &mut Writer<'_>) -> Statement {
    let mut rows = Rows { have_ids: true, have_plain_ids: true, are_in_order: true, have_sets: false };
    let mut pipeline = Vec::new();
    if let Some(by) = writer.world.words.joined_by
        && writer.chance.is(0.7)
    {
        pipeline.extend(Writer::join(by));
    }
    let n = 1 + writer.chance.below(4);
    for at in 0..n {
        writer.stage(&mut pipeline, &mut rows, at + 1 == n);
    }
    let free = Freedom { rows: !rows.are_in_order, arrays: rows.have_sets };
    Statement { pipeline: Bson::Array(pipeline), free, is_expression: false }
}
