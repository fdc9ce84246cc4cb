//! Types, and conversions between them.

pub(super) mod extended_json;
pub(super) mod kind;
mod text;
mod to_number;
pub(super) mod to_other;
pub(super) mod to_type;

pub(super) use text::double_text;
pub(super) use text::to_text;
pub(super) use to_type::CONVERSION_FAILURE;
