"""Queries that ask other services: real ones on loopback, and some that misbehave."""
