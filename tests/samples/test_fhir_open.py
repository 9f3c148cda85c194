"""Real FHIR files: every value lands in a cell, and no field that names a patient passes for ordinary."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from lxml import etree

from core.model import Export, Kind, ReadError
from core.reading import open_export
from core.survey import find_fields
from tests.core.reading.text.files import names_of, rows_of

_MARK = re.compile(rb'"resourceType"|http://hl7\.org/fhir["\']')
_DIV = "{http://www.w3.org/1999/xhtml}"
#: Refused with line and column: these two are pieces of a web page.
BROKEN = {"meds_response.json", "consultations_forwards_response1.json"}
#: What says how a record is built: it stands in no cell.
_BUILT = {"resourceType", "url", "profile"}
_STRUCTURE = {"generated", "extensions", "additional", "empty", "https://fhir.nhs.uk/Id/nhs-number"}
_ORDINARY = {Kind.ADMINISTRATIVE, Kind.CLINICAL_VALUE, Kind.CODED_CLINICAL}


def fhir_samples(shared: Path) -> list[Path]:
    found = sorted(p for p in (shared / "samples").rglob("*") if p.suffix in (".json", ".xml"))
    return [p for p in found if _MARK.search(p.read_bytes())]


def leaves(path: Path) -> list[tuple[str, str]]:
    """(last name, value) of everything in a file, read without our own readers."""
    found: list[tuple[str, str]] = []

    def walk(value: object, name: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, key)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, name)
        elif value is not None:
            found.append((name, ("true" if value else "false") if isinstance(value, bool) else str(value)))

    if path.suffix == ".json":
        walk(json.loads(path.read_bytes(), parse_float=str, parse_int=str), "")
        return found
    for node in etree.parse(path).iter():
        if not isinstance(node.tag, str):
            found.append(("comment", node.text or ""))
        elif node.tag.startswith(_DIV):
            found.append(("div", node.text or ""))
            if node.tag != f"{_DIV}div":
                found.append(("div", node.tail or ""))
        else:
            tag = etree.QName(node).localname
            found += [(tag if k == "value" else k, v) for k, v in node.attrib.items()]
    return found


def cells_of(export: Export) -> set[str]:
    return {cell for table in export.tables for row in rows_of(table) for cell in row if cell}


def test_every_value_of_every_sample_is_in_a_cell(shared: Path) -> None:
    samples = [p for p in fhir_samples(shared) if p.name not in BROKEN]
    assert len(samples) > 50
    for path in samples:
        cells = cells_of(open_export([path]))
        narratives = " ".join(" ".join(cells).split())
        lost = 0
        for name, value in leaves(path):
            if not value.strip() or value in cells or name in _BUILT or value in _STRUCTURE:
                continue
            if name == "data":
                continue  # an attachment: named by its size
            if name in ("div", "comment"):
                texts = re.findall(r">([^<>]+)<", value) if "<" in value and name == "div" else [value]
                lost += any(" ".join(_plain(t).split()) not in narratives for t in texts if t.strip())
                continue
            lost += 1
        assert lost == 0, path.name


def _plain(text: str) -> str:
    return html.unescape(text)


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_sample_is_refused_with_its_place(shared: Path, name: str) -> None:
    (path,) = (shared / "samples").rglob(name)
    with pytest.raises(ReadError, match=r"line 1, column 2"):
        open_export([path])


def test_no_patients_name_address_or_number_is_in_an_ordinary_field(shared: Path) -> None:
    told = re.compile(
        r"(?:.* )?(?:surname|forename|address line|postcode|telephone|e-mail|nhs number)(?: \d)?", re.I
    )
    for path in fhir_samples(shared):
        if path.name in BROKEN:
            continue
        export = open_export([path])
        if "patients" not in {t.name for t in export.tables}:
            continue
        people = export.table("patients")
        names = {
            cell
            for row in rows_of(people)
            for field, cell in zip(names_of(people), row, strict=True)
            if cell and len(cell) > 4 and told.fullmatch(field)
        }
        findings = find_fields(export)
        for table in export.tables:
            kinds = [f.kind for f in findings[table.name]]
            for row in rows_of(table):
                for field, kind, cell in zip(names_of(table), kinds, row, strict=True):
                    assert kind not in _ORDINARY or cell not in names, (path.name, table.name, field)
