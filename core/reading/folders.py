"""What a folder of a supplier's tables says as a whole: tables that are missing, extracts of changes only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.model import Hazard, Problem, Recognised, Table
from core.reading.folders_emis import emis_extracts, emis_notes
from core.reading.folders_systmone import systmone_extracts, systmone_notes


@dataclass(frozen=True)
class FolderNotes:
    """Hazards and problems of an export's tables taken together."""

    hazards: tuple[Hazard, ...] = ()
    problems: tuple[Problem, ...] = ()


def folder_notes(
    name: str, tables: Sequence[Table], recognised: Mapping[str, Recognised], others: Sequence[str] = ()
) -> FolderNotes:
    """What is to be said of the tables of the export `name` together; `others` are the names of files beside
    them that were not opened. Reads the manifest of a SystmOne extract, nothing else."""
    known = [(table, recognised[table.name]) for table in tables if table.name in recognised]
    hazards = list(emis_notes(name, known))
    more, problems = systmone_notes(name, known, others)
    return FolderNotes((*hazards, *more), problems)


def extract_notes(
    name: str, tables: Sequence[Table], recognised: Mapping[str, Recognised]
) -> tuple[Hazard, ...]:
    """Hazards of the export `name` where its tables are of more than one extract, whatever folders they lie
    in: their names are told with those of the folders ('20240601_0300/SRPatient')."""
    known = [(table, recognised[table.name]) for table in tables if table.name in recognised]
    return (*emis_extracts(name, known), *systmone_extracts(name, known))
