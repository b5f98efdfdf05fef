"""RDF of any origin: steady IRIs for blank nodes, nothing fetched, nothing that ends the process."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
    serialize,
)

from loaders import rdf
from loaders.base import Reject, Run
from loaders.errors import LoadError

GENID = "https://w3id.org/polku/.well-known/genid/"


def lines_of(*paths: Path, run: Run | None = None) -> list[str]:
    return [f"{s} {p} {o} ." for s, p, o in rdf.LOADER.read(paths, run or Run())]


def write(tmp_path: Path, name: str, data: str | bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


SAME = {
    "a.ttl": '@prefix x: <http://x/> . x:a x:p x:b, "ä\\n"@fi ; x:n 5 .',
    "a.trig": '@prefix x: <http://x/> . GRAPH x:g { x:a x:p x:b, "ä\\n"@fi ; x:n 5 }',
    "a.nt": """<http://x/a> <http://x/p> <http://x/b> .
<http://x/a> <http://x/p> "\\u00e4\\n"@fi .
<http://x/a> <http://x/n> "5"^^<http://www.w3.org/2001/XMLSchema#integer> .
""",
    "a.nq": """<http://x/a> <http://x/p> <http://x/b> <http://x/g> .
<http://x/a> <http://x/p> "ä\\n"@fi .
<http://x/a> <http://x/n> "5"^^<http://www.w3.org/2001/XMLSchema#integer> <http://x/h> .
""",
    "a.rdf": """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [<!ENTITY x "http://x/">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/">
<rdf:Description rdf:about="&x;a"><x:p rdf:resource="http://x/b"/><x:p xml:lang="fi">ä
</x:p><x:n rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">5</x:n></rdf:Description>
</rdf:RDF>""",
    "a.jsonld": """{"@context": {"x": "http://x/"}, "@id": "x:a",
"x:p": [{"@id": "x:b"}, {"@value": "ä\\n", "@language": "fi"}], "x:n": 5}""",
}


@pytest.mark.parametrize("name", SAME)
def test_every_format_gives_the_same_statements(tmp_path: Path, name: str) -> None:
    found = lines_of(write(tmp_path, name, SAME[name]))
    assert sorted(found) == [
        '<http://x/a> <http://x/n> "5"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        '<http://x/a> <http://x/p> "ä\\n"@fi .',
        "<http://x/a> <http://x/p> <http://x/b> .",
    ]
    packed = write(tmp_path, f"{name}.gz", gzip.compress(SAME[name].encode()))
    assert lines_of(packed) == found


BLANK = {
    "b.ttl": "@prefix x: <http://x/> . x:a x:p [ x:q _:k ], ( 1 2 ) . _:k x:p x:a .",
    "b.nt": "_:k <http://x/p> _:l .\n_:l <http://x/p> _:k .\n",
    "b.rdf": """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/">
<x:A><x:p><x:B/></x:p></x:A></rdf:RDF>""",
    "b.jsonld": '{"http://x/p": {"http://x/q": 1, "http://x/r": {"@id": "_:k"}}}',
}


@pytest.mark.parametrize("name", BLANK)
def test_blank_nodes_get_iris_that_are_the_same_every_time(tmp_path: Path, name: str) -> None:
    file = write(tmp_path, name, BLANK[name])
    found = lines_of(file)
    assert found == lines_of(file)
    assert any(GENID in line for line in found)
    assert not any("_:" in line for line in found)


def test_blank_nodes_keep_apart_what_the_file_keeps_apart(tmp_path: Path) -> None:
    (first,) = lines_of(write(tmp_path, "one.nt", "_:k <http://x/p> _:k .\n"))
    subject, _, object_, _ = first.split(" ")
    assert subject == object_
    (second,) = lines_of(write(tmp_path, "two.nt", "_:k <http://x/p> _:l .\n"))
    assert len({subject, second.split(" ")[0], second.split(" ")[2]}) == 3


def test_two_files_of_one_name_do_not_share_blank_nodes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, "x.nt", "_:k <http://x/p> <http://x/o> .\n")
    found = lines_of(tmp_path / "a" / "x.nt", tmp_path / "b" / "x.nt")
    assert len(set(found)) == 2


def test_two_names_do_not_share_blank_nodes(tmp_path: Path) -> None:
    file = write(tmp_path, "x.nt", "_:k <http://x/p> <http://x/o> .\n")
    assert lines_of(file) != lines_of(file, run=Run(options={"name": "other"}))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.nt", '<http://a> <http://b> <http://c> .\n<http://a> <http://b> "x', r"a\.nt line 2, column \d+: "),
        ("a.ttl", "<http://a> <http://b> <http://c d> .", r"a\.ttl line 1, column 23: Invalid IRI"),
        ("a.ttl", "<a> <http://b> 1 .", r"a\.ttl line 1, column 1: .*Give the file a base"),
        ("a.nt", b"<http://a> <http://b> \"\xff\" .", r"a\.nt line 1, column \d+: Invalid UTF-8"),
        ("a.rdf", "<r><x></r>", r"a\.rdf line 1, column \d+: mismatched tag"),
        ("a.rdf", "not xml", r"a\.rdf line 1, column 1: syntax error"),
        ("a.jsonld", "{", r"a\.jsonld: not JSON"),
        ("a.jsonld", '{"@context": {"x": 5}}', r"a\.jsonld"),
        ("a.jsonld", "[" * 2000 + "]" * 2000, r"a\.jsonld: nested too deep"),
        ("a.docx", "x", r"no file of RDF\. Its suffix tells its format: \.ttl"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where(
    tmp_path: Path, name: str, data: str | bytes, message: str
) -> None:
    with pytest.raises(LoadError, match=message):
        lines_of(write(tmp_path, name, data))


@pytest.mark.parametrize(
    "context",
    [
        '"https://schema.org/"',
        '[{"x": "http://x/"}, "https://schema.org/"]',
        '{"@import": "https://schema.org/"}',
        '{"x": {"@id": "http://x/", "@context": "https://schema.org/"}}',
    ],
)
def test_a_remote_context_is_refused_by_its_name(tmp_path: Path, context: str) -> None:
    data = f'{{"@context": {context}, "@id": "http://a", "name": "x"}}'
    with pytest.raises(LoadError, match=r"a\.jsonld: it needs the remote context 'https://schema"):
        lines_of(write(tmp_path, "a.jsonld", data))
    nested = f'{{"http://x/p": [{data}]}}'
    with pytest.raises(LoadError, match="remote context"):
        lines_of(write(tmp_path, "a.jsonld", nested))


RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://x/"'


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.rdf", f"<rdf:RDF {RDF}>" + "<x:A><x:p>" * 300, "elements nested deeper than 200"),
        (
            "a.rdf",
            '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + f"<rdf:RDF {RDF}/>",
            "refused as a bomb",
        ),
        (
            "a.rdf",
            f'<!DOCTYPE r [<!ENTITY a "{"a" * 300}">]>' + f"<rdf:RDF {RDF}/>",
            "refused as a bomb",
        ),
        (
            "a.rdf",
            '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + f"<rdf:RDF {RDF}/>",
            "an external entity; nothing is fetched",
        ),
        ("a.nt", "<http://a> <http://b> " + "<<( <http://a> <http://b> " * 5000, "nested deeper"),
        ("a.ttl", "<http://a> <http://b> " + "<<( <http://a>\n<http://b> " * 5000, "nested deeper"),
    ],
)
def test_what_would_end_the_process_is_refused_before_it_is_parsed(
    tmp_path: Path, name: str, data: str, message: str
) -> None:
    with pytest.raises(LoadError, match=message):
        lines_of(write(tmp_path, name, data))


def test_a_deep_list_does_not_end_the_process(tmp_path: Path) -> None:
    data = "<http://a> <http://b> " + "(" * 20_000 + "1" + ")" * 20_000 + " ."
    file = write(tmp_path, "deep.ttl", data)
    script = (
        "import sys\nfrom pathlib import Path\nfrom loaders.base import Run\n"
        "from loaders.rdf import LOADER\n"
        "print(sum(1 for _ in LOADER.read([Path(sys.argv[1])], Run())))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, file],
        capture_output=True,
        text=True,
        cwd=Path(rdf.__file__).parents[1],
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "40001")


def test_a_triple_term_is_rejected_and_the_rest_is_loaded(tmp_path: Path) -> None:
    data = "<http://a> <http://b> <<( <http://a> <http://b> 1 )>> .\n<http://a> <http://b> 2 ."
    rejects: list[Reject] = []
    found = lines_of(write(tmp_path, "a.ttl", data), run=Run(sink=rejects.append))
    assert len(found) == 1
    assert [reject.reason for reject in rejects] == ["an RDF 1.2 triple term"]


def test_a_text_full_of_less_than_signs_is_loaded(tmp_path: Path) -> None:
    data = "".join(f'<http://a> <http://b> "<<<< {n}" .\n' for n in range(2000))
    assert len(lines_of(write(tmp_path, "a.nt", data))) == 2000


def test_a_folder_of_files_is_loaded_and_what_is_no_rdf_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, data in SAME.items():
        write(folder, name, data)
    write(folder, "readme.md", "hello")
    run = Run()
    assert len(lines_of(folder, run=run)) == 18
    assert run.warnings["file passed over: no suffix of RDF"] == 1


def test_memory_stays_flat_however_long_the_file(tmp_path: Path) -> None:
    file = tmp_path / "long.nt"
    with file.open("w") as stream:
        for n in range(200_000):
            stream.write(f"_:b{n} <http://x/p> <http://x/{n}> .\n")
    tracemalloc.start()
    try:
        assert sum(1 for _ in rdf.LOADER.read([file], Run())) == 200_000
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


iris = st.sampled_from([NamedNode(f"http://x/{n}") for n in range(3)])
blanks = st.sampled_from([BlankNode(f"b{n}") for n in range(3)])
literals = st.builds(Literal, st.text()) | st.builds(
    Literal, st.text(), language=st.sampled_from(["fi", "en-GB"])
)
quads = st.builds(Quad, iris | blanks, iris, iris | blanks | literals)


@settings(deadline=None)
@given(st.lists(quads, min_size=1, max_size=6), st.sampled_from(["nt", "ttl"]))
def test_any_statements_survive(
    tmp_path_factory: pytest.TempPathFactory, stated: list[Quad], suffix: str
) -> None:
    format_ = RdfFormat.N_TRIPLES if suffix == "nt" else RdfFormat.TURTLE
    triples = [quad.triple for quad in stated]
    file = tmp_path_factory.mktemp("any") / f"a.{suffix}"
    serialize(triples, str(file), format=format_)
    found = list(parse("\n".join(lines_of(file)), format=RdfFormat.N_TRIPLES))
    assert len(found) == len(triples)
    for before, after in zip(triples, found, strict=True):
        assert after.predicate == before.predicate
        if isinstance(before.object, Literal | NamedNode):
            assert after.object == before.object
        else:
            assert isinstance(after.object, NamedNode)
            assert after.object.value.startswith(GENID)
