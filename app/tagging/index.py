"""The index of one language's labels: made once for an ESCO content, kept as plain arrays.

What it holds, all by skill number:

- ``labels`` and ``words``: TF-IDF of a skill's labels, and of labels with its description;
- ``cover``: for each label its content stems with weights that add up to one;
- ``trie``: labels as sequences of content stems;
- ``latent``: truncated SVD of skills and occupations, which brings together words that ESCO
  uses in the same places;
- ``grams``: TF-IDF of a skill's preferred label by n-grams of characters (``grams.py``);
- ``vector_names`` and ``vector_words``: static vectors of a skill's names, and of its names with
  its description, where there are vectors for the language (``vectors.py``).

Source: Deerwester et al. 1990, latent semantic indexing; Salton & Buckley 1988, term weighting.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import orjson
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import svds

from app.tagging import grams
from app.tagging.lexicon import ALTERNATIVE, PREFERRED, Lexicon
from app.tagging.text import read, stop_stems
from app.tagging.vectors import NAMES, WORDS, Vectors, unit

FORMAT = 8
"""Raised whenever the arrays of an index change their meaning."""

LATENT = 128
"""Dimensions of the latent space: recall grew no more beyond it on judged texts."""

LONGEST_LABEL = 12
"""Content words of the longest label that is looked for as a sequence."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]

_QUALIFIED = re.compile(r"^(?P<name>[^()]{1,60}?)\s*\((?P<qualifier>[^()]{3,80})\)$")


@dataclass(frozen=True)
class Index:
    """One language's index; arrays are by skill number, by label number or by stem number.

    Attributes:
        language: of the labels.
        stems: every known stem, by number.
        idf: inverse document frequency by stem, over skills.
        labels: TF-IDF of labels; stems × skills, ready for a product.
        words: TF-IDF of labels and descriptions; stems × skills.
        grams: TF-IDF of preferred labels by n-grams of characters; n-grams × skills.
        cover: label × stem, rows adding up to one.
        cover_skill: skill of each label row.
        cover_first: for each skill its first label row (preferred first); one more at the end.
        trie_keys: state × stem, packed, of each edge.
        trie_next: state after the edge.
        end_state: states in which labels end, repeated for each label.
        end_label: the label that ends there.
        label_text: the labels as ESCO writes them.
        label_kind: preferred, alternative or hidden.
        label_case: 0 any case, 1 capital needed, 2 exactly as written.
        label_context: whether the label names its skill only in fitting company.
        named: by skill, whether its preferred label is a name, found by the name alone.
        specificity: by skill, the summed idf of its preferred label's stems.
        latent_skills: skill × dimension, rows of length one.
        latent_stems: stem × dimension.
        vectors: digest of the static vectors that the next two were made of; "" where none were.
        vector_names: skill × dimension, rows of length one.
        vector_words: the same of names with description.
    """

    language: str
    stems: Sequence[str]
    idf: Floats
    labels: sp.csr_matrix
    words: sp.csr_matrix
    grams: sp.csr_matrix
    cover: sp.csr_matrix
    cover_skill: Ints
    cover_first: Ints
    trie_keys: NDArray[np.int64]
    trie_next: Ints
    end_state: Ints
    end_label: Ints
    label_text: Sequence[str]
    label_kind: Ints
    label_case: Ints
    label_context: NDArray[np.bool_]
    named: NDArray[np.bool_]
    specificity: Floats
    latent_skills: Floats
    latent_stems: Floats
    vectors: str
    vector_names: Floats
    vector_words: Floats

    @cached_property
    def skill_words(self) -> sp.csc_matrix:
        """``words`` by columns, to look up one skill."""
        return self.words.tocsc()

    @cached_property
    def gram_idf(self) -> Floats:
        """Inverse document frequency by n-gram of characters, over preferred labels."""
        return grams.idf(self.grams.shape[1], np.diff(self.grams.indptr).astype(np.int64))


def content_stems(text: str, language: str) -> list[str]:
    """Stems of a text without its function words; all stems where nothing else is left."""
    stops = stop_stems(language)
    stems = [word.stem for word in read(text, language).words]
    return [stem for stem in stems if stem not in stops] or stems


def _weighted(
    documents: Sequence[Mapping[int, float]], columns: int, idf: Floats | None = None
) -> sp.csr_matrix:
    """Log-damped TF-IDF rows of length one."""
    indptr = np.zeros(len(documents) + 1, np.int32)
    indices: list[int] = []
    data: list[float] = []
    for number, document in enumerate(documents):
        for column in sorted(document):
            indices.append(column)
            data.append(document[column])
        indptr[number + 1] = len(indices)
    matrix = sp.csr_matrix(
        (np.asarray(data, np.float32), np.asarray(indices, np.int32), indptr),
        shape=(len(documents), columns),
    )
    matrix.data = (1 + np.log(np.maximum(matrix.data, 0.3))).astype(np.float32)
    if idf is not None:
        matrix.data *= idf[matrix.indices]
    return _unit_rows(matrix)


def _unit_rows(matrix: sp.csr_matrix) -> sp.csr_matrix:
    squares = np.add.reduceat(
        np.append(matrix.data**2, 0.0), np.minimum(matrix.indptr[:-1], len(matrix.data))
    )
    squares[np.diff(matrix.indptr) == 0] = 1.0
    norms = np.sqrt(np.maximum(squares, 1e-12))
    matrix.data = (matrix.data / np.repeat(norms, np.diff(matrix.indptr))).astype(np.float32)
    return matrix


def _is_name(label: str, language: str) -> bool:
    """Whether a label is a proper name: every content word begins with a capital."""
    if language == "de":  # every German noun does
        return False
    stops = stop_stems(language)
    words = [word.written for word in read(label, language).words if word.stem not in stops]
    return bool(words) and all(word[0].isupper() or word[0].isdigit() for word in words)


def build(lexicon: Lexicon, language: str, vectors: Vectors | None = None) -> Index:
    """The index of a language's labels, with skills as vectors where the language has any."""
    size = len(lexicon.skills)
    rows = sorted(
        (label for label in lexicon.labels if label.language == language),
        key=lambda label: (label.skill, label.kind, label.text),
    )
    # A name with a qualifier also goes by the bare name, in fitting company.
    entries: list[tuple[int, int, str, str]] = []  # skill, kind, text, written form to look for
    bare: dict[int, str] = {}
    for label in rows:
        entries.append((label.skill, label.kind, label.text, label.text))
        found = _QUALIFIED.match(label.text)
        if found and label.kind == PREFERRED and _is_name(found["name"], language):
            bare[label.skill] = found["name"].casefold()
            entries.append((label.skill, label.kind, label.text, found["name"]))
    entries.sort(key=lambda entry: (entry[0], entry[1], len(entry[3]) != len(entry[2]), entry[3]))

    known: dict[str, int] = {}

    def numbers(stems: Iterable[str]) -> list[int]:
        return [known.setdefault(stem, len(known)) for stem in stems]

    label_stems = [numbers(content_stems(written, language)) for _, _, _, written in entries]
    label_docs: list[Counter[int]] = [Counter() for _ in range(size)]
    alternatives = [0] * size
    for skill, kind, _, _ in entries:
        alternatives[skill] += kind != PREFERRED
    for (skill, kind, _, _), stems in zip(entries, label_stems, strict=True):
        weight = 3.0 if kind == PREFERRED else 3.0 / max(2, alternatives[skill])
        for stem in stems:
            label_docs[skill][stem] += weight  # type: ignore[assignment]
    word_docs = [Counter(document) for document in label_docs]
    for description in lexicon.descriptions:
        if description.language == language:
            for stem in numbers(content_stems(description.text, language)):
                word_docs[description.skill][stem] += 1
    occupations = [item for item in lexicon.occupations if item.language == language]
    occupation_docs = [Counter(numbers(content_stems(o.text, language))) for o in occupations]

    columns = max(1, len(known))
    frequency = np.zeros(columns, np.float32)
    for document in word_docs:
        for stem in document:
            frequency[stem] += 1
    idf = np.log((size + 1) / (frequency + 1)).astype(np.float32)
    labels = _weighted(label_docs, columns, idf)
    words = _weighted(word_docs, columns, idf)
    latent_skills, latent_stems = _latent(
        words, _weighted(occupation_docs, columns, idf), [o.skills for o in occupations]
    )

    vector_names, vector_words = _vectors(lexicon, language, vectors)
    label_kind = np.asarray([entry[1] for entry in entries], np.int32)
    cover_skill = np.asarray([entry[0] for entry in entries], np.int32)
    case, context = _label_conditions(entries, bare, language)
    trie = _Trie(label_stems, entries)
    preferred_idf = np.zeros(size, np.float32)
    for (skill, kind, text, written), stems in zip(entries, label_stems, strict=True):
        if kind == PREFERRED and text == written:
            preferred_idf[skill] = idf[sorted(set(stems))].sum()
    named = np.zeros(size, np.bool_)
    for skill, kind, text, _ in entries:
        if kind == PREFERRED:
            found = _QUALIFIED.match(text)
            named[skill] |= _is_name(found["name"] if found else text, language)
    return Index(
        language=language,
        stems=tuple(known),
        idf=idf,
        labels=labels.T.tocsr(),
        words=words.T.tocsr(),
        grams=_grams(entries, size, language),
        cover=_cover(label_stems, idf),
        cover_skill=cover_skill,
        cover_first=np.searchsorted(cover_skill, np.arange(size + 1)).astype(np.int32),
        trie_keys=trie.keys,
        trie_next=trie.next,
        end_state=trie.end_state,
        end_label=trie.end_label,
        label_text=tuple(entry[2] for entry in entries),
        label_kind=label_kind,
        label_case=case,
        label_context=context,
        named=named,
        specificity=preferred_idf,
        latent_skills=latent_skills,
        latent_stems=latent_stems,
        vectors=vectors.digest if vectors else "",
        vector_names=vector_names,
        vector_words=vector_words,
    )


def _vectors(lexicon: Lexicon, language: str, vectors: Vectors | None) -> tuple[Floats, Floats]:
    """The two vectors of every skill; without dimensions where the language has none."""
    size = len(lexicon.skills)
    if vectors is None:
        empty = np.zeros((size, 0), np.float32)
        return empty, empty
    preferred: list[list[int]] = [[] for _ in range(size)]
    others: list[list[int]] = [[] for _ in range(size)]
    described: list[list[int]] = [[] for _ in range(size)]
    for label in lexicon.labels:
        if label.language == language:
            bags = preferred if label.kind == PREFERRED else others
            bags[label.skill].extend(vectors.known(content_stems(label.text, language)))
    for description in lexicon.descriptions:
        if description.language == language:
            stems = content_stems(description.text, language)
            described[description.skill].extend(vectors.known(stems))
    parts = [vectors.sums(bags) for bags in (preferred, others, described)]
    names, words = (
        _halved(unit(sum((weight * part for weight, part in zip(weights, parts, strict=True)),
                 np.zeros_like(parts[0]))))
        for weights in (NAMES, WORDS)
    )  # fmt: skip
    return names, words


def _grams(entries: Sequence[tuple[int, int, str, str]], size: int, language: str) -> sp.csr_matrix:
    """N-grams of characters × skills."""
    labels = [""] * size
    for skill, kind, text, _ in entries:
        if kind == PREFERRED:
            labels[skill] = text
    counts = grams.rows([grams.counted(label, language) for label in labels])
    frequency = np.bincount(counts.indices, minlength=grams.NUMBERS)
    return grams.weighted(counts, grams.idf(size, frequency)).T.tocsr()


def _halved(values: Floats) -> Floats:
    """Values as they come back from being kept, so that a new index answers like a kept one."""
    return values.astype(np.float16).astype(np.float32)


def _label_conditions(
    entries: Sequence[tuple[int, int, str, str]], bare: Mapping[int, str], language: str
) -> tuple[Ints, NDArray[np.bool_]]:
    """For each label, how its case must agree, and whether it needs fitting company.

    ESCO writes labels in lower case, names apart: a label of one word that is a name is met only
    by a name ("Swift" and not "swift"), one in capitals only by the same capitals ("SPARK" and
    not "Spark"), and a name that ESCO itself qualifies, or of at most two letters, only where
    the text shares other words with the skill's description.
    """
    case = np.zeros(len(entries), np.int32)
    context = np.zeros(len(entries), np.bool_)
    for number, (skill, _, _, written) in enumerate(entries):
        words = read(written, language).words
        ambiguous = bare.get(skill) == written.casefold()
        if len(words) == 1:
            name = _is_name(written, language)
            if ambiguous or name:
                short_capitals = written.isupper() and len(written) <= 5
                case[number] = 2 if short_capitals else 1
            context[number] = ambiguous or len(words[0].written) <= 2 or name
        elif ambiguous:
            case[number] = 1
            context[number] = True
    return case, context


def _cover(label_stems: Sequence[Sequence[int]], idf: Floats) -> sp.csr_matrix:
    indptr = np.zeros(len(label_stems) + 1, np.int32)
    indices: list[int] = []
    for number, stems in enumerate(label_stems):
        indices.extend(sorted(set(stems)))
        indptr[number + 1] = len(indices)
    columns = np.asarray(indices, np.int32)
    weights = np.maximum(idf[columns], 0.1) if len(columns) else np.zeros(0, np.float32)
    sums = np.add.reduceat(np.append(weights, 0), np.minimum(indptr[:-1], len(weights)))
    sums[np.diff(indptr) == 0] = 1.0
    data = (weights / np.repeat(sums, np.diff(indptr))).astype(np.float32)
    return sp.csr_matrix((data, columns, indptr), shape=(len(label_stems), max(1, len(idf))))


def _latent(
    words: sp.csr_matrix, occupations: sp.csr_matrix, asked: Sequence[Sequence[int]]
) -> tuple[Floats, Floats]:
    """Skills and stems in the latent space; none of it where there is too little to learn from."""
    size, columns = words.shape
    if min(size, columns) <= 2 * LATENT:
        return np.zeros((size, 0), np.float32), np.zeros((columns, 0), np.float32)
    learned = words
    if occupations.shape[0]:
        pairs = [(row, skill) for row, skills in enumerate(asked) for skill in skills]
        link = sp.csr_matrix(
            (
                np.ones(len(pairs), np.float32),
                ([row for row, _ in pairs], [skill for _, skill in pairs]),
            ),
            shape=(occupations.shape[0], size),
        )
        context = _unit_rows(sp.csr_matrix(occupations + 0.5 * _unit_rows((link @ words).tocsr())))
        learned = sp.vstack([words, context]).tocsr()
    start = np.ones(min(learned.shape), np.float32)
    _, _, right = svds(learned, k=LATENT, v0=start, solver="arpack")
    stems = np.ascontiguousarray(right.T, np.float32)
    # The sign of a singular vector is arbitrary: fix it.
    strongest = np.abs(stems).argmax(axis=0)
    stems *= np.sign(stems[strongest, np.arange(LATENT)])
    skills = np.asarray(words @ stems, np.float32)
    skills /= np.maximum(np.linalg.norm(skills, axis=1, keepdims=True), 1e-6)
    return skills, stems


class _Trie:
    """Labels as sequences of content stems; edges are packed as state × 2³² + stem."""

    def __init__(
        self, label_stems: Sequence[Sequence[int]], entries: Sequence[tuple[int, int, str, str]]
    ) -> None:
        edges: dict[int, int] = {}
        ends: list[tuple[int, int]] = []
        states = 0
        for number, stems in enumerate(label_stems):
            if not stems or len(stems) > LONGEST_LABEL:
                continue
            state = 0
            for stem in stems:
                key = (state << 32) | stem
                following = edges.get(key)
                if following is None:
                    states += 1
                    following = edges[key] = states
                state = following
            ends.append((state, number))
        # A label of another kind that is someone's preferred label stands for that one alone:
        # ESCO gives "matlab" to computer vision as well.
        preferred = {state for state, number in ends if entries[number][1] == PREFERRED}
        kept = sorted(
            (state, number)
            for state, number in ends
            if state not in preferred or entries[number][1] < ALTERNATIVE
        )
        self.keys = np.fromiter(edges.keys(), np.int64, len(edges))
        self.next = np.fromiter(edges.values(), np.int32, len(edges))
        self.end_state = np.asarray([state for state, _ in kept], np.int32)
        self.end_label = np.asarray([number for _, number in kept], np.int32)


_SPARSE = ("labels", "words", "grams", "cover")
_DENSE = (
    "idf", "cover_skill", "cover_first", "trie_keys", "trie_next", "end_state", "end_label",
    "label_kind", "label_case", "label_context", "named", "specificity", "latent_skills",
    "latent_stems", "vector_names", "vector_words",
)  # fmt: skip

_HALVED = ("latent_skills", "latent_stems", "vector_names", "vector_words")
"""Arrays that are kept in half precision: their products are likenesses, true to a thousandth."""


def save(index: Index, path: Path) -> None:
    """Write an index as one ``.npz``, whole or not at all."""
    arrays: dict[str, NDArray[np.generic]] = {name: getattr(index, name) for name in _DENSE}
    for name in _HALVED:
        arrays[name] = arrays[name].astype(np.float16)
    for name in _SPARSE:
        matrix: sp.csr_matrix = getattr(index, name)
        arrays[f"{name}.data"] = matrix.data
        arrays[f"{name}.indices"] = matrix.indices.astype(np.int32)
        arrays[f"{name}.indptr"] = matrix.indptr.astype(np.int32)
        arrays[f"{name}.columns"] = np.asarray([matrix.shape[1]])
    texts = {"format": FORMAT, "language": index.language, "stems": index.stems,
             "labels": index.label_text, "vectors": index.vectors}  # fmt: skip
    arrays["texts"] = np.frombuffer(orjson.dumps(texts), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as handle:
        try:
            np.savez(handle, allow_pickle=False, **arrays)
            handle.flush()
            os.fsync(handle.fileno())
            Path(handle.name).replace(path)
        except BaseException:
            Path(handle.name).unlink(missing_ok=True)
            raise


def load(path: Path) -> Index | None:
    """The index written at ``path``; None where there is none that this version can read."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            texts = orjson.loads(archive["texts"].tobytes())
            if texts["format"] != FORMAT:
                return None
            dense = {name: archive[name] for name in _DENSE}
            sparse = {
                name: sp.csr_matrix(
                    (
                        archive[f"{name}.data"],
                        archive[f"{name}.indices"],
                        archive[f"{name}.indptr"],
                    ),
                    shape=(len(archive[f"{name}.indptr"]) - 1, int(archive[f"{name}.columns"][0])),
                )
                for name in _SPARSE
            }
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    for name in _HALVED:
        dense[name] = dense[name].astype(np.float32)
    return Index(
        language=texts["language"],
        stems=tuple(texts["stems"]),
        label_text=tuple(texts["labels"]),
        vectors=texts["vectors"],
        **dense,
        **sparse,
    )
