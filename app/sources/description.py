"""``polku.toml``: which sources there are, where they come from, and what is done at the end."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import BadParameter
from app.graph.rights import check_iri
from app.sources.addresses import is_url
from app.sources.options import OF_A_UNIVERSITY
from loaders import registry

_MOST_BYTES: Final = 1 << 20


class Source(BaseModel):
    """One source.

    Attributes:
        loader: which loader reads it; the source's own name if left out.
        paths: files, archives and folders, from the description's folder on.
        urls: addresses of live sources.
        release: as ``polku load --release``.
        mapping: of tables.
        replacements: of ESCO.
        university: of Peppi and Sisu.
        licence: as ``polku load --licence``.
        schedule: for people and schedulers: Polku does not read it.
        enabled: whether it is brought up to date.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    loader: str = ""
    paths: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    urls: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    release: str = ""
    mapping: str = ""
    replacements: str = ""
    university: str = ""
    licence: str = ""
    max_rejects: int = Field(default=1000, ge=0)
    since: str = Field(default="", alias="from")
    until: str = ""
    set_: str = Field(default="", alias="set")
    prefix: str = ""
    pages: str = ""
    key: str = ""
    key_header: str = ""
    key_parameter: str = ""
    schedule: str = ""
    enabled: bool = True


class Description(BaseModel):
    """All of it.

    Attributes:
        source: name of the source's graph → the source.
        match: whether what is new is matched with all else, before it is tagged.
        tag: whether skills are suggested for what is new, at the end.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: dict[str, Source] = Field(min_length=1)
    match: bool = False
    tag: bool = False


def read(file: Path) -> Description:
    """The description in a file.

    Raises: BadParameter naming the file, the key and what to do.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise BadParameter(
            str(file), "There is no such file. Write one (docs/sync.md), or name it with --file."
        ) from None
    if len(content) > _MOST_BYTES:
        raise BadParameter(str(file), "It is larger than 1 MiB. Is this a polku.toml?")
    try:
        found = Description.model_validate(tomllib.loads(content.decode()))
    except UnicodeDecodeError:
        raise BadParameter(str(file), "It is not UTF-8. Save it as UTF-8.") from None
    except RecursionError:
        raise BadParameter(str(file), "It is nested too deep.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadParameter(str(file), f"It is no TOML: {error}.") from None
    except ValidationError as error:
        raise BadParameter(str(file), _said(error)) from None
    for name, source in found.source.items():
        _check(file, name, source)
    return found


def _said(error: ValidationError) -> str:
    lines = []
    for one in error.errors(include_url=False, include_input=False):
        place = [str(part) for part in one["loc"]]
        message = one["msg"].rstrip(".").replace("tuple", "list")
        if one["type"] == "extra_forbidden":
            known = _keys(Source if len(place) == 3 else Description)
            near = difflib.get_close_matches(place[-1], known, 1)
            meant = f" Did you mean {near[0]}?" if near else ""
            message = f"there is no such key.{meant} Known: {', '.join(known)}"
        elif place == ["source"]:
            message = "name at least one source: [source.NAME]"
        lines.append(f"{'.'.join(place)[:200]}: {message}.")
    return "\n  ".join(lines)


def _keys(model: type[BaseModel]) -> list[str]:
    fields: Mapping[str, object] = model.model_fields
    return sorted(getattr(one, "alias", None) or name for name, one in fields.items())


def _check(file: Path, name: str, source: Source) -> None:
    """Raises BadParameter for what only the whole source shows to be wrong."""
    loader = source.loader or name
    place = f"source.{name}"
    if loader not in registry.names():
        near = difflib.get_close_matches(loader, registry.names(), 1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise BadParameter(
            str(file),
            f"{place}.loader: there is no loader {loader[:80]!r}.{meant} "
            f"Known: {', '.join(registry.names())}.",
        )
    if not source.paths and not source.urls:
        raise BadParameter(str(file), f"{place}: name its paths or its urls.")
    for url in source.urls:
        if not is_url(url):
            raise BadParameter(
                str(file), f"{place}.urls: {url[:80]!r} is no address. A file goes into paths."
            )
    for path in source.paths:
        if is_url(path):
            raise BadParameter(str(file), f"{place}.paths: an address goes into urls.")
    if source.mapping and loader != "table":
        raise BadParameter(str(file), f"{place}.mapping: only tables have one, not {loader}.")
    if source.replacements and loader != "esco":
        raise BadParameter(str(file), f"{place}.replacements: only esco has some, not {loader}.")
    if source.university and loader not in OF_A_UNIVERSITY:
        raise BadParameter(
            str(file), f"{place}.university: {loader} says itself whose its courses are."
        )
    if source.licence:
        check_iri(source.licence, str(file), f"{place}.licence: ")
