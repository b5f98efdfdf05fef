"""Code lists as the European Learning Model ships them: XML Schemas that enumerate IRIs.

Source: the ``xsd`` folder of https://github.com/european-commission-empl/European-Learning-Model.
"""

from __future__ import annotations

from collections.abc import Iterator

from loaders.base import Run
from loaders.elements import attribute, children, elements, language, said
from loaders.errors import RecordError
from loaders.files import Member
from loaders.vocabularies.vocabulary import Reading, Statement


def code_list(namespace: str) -> Reading:
    """How the concepts of a namespace are read from such a schema.

    A label without a stated language is English, as all of these schemas' are.
    """

    def read(member: Member, run: Run) -> Iterator[Statement]:
        for number, element in enumerate(elements(member, ["enumeration"]), 1):
            concept = attribute(element, "value")
            labels = [
                (label, language(one) or "en")
                for one in children(element, "annotation", "documentation")
                if (label := said(one))
            ]
            place = f"{member.name} enumeration {number}"
            if not concept.startswith(namespace):
                hint = f"Its concepts begin with {namespace}, this one is {concept[:120]!r}."
                run.reject(place, RecordError("@value", "no concept of this list", hint))
            elif not labels:
                hint = "A concept of the list has a label in xs:documentation."
                run.reject(place, RecordError("annotation", "no label", hint))
            for label, tag in labels if concept.startswith(namespace) else ():
                yield Statement(concept, "label", label, tag)

    return read
