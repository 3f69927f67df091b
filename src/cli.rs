//! The command line: the only place that reads and writes files.

pub mod tree;
