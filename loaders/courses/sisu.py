"""Code lists of Sisu, alike at every university that runs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ontology import terms
from ontology.terms import Iri

LEVELS: Final[Mapping[str, Iri]] = {
    "basic-studies": terms.BasicStudies,
    "intermediate-studies": terms.IntermediateStudies,
    "advanced-studies": terms.AdvancedStudies,
    "postgraduate-studies": terms.PostgraduateStudies,
    "other-studies": terms.OtherStudies,
}
"""Last part of ``urn:code:study-level`` → study level."""
MODES: Final[Mapping[str, Iri]] = {
    "teaching-participation-lectures": terms.OnSite,
    "teaching-participation-contact": terms.OnSite,
    "teaching-participation-online": terms.Online,
    "teaching-participation-blended": terms.Blended,
    "teaching-participation-project": terms.ProjectWork,
    "independent-work-essay": terms.ProjectWork,
}
"""Type of a course unit realisation → mode of participation; exams and theses have none."""
