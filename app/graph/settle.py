"""What follows from a load for claims.

Those on replaced skills move, those on what is gone wait aside, those on what came back stand
again, and all are brought into line with people's decisions.
"""

from __future__ import annotations

import pyoxigraph as ox

from app.graph import changes, decisions, gone, identity, orphans, replaced
from ontology.iris import Minter

OWN = (changes.NAME, gone.NAME, orphans.NAME, identity.NAME)
"""Names of the graphs that Polku itself keeps from load to load."""


def settle(store: ox.Store, iris: Minter) -> None:
    """Brings claims, their plain triples and statuses into line with what there is.

    It can be run any number of times with the same result.
    """
    missing = gone.raise_returned(store, iris)
    moving = replaced.replacements(store, missing)
    waiting = missing - moving.keys()
    orphans.restore(store, iris, waiting)
    replaced.move(store, iris, moving)
    decisions.derive(store, iris, waiting)
    orphans.set_aside(store, iris, waiting)
