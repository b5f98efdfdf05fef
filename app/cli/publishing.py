"""Bundles published by a command, as the settings say: in the data folder, and on a store."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli.progress import Progress
from app.graph.generations import Generation
from app.graph.publish import publish
from app.graph.remote.deliver import Delivery, deliver, fetch
from app.settings import Settings
from loaders.bundle import Bundle
from ontology.iris import Minter


def publish_bundles(
    settings: Settings, bundles: Sequence[Bundle], shown: Progress, *, checked: bool = True
) -> Generation:
    """The generation that holds the bundles; ``checked`` False leaves the shapes out.

    Where the settings name a store, it is delivered there when this returns.
    """
    fetch(settings)
    shown.stage("Publishing", sum(bundle.quads.stat().st_size for bundle in bundles))
    generation = publish(
        settings.data,
        {bundle.source: bundle for bundle in bundles},
        progress=shown.advance,
        iris=Minter(settings.base),
        keep=settings.keep_generations,
        checked=checked,
        keep_changes=settings.keep_changes,
    )
    delivered(settings, shown)
    return generation


def delivered(settings: Settings, shown: Progress) -> Delivery | None:
    """What was delivered to the store that the settings name; None where there is none."""
    return deliver(
        settings,
        progress=lambda graph, quads: shown.stage(f"Sending {graph} ({quads:,} quads)"),
    )
