"""Which language a text is in, told by the text and not by the slot it stood in.

The Finnish catalogues keep a slot for Finnish, Swedish and English each, and people fill them
with whatever they have. Four steps, the cheapest first (ADR 0033; figures of a real catalogue,
of 14,257 different texts and slots):

1. Small words that only one of the languages has, and none of the others', tell 7,323.
2. CLD2 reads the slot's language: two signs agree, which settles 5,916. Alone it is not to be
   believed, least in short Swedish.
3. Else lingua's trigrams are asked: a text of some length they tell alone; in a short one they
   must be sure, and CLD2 not of a third mind, before the slot is wrong.
4. A text without a slot, of which nothing is known, is told by all of lingua's n-grams. They take
   1.3 s and 100 MB to load.

Only these three languages are looked for: with German, French, Spanish and Russian added, all 37
answers that changed among 11,139 texts were wrong. Small words and thresholds were chosen on that
catalogue; of 5,782 texts of an international collection that the words tell, which nothing was
chosen by, 13 get another answer than lingua's.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import cached_property
from typing import Final

import pycld2
from lingua import Language, LanguageDetector, LanguageDetectorBuilder

NO_LANGUAGE: Final = "zxx"
"""BCP 47's tag for what is in no language: codes, numbers."""

_TAGS: Final = {Language.FINNISH: "fi", Language.SWEDISH: "sv", Language.ENGLISH: "en"}
_SLOTS: Final = frozenset(_TAGS.values())

_CODES: Final = (
    # Course codes and everything else with a digit in it; letters are tried from their first on.
    r"(?<![^\W\d_])[^\W\d_]+(?:[-.][A-Z]{0,2})?\d[\w.,/-]*|(?:[-.][A-Z]{0,2})?\d[\w.,/-]*"
    r"|\b[A-Z]{2,6}(?:[-/][A-Z]{2,6})*\b|[\d_]+"
)
_ADDRESSES: Final = r"https?:\S+|www\.\S+|"
_NO_WORD: Final = re.compile(_CODES)
_NO_WORD_NOR_ADDRESS: Final = re.compile(_ADDRESSES + _CODES)
_NO_WORD_NOR_MAIL: Final = re.compile(rf"{_ADDRESSES}\S*@\S*|{_CODES}")
"""The last costs most by far: it is taken where a text has an @, which few have."""
_WORD: Final = re.compile(r"[^\W\d_]{2,}")

_LONG_ENOUGH: Final = 40
"""Letters from which the text alone decides; below, the slot counts too."""

_SURE: Final = 0.9
"""By how much trigrams must favour another language than the slot's, in a short text that CLD2
takes for that other one too."""

_SURER: Final = 0.98
"""The same where CLD2 takes it for none of the three: Faroese, say, which is often Swedish."""

_HEAD: Final = 600
"""Characters that are looked at; more change nothing."""

_SMALL_WORDS: Final = {
    tag: frozenset(words.split())
    for tag, words in {
        "en": "the of and to for with is are be by from that this these those their they which how "
        "can it its as has have not course courses student students will after between during into "
        "through such other also or about what when where each understand learning knowledge "
        "skills using use based different lectures lecture group research independent able work "
        "exercises well own related methods than more most including used an at",
        "fi": "ja tai sekä että joka jotka jossa josta niiden niitä hän ovat voi osaa ymmärtää "
        "tuntee tunnistaa myös kuten eri erilaisia opiskelija opiskelijan opiskelijat kurssi "
        "kurssin kurssilla opintojakson opintojaksolla ei eivät mukaan kanssa jälkeen aikana "
        "avulla lisäksi itsenäinen itsenäistä itsenäisesti luennot harjoitukset tentti vähintään "
        "miten soveltaa käyttää analysoida keskeiset keskeisiä liittyviä liittyvät osallistuminen "
        "suoritettuaan esimerkiksi tulee työskentely käsitellään hyväksytty oman omaa",
        "sv": "och att av är som för det på till med om ett kan kursen kurs eller studenten "
        "studenterna studerande de har inom från efter hur vid samt inte den dess deras olika "
        "genom mellan även mer ska också sig sina grundläggande förstå förstår använda tillämpa "
        "föreläsningar övningar självständigt arbete kunskaper uppgifter centrala enligt ingår dig "
        "du din",
    }.items()
}
"""Frequent words that one of the languages has and the others lack: catalogues', not titles'."""

_ENOUGH: Final = 4
"""Different small words that tell the language of any text."""

_DENSE: Final = 4
"""Two tell it where more than every fourth word is one of them."""

_UNITS: Final = frozenset(
    ["cr", "ects", "op", "sp", "hrs", "hr", "tim", "pts", "min", "max", "xx", "x"]
)


class Detector:
    """Tells languages; remembers the latest answers, for catalogues repeat themselves."""

    def __init__(self, most: int = 5_000) -> None:
        self._answers: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._most = most

    @cached_property
    def _all(self) -> LanguageDetector:
        """All of lingua's n-grams, up to five letters."""
        return LanguageDetectorBuilder.from_languages(*_TAGS).build()

    @cached_property
    def _trigrams(self) -> LanguageDetector:
        """Lingua's trigrams alone."""
        return LanguageDetectorBuilder.from_languages(*_TAGS).with_low_accuracy_mode().build()

    def language(self, text: str, stated: str = "") -> str:
        """BCP 47 tag of a text's language: ``fi``, ``sv``, ``en``, or ``zxx`` for no language.

        ``stated`` is the language of the slot; it decides where a short text could be either.
        """
        head = text[:_HEAD]
        key = head, stated
        answer = self._answers.get(key)
        if answer is None:
            answer = self._detect(head, stated)
            self._answers[key] = answer
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
        else:
            self._answers.move_to_end(key)
        return answer

    def _detect(self, head: str, stated: str) -> str:
        if plainly := _plainly(head):
            return plainly
        words = [word for word in _WORD.findall(_words_only(head)) if word.lower() not in _UNITS]
        letters = sum(map(len, words))
        if not words:
            return NO_LANGUAGE
        bare = " ".join(words)
        if stated not in _SLOTS:
            return _told(self._all, bare, NO_LANGUAGE)
        if (second := _second(bare)) == stated:
            return stated
        if letters >= _LONG_ENOUGH:
            return _told(self._trigrams, bare, stated)
        sureness = {
            _TAGS[value.language]: value.value
            for value in self._trigrams.compute_language_confidence_values(bare)
        }
        best = max(sureness, key=sureness.__getitem__)
        margin = sureness[best] - sureness[stated]
        if second == best:
            return best if margin > _SURE else stated
        return best if second not in _SLOTS and margin > _SURER else stated


def _told(detector: LanguageDetector, bare: str, otherwise: str) -> str:
    found = detector.detect_language_of(bare)
    return _TAGS[found] if found is not None else otherwise


def _second(bare: str) -> str:
    """ISO 639 code of the language that CLD2 takes words for, which may be any; "un" for none.

    >>> _second("knyta tio vanliga knutar")
    'sv'
    """
    _, _, languages = pycld2.detect(bare, bestEffort=True)
    return str(languages[0][1])


def _plainly(head: str) -> str:
    """The language that small words tell without doubt; "" if they do not.

    >>> _plainly("kurssin jälkeen opiskelija osaa solmia"), _plainly("Art and design")
    ('fi', '')
    """
    words = head.lower().split()
    different = frozenset(words)
    told = ""
    for tag, small in _SMALL_WORDS.items():
        found = len(small & different)
        if not found:
            continue
        if told or not (found >= _ENOUGH or (found > 1 and found * _DENSE > len(words))):
            return ""
        told = tag
    # Finnish has an å in names alone: such a text is looked at more closely.
    return "" if told == "fi" and "å" in head else told


def _words_only(head: str) -> str:
    """The text without addresses, codes and numbers.

    >>> _words_only("Read CS-A1110 first, at www.example.org or ask a@b.fi").split()
    ['Read', 'first,', 'at', 'or', 'ask']
    """
    if "@" in head:
        return _NO_WORD_NOR_MAIL.sub(" ", head)
    if "http" in head or "www." in head:
        return _NO_WORD_NOR_ADDRESS.sub(" ", head)
    return _NO_WORD.sub(" ", head)
