//! Types, and conversions between them.

pub(super) mod convert;
pub(super) mod kind;
mod text;
mod to_number;

pub use text::to_text;
pub(super) use text::double_text;
