"""Prerequisites as prose, in three languages → groups of courses of which one each is asked for.

The result is in conjunctive normal form, the shape that Sisu itself keeps: every group must be
met, any member meets it. What is read and how:

- *Codes.* ``CS-A1110``, ``31A00110``, ``BIZ3130.kand``, ``521141P``, ``IC00AU61``; ``MS-A01XX`` stands for every known code
  that fits; ``ENG/COE-C1002`` for both. Codes that are not known drop out of what they stand in.
- *Strength.* Compulsory only where it is said: by a heading ("Compulsory prerequisites:",
  "Pakolliset esitiedot:", "Obligatoriska förkunskaper:"), by a mark after the code
  ("(obligatory)"), or, under no heading, by the sentence ("must have completed", "tulee olla
  suoritettuna", "krävs"). Else recommended, and recommended too where a sentence says both.
- *Connectives.* Between two codes counts the connective next to either, for titles hold "and"
  and "ja" of their own. ``&`` and ``+`` bind closest, then ``/``, then "or", then commas, then
  "and" and new lines. Commas before an "or" belong to it ("A, B or C"); after "one of" everything
  is an alternative; a code in brackets after another is an alternative to it.
- *Left alone.* Sentences that say something else of the codes: that a course must not have been
  taken, that it is replaced, that this one comes before it. Courses to be taken at the same time
  are recommended at most.

Everything is linear in the text's length; what could multiply is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, NamedTuple

LONGEST: Final = 20_000
"""Characters that are read of one text; real ones stay below 6,000."""

_MOST_GROUPS: Final = 64
"""Groups that distributing "and" over "or" may give; past it, alternatives are thrown together."""

_MOST_CODES: Final = 400


class Group(NamedTuple):
    """Courses of which any one will do: their codes, sorted; and whether it is compulsory."""

    members: tuple[str, ...]
    compulsory: bool


@dataclass(frozen=True)
class Demands:
    """What a text on prerequisites demands.

    Attributes:
        groups: sorted; no group follows from another.
        known: codes that were read and are known, the course's own not among them.
        unknown: codes that were read and are not known.
        not_binding: demands in which no code is known.
        names_itself: whether the text names the course that it belongs to.
    """

    groups: tuple[Group, ...] = ()
    known: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    not_binding: int = 0
    names_itself: bool = False


_LETTERS_AND_DIGITS: Final = re.compile(r"(?:[A-Z]{2}\d{2}[A-Z]{2}\d{2}|[A-Z]{4}\d{4})\Z")
"""Codes that tell themselves from other words only by others like them."""
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[A-Z]")


def _shape(code: str) -> str:
    """How a code is made: ``AA00AA00`` of ``IC00AU61``."""
    return _LETTER.sub("A", _DIGIT.sub("0", code))


class Codes:
    """The known codes, and which of them a pattern such as ``MS-A01XX`` stands for."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = frozenset(known)
        self._upper = {code.upper(): code for code in sorted(known, reverse=True)}
        self._prefixes = frozenset(code.split("-")[0] for code in known if "-" in code)
        self._shapes = frozenset(map(_shape, known))
        self._families: dict[str, tuple[str, ...]] = {}

    def find(self, written: str) -> tuple[str, ...]:
        """Known codes that a written code or pattern stands for; empty if none."""
        if written in self._known:
            return (written,)
        plain = written.upper().replace(" ", "")
        if (code := self._upper.get(plain)) is not None:
            return (code,)
        stem = plain.rstrip("X*_")
        if stem == plain or len(stem) < 4:
            return ()
        if plain not in self._families:
            if len(self._families) > 2_000:
                self._families.clear()
            self._families[plain] = tuple(
                sorted(
                    code
                    for code in self._known
                    if len(code) == len(plain)
                    and code.startswith(stem)
                    and code[len(stem) :].isdigit()
                )
            )
        return self._families[plain]

    def is_code(self, written: str) -> bool:
        """Whether what is written like a code is one, and no standard, level or year."""
        prefix = written.split("-")[0]
        if prefix in self._prefixes or not prefix.isupper() or written[0].isdigit():
            return True
        return _LETTERS_AND_DIGITS.match(written) is not None and _shape(written) in self._shapes


_HEAD: Final = r"(?:prerequisites?|pre-requisites?|courses?|studies|knowledge|esitie\w+|kurssit|opinnot|förkunskaper|förhandskunskaper|kurser)"
_NAMES: Final = (
    (
        "heading_must",
        rf"(?i:(?:compulsory|required|obligatory|mandatory|pakolli\w+|vaadi\w+|vaaditut|obligatorisk\w*)(?:[ \t\n]+{_HEAD})?(?:[ \t]*\([^()\n]{{0,80}}\))?[ \t]*:)",
    ),
    (
        "heading_may",
        rf"(?i:(?:recommended|suggested|desirable|optional|suosit\w+|rekommender\w+)(?:[ \t\n]+{_HEAD})?(?:[ \t]*\([^()\n]{{0,80}}\))?[ \t]*:)",
    ),
    (
        "heading",
        r"(?i:(?:prerequisites?|pre-requisites?|esitiedot|esitietovaatimukset|förkunskaper|förhandskunskaper)[ \t]*:)",
    ),
    (
        "equivalent",
        r"(?i:\b(?:or|of|tai|eller|and/or|ja/tai|och/eller)\s+(?:(?:the|an?|some|any|other|have|hold|otherwise|muu\w*|muilla|jokin|någon|någ?ot|andra|annan|med|an)\s+){0,3}(?:equivalent|equal|similar|corresponding|comparable|compatible|alike|the like|other|vastaa\w*|samankaltai\w*|muu|muut|motsvarande|liknande|likvärdig\w*|dylikt)\b)",
    ),
    (
        "k_of",
        r"(?i:\b(?:one|1|any|either|two|2|three|3)\s+of\b|\b(?:yksi|yhden|jokin|jonkin|joku|jompikumpi|jommankumman|kaksi|kolme)\s+(?:seuraavi\w+|näi\w+|alla\w*)|\b(?:en|ett|någon|något|två|tre)\s+av\b)",
    ),
    (
        "example",
        r"(?i:\b(?:e\.g\.|eg\.?(?=\s)|esim\.|t\.ex\.|(?:for example|for instance|such as|esimerkiksi|kuten|till exempel|exempelvis)\b))",
    ),
    (
        "set_aside",
        r"(?i:\b(?:instead of|cannot|can not|can't|prerequisites? (?:for|to) (?:the |this )?(?:courses? )?(?=[A-Z]{2,5}-)|not (?:be )?(?:taken|passed|open|attended)|(?:have|has) not|haven't|hasn't|not (?:yet )?completed|overlap\w*|replaces|replaced by|substitutes|korvaa|korvautuu|korvaava\w*|ersätter|ersätts|eivät ole|ei ole suorit\w+|inte (?:har|avlagt)|instead take|esitieto\w* kurss(?:ille|eille)))",
    ),
    (
        "not_must",
        r"(?i:\b(?:not?|ei|eivät|inga|inte|without|ilman)\s+(?:\w+\s+)?(?:required|compulsory|obligatory|mandatory|necessary|pakoll\w+|vaadi\w+|edellyt\w+|obligatoriska?|krävs|krav))",
    ),
    (
        "together",
        r"(?i:\b(?:at the same time|simultaneous\w*|concurrent\w*|in parallel|parallel\w*|samanaikai\w+|samaan aikaan|rinnak\w+|yhtä aikaa|samtidig\w*))",
    ),
    (
        "may",
        r"(?i:\b(?:recommended|recommened|recommend|suggested|preferabl[ey]|preferred|beneficial|useful|helpful|advisable|should|suosit\w+|hyödylli\w+|toivotta\w+|eduksi|rekommender\w+|gärna|helst))",
    ),
    (
        "must",
        r"(?i:\b(?:must|required|requires?|compulsory|obligatory|mandatory|(?:need|needs|has|have) to\b(?: have been| have| be)? ?(?:completed|passed|done|taken)?|pakoll\w+|tulee olla|pitää olla|on oltava|täytyy|edellyt\w+|vaadi\w+|on suoritettava|måste|krävs|obligatorisk\w*|ska(?:ll)? vara)|exam passed)",
    ),
    (
        "former",
        r"(?i:\b(?:former|formerly|ent\.|entinen|f\.d\.|equivalent to|corresponds to|same as)(?=\s|\Z))",
    ),
    (
        "code",
        r"(?<![\w.-])(?:(?P<both>[A-Z]{2,5})/)?(?P<name>[A-Za-z]{1,5}-\d{1,3}\.\d{3,4}|[A-Z]{2,5}\d?-(?:[A-Z]{1,2} ?)?\d{1,6}[Xx*_]{0,4}|[A-Z]{2,5}-[A-Z][Xx*_]{3,4}|A?\d{2}[A-Z]\d{3,6}|MLI\d{2}[A-Z]\d{3}|[A-Z]{2,6}\d{0,4}[a-z]?(?:\.[a-z]{2,5})?\.(?:kand|bsc|bscthes|mscthes|thes|trai|harj|kyps|msc)|\d{6}[A-Z](?:-\d{2})?|[A-Z]{2}\d{2}[A-Z]{2}\d{2}|[A-Z]{4}\d{4})(?![A-Za-z0-9])(?P<more>(?:/[A-Z]?\d{4}(?![A-Za-z0-9]))*)",
    ),
    (
        "or",
        r"(?i:\b(?:and/or|ja/tai|och/eller|or|tai|taikka|eller|alternatively|vaihtoehtoisesti|alternativt)\b)",
    ),
    ("and", r"(?i:\b(?:and|ja|sekä|och|samt|plus|as well as|lisäksi|dessutom)\b)"),
    ("tight_and", r"[&+]"),
    ("tight_or", r"[/|]"),
    ("comma", r","),
    ("opened", r"[(\[]"),
    ("closed", r"[)\]]"),
    ("line", r"\n[ \t]*\d{1,2}[.)](?=\s)|\n|;|(?<=\s)[-–•*·](?=\s)|•"),
    (
        "stop",
        r"(?<!e\.g)(?<!i\.e)(?<!esim)(?<!vrt)(?<!jne)(?<!t\.ex)(?<!etc)(?<!incl)[.!?](?=\s|\Z)",
    ),
)
_TOKEN: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _NAMES))
_CODE: Final = re.compile(dict(_NAMES)["code"])
_DASHES: Final = re.compile(r"(?<=[A-Z])[ ]?[\u2010-\u2015\u2212][ ]?(?=[A-Z]?\d)")
_WORD: Final = re.compile(r"\w")
_SEPARATORS: Final = frozenset({"comma", "line"})
_CONNECTIVES: Final = frozenset({"or", "and", "tight_and", "tight_or"})
_PASSED_OVER: Final = frozenset({"k_of", "example", "line", "may", "must"})
_HEADINGS: Final = frozenset({"heading", "heading_must", "heading_may"})
_THE_COUNTS: Final = {
    "two": 2,
    "2": 2,
    "kaksi": 2,
    "två": 2,
    "three": 3,
    "3": 3,
    "kolme": 3,
    "tre": 3,
}

_Clause = frozenset[str]
_Cnf = tuple[_Clause, ...]
"""Clauses of which each must hold; () where nothing known is asked for."""


class _Token(NamedTuple):
    kind: str
    text: str
    codes: tuple[str, ...] = ()


@dataclass
class _Operand:
    """A code or a bracket with codes in it, with what stands between it and the one before."""

    cnf: _Cnf
    named: int
    gap: list[_Token]
    bracket: bool
    mark: str = ""


@dataclass
class _Reading:
    """What has been met so far in one text."""

    codes: Codes
    own: str
    known: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    not_binding: int = 0
    names_itself: bool = False
    left: int = _MOST_CODES

    def leaf(self, written: Sequence[str]) -> _Cnf:
        """The clause of a written code: its alternatives; () if none is known."""
        members: set[str] = set()
        for code in written:
            found = self.codes.find(code)
            if not found:
                self.unknown.add(code)
            if self.own in found:
                self.names_itself = True
            members.update(member for member in found if member != self.own)
        self.known |= members
        return (frozenset(members),) if members else ()


def demands(text: str, codes: Codes, own: str = "") -> Demands:
    """What a plain text demands of those who come to the course whose code is ``own``."""
    text = _DASHES.sub("-", text[:LONGEST])
    if _CODE.search(text) is None:
        return Demands()
    reading = _Reading(codes, own)
    found: dict[_Clause, bool] = {}
    for sentence, heading in _sentences(_tokens(text, reading)):
        for clause, compulsory in _read_sentence(sentence, heading, reading):
            found[clause] = found.get(clause, False) or compulsory
    return Demands(
        _without_consequences(found),
        frozenset(reading.known),
        frozenset(reading.unknown),
        reading.not_binding,
        reading.names_itself,
    )


def _tokens(text: str, reading: _Reading) -> Iterator[_Token]:
    at = 0
    for match in _TOKEN.finditer(text):
        if _WORD.search(text, at, match.start()):
            yield _Token("word", "")
        at = match.end()
        kind = match.lastgroup or ""
        if match["name"] is None:
            # The last group that took part is the token's own: only a code has groups inside.
            yield _Token(kind, match.group().lower())
            continue
        written = _written(match)
        if reading.left > 0 and any(
            reading.codes.find(code) or reading.codes.is_code(code) for code in written
        ):
            reading.left -= 1
            yield _Token("code", match.group(), written)
        else:
            yield _Token("word", "")


def _written(match: re.Match[str]) -> tuple[str, ...]:
    """The codes that one writing stands for: ``ENG/COE-C1002``, ``TU-A1100/1200``."""
    name = match["name"]
    written = [name]
    prefix, dash, rest = name.partition("-")
    if match["both"] and dash:
        written.insert(0, f"{match['both']}-{rest}")
    for more in match["more"].split("/")[1:][:8]:
        letter = "" if more[0].isalpha() or not rest[:1].isalpha() else rest[0]
        written.append(f"{prefix}-{letter}{more}" if dash else more)
    return tuple(written)


def _sentences(tokens: Iterable[_Token]) -> Iterator[tuple[list[_Token], str]]:
    """Sentences that hold a code, each with the kind of heading that it stands under."""
    heading, stopped, sentence = "heading", False, list[_Token]()
    for token in tokens:
        starts = token.kind in _HEADINGS
        # A sentence that begins with "or" goes on with the one before.
        if starts or (stopped and token.kind not in ("or", "tight_or", "line", "stop")):
            if any(token.kind == "code" for token in sentence):
                yield sentence, heading
            sentence = []
        heading = token.kind if starts else heading
        stopped = token.kind == "stop" or (stopped and token.kind in ("tight_or", "line"))
        if not starts and token.kind != "stop":
            sentence.append(token)
    if any(token.kind == "code" for token in sentence):
        yield sentence, heading


def _read_sentence(
    sentence: list[_Token], heading: str, reading: _Reading
) -> Iterator[tuple[_Clause, bool]]:
    said = {token.kind for token in sentence}
    if "set_aside" in said:
        return
    operands, _ = _operands(sentence, 0, reading, 0)
    if _is_one_of_other_ways(operands[0]):
        operands[0].mark = "may"
    compulsory = heading == "heading_must"
    if heading == "heading" and "must" in said:
        outside = _outside_brackets(sentence)
        compulsory = "must" in outside and not outside & {"may", "not_must"}
    for cnf, mark, named in _conjuncts(operands):
        if named and not cnf:
            reading.not_binding += 1
        binds = (compulsory and mark != "may") or mark == "must"
        for clause in cnf:
            yield clause, binds and "together" not in said


def _is_one_of_other_ways(first: _Operand) -> bool:
    """Whether something else than a course would do: "a bachelor's degree or CS-A1110"."""
    kinds = [token.kind for token in first.gap]
    while kinds and kinds[-1] == "word":
        kinds.pop()
    return kinds[-1:] == ["or"] and "word" in kinds


def _outside_brackets(sentence: Sequence[_Token]) -> set[str]:
    depth, kinds = 0, set()
    for token in sentence:
        if token.kind == "opened":
            depth += 1
        elif token.kind == "closed":
            depth = max(depth - 1, 0)
        elif not depth:
            kinds.add(token.kind)
    return kinds


def _operands(
    tokens: Sequence[_Token], at: int, reading: _Reading, depth: int
) -> tuple[list[_Operand], int]:
    """Operands from ``at`` to the bracket's end, and where that is."""
    found: list[_Operand] = []
    gap: list[_Token] = []
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.kind == "code":
            found.append(_Operand(reading.leaf(token.codes), 1, gap, False))
            gap = []
        elif token.kind == "opened" and depth < 4:
            inner, end = _operands(tokens, at, reading, depth + 1)
            if inner:
                if (asked := _asked_before(gap)) is not None and not _count(inner[0].gap):
                    # What was said before the bracket holds in it: "one of these (A, B, C)".
                    inner[0].gap.insert(0, asked)
                cnf, named = _bracket(inner, tokens[at : max(at, end - 1)])
                operand = _Operand(cnf, named, gap + _lead(inner), True)
                found.append(operand)
                gap = []
            elif found and not any(t.kind in _SEPARATORS | _CONNECTIVES for t in gap):
                kinds = {t.kind for t in tokens[at:end]}
                if "must" in kinds and not kinds & {"may", "not_must"}:
                    found[-1].mark = "must"
                elif "may" in kinds:
                    found[-1].mark = "may"
            at = end
        elif token.kind == "closed" and depth:
            return found, at
        else:
            gap.append(token)
    return found, at


def _asked_before(gap: Sequence[_Token]) -> _Token | None:
    for token in reversed(gap):
        if token.kind in _SEPARATORS:
            return None
        if token.kind == "k_of":
            return token
    return None


def _lead(inner: Sequence[_Operand]) -> list[_Token]:
    """What a bracket begins with, if that says how it hangs on what is before: "(or CS-A1111)"."""
    return [token for token in inner[0].gap[:2] if token.kind in ("or", "former", "example")]


def _bracket(inner: list[_Operand], tokens: Sequence[_Token]) -> tuple[_Cnf, int]:
    """A bracket's demand; commas up to ", or equivalent" are alternatives in it."""
    tail = [token.kind for token in tokens[-4:] if token.kind != "word"]
    if tail[-2:] == ["comma", "equivalent"]:
        return _any_of([operand.cnf for operand in inner]), len(inner)
    cnf: _Cnf = ()
    for part, _, _ in _conjuncts(inner):
        cnf = _both(cnf, part)
    return cnf, sum(operand.named for operand in inner)


def _conjuncts(operands: list[_Operand]) -> list[tuple[_Cnf, str, int]]:
    """The parts of which each is demanded: clauses, mark, and how many codes were named."""
    conjuncts: list[tuple[_Cnf, str, int]] = []
    for run in _runs(operands):
        for alternatives, count in _alternatives(run):
            cnfs = [operand.cnf for operand in alternatives]
            marks = {operand.mark for operand in alternatives} - {""}
            mark = "must" if "must" in marks else "may" if marks else ""
            named = sum(operand.named for operand in alternatives)
            conjuncts.append((_k_of(cnfs, count), mark, named))
    return conjuncts


@dataclass
class _Run:
    """Operands with no "and" between them, and their connectives.

    Attributes:
        count: how many of them are asked for, as in "two of"; 0 if it is not said.
        examples: whether they were given as examples, so that commas mean "or".
    """

    operands: list[_Operand]
    links: list[str]
    count: int = 0
    examples: bool = False


def _runs(operands: list[_Operand]) -> Iterator[_Run]:
    run: _Run | None = None
    for operand in operands:
        link = _link(run.operands[-1], operand) if run else ""
        count = _count(operand.gap)
        if run is None:
            run = _Run([operand], [], count, _is_example(operand))
        elif link == "tight_and" or (link == "tight_or" and not count):
            last = run.operands[-1]
            join = _both if link == "tight_and" else _either
            mark = operand.mark or last.mark
            run.operands[-1] = _Operand(
                join(last.cnf, operand.cnf), last.named + operand.named, last.gap, False, mark
            )
        elif (link in ("and", "line") and not (run.count and "or" not in run.links)) or (
            count and link != "or"
        ):
            # "such as A, B and C" asks for all three.
            run.examples = run.examples and link != "and"
            yield run
            run = _Run([operand], [], count, _is_example(operand))
        else:
            run.operands.append(operand)
            run.links.append(link)
            run.count = run.count or count
    if run is not None:
        yield run


def _is_example(operand: _Operand) -> bool:
    return any(token.kind == "example" for token in operand.gap)


def _count(gap: Sequence[_Token]) -> int:
    for token in reversed(gap):
        if token.kind == "k_of":
            return _THE_COUNTS.get(token.text.split()[0], 1)
    return 0


def _link(before: _Operand, operand: _Operand) -> str:
    """How an operand hangs on the one before: or, and, tight_or, tight_and, comma, line."""
    gap = [token for token in operand.gap if token.kind != "closed"]
    kinds = [token.kind for token in gap]
    if not kinds:
        return "or" if operand.bracket and not before.bracket else "and"
    if "former" in kinds and not (_SEPARATORS | {"and"}) & set(kinds):
        return "tight_or"
    near = [kind for kind in kinds if kind not in _PASSED_OVER]
    if near and near[-1] in _CONNECTIVES:
        return near[-1]
    if kinds[-1] == "equivalent":
        return "or"
    if kinds[-1] == "example" and "equivalent" in kinds and not _SEPARATORS & set(kinds):
        return "or"
    if kinds[0] in _CONNECTIVES:
        return {"tight_and": "and"}.get(kinds[0], kinds[0])
    separators = [at for at, kind in enumerate(kinds) if kind in _SEPARATORS]
    if separators:
        since = kinds[separators[-1] :]
        if "or" in since and "and" not in since:
            return "or"
        return (
            "comma"
            if "comma" in kinds and kinds[separators[-1] - 1] != "word"
            else kinds[separators[-1]]
        )
    if "or" in kinds and "and" not in kinds:
        return "or"
    if operand.bracket and not before.bracket and set(kinds) <= {"word"}:
        return "or"
    return "and"


def _alternatives(run: _Run) -> list[tuple[list[_Operand], int]]:
    """The run's operands, those together of which one (or ``count``) is enough."""
    if run.count or run.examples:
        return [(run.operands, run.count or 1)]
    parts = [[run.operands[0]]]
    for operand, link in zip(run.operands[1:], run.links, strict=True):
        if link == "comma":
            parts.append([operand])
        else:
            parts[-1].append(operand)
    if len(parts[-1]) > 1 and all(len(part) == 1 for part in parts[:-1]):
        return [(run.operands, 1)]
    return [(part, 1) for part in parts]


def _k_of(cnfs: Sequence[_Cnf], count: int) -> _Cnf:
    """``count`` of the demands: every choice of all but ``count - 1`` of them holds one."""
    known = [cnf for cnf in cnfs if cnf]
    if count <= 1 or len(known) < len(cnfs):
        # Those that are not known may have been meant.
        return _any_of(known)
    if count >= len(known):
        cnf: _Cnf = ()
        for part in known:
            cnf = _both(cnf, part)
        return cnf
    if len(known) > 9:
        return _any_of(known)
    all_of: _Cnf = ()
    for choice in combinations(known, len(known) - count + 1):
        all_of = _both(all_of, _any_of(choice))
    return all_of


def _any_of(cnfs: Iterable[_Cnf]) -> _Cnf:
    result: _Cnf = ()
    for cnf in cnfs:
        result = _either(result, cnf)
    return result


def _either(one: _Cnf, other: _Cnf) -> _Cnf:
    """One or the other; where one asks for nothing known, the other alone."""
    if not one or not other:
        return one or other
    if len(one) * len(other) > _MOST_GROUPS:
        return (frozenset().union(*one, *other),)
    return tuple(dict.fromkeys(a | b for a in one for b in other))


def _both(one: _Cnf, other: _Cnf) -> _Cnf:
    return tuple(dict.fromkeys((*one, *other)))


def _without_consequences(found: dict[_Clause, bool]) -> tuple[Group, ...]:
    """The groups, without those that follow from a smaller one at least as strong."""
    by_size = sorted(found, key=lambda clause: (len(clause), sorted(clause)))
    kept: list[_Clause] = []
    for clause in by_size:
        if not any(less < clause and found[less] >= found[clause] for less in kept):
            kept.append(clause)
    return tuple(sorted(Group(tuple(sorted(clause)), found[clause]) for clause in kept))


def written_codes(text: str) -> Iterator[str]:
    """Everything in a plain text that is written like a course code, as it is written."""
    for match in _CODE.finditer(_DASHES.sub("-", text[:LONGEST])):
        yield from _written(match)


def clearest(readings: Iterable[Demands]) -> Demands:
    """Of readings of the same prose in several languages, the one that says most.

    Most known codes, then most compulsory groups, then the first; it is not the union, for a
    slip in one language would become a demand.
    """
    ranked: Callable[[Demands], tuple[int, int]] = lambda reading: (  # noqa: E731
        len(reading.known),
        sum(group.compulsory for group in reading.groups),
    )
    return max(readings, key=ranked, default=Demands())
