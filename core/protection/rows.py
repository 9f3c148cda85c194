"""Which rows leave and which do not, and the first reason of each that does not.

Worked out from the survey's facts and the plan, without reading the file again. The order of reasons
is fixed, and `row_reasons` has it: first what holds for a whole patient (objections, registration, recall
that was declined, hold-backs, a person's decision, who was agreed or drawn), then what holds for a row (held
back or left out by a person, deleted, in the wrong fields, sensitive, gone with a sensitive one, outside the
agreed days, not understood or not judged, nobody's), then tables that do not leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from core.model import Counted, PolicyError, Progress, Reason, Role, Status
from core.protection import hold_backs
from core.protection.closure import Closure, closure_of
from core.protection.items import ITEM_REASONS, find_item
from core.protection.limits import patients_outside, rows_of_nobody
from core.protection.marked import Answer, answer_of, marked
from core.protection.objections import ObjectionLists, acting_objections
from core.protection.plan import Plan, Purpose
from core.protection.plans.drifted import LEFT_OUT_ABSENT, NEW_SYSTEM, new_system_rows
from core.protection.pseudonyms import HoldsSecret, Pseudonyms, pseudonyms_for
from core.protection.recalled import recall_reasons, recall_withheld
from core.protection.row_reasons import (
    COUNTED,
    DELETED,
    LEFT_OUT,
    LISTED,
    NOBODY,
    NOT_CLEANED,
    NOT_JUDGED,
    SHIFTED,
    STATUS,
    TABLE,
    UNCHECKED,
    UNKNOWN_CODE,
    Reasons,
    category_reason,
    place_of,
)
from core.protection.windows import outside_window
from core.survey.results import NO_PATIENT, OBJECTIONS, Survey, TableFacts

DECIDING, COUNTING = "Working out which rows leave", "Counting what leaves"


@dataclass(frozen=True)
class RowDecisions:
    """What happens to every row. `withheld[table]` has one byte a row: 0 leaves, n is reasons[n-1].

    `counted` has rows and distinct patients of each reason that occurs; a patient may have rows under
    several. `missing_out` are the people (status, how many) an own-care list would leave out."""

    withheld: Mapping[str, npt.NDArray[np.uint8]] = field(repr=False)
    reasons: tuple[Reason, ...]
    counted: tuple[Counted, ...]
    rows_in: int
    rows_out: int
    patients_in: int
    patients_out: int
    missing_out: tuple[Counted, ...] = ()
    marked: tuple[Counted, ...] = ()  # patients who leave and whose record asks for a person's eye
    answer: Answer | None = None  # None where no answer of an opt-out check is used
    held_back: hold_backs.HeldBack | None = None  # None where the practice holds nothing back
    closure: Closure | None = field(default=None, repr=False, compare=False)  # None where nothing started one

    @property
    def rows_withheld(self) -> int:
        return self.rows_in - self.rows_out

    def leaves(self, table: str) -> npt.NDArray[np.bool_]:
        """One entry a row of the table: whether it leaves."""
        return np.equal(self.withheld[table], 0)


def decide_rows(
    survey: Survey,
    plan: Plan,
    key: HoldsSecret | None,
    objecting: ObjectionLists | None = None,
    held: hold_backs.HoldBackList | None = None,
    *,
    progress: Progress | None = None,
) -> RowDecisions:
    """The rows that leave and the first reason of each that does not.

    `key` is only needed for patients and rows that a person left out; `held` is the practice's list of what
    is held back, where the plan was made with one. `progress` is told how many rows were read, decided and
    counted. Raises PolicyError when a list of objections was named and not given, or when a list, patient or
    row matches nothing."""
    reasons = Reasons()
    pseudonyms = None if key is None else pseudonyms_for(key, plan.recipient, plan.project)
    back = hold_backs.held_back_for(survey, plan, held)
    acting = back if hold_backs.holds_back(plan.purpose) else None
    people = _people(survey, plan, objecting or ObjectionLists(), pseudonyms, reasons, acting)
    for outside, reason in patients_outside(survey, plan, key):
        if (fresh := outside & (people[:-1] == 0)).any():
            people[:-1][fresh] = reasons.number(reason)
    items = _items(survey, plan, pseudonyms, reasons, acting)
    closure = closure_of(survey, plan, items, progress)
    told = _Told(progress, sum(facts.rows for facts in survey.facts.values()))
    withheld = {}
    for name, facts in survey.facts.items():
        told.more(0, DECIDING)
        withheld[name] = _rows(survey, plan, name, facts, people, items.get(name, {}), closure, reasons)
        told.more(facts.rows, DECIDING)
    counted = _count(survey, plan, withheld, tuple(reasons.all), people, told)
    answer = answer_of(survey, objecting)
    return replace(
        counted, marked=marked(survey, plan, people), answer=answer, held_back=back, closure=closure
    )


class _Told:
    """Says how many of the rows are done; another thing that is done to them begins anew."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total = progress, total
        self._what, self._done = "", 0

    def more(self, rows: int, what: str) -> None:
        self._done = rows + (self._done if what == self._what else 0)
        self._what = what
        if self._progress is not None:
            self._progress(self._done, self._total, what)


def _people(
    survey: Survey,
    plan: Plan,
    lists: ObjectionLists,
    pseudonyms: Pseudonyms | None,
    reasons: Reasons,
    back: hold_backs.HeldBack | None,
) -> npt.NDArray[np.uint8]:
    """Each patient's reason number, 0 where the patient leaves. One more at the end stands for nobody."""
    patients = survey.patients
    result = np.zeros(patients.count + 1, dtype=np.uint8)
    free = result[:-1]
    free[:] = 0

    def withhold(mask: npt.NDArray[np.bool_], reason: Reason) -> None:
        free[mask & (free == 0)] = reasons.number(reason)

    for name, reason in acting_objections(plan.purpose, plan.uses).items():
        bit = np.uint32(1 << OBJECTIONS.index(name))
        withhold((patients.objections & bit) != 0, reason)
    if plan.purpose is Purpose.BEYOND_CARE:
        on_list, not_free = _on_lists(survey, plan, lists)
        if on_list is not None:
            withhold(on_list, LISTED)
        if not_free is not None:
            withhold(not_free, NOT_CLEANED)
    for status in (Status.DIED, Status.LEFT, Status.TEMPORARY, Status.UNKNOWN, Status.REGISTERED):
        # Where the export has no field for it, that everybody is registered is one decision (a gate).
        assumed = status is Status.UNKNOWN and not patients.has_status
        if status.name.lower() not in plan.statuses and not assumed:
            withhold(patients.status == status, STATUS[status])
    if back is not None and back.patients.any():
        withhold(back.patients, hold_backs.PATIENT)
    for mask, reason in recall_withheld(survey, plan):
        withhold(mask, reason)
    if plan.leave_out_patients:
        withhold(_left_out(survey, plan, pseudonyms), LEFT_OUT)
    return result


def _on_lists(
    survey: Survey, plan: Plan, lists: ObjectionLists
) -> tuple[npt.NDArray[np.bool_] | None, npt.NDArray[np.bool_] | None]:
    """Who is on a list of objections, and who is not on a cleaned one (None: there is no such list)."""
    named = [s for s in plan.objection_sources if s.kind in ("list", "cleaned")]
    if set(named) != set(lists.sources):
        raise PolicyError(
            "The plan names a list of objections that was not given, or another one. Give the same list.",
            where="objections",
            code="objections",
        )
    on_list = not_free = None
    identity = survey.patients.identity
    if any(s.kind == "list" for s in named):
        wanted = {f"nhs|{number}" for number in lists.listed}
        on_list = np.fromiter((who in wanted for who in identity), np.bool_, len(identity))
        _must_match(bool(on_list.any()))
    if lists.cleaned is not None:
        free = {f"nhs|{number}" for number in lists.cleaned}
        not_free = np.fromiter((who not in free for who in identity), np.bool_, len(identity))
        _must_match(not not_free.all())
    return on_list, not_free


def _must_match(matches: bool) -> None:
    if not matches:
        raise PolicyError(
            "Nobody in this export is on the list of objections. It may be the wrong list (another "
            "practice's), or one whose numbers a spreadsheet has changed. If they were left out in the "
            "search, say so instead.",
            where="objections",
            code="decision_unmatched",
        )


def _left_out(survey: Survey, plan: Plan, pseudonyms: Pseudonyms | None) -> npt.NDArray[np.bool_]:
    codes = set(plan.leave_out_patients)
    identity = survey.patients.identity
    if pseudonyms is None:
        raise PolicyError("Leaving patients out needs the key.", where="patients", code="key")
    made = [pseudonyms.of_identity(who) for who in identity]
    missing = codes.difference(made)
    if missing and f"{LEFT_OUT_ABSENT}:{len(missing)}" not in plan.confirmed:
        raise PolicyError(
            f"{len(missing):,} of the {len(codes):,} patients to leave out are not in this export under this "
            "recipient and project. Look for them again before anything leaves.",
            where="patients",
            code="decision_unmatched",
        )
    return np.fromiter((code in codes for code in made), np.bool_, len(identity))


def _items(
    survey: Survey,
    plan: Plan,
    pseudonyms: Pseudonyms | None,
    reasons: Reasons,
    back: hold_backs.HeldBack | None,
) -> dict[str, dict[int, int]]:
    """Row number -> reason number of the rows held back or left out by a person, by table."""
    found: dict[str, dict[int, int]] = {}
    for table, rows in back.rows.items() if back is not None else ():
        found[table] = dict.fromkeys(rows.tolist(), reasons.number(hold_backs.ITEM))
    for table, fingerprint, why in plan.leave_out_items:
        if pseudonyms is None:
            raise PolicyError("Leaving rows out needs the key.", where="items", code="key")
        row = find_item(survey.export.table(table), fingerprint, pseudonyms)
        reason = Reason(f"decision.item.{why}", ITEM_REASONS[why], "decided here")
        found.setdefault(table, {}).setdefault(row, reasons.number(reason))
    return found


def _rows(
    survey: Survey,
    plan: Plan,
    name: str,
    facts: TableFacts,
    people: npt.NDArray[np.uint8],
    items: Mapping[int, int],
    closure: Closure | None,
    reasons: Reasons,
) -> npt.NDArray[np.uint8]:
    # NO_PATIENT is -1: it takes the last entry, which stands for nobody.
    result = facts.of_patient(people)
    if (nobody := rows_of_nobody(plan, facts)) is not None:
        _fill(result, *nobody, reasons)
    for row, number in items.items():
        if result[row] == 0:
            result[row] = number
    if facts.deleted is not None:
        _fill(result, facts.deleted, DELETED, reasons)
    if facts.shifted is not None:
        _fill(result, facts.shifted, SHIFTED, reasons)
    _withhold_categories(survey, plan, facts, result, reasons)
    for mask, reason in closure.withheld(name) if closure is not None else ():
        _fill(result, mask, reason, reasons)
    for outside, reason in outside_window(survey, plan, name, facts):
        _fill(result, outside, reason, reasons)
    fields = plan.for_table(name)
    if any(f.leaves and f.role in (Role.CODE, Role.TERM) for f in fields):
        if (strange := new_system_rows(survey, plan).get(name)) is not None:
            _fill(result, strange, NEW_SYSTEM, reasons)
        if not plan.send_unknown_codes:
            _fill(result, facts.unknown_code, UNKNOWN_CODE, reasons)
        if not plan.send_unjudged_codes:
            _fill(result, facts.not_judged, NOT_JUDGED, reasons)
    beyond_care = plan.purpose is Purpose.BEYOND_CARE
    if beyond_care or acting_objections(plan.purpose, plan.uses):
        _fill(result, facts.patient == NO_PATIENT, NOBODY, reasons)
    if beyond_care and any(s.kind == "list" for s in plan.objection_sources):
        _fill(result, facts.of_patient(_no_nhs_number(survey)), UNCHECKED, reasons)
    if plan.purpose is Purpose.COUNTS:
        _fill(result, None, COUNTED, reasons)
    elif not any(f.leaves for f in fields):
        _fill(result, None, TABLE, reasons)
    return result


def _fill(
    result: npt.NDArray[np.uint8], mask: npt.NDArray[np.bool_] | None, reason: Reason, reasons: Reasons
) -> None:
    free = result == 0
    if mask is not None:
        free &= mask
    if free.any():
        result[free] = reasons.number(reason)


def _no_nhs_number(survey: Survey) -> npt.NDArray[np.bool_]:
    identity = survey.patients.identity
    none = np.fromiter((not who.startswith("nhs|") for who in identity), np.bool_, len(identity))
    return np.append(none, True)


def _withhold_categories(
    survey: Survey, plan: Plan, facts: TableFacts, result: npt.NDArray[np.uint8], reasons: Reasons
) -> None:
    bits = {category: 1 << survey.category_ids.index(category) for category in plan.withhold_categories}
    together = sum(bits.values())
    if not together or not facts.rows:
        return
    free = result == 0
    occurs = facts.pattern_rows(free) > 0
    numbers = np.zeros(len(occurs), dtype=np.uint8)
    for category, bit in bits.items():
        mask = ((facts.pattern_bits & np.uint64(bit)) != 0) & (numbers == 0) & occurs
        if mask.any():
            numbers[mask] = reasons.number(category_reason(survey, plan, category))
    found = facts.of_pattern(numbers)
    np.copyto(result, found, where=free)


def _count(
    survey: Survey,
    plan: Plan,
    withheld: Mapping[str, npt.NDArray[np.uint8]],
    reasons: tuple[Reason, ...],
    people: npt.NDArray[np.uint8],
    told: _Told,
) -> RowDecisions:
    count = survey.patients.count
    rows = np.zeros(len(reasons) + 1, dtype=np.int64)
    seen = np.zeros((len(reasons) + 1, count + 1), dtype=np.bool_)
    for name, numbers in withheld.items():
        facts = survey.facts[name]
        for some in facts.slices():
            rows += np.bincount(numbers[some], minlength=len(reasons) + 1)
            seen[numbers[some], facts.patient[some]] = True
            told.more(some.stop - some.start, COUNTING)
    patients = seen[:, :-1].sum(axis=1)
    counted = tuple(
        Counted(reason.id, reason.text, int(rows[at]), int(patients[at]))
        for at, reason in sorted(enumerate(reasons, start=1), key=lambda found: place_of(plan, found[1]))
        if rows[at]
    )
    present = seen[:, :-1].any(axis=0)
    missing: list[Counted] = []
    if plan.purpose is Purpose.OWN_CARE:
        for status in (Status.DIED, Status.LEFT, Status.TEMPORARY, Status.UNKNOWN):
            reason = STATUS[status]
            if reason in reasons:
                number = reasons.index(reason) + 1
                if held := int((present & (people[:-1] == number)).sum()):
                    missing.append(Counted(status.name.lower(), reason.text, int(rows[number]), held))
        for name, reason in recall_reasons(plan):
            if reason in reasons:
                number = reasons.index(reason) + 1
                if held := int((present & (people[:-1] == number)).sum()):
                    missing.append(Counted(name, reason.text, int(rows[number]), held))
        if SHIFTED in reasons:
            number = reasons.index(SHIFTED) + 1
            # Rows that name nobody miss somebody out as well.
            held = int(patients[number]) or int(rows[number])
            missing.append(Counted("shifted", SHIFTED.text, int(rows[number]), held))
    total = int(rows.sum())
    return RowDecisions(
        withheld,
        reasons,
        counted,
        rows_in=total,
        rows_out=int(rows[0]),
        patients_in=int(present.sum()),
        patients_out=int(patients[0]),
        missing_out=tuple(missing),
    )
