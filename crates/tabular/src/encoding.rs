//! Which encoding of one byte a letter a text is in.
//!
//! In: a text that is not UTF-8. Out: the encoding that its letters suggest; Windows-1252 where none suggests another.
//! Invariant: another encoding than Windows-1252 is taken only where several letters of the text are others by it. One or two, such
//! as the `ñ` of a Spanish file, are too few to tell a language by.

use std::io::Read as _;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, WINDOWS_1252};

use crate::{Error, Input};

/// So many bytes, from the first that is not UTF-8 on, show the language.
const MOST: u64 = 4 << 20;
/// So many letters must be others by another encoding.
const FEWEST: usize = 3;

/// The encoding of a text whose first byte that is not UTF-8 is at `first`.
pub(crate) fn of(input: &Input, first: u64) -> Result<&'static Encoding, Error> {
    let mut bytes = Vec::new();
    input.reader(first.saturating_sub(64)).take(MOST).read_to_end(&mut bytes)?;
    Ok(suggested(&bytes))
}

fn suggested(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let is_single_byte = ["windows-", "ISO-8859-"].iter().any(|family| guess.name().starts_with(family));
    let mut is_seen = [false; 256];
    for byte in bytes {
        is_seen[usize::from(*byte)] = true;
    }
    let letter = |encoding: &'static Encoding, byte: u8| encoding.decode_without_bom_handling(&[byte]).0.into_owned();
    let is_other = |byte: &u8| is_seen[usize::from(*byte)] && letter(guess, *byte) != letter(WINDOWS_1252, *byte);
    let is_told = is_single_byte && (128..=255).filter(is_other).count() >= FEWEST;
    if is_told { guess } else { WINDOWS_1252 }
}

/// The encoding's name as people write it.
pub(crate) fn name(encoding: &'static Encoding) -> String {
    encoding.name().replace("windows", "Windows")
}

#[cfg(test)]
mod tests {
    use encoding_rs::{WINDOWS_1250, WINDOWS_1251, WINDOWS_1254};

    use super::*;

    #[test]
    fn the_letters_of_a_language_tell_its_encoding() {
        for (text, encoding) in [
            ("name;city\nJoão;São Paulo\nAna;Brasília\n", WINDOWS_1252),
            ("nombre;ciudad\nPeña;Málaga\nNUÑEZ;Lugo\n", WINDOWS_1252),
            ("nom;ville\nHélène;Besançon\nZoë;Nîmes\n", WINDOWS_1252),
            ("nome;città\nNicolò;Forlì\n", WINDOWS_1252),
            ("Name;Straße\nMüller;Königsallee\n", WINDOWS_1252),
            ("id;Saldo €\n1;5 €\n", WINDOWS_1252),
            ("name\nZoé\n", WINDOWS_1252),
            ("Müşteri;Şehir;Ayrıldı\n1;İstanbul;Hayır\n2;Iğdır;Evet\n", WINDOWS_1254),
            ("Číslo;Město;Zůstatek;Odešel\n1;Plzeň;0;ano\n2;Třebíč;0;ne\n3;Děčín;5;žádný\n", WINDOWS_1250),
            ("Nazwisko;Miasto\nWałęsa;Gdańsk\nMiłosz;Łódź\n", WINDOWS_1250),
            ("клиент;город\nИванов;Москва\n", WINDOWS_1251),
        ] {
            for text in [text.to_owned(), text.repeat(50)] {
                assert_eq!(suggested(&encoding.encode(&text).0).name(), encoding.name(), "{text}");
            }
        }
    }
}
