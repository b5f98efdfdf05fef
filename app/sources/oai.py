"""OAI-PMH 2.0: the addresses of its lists and what their pages say.

Source: https://www.openarchives.org/OAI/openarchivesprotocol.html (sections 2.5, 3.5, 3.6, 4.5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from lxml import etree

from app.sources.errors import Expired, SourceError
from app.sources.steps import Asked, Step
from loaders.elements import attribute, careful, children, local, said
from loaders.elements import first as first_of

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")


@dataclass(frozen=True)
class Identity:
    """What a repository says of itself.

    Attributes:
        seconds: whether it takes moments, else only days.
        keeps_deletions: whether it goes on telling for ever which records were deleted.
    """

    seconds: bool
    keeps_deletions: bool


def identify(asked: Asked) -> str:
    """The address at which a repository says what it is."""
    return _request(asked.url, {"verb": "Identify"})


def identity(page: bytes) -> Identity:
    """What the answer to Identify says.

    Raises: SourceError if it is none.
    """
    root = _root(page)
    found = first_of(root, "Identify")
    if found is None:
        _check_errors(root)
        raise SourceError("it does not answer Identify, as OAI-PMH asks. Is this its base address?")
    return Identity(
        said(found, "granularity").upper() == "YYYY-MM-DDTHH:MM:SSZ",
        said(found, "deletedRecord") == "persistent",
    )


def first(asked: Asked) -> str:
    """The address of a list's first page."""
    stated = {
        "verb": "ListRecords",
        "metadataPrefix": asked.prefix,
        "set": asked.set_,
        "from": asked.since,
        "until": asked.until,
    }
    return _request(asked.url, {name: value for name, value in stated.items() if value})


def step(asked: Asked, _: str, page: bytes) -> Step:
    """What a page of a list says.

    Raises: Expired if its token is no longer known; SourceError for any other error.
    """
    root = _root(page)
    answered = said(root, "responseDate")
    answered = answered if _MOMENT.match(answered) else ""
    if _check_errors(root) == "noRecordsMatch":
        return Step(0, None, 0, answered)
    listed = first_of(root, "ListRecords")
    if listed is None:
        raise SourceError("it holds no ListRecords, as a page of OAI-PMH does.")
    token = first_of(listed, "resumptionToken")
    further = said(token)
    size = attribute(token, "completeListSize")
    return Step(
        sum(1 for _ in children(listed, "record")),
        _request(asked.url, {"verb": "ListRecords", "resumptionToken": further})
        if further
        else None,
        int(size) if size.isascii() and size.isdecimal() and len(size) < 12 else None,
        answered,
    )


def since(answered: str, identity: Identity) -> str:
    """From when on the next list is asked for, in the repository's own granularity.

    >>> since("2026-05-04T10:00:00Z", Identity(seconds=False, keeps_deletions=True))
    '2026-05-04'
    """
    return answered if identity.seconds else answered[:10]


def _request(url: str, parameters: dict[str, str]) -> str:
    parts = urlsplit(url)
    # What the address states beside OAI-PMH's own arguments is the repository's business.
    own = "&".join(
        one for one in parts.query.split("&") if one and one.partition("=")[0] not in _ARGUMENTS
    )
    query = "&".join(filter(None, [own, urlencode(parameters)]))
    return parts._replace(query=query, fragment="").geturl()


_ARGUMENTS: Final = ("verb", "metadataPrefix", "set", "from", "until", "resumptionToken")


def _root(page: bytes) -> etree._Element:
    try:
        root = etree.fromstring(page, careful())
    except etree.XMLSyntaxError as error:
        line, column = error.position
        # libxml2 names line and column; an editor of hexadecimals and a repository's log, bytes.
        before = page.split(b"\n")[: max(line - 1, 0)]
        offset = sum(len(one) + 1 for one in before) + max(column - 1, 0)
        raise SourceError(
            f"it is no whole XML at line {line}, column {column}, about byte {min(offset, len(page)):,} "
            f"of {len(page):,} ({' '.join((error.msg or '').split())[:120]})"
        ) from None
    except (etree.LxmlError, ValueError) as error:
        raise SourceError(f"it is no XML ({' '.join(str(error).split())[:120]})") from None
    if local(root) != "OAI-PMH":
        raise SourceError(f"it is <{local(root)[:40]}>, no answer of OAI-PMH. Check the address")
    return root


def _check_errors(root: etree._Element) -> str:
    """``noRecordsMatch`` if that is what was answered, "" if no error was."""
    for error in children(root, "error"):
        code, words = attribute(error, "code"), said(error)[:200]
        if code == "badResumptionToken":
            raise Expired(f"the repository no longer knows the token ({words or code})")
        if code != "noRecordsMatch":
            raise SourceError(
                f"the repository answered {code[:40] or 'an error'!r}: {words.rstrip('.')}. "
                f"{_REMEDIES.get(code, 'Check what is asked for')}"
            )
        return code
    return ""


_REMEDIES: Final = {
    "badArgument": "Check from, until and set",
    "cannotDisseminateFormat": "Choose another format with --prefix: oai_dc is always there",
    "noSetHierarchy": "It has no sets: leave --set out",
    "badVerb": "Is this the base address of its OAI-PMH?",
}
