//! Text out of what it was packed and encoded in.
//!
//! In: a file as it is. Out: the same as UTF-8, and a note where its encoding was guessed.
//! Invariant: a file with bytes of two encodings is refused, and so is what is no text; nothing is replaced by `\u{fffd}`.

use std::io::Read;

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;
use rayon::prelude::*;

use crate::format::{self, BYTE_ORDER_MARK, Format};
use crate::spool::copy_text;
use crate::table::line_at;
use crate::{Error, Input, Options, encoding};

/// Bytes that are looked at to know what a file is.
const START: u64 = 1 << 16;
/// Bytes of a part that is looked at by itself, and the most of a character that can lie beyond.
const PART: usize = 1 << 18;
const LONGEST: usize = 3;
/// So many bytes are looked through where the others are looked at as they are read.
const BEGINNING: u64 = 8 << 20;

/// The file, unpacked where it was packed.
pub(crate) fn unpacked(input: Input, options: &Options<'_>) -> Result<Input, Error> {
    let as_is = |bytes: &[u8], _: bool, into: &mut Vec<u8>| {
        into.extend_from_slice(bytes);
        Ok(())
    };
    let damaged = |error: Error| match error {
        Error::Io(error) => Error::refused(format!("{} cannot be unpacked: {error}", input.subject))
            .hint("it may be cut off or damaged: fetch it again"),
        other => other,
    };
    match format::of(&start_of(&input)?) {
        Ok(Format::Gzip) => copy_text(&input, MultiGzDecoder::new(input.reader(0)), options, as_is).map_err(damaged),
        Ok(Format::Zstd) => {
            let decoder = zstd::stream::read::Decoder::with_buffer(input.reader(0))?;
            copy_text(&input, decoder, options, as_is).map_err(damaged)
        }
        _ => Ok(input),
    }
}

fn start_of(input: &Input) -> Result<Vec<u8>, Error> {
    let mut start = Vec::new();
    input.reader(0).take(START).read_to_end(&mut start)?;
    Ok(start)
}

/// What an unpacked file is. What was packed twice is not unpacked twice.
pub(crate) fn format_of(input: &Input) -> Result<Format, Error> {
    let start = start_of(input)?;
    if start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&start).trim_ascii().is_empty() {
        return Err(Error::refused(format!("{} is empty", input.subject)).hint(input.if_empty));
    }
    match format::of(&start) {
        Ok(Format::Gzip | Format::Zstd) => {
            Err(Error::refused(format!("{} is packed twice", input.subject)).hint("unpack it first"))
        }
        Ok(format) => Ok(format),
        Err(other) => Err(Error::refused(format!("{} is {}", input.subject, other.what)).hint(other.hint)),
    }
}

/// Text in UTF-8: the file itself, or a copy in that encoding.
#[derive(Debug)]
pub struct Text {
    /// What is read.
    pub input: Input,
    /// The byte that it begins at: after the byte order mark, if there is one.
    pub base: u64,
    /// What was assumed of its encoding.
    pub note: Option<String>,
    /// Whether all of it is known to be UTF-8, and not only its beginning.
    pub(crate) is_checked: bool,
}

impl Text {
    pub(crate) fn of(input: Input, options: &Options<'_>) -> Result<Self, Error> {
        let start = start_of(&input)?;
        let mut is_checked = true;
        if format::is_utf16(&start) {
            let is_big = start.starts_with(b"\xfe\xff") || (!start.starts_with(b"\xff\xfe") && start[0] == 0);
            let decoder = if is_big { UTF_16BE } else { UTF_16LE }.new_decoder_with_bom_removal();
            let input = decoded(&input, decoder, "UTF-16", options)?;
            return Ok(Self { input, base: 0, note: None, is_checked });
        }
        let base = if start.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() as u64 } else { 0 };
        let n_bytes = input.n_bytes()?;
        let n_looked_at = if options.checks_beginning { n_bytes.min(BEGINNING) } else { n_bytes };
        let first = if is_utf8(&input, n_looked_at, options)? {
            is_checked = n_looked_at == n_bytes;
            None
        } else {
            first_fault(&input, options)?
        };
        let Some(first) = first else { return Ok(Self { input, base, note: None, is_checked }) };
        let line = first.line;
        if first.after_other_signs {
            return Err(Error::refused("the file is in two encodings: this line is not UTF-8, others are")
                .at(input.at_line(line))
                .hint("export it again in one encoding, UTF-8"));
        }
        let encoding = encoding::of(&input, first.byte)?;
        let name = encoding::name(encoding);
        let copy = decoded(&input, encoding.new_decoder_without_bom_handling(), &name, options)?;
        let note = format!("read as {name}, for line {line} is not UTF-8");
        Ok(Self { input: copy, base, note: Some(note), is_checked })
    }

    /// A copy of a text that we wrote in UTF-8.
    pub(crate) fn of_copy(input: Input, note: Option<String>) -> Self {
        Self { input, base: 0, note, is_checked: true }
    }

    /// The same, of which all is known to be UTF-8.
    pub(crate) fn checked(self, options: &Options<'_>) -> Result<Self, Error> {
        if self.is_checked { Ok(self) } else { Self::of(self.input, &Options { checks_beginning: false, ..*options }) }
    }
}

/// The first place of a file that is not UTF-8.
struct Fault {
    byte: u64,
    line: u64,
    /// Whether signs beyond ASCII stand anywhere in the file that are UTF-8.
    after_other_signs: bool,
}

/// Whether the first bytes of a file are UTF-8; its parts are looked at side by side.
fn is_utf8(input: &Input, n_bytes: u64, options: &Options<'_>) -> Result<bool, Error> {
    let parts: Vec<u64> = (0..n_bytes).step_by(PART).collect();
    let buffer = || vec![0; PART + LONGEST];
    let faulty = parts.into_par_iter().map_init(buffer, |buffer, from| -> Result<bool, Error> {
        options.check_cancelled()?;
        // A character that a part begins within is looked at with the part before.
        let n_filled = filled(buffer, &mut input.reader(from).into_inner())?;
        let bytes = &buffer[..n_filled];
        let is_within = |byte: &u8| byte & 0xc0 == 0x80;
        let n_within = |bytes: &[u8]| bytes.iter().take(LONGEST).take_while(|byte| is_within(byte)).count();
        let start = if from == 0 { 0 } else { n_within(bytes) };
        let end = if bytes.len() > PART { PART + n_within(&bytes[PART..]) } else { bytes.len() };
        Ok(simdutf8::basic::from_utf8(&bytes[start.min(end)..end]).is_err())
    });
    let first = faulty.find_any(|found| !matches!(found, Ok(false)));
    first.map_or(Ok(true), |found| found.map(|_| false))
}

/// Reads until the buffer is full, or there is no more; how many bytes.
pub(crate) fn filled(buffer: &mut [u8], from: &mut impl Read) -> std::io::Result<usize> {
    let mut n_filled = 0;
    while n_filled < buffer.len() {
        match from.read(&mut buffer[n_filled..]) {
            Ok(0) => break,
            Ok(n) => n_filled += n,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(n_filled)
}

/// Looks through the whole file for its first fault.
fn first_fault(input: &Input, options: &Options<'_>) -> Result<Option<Fault>, Error> {
    let mut file = input.reader(0).into_inner();
    let mut piece = vec![0_u8; 1 << 18];
    let (mut kept, mut at, mut first, mut has_other) = (0, 0_u64, None, false);
    loop {
        options.check_cancelled()?;
        let n = file.read(&mut piece[kept..])?;
        let mut rest = &piece[..kept + n];
        let is_last = n == 0;
        loop {
            let (valid, faulty) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), None),
                Err(error) => (error.valid_up_to(), Some(error.error_len())),
            };
            has_other |= !rest[..valid].is_ascii() && rest[..valid] != *BYTE_ORDER_MARK;
            at += valid as u64;
            match faulty {
                None => rest = &[],
                Some(None) if !is_last => rest = &rest[valid..],
                Some(length) => {
                    first.get_or_insert(at);
                    let end = (valid + length.unwrap_or(1)).min(rest.len());
                    at += (end - valid) as u64;
                    rest = &rest[end..];
                    continue;
                }
            }
            break;
        }
        let (from, n_left) = (kept + n - rest.len(), rest.len());
        piece.copy_within(from..from + n_left, 0);
        kept = n_left;
        if is_last {
            let Some(byte) = first else { return Ok(None) };
            return Ok(Some(Fault { byte, line: line_at(input, byte)?, after_other_signs: has_other }));
        }
    }
}

/// A copy of the file in UTF-8.
fn decoded(input: &Input, mut decoder: Decoder, encoding: &str, options: &Options<'_>) -> Result<Input, Error> {
    let from = input.reader(0).into_inner();
    copy_text(input, from, options, |mut bytes, is_last, into| {
        let mut text = String::with_capacity(3 * bytes.len() + 16);
        loop {
            let (result, n_read, had_faults) = decoder.decode_to_string(bytes, &mut text, is_last);
            if had_faults {
                return Err(Error::refused(format!("{} is neither UTF-8 nor {encoding}", input.subject))
                    .hint("export it again in UTF-8"));
            }
            bytes = &bytes[n_read..];
            if result == CoderResult::InputEmpty {
                break;
            }
            text.reserve(bytes.len() + 16);
        }
        // Windows-1252 leaves five bytes without a sign, which the standard decodes as control characters.
        if text.chars().any(|c| matches!(c, '\u{80}'..='\u{9f}')) && encoding != "UTF-16" {
            return Err(Error::refused(format!("{} is neither UTF-8 nor {encoding}", input.subject))
                .hint("export it again in UTF-8"));
        }
        into.extend_from_slice(text.as_bytes());
        Ok(())
    })
}
