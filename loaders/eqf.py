"""EQF: the eight levels of the European Qualifications Framework, as Europass publishes them.

Publisher: European Commission. Licence: EUPL 1.2, as the repository of the European Learning Model
that ships the list.
Access: https://github.com/european-commission-empl/European-Learning-Model, a file; the
Publications Office of the EU has the same list as SKOS in the EU's languages.
Format: the XML Schema ``eqf.xsd`` (``xs:enumeration`` with the IRI and an English label), and SKOS
in any form of RDF, for labels in other languages; both together are one vocabulary. Each also
gzipped. Named graph: ``graph/eqf``.

A level is named by its published IRI, ``http://data.europa.eu/snb/eqf/6``, whose end is its code.
Micro-credentials name it with ``polku:level``.

Known gaps: the framework's descriptors of knowledge, skills and responsibility are not in the list.
"""

from __future__ import annotations

from typing import Final

from loaders.base import Loader
from loaders.vocabularies.code_list import code_list
from loaders.vocabularies.skos import skos
from loaders.vocabularies.vocabulary import Vocabulary

_EQF: Final = "http://data.europa.eu/snb/eqf/"

VOCABULARY: Final = Vocabulary(
    scheme=f"{_EQF}25831c2",
    titles={
        "en": "European Qualifications Framework",
        "fi": "Eurooppalainen tutkintojen viitekehys",
        "sv": "Europeiska referensramen för kvalifikationer",
    },
    namespace=_EQF,
    readings={".xsd": code_list(_EQF), **skos(_EQF, codes=False)},
    code=str,
)

LOADER: Final = Loader(
    name="eqf",
    title="EQF, European Qualifications Framework",
    publisher="European Commission",
    licence="http://data.europa.eu/eli/dec_impl/2017/863/oj",
    attribution="",
    read=VOCABULARY.read,
)
