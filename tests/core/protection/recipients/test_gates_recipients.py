"""What the book of recipients lets nobody be given, and what it says then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.model import Gate
from core.protection import (
    Decisions,
    Key,
    ObjectionSource,
    decide_rows,
    gates,
    load_profile,
    make_plan,
    read_recipients,
)
from core.protection.agreed import Asked
from core.protection.recipients import RecipientsBook
from core.survey.results import Survey
from tests.core.protection.builders import make_survey, report

KEY = Key(bytes(32))
TODAY = date(2026, 6, 1)
CODES = (ObjectionSource("codes"),)
ENTRY = {
    "type": '"university"',
    "legal_basis": '"CAG 21/0001"',
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
    "profiles": '["approved-research", "caredata-gpes", "own-care-list", "open-publication"]',
}
NAMES = '{ reference = "DSPT", until = 2026-06-01 }'


def book(place: Path, changes: Mapping[str, str] | None = None, tables: str = "") -> RecipientsBook:
    entry = {**ENTRY, **(changes or {})}
    lines = [f"{key} = {value}\n" for key, value in entry.items() if value]
    path = place / "book.toml"
    path.write_text('[recipients."Uni"]\n' + "".join(lines) + tables, "utf-8")
    return read_recipients(path)


def checked(
    survey: Survey, profile: str, found: RecipientsBook | None, recipient: str = "Uni", **more: Any
) -> dict[str, Gate]:
    plan = make_plan(
        survey,
        load_profile(profile),
        recipient=recipient,
        project="P",
        objection_sources=CODES,
        decisions=Decisions(**more.pop("decisions", {})),
        agreed=None if found is None else found.find(recipient),
        **more,
    )
    rows = decide_rows(survey, plan, KEY)
    told = gates(survey, plan, rows, load_profile(profile), recipients=found, today=TODAY)
    return {gate.name: gate for gate in told}


def failing(*given: Any, **more: Any) -> list[str]:
    return [gate.name for gate in checked(*given, **more).values() if not gate.passed]


SURVEY = make_survey(report(day=[20_000] * 18))


def test_a_live_entry_lets_its_profile_pass(tmp_path: Path) -> None:
    assert failing(SURVEY, "approved-research", book(tmp_path)) == []
    assert failing(SURVEY, "approved-research", None) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"valid_from": "2026-06-02"}, "begins on 2 June 2026"),
        ({"valid_until": "2026-05-31"}, "ended on 31 May 2026"),
        ({"legal_basis": '" "'}, "no legal basis"),
        ({"profiles": '["foi-count"]'}, "does not have the profile"),
        ({"purposes": '["own_care"]'}, "the patients' own care"),
        ({"destroy_by": "2026-05-31"}, "destroyed by 31 May 2026"),
    ],
)
def test_an_entry_that_opens_nothing_says_why(tmp_path: Path, changes: dict[str, str], says: str) -> None:
    found = checked(SURVEY, "approved-research", book(tmp_path, changes))
    assert [gate.name for gate in found.values() if not gate.passed] == ["recipient"]
    assert says in found["recipient"].detail
    closed = checked(SURVEY, "caredata-gpes", book(tmp_path, changes))["closed-programme"]
    assert not closed.passed
    assert says in closed.detail


def test_who_is_not_in_the_book_gets_nothing(tmp_path: Path) -> None:
    found = checked(SURVEY, "approved-research", book(tmp_path), recipient="Somebody")
    assert [gate.name for gate in found.values() if not gate.passed] == ["recipient"]
    assert "no entry" in found["recipient"].detail


@pytest.mark.parametrize(
    ("sort", "profile", "stops"),
    [
        ("university", "approved-research", False),
        ("public", "approved-research", True),
        ("insurer", "approved-research", True),
        ("public", "open-publication", False),
        ("insurer", "own-care-list", True),
    ],
)
def test_nobody_is_given_more_than_their_sort_may_have(
    tmp_path: Path, sort: str, profile: str, stops: bool
) -> None:
    more = {"type": f'"{sort}"', "accredited_identifiable": NAMES}
    assert ("recipient-type" in failing(SURVEY, profile, book(tmp_path, more))) is stops


def test_names_go_only_to_who_is_accredited(tmp_path: Path) -> None:
    """Promise of the book: refused with the reason, never a weaker form of it."""
    trust = {"type": '"nhs_trust"'}
    found = checked(SURVEY, "own-care-list", book(tmp_path, trust))
    assert [gate.name for gate in found.values() if not gate.passed] == ["recipient-names"]
    assert "not accredited" in found["recipient-names"].detail
    held = {**trust, "accredited_identifiable": NAMES}
    assert failing(SURVEY, "own-care-list", book(tmp_path, held)) == []
    ended = {**trust, "accredited_identifiable": NAMES.replace("06-01", "05-31")}
    found = checked(SURVEY, "own-care-list", book(tmp_path, ended))
    assert "ended on 31 May 2026" in found["recipient-names"].detail


def test_a_field_that_a_person_sends_by_name_counts_as_names(tmp_path: Path) -> None:
    keep = {"fields": {"events": {"Surname": {"action": "keep"}}}}
    assert failing(SURVEY, "approved-research", book(tmp_path), decisions=keep) == ["recipient-names"]


def test_an_entry_of_the_first_form_is_accredited_for_nothing(tmp_path: Path) -> None:
    """Except where a closed programme's live legal basis was all that could be said of it."""
    first = book(tmp_path, {"type": ""})
    assert failing(SURVEY, "own-care-list", first) == ["recipient-names"]
    assert failing(SURVEY, "approved-research", first) == []
    assert failing(SURVEY, "caredata-gpes", first) == []
    assert "recipient-names" in failing(SURVEY, "caredata-gpes", book(tmp_path))


def test_sensitive_rows_go_only_to_who_is_accredited(tmp_path: Path) -> None:
    survey = make_survey(report(categories={4: ["cancer"], 5: ["hiv"]}))
    found = checked(survey, "approved-research", book(tmp_path))
    assert [gate.name for gate in found.values() if not gate.passed] == ["recipient-sensitive"]
    assert "Cancer: 1)" in found["recipient-sensitive"].detail  # HIV stays under this profile
    held = {"accredited_sensitive": NAMES}
    assert failing(survey, "approved-research", book(tmp_path, held)) == []
    withheld = {"categories": {"cancer": "withhold"}}
    assert failing(survey, "approved-research", book(tmp_path), decisions=withheld) == []
    trust = {"type": '"nhs_trust"', "accredited_identifiable": NAMES}
    assert failing(survey, "own-care-list", book(tmp_path, trust)) == []  # no field of it leaves that tells


@pytest.mark.parametrize(
    ("changes", "stops"),
    [
        ({"other_interests": '["insurance"]'}, ["recipient-interests"]),
        ({"other_interests": '["marketing"]', "interests_approved": '"CAG 1"'}, []),
        ({"countries": '["England", " uk "]'}, []),
        ({"countries": '["United Kingdom", "India"]'}, ["recipient-countries"]),
        ({"countries": '["India"]', "transfer": '"idta"'}, []),
    ],
)
def test_interests_and_countries_are_asked_about(
    tmp_path: Path, changes: dict[str, str], stops: list[str]
) -> None:
    assert failing(SURVEY, "approved-research", book(tmp_path, changes)) == stops


def test_a_price_above_cost_is_said(tmp_path: Path) -> None:
    dear = checked(SURVEY, "approved-research", book(tmp_path, {"price": "10", "cost": "9.99"}))["recipient"]
    assert dear.passed
    assert "Charge what it costs" in dear.detail
    fair = checked(SURVEY, "approved-research", book(tmp_path, {"price": "10", "cost": "10"}))["recipient"]
    assert "Charge" not in fair.detail


def test_a_plan_made_without_the_entrys_limits_is_refused(tmp_path: Path) -> None:
    limited = book(tmp_path, tables='[recipients."Uni".only]\nroles = ["sex", "code"]\n')
    assert failing(SURVEY, "approved-research", limited) == []
    profile = load_profile("approved-research")
    plan = make_plan(SURVEY, profile, recipient="Uni", project="P", objection_sources=CODES)
    told = gates(SURVEY, plan, decide_rows(SURVEY, plan, KEY), profile, recipients=limited, today=TODAY)
    stops = [gate for gate in told if not gate.passed]
    assert [gate.name for gate in stops] == ["recipient-limits"]
    assert "fields that were not agreed" in stops[0].detail


def test_a_whole_list_needs_a_reason_where_the_book_decides(tmp_path: Path) -> None:
    everybody = make_survey(report(people=1_101, each=1))
    found = book(tmp_path)
    assert failing(everybody, "approved-research", found) == ["whole-list"]
    unbooked = checked(everybody, "approved-research", None)["whole-list"]
    assert unbooked.passed
    assert "1,101 patients" in unbooked.detail
    why = Asked(whole_list_reason="approval")
    told = checked(everybody, "approved-research", found, asked=why)["whole-list"]
    assert told.passed
    assert "The approval names every patient" in told.detail
    assert failing(everybody, "approved-research", book(tmp_path, {"type": ""})) == []
    few = Asked(sample_per_mille=500)
    assert failing(everybody, "approved-research", found, asked=few) == []
    assert "whole-list" not in checked(make_survey(report(people=1_000, each=1)), "approved-research", found)


def test_an_insurer_may_do_approved_research_and_what_it_sells_is_not_forgotten(tmp_path: Path) -> None:
    sort = {"type": '"insurer"', "profiles": '["commercial-research"]'}
    assert failing(SURVEY, "commercial-research", book(tmp_path, sort)) == ["recipient-interests"]
    knew = {**sort, "interests_approved": '"REC 26/0001"'}
    assert failing(SURVEY, "commercial-research", book(tmp_path, knew)) == []
    # What needs nothing but consent elsewhere needs an accreditation here.
    said = {"categories": {"hiv": "keep"}}
    sensitive = make_survey(report(day=[20_000] * 18, categories={5: ["hiv"]}))
    found = failing(sensitive, "commercial-research", book(tmp_path, knew), decisions=said)
    assert found == ["recipient-sensitive"]
