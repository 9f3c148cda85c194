"""A plan: a profile plus the decisions made for this export. It holds no patient data.

Everything here is frozen; a decision makes a new plan. `fingerprint` is the SHA-256 of the plan's
canonical JSON, so the same plan always has the same fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from dataclasses import field as with_default
from enum import StrEnum

from core.model import Kind, Role


class Purpose(StrEnum):
    """Why data leaves. Decides what objections, status and small numbers do."""

    OWN_CARE = "own_care"
    CONSENT = "consent"
    LAW = "law"
    BEYOND_CARE = "beyond_care"
    COUNTS = "counts"


@dataclass(frozen=True)
class FieldPlan:
    """What happens to one field: an action of `protection.actions.ACTIONS`, its settings and why."""

    table: str
    field: str
    position: int
    kind: Kind
    role: Role
    action: str  # an id of protection.actions.ACTIONS: 'leave_out', 'keep', 'year', ...
    settings: Mapping[str, str] = with_default(default_factory=dict)
    reason_id: str = ""
    reason: str = ""  # one plain sentence
    source: str = ""  # the profile's rule, or 'decided here'
    decided: bool = False  # a person chose it
    needs_decision: bool = False  # starts as left out until a person decides
    sent_as: str = ""  # the name it leaves under where its own may name somebody

    @property
    def heading(self) -> str:
        """The name that the field leaves under."""
        return self.sent_as or self.field

    @property
    def leaves(self) -> bool:
        return self.action != "leave_out"


@dataclass(frozen=True)
class ObjectionSource:
    """Where the objections that were applied come from. `kind` is codes, list, cleaned, search or none.

    `detail` is a file's SHA-256 (never its path or content), a named person, or a stated reason; `date` the
    day (ISO 8601) on which a cleaned list was answered, "" where it was not said."""

    kind: str
    detail: str = ""
    date: str = ""


@dataclass(frozen=True)
class Plan:
    """Everything `apply` needs to know that is not in the export."""

    profile_id: str
    profile_version: str
    purpose: Purpose
    recipient: str
    project: str
    fields: tuple[FieldPlan, ...]
    format: str = "csv"
    withhold_categories: tuple[str, ...] = ()
    send_categories: tuple[str, ...] = ()  # sent by a person's decision although the profile leaves them out
    objection_sources: tuple[ObjectionSource, ...] = ()
    assume_registered: bool = False
    leave_out_patients: tuple[str, ...] = ()  # pseudonyms
    leave_out_items: tuple[tuple[str, str, str], ...] = ()  # (table, keyed row fingerprint, reason id)
    send_unknown_codes: bool = False
    send_unjudged_codes: bool = False  # whole codes that no term, list or hierarchy explains
    confirmed: tuple[str, ...] = ()  # things a person has seen and confirmed, e.g. 'died:3'
    notes_read_by: str = ""  # who read a sample of the notes that leave
    expected_patients: int | None = None
    agreement: str = ""
    uses: tuple[str, ...] = ()  # what the recipient does with it, e.g. 'national_shared_record', 'audit'
    lists: tuple[str, ...] = ()  # code lists that were loaded: SHA-256 of each and the categories it feeds
    statuses: tuple[str, ...] = ("registered",)  # names of core.model.Status that may leave, lower case

    def for_table(self, table: str) -> tuple[FieldPlan, ...]:
        """The table's field plans in field order."""
        return tuple(f for f in self.fields if f.table == table)

    def with_field(self, changed: FieldPlan) -> Plan:
        """This plan with one field's decision replaced."""
        return replace(
            self,
            fields=tuple(
                changed if (f.table, f.field) == (changed.table, changed.field) else f for f in self.fields
            ),
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the plan's canonical JSON."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()
