"""Learning paths: selection, placement, certificate, checker."""
