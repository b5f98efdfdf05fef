"""ISCED-F 2013: fields of education and training, as Europass publishes them.

Publisher: European Commission, of the classification of the UNESCO Institute for Statistics.
Licence: EUPL 1.2, as the repository of the European Learning Model that ships the list.
Access: https://github.com/european-commission-empl/European-Learning-Model, a file; the
Publications Office of the EU has the same list as SKOS in the EU's languages.
Format: the XML Schema ``isced-f.xsd`` (``xs:enumeration`` with the IRI and an English label), and
SKOS in any form of RDF, for labels in other languages; both together are one vocabulary. Each also
gzipped. Named graph: ``graph/isced``.

A field is named by its published IRI, ``http://data.europa.eu/snb/isced-f/0613``, whose end is its
code; the broader field is the one that the code begins with (06, 061, 0613). Courses name it with
``elm:ISCEDFCode``.

Known gaps: ESCO's own knowledge groups have other IRIs with the same codes, ``skos:notation`` joins
them; a country's own subdivision of a field (more than four digits) is not in it.
"""

from __future__ import annotations

from typing import Final

from loaders.base import Loader
from loaders.vocabularies.code_list import code_list
from loaders.vocabularies.published import ISCED_F
from loaders.vocabularies.skos import skos
from loaders.vocabularies.vocabulary import Vocabulary


def above(code: str) -> str:
    """The code of the broader field; "" of a broad field.

    >>> above("0613"), above("061"), above("06")
    ('061', '06', '')
    """
    return code[:-1] if len(code) > 2 else ""


VOCABULARY: Final = Vocabulary(
    scheme=f"{ISCED_F}25831c2",
    titles={
        "en": "International Standard Classification of Education: "
        "Fields of Education and Training 2013"
    },
    namespace=ISCED_F,
    readings={".xsd": code_list(ISCED_F), **skos(ISCED_F, codes=False)},
    code=str,
    above=above,
)

LOADER: Final = Loader(
    name="isced",
    title="ISCED-F 2013, fields of education and training",
    publisher="European Commission",
    licence="http://data.europa.eu/eli/dec_impl/2017/863/oj",
    attribution="Fields of education and training: ISCED-F 2013, UNESCO Institute for Statistics.",
    read=VOCABULARY.read,
)
