//! The ways to make bits of 64 bytes: one for every processor, and one for those with AVX2, about twice as fast.
//!
//! In: bytes. Out: a bit each, the first byte's the lowest. Invariant: both ways make the same bits.

use wide::u8x16;

use super::{Signs, WIDTH};

/// A way to make bits.
pub(super) struct Bits<E, O> {
    /// The bits of delimiters and line ends, and those of quotes.
    pub(super) ends_and_quotes: E,
    /// Of each bit whether the bits up to it, and it, are odd in number.
    pub(super) odd: O,
}

/// Looks for more signs in the way for every processor.
pub(super) fn look_plainly(signs: &mut Signs<'_>, n: usize) {
    signs.look_by(n, &Bits { ends_and_quotes, odd });
}

#[inline]
fn ends_and_quotes(bytes: &[u8; WIDTH], delimiter: u8) -> [u64; 2] {
    let [delimiter, quote, line_feed, carriage_return] = [delimiter, b'"', b'\n', b'\r'].map(u8x16::splat);
    bytes.as_chunks::<16>().0.iter().rev().fold([0, 0], |[ends, quotes], part| {
        let part = u8x16::new(*part);
        let is_end = part.simd_eq(delimiter) | part.simd_eq(line_feed) | part.simd_eq(carriage_return);
        let is_quote = part.simd_eq(quote);
        [ends << 16 | u64::from(is_end.to_bitmask()), quotes << 16 | u64::from(is_quote.to_bitmask())]
    })
}

#[inline]
fn odd(bits: u64) -> u64 {
    (0..6).fold(bits, |bits, step| bits ^ bits << (1 << step))
}

/// Looks for more signs in the faster way; whether this processor can.
#[cfg(not(target_arch = "x86_64"))]
pub(super) fn look_faster(_: &mut Signs<'_>, _: usize) -> bool {
    false
}

/// Looks for more signs in the faster way; whether this processor can.
#[cfg(target_arch = "x86_64")]
pub(super) fn look_faster(signs: &mut Signs<'_>, n: usize) -> bool {
    use std::arch::is_x86_feature_detected as has;

    let can = has!("avx2") && has!("bmi1") && has!("bmi2") && has!("pclmulqdq") && has!("popcnt");
    if can {
        // SAFETY: this processor has each feature that the function is made for.
        #[expect(unsafe_code, reason = "the compiler cannot know the processor that this will run on")]
        unsafe {
            avx2::look(signs, n);
        }
    }
    can
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_clmulepi64_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_set1_epi8, _mm256_cmpeq_epi8,
        _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8,
    };

    use wide::bytemuck::cast;

    use super::{Bits, Signs, WIDTH};

    // Each function is made for such a processor. Why no closure given to a method: that would be made for any, and called by place.
    #[target_feature(enable = "avx2,bmi1,bmi2,pclmulqdq,popcnt")]
    pub(super) fn look(signs: &mut Signs<'_>, n: usize) {
        let ends_and_quotes = |bytes: &[u8; WIDTH], delimiter: u8| ends_and_quotes(bytes, delimiter);
        signs.look_by(n, &Bits { ends_and_quotes, odd: |bits| odd(bits) });
    }

    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,pclmulqdq,popcnt")]
    fn ends_and_quotes(bytes: &[u8; WIDTH], delimiter: u8) -> [u64; 2] {
        let [low, high]: [__m256i; 2] = cast(*bytes);
        let ([low_ends, low_quotes], [high_ends, high_quotes]) = (of_half(low, delimiter), of_half(high, delimiter));
        [low_ends | high_ends << 32, low_quotes | high_quotes << 32]
    }

    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,pclmulqdq,popcnt")]
    fn of_half(half: __m256i, delimiter: u8) -> [u64; 2] {
        let is_delimiter = _mm256_cmpeq_epi8(half, _mm256_set1_epi8(delimiter as i8));
        let is_line_feed = _mm256_cmpeq_epi8(half, _mm256_set1_epi8(b'\n' as i8));
        let is_carriage_return = _mm256_cmpeq_epi8(half, _mm256_set1_epi8(b'\r' as i8));
        let is_quote = _mm256_cmpeq_epi8(half, _mm256_set1_epi8(b'"' as i8));
        let is_end = _mm256_or_si256(is_delimiter, _mm256_or_si256(is_line_feed, is_carriage_return));
        [u64::from(_mm256_movemask_epi8(is_end) as u32), u64::from(_mm256_movemask_epi8(is_quote) as u32)]
    }

    /// By a product without carries with ones alone.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2,pclmulqdq,popcnt")]
    fn odd(bits: u64) -> u64 {
        let product = _mm_clmulepi64_si128::<0>(_mm_cvtsi64_si128(bits as i64), _mm_set1_epi8(-1));
        _mm_cvtsi128_si64(product) as u64
    }
}
