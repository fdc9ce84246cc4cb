//! How much memory a pipeline over a folder may take where the user does not say.
//!
//! In: the machine. Out: half of its memory, or of what its control group allows. Invariant: where the machine does not tell,
//! nothing is limited.

use sysinfo::System;

/// Half of the memory, in bytes.
pub(crate) fn half() -> Option<u64> {
    let mut system = System::new().ok()?;
    system.refresh_memory();
    let total = match system.cgroup_limits() {
        Some(limits) => limits.total_memory.min(system.total_memory()),
        None => system.total_memory(),
    };
    Some(total / 2).filter(|half| *half > 0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_machine_tells() {
        assert!(super::half().is_none_or(|half| half > 64 << 20));
    }
}
