//! Values: total order, keys, numbers, paths.
