"""The profiles that ship, as the agreements and the law behind them say, and errors in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import Kind, Role, UsageError
from core.protection.plan import Purpose
from core.protection.profile import load_profile, load_profiles, read_profile
from core.survey.codes.codelists import load_lookup
from resources import ROOT

ROW_LEVEL = ("caredata-gpes", "own-care-list", "approved-research")


def test_a_profile_ships_for_every_sort_of_recipient() -> None:
    assert set(load_profiles()) >= {
        *("caredata-gpes", "gpdpr", "summary-care-record", "local-shared-record", "records-transfer"),
        *("breast-screening", "cervical-screening", "diabetic-eye-screening", "own-care-list"),
        *("prescription-payments", "single-patient-report", "commissioner-audit", "approved-research"),
        *("commercial-research", "feasibility-count", "foi-count", "open-publication"),
    }


@pytest.mark.parametrize("profile_id", [*ROW_LEVEL, "open-publication"])
def test_a_profile_says_everything_in_words_and_names_known_categories(profile_id: str) -> None:
    profile = load_profile(profile_id)
    for text in (profile.title, profile.description, profile.recipients, profile.source, profile.version):
        assert text.strip()
    for rule in (*profile.roles.values(), *profile.kinds.values()):
        assert rule.why.endswith(".")
        assert rule.source
    assert set(profile.categories.every) <= set(load_lookup().category_ids)


@pytest.mark.parametrize(
    ("profile_id", "purpose", "tier", "closed"),
    [
        ("caredata-gpes", Purpose.BEYOND_CARE, "red", True),
        ("own-care-list", Purpose.OWN_CARE, "red", False),
        ("approved-research", Purpose.BEYOND_CARE, "amber", False),
        ("open-publication", Purpose.COUNTS, "green", False),
    ],
)
def test_purpose_tier_and_closed(profile_id: str, purpose: Purpose, tier: str, closed: bool) -> None:
    profile = load_profile(profile_id)
    assert (profile.purpose, profile.profile_tier, profile.closed) == (purpose, tier, closed)


@pytest.mark.parametrize("profile_id", ROW_LEVEL)
@pytest.mark.parametrize("kind", [Kind.UNKNOWN, Kind.FREE_TEXT])
def test_no_profile_has_a_rule_that_sends_what_is_not_understood(profile_id: str, kind: Kind) -> None:
    assert kind not in load_profile(profile_id).kinds


def action_of(profile_id: str, kind: Kind, role: Role) -> str:
    rule = load_profile(profile_id).rule_for(kind, role)
    return "leave_out" if rule is None else rule.action


CONFIDENTIAL = "keep_unless_confidential"
D, Q, C, V = Kind.DIRECT_IDENTIFIER, Kind.QUASI_IDENTIFIER, Kind.CODED_CLINICAL, Kind.CLINICAL_VALUE


@pytest.mark.parametrize(
    ("kind", "role", "caredata", "care", "research"),
    [
        (D, Role.NHS_NUMBER, "keep_expected", "keep", "pseudonym"),
        (Kind.LINKING_KEY, Role.PATIENT_KEY, "leave_out", "leave_out", "pseudonym"),
        (Kind.LINKING_KEY, Role.ROW_KEY, "leave_out", "leave_out", "leave_out"),
        (D, Role.SURNAME, "leave_out", "keep", "leave_out"),
        (D, Role.ADDRESS, "leave_out", CONFIDENTIAL, "leave_out"),
        (D, Role.PHONE, "leave_out", CONFIDENTIAL, "leave_out"),
        (D, Role.EMAIL, "leave_out", CONFIDENTIAL, "leave_out"),
        (D, Role.NI_NUMBER, "leave_out", "leave_out", "leave_out"),
        (D, Role.THIRD_PARTY, "leave_out", "leave_out", "leave_out"),
        (Q, Role.DATE_OF_BIRTH, "keep_expected", "keep", "year"),
        (Q, Role.POSTCODE, "keep_expected", CONFIDENTIAL, "postcode_district"),
        (Q, Role.SEX, "keep_expected", "keep", "keep_expected"),
        (Q, Role.ETHNICITY, "keep_expected", "leave_out", "keep_expected"),
        (Q, Role.AGE, "leave_out", "leave_out", "age_band"),
        (Q, Role.SOCIAL, "leave_out", "leave_out", "leave_out"),
        (Q, Role.AREA, "leave_out", CONFIDENTIAL, "leave_out"),
        (Q, Role.EVENT_DATE, "keep_expected", "leave_out", "month"),
        (C, Role.CODE, "keep_expected", "leave_out", "keep_expected"),
        (C, Role.TERM, "keep_expected", "leave_out", "keep_expected"),
        (V, Role.VALUE, "keep_expected", "leave_out", "keep_expected"),
        (V, Role.UNIT, "keep_expected", "leave_out", "keep_expected"),
        (V, Role.EVENT_TIME, "keep_expected", "leave_out", "keep_expected"),
        (Kind.STAFF, Role.STAFF_NAME, "leave_out", "leave_out", "leave_out"),
        (Kind.STAFF, Role.ORGANISATION, "leave_out", "leave_out", "leave_out"),
        (Kind.ADMINISTRATIVE, Role.FLAG, "leave_out", "leave_out", "leave_out"),
    ],
)
def test_what_happens_to_each_sort_of_field(
    kind: Kind, role: Role, caredata: str, care: str, research: str
) -> None:
    assert [action_of(profile, kind, role) for profile in ROW_LEVEL] == [caredata, care, research]


def test_what_care_data_did_not_collect_is_withheld() -> None:
    withheld = set(load_profile("caredata-gpes").categories.every)
    assert {
        "hiv",
        "sexual_health",
        "termination",
        "assisted_conception",
        "complaints_and_legal",
        "prison_and_crime",
        "domestic_abuse",
        "sexual_assault",
        "fgm",
        "safeguarding",
        "identifying_codes",
    } <= withheld
    assert "mental_health" not in withheld  # it was collected in 2013


def test_what_the_law_restricts_is_not_published() -> None:
    lookup = load_lookup()
    restricted = {c for c in lookup.category_ids if lookup.category(c).strength == "restricted"}
    assert restricted <= set(load_profile("open-publication").categories.every)


def test_an_unknown_profile_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="approved-research"):
        load_profile("research")


GOOD = (Path(__file__).parents[3] / "resources" / "profiles" / "approved-research.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('purpose = "beyond_care"', 'purpose = "science"', "purpose: "),
        ("closed = false", "closed = false\nshade = 1", "shade: no such setting"),
        ('action = "year"', 'action = "decade"', "there is no action 'decade'"),
        ("date_of_birth = ", "birthday = ", "roles.birthday"),
        ('statuses = ["registered"]', 'statuses = ["sleeping"]', "no status 'sleeping'"),
        ('profile_tier = "amber"', 'profile_tier = "green"', "never green"),
        ("closed = false", "closed = ", "not valid TOML"),
        ('version = "2026-01.2"\n', "", "version: "),
        ('purpose = "beyond_care"', 'purpose = "counts"', "publishes counts"),
    ],
)
def test_a_wrong_profile_is_refused_in_words(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in GOOD
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(UsageError) as error:
        read_profile(path)
    assert words in error.value.message
    assert error.value.where == "mine.toml"
    assert "pydantic" not in error.value.message


def test_hidden_data_is_named_by_known_ids(tmp_path: Path) -> None:
    shipped = (ROOT / "profiles" / "own-care-list.toml").read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(shipped + 'pivot_cahce = "blocks"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="pivot_cahce"):
        read_profile(path)
    path.write_text(shipped + 'default = "sometimes"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="hazards"):
        read_profile(path)
    path.write_text(shipped + 'default = "blocks"\n', encoding="utf-8")
    assert read_profile(path).hazards["default"] == "blocks"
