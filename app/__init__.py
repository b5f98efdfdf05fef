"""The service: the graph behind one port, the engines, the HTTP interface, the command line."""
