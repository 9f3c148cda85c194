"""Two plans compared, in plain words: what one sends that the other does not, and under which rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.protection.actions import ACTIONS
from core.protection.plan import FieldPlan, Plan
from core.protection.plans.files import SavedPlan
from core.protection.plans.matching import gone, matched
from core.protection.plans.shape import by_table, described

_SAID = (
    ("recipient", "recipient"),
    ("project", "project"),
    ("agreement", "agreement"),
    ("format", "format of the files"),
    ("window_from", "first day of events"),
    ("window_until", "last day of events"),
    ("scheme", "way of making pseudonyms"),
    ("expected_patients", "number of patients expected"),
)


def compare_plans(one: SavedPlan, other: SavedPlan) -> tuple[str, ...]:
    """What the second plan does otherwise than the first, one sentence each; nothing where they agree."""
    return tuple(_compared(one, other))


def _compared(one: SavedPlan, other: SavedPlan) -> Iterator[str]:
    a, b = one.plan, other.plan
    if (a.profile_id, a.profile_version) != (b.profile_id, b.profile_version):
        yield (
            f"The profile is '{b.profile_id}', version {b.profile_version}; it was '{a.profile_id}', version "
            f"{a.profile_version}."
        )
    elif a.profile_sha256 != b.profile_sha256:
        yield "The profile is another copy, changed by the practice."
    for name, words in _SAID:
        was, now = getattr(a, name), getattr(b, name)
        if was != now:
            yield f"The {words} is {_value(now)}; it was {_value(was)}."
    yield from _fields(one, other)
    yield from _sets("Family of codes whose rows stay", a.withhold_categories, b.withhold_categories)
    yield from _sets("Family of codes sent against the profile", a.send_categories, b.send_categories)
    yield from _sets("Limit to a sort of entry", _limits(a), _limits(b))
    yield from _sets("Patients who may leave", a.statuses, b.statuses)
    yield from _switches(a, b)


def _limits(plan: Plan) -> tuple[str, ...]:
    return tuple(f"{sort} ({'alone' if day == 'only' else f'from {day}'})" for sort, day in plan.entries)


def _fields(one: SavedPlan, other: SavedPlan) -> Iterator[str]:
    pairs = matched(other.shape, one.shape)
    before = list(by_table(one.plan, one.shape))
    for number, (table, planned) in enumerate(by_table(other.plan, other.shape)):
        what = described(table, number)
        if not pairs[number]:
            yield f"The table {what} is only in the second plan: {_leaving(planned)}."
            continue
        old_table, old = before[pairs[number][0]]
        was = {s.name: p for s, p in zip(old_table.fields, old, strict=True) if not s.held}
        for shaped, now in zip(table.fields, planned, strict=True):
            then = None if shaped.held else was.pop(shaped.name, None)
            if then is None:
                yield f"The field '{shaped.name}' of {what} is only in the second plan: {_did(now)}."
            elif (then.action, dict(then.settings)) != (now.action, dict(now.settings)):
                yield f"The field '{shaped.name}' of {what}: {_did(now)}; it was: {_did(then)}."
        for name in was:
            yield f"The field '{name}' of {what} is only in the first plan."
    for number in gone(one.shape, pairs):
        yield f"The table {described(one.shape.tables[number], number)} is only in the first plan."


def _did(field: FieldPlan) -> str:
    action = ACTIONS.get(field.action)
    told = field.action.replace("_", " ") if action is None else action.term
    said = ", ".join(f"{name} {value}" for name, value in sorted(field.settings.items()))
    return f"{told} ({said})" if said else told


def _leaving(planned: Sequence[FieldPlan]) -> str:
    return f"{sum(field.leaves for field in planned):,} of its {len(planned):,} fields leave"


def _sets(words: str, was: tuple[str, ...], now: tuple[str, ...]) -> Iterator[str]:
    for name in sorted(set(now) - set(was)):
        yield f"{words}, now: {name}."
    for name in sorted(set(was) - set(now)):
        yield f"{words}, no longer: {name}."


def _switches(a: Plan, b: Plan) -> Iterator[str]:
    for name, words in (
        ("send_unknown_codes", "rows with codes that are not understood leave."),
        ("send_unjudged_codes", "rows with codes that nothing could judge leave."),
        ("assume_registered", "everybody is taken for registered."),
        ("shuffle", "rows leave in a drawn order."),
        ("closure", "what belongs to a withheld row goes too."),
    ):
        if getattr(a, name) != getattr(b, name):
            yield f"{'Now' if getattr(b, name) else 'No longer'}: {words}"
    if a.sample_per_mille != b.sample_per_mille:
        yield (f"{b.sample_per_mille:,} of every 1,000 patients are drawn; it was {a.sample_per_mille:,}.")
    if a.objection_sources != b.objection_sources:
        kinds = ", ".join(source.kind for source in b.objection_sources) or "nowhere"
        yield f"Objections come from: {kinds}; the answers or lists are others than in the first plan."
    if a.hold_backs != b.hold_backs:
        yield "The practice's list of what is held back is another."
    if a.lists != b.lists:
        yield "Other code lists were loaded."
    if set(a.leave_out_patients) != set(b.leave_out_patients):
        was, now = len(a.leave_out_patients), len(b.leave_out_patients)
        yield f"{now:,} patients are left out by hand; it was {was:,}."
    if set(a.leave_out_items) != set(b.leave_out_items):
        yield f"{len(b.leave_out_items):,} rows are left out by hand; it was {len(a.leave_out_items):,}."


def _value(value: object) -> str:
    return f"'{value}'" if value not in ("", None) else "not said"
