"""What follows from sources, made anew at the end of a sync where it is not what it should be.

Each step remembers for what content of the graph it was done: one that was killed is done by the
next sync, and one with nothing new to it is not begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from app.cli.publishing import publish_bundles
from app.errors import PolkuError
from app.graph.generations import Generation, bundles_folder
from app.sources import derived
from app.sources.changes import Counts, compare
from app.sources.sync import Matched, lines, said
from loaders.bundle import Bundle, read_bundle
from loaders.errors import LoadError
from ontology.iris import Minter

if TYPE_CHECKING:
    from app.cli.progress import Progress
    from app.settings import Settings

FAILURES = (LoadError, PolkuError, OSError)


def matched(
    settings: Settings, shown: Progress, generation: Generation
) -> tuple[Matched, Generation]:
    """What became of matching a generation, and the generation that is current then."""
    from app.graph.matches import SOURCE
    from app.identity.run import match_graph, standing
    from app.identity.thresholds import VERSION

    try:
        before = _bundle(settings, generation, SOURCE)
        if before and derived.is_done(settings.data, "matched", generation, VERSION):
            return Matched("unchanged", Counts(unchanged=standing(before))), generation
        bundle = match_graph(settings.data, shown, iris=Minter(settings.base))
        counts = compare(lines(before), lines(bundle)).kinds.get("Match", Counts())
        after = _published(settings, shown, bundle)
        if derived.differs_in(SOURCE, generation, after):
            derived.remember(settings.data, "matched", after, VERSION)
        state: Literal["matched", "unchanged"]
        state = "unchanged" if before and before.id == bundle.id else "matched"
        return Matched(state, counts), after
    except FAILURES as error:
        return Matched("failed", message=said(error)), generation


def tagged(settings: Settings, shown: Progress, generation: Generation) -> tuple[str, Generation]:
    """Why tagging a generation failed, "" if it did not, and the one that is current then."""
    from app.identity.thresholds import VERSION
    from app.tagging.batch import SOURCE, tag

    data = settings.data
    if derived.is_done(data, "tagged", generation):
        return "", generation
    try:
        after = _published(settings, shown, tag(data, progress=shown))
        if derived.differs_in(SOURCE, generation, after):
            # Tags say nothing of what is one with what: that was done stays done.
            if derived.is_done(data, "matched", generation, VERSION):
                derived.remember(data, "matched", after, VERSION)
            derived.remember(data, "tagged", after)
    except FAILURES as error:
        return said(error), generation
    return "", after


def _published(settings: Settings, shown: Progress, bundle: Bundle) -> Generation:
    # Both are made by one constructor each; `polku check` asks the shapes all the same.
    return publish_bundles(settings, [bundle], shown, checked=False)


def _bundle(settings: Settings, generation: Generation, source: str) -> Bundle | None:
    name = generation.bundles.get(source)
    return read_bundle(bundles_folder(settings.data, source) / name) if name else None
