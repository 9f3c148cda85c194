"""What holds for every profile that ships, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from core.demo import SHAPES
from core.model import Kind, Role
from core.preview import Preview
from core.protection import ACTIONS, Profile, Purpose, load_profiles, tier_of
from core.protection.actions import KEEPING, SCRUB
from core.protection.gates_care import stops_in_words
from core.protection.plan import FieldPlan
from core.protection.recipients import recipient_types
from core.survey.codes.codelists import load_lookup
from core.survey.results import Survey
from tests.core.protection.profiles.conftest import KEY, example_of

PROFILES = load_profiles()
EVERY = pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
#: Those that a practice meets.
WANTED = (
    *("caredata-gpes", "caredata-gpes-2014-12", "gpdpr", "summary-care-record"),
    *("local-shared-record", "records-transfer", "breast-screening", "cervical-screening"),
    *("diabetic-eye-screening", "own-care-list", "single-patient-report", "prescription-payments"),
    *("approved-research", "open-publication"),
)
_JARGON = re.compile(
    r"\b(suppress|pseudonymis|k-anonym|quasi|generalis|TOML|schema|parameter|boolean|null)", re.I
)
_NAMES = (Role.NHS_NUMBER, Role.SURNAME, Role.FORENAME, Role.FULL_NAME, Role.ADDRESS, Role.PHONE, Role.EMAIL)


def test_every_sort_of_recipient_has_a_profile() -> None:
    assert set(WANTED) <= set(PROFILES)


@EVERY
def test_it_says_in_plain_words_what_it_is_for(profile: Profile) -> None:
    assert 60 < len(profile.description) < 1_000
    assert "\n" not in profile.description  # one paragraph
    texts = [profile.title, profile.description, profile.recipients, profile.shows.warning]
    texts += [ask.question for ask in profile.asks.values()]
    assert not [text for text in texts if _JARGON.search(text)]
    assert profile.description.endswith(".")
    assert profile.recipients.strip()
    assert profile.source.strip()


@EVERY
def test_every_rule_has_a_reason_and_a_source(profile: Profile) -> None:
    rules = [*profile.roles.values(), *profile.kinds.values(), profile.categories, profile.codes]
    rules += [*profile.asks.values(), *profile.asks_refuse.values(), *profile.only_tables]
    rules += [] if profile.hold is None else [profile.hold]
    for rule in rules:
        assert rule.why.strip()[-1:] in ".!?", rule
        assert rule.source.strip(), rule
    if profile.window.model_fields_set:
        assert profile.window.why
        assert profile.window.source


@EVERY
def test_it_names_what_there_is(profile: Profile) -> None:
    assert set(profile.categories.every) <= set(load_lookup().category_ids)
    assert set(profile.recipient_types) <= set(recipient_types())
    for rule in (*profile.roles.values(), *profile.kinds.values()):
        assert rule.action in ACTIONS


@EVERY
def test_free_text_never_leaves_by_a_rule(profile: Profile) -> None:
    assert Kind.FREE_TEXT not in profile.kinds
    assert Kind.UNKNOWN not in profile.kinds
    note = profile.roles.get(Role.NOTE)
    assert note is None or note.action == "leave_out"
    assert not [r for r in (*profile.roles.values(), *profile.kinds.values()) if r.action == SCRUB]


@EVERY
def test_the_tier_is_that_of_what_is_kept(profile: Profile) -> None:
    kept = [role for role in _NAMES if (rule := profile.roles.get(role)) and rule.action in KEEPING]
    direct = profile.kinds.get(Kind.DIRECT_IDENTIFIER)
    named = bool(kept) or (direct is not None and direct.action in KEEPING)
    expected = "green" if profile.purpose is Purpose.COUNTS else "red" if named else "amber"
    assert profile.profile_tier == expected
    if named:  # a window makes it obvious
        assert profile.shows.identifiers
        assert profile.shows.warning


@EVERY
def test_what_must_be_confirmed_is_said_beforehand(profile: Profile) -> None:
    words = stops_in_words(profile)
    assert bool(words) == bool(profile.stops)
    if profile.programme:
        assert {"died", "left", "declined", "ceased", "confidential_address"} <= set(profile.stops)


@EVERY
@pytest.mark.parametrize("name", SHAPES)
def test_it_previews_every_shape_of_the_practice(
    shape: Callable[[str], Survey], profile: Profile, name: str
) -> None:
    found = example_of(shape(name), profile.id, assume_registered=True)
    assert found.rows.rows_out + found.rows.rows_withheld == found.rows.rows_in
    assert sum(c.rows for c in found.rows.counted) == found.rows.rows_withheld
    if profile.purpose is Purpose.COUNTS:
        assert not [f for f in found.plan.fields if f.leaves]
    assert not [f for f in found.plan.fields if _free_text(f)]
    assert tier_of(found.plan, found.profile) == profile.profile_tier
    panes = Preview(found.survey, found.plan, KEY, found.rows)
    table = found.survey.export.tables[0].name
    count = min(20, panes.row_count(table))
    assert len(panes.window(table, 0, count).rows) == count


def _free_text(planned: FieldPlan) -> bool:
    return planned.leaves and (planned.kind is Kind.FREE_TEXT or planned.role is Role.NOTE)
