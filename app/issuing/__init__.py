"""Achieved micro-credentials: issued from an offering, signed, and verified."""
