//! Writes an output tree to disk.
