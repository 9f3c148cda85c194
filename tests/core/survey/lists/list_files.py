"""Invented lists in every format: ids that pass their check digit and belong to nothing real."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from core.survey.codes.codelists import load_lookup
from core.survey.identifiers.numbers import verhoeff
from core.survey.lists import LoadedList

GENDER = "999004351000000109"
HFE = "1955841000000104"
TERMINATION = "999004361000000107"
UNKNOWN_SET = "999099991000000105"


def sctid(item: int, partition: str = "10", namespace: str = "1000000") -> str:
    """A SNOMED CT id of a UK namespace with the right check digit."""
    whole = f"{item}{namespace if partition[0] == '1' else ''}{partition}"
    return next(whole + digit for digit in "0123456789" if verhoeff(whole + digit))


def refset(
    path: Path, members: Iterable[tuple[str, str, str, str]], *, end: str = "\r\n", extra: str = ""
) -> Path:
    """An RF2 simple reference set: (day, active, refset, member) a row."""
    lines = ["id\teffectiveTime\tactive\tmoduleId\trefsetId\treferencedComponentId"]
    for number, (day, active, of, member) in enumerate(members):
        lines.append(
            f"80000000-0000-0000-0000-{number:012d}\t{day}\t{active}\t999000011000000103\t{of}\t{member}"
        )
    path.write_text(end.join(lines) + end + extra, encoding="utf-8", newline="")
    return path


def descriptions(path: Path, rows: Iterable[tuple[str, str, str, str]]) -> Path:
    """An RF2 description file: (id, active, concept, term) a row."""
    lines = ["id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId"]
    for own, active, concept, term in rows:
        lines.append(
            f"{own}\t20250801\t{active}\t999000011000000103\t{concept}\ten\t900000000000013009\t{term}\t"
            "900000000000448009"
        )
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8", newline="")
    return path


def clusters(path: Path, rows: Iterable[tuple[str, str, str, str, str, str]], *, tail: bytes = b"") -> Path:
    """The Primary Care Domain file: (cluster, its title, concept, term, active, sensitive) a row."""
    names = (
        "Cluster_Category,Cluster_ID,Cluster_Desc,Active_in_Refset,Refset_Status_Date,RefsetId,"
        "Refset_Description,ConceptId,ConceptId_Description,Active_Code_Status,Code_Status_Date,"
        "Type_of_Inclusion,Sensitive_Status,Sensitive_Status_Date"
    )
    lines = [names]
    for cluster, title, concept, term, active, sensitive in rows:
        lines.append(
            f'QOF,{cluster},"{title}",{active},20250801,{UNKNOWN_SET},"{title}",{concept},"{term}",1,20250801,'
            f"CORE,{sensitive},"
        )
    path.write_bytes("\r\n".join(lines).encode() + b"\r\n" + tail)
    return path


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[str]]]) -> Path:
    """A workbook of text cells."""
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell)
    book.close()
    return path


def value_set(path: Path, **parts: object) -> Path:
    """A FHIR ValueSet as JSON."""
    whole = {
        "resourceType": "ValueSet",
        "url": "https://lists.example/vs/invented",
        "version": "3",
        "name": "Invented_vs",
        "title": "Invented",
        "status": "active",
        "date": "2025-08-13",
        **parts,
    }
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def include(codes: Iterable[tuple[str, str]], system: str = "http://snomed.info/sct") -> dict[str, object]:
    """An include or exclude of listed concepts."""
    return {"system": system, "concept": [{"code": code, "display": term} for code, term in codes]}


def csv_file(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """Lines of text."""
    path.write_bytes("\n".join((*lines, "")).encode(encoding))
    return path


def zipped(path: Path, members: dict[str, Path]) -> Path:
    """A zip of files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in members.items():
            archive.write(file, name)
    return path


#: Four ids that no list but a test's own holds.
A, B, C, D = (sctid(100_000 + n) for n in range(4))


def part(loaded: LoadedList, part_id: str) -> frozenset[str]:
    """The SNOMED CT codes of a part."""
    return next(p for p in loaded.parts if p.id == part_id).entries.get("snomed", frozenset())


def flags(loaded: LoadedList, code: str) -> tuple[str, ...]:
    """The categories of a code with the list loaded."""
    lookup = load_lookup((loaded,))
    return lookup.categories_of(lookup.bits_of_code(code))
