"""Micro-credentials: what an offering lacks of a profile, and what can be inferred of it."""
