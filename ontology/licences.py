"""Licences of data sets: which are open, and how it is said whether a graph may be handed on.

Source: the licences conformant with the Open Definition 2.1, https://opendefinition.org/licenses/;
decision 2011/833/EU on the reuse of Commission documents; RightsStatements.org; the EU's authority
table of access rights.
"""

from __future__ import annotations

import re
from typing import Final

from ontology.terms import Iri

NOT_EVALUATED: Final = Iri("http://rightsstatements.org/vocab/CNE/1.0/")
"""What stands as the licence of a graph of which none is stated: copyright not evaluated."""

ACCESS_RIGHTS: Final = Iri("http://purl.org/dc/terms/accessRights")
PUBLIC: Final = Iri("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
"""Access rights of a graph that may stand in dumps and catalogues."""

NON_PUBLIC: Final = Iri("http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC")
"""Access rights of a graph that answers questions here, and is not handed on as a whole."""

_OPEN: Final = re.compile(
    r"https?://(?:www\.)?(?:"
    r"creativecommons\.org/(?:publicdomain/(?:zero|mark)|licenses/by(?:-sa)?)(?:/[0-9.]+)?"
    r"|opendatacommons\.org/licenses/(?:pddl|by|odbl)(?:/[0-9.-]+)?"
    r"|data\.europa\.eu/eli/dec(?:_impl)?/2011/833/oj"
    r"|publications\.europa\.eu/resource/authority/licence/(?:CC0|CC_BY(?:SA)?(?:_[0-9_]+)?|COM_REUSE)"
    r"|nationalarchives\.gov\.uk/doc/open-government-licence/version/[0-9]+"
    r"|apache\.org/licenses/LICENSE-2\.0"
    r"|opensource\.org/licenses/MIT"
    r")/?\Z"
)


def is_open(licence: str) -> bool:
    """Whether anyone may use, change and pass on what the licence stands on.

    >>> is_open("https://creativecommons.org/licenses/by/4.0/")
    True
    >>> (
    ...     is_open("https://creativecommons.org/licenses/by-nc/4.0/"),
    ...     is_open(""),
    ...     is_open(NOT_EVALUATED),
    ... )
    (False, False, False)
    """
    return _OPEN.match(licence) is not None


def access(licence: str) -> Iri:
    """The access rights of a graph under the licence, unless who runs the service says otherwise."""
    return PUBLIC if is_open(licence) else NON_PUBLIC
