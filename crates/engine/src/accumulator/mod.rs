//! Accumulators: what gathers one value from many.
