"""The words of the graph: vocabulary, shapes, IRIs. Imports nothing else of ours."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""The folder that holds the ontology's Turtle files."""

MODULES = ("core", "skills", "research", "learning", "credentials", "claims", "identity")
"""The ontology's modules; each is ``<module>.ttl`` with ``<module>.shapes.ttl`` beside it."""
