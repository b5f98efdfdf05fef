"""Whose a thing is: researchers decide on their works, teachers on their courses, curators on all."""

from __future__ import annotations

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from app.api.context import context
from app.api.security import Own, Role, TokenStore, bearer
from app.errors import BadParameter, Forbidden
from ontology.ntriples import iri
from queries import engine


async def ensure_own(request: Request, role: Role, about: str) -> None:
    """Lets through who may decide on a thing.

    Raises: Forbidden for a researcher whose token says what is theirs, where the thing is not.
    """
    if role is not Role.researcher:
        return
    store: TokenStore = request.app.state.tokens
    own = await run_in_threadpool(store.own, bearer(request.headers))
    if own is None or about in own.things:
        return
    if own.orcid and await _bears(request, about, own.orcid):
        return
    raise Forbidden(
        "This token decides on "
        + " and on ".join(_words(own))
        + f"; <{about[:200]}> is neither. A curator decides on everything."
    )


def _words(own: Own) -> list[str]:
    words = [f"works that bear the ORCID {own.orcid}"] if own.orcid else []
    return words + ([f"{len(own.things)} things that it names"] if own.things else [])


async def _bears(request: Request, about: str, orcid: str) -> bool:
    try:
        query = engine("api-orcids-of").bind({"about": iri(about)})
    except ValueError:
        raise BadParameter("/about", f"about {about[:200]!r} is not an absolute IRI.") from None
    found = await context(request).solve(query)
    return any(row["orcid"]["value"].rsplit("/", 1)[-1] == orcid for row in found.rows)
