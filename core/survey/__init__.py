"""Export -> Survey: what each field is, what each row says, who it is about."""

from core.survey.codes.categories import Category
from core.survey.codes.codelists import CodeLookup, load_lookup
from core.survey.results import (
    NO_DAY,
    NO_PATIENT,
    OBJECTIONS,
    STATUS_WORDS,
    KnownIdentifiers,
    PatientFacts,
    Survey,
    TableFacts,
)
from core.survey.survey import find_fields, survey_export

__all__ = [
    "NO_DAY",
    "NO_PATIENT",
    "OBJECTIONS",
    "STATUS_WORDS",
    "Category",
    "CodeLookup",
    "KnownIdentifiers",
    "PatientFacts",
    "Survey",
    "TableFacts",
    "find_fields",
    "load_lookup",
    "survey_export",
]
