"""Matching 60 k works against 60 k disturbed copies of them, labelled by the identifiers hidden.

``python -m benchmarks.identity`` reads the real arXiv file (``POLKU_REAL_DATA``) and prints a
table. One half of the copies are twins: the same work as another source might describe it, its
identifiers hidden, its title and authors disturbed in a seeded way. The other half are works that
are no twins but look like ones: the same title by others, another part, another year's edition,
a comment on the work, another work of the same authors. A match is right if both bear the
identifier that was hidden.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from app.identity import described
from app.identity.match import Match
from app.identity.records import Work
from loaders.arxiv import parse

SEED = 20_261_125
ONE, OTHER = frozenset(["https://e.org/graph/one"]), frozenset(["https://e.org/graph/other"])
MANGLED = 0.5
"""Part of the copies that are no twins."""

Disturbance = Callable[[Work, random.Random], Work]


def works(limit: int | None = None) -> list[Work]:
    """The works of the file, as the loader reads them."""
    path = Path(os.environ["POLKU_REAL_DATA"]) / "research" / "arxiv-abstracts.jsonl.gz"
    found: dict[str, Work] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if limit and len(found) >= limit:
                break
            read = parse(json.loads(line))
            found[read.identifier] = Work(
                f"https://e.org/one/{read.identifier}",
                ONE,
                (read.title,),
                tuple(read.authors),
                int(read.issued[:4]),
            )
    return list(found.values())


def with_title(
    work: Work, title: str, authors: tuple[str, ...] | None = None, years: int = 0
) -> Work:
    return Work(
        work.iri,
        work.sources,
        (title,),
        work.authors if authors is None else authors,
        work.year + years,
    )


def as_is(work: Work, _: random.Random) -> Work:
    return with_title(work, work.titles[0])


def case(work: Work, chance: random.Random) -> Work:
    title = work.titles[0]
    return with_title(work, chance.choice([title.upper(), title.title(), title.lower()]))


def punctuation(work: Work, chance: random.Random) -> Work:
    title = re.sub(r"[:,;.\-–—'\"]", lambda _: chance.choice(["", " ", " - "]), work.titles[0])
    return with_title(work, f"{title}." if chance.random() < 0.5 else f"“{title}”", years=1)


def latex(work: Work, chance: random.Random) -> Work:
    words = work.titles[0].split()
    for _ in range(2):
        place = chance.randrange(len(words))
        word = words[place]
        words[place] = chance.choice(
            [
                f"{{{word}}}",
                f"$\\textit{{{word}}}$",
                f"<i>{word}</i>",
                word.replace("e", "{\\'e}", 1),
            ]
        )
    return with_title(work, " ".join(words))


def cut(work: Work, chance: random.Random) -> Work:
    title = work.titles[0]
    return with_title(work, title[: max(40, int(len(title) * chance.uniform(0.6, 0.95)))])


def subtitle(work: Work, chance: random.Random) -> Work:
    more = chance.choice(["a new approach", "theory and applications", "extended version"])
    return with_title(work, f"{work.titles[0]}: {more}", years=1)


def typos(work: Work, chance: random.Random) -> Work:
    title = list(work.titles[0])
    for _ in range(chance.choice([1, 1, 2])):
        places = [i for i, letter in enumerate(title) if letter.isalpha()]
        place = chance.choice(places)
        match chance.randrange(3):
            case 0:
                title[place] = chance.choice("abcdefghijklmnopqrstuvwxyz")
            case 1:
                title[place] = ""
            case _ if place + 1 < len(title):
                title[place], title[place + 1] = title[place + 1], title[place]
    return with_title(work, "".join(title))


def initials(work: Work, _: random.Random) -> Work:
    names = []
    for name in work.authors:
        *given, family = name.split()
        names.append(f"{family}, {' '.join(f'{one[0]}.' for one in given)}" if given else family)
    return with_title(work, work.titles[0], tuple(names))


def few_authors(work: Work, chance: random.Random) -> Work:
    return with_title(work, work.titles[0], work.authors[: chance.choice([1, 2, 3])], years=2)


def several(work: Work, chance: random.Random) -> Work:
    for one in chance.sample([case, punctuation, latex, typos, initials], 3):
        work = one(work, chance)
    return work


def changed_title(work: Work, chance: random.Random) -> Work:
    """A version of another title: a third of the words are others."""
    words = work.titles[0].split()
    for place in chance.sample(range(len(words)), max(1, len(words) // 3)):
        words[place] = chance.choice(
            ["improved", "novel", "robust", "towards", "analysis", "models"]
        )
    return with_title(work, " ".join(words), years=1)


TWINS: dict[str, Disturbance] = {
    "nothing but the identifier hidden": as_is,
    "case": case,
    "punctuation, a year later": punctuation,
    "LaTeX and HTML": latex,
    "title cut short": cut,
    "subtitle added, a year later": subtitle,
    "one or two typos": typos,
    "authors by initials": initials,
    "first authors only, two years later": few_authors,
    "three of these at once": several,
    "version of a changed title": changed_title,
}


def by_others(work: Work, chance: random.Random) -> Work:
    names = tuple(f"{chance.choice(GIVEN)} {chance.choice(FAMILIES)}" for _ in range(3))
    return with_title(work, work.titles[0], names)


def other_part(work: Work, chance: random.Random) -> Work:
    return with_title(work, f"{work.titles[0]}. Part {chance.choice(['I', 'II', 'III', '2'])}")


def other_edition(work: Work, chance: random.Random) -> Work:
    year = re.compile(r"\b(?:19|20)\d\d\b")
    title = work.titles[0]
    other = str(work.year + chance.choice([-2, -1, 1, 2]))
    return with_title(work, year.sub(other, title) if year.search(title) else f"{title} {other}")


def comment(work: Work, chance: random.Random) -> Work:
    word = chance.choice(["Erratum:", "Comment on", "Reply to", "Supplementary material:"])
    return with_title(work, f"{word} {work.titles[0]}")


def other_subject(work: Work, chance: random.Random) -> Work:
    """The next work of the same authors: one telling word is another."""
    words = work.titles[0].split()
    telling = [i for i, word in enumerate(words) if len(word) > 4] or [0]
    others = ["graphene", "galaxies", "languages", "proteins", "markets", "polynomials", "robots"]
    words[chance.choice(telling)] = chance.choice(
        [one for one in others if one not in work.titles[0].lower()]
    )
    return with_title(work, " ".join(words), years=chance.choice([0, 1]))


DECOYS: dict[str, Disturbance] = {
    "same title, other authors": by_others,
    "another part": other_part,
    "another year's edition": other_edition,
    "comment, reply, erratum": comment,
    "same authors, one word another": other_subject,
}
GIVEN = ("Aino", "Bo", "Carla", "Deng", "Eero", "Fatima", "Goran", "Hilda")
FAMILIES = ("Aalto", "Bergqvist", "Castellanos", "Dubois", "Eskelinen", "Fujita", "Gomes", "Hart")


def copies(of: list[Work], chance: random.Random) -> tuple[list[Work], dict[str, str]]:
    """A copy of each work, and what was done to each."""
    made, done = [], {}
    for number, work in enumerate(of):
        kinds = DECOYS if chance.random() < MANGLED else TWINS
        kind = chance.choice(list(kinds))
        new = kinds[kind](work, chance)
        iri = f"https://e.org/other/{number}"
        made.append(Work(iri, OTHER, new.titles, new.authors, new.year))
        done[iri] = kind
    chance.shuffle(made)
    return made, done


def judged(
    matches: list[Match], of: list[Work], done: dict[str, str]
) -> tuple[Counter[str], Counter[str], Counter[str], list[Match]]:
    """By what was done: how many joined rightly, how many wrongly, how many wait; the wrong."""
    right, wrong, waiting = Counter[str](), Counter[str](), Counter[str]()
    mistakes = []
    for one in matches:
        mine, copy = sorted((one.about, one.other))
        kind = done[copy]
        twin = of[int(copy.rsplit("/", 1)[1])].iri == mine and kind in TWINS
        if not one.joins:
            waiting[kind] += 1
        elif twin:
            right[kind] += 1
        else:
            wrong[kind] += 1
            mistakes.append(one)
    return right, wrong, waiting, mistakes


def main() -> int:
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else None
    of = works(limit)
    made, done = copies(of, random.Random(SEED))
    records = [*of, *made]
    wall, cpu = time.monotonic(), time.process_time()
    pairs = sum(1 for _ in described.candidates(records))
    blocking = time.process_time() - cpu
    wall, cpu = time.monotonic(), time.process_time()
    matches = described.works(records)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    right, wrong, waiting, mistakes = judged(matches, of, done)
    counts = Counter(done.values())
    precision = right.total() / max(1, right.total() + wrong.total())
    recall = right.total() / sum(counts[kind] for kind in TWINS)
    print(
        f"{len(of):,} works against {len(made):,} copies, {pairs:,} pairs compared; seed {SEED}\n"
    )
    print("| what | value | goal |")
    print("|---|---|---|")
    print(f"| time by the clock, of the processor | {wall:.1f} s, {cpu:.1f} s | < 60 s |")
    print(f"| of it finding pairs to compare | {blocking:.1f} s | |")
    print(f"| precision | {precision:.4f} | ≥ 0.99 |")
    print(f"| recall | {recall:.4f} | |")
    print(
        "\n| twins, disturbed by | copies | joined rightly | joined wrongly | kept to be decided |"
    )
    print("|---|---:|---:|---:|---:|")
    for kind in TWINS:
        print(
            f"| {kind} | {counts[kind]:,} | {right[kind] / counts[kind]:.3f} | {wrong[kind]} "
            f"| {waiting[kind]:,} |"
        )
    print("\n| no twins | copies | joined wrongly | kept to be decided |")
    print("|---|---:|---:|---:|")
    for kind in DECOYS:
        print(f"| {kind} | {counts[kind]:,} | {wrong[kind]} | {waiting[kind]:,} |")
    if os.environ.get("POLKU_MISTAKES"):
        by_iri = {work.iri: work for work in records}
        for one in mistakes[:40]:
            print(done[max(one.about, one.other)], one.score, file=sys.stderr)
            for end in (one.about, one.other):
                print("   ", by_iri[end].titles[0], by_iri[end].authors[:3], file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
