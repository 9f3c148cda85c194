"""Exports with a planted sensitive entry and all that belongs to it, in files as suppliers write them."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from core.demo.emis import code_id, emis_bulk, guid, headers
from core.demo.practice import make_practice
from core.demo.shaped import write_files
from core.demo.words import Concept, load_codes
from core.model import Status
from core.protection import (
    Decisions,
    Key,
    ObjectionSource,
    Plan,
    RowDecisions,
    decide_rows,
    make_plan,
)
from core.protection.profile import Profile, read_profile
from core.reading import open_export
from core.survey import survey_export
from core.survey.results import Survey
from resources import ROOT

KEY = Key(bytes(range(32)))
Record = Mapping[str, str]


def concept(term: str) -> Concept:
    """The invented practice's code with this term."""
    return next(c for c in load_codes().concepts if c.term.startswith(term))


HIV = concept("HIV positive")
HIV_MEDICINE = concept("Emtricitabine")
ASTHMA = concept("Asthma")
BLOOD_PRESSURE = concept("Systolic")
INHALER = concept("Salbutamol")


@cache
def profile_of(name: str) -> Profile:
    return read_profile(ROOT / "profiles" / f"{name}.toml")


def fields_of(format: str, table: str) -> list[str]:
    """The published field names of a table."""
    known = tomllib.loads((ROOT / "formats" / "known_tables.toml").read_text(encoding="utf-8"))
    return [name for name in known[format][table].replace(",", "").split() if name != "+"]


def surveyed(*paths: Path) -> Survey:
    return survey_export(open_export(list(paths)))


def decided(survey: Survey, profile: str = "approved-research", **more: Any) -> tuple[Plan, RowDecisions]:
    decisions = more.pop("decisions", None)
    plan = make_plan(
        survey,
        profile_of(profile),
        recipient="R",
        project="P",
        objection_sources=(ObjectionSource("codes"),),
        assume_registered=True,
        decisions=None if decisions is None else Decisions(**decisions),
        **more,
    )
    return plan, decide_rows(survey, plan, KEY)


def reason(rows: RowDecisions, table: str, row: int) -> str:
    """The reason id of one row, '' where it leaves."""
    number = int(rows.withheld[table][row])
    return rows.reasons[number - 1].id if number else ""


def went(rows: RowDecisions, table: str) -> dict[int, str]:
    """The rows of a table that went with others, and as what."""
    kinds = {
        n: r.id.removeprefix("closure.") for n, r in enumerate(rows.reasons, 1) if r.id.startswith("closure.")
    }
    return {at: kinds[n] for at, n in enumerate(rows.withheld[table].tolist()) if n in kinds}


def write(path: Path, fields: Sequence[str], rows: Sequence[Record], **style: Any) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, fields, restval="", **style)
        out.writeheader()
        out.writerows(rows)
    return path


class Emis:
    """An EMIS bulk extract in which one patient's HIV entry has everything that can belong to one. `at` says
    in which row of its table each planted thing stands."""

    def __init__(self, folder: Path) -> None:
        practice = make_practice(60)
        self.shaped = emis_bulk(practice)
        people = [p for p in practice.people if p.status is Status.REGISTERED and p.nhs_state == "valid"]
        self.one, self.other = people[3], people[4]
        self.at: dict[str, tuple[str, int]] = {}
        self.paths = write_files(self.shaped, folder)
        self.folder = folder
        self._observations()
        self._medicines()
        self._contacts()
        self.survey = surveyed(*sorted(folder.iterdir()))
        # Files are opened under their own names: tables are called by what they were recognised as.
        self.names = {r.table: name for name, r in self.survey.export.recognised.items()}

    def table(self, name: str) -> str:
        return self.names.get(name) or next(n for n in self.survey.facts if name in n)

    def of(self, rows: RowDecisions, planted: str) -> str:
        table, row = self.at[planted]
        return reason(rows, self.table(table), row)

    def _path(self, table: str) -> Path:
        return next(
            (p for p in self.paths if f"_{table}_" in p.name),
            self.folder / f"4011_{table}_20260112081400_A.csv",
        )

    def _add(self, table: str, records: Mapping[str, Record]) -> None:
        """More rows of a table; the table itself where it is new."""
        fields = headers()["emis"].get(table) or (
            fields_of("emis-bulk", table) if not table.endswith("Document") else
            ["DocumentGuid", "PatientGuid", "OrganisationGuid", "EffectiveDate", "ProcessingId"]
        )  # fmt: skip
        path = self._path(table)
        first = len(self.shaped.table(table).rows) if path.exists() else 0
        whole = {"OrganisationGuid": guid("organisation", 0), "ProcessingId": "4011", "Deleted": "false"}
        with path.open("a", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, fields, restval="", quoting=csv.QUOTE_ALL, extrasaction="ignore")
            if not first:
                out.writeheader()
            for at, (name, record) in enumerate(records.items()):
                self.at[name] = (table, first + at)
                out.writerow({"PatientGuid": guid("patient", self.one.number), **whole, **record})

    def _observations(self) -> None:
        def entry(name: str, code: Concept, day: str = "2025-06-02", **links: str) -> Record:
            return {
                "ObservationGuid": guid("planted", name_number(name)),
                "CodeId": code_id(code),
                "EffectiveDate": day,
                "EffectiveDatePrecision": "YMD",
                "ObservationType": "Observation",
                **{field: link(to) for field, to in links.items()},
            }

        entries = {
            "hiv": entry(
                "hiv", HIV, ConsultationGuid="c1", ParentObservationGuid="heading", DocumentGuid="letter"
            ),
            "asthma review": entry("asthma review", ASTHMA, ConsultationGuid="c1"),
            "asthma": entry("asthma", ASTHMA, "2025-07-01", ConsultationGuid="c2"),
            "count": entry("count", BLOOD_PRESSURE, "2025-08-01", ConsultationGuid="c3", ProblemGuid="hiv"),
            "heading": entry("heading", BLOOD_PRESSURE, ConsultationGuid="c1"),
            "beside": entry("beside", BLOOD_PRESSURE, ParentObservationGuid="heading"),
            "hiv again": entry("hiv again", HIV, "2025-09-01", ProblemGuid="tired"),
            "tired": entry("tired", ASTHMA, "2025-01-05", ConsultationGuid="c4"),
        }
        self._add("CareRecord_Observation", entries)
        same = ("hiv", "asthma", "tired")
        self._add(
            "CareRecord_Problem",
            {f"problem of {n}": {"ObservationGuid": entries[n]["ObservationGuid"]} for n in same},
        )
        self._add(
            "CareRecord_ObservationReferral",
            {f"referral of {n}": {"ObservationGuid": entries[n]["ObservationGuid"]} for n in same},
        )

    def _medicines(self) -> None:
        drugs = {"drug": "hiv", "drug of tired": "tired", "drug of asthma": "asthma"}
        self._add(
            "Prescribing_DrugRecord",
            {
                name: {
                    "DrugRecordGuid": link(name),
                    "ProblemObservationGuid": link(problem),
                    "CodeId": code_id(INHALER),
                    "EffectiveDate": "2025-07-05",
                }
                for name, problem in drugs.items()
            },
        )
        self._add(
            "Prescribing_IssueRecord",
            {
                f"issue {n} of {name}": {
                    "IssueRecordGuid": link(f"issue {n} of {name}"),
                    "DrugRecordGuid": link(name),
                    "CodeId": code_id(INHALER),
                    "EffectiveDate": "2025-07-06",
                }
                for name in drugs
                for n in (1, 2)
            },
        )

    def _contacts(self) -> None:
        self._add(
            "CareRecord_Consultation",
            {
                name: {
                    "ConsultationGuid": link(name),
                    "AppointmentSlotGuid": link(f"slot of {name}"),
                    "EffectiveDate": "2025-06-02",
                }
                for name in ("c1", "c2", "c3", "c4")
            },
        )
        slots: dict[str, Record] = {
            f"slot of {name}": {"SlotGuid": link(f"slot of {name}"), "AppointmentDate": "2025-06-02"}
            for name in ("c1", "c2")
        }
        # Somebody else's slot that has the same key by mistake: never another patient's rows.
        slots["slot of another"] = {**slots["slot of c1"], "PatientGuid": guid("patient", self.other.number)}
        self._add("Appointment_Slot", slots)
        self._add(
            "CareRecord_Document",
            {
                name: {"DocumentGuid": link(name), "EffectiveDate": "2025-06-02"}
                for name in ("letter", "letter 2")
            },
        )


def name_number(name: str) -> int:
    return sum(ord(c) * 131**i for i, c in enumerate(name)) % 1_000_003


def link(name: str) -> str:
    return guid("planted", name_number(name))


NHS = ("9990000018", "9990000026")


def rows_of(*paths: Path) -> RowDecisions:
    return decided(surveyed(*paths))[1]
