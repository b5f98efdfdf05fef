"""Fields of science: the classification by which Finnish universities report their research.

Publisher: Ministry of Education and Culture (2010, after Statistics Finland and the OECD's Frascati
manual); as SKOS the National Library of Finland. Licence: none is stated in the file.
Access: https://finto.fi/okm-tieteenala and
https://github.com/NatLibFi/Finto-data/tree/master/vocabularies/okm-tieteenala, anonymous.
Format: ``okm-tieteenala-skos.ttl``: SKOS in Turtle; any form of RDF does, also gzipped.
Named graph: ``graph/fields-of-science``.

A field is named by its published IRI, ``http://www.yso.fi/onto/okm-tieteenala/ta113``, and has its
code as notation (113), labels in Finnish, Swedish and English and the main field above it. Works
name it with ``dcterms:subject`` where their source states that IRI (DataCite's ``valueUri``, as
the national services write it).

Known gaps: correspondences with ISCED-F are published nowhere, and none is made up here; scope
notes are in Finnish alone.
"""

from __future__ import annotations

from typing import Final

from loaders.base import Loader
from loaders.vocabularies.published import FIELDS_OF_SCIENCE
from loaders.vocabularies.skos import skos
from loaders.vocabularies.vocabulary import Vocabulary

VOCABULARY: Final = Vocabulary(
    scheme=f"{FIELDS_OF_SCIENCE}conceptscheme",
    titles={
        "fi": "Korkeakoulujen tutkimustiedonkeruussa käytettävä tieteenalaluokitus",
        "en": "Finnish fields of science",
    },
    namespace=FIELDS_OF_SCIENCE,
    readings=skos(FIELDS_OF_SCIENCE),
)

LOADER: Final = Loader(
    name="fields-of-science",
    title="Finnish fields of science",
    publisher="Ministry of Education and Culture, Finland",
    licence="",
    attribution="",
    read=VOCABULARY.read,
)
