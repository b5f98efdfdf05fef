"""What repositories call the kinds, rights and reviews of their works → ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from loaders.identifiers import web_address
from loaders.works.work import Text, licence_page
from ontology import terms
from ontology.terms import Iri

_COAR: Final[Mapping[str, Iri]] = {
    "c_18gh": terms.Book,
    "c_2df8fbb1": terms.Article,
    "c_2f33": terms.Book,
    "c_3248": terms.Chapter,
    "c_3e5a": terms.Article,
    "c_545b": terms.Article,
    "c_5794": terms.Article,
    "c_5ce6": terms.Software,
    "c_6501": terms.Article,
    "c_7a1f": terms.StudentThesis,
    "c_7bab": terms.Article,
    "c_8042": terms.Preprint,
    "c_816b": terms.Preprint,
    "c_93fc": terms.Book,
    "c_b239": terms.Article,
    "c_bdcc": terms.StudentThesis,
    "c_beb9": terms.Article,
    "c_c94f": terms.Article,
    "c_db06": terms.DoctoralThesis,
    "c_dcae04bc": terms.Article,
    "c_ddb1": terms.DataSet,
}
"""Source: COAR Resource Types 3.1, https://vocabularies.coar-repositories.org/resource_types/."""

_CONTAINERS: Final = frozenset(["c_0640", "c_2659", "c_f744"])
"""Journals, periodicals and proceedings: what works stand in."""

_EU_REPO: Final[Mapping[str, Iri]] = {
    "article": terms.Article,
    "bachelorthesis": terms.StudentThesis,
    "book": terms.Book,
    "bookpart": terms.Chapter,
    "conferenceobject": terms.Article,
    "conferencepaper": terms.Article,
    "dataset": terms.DataSet,
    "doctoralthesis": terms.DoctoralThesis,
    "masterthesis": terms.StudentThesis,
    "preprint": terms.Preprint,
    "report": terms.Book,
    "review": terms.Article,
    "software": terms.Software,
    "workingpaper": terms.Preprint,
}
"""Source: info:eu-repo, OpenAIRE Guidelines for Literature Repositories 3.0, "Publication type"."""

_OKM: Final[Mapping[str, Iri]] = {
    **dict.fromkeys(["A1", "A2", "A4", "B1", "B3", "D1", "E1"], terms.Article),
    **dict.fromkeys(["A3", "B2", "D2"], terms.Chapter),
    **dict.fromkeys(["C1", "C2", "D4", "D5", "D6", "E2", "E3"], terms.Book),
    **dict.fromkeys(["G1", "G2", "G3"], terms.StudentThesis),
    **dict.fromkeys(["G4", "G5"], terms.DoctoralThesis),
}
"""Source: the publication types of the Finnish Ministry of Education and Culture."""

_WORDS: Final = (
    (re.compile(r"doctoral|väitös|doktorsavhandling|\bph\.?d", re.I), terms.DoctoralThesis),
    (re.compile(r"master|bachelor|diplomi|pro gradu|kandi|maisteri", re.I), terms.StudentThesis),
    (re.compile(r"pre-?print|working paper", re.I), terms.Preprint),
    (re.compile(r"article|artikkeli|conference paper", re.I), terms.Article),
    (re.compile(r"chapter|book part", re.I), terms.Chapter),
    (re.compile(r"\bdata ?set\b|\baineisto", re.I), terms.DataSet),
    (re.compile(r"\bsoftware\b", re.I), terms.Software),
    (re.compile(r"^book$|\breport\b|monograph|raportti", re.I), terms.Book),
)
_OKM_CODE: Final = re.compile(r"([A-H][1-6])(?![\w])")


def _coar(stated: str) -> str:
    return stated.rpartition("/")[2] if "purl.org/coar/resource_type/" in stated else ""


def work_type(stated: Iterable[str]) -> Iri:
    """The kind of work: by a code of a vocabulary, else by the first words that say one.

    >>> work_type(["text", "info:eu-repo/semantics/doctoralThesis"]) == terms.DoctoralThesis
    True
    >>> work_type(["G2 Pro gradu, diplomityö"]) == terms.StudentThesis
    True
    """
    said = list(stated)
    for one in said:
        kind = _COAR.get(_coar(one))
        if kind is None and one.lower().startswith("info:eu-repo/semantics/"):
            kind = _EU_REPO.get(one.lower().rpartition("/")[2])
        if kind is None and (code := _OKM_CODE.match(one)):
            kind = _OKM.get(code[1])
        if kind is not None:
            return kind
    for one in said:
        for sign, kind in _WORDS:
            if sign.search(one):
                return kind
    return terms.OtherWork


def is_container(stated: Iterable[str]) -> bool:
    """Whether it is a journal or proceedings, in which works stand."""
    return any(_coar(one) in _CONTAINERS for one in stated)


def peer_reviewed(stated: Iterable[str]) -> bool | None:
    """True of the ministry's types A and C, False of its B, D, E; None where nothing is said."""
    codes = [code[1][0] for one in stated if (code := _OKM_CODE.match(one))]
    if any(code in "AC" for code in codes):
        return True
    return False if any(code in "BDE" for code in codes) else None


_OPEN: Final = re.compile(r"openaccess\Z|/c_abf2\Z", re.IGNORECASE)
_CLOSED: Final = re.compile(
    r"(?:closed|restricted|embargoed)access\Z|/c_(?:14cb|16ec|f1cf)\Z", re.IGNORECASE
)


def rights(stated: Iterable[Text]) -> tuple[str, tuple[Text, ...], bool | None]:
    """The licence's page, what else is said of rights, and whether access is open."""
    page, others, is_open = "", dict[Text, None](), None
    for said, language in stated:
        bare = said.replace(" ", "")
        if _OPEN.search(bare):
            is_open = True
        elif _CLOSED.search(bare):
            is_open = False if is_open is None else is_open
        elif found := licence_page(said):
            page = page or found
        elif said and web_address(said) is None:
            others[(said, language)] = None
    if page.startswith("https://creativecommons.org/") and is_open is None:
        is_open = True
    return page, tuple(others), is_open
