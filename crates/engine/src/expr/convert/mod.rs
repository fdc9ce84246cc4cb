//! Types, and conversions between them.

pub(super) mod convert;
pub(super) mod kind;
mod text;
mod to_number;

pub(super) use convert::CONVERSION_FAILURE;
pub(super) use text::double_text;
pub(super) use text::to_text;
