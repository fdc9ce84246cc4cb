//! The names that a MongoDB server gives to its error codes (`codeName`).

use std::borrow::Cow;

/// The codes with a name of their own, as in the server's `error_codes.yml`: those that we give ourselves, and those
/// that a server gives when a pipeline runs.
const NAMES: &[(i32, &str)] = &[
    (1, "InternalError"),
    (2, "BadValue"),
    (4, "NoSuchKey"),
    (8, "UnknownError"),
    (9, "FailedToParse"),
    (13, "Unauthorized"),
    (14, "TypeMismatch"),
    (15, "Overflow"),
    (16, "InvalidLength"),
    (18, "AuthenticationFailed"),
    (20, "IllegalOperation"),
    (26, "NamespaceNotFound"),
    (43, "CursorNotFound"),
    (48, "NamespaceExists"),
    (50, "MaxTimeMSExpired"),
    (52, "DollarPrefixedFieldName"),
    (53, "InvalidIdField"),
    (56, "EmptyFieldName"),
    (57, "DottedFieldName"),
    (59, "CommandNotFound"),
    (66, "ImmutableField"),
    (72, "InvalidOptions"),
    (73, "InvalidNamespace"),
    (91, "ShutdownInProgress"),
    (96, "OperationFailed"),
    (121, "DocumentValidationFailure"),
    (146, "ExceededMemoryLimit"),
    (165, "ViewDepthLimitExceeded"),
    (168, "InvalidPipelineOperator"),
    (175, "QueryPlanKilled"),
    (189, "PrimarySteppedDown"),
    (232, "MaxSubPipelineDepthExceeded"),
    (237, "CursorKilled"),
    (241, "ConversionFailure"),
    (262, "ExceededTimeLimit"),
    (292, "QueryExceededMemoryLimitNoDiskUseAllowed"),
    (10334, "BSONObjectTooLarge"),
    (11000, "DuplicateKey"),
    (11600, "InterruptedAtShutdown"),
    (11601, "Interrupted"),
    (11602, "InterruptedDueToReplStateChange"),
];

/// The name of a code, such as `Overflow` for 15; a code without a name of its own is named by its number.
///
/// ```
/// assert_eq!(pipeline::code_name(15), "Overflow");
/// assert_eq!(pipeline::code_name(15952), "Location15952");
/// ```
#[must_use]
pub fn code_name(code: i32) -> Cow<'static, str> {
    match NAMES.binary_search_by_key(&code, |(known, _)| *known) {
        Ok(at) => Cow::Borrowed(NAMES[at].1),
        Err(_) => Cow::Owned(format!("Location{code}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_sorted_so_that_each_is_found() {
        for (code, name) in NAMES {
            assert_eq!(code_name(*code), *name);
        }
    }
}
