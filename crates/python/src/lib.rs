//! The Python package's native module: Python's values in, the crates called, Python's own types out.
//!
//! One file a class. What every front does with a bank is in `home`; what is here is what only Python has: conversion
//! ([`from_python`], [`to_python`], [`arrow`]), exceptions ([`errors`]), waiting without the interpreter's lock ([`work`]).

mod arrow;
mod bank;
mod catalog;
mod chart;
mod collection;
mod errors;
mod explanation;
mod from_python;
mod opened;
mod table;
mod to_python;
mod topic;
mod work;
