"""Codes of VIRTA's publication data: types, organisations, licences, fields of science.

Sources: the code lists http://uri.suomi.fi/codelist/research/Julkaisutyyppiluokitus and
http://uri.suomi.fi/codelist/research/Tieteenala2010; Statistics Finland's register of educational
institutions for the organisations; VIRTA's status report for what its one-digit codes mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ontology import terms
from ontology.terms import Iri
from ontology.universities import UNIVERSITIES

WORK_TYPES: Final[Mapping[str, Iri]] = MappingProxyType(
    {
        **dict.fromkeys(("A1", "A2", "A4", "B1", "B3", "D1", "D3", "E1"), terms.Article),
        **dict.fromkeys(("A3", "B2", "D2"), terms.Chapter),
        **dict.fromkeys(("C1", "C2", "D4", "D5", "D6", "E2", "E3"), terms.Book),
        **dict.fromkeys(("G1", "G2", "G3"), terms.StudentThesis),
        **dict.fromkeys(("G4", "G5"), terms.DoctoralThesis),
        "I2": terms.Software,
    }
)
"""Publication type → ours; art (F), patents (H), audiovisual works (I1), abstracts (KA) and
posters (KP) have none of their own. A licentiate's thesis (G3) is a student's."""

REVIEWED: Final[Mapping[str, bool]] = MappingProxyType(
    {**dict.fromkeys(("A1", "A2", "A3", "A4"), True), **dict.fromkeys(("B1", "B2", "B3"), False)}
)
"""What the type itself says of peer review: group A passed it, group B did not."""

DISSERTATIONS: Final = frozenset(["0", "1"])
"""Thesis types: a monograph, or a collection of articles; both are doctoral."""

LICENCES: Final[Mapping[str, str]] = MappingProxyType(
    {"1": "CC BY", "2": "CC BY-NC", "3": "CC BY-NC-ND", "4": "CC BY-SA"}
)

_OTHER_ROR: Final = {"01901": "040af2s02", "01903": "029pk6x14", "10089": "05vghhr25"}
_OF_NETWORK: Final = {"10076": "aalto", "01904": "oulu", "10122": "tampere", "01913": "vaasa"}

ROR: Final[Mapping[str, str]] = MappingProxyType(
    {code: UNIVERSITIES[name].ror for code, name in _OF_NETWORK.items()} | _OTHER_ROR
)
"""Institution number → ROR identifier."""

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "01901": "Helsingin yliopisto",
        "01903": "Åbo Akademi",
        "01905": "Tampereen yliopisto (–2018)",
        "01906": "Jyväskylän yliopisto",
        "01910": "Svenska handelshögskolan",
        "01914": "Lappeenrannan–Lahden teknillinen yliopisto LUT",
        "01915": "Tampereen teknillinen yliopisto (–2018)",
        "01918": "Lapin yliopisto",
        "10088": "Itä-Suomen yliopisto",
        "10089": "Turun yliopisto",
        "10103": "Taideyliopisto",
        **{code: UNIVERSITIES[name].names["fi"] for code, name in _OF_NETWORK.items()},
    }
)
"""Institution number → name: a delivery states the number alone."""

FIELDS_AT: Final = "http://uri.suomi.fi/codelist/research/Tieteenala2010/code/"

FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "1": "Natural sciences",
        "111": "Mathematics",
        "112": "Statistics and probability",
        "113": "Computer and information sciences",
        "114": "Physical sciences",
        "115": "Astronomy, space science",
        "116": "Chemical sciences",
        "1171": "Geosciences",
        "1172": "Environmental sciences",
        "1181": "Ecology, evolutionary biology",
        "1182": "Biochemistry, cell and molecular biology",
        "1183": "Plant biology, microbiology, virology",
        "1184": "Genetics, developmental biology, physiology",
        "119": "Other natural sciences",
        "2": "Engineering and technology",
        "211": "Architecture",
        "212": "Civil and construction engineering",
        "213": "Electronic, automation and communications engineering, electronics",
        "214": "Mechanical engineering",
        "215": "Chemical engineering",
        "216": "Materials engineering",
        "217": "Medical engineering",
        "218": "Environmental engineering",
        "219": "Environmental biotechnology",
        "220": "Industrial biotechnology",
        "221": "Nano-technology",
        "222": "Other engineering and technologies",
        "3": "Medical and health sciences",
        "3111": "Biomedicine",
        "3112": "Neurosciences",
        "3121": "Internal medicine",
        "3122": "Cancers",
        "3123": "Gynaecology and paediatrics",
        "3124": "Neurology and psychiatry",
        "3125": "Otorhinolaryngology, ophthalmology",
        "3126": "Surgery, anesthesiology, intensive care, radiology",
        "313": "Dentistry",
        "3141": "Health care science",
        "3142": "Public health care science, environmental and occupational health",
        "3143": "Nutrition",
        "315": "Sport and fitness sciences",
        "316": "Nursing",
        "317": "Pharmacy",
        "318": "Medical biotechnology",
        "319": "Forensic science and other medical sciences",
        "4": "Agriculture and forestry",
        "4111": "Agronomy",
        "4112": "Forestry",
        "412": "Animal science, dairy science",
        "413": "Veterinary science",
        "414": "Agricultural biotechnology",
        "415": "Other agricultural sciences",
        "5": "Social sciences",
        "511": "Economics",
        "512": "Business and management",
        "513": "Law",
        "514": "Sociology",
        "5141": "Sociology",
        "5142": "Social policy",
        "515": "Psychology",
        "516": "Educational sciences",
        "517": "Political science",
        "518": "Media and communications",
        "519": "Social and economic geography",
        "520": "Other social sciences",
        "6": "Humanities",
        "611": "Philosophy",
        "6121": "Languages",
        "6122": "Literature studies",
        "6131": "Theatre, dance, music, other performing arts",
        "6132": "Visual arts and design",
        "614": "Theology",
        "615": "History and archaeology",
        "616": "Other humanities",
    }
)
"""Field of science → its English name: a delivery states the code alone."""
