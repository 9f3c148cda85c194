"""A clinical system's own dictionary: EMIS Coding_ClinicalCode and Coding_DrugCode, CPRD Aurum's medical and
product dictionaries. Its numbers are tied to SNOMED CT concepts, and everything is judged by its terms.

Columns: EMIS bulk extract v8.2; CPRD Aurum data specification. A file of these in an export is read with the
export; here one is remembered for exports that come without it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.model import Progress
from core.survey.lists.building import Builder, Content
from core.survey.lists.candidates import MOST_ROWS, ListCandidate, Sheet, day_in, too_long
from core.survey.lists.dictionary_building import ConceptsBuilder
from core.survey.lists.judging import READ, Judge
from core.survey.lists.model import Damage
from core.survey.lists.readers import Seen
from core.survey.lists.rf2_text import ids

_ABOUT_PATIENTS = frozenset(
    ("patid", "epatid", "patientguid", "patientid", "nhsnumber", "nhsno", "eventdate", "obsdate", "issuedate")
)


@dataclass(frozen=True)
class _Shape:
    """The columns of one sort of dictionary, as small letters and digits. `number` is the system's own."""

    id: str
    title: str
    number: str
    needed: frozenset[str]  # at least one of them
    concept: tuple[str, ...]
    description: tuple[str, ...]
    codes: tuple[str, ...]  # Read and local codes, and national ones
    terms: tuple[str, ...]
    get_again: str


_SHAPES = (
    _Shape(
        "emis-drugs", "EMIS medicine dictionary (Coding_DrugCode)", "codeid",
        frozenset(("dmdproductcodeid",)), ("dmdproductcodeid",), (), (), ("term",), "EMIS",
    ),
    _Shape(
        "emis-codes", "EMIS code dictionary (Coding_ClinicalCode)", "codeid",
        frozenset(("snomedctconceptid", "readtermid")), ("snomedctconceptid",), ("snomedctdescriptionid",),
        ("readtermid", "nationalcode"), ("term", "nationaldescription"), "EMIS",
    ),
    _Shape(
        "cprd-codes", "CPRD Aurum medical dictionary", "medcodeid",
        frozenset(("snomedctconceptid", "cleansedreadcode", "originalreadcode")), ("snomedctconceptid",),
        ("snomedctdescriptionid",), ("cleansedreadcode", "originalreadcode"), ("term",), "CPRD",
    ),
    _Shape(
        "cprd-products", "CPRD Aurum product dictionary", "prodcodeid",
        frozenset(("dmdid", "termfromemis", "productname")), ("dmdid",), (), (),
        ("termfromemis", "productname", "drugsubstancename"), "CPRD",
    ),
)  # fmt: skip


class DictionaryReader:
    """Dictionaries of clinical systems."""

    id = "dictionary"
    title = "A clinical system's own dictionary (EMIS, CPRD)"

    def recognise(self, candidate: ListCandidate) -> Seen | None:
        """By its column names."""
        found = _found(candidate)
        if found is None:
            return None
        sheet, shape = found
        name = sheet.table.fields[sheet.headings.index(shape.number)].name
        return Seen(0.95, (f"its columns are those of the {shape.title}, with its own number in {name}",))

    def read(self, candidate: ListCandidate, judge: Judge, progress: Progress | None) -> Content:
        """See ListReader."""
        found = _found(candidate)
        assert found is not None
        sheet, shape = found
        concepts, builder = ConceptsBuilder(judge), Builder(judge)
        damaged, rows = 0, 0
        number = sheet.column(shape.number)
        concept, description = sheet.column(*shape.concept), sheet.column(*shape.description)
        terms = [c for n in shape.terms if (c := sheet.column(n)) is not None]
        codes = [c for n in shape.codes if (c := sheet.column(n)) is not None]
        wanted = sorted({c for c in (number, concept, description, *terms, *codes) if c is not None})
        for block in sheet.table.blocks():
            data = sheet.table.read(block, wanted).data
            rows += data.num_rows
            if rows > MOST_ROWS:
                raise too_long(sheet.name)
            if progress is not None:
                progress(0, 0, "Reading the list")
            bits = np.zeros(data.num_rows, np.uint64)
            for term in terms:
                bits |= concepts.bits(data.column(str(term)))
            own, own_whole = ids(_filled(data, number))
            of, of_whole = ids(_filled(data, concept))
            has = np.asarray(_has_text(data, concept))
            damaged += int((has & ~of_whole).sum())
            meant = np.where(of_whole, of, own)
            known = of_whole | own_whole
            concepts.add(meant[known], bits[known], np.ones(int(known.sum()), np.bool_))
            concepts.alias(own[of_whole & own_whole], of[of_whole & own_whole])
            told, told_whole = ids(_filled(data, description))
            concepts.alias(told[of_whole & told_whole], of[of_whole & told_whole])
            words = [data.column(str(term)).to_pylist() for term in terms]
            for code in codes:
                for row, text in enumerate(data.column(str(code)).to_pylist()):
                    if text and not text.strip().isdecimal():
                        said = " ; ".join(filter(None, (column[row] for column in words)))
                        builder.add("", "", text, said, READ)
        whole = concepts.finish()
        content = Content(shape.title, date=day_in(candidate.file_name), concepts=whole)
        content.get_again = shape.get_again
        builder.into(content)
        content.rows, content.codes = rows, content.codes + len(whole.ids)
        # A dictionary's Read codes are as various as the practices that made them; only its ids are damaged.
        content.damage = Damage(damaged)
        return content


def _found(candidate: ListCandidate) -> tuple[Sheet, _Shape] | None:
    for sheet in candidate.sheets:
        names = set(sheet.headings)
        if names & _ABOUT_PATIENTS:
            continue
        for shape in _SHAPES:
            if shape.number in names and names & shape.needed and names & set(shape.terms):
                return sheet, shape
    return None


def _filled(data: pa.RecordBatch, position: int | None) -> pa.Array:
    if position is None:
        return pa.array([""] * data.num_rows, pa.string())
    return data.column(str(position)).fill_null("")


def _has_text(data: pa.RecordBatch, position: int | None) -> list[bool]:
    return [bool(text.strip()) and text.strip() != "0" for text in _filled(data, position).to_pylist()]
