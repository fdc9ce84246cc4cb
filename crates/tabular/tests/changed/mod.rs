//! Files with bytes changed at random, and what holds of any reader that gets them.
//!
//! In: the files of a corpus, and a reader. Out: nothing; a reader that panics or takes longer than five seconds fails the
//! test, and the file that it had is kept.
//! Invariant: the same seed gives the same changes.
//!
//! `BANKSPHERE_MUTATIONS=20000` tries so many changed copies of each file; `BANKSPHERE_SEED` makes other ones, and
//! `BANKSPHERE_READER=parquet` changes those files alone that have this in their names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// No reader takes longer for a small file.
const MOST: Duration = Duration::from_secs(5);

/// A number that follows from the one before.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below.max(1) as u64) as usize
    }

    /// The bytes with some of them changed, left out, doubled or cut off.
    fn change(&mut self, bytes: &[u8]) -> Vec<u8> {
        const TELLING: [u8; 12] = [0, 0xff, b'"', b',', b';', b'\n', b'\r', b'{', b'[', b'-', 0x80, 0x7f];
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.next(6) {
            let (at, end) = (self.next(bytes.len()), self.next(bytes.len()));
            match self.next(6) {
                0 | 1 if !bytes.is_empty() => bytes[at] = self.next(256) as u8,
                2 if !bytes.is_empty() => bytes[at] = TELLING[self.next(TELLING.len())],
                3 => drop(bytes.drain(at.min(end)..at.max(end).min(at.min(end) + 40))),
                4 => {
                    let piece = bytes[at.min(end)..at.max(end)].to_vec();
                    let from = self.next(bytes.len() + 1);
                    bytes.splice(from..from, piece);
                }
                5 if self.next(4) == 0 => bytes.truncate(at),
                _ => {}
            }
        }
        bytes
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Has `read` read changed copies of each file of the folder, under the file's own ending.
pub(crate) fn try_changed(corpus: &Path, read: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let mut chance = Chance(number("BANKSPHERE_SEED").unwrap_or(1) | 1);
    let n = number("BANKSPHERE_MUTATIONS").unwrap_or(60);
    let mut files: Vec<PathBuf> = fs_err::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    let reader = std::env::var("BANKSPHERE_READER").unwrap_or_default();
    files.retain(|file| file.to_string_lossy().contains(&reader));
    assert!(!files.is_empty(), "no file of the corpus has `{reader}` in its name");
    files.sort();
    for file in files {
        let bytes = fs_err::read(&file).unwrap();
        let path = folder.path().join(file.file_name().unwrap());
        for _ in 0..n {
            let changed = chance.change(&bytes);
            fs_err::write(&path, &changed).unwrap();
            let timed = || {
                let start = Instant::now();
                (catch_unwind(AssertUnwindSafe(|| read(&path))), start.elapsed())
            };
            // A machine that is busy may take long once.
            let (result, first) = timed();
            let least = if first < MOST { first } else { first.min(timed().1).min(timed().1) };
            let kept = || {
                let kept = std::env::temp_dir().join("banksphere-changed-file");
                fs_err::write(&kept, &changed).unwrap();
                kept.display().to_string()
            };
            assert!(result.is_ok(), "{} panics: {}", file.display(), kept());
            assert!(least < MOST, "{} takes long: {}", file.display(), kept());
        }
    }
}
