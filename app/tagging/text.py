"""Texts as a tagger reads them: sentences and words with offsets, stems, language.

Offsets are in Unicode characters of the text as given; nothing is normalised before they are
taken, so that evidence can be cut out of the very text that a person sent.
Source: Snowball stemmers, https://snowballstem.org.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import snowballstemmer


def _words(text: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(text.split())


LONGEST_WORD = 48
"""A run of letters beyond this is no word; it is passed over."""

MOST_STEMS = 400_000
"""Words whose stems are remembered."""

LONGEST_SENTENCE = 60
"""Words after which a sentence is cut, so that lists without full stops stay evidence."""

_WORD = re.compile(r"[^\W_]+(?:\+\+|#(?![^\W_]))?")
_TOKEN = re.compile(rf"</?[A-Za-z][^<>]{{0,200}}>|&#?\w{{1,10}};|({_WORD.pattern})")
"""A word, or markup, which is none."""
_BREAK = re.compile(
    r"[\n\r\t\x0b\x0c\x85\u2028\u2029!?;•●▪■◦·…]|\s[-–—*]\s|</?(?:p|li|ul|ol|br|div|h\d)\b|\s{3,}"
)
_FULL_STOP = re.compile(r"[.:][\s\"')\]”’]")
_ABBREVIATIONS = _words(
    "e g i al etc vs cf fig eq dr prof no st approx incl mm esim ym ns jne muun bl dvs osv ex"
)

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "fi": "finnish", "fr": "french",
    "ga": "irish", "hu": "hungarian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "sv": "swedish",
}  # fmt: skip

_FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": _words(
        "the of and to in is for with that on are this by from as an be we which can will "
        "how their have has or at you it not such these also using between into"
    ),
    "fi": _words(
        "ja on sekä että osaa tai hän ovat opiskelija kurssin voi ei se myös jotka joka "
        "kuin niiden sen tämä kurssi opintojakson eri mutta näiden siitä miten ollaan"
    ),
    "sv": _words(
        "och att i en av som för på är med till den det ett kan om de har inom eller från "
        "studenten kursen efter vid hur sig samt olika skall ska inte"
    ),
    "de": _words(
        "der die und das von den mit für ist im des auf ein eine werden sie nicht zu sich "
        "als auch oder wird bei sowie dem einer durch"
    ),
    "fr": _words(
        "le la les et des de du en une un pour dans que est sur par avec aux ce qui plus "
        "ou au sont cette être leur"
    ),
    "es": _words(
        "el la los de y en las del que un una para por con se su al es como más o entre "
        "sobre sus este"
    ),
    "it": _words(
        "il di e la che in un per una del della con dei le gli alla sono da nel delle si "
        "come al più"
    ),
    "nl": _words(
        "de het een en van in is op te dat voor met zijn die aan niet wordt door ook als "
        "bij worden of naar"
    ),
    "da": _words(
        "og i at en til af er det på med for den som de et kan ikke der har om fra skal "
        "eller den studerende"
    ),
    "nb": _words(
        "og i å en til av er det på med for den som de et kan ikke der har om fra skal "
        "eller studenten ved"
    ),
    "et": _words("ja on ning et see või kui ei oma mis ka selle kus nende üliõpilane"),
}

_STOP: dict[str, frozenset[str]] = {
    "en": _words(
        "a an the of and or in on to for with by from at as is are be was were been this "
        "that these those it its their they we our you your he she his her which who whom "
        "what how when where why can could will would should may might must do does did "
        "has have had not no nor so if than then there here also such into out up down "
        "over under between within through during about against per via both each all any "
        "some other own same more most very s t e g i etc"
    ),
}
for _language, _function_words in _FUNCTION_WORDS.items():
    _STOP.setdefault(_language, _function_words)

_CATALOGUE = {
    "en": _words(
        "student students course courses able ability learn learning understand understands "
        "understanding know knows knowledge upon successful completion completing use uses "
        "using used paper propose show"
    ),
    "fi": _words("opiskelija opiskelijat kurssi kurssilla opintojakso osaa tietää tuntee ymmärtää"),
    "sv": _words("student studenten studenterna kurs kursen kunna känna förstå kunskap kunskaper"),
}
"""What every course or paper says, whatever it is about; skills are named with these words too."""


class Word(NamedTuple):
    """One word of a text: as written, its stem, where it stands, in which sentence."""

    written: str
    stem: str
    start: int
    end: int
    sentence: int


class Sentence(NamedTuple):
    """One sentence: where it stands, and its words as a range of the reading's words."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class Reading:
    """A text as read: every word and sentence, in order, with the language it was read in."""

    text: str
    language: str
    words: Sequence[Word]
    sentences: Sequence[Sentence]

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Where each stem stands, as numbers of words."""
        places: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            places.setdefault(word.stem, []).append(place)
        return places


_MAYBE_BRITISH = re.compile(r"is[aei]|y[sz]|our|[bt]res?$|ogue|amme|ence|ell|ae")
"""What one of the spellings below needs: most words hold none of it."""

_BRITISH = (
    (re.compile(r"isation"), "ization"),
    (re.compile(r"is(ers?|ing|ed|es|e|ability|able)$"), r"iz\1"),
    (re.compile(r"^(\w*anal|paral|catal)y[sz](?:is|es|ed|ers?|ing|e|ts?)$"), r"\1yze"),
    (re.compile(r"our(s|ed|ing|al|ally|ful|able|ists?)?$"), r"or\1"),
    (re.compile(r"^(cent|fib|met|theat|lit|calib)re(s?)$"), r"\1er\2"),
    (re.compile(r"ogue(s?)$"), r"og\1"),
    (re.compile(r"^programme(s?)$"), r"program\1"),
    (re.compile(r"^(def|off|lic)ence(s?)$"), r"\1ense\2"),
    (re.compile(r"^(mod|lab|canc|chann|trav|tunn|lev|pan|jew)ell(ing|ed|ers?)$"), r"\1el\2"),
    (re.compile(r"aem(ia|ias|ic)$"), r"em\1"),
    (re.compile(r"^(an|orthop)ae"), r"\1e"),
)


def _american(word: str) -> str:
    """An English word in one of its two spellings: ESCO writes British, most papers American."""
    if len(word) > 4 and _MAYBE_BRITISH.search(word):
        for pattern, replacement in _BRITISH:
            word = pattern.sub(replacement, word)
    return word


@cache
def stemmer(language: str) -> Callable[[str], str]:
    """The stemmer of a language, remembering its words; case folding alone where there is none."""
    name = _SNOWBALL.get(language.split("-")[0].lower())
    if name is None or name not in snowballstemmer.algorithms():
        return str.casefold
    return _Stems(snowballstemmer.stemmer(name).stemWord, english=name == "english").__getitem__


class _Stems(dict[str, str]):
    """The stems of words, each found once."""

    def __init__(self, stem_word: Callable[[str], str], *, english: bool) -> None:
        super().__init__()
        self._stem_word = stem_word
        self._english = english

    def __missing__(self, word: str) -> str:
        if len(self) > MOST_STEMS:  # hostile texts must not fill the memory
            self.clear()
        lower = word.lower()
        if lower != word:
            stem = self[lower]
        else:
            stem = self._stem_word(_american(word) if self._english else word)
        self[word] = stem
        return stem


@cache
def stop_stems(language: str) -> frozenset[str]:
    """Stems that say nothing by themselves in a language: its function words."""
    stem = stemmer(language)
    words = _STOP.get(language.split("-")[0].lower(), frozenset())
    return words | frozenset(stem(word) for word in words)


@cache
def catalogue_stems(language: str) -> frozenset[str]:
    """Stems of words that say nothing where courses and papers describe themselves."""
    stem = stemmer(language)
    return frozenset(stem(word) for word in _CATALOGUE.get(language.split("-")[0].lower(), ()))


def detect(text: str, fallback: str = "en") -> str:
    """The language of a text by its function words; ``fallback`` where they say too little.

    Cheap on purpose: it only has to choose among stemmers and label languages.

    >>> detect("Opiskelija osaa laskea ja mallintaa sekä tietää, miten se on tehty")
    'fi'
    """
    counts = dict.fromkeys(_FUNCTION_WORDS, 0)
    for match in _WORD.finditer(text[:4000]):
        word = match.group().lower()
        for language, words in _FUNCTION_WORDS.items():
            if word in words:
                counts[language] += 1
    best = max(counts, key=lambda language: (counts[language], language == fallback))
    return best if counts[best] >= 2 and counts[best] > counts.get(fallback, 0) else fallback


@lru_cache(1000)
def _is_break(gap: str) -> bool:
    """Whether what stands between two words ends a sentence, whatever the words are."""
    return _BREAK.search(gap) is not None


def _breaks(text: str, previous: str, end: int, start: int) -> bool:
    """Whether a sentence ends between a word that ends at ``end`` and the next at ``start``."""
    gap = text[end:start]
    if _is_break(gap):
        return True
    if _FULL_STOP.match(gap):
        return len(previous) > 1 and previous.lower() not in _ABBREVIATIONS
    # "…of systems.Analyse the…": catalogues lose the space when they lose their markup.
    return gap == "." and previous[-1:].islower() and text[start : start + 1].isupper()


def read(text: str, language: str) -> Reading:
    """The words and sentences of a text, with stems of ``language``.

    >>> reading = read("Linear algebra. It matters!", "en")
    >>> [(word.stem, word.start) for word in reading.words]
    [('linear', 0), ('algebra', 7), ('it', 16), ('matter', 19)]
    >>> [(sentence.start, sentence.end) for sentence in reading.sentences]
    [(0, 14), (16, 26)]
    """
    stem = stemmer(language)
    words: list[Word] = []
    sentences: list[Sentence] = []
    first = 0
    previous, until = "", 0
    for match in _TOKEN.finditer(text):
        written = match[1]
        if written is None or len(written) > LONGEST_WORD:
            continue
        start, end = match.span()
        if len(words) > first and (
            len(words) - first >= LONGEST_SENTENCE
            or (
                (gap := text[until:start]) != " "
                and gap != ", "
                and _breaks(text, previous, until, start)
            )
        ):
            sentences.append(Sentence(words[first].start, words[-1].end, first, len(words)))
            first = len(words)
        # As Word(…) does, but without a call in between: a text has hundreds of words.
        words.append(tuple.__new__(Word, (written, stem(written), start, end, len(sentences))))
        previous, until = written, end
    if len(words) > first:
        sentences.append(Sentence(words[first].start, words[-1].end, first, len(words)))
    return Reading(text, language, words, sentences)
