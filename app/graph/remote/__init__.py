"""The port's remote body: the graph on a SPARQL 1.1 engine that others run.

Queries and updates go over the SPARQL 1.1 Protocol, loads over the Graph Store Protocol. What
vendors do otherwise is data (``vendors.toml``). Which generation the engine holds is a triple in
the registry graph, the last thing that a load writes there.
"""
