"""Releases with moved dates, and ages pass the attack, and a leak planted among them is still found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.engine import apply_table
from core.model import PolicyError, VerificationError
from core.protection import Key, Plan, tier_of
from core.protection.profile import load_profile
from core.release import export_release, verify_release

KEY = Key(b"k" * 32)


def moved(plan: Plan, **actions: str) -> Plan:
    """The plan with these fields under other actions, by the fields' names."""
    for field in plan.fields:
        action = actions.get(field.field.replace(" ", "_"))
        if action is not None:
            plan = plan.with_field(replace(field, action=action, settings={}, decided=True))
    return plan


def data(release: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (release / "send").iterdir() if path.suffix == ".csv"}


def test_a_release_with_moved_dates_passes_and_is_the_same_on_two_workers(practice, tmp_path: Path) -> None:
    plan = moved(practice.plan(), Event_date="date_shift", Date_of_birth="date_shift")
    assert tier_of(plan, load_profile("approved-research")) == "amber"
    rows = practice.rows(plan)
    one = export_release(practice.survey, plan, KEY, rows, tmp_path / "1", workers=1, apply_table=apply_table)
    two = export_release(practice.survey, plan, KEY, rows, tmp_path / "2", workers=2, apply_table=apply_table)
    assert data(one.release) == data(two.release)
    text = b"".join(data(one.release).values()).decode()
    assert "2025-11-03" not in text
    assert not any(person.birth.isoformat() in text for person in practice.people)
    assert verify_release(one.release, practice.survey, KEY).passed
    assert verify_release(one.release, practice.survey, None).passed


def test_ages_and_days_pass_too(practice, tmp_path: Path) -> None:
    plan = moved(practice.plan(), Event_date="days_since_index", Date_of_birth="age_at_event")
    result = export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
    assert all(check.passed for check in result.checks)


def test_a_date_kept_beside_moved_ones_is_refused(practice, tmp_path: Path) -> None:
    plan = practice.keep(moved(practice.plan(), Event_date="date_shift"), "Date of birth")
    with pytest.raises(PolicyError, match="would tell by how many days"):
        export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)


def test_a_leak_beside_moved_dates_is_still_found(make_practice, person_row, people, tmp_path: Path) -> None:
    events = [(n % 6, person_row(people[n % 6], value=str(n))) for n in range(30)]
    events.append((0, person_row(people[0], term="born 12/04/1961, rang")))
    practice = make_practice({"events": events})
    plan = practice.keep(moved(practice.plan(), Event_date="date_shift"), "Term")
    with pytest.raises(VerificationError, match="birth date"):
        export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path)
