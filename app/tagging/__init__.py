"""Tagging: from a text to the ESCO skills it speaks of, with evidence."""
