//! Maps a file into memory as an Arrow buffer, without a copy.
//!
//! What can still go wrong: a program that cuts a data file short while it is mapped. Reading a page that is gone ends the
//! process (SIGBUS). The length is checked before the file is mapped and again before each block's column is read
//! ([`Verifier::verify`](crate::Verifier::verify)), so a file that was cut is an error then; a cut in the microseconds
//! between that check and the reading of the block cannot be told.

use arrow_buffer::Buffer;
use bytes::Bytes;
use memmap2::Mmap;

use crate::Error;

/// The whole file as a buffer that keeps the map alive. An empty file gives an empty buffer.
pub(crate) fn map(file: &fs_err::File) -> Result<Buffer, Error> {
    if file.metadata()?.len() == 0 {
        return Ok(Buffer::from_vec(Vec::<u8>::new()));
    }
    // SAFETY: a data file is written under another name, synced and then renamed, and never changed after: so no
    // writer of this crate alters bytes under the map. A sweep only unlinks, which leaves the map whole. Someone
    // who truncates the file by other means while it is mapped gets a SIGBUS, as with every mapped file; see above.
    #[expect(unsafe_code, reason = "mapping a file needs it; see SAFETY")]
    let map = unsafe { Mmap::map(file.file()) }.map_err(|error| {
        Error::new(crate::ErrorKind::Io, format!("cannot map the file into memory: {error}")).at(file.path())
    })?;
    Ok(Buffer::from(Bytes::from_owner(map)))
}
