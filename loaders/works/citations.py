"""What reference managers' formats share: how a cited work is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loaders.arxiv import identifier_and_month
from loaders.errors import RecordError
from loaders.identifiers import doi
from loaders.works.work import by_citation, one_line, words


def named(
    dois: Iterable[str], arxiv: str, title: str, year: str, authors: Sequence[str]
) -> tuple[str, str]:
    """Scheme and identifier of a work: its DOI, else its arXiv identifier, else its citation.

    Raises: RecordError if it has none of them and no title.

    >>> named(["n/a", "https://doi.org/10.1000/A"], "", "T", "2026", [])
    ('doi', '10.1000/a')
    >>> named([], "arXiv:2401.00001v2", "T", "2026", [])
    ('arxiv', '2401.00001')
    """
    for stated in dois:
        found = doi(one_line(stated))
        if found is not None:
            return "doi", found
    if arxiv:
        try:
            return "arxiv", identifier_and_month(arxiv)[0]
        except RecordError:
            pass
    if not words(title):
        raise RecordError("title", "no title", "A work needs a title, or nobody can name it.")
    return "citation", by_citation(words(title), year, authors[0] if authors else "")
