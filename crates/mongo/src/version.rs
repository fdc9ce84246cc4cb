//! A server's version, and whether it knows what a pipeline needs.

use std::fmt;

use pipeline::{Pipeline, oldest_server};

use crate::Error;

/// A server's version, such as `6.0.27`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Refuses a pipeline that needs a newer server, by the name that needs it.
    pub(crate) fn require(&self, pipeline: &Pipeline) -> Result<(), Error> {
        match oldest_server(pipeline) {
            Some(since) if self.numbers() < numbers(since.version) => {
                Err(Error::input(format!("`{}` needs MongoDB {}; this server is {self}", since.name, since.version))
                    .hint("say it with older operators, or run it on a bank in a folder"))
            }
            _ => Ok(()),
        }
    }

    fn numbers(&self) -> (u32, u32) {
        numbers(&self.0)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Major and minor.
fn numbers(version: &str) -> (u32, u32) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipeline_that_is_too_new_is_refused_by_name() {
        let pipeline = pipeline::parse_text(
            "[{$group: {_id: null, m: {$percentile: {input: '$a', p: [0.5], method: 'approximate'}}}}]",
        )
        .unwrap();
        let error = Version::new("6.0.27").require(&pipeline).unwrap_err();
        assert_eq!(error.message(), "`$percentile` needs MongoDB 7.0; this server is 6.0.27");
        for version in ["7.0.2", "7.0", "8.1.0-rc2", "10.0.1"] {
            assert!(Version::new(version).require(&pipeline).is_ok(), "{version}");
        }
    }
}
