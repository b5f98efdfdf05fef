"""The YAML mapping of a table: which column is what; ``docs/table.md`` is its manual.

Every value in it is read as text, so that ``no`` is Norwegian and ``0123`` a code. What is wrong
is said with file, key and the keys or values there are.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from loaders.errors import LoadError

_LARGEST = 1 << 20
_TAG = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cell(_Part):
    """Where a value comes from: a column, or the same value for every row.

    Attributes:
        column: the column's name in the table's first row.
        value: a fixed value, instead of a column.
        values: what the column says → what it means here.
    """

    column: str = ""
    value: str = ""
    values: Mapping[str, str] = {}

    @model_validator(mode="before")
    @classmethod
    def _named_only(cls, stated: object) -> object:
        return {"column": stated} if isinstance(stated, str) else stated

    @model_validator(mode="after")
    def _one_of_two(self) -> Cell:
        if bool(self.column) == bool(self.value):
            raise ValueError("say either the column's name or a fixed 'value'")
        if self.value and self.values:
            raise ValueError("'values' translate what a column says; a fixed 'value' needs none")
        return self


Texts = Annotated[
    Mapping[Annotated[str, Field(pattern=_TAG)], Cell],
    Field(min_length=1),
]
"""Language tag → the column that holds the text in that language."""


class OfferingColumns(_Part):
    """One teaching of a course, in columns of the course's own row or of a table of offerings."""

    id: Cell | None = None
    start: Cell | None = None
    end: Cell | None = None
    periods: Cell | None = None
    mode: Cell | None = None
    language: Cell | None = None
    enrolmentStart: Cell | None = None  # noqa: N815 - the keys are the vocabulary's own names
    enrolmentEnd: Cell | None = None  # noqa: N815


class WayInColumns(_Part):
    """One way into a course."""

    audience: Cell
    feeMax: Cell | None = None  # noqa: N815
    feeCurrency: Cell | None = None  # noqa: N815
    applyBy: Cell | None = None  # noqa: N815
    url: Cell | None = None


class CourseColumns(_Part):
    """Columns of a table of courses."""

    code: Cell
    university: Cell
    title: Texts
    ects: Cell | None = None
    studyLevel: Cell | None = None  # noqa: N815
    fieldOfStudy: Cell | None = None  # noqa: N815
    unitKind: Cell | None = None  # noqa: N815
    language: Cell | None = None
    outcomes: Texts | None = None
    content: Texts | None = None
    prerequisitesText: Texts | None = None  # noqa: N815
    workload: Texts | None = None
    assessment: Texts | None = None
    prerequisites: Cell | None = None
    recommended: Cell | None = None
    substitutes: Cell | None = None
    taughtIn: Cell | None = None  # noqa: N815
    develops: Cell | None = None
    requires: Cell | None = None
    skillLevel: Cell | None = None  # noqa: N815
    url: Cell | None = None
    offerings: tuple[OfferingColumns, ...] = ()
    waysIn: tuple[WayInColumns, ...] = ()  # noqa: N815


class OfferingTableColumns(OfferingColumns):
    """Columns of a table of offerings."""

    course: Cell
    university: Cell


class WayInTableColumns(WayInColumns):
    """Columns of a table of ways in."""

    course: Cell
    university: Cell


class PeriodColumns(_Part):
    """Columns of a table of teaching periods."""

    university: Cell
    year: Cell
    code: Cell
    start: Cell
    end: Cell
    title: Texts | None = None


class CredentialColumns(_Part):
    """Columns of a table of micro-credentials."""

    code: Cell
    university: Cell
    title: Texts
    ects: Cell | None = None
    eqfLevel: Cell | None = None  # noqa: N815
    fieldOfStudy: Cell | None = None  # noqa: N815
    language: Cell | None = None
    outcomes: Texts | None = None
    consistsOf: Cell | None = None  # noqa: N815
    stacksInto: Cell | None = None  # noqa: N815
    certifies: Cell | None = None
    skillLevel: Cell | None = None  # noqa: N815
    url: Cell | None = None


class ModuleColumns(_Part):
    """Columns of a table of study modules."""

    code: Cell
    university: Cell
    title: Texts
    consistsOf: Cell  # noqa: N815


class OrganisationColumns(_Part):
    """Columns of a table of organisations."""

    id: Cell
    name: Texts
    notation: Cell | None = None
    partOf: Cell | None = None  # noqa: N815
    url: Cell | None = None


class WorkColumns(_Part):
    """Columns of a table of research outputs."""

    id: Cell
    title: Texts
    published: Cell
    workType: Cell | None = None  # noqa: N815
    abstract: Texts | None = None
    authors: Cell | None = None
    affiliation: Cell | None = None
    openAccess: Cell | None = None  # noqa: N815
    peerReviewed: Cell | None = None  # noqa: N815
    doi: Cell | None = None
    url: Cell | None = None
    studies: Cell | None = None
    subjects: Cell | None = None


class _Table(_Part):
    """What holds of a table as a whole.

    Attributes:
        sheet: of a workbook; the first if left out.
        delimiter: between the fields of a CSV file; found out if left out.
        between: between several values in one cell.
        alternatives: between courses and modules of which any one meets a prerequisite.
    """

    sheet: str = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""
    between: Annotated[str, Field(min_length=1, max_length=3)] = ";"
    alternatives: Annotated[str, Field(min_length=1, max_length=3)] = "|"


class CourseTable(_Table):
    """A table of courses."""

    kind: Literal["courses"]
    columns: CourseColumns


class OfferingTable(_Table):
    """A table of offerings."""

    kind: Literal["offerings"]
    columns: OfferingTableColumns


class WayInTable(_Table):
    """A table of ways in."""

    kind: Literal["waysIn"]
    columns: WayInTableColumns


class PeriodTable(_Table):
    """A table of teaching periods."""

    kind: Literal["periods"]
    columns: PeriodColumns


class CredentialTable(_Table):
    """A table of micro-credentials."""

    kind: Literal["microCredentials"]
    columns: CredentialColumns


class ModuleTable(_Table):
    """A table of study modules."""

    kind: Literal["modules"]
    columns: ModuleColumns


class OrganisationTable(_Table):
    """A table of organisations."""

    kind: Literal["organisations"]
    columns: OrganisationColumns


class WorkTable(_Table):
    """A table of research outputs."""

    kind: Literal["works"]
    columns: WorkColumns


Table = (
    CourseTable
    | OfferingTable
    | WayInTable
    | PeriodTable
    | CredentialTable
    | ModuleTable
    | OrganisationTable
    | WorkTable
)

_TABLES: Mapping[str, type[_Table]] = {
    "courses": CourseTable,
    "offerings": OfferingTable,
    "waysIn": WayInTable,
    "periods": PeriodTable,
    "microCredentials": CredentialTable,
    "modules": ModuleTable,
    "organisations": OrganisationTable,
    "works": WorkTable,
}


class Mapped(_Part):
    """A whole mapping file.

    Attributes:
        tables: file name → its tables; a name of "" stands for every file.
        skills: file of RDF with the labels of skills, relative to the mapping; "" if none.
    """

    tables: Mapping[str, tuple[Annotated[Table, Field(discriminator="kind")], ...]]
    skills: str = ""


def read_mapping(path: Path) -> Mapped:
    """The mapping in a YAML file.

    Raises: LoadError that names the file, the key and what could stand there.
    """
    stated = _parsed(path)
    if not isinstance(stated, dict):
        raise LoadError(f"{path.name}: a mapping has keys: 'kind' and 'columns', or 'tables'.")
    if "tables" in stated:
        tables = stated["tables"]
        if not isinstance(tables, dict) or not tables:
            raise LoadError(f"{path.name}: 'tables' holds a mapping for each file, by its name.")
        rest = {key: value for key, value in stated.items() if key != "tables"}
    else:
        tables = {"": {key: value for key, value in stated.items() if key != "skills"}}
        rest = {"skills": stated["skills"]} if "skills" in stated else {}
    for key in rest:
        if key != "skills":
            raise LoadError(f"{path.name}: {_unknown_key(str(key), ('tables', 'skills'))}")
    return Mapped(
        tables={
            str(name): tuple(
                _table(path.name, str(name), number, one) for number, one in _each(value)
            )
            for name, value in tables.items()
        },
        skills=_skills(path, rest.get("skills", "")),
    )


def _skills(path: Path, stated: object) -> str:
    if not isinstance(stated, str):
        raise LoadError(f"{path.name}: 'skills' is the name of a file of RDF, such as esco.nq.")
    return stated


def _each(value: object) -> Iterator[tuple[int, object]]:
    """One table, or a list of them: a file may hold several kinds of things."""
    if isinstance(value, list):
        yield from enumerate(value, 1)
    else:
        yield 0, value


def _table(file: str, name: str, number: int, stated: object) -> Table:
    where = f"{file}: " + (f"tables / {name}" if name else "")
    where += f" / {number}" if number else ""
    kind = stated.get("kind") if isinstance(stated, dict) else None
    model = _TABLES.get(kind) if isinstance(kind, str) else None
    if model is None:
        said = f"unknown kind {kind!r}" if kind is not None else "no 'kind'"
        raise LoadError(f"{_joined(where, said)}. Kinds: {', '.join(_TABLES)}.")
    try:
        table = model.model_validate(stated)
    except ValidationError as error:
        faults = [_fault(model, one) for one in error.errors(include_url=False)]
        raise LoadError(" ".join(_joined(where, fault) for fault in faults[:5])) from None
    return table  # type: ignore[return-value]  # the values of _TABLES are the union's members


def _joined(where: str, said: str) -> str:
    return where + said if where.endswith(": ") else f"{where}: {said}"


def _fault(model: type[BaseModel], error: ErrorDetails) -> str:
    """One fault of a mapping in words: the key, what is wrong, what could stand there."""
    location = error["loc"]
    path = " / ".join(str(step) for step in location) or "the table"
    kind = error["type"]
    if kind == "extra_forbidden":
        parent = " / ".join(str(step) for step in location[:-1])
        said = _unknown_key(str(location[-1]), _keys(model, location[:-1]))
        return f"{parent}: {said}" if parent else said
    if kind == "missing":
        return f"{path}: missing."
    if kind == "string_pattern_mismatch":
        return f"{path}: not a language tag. Write fi, sv, en …"
    message = str(error["msg"]).removeprefix("Value error, ")
    if kind in ("mapping_type", "dict_type"):
        message = "a column for each language is wanted, such as {fi: Nimi, en: Name}"
    return f"{path}: {message}."


def _unknown_key(key: str, keys: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(key, keys, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"unknown key {key!r}.{hint} Keys: {', '.join(keys)}."


def _keys(model: type[BaseModel], location: tuple[object, ...]) -> tuple[str, ...]:
    """Names of the keys that may stand at a place of a table's mapping."""
    for step in location:
        if not isinstance(step, str) or step not in model.model_fields:
            continue
        found = _model_in(model.model_fields[step].annotation)
        if found is None:
            return ()
        model = found
    return tuple(model.model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


class _TextLoader(yaml.BaseLoader):
    """Reads every scalar as text, and refuses a key that stands twice."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, object]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} stands twice", key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def _parsed(path: Path) -> object:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LoadError(f"{path}: the mapping cannot be read: {error.strerror}.") from None
    if len(data) > _LARGEST:
        raise LoadError(f"{path.name}: larger than 1 MiB; that is no mapping.")
    try:
        text = data.decode("utf-8-sig")
        # An alias lets a small file stand for an endless one; no mapping needs it.
        if any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, yaml.BaseLoader)):
            raise LoadError(f"{path.name}: YAML aliases (*name) are not read. Write it out.")
        return yaml.load(text, _TextLoader)  # noqa: S506 - a BaseLoader makes only text
    except UnicodeDecodeError as error:
        raise LoadError(f"{path.name}: byte {error.start + 1} is not UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = f" line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise LoadError(f"{path.name}{at}: not YAML: {error.problem}.") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise LoadError(f"{path.name}: not YAML: {str(error)[:200]}.") from None
