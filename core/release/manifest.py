"""The manifest: what left, in what shape, under which plan, and what did not leave and why.

It stays in `keep/`, because counts of reasons can themselves tell ('HIV, 1 patient'). It holds no path and
no name of a source file, for people name files after patients.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.model import Kind, ReadError, Role, VerificationError
from core.protection.plan import FieldPlan, ObjectionSource, Plan, Purpose
from core.protection.plans.approvals import Approval

MANIFEST = "manifest.json"
MANIFEST_PAGE = "manifest.html"
PLAN = "plan.json"
NOTE = "covering-note.html"
REASONS = "reasons.parquet"
SHAPE = "shape.json"
NOT_MEASURED = "Risk not measured"

_CHUNK = 1 << 20


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataPart(_Part):
    """The rows of one table in a file that holds several; `table` is its number in the export, from 1."""

    table: int
    rows: int
    fields: tuple[str, ...]


class DataFile(_Part):
    """One file of data in `send/`. `table` is the number of the table in the export, from 1; 0 for counts, -1
    for a file that holds several tables (a FHIR Bundle): then `parts` has them, and `fields` none."""

    name: str
    sha256: str
    bytes: int
    rows: int
    table: int
    fields: tuple[str, ...]
    parts: tuple[DataPart, ...] = ()


class Kept(_Part):
    """One other file of the release, named from the release's folder."""

    name: str
    sha256: str


class WithheldRows(_Part):
    """Rows that did not leave for one reason. `id` is stable, `reason` is the sentence."""

    id: str
    reason: str
    source: str
    rows: int
    patients: int | None


class FieldDone(_Part):
    """What was done to one field, and why."""

    table: int
    field: str
    kind: str
    role: str
    action: str
    did: str
    reason: str
    source: str
    decided: bool


class Objecting(_Part):
    """An objection that the survey found, and how many patients made it."""

    id: str
    meaning: str
    patients: int | None
    rows: int


class CodeList(_Part):
    """A list of codes that the practice had loaded, without its name: `sha256` is that of its file."""

    id: str
    kind: str
    version: str
    date: str
    count: int
    sha256: str
    categories: tuple[str, ...]


class Evidence(_Part):
    """Where the export could say who objects, or why it may not; without the names of its tables."""

    id: str
    text: str
    warns: bool


class Source(_Part):
    """What the release was made from, without its name: SHA-256 over the files' bytes in order."""

    sha256: str
    files: int
    bytes: int


class Checked(_Part):
    """One check of the written release."""

    name: str
    passed: bool
    detail: str


class SeenBy(_Part):
    """That somebody looked at a patient's record, by the patient's code."""

    patient: str
    by: str
    at: str


class Manifest(_Part):
    """Everything a release says of itself."""

    format: int = 1
    threshold: str
    made: str  # ISO 8601, UTC
    profile: str
    profile_version: str
    profile_title: str
    purpose: str
    recipient: str
    project: str
    agreement: str
    tier: str
    profile_tier: str
    plan: str  # fingerprint
    plan_kept: str = ""  # of the plan as it is kept, without the names of tables; "" where it has them
    key: str  # label, says nothing of the secret
    source: Source
    files: tuple[DataFile, ...]
    kept: tuple[Kept, ...]
    rows_in: int
    rows_out: int
    patients_in: int
    patients_out: int
    withheld: tuple[WithheldRows, ...]
    fields: tuple[FieldDone, ...]
    objections: tuple[Objecting, ...]
    objection_sources: tuple[Mapping[str, str], ...]
    objection_evidence: tuple[Evidence, ...] = ()
    notices: tuple[str, ...]
    scheme_warning: str = ""  # what must be read where codes are made as an older scheme makes them
    limits: tuple[str, ...] = ()  # days, patients, sample and order, in sentences for the recipient too
    lists: tuple[CodeList, ...] = ()
    prepared_by: str
    approved_by: str
    signed: bool
    approvals: tuple[Approval, ...] = ()  # those that stand for this plan
    checks: tuple[Checked, ...] = ()
    seen: tuple[SeenBy, ...] = ()
    not_looked_at: int | None = None  # who should be looked at one by one; None: nobody worked it out


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def read_manifest(release: Path) -> Manifest:
    """The manifest of a release. Raises ReadError where the folder is no release, VerificationError where
    its manifest is damaged."""
    path = release / "keep" / MANIFEST
    if not path.is_file():
        raise ReadError(
            "This folder is not a release: it has no keep/manifest.json. Choose the folder that holds "
            "send and keep.",
            where=release.name,
        )
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        raise VerificationError(
            "The manifest is damaged or was edited. Do not send this release; make it again.", where=MANIFEST
        ) from None


def plan_json(plan: Plan) -> str:
    """The plan as JSON, the text `read_plan` reads."""
    return json.dumps(asdict(plan), indent=1, ensure_ascii=False, default=str) + "\n"


def read_plan(path: Path) -> Plan:
    """A plan from `plan_json`'s text. Raises VerificationError where it is damaged."""
    try:
        return _plan(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise VerificationError(
            "The plan kept with the release is damaged or was edited. Do not send this; make it again.",
            where=PLAN,
        ) from None


def _plan(data: dict[str, Any]) -> Plan:
    data = dict(data)
    data["purpose"] = Purpose(data["purpose"])
    data["fields"] = tuple(
        FieldPlan(**{**field, "kind": Kind(field["kind"]), "role": Role(field["role"])})
        for field in data["fields"]
    )
    data["objection_sources"] = tuple(ObjectionSource(**source) for source in data["objection_sources"])
    for name in ("leave_out_items", "statements", "cohort", "seen"):
        data[name] = tuple(tuple(item) for item in data.get(name, ()))
    for name, value in data.items():
        if isinstance(value, list):
            data[name] = tuple(value)
    return Plan(**data)
