//! The store: snapshots of collections as memory-mapped Arrow IPC files behind one manifest.
