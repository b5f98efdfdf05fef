"""What a list is asked for, and what one of its pages says of the next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """What is asked of a source.

    Attributes:
        url: its address.
        since: only what changed from this day or moment on; "" for all (OAI-PMH's ``from``).
        until: only what changed up to this day or moment; "" for no end.
        set_: OAI-PMH's set; "" for all.
        prefix: OAI-PMH's metadata format.
        parameter: of a numbered list, the parameter that counts up.
        start: its first value.
        by: by how much it grows from page to page.
    """

    url: str
    since: str = ""
    until: str = ""
    set_: str = ""
    prefix: str = "oai_dc"
    parameter: str = ""
    start: int = 0
    by: int = 1


@dataclass(frozen=True)
class Step:
    """What a page says.

    Attributes:
        records: how many it holds.
        following: the address of the next page; None after the last.
        total: how many records the whole list has, as the page states it; None if it does not.
        answered: the source's own moment of the answer; "" if it states none.
        may_repeat: whether the next page may have the same address.
    """

    records: int
    following: str | None
    total: int | None = None
    answered: str = ""
    may_repeat: bool = False
