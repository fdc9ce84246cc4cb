//! Has what is written reach the disk while more is written, so that little is left to wait for at the end.
//!
//! In: a file under way. Out: its bytes on the disk, sooner or later. Invariant: an error of the disk is not lost: the system
//! tells it once, perhaps here, so [`Flusher::finish`] gives it back.

use std::io;
use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, JoinHandle};

use fs_err as fs;

/// So many bytes are written before the disk is asked to take them.
const BYTES: u64 = 32 << 20;

/// A thread that waits for the disk.
pub(crate) struct Flusher {
    wake: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
    at: u64,
}

impl Flusher {
    /// To be called when so many bytes are written; a file of few bytes needs no thread.
    pub(crate) fn note(flusher: &mut Option<Self>, file: &fs::File, n_bytes: u64) -> io::Result<()> {
        let at = flusher.as_ref().map_or(0, |flusher| flusher.at);
        if n_bytes < at + BYTES {
            return Ok(());
        }
        if flusher.is_none() {
            *flusher = Some(Self::new(file.try_clone()?)?);
        }
        if let Some(flusher) = flusher {
            flusher.at = n_bytes;
            // One that is at work finds these bytes next time.
            let _ = flusher.wake.try_send(());
        }
        Ok(())
    }

    fn new(file: fs::File) -> io::Result<Self> {
        let (wake, woken) = mpsc::sync_channel(1);
        let flush = move || woken.iter().try_for_each(|()| file.sync_data());
        let thread = thread::Builder::new().name("flush".to_owned()).spawn(flush)?;
        Ok(Self { wake, thread, at: 0 })
    }

    /// Waits for what was asked for.
    pub(crate) fn finish(self) -> io::Result<()> {
        drop(self.wake);
        self.thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the thread that waits for the disk has ended early")))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn only_a_large_file_is_flushed_on_its_way() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = fs::File::create(folder.path().join("f")).unwrap();
        let mut flusher = None;
        Flusher::note(&mut flusher, &file, BYTES - 1).unwrap();
        assert!(flusher.is_none());
        for n in 1..9 {
            file.write_all(&[7; 1000]).unwrap();
            Flusher::note(&mut flusher, &file, n * BYTES).unwrap();
        }
        assert_eq!(flusher.as_ref().unwrap().at, 8 * BYTES);
        flusher.unwrap().finish().unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn an_error_comes_back() {
        // A pipe cannot be synced, which stands for a disk that fails.
        let (_reader, writer) = io::pipe().unwrap();
        let pipe = fs::File::from_parts(std::fs::File::from(std::os::fd::OwnedFd::from(writer)), "pipe");
        let mut flusher = None;
        Flusher::note(&mut flusher, &pipe, BYTES).unwrap();
        flusher.unwrap().finish().unwrap_err();
    }
}
