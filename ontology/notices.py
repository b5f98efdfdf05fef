"""What publishers ask to be said wherever their data shows."""

from __future__ import annotations

from typing import Final

ESCO: Final = "This service uses the ESCO classification of the European Commission."
"""Source: https://esco.ec.europa.eu/en/use-esco/download."""
