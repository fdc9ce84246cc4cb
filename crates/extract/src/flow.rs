//! Reads the parts of a table on all threads and hands them on in their order, while the blocks of those before are written.
//!
//! In: a guide and the pieces of a table; a loader and blocks. Out: [`Parts`], which gives one part after the other, and
//! [`Writing`], which takes blocks.
//! Invariant: no more pieces and blocks than these are in memory at a time, however far one thread is ahead of another; and a
//! caller that is one of the working threads works while it waits, so that none waits for ever.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, TryRecvError};

use rayon::Scope;
use tabular::Pieces;

use crate::Error;
use crate::block::Block;
use crate::load::Loader;
use crate::part::{Guide, Part};

/// So many pieces are read at once.
const MOST_PIECES: usize = 6;
/// So many blocks wait to be written.
const MOST_BLOCKS: usize = 4;

/// What another thread works on.
struct Awaited<T>(Receiver<T>);

impl<T: Send> Awaited<T> {
    fn new<'s>(scope: &Scope<'s>, work: impl FnOnce() -> T + Send + 's) -> Self
    where
        T: 's,
    {
        let (done, awaited) = mpsc::sync_channel(1);
        scope.spawn(move |_| {
            // Where the caller has given up, its answer is of no use.
            let _ = done.send(work());
        });
        Self(awaited)
    }

    /// Waits for it.
    fn get(self) -> Result<T, Error> {
        loop {
            match self.0.try_recv() {
                Ok(done) => return Ok(done),
                Err(TryRecvError::Disconnected) => {
                    return Err(Error::bug("a thread that read or wrote rows ended early"));
                }
                Err(TryRecvError::Empty) => {}
            }
            match rayon::yield_now() {
                // This thread is none of those that work.
                None => return self.0.recv().map_err(|_| Error::bug("a thread that read or wrote rows ended early")),
                Some(rayon::Yield::Executed) => {}
                Some(rayon::Yield::Idle) => std::thread::yield_now(),
            }
        }
    }

    /// What came of it, if it is done; else itself.
    fn try_get(self) -> Result<Result<T, Error>, Self> {
        match self.0.try_recv() {
            Ok(done) => Ok(Ok(done)),
            Err(TryRecvError::Disconnected) => Ok(self.get()),
            Err(TryRecvError::Empty) => Err(self),
        }
    }
}

/// The parts of a table under way.
pub(crate) struct Parts<'s, 'a> {
    guide: &'s Guide<'s>,
    pieces: Pieces<'a>,
    /// The next ones in their order.
    coming: VecDeque<Awaited<Part<'a>>>,
    /// Why no more pieces can be read, to be told after the last of them.
    error: Option<Error>,
    is_end: bool,
}

impl<'s, 'a: 's> Parts<'s, 'a> {
    pub(crate) fn new(guide: &'s Guide<'s>, pieces: Pieces<'a>) -> Self {
        Self { guide, pieces, coming: VecDeque::new(), error: None, is_end: false }
    }

    /// The next part; `None` at the end.
    pub(crate) fn next(&mut self, scope: &Scope<'s>) -> Result<Option<Part<'a>>, Error> {
        let n_pieces = (2 * rayon::current_num_threads()).clamp(2, MOST_PIECES);
        while !self.is_end && self.coming.len() < n_pieces {
            match self.pieces.read() {
                Ok(Some(piece)) => {
                    let guide = self.guide;
                    self.coming.push_back(Awaited::new(scope, move || guide.read(piece)));
                }
                Ok(None) => self.is_end = true,
                Err(error) => (self.error, self.is_end) = (Some(error.into()), true),
            }
        }
        match self.coming.pop_front() {
            Some(part) => {
                let mut part = part.get()?;
                if part.is_misread {
                    return Err(part.piece.misread().into());
                }
                part.refusal.take().map_or(Ok(Some(part)), |refusal| Err(refusal.into()))
            }
            None => self.error.take().map_or(Ok(None), Err),
        }
    }

    /// Takes back a part that is done with.
    pub(crate) fn take_back(&mut self, part: Part<'a>) {
        self.pieces.take_back(part.piece);
    }

    /// Reads the rows after a part, which is the newest, as far as they are not read rightly: where it ends inside a row.
    pub(crate) fn go_on(&mut self, part: &Part<'a>) -> Result<(), Error> {
        if !part.is_done {
            self.pieces.again(&part.piece, part.end)?;
            self.coming.clear();
            (self.error, self.is_end) = (None, false);
        }
        Ok(())
    }
}

/// Blocks on their way into a loader.
pub(crate) struct Writing<'s> {
    /// The loader, where it has nothing to do.
    idle: Option<&'s mut Loader>,
    busy: Option<Awaited<(&'s mut Loader, Result<(), Error>)>>,
    blocks: Vec<Block>,
}

impl<'s> Writing<'s> {
    pub(crate) fn new(loader: &'s mut Loader) -> Self {
        Self { idle: Some(loader), busy: None, blocks: Vec::new() }
    }

    /// Takes blocks, which are written after those before.
    pub(crate) fn add(&mut self, blocks: &mut Vec<Block>, scope: &Scope<'s>) -> Result<(), Error> {
        self.blocks.append(blocks);
        if self.blocks.len() > MOST_BLOCKS {
            self.wait()?;
        } else if let Some(busy) = self.busy.take() {
            match busy.try_get() {
                Ok(done) => self.take_back(done?)?,
                Err(busy) => self.busy = Some(busy),
            }
        }
        if !self.blocks.is_empty()
            && let Some(loader) = self.idle.take()
        {
            let blocks = std::mem::take(&mut self.blocks);
            self.busy = Some(Awaited::new(scope, move || {
                let written = blocks.iter().try_for_each(|block| loader.add(block));
                (loader, written)
            }));
        }
        Ok(())
    }

    /// Waits for all that were taken.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        self.wait()?;
        let Some(loader) = self.idle else { return Err(Error::bug("a loader got lost")) };
        self.blocks.iter().try_for_each(|block| loader.add(block))
    }

    fn wait(&mut self) -> Result<(), Error> {
        let Some(busy) = self.busy.take() else { return Ok(()) };
        let done = busy.get()?;
        self.take_back(done)
    }

    fn take_back(&mut self, (loader, written): (&'s mut Loader, Result<(), Error>)) -> Result<(), Error> {
        self.idle = Some(loader);
        written
    }
}
