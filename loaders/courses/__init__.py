"""Courses and micro-credentials as every catalogue of them is mapped: one form, one way in."""
