"""Tables of a planner's own: the mapping, the cells, the rows, and what each kind of row says."""
