//! Generates a bank: any number of customers from a seed, such as the analyses would find in a real one.
//!
//! In: a number of customers and a seed; the contract is that of the card data, whose columns the model draws in order. Out: the same columns and categories as the bank's file, straight into the
//! store or as a CSV file; both give the same bank.
//! Invariants: block by block and each from a stream of its own (xoshiro256++), so the sample is the same for any
//! number of threads, and a smaller sample of a seed is the beginning of a larger one.
//!
//! # What it is calibrated to
//! The Kaggle data set "Credit Card Customers": 10,127 customers, of whom 16.07 % closed their account. Each column is drawn
//! given those before it, by a tree that splits customers into groups of at least fifty, of which shares and quantiles are
//! kept (`figures.json`, which `benchmarks/fit_sample.py` writes; the method is known as CART synthesis, J. P. Reiter,
//! Journal of Official Statistics 21 (2005), 441–462). Open to buy and utilization follow from limit and balance. How well a
//! classifier tells the sample from the real file is measured by `cargo xtask bench sample`.

mod chance;
mod figures;
mod file;
mod model;

use std::sync::Arc;

use contract::Contract;
use rayon::prelude::*;
use store::{BLOCK_ROWS, Store};

use self::model::Model;
use crate::block::Block;
use crate::load::{Loader, Options, Progress};
use crate::shape::Shape;
use crate::{Error, Quality};

pub use file::write_sample_csv;

/// The least customer number, as in the real file.
const FIRST_NUMBER: i32 = 708_082_083;
/// More would run out of customer numbers.
const MOST: u64 = 1_400_000_000;

/// A sample to be generated.
struct Sample {
    shape: Arc<Shape>,
    model: Model,
    n: u64,
    seed: u64,
}

impl Sample {
    fn new(n: u64, seed: u64) -> Result<Self, Error> {
        if n == 0 || n > MOST {
            return Err(Error::input(format!("a sample of `{n}` customers cannot be made"))
                .hint(format!("ask for 1 to {MOST} customers")));
        }
        let contract = Contract::card();
        Ok(Self { model: Model::new(&contract)?, shape: Shape::new(&contract), n, seed })
    }

    /// Some blocks, generated side by side, and not the whole sample at once.
    fn chunk(&self, chunk: u64, n_blocks: u64) -> Vec<Block> {
        let all = self.n.div_ceil(BLOCK_ROWS as u64);
        let blocks = (chunk * n_blocks)..((chunk + 1) * n_blocks).min(all);
        blocks.into_par_iter().map(|block| self.block(block)).collect()
    }

    fn block(&self, block: u64) -> Block {
        let first = block * BLOCK_ROWS as u64;
        let n_rows = (self.n - first).min(BLOCK_ROWS as u64) as usize;
        let mut chance = chance::Chance::of_block(self.seed, block);
        let mut rows = Block::with_capacity(Arc::clone(&self.shape), n_rows);
        // Odd times the row, modulo a power of two: every number of the block once, in no order.
        let number = |row: usize| FIRST_NUMBER + (first as usize + (row * 40_503 + 12_345) % BLOCK_ROWS) as i32;
        for from in (0..n_rows).step_by(figures::BATCH) {
            self.model.push(&mut rows, (from..n_rows).map(number), &mut chance);
        }
        rows
    }
}

/// How many blocks are in memory at a time, twice over: some being written, some being generated.
fn blocks_at_a_time() -> u64 {
    2 * rayon::current_num_threads() as u64
}

/// Puts a sample of `n` customers into the bank.
pub fn load_sample(n: u64, seed: u64, store: &Store, options: &Options<'_>) -> Result<Quality, Error> {
    let sample = Sample::new(n, seed)?;
    options.as_of.map_or(Ok(()), store::check_day)?;
    let commit = store.begin()?;
    let mut loader = Loader::begin(&sample.shape, store, &commit)?;
    let n_blocks = blocks_at_a_time();
    let mut blocks = sample.chunk(0, n_blocks);
    for chunk in 1.. {
        if blocks.is_empty() {
            break;
        }
        options.check_cancelled()?;
        let write = || blocks.iter().try_for_each(|block| loader.add(block));
        let (written, next) = rayon::join(write, || sample.chunk(chunk, n_blocks));
        written?;
        blocks = next;
        (options.progress)(Progress { rows: loader.n_rows, fraction: loader.n_rows as f64 / n as f64 });
    }
    let source = format!("sample of {n} customers (seed {seed})");
    let notices = vec!["generated data: none of its customers is real".to_owned()];
    loader.finish(commit, source, notices, options.as_of)
}
