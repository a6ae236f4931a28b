//! What a sandbox really takes of memory: measured where enough of them run, else as documented.

/// What a person at work takes, with one browser open, in bytes (docs/benchmarks.md); an editor without one takes a seventh.
const DOCUMENTED_BYTES: u64 = 409 << 20;

/// From so many on, measurements say more than what is documented: a few editors that nobody uses yet say little.
const ENOUGH: u32 = 5;

/// What each sandbox is counted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    pub memory_bytes: u64,
    /// How many were measured.
    pub measured: u32,
    /// What those took on average, in bytes.
    pub measured_bytes: Option<u64>,
}

impl Usual {
    /// As long as nothing runs.
    pub const DOCUMENTED: Self = Self { memory_bytes: DOCUMENTED_BYTES, measured: 0, measured_bytes: None };

    /// From what some running sandboxes take. A few count only when they take more than is documented.
    pub fn of(taken: &[u64]) -> Self {
        let (Ok(measured), Some(sum)) = (u32::try_from(taken.len()), sum(taken)) else { return Self::DOCUMENTED };
        let Some(mean) = sum.checked_div(u64::from(measured)) else { return Self::DOCUMENTED };
        let memory_bytes = if measured >= ENOUGH { mean } else { mean.max(DOCUMENTED_BYTES) };
        Self { memory_bytes, measured, measured_bytes: Some(mean) }
    }

    /// Whether what was measured is what counts.
    pub fn is_measured(&self) -> bool {
        self.measured_bytes == Some(self.memory_bytes)
    }
}

fn sum(taken: &[u64]) -> Option<u64> {
    taken.iter().try_fold(0_u64, |sum, one| sum.checked_add(*one))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn a_few_idle_editors_do_not_count_and_many_do() {
        assert_eq!(Usual::of(&[]), Usual::DOCUMENTED);
        let few = Usual::of(&[60 * MIB, 80 * MIB]);
        assert_eq!((few.memory_bytes, few.measured, few.measured_bytes), (DOCUMENTED_BYTES, 2, Some(70 * MIB)));
        assert!(!few.is_measured());
        let hungry = Usual::of(&[900 * MIB]);
        assert!(hungry.memory_bytes == 900 * MIB && hungry.is_measured());
        let many = Usual::of(&[100 * MIB; 5]);
        assert!(many.memory_bytes == 100 * MIB && many.is_measured());
    }
}
