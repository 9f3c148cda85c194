"""A plan within the recipient's entry: it only ever takes away, and says why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model import Kind, Role, UsageError
from core.protection import Decisions, decide_rows, load_profile, make_plan
from core.protection.agreed import FIELD, Asked, beyond_entry
from core.protection.plan import Plan
from core.protection.recipients import AgreedFields, Cohort, Recipient
from tests.core.protection.builders import REPORT, make_survey, report

SURVEY = make_survey(report())
RESEARCH = load_profile("approved-research")


def entry(**limits: Any) -> Recipient:
    return Recipient(
        legal_basis="CAG",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        profiles=("approved-research",),
        **limits,
    )


def planned(profile: str = "approved-research", **more: Any) -> Plan:
    return make_plan(SURVEY, load_profile(profile), recipient="R", project="P", **more)


@settings(max_examples=60)
@given(
    profile=st.sampled_from(["approved-research", "caredata-gpes", "own-care-list", "open-publication"]),
    roles=st.sets(st.sampled_from(Role)),
    kinds=st.sets(st.sampled_from(Kind)),
    names=st.sets(st.sampled_from([name for name, _, _ in REPORT])),
)
def test_an_entry_never_adds_a_field(
    profile: str, roles: set[Role], kinds: set[Kind], names: set[str]
) -> None:
    if not (roles or kinds or names):
        return
    only = AgreedFields(roles=tuple(roles), kinds=tuple(kinds), names=tuple(names))
    free, held = planned(profile), planned(profile, agreed=entry(only=only))
    for before, after in zip(free.fields, held.fields, strict=True):
        agreed = before.role in roles or before.kind in kinds or before.field in names
        if before.leaves and not agreed:
            assert (after.leaves, after.reason_id) == (False, FIELD)
        else:
            assert after == before
    assert beyond_entry(held, SURVEY, load_profile(profile), entry(only=only)) == ()


def test_what_was_not_agreed_says_so_even_where_a_person_decided() -> None:
    keep = Decisions(fields={"events": {"Surname": {"action": "keep"}}})
    held = planned(decisions=keep, agreed=entry(only=AgreedFields(roles=(Role.SEX,), names=("term",))))
    leaving = {f.field for f in held.fields if f.leaves}
    assert leaving == {"Sex", "Term"}
    [surname] = [f for f in held.fields if f.field == "Surname"]
    assert surname.reason == "It is not among the fields that were agreed with this recipient."


def test_the_plan_tells_whose_entry_it_was_made_within() -> None:
    plain, limited = entry(), entry(cohort=Cohort(age_from=40))
    assert planned().agreed == ""
    assert planned(agreed=plain).agreed == plain.fingerprint
    assert planned(agreed=limited).fingerprint != planned(agreed=plain).fingerprint
    assert plain.fingerprint == entry(onward_sharing=False).fingerprint  # what it does not say is no part


def test_a_plan_beyond_the_entry_is_told() -> None:
    limits = entry(only=AgreedFields(roles=(Role.SEX,)), cohort=Cohort(age_from=40))
    told = beyond_entry(planned(), SURVEY, RESEARCH, limits)
    assert told == ("fields that were not agreed", "patients who were not agreed")
    changed = entry(only=AgreedFields(roles=(Role.SEX, Role.CODE)))
    made = planned(agreed=entry(only=AgreedFields(roles=(Role.SEX,))))
    assert beyond_entry(made, SURVEY, RESEARCH, changed) == ("what another form of the entry allowed",)


def test_what_cannot_be_asked_is_said_before_anything_is_read() -> None:
    with pytest.raises(UsageError, match="law, approval"):
        Asked(whole_list_reason="because")
    with pytest.raises(UsageError, match="sample"):
        Asked(sample_per_mille=0)


def test_a_table_of_which_nothing_was_agreed_stays() -> None:
    held = planned(agreed=entry(only=AgreedFields(roles=(Role.PHONE,))))
    assert not any(f.leaves for f in held.fields)
    rows = decide_rows(SURVEY, held, None)
    assert {c.id for c in rows.counted} == {"table.left_out"}
