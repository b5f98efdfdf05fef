"""YSO: the General Finnish Ontology, subjects in Finnish, Swedish and English.

Publisher: National Library of Finland. Licence: CC BY 4.0.
Access: https://finto.fi/yso, anonymous: files to download.
Format: SKOS as Finto ships it (Turtle, RDF/XML, any form of RDF), and Annif's tables
``yso-…-fi.tsv``: ``<IRI>``, a tab, the label; one file for each language, which its name ends in.
All together are one vocabulary. Each also gzipped. Named graph: ``graph/yso``.

A concept is named by its published IRI, ``http://www.yso.fi/onto/yso/p21846``, the same in all
languages. Works name it with ``dcterms:subject`` where their source states that IRI (DataCite's
``valueUri``, MODS, ``oai_dc``).

Left out and counted: deprecated concepts, and those of other vocabularies in the same file.
Known gaps: tables have labels alone, and neither hierarchy nor alternative labels; place names
(YSO Places) are of the same namespace and stand in the one scheme; keywords that are words alone
join no concept, since several concepts share a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from loaders.base import Loader, Run
from loaders.errors import LoadError, RecordError
from loaders.files import Member, lines
from loaders.vocabularies.published import YSO
from loaders.vocabularies.skos import skos
from loaders.vocabularies.vocabulary import Statement, Vocabulary

_LANGUAGE: Final = re.compile(r"[-_.]([a-z]{2})\.tsv\Z", re.IGNORECASE)
_ROW: Final = re.compile(rf"<({re.escape(YSO)}[^<>\s]+)>\t([^\t]*\S)\s*\Z")


def table(member: Member, run: Run) -> Iterator[Statement]:
    """Labels of one language, a line for each concept.

    Raises: LoadError if the file's name does not end in a language.
    """
    language = _LANGUAGE.search(member.stem)
    if language is None:
        raise LoadError(
            f"{member.name}: the name does not tell the labels' language. "
            "Name it like yso-fi.tsv, yso-sv.tsv or yso-en.tsv."
        )
    for line in lines(member):
        place = f"{member.name} line {line.number}"
        try:
            row = _ROW.match((line.data or b"").decode())
        except UnicodeDecodeError:
            run.reject(place, RecordError("", "not UTF-8", "Save the file as UTF-8."))
            continue
        if row is None:
            hint = f"Expected <{YSO}p1>, a tab and the label."
            run.reject(place, RecordError("", "no concept and label", hint))
        else:
            label = " ".join(row[2].split())
            yield Statement(row[1], "label", label, language[1].lower())


VOCABULARY: Final = Vocabulary(
    scheme=YSO,
    titles={
        "fi": "YSO - Yleinen suomalainen ontologia",
        "sv": "ALLFO - Allmän finländsk ontologi",
        "en": "YSO - General Finnish Ontology",
    },
    namespace=YSO,
    readings={".tsv": table, **skos(YSO)},
)

LOADER: Final = Loader(
    name="yso",
    title="YSO, General Finnish Ontology",
    publisher="National Library of Finland",
    licence="https://creativecommons.org/licenses/by/4.0/",
    attribution="Subjects: YSO, General Finnish Ontology, National Library of Finland, CC BY 4.0.",
    read=VOCABULARY.read,
)
