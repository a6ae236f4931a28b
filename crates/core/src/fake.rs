//! Stateful fakes of the ports: they behave, in memory, so that tests look at what is so and never at calls.

pub mod clock;
pub mod proxy;
pub mod runtime;
pub mod surroundings;
