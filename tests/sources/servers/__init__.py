"""Real HTTP servers of sources, on loopback, with the faults that real ones have."""
