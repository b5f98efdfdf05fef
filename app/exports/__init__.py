"""Courses and micro-credentials in the formats of others: pure functions from facts to documents."""
