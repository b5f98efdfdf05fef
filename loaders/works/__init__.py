"""Research outputs as every source of them is mapped: one form, one way into the graph."""
