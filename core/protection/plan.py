"""A plan: a profile plus the decisions made for this export. It holds no patient data.

Everything here is frozen; a decision makes a new plan. `fingerprint` is the SHA-256 of the plan's
canonical JSON, so the same plan always has the same fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields, replace
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
    # What was added later: it is no part of the fingerprint while it says nothing, see `fingerprint`.
    profile_sha256: str = ""  # of the profile's file where it is a practice's own or a changed copy
    window_from: str = ""  # events of this day (ISO 8601) and later leave; "" has no such end
    window_until: str = ""  # events of this day and earlier
    sample_per_mille: int = 1000  # patients that leave of every thousand, drawn by a keyed hash
    shuffle: bool = False  # rows leave in an order drawn with the key
    closure: bool = False  # what goes with a withheld event goes too
    scheme: str = ""  # how pseudonyms are made where not by Threshold's own: an id of protection.schemes
    scheme_settings: Mapping[str, str] = with_default(default_factory=dict)
    hold_backs: str = ""  # fingerprint of the practice's hold-back list that was applied
    look_ups: tuple[str, ...] = ()  # SHA-256 of the look-up files that actions used
    statements: tuple[tuple[str, str], ...] = ()  # (question, answer), sorted; never typed text
    agreed: str = ""  # fingerprint of the recipient's entry whose limits were applied
    cohort: tuple[tuple[str, str], ...] = ()  # who was agreed: status, ages from and to, on which day
    whole_list_reason: str = ""  # id of the reason why every patient of the practice goes
    started_from: str = ""  # fingerprint of the earlier plan that this one continues
    programme: str = ""  # of screening: who declined or was ceased from it is not on the list
    #: What is new since that plan and undecided, by the numbers of table and field (from 1), never by a name:
    #: 'table|2', 'field|1|7', 'field_changed|1|3', 'code_system|icd10', 'category|hiv', 'items|3'.
    drift: tuple[str, ...] = ()
    counts_of: tuple[str, ...] = ()  # families of codes that are counted, where not all are
    #: Sorts of entries (entry_sorts.toml) with the first day (ISO 8601) whose entries leave, or with 'only'.
    entries: tuple[tuple[str, str], ...] = ()
    #: Records that somebody looked at: (patient's code, who, when). Never part of the fingerprint.
    seen: tuple[tuple[str, str, str], ...] = ()

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
        """SHA-256 (hex) of the plan's canonical JSON.

        Entries that earlier versions did not have are left out of it while they say nothing, so that the plan
        of an old release keeps its fingerprint. Looking at records changes nothing that leaves, so `seen` is
        always left out of it: approvals outlive a look."""
        told = {
            name: value
            for name, value in asdict(self).items()
            if name != _NO_PART and (name not in _ADDED_LATER or value != _ADDED_LATER[name])
        }
        text = json.dumps(told, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()


_FIRST_ADDED_LATER = "profile_sha256"
_NO_PART = "seen"


def _added_later() -> Mapping[str, object]:
    found: dict[str, object] = {}
    for entry in fields(Plan):
        if entry.name == _FIRST_ADDED_LATER or found:
            made = entry.default_factory
            found[entry.name] = entry.default if made is MISSING else made()
    return found


#: The entries from `profile_sha256` on, each with what it says where it says nothing.
_ADDED_LATER = _added_later()
