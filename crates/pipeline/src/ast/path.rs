//! Dotted field paths, such as `Income_Info.Min`.

use std::fmt;

/// A dotted path into a document. Invariant: at least one segment; only in queries may one be empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    segments: Vec<String>,
}

impl Path {
    /// Splits `text` at its dots; `None` where a segment is empty (`""`, `"a..b"`, `".a"`).
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let segments: Vec<String> = text.split('.').map(str::to_owned).collect();
        (!segments.iter().any(String::is_empty)).then_some(Self { segments })
    }

    /// Splits `text` at its dots, as queries do: `"a."` is the field with the empty name in `a`.
    #[must_use]
    pub fn with_empty_names(text: &str) -> Self {
        Self { segments: text.split('.').map(str::to_owned).collect() }
    }

    /// The path of `inner` below this one.
    #[must_use]
    pub fn join(&self, inner: &Self) -> Self {
        Self { segments: self.segments.iter().chain(&inner.segments).cloned().collect() }
    }

    /// Whether `self` is `other` or lies above it.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        other.segments.starts_with(&self.segments)
    }

    /// The first segment: the top-level field.
    #[must_use]
    pub fn head(&self) -> &str {
        &self.segments[0]
    }

    /// All segments, outermost first.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.segments
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.segments.join("."))
    }
}
