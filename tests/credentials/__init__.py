"""Tests of the room of micro-credentials."""
