"""A repository that speaks OAI-PMH 2.0 over records in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.sources.servers.base import Reply, Request

ARGUMENTS = {
    "Identify": {"verb"},
    "ListRecords": {"verb", "metadataPrefix", "from", "until", "set", "resumptionToken"},
}


@dataclass
class Work:
    number: int
    stamp: str
    title: str = "Paths through meadows"
    deleted: bool = False
    set_: str = "theses"

    def xml(self) -> str:
        status = ' status="deleted"' if self.deleted else ""
        header = (
            f"<header{status}><identifier>oai:r.example.org:{self.number}</identifier>"
            f"<datestamp>{self.stamp}</datestamp><setSpec>{self.set_}</setSpec></header>"
        )
        if self.deleted:
            return f"<record>{header}</record>"
        return (
            f"<record>{header}<metadata>"
            '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{escape(self.title)} {self.number}</dc:title>"
            "<dc:creator>Esimerkki, Aino</dc:creator><dc:date>2026-04-30</dc:date>"
            f"<dc:identifier>https://r.example.org/{self.number}</dc:identifier>"
            "</oai_dc:dc></metadata></record>"
        )


@dataclass
class Repository:
    """Records in pages; ``fault`` may answer instead, given the request and its page from 1."""

    works: list[Work]
    page: int = 2
    now: str = "2026-05-05T10:00:00Z"
    deleted_record: str = "persistent"
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    tokens_of: str = "a"
    slow: float = 0.0
    fault: Callable[[Request, int, bytes], Reply | None] = lambda *_: None
    pages_given: list[int] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        asked = request.query
        verb = asked.get("verb", "")
        if verb not in ARGUMENTS:
            return self._error("badVerb", "no such verb")
        if set(asked) - ARGUMENTS[verb] or ("resumptionToken" in asked and len(asked) != 2):
            return self._error("badArgument", f"illegal argument among {sorted(asked)}")
        if verb == "Identify":
            return self._reply(
                "<Identify><repositoryName>R</repositoryName><protocolVersion>2.0</protocolVersion>"
                f"<deletedRecord>{self.deleted_record}</deletedRecord>"
                f"<granularity>{self.granularity}</granularity></Identify>"
            )
        return self._list(request)

    def _list(self, request: Request) -> Reply:
        asked = request.query
        since, until, set_, start = "", "", "", 0
        if token := asked.get("resumptionToken"):
            era, since, until, set_, place = token.split("|")
            start = int(place)
            if era != self.tokens_of:
                return self._error("badResumptionToken", "the token has expired")
        else:
            if asked.get("metadataPrefix") != "oai_dc":
                return self._error("cannotDisseminateFormat", "only oai_dc")
            since, until, set_ = (asked.get(name, "") for name in ("from", "until", "set"))
        chosen = [
            work
            for work in self.works
            if (not since or work.stamp[: len(since)] >= since)
            and (not until or work.stamp[: len(until)] <= until)
            and (not set_ or work.set_ == set_)
        ]
        if not chosen:
            return self._error("noRecordsMatch", "none")
        end = start + self.page
        body = "".join(work.xml() for work in chosen[start:end])
        size = f'completeListSize="{len(chosen)}" cursor="{start}"'
        if end < len(chosen):
            state = "|".join([self.tokens_of, since, until, set_, str(end)])
            body += f"<resumptionToken {size}>{state}</resumptionToken>"
        elif start:
            body += f"<resumptionToken {size}/>"
        number = start // self.page + 1
        reply = self._reply(f"<ListRecords>{body}</ListRecords>")
        time.sleep(self.slow)
        self.pages_given.append(number)
        return self.fault(request, number, reply.body) or reply

    def _error(self, code: str, words: str) -> Reply:
        return self._reply(f'<error code="{code}">{words}</error>')

    def _reply(self, inner: str) -> Reply:
        return Reply(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
            f"<responseDate>{self.now}</responseDate><request>http://r.example.org</request>\n"
            f"{inner}</OAI-PMH>".encode(),
            headers={"Content-Type": "text/xml"},
        )


def works(many: int) -> list[Work]:
    return [
        Work(number, f"2026-05-{1 + number % 4:02d}T00:00:00Z") for number in range(1, many + 1)
    ]
