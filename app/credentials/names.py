"""Short names in our JSON, and the IRIs that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from ontology import terms
from ontology.iris import Minter
from ontology.universities import UNIVERSITIES

EQF = "http://data.europa.eu/snb/eqf/"
"""Where the IRIs of EQF levels begin; a digit follows."""

COUNTRY = "http://publications.europa.eu/resource/authority/country/"
"""Where the IRIs of countries begin; three letters follow."""

Mode = Literal["onsite", "online", "blended", "project"]
StudyLevel = Literal["basic", "intermediate", "advanced", "postgraduate", "other"]

MODES: Mapping[Mode, str] = MappingProxyType(
    {
        "onsite": terms.OnSite,
        "online": terms.Online,
        "blended": terms.Blended,
        "project": terms.ProjectWork,
    }
)
STUDY_LEVELS: Mapping[StudyLevel, str] = MappingProxyType(
    {
        "basic": terms.BasicStudies,
        "intermediate": terms.IntermediateStudies,
        "advanced": terms.AdvancedStudies,
        "postgraduate": terms.PostgraduateStudies,
        "other": terms.OtherStudies,
    }
)

EQF_OF: Mapping[str, int] = MappingProxyType(
    {
        terms.BasicStudies: 6,
        terms.IntermediateStudies: 6,
        terms.AdvancedStudies: 7,
        terms.PostgraduateStudies: 8,
    }
)
"""Study level → the EQF level of the degree that it belongs to (Finland's decree 120/2017)."""

COUNTRIES: Mapping[str, str] = MappingProxyType(
    {
        "AT": "AUT", "BE": "BEL", "BG": "BGR", "CH": "CHE", "CY": "CYP", "CZ": "CZE", "DE": "DEU",
        "DK": "DNK", "EE": "EST", "ES": "ESP", "FI": "FIN", "FR": "FRA", "GB": "GBR", "GR": "GRC",
        "HR": "HRV", "HU": "HUN", "IE": "IRL", "IS": "ISL", "IT": "ITA", "LI": "LIE", "LT": "LTU",
        "LU": "LUX", "LV": "LVA", "MT": "MLT", "NL": "NLD", "NO": "NOR", "PL": "POL", "PT": "PRT",
        "RO": "ROU", "SE": "SWE", "SI": "SVN", "SK": "SVK", "UA": "UKR",
    }
)  # fmt: skip
"""Two letters → three, of the countries of the European Education Area and its neighbours."""

BODIES: Mapping[str, str] = MappingProxyType(
    {str(Minter().organisation(one.ror)): one.code for one in UNIVERSITIES.values()}
)
"""IRI of a university of the network → its code."""
