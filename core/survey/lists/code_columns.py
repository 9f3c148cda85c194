"""Which column of a plain table holds codes, and which their terms: by heading, else by what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from core.survey.codes.categories import load_categories
from core.survey.lists.candidates import Sheet
from core.survey.lists.judging import BNF, ICD10, READ, SNOMED, place, terminology_of

#: Headings of OpenCodelists, old and new, in the order in which it tries them, and their terminology.
OPENCODELISTS = {
    "ctv3id": READ,
    "ctv3code": READ,
    "snomedctid": SNOMED,
    "snomedcode": SNOMED,
    "snomedid": SNOMED,
    "dmd": SNOMED,
    "dmdid": SNOMED,
    "icd10": ICD10,
    "icdcode": ICD10,
    "icd": ICD10,
    "icd10code": ICD10,
    "id": "",
    "code": "",
}
#: Others that lists go by; plain headings of small letters and digits.
OTHERS = {
    "conceptid": SNOMED,
    "snomedctconceptid": SNOMED,
    "snomedconceptid": SNOMED,
    "snomedctcode": SNOMED,
    "snomedct": SNOMED,
    "snomed": SNOMED,
    "sctid": SNOMED,
    "medcodeid": SNOMED,
    "dmdcode": SNOMED,
    "vpid": SNOMED,
    "apid": SNOMED,
    "readcode": READ,
    "readv2": READ,
    "readv2code": READ,
    "readcodev2": READ,
    "read2code": READ,
    "ctv3": READ,
    "readctv3": READ,
    "icd10codes": ICD10,
    "bnfcode": BNF,
    "bnf": BNF,
    "clinicalcode": "",
    "codes": "",
    "concept": "",
    "codevalue": "",
}
_TERMS = (
    "term",
    "description",
    "codedescription",
    "ctv3preferredtermdesc",
    "ctv3term",
    "preferredterm",
    "display",
    "name",
    "conceptname",
    "fsn",
    "fullyspecifiedname",
    "desc",
    "definition",
    "meaning",
    "label",
    "title",
    "rubric",
    "readterm",
    "nm",
)
CATEGORY = ("category", "categories", "group", "type", "condition", "topic")
_LOOK = 500
_ENOUGH = 0.8
_MOST_CATEGORIES = 60


@dataclass(frozen=True)
class CodeColumns:
    """Positions of the codes, their terms and their category. `by_heading`: the heading says that it holds
    codes; else what is in it does."""

    code: int
    terminology: str
    term: int | None
    category: int | None
    by_heading: bool
    heading: str
    share: float  # of the first codes, how many are whole


def code_columns(sheet: Sheet) -> CodeColumns | None:
    """The columns of a list of codes, None where the table is none."""
    for known in (OPENCODELISTS, OTHERS):
        for heading, terminology in known.items():
            if heading in sheet.headings:
                found = _at(sheet, sheet.headings.index(heading), terminology, heading)
                if found is not None:
                    return found
    best: CodeColumns | None = None
    for position in range(min(len(sheet.headings), 12)):
        found = _at(sheet, position, "", "")
        if found is not None and (best is None or found.share > best.share):
            best = found
    return best


def values_of(sheet: Sheet, position: int) -> Iterator[str]:
    """The cells of a column; where the first line was taken for field names though it is a row, that cell
    first."""
    for (value,) in sheet.rows([position]):
        yield value


def _at(sheet: Sheet, position: int, terminology: str, heading: str) -> CodeColumns | None:
    codes = [value.strip() for value in islice(values_of(sheet, position), _LOOK)]
    codes = [code for code in codes if code]
    if not codes:
        return None
    terminology = terminology or terminology_of(codes)
    places = [place(code, terminology) for code in codes]
    share = sum(not p.damaged for p in places) / len(places)
    # A column that its heading calls one of codes may be badly damaged, and is still one.
    mendable = sum(not p.damaged or bool(p.suggestions) for p in places) / len(places)
    if not heading and (mendable < _ENOUGH or share < _ENOUGH / 2):
        return None
    if heading and mendable < 0.3:
        return None
    return CodeColumns(
        code=position,
        terminology=terminology,
        term=_other(sheet, _TERMS, position),
        category=_other(sheet, CATEGORY, position),
        by_heading=bool(heading),
        heading=heading,
        share=share,
    )


def _other(sheet: Sheet, names: tuple[str, ...], code: int) -> int | None:
    found = sheet.column(*names)
    if found is not None and found != code:
        return found
    if names is not _TERMS:
        return None
    ending = next(
        (
            i
            for i, h in enumerate(sheet.headings)
            if i != code and h.endswith(("term", "desc", "description"))
        ),
        None,
    )
    if ending is None and len(sheet.headings) == 2 and not any(sheet.headings):
        return 1 - code
    return ending


def categories_said(sheet: Sheet, columns: CodeColumns) -> bool:
    """Whether a column names Threshold's own categories for the codes."""
    if columns.category is None:
        return False
    names: set[str] = set()
    for (name,) in sheet.rows([columns.category]):
        names.add(name.strip().casefold())
        if len(names) > _MOST_CATEGORIES:
            return False
    return any(name in category_names() for name in names)


@lru_cache(maxsize=1)
def category_names() -> Mapping[str, str]:
    """Category ids by id, title and title of their group where that holds one alone; small letters."""
    names: dict[str, str] = {}
    for rules in load_categories():
        category = rules.category
        for name in (category.id, category.id.replace("_", " "), category.title):
            names[name.casefold()] = category.id
    return names
