"""What an attacker sends, as data: each text, and the answers that are right for it.

The texts are made when they are needed: some have ten million characters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

CUT: Final = 0
"""A stream that was begun and cut."""

LIMITED: Final = frozenset({504, 507, CUT})
"""A problem document that names the limit, or a cut stream."""

MALFORMED: Final = frozenset({400})
FORBIDDEN: Final = frozenset({403})
TOO_LARGE: Final = frozenset({413})
SMALL: Final = frozenset({200})
"""An answer after all, a small one."""

DONE: Final = frozenset({204})
ELSEWHERE: Final = frozenset({502})
"""A service that may be asked, and is not: what its name leads to is no public address."""

LISTED: Final = (
    "http://127.0.0.1:9/sparql",
    "http://localhost:9/sparql",
    "http://2130706433:9/sparql",
    "http://[::ffff:127.0.0.1]:9/sparql",
    "http://169.254.169.254/latest/",
)
"""Services that whoever runs the service has listed, though all of them lead inside."""

CHAIN: Final = "http://e.x/chain/"
NEXT: Final = f"<{CHAIN}next>"
GRAPH: Final = "http://e.x/graph/hostile"
LENGTH: Final = 4_000
"""Steps of the chain that the fixture adds to the sample graph: what closures explode on."""


@dataclass(frozen=True)
class Case:
    """One hostile text; ``right`` are the statuses that are right for it."""

    name: str
    text: Callable[[], str | bytes]
    right: frozenset[int]
    accept: str = "text/csv"


def _query(name: str, text: str | Callable[[], str | bytes], right: frozenset[int]) -> Case:
    return Case(name, text if callable(text) else lambda: text, right)


def _graph(name: str, text: str, right: frozenset[int] = LIMITED) -> Case:
    return Case(name, lambda: text, right, "text/turtle")


def _cross(times: int) -> str:
    return " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(times))


def _nested(opening: str, closing: str, times: int, inside: str = "") -> str:
    return opening * times + inside + closing * times


def _chain(first: str, step: Callable[[int], str], times: int) -> str:
    return first + " ".join(step(n) for n in range(1, times))


_DOUBLING = _chain(
    "BIND('0123456789' AS ?x0) ", lambda n: f"BIND(CONCAT(?x{n - 1}, ?x{n - 1}) AS ?x{n})", 48
)
_REPLACING = _chain(
    "BIND('aaaaaaaaaa' AS ?x0) ",
    lambda n: f"BIND(REPLACE(?x{n - 1}, 'a', 'aaaaaaaaaa') AS ?x{n})",
    12,
)

CROSS: Final = [
    _query("count over a cross product", f"SELECT (COUNT(*) AS ?n) {{ {_cross(4)} }}", LIMITED),
    _query("stream a cross product", f"SELECT * {{ {_cross(4)} }}", LIMITED),
    _query("a cross product of nine", f"SELECT * {{ {_cross(9)} }}", LIMITED),
    _query("ask for what is nowhere in a cross product",
           f"ASK {{ {_cross(4)} FILTER(?s0 = <urn:none>  && ?s3 = ?o2) }}", LIMITED | SMALL),
    _query("limit without end", f"SELECT * {{ {_cross(3)} }} LIMIT 999999999999", LIMITED),
    _query("a far offset", f"SELECT * {{ {_cross(3)} }} OFFSET 99999999999 LIMIT 1", LIMITED),
    _query("distinct over a cross product", f"SELECT DISTINCT * {{ {_cross(3)} }}", LIMITED),
    _query("count distinct over a cross product",
           f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {_cross(3)} }}", LIMITED),
    _query("reduced over a cross product", f"SELECT REDUCED ?s0 {{ {_cross(4)} }}", LIMITED),
    _query("sort a cross product", f"SELECT * {{ {_cross(3)} }} ORDER BY ?o2", LIMITED),
    _query("sort by a random key", f"SELECT * {{ {_cross(3)} }} ORDER BY RAND()", LIMITED),
    _query("sort by a computed key",
           f"SELECT * {{ {_cross(3)} }} ORDER BY DESC(MD5(STR(?o1))) LIMIT 3", LIMITED),
    _query("group by everything",
           f"SELECT ?s0 ?o1 ?o2 (COUNT(*) AS ?n) {{ {_cross(3)} }} GROUP BY ?s0 ?o1 ?o2", LIMITED),
    _query("group concat a cross product",
           f"SELECT (GROUP_CONCAT(STR(?o0)) AS ?all) {{ {_cross(3)} }}", LIMITED),
    _query("group concat with a long separator",
           lambda: f"SELECT (GROUP_CONCAT(STR(?o0); separator='{'x' * 100_000}') AS ?all) "
                   f"{{ {_cross(2)} }}", LIMITED),
    _query("having over a cross product",
           f"SELECT ?s0 {{ {_cross(3)} }} GROUP BY ?s0 HAVING(SUM(STRLEN(STR(?o2))) < 0)", LIMITED),
    _query("a minus of cross products",
           f"SELECT (COUNT(*) AS ?n) {{ {{ {_cross(3)} }} MINUS {{ ?s2 ?x ?o0 }} }}", LIMITED),
    _query("not exists over a cross product",
           f"SELECT (COUNT(*) AS ?n) {{ {_cross(2)} FILTER NOT EXISTS {{ ?o0 ?x ?y . ?y ?z ?s1 . "
           "?a ?b ?c FILTER(?c = ?s0) }} }", LIMITED | MALFORMED),
    _query("nested not exists",
           "SELECT (COUNT(*) AS ?n) { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f FILTER NOT EXISTS { "
           "?g ?h ?i FILTER(?i = ?a && ?f = ?g && ?c = <urn:x>) } } }", LIMITED),
    _query("a join that no index helps",
           "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(STR(?c)) + "
           "STRLEN(STR(?f)) = 12345) }", LIMITED),
    _query("sub-selects that multiply",
           "SELECT (COUNT(*) AS ?n) { { SELECT ?a { ?a ?b ?c } } { SELECT ?d { ?d ?e ?f } } "
           "{ SELECT ?g { ?g ?h ?i } } }", LIMITED),
    _query("graphs that multiply",
           "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } "
           "GRAPH ?i { ?j ?k ?l } }", LIMITED),
    _query("random numbers over a cross product",
           f"SELECT (SUM(RAND()) AS ?n) {{ {_cross(3)} }}", LIMITED),
    _query("hashes over a cross product",
           f"SELECT (MAX(SHA512(STR(?o1))) AS ?n) {{ {_cross(3)} }}", LIMITED),
]  # fmt: skip

PATHS: Final = [
    _query("a closure with both ends open", f"SELECT (COUNT(*) AS ?n) {{ ?a {NEXT}* ?b }}", LIMITED),
    _query("a closure of anything",
           "SELECT (COUNT(*) AS ?n) { ?a (!<urn:none>)* ?b }", LIMITED),
    _query("a closure of anything in both directions",
           "SELECT (COUNT(*) AS ?n) { ?a (!<urn:none>|^(!<urn:none>))+ ?b }", LIMITED | MALFORMED),
    _query("closures of closures",
           f"SELECT (COUNT(*) AS ?n) {{ ?a (({NEXT}*)*)* ?b . ?b ({NEXT}+)+ ?c }}", LIMITED),
    _query("a chain of closures",
           f"SELECT (COUNT(*) AS ?n) {{ ?a {NEXT}*/{NEXT}*/{NEXT}* ?b }}", LIMITED),
    _query("a closure over alternatives",
           lambda: "SELECT (COUNT(*) AS ?n) { ?a (" + "|".join([NEXT, f"^{NEXT}"] * 200) + ")* ?b }",
           LIMITED),
    _query("a path of many steps",
           lambda: "SELECT (COUNT(*) AS ?n) { ?a " + "/".join(["(!<urn:x>)"] * 300) + " ?b }",
           LIMITED | SMALL),
    _query("closures that multiply",
           f"SELECT * {{ ?a {NEXT}* ?b . ?c {NEXT}* ?d }}", LIMITED),
    _graph("construct a closure", f"CONSTRUCT {{ ?a {NEXT} ?b }} WHERE {{ ?a {NEXT}* ?b }}"),
]  # fmt: skip

STRINGS: Final = [
    _query("double a string 47 times", f"SELECT (STRLEN(?x47) AS ?n) {{ {_DOUBLING} }}", LIMITED),
    _query("replace by longer, again and again",
           f"SELECT (STRLEN(?x11) AS ?n) {{ {_REPLACING} }}", LIMITED),
    _query("a regex of nested repeats",
           f"SELECT (COUNT(*) AS ?n) {{ {_cross(2)} FILTER REGEX(STR(?o0), '^(a+)+$|(.*a){{25}}') }}",
           LIMITED | MALFORMED | SMALL),
    _query("a regex that counts to a million",
           "ASK { ?s ?p ?o FILTER REGEX(STR(?o), '((a{1,1000}){1,1000}){1,1000}') }",
           LIMITED | SMALL),
    _query("a regex for each row",
           f"SELECT (COUNT(*) AS ?n) {{ {_cross(2)} FILTER REGEX(STR(?o0), CONCAT('.*', STR(?o1))) }}",
           LIMITED),
    _query("a regex of a megabyte",
           lambda: f"ASK {{ ?s ?p ?o FILTER REGEX(STR(?o), '{'(a|b)*' * 100_000}') }}",
           LIMITED | SMALL),
    _query("a replacement of each character",
           f"SELECT (SUM(STRLEN(REPLACE(STR(?o0), '.', ?o1))) AS ?n) {{ {_cross(3)} }}", LIMITED),
    _query("encode for a URI, again and again",
           "SELECT (STRLEN(?x30) AS ?n) { "
           + _chain("BIND('%' AS ?x0) ", lambda n: f"BIND(ENCODE_FOR_URI(CONCAT(?x{n - 1}, "
                    f"?x{n - 1})) AS ?x{n})", 31) + " }", LIMITED),
    _query("a very large number",
           "SELECT (" + "*".join(["99999999999999999"] * 400) + " AS ?n) {}", SMALL),
]  # fmt: skip

SIZES: Final = [
    _query("a query of ten megabytes", lambda: "ASK { ?s ?p '" + "x" * 10_000_000 + "' }", TOO_LARGE),
    _query("a query of two megabytes", lambda: "ASK { ?s ?p '" + "x" * 2_000_000 + "' }", TOO_LARGE),
    _query("ten megabytes of spaces", lambda: " " * 10_000_000 + "ASK {}", TOO_LARGE),
    _query("a million signs", lambda: "ASK {" + "." * 900_000 + "}", TOO_LARGE),
    _query("a list of a hundred thousand",
           lambda: "ASK { ?s ?p ?o FILTER(?o IN (" + ",".join(map(str, range(90_000))) + ")) }",
           LIMITED | SMALL | TOO_LARGE),
    _query("a list of thirty thousand, for each of many rows",
           lambda: f"SELECT (COUNT(*) AS ?n) {{ {_cross(2)} FILTER(STR(?o0) IN ("
                   + ",".join(f"'{n}'" for n in range(30_000)) + ")) }", LIMITED),
    _query("a flood of values",
           lambda: "SELECT (COUNT(*) AS ?n) { VALUES ?x { "
                   + " ".join(map(str, range(60_000))) + " } VALUES ?y { "
                   + " ".join(map(str, range(60_000))) + " } VALUES ?z { 1 2 3 4 } }", LIMITED),
    _query("values that multiply",
           lambda: "SELECT (COUNT(*) AS ?n) { " + " ".join(
               f"VALUES ?v{n} {{ {' '.join(map(str, range(100)))} }}" for n in range(9)) + " }",
           LIMITED),
    _query("a flood of unions",
           lambda: "SELECT (COUNT(*) AS ?n) { " + " UNION ".join(["{ ?s ?p ?o . ?a ?b ?c }"] * 2_000)
                   + " }", LIMITED),
    _query("unions that multiply",
           lambda: "SELECT (COUNT(*) AS ?n) { "
                   + " ".join(["{ ?s ?p ?o } UNION { ?o ?p ?s } UNION { ?s ?o ?p }"] * 30) + " }",
           LIMITED | SMALL),
    _query("a thousand optionals",
           lambda: "SELECT * { ?s ?p ?o "
                   + " ".join(f"OPTIONAL {{ ?s ?p{n} ?o{n} }}" for n in range(1_000)) + " }",
           LIMITED),
    _query("optionals within optionals",
           lambda: "SELECT (COUNT(*) AS ?n) { ?s ?p ?o "
                   + _nested("OPTIONAL { ?a ?b ?c ", "} ", 45) + "}", LIMITED),
    _query("a long chain of BIND",
           lambda: "SELECT * { BIND(1 AS ?x0) "
                   + " ".join(f"BIND(?x{n - 1} + 1 AS ?x{n})" for n in range(1, 5_000)) + " }",
           LIMITED | SMALL | MALFORMED),
    _query("a thousand patterns",
           lambda: "SELECT (COUNT(*) AS ?n) { " + _cross(1_000) + " }", LIMITED),
    _query("ten thousand variables",
           lambda: "SELECT " + " ".join(f"?v{n}" for n in range(10_000)) + " { ?s ?p ?o }",
           LIMITED | SMALL),
    _query("ten thousand sort keys",
           lambda: "SELECT * { ?s ?p ?o } ORDER BY " + " ".join(["?s ?p ?o"] * 3_000),
           LIMITED | SMALL),
    _query("a sum of ten thousand",
           lambda: "SELECT (" + "+".join(["1"] * 10_000) + " AS ?x) {}",
           LIMITED | SMALL | TOO_LARGE),
    _query("a disjunction of ten thousand",
           lambda: "ASK { ?s ?p ?o FILTER(" + " || ".join(["?o = ?s"] * 10_000) + ") }",
           LIMITED | SMALL | TOO_LARGE),
    _query("a collection of fifty thousand",
           lambda: "ASK { ?s ?p (" + "1 " * 50_000 + ") }",
           LIMITED | SMALL | TOO_LARGE),
    _query("a hundred thousand prefixes",
           lambda: "".join(f"PREFIX p{n}: <urn:{n}> " for n in range(30_000)) + "ASK {}",
           LIMITED | SMALL | TOO_LARGE),
]  # fmt: skip

NESTING: Final = [
    _query("three thousand braces", lambda: "ASK " + _nested("{", "}", 3_000), MALFORMED),
    _query("forty-nine braces", lambda: "ASK " + _nested("{", "}", 49), SMALL | LIMITED),
    _query("three hundred parentheses",
           lambda: f"SELECT ({_nested('(', ')', 300, '1')} AS ?x) {{}}", MALFORMED),
    _query("forty-five parentheses",
           lambda: f"SELECT ({_nested('(', ')', 45, '1')} AS ?x) {{}}", SMALL | LIMITED),
    _query("a hundred thousand parentheses", lambda: "(" * 100_000, MALFORMED),
    _query("nested lists", lambda: "ASK { ?s ?p " + _nested("(", ")", 500, "1") + " }", MALFORMED),
    _query("nested blank nodes",
           lambda: "ASK { " + _nested("[ ?p ", " ]", 500, "1") + " }", MALFORMED),
    _query("nested triples", lambda: "ASK { " + _nested("<<", " ?p ?o >>", 500, "?s") + " }",
           MALFORMED),
    _query("nested functions",
           lambda: f"SELECT ({_nested('STR(', ')', 500, '1')} AS ?x) {{}}", MALFORMED),
    _query("a hundred thousand negations",
           lambda: "SELECT (" + "!" * 100_000 + "true AS ?x) {}", MALFORMED),
    _query("a hundred thousand minus signs",
           lambda: "SELECT (" + "- " * 100_000 + "1 AS ?x) {}", MALFORMED),
    _query("paths in parentheses", lambda: f"ASK {{ ?s {_nested('(', ')', 300, NEXT)} ?o }}",
           MALFORMED),
    _query("inverse of inverse",
           lambda: "ASK { ?s " + "^" * 10_000 + f"{NEXT} ?o }}", MALFORMED | LIMITED | SMALL),
    _query("stars after stars",
           lambda: f"ASK {{ ?s {NEXT}" + "*" * 10_000 + " ?o }", MALFORMED),
]  # fmt: skip

OUTBOUND: Final = [
    _query("service to loopback", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", FORBIDDEN),
    _query("service to the metadata address",
           "SELECT * { SERVICE <http://169.254.169.254/> { ?s ?p ?o } }", FORBIDDEN),
    *[_query(f"service to a listed {listed}", f"SELECT * {{ SERVICE <{listed}> {{ ?s ?p ?o }} }}",
             ELSEWHERE) for listed in LISTED],
    _query("service to a name that is an inner address by its spelling",
           "SELECT * { SERVICE <http://127.0.0.1.nip.io:9/sparql> { ?s ?p ?o } }", FORBIDDEN),
    _query("service to a listed address under another name by a prefix",
           "PREFIX : <http://127.0.0.1:9/sparq> SELECT * { SERVICE :x { ?s ?p ?o } }", FORBIDDEN),
    _query("services without end",
           lambda: "SELECT * { " + f"SERVICE <{LISTED[0]}> {{ ?s ?p ?o }} " * 5_000 + "}",
           TOO_LARGE),
    _query("services in services",
           lambda: "ASK { " + _nested(f"SERVICE SILENT <{LISTED[0]}> {{ ", "} ", 19) + "}", SMALL),
    _query("silent service to a variable", "SELECT * { SERVICE SILENT ?x { ?s ?p ?o } }", FORBIDDEN),
    _query("service in odd case", "SELECT * { sErViCe <http://127.0.0.1:9/> {} }", FORBIDDEN),
    _query("service as a prefix", "PREFIX service: <http://127.0.0.1:9/> ASK { service:x {} }",
           FORBIDDEN),
    _query("service after a digit", "SELECT * { BIND(1 AS ?x) 1SERVICE<http://127.0.0.1:9/>{} }",
           FORBIDDEN | MALFORMED),
    _query("service after a keyword",
           "SELECT * { ?a ?b trueSERVICE<http://127.0.0.1:9/>{ ?s ?p ?o } }", FORBIDDEN),
    _query("service behind a comment",
           "SELECT * { # ignored\n#\rSERVICE#x\n<http://127.0.0.1:9/> { ?s ?p ?o } }", FORBIDDEN),
    _query("service in what looks like a string",
           "SELECT * { FILTER(1<2#>'''\n) SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } #'''\n}",
           FORBIDDEN | MALFORMED),
    _query("service written in escapes",
           "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
           FORBIDDEN | MALFORMED),
    _query("service in another alphabet", "SELECT * { \u0405ERVICE <http://127.0.0.1:9/> {} }", MALFORMED),
    _query("service with a long s",
           "SELECT * { \u017fERVICE <http://127.0.0.1:9/> {} }", FORBIDDEN | MALFORMED),
    _query("from somewhere else", "SELECT * FROM <http://127.0.0.1:9/x> { ?s ?p ?o }", SMALL),
    _query("from a file", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", SMALL),
]  # fmt: skip

BROKEN: Final = [
    _query("nothing", "", MALFORMED),
    _query("a zero byte", "ASK { ?s ?p '\x00' }", MALFORMED),
    _query("bytes that are no UTF-8", lambda: b"ASK { ?s ?p '\xff\xfe\xc0\x80' }", MALFORMED),
    _query("a surrogate in UTF-8", lambda: b"ASK { ?s ?p '\xed\xa0\x80' }", MALFORMED),
    _query("a surrogate in escapes", r"ASK { ?s ?p '\uD800' }", MALFORMED),
    _query("an escape past Unicode", r"ASK { ?s ?p '\UFFFFFFFF' }", MALFORMED),
    _query("an open string", "ASK { ?s ?p 'open }", MALFORMED),
    _query("an open long string", lambda: "ASK { ?s ?p '''" + "x'" * 400_000, MALFORMED),
    _query("an open IRI", lambda: "ASK { ?s ?p <http://" + "x" * 100_000, MALFORMED),
    _query("quotes without end", lambda: "ASK { ?s ?p " + "'" * 99_999 + " }",
           MALFORMED | TOO_LARGE | SMALL),
    _query("a comment that swallows the query", "ASK { # }", MALFORMED),
    _query("an update where a query is due", "CLEAR ALL", MALFORMED),
    _query("a query, then an update", "ASK {} ; CLEAR ALL", MALFORMED),
    _query("a byte order mark", "\ufeffASK {}", MALFORMED | SMALL),
    _query("text from right to left", "ASK { \u202e?s ?p ?o }", MALFORMED),
    _query("a relative base without end",
           lambda: "BASE <http://e.x/> ASK { <" + "../" * 100_000 + "x> ?p ?o }", SMALL | LIMITED),
]  # fmt: skip

GRAPHS: Final = [
    _graph("construct a flood", f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} WHERE {{ {_cross(3)} }}"),
    _graph("construct new blank nodes",
           f"CONSTRUCT {{ [] <urn:p> [ <urn:q> ?o0 ] }} WHERE {{ {_cross(2)} }}"),
    _graph("describe everything", f"DESCRIBE ?s0 ?o1 ?o2 WHERE {{ {_cross(3)} }}"),
    _graph("describe everything there is", "DESCRIBE * WHERE { ?s ?p ?o . ?a ?b ?c }"),
    _graph("construct a template of ten thousand",
           "CONSTRUCT { " + " . ".join(f"?s <urn:p{n}> ?o" for n in range(10_000))
           + " } WHERE { ?s ?p ?o }"),
]  # fmt: skip

QUERIES: Final = [
    *CROSS, *PATHS, *STRINGS, *SIZES, *NESTING, *OUTBOUND, *BROKEN, *GRAPHS,
]  # fmt: skip

_INTO: Final = f"GRAPH <{GRAPH}/new>"

UPDATES: Final = [
    _query("insert a cross product",
           f"INSERT {{ {_INTO} {{ ?s0 ?p1 ?o2 }} }} WHERE {{ GRAPH ?g {{ {_cross(3)} }} }}", LIMITED),
    _query("insert blank nodes without end",
           f"INSERT {{ {_INTO} {{ [] <urn:p> [] }} }} WHERE {{ GRAPH ?g {{ {_cross(3)} }} }}",
           LIMITED),
    _query("delete by a cross product",
           f"DELETE {{ GRAPH <{GRAPH}> {{ ?s0 ?p1 ?o2 }} }} "
           f"WHERE {{ GRAPH <{GRAPH}> {{ {_cross(4)} }} }}", LIMITED),
    _query("insert a doubled string",
           f"INSERT {{ {_INTO} {{ <urn:s> <urn:p> ?x47 }} }} WHERE {{ {_DOUBLING} }}", LIMITED),
    _query("load a file", f"LOAD <file:///etc/passwd> INTO {_INTO}", FORBIDDEN),
    _query("load from loopback", "LOAD SILENT <http://127.0.0.1:9/x>", FORBIDDEN),
    _query("load after a comment", "#\n LOAD#\n<http://127.0.0.1:9/x>", FORBIDDEN),
    _query("load as a prefix", "PREFIX load: <http://127.0.0.1:9/> INSERT DATA {} ; load:x",
           FORBIDDEN | MALFORMED),
    _query("service in an update",
           f"INSERT {{ {_INTO} {{ ?s ?p ?o }} }} "
           "WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", FORBIDDEN),
    _query("clear everything", "CLEAR ALL", FORBIDDEN),
    _query("drop a source's graph", "DROP GRAPH <https://w3id.org/polku/graph/sample>", FORBIDDEN),
    _query("overwrite a source's graph",
           f"COPY <{GRAPH}> TO <https://w3id.org/polku/graph/sample>", FORBIDDEN),
    _query("delete a source's statements",
           "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }", FORBIDDEN),
    _query("an update of ten megabytes",
           lambda: f"INSERT DATA {{ {_INTO} {{ <urn:s> <urn:p> '{'x' * 10_000_000}' }} }}", TOO_LARGE),
    _query("braces in an update", lambda: "INSERT DATA " + _nested("{", "}", 3_000), MALFORMED),
    _query("half an update", f"INSERT DATA {{ {_INTO} {{ <urn:s> <urn:p> ", MALFORMED),
    _query("a zero byte in an update", "INSERT DATA { <urn:s> <urn:p> '\x00' }", MALFORMED),
    _query("a good update before a bad one",
           f"INSERT DATA {{ {_INTO} {{ <urn:s> <urn:p> 1 }} }} ; CLEAR ALL", FORBIDDEN),
    _query("a good update before a bomb",
           f"INSERT DATA {{ {_INTO} {{ <urn:s> <urn:p> 1 }} }} ; "
           f"INSERT {{ {_INTO} {{ ?s0 ?p1 ?o2 }} }} WHERE {{ GRAPH ?g {{ {_cross(3)} }} }}",
           LIMITED),
]  # fmt: skip

_NAMES: Final = frozenset({
    "count over a cross product",
    "sort a cross product",
    "distinct over a cross product",
    "a closure of anything",
    "double a string 47 times",
    "values that multiply",
    "stream a cross product",
    "a regex for each row",
})  # fmt: skip

EIGHT: Final = [case for case in QUERIES if case.name in _NAMES]
"""Eight that between them wear out the processor, the memory and the answer's size."""
