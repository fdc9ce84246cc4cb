//! The types of BSON, by the names and numbers that `$type` and `$convert` know them by.

const TYPES: &[(&str, i32)] = &[
    ("double", 1),
    ("string", 2),
    ("object", 3),
    ("array", 4),
    ("binData", 5),
    ("undefined", 6),
    ("objectId", 7),
    ("bool", 8),
    ("date", 9),
    ("null", 10),
    ("regex", 11),
    ("dbPointer", 12),
    ("javascript", 13),
    ("symbol", 14),
    ("javascriptWithScope", 15),
    ("int", 16),
    ("timestamp", 17),
    ("long", 18),
    ("decimal", 19),
    ("minKey", -1),
    ("maxKey", 127),
];

/// The number of the type of this name (`"string"`: 2).
#[must_use]
pub fn code(name: &str) -> Option<i32> {
    TYPES.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)
}

/// The name of the type with this number.
#[must_use]
pub fn name(code: i32) -> Option<&'static str> {
    TYPES.iter().find(|(_, known)| *known == code).map(|(name, _)| *name)
}

/// The names of all types.
pub fn names() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(name, _)| *name)
}
