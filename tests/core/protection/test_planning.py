"""Making a plan: the profile's rules, what nobody understands, and a person's decisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.model import Hazard, Kind, PolicyError, Role, Severity, UsageError
from core.protection import Decisions, Plan, load_profile, make_plan, read_decisions
from core.protection.planned_fields import reckoning_day
from core.survey.results import NO_DAY, Survey
from tests.core.protection.builders import Made, make_survey, report

RESEARCH = load_profile("approved-research")
CARE = load_profile("own-care-list")


def plan_of(
    survey: Survey, decisions: dict[str, Any] | None = None, profile: Any = RESEARCH, **more: Any
) -> Plan:
    decided = None if decisions is None else Decisions(**decisions)
    return make_plan(survey, profile, recipient="R", project="P", decisions=decided, **more)


def one_field(kind: Kind, role: Role) -> Survey:
    return make_survey({"t": Made([("f", kind, role)], [["x"]], [0])})


@pytest.mark.parametrize("profile", ["approved-research", "own-care-list", "caredata-gpes"])
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", [Kind.UNKNOWN, Kind.FREE_TEXT])
def test_what_is_not_understood_starts_as_left_out(profile: str, role: Role, kind: Kind) -> None:
    planned = plan_of(one_field(kind, role), profile=load_profile(profile)).fields[0]
    assert planned.action == "leave_out"
    assert planned.needs_decision
    assert planned.reason


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("role", list(Role))
def test_publishing_counts_sends_no_field(kind: Kind, role: Role) -> None:
    profile = load_profile("open-publication")
    decisions = {"fields": {"t": {"f": {"action": "keep"}}}}
    for decided in (None, decisions):
        assert plan_of(one_field(kind, role), decided, profile).fields[0].action == "leave_out"


def test_every_planned_field_says_why_and_by_which_rule() -> None:
    for profile in ("approved-research", "own-care-list", "caredata-gpes", "open-publication"):
        for planned in plan_of(make_survey(report()), profile=load_profile(profile)).fields:
            assert planned.reason.endswith(".")
            assert planned.source
            assert planned.reason_id


def test_a_person_decides_a_field() -> None:
    survey = make_survey(report())
    decisions = {"fields": {"events": {"Notes": {"action": "keep", "kind": "clinical_value"}}}}
    plan = plan_of(survey, decisions)
    planned = next(f for f in plan.fields if f.field == "Notes")
    assert (planned.action, planned.kind, planned.decided) == ("keep", Kind.CLINICAL_VALUE, True)
    assert planned.source == "decided here"
    assert plan.fingerprint != plan_of(survey).fingerprint


def test_saying_what_a_field_is_gives_it_the_profiles_rule() -> None:
    survey = one_field(Kind.UNKNOWN, Role.OTHER)
    plan = plan_of(survey, {"fields": {"t": {"f": {"kind": "quasi_identifier", "role": "date_of_birth"}}}})
    assert (plan.fields[0].action, plan.fields[0].decided) == ("year", True)
    assert not plan.fields[0].needs_decision


@pytest.mark.parametrize(
    ("decisions", "words"),
    [
        ({"fields": {"other": {"Notes": {"action": "keep"}}}}, "no table 'other'"),
        ({"fields": {"events": {"Note": {"action": "keep"}}}}, "no field 'Note'"),
        (
            {"items": [{"table": "x", "row": "R1-0000-0000-0000-0000", "reason": "third_party"}]},
            "no table 'x'",
        ),
        ({"categories": {"measles": "withhold"}}, "no category 'measles'"),
        ({"confirmed": {"lost": 2}}, "nothing called 'lost'"),
        ({"fields": {"events": {"Date of birth": {"action": "age_band"}}}}, "needs the day"),
    ],
)
def test_a_decision_about_what_is_not_there_is_an_error(decisions: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        plan_of(make_survey(report()), decisions)


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[fields.t.f]\naction = 'shred'", "no action 'shred'"),
        ("[fields.t.f]\nkind = 'secret'", "fields.t.f.kind"),
        ("[patients]\nleave_out = ['9991234560']", "named by a code"),
        ("[[items]]\ntable = 't'\nrow = '12'\nreason = 'third_party'", "fingerprint"),
        ("[[items]]\ntable='t'\nrow='R1-0000-0000-0000-0000'\nreason='rude'", "serious_harm"),
        ("[categories]\nhiv = 'maybe'", "categories.hiv"),
        ("[colours]\nred = 1", "colours: no such setting"),
        ("[fields", "not valid TOML"),
    ],
)
def test_wrong_decisions_are_refused_in_words_without_their_values(
    tmp_path: Path, toml: str, words: str
) -> None:
    path = tmp_path / "decisions.toml"
    path.write_text(toml, "utf-8")
    with pytest.raises(UsageError) as error:
        read_decisions(path)
    assert words in error.value.message
    assert "9991234560" not in error.value.message


def test_decisions_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "decisions.toml"
    path.write_text(
        '[fields."events"."Notes"]\naction = "keep"\nkind = "clinical_value"\n'
        '[patients]\nleave_out = ["P-0000-0000-0000-0000"]\n'
        '[[items]]\ntable = "events"\nrow = "R3-0000-0000-0000-0000"\nreason = "serious_harm"\n'
        '[categories]\ncancer = "withhold"\nhiv = "send"\n'
        "[hazards]\nconfirmed = true\n[confirmed]\ndied = 3\n",
        "utf-8",
    )
    hazard = Hazard("Sheet2", "hidden sheet", Severity.BLOCKS)
    plan = make_plan(
        make_survey(report(), hazards=(hazard,)),
        RESEARCH,
        recipient="R",
        project="P",
        decisions=read_decisions(path),
    )
    assert plan.leave_out_patients == ("P-0000-0000-0000-0000",)
    assert plan.leave_out_items == (("events", "R3-0000-0000-0000-0000", "serious_harm"),)
    assert "cancer" in plan.withhold_categories
    assert plan.send_categories == ("hiv",)
    assert plan.confirmed == ("died:3", "hazards:1")


def test_codes_that_hold_identifiers_never_leave() -> None:
    with pytest.raises(PolicyError, match="identifying_codes"):
        plan_of(make_survey(report()), {"categories": {"identifying_codes": "send"}})


def test_a_profile_that_withholds_an_unknown_category_is_refused() -> None:
    survey = make_survey(report())
    categories = RESEARCH.categories.model_copy(update={"withhold": ("measles",)})
    with pytest.raises(UsageError, match="measles"):
        plan_of(survey, profile=RESEARCH.model_copy(update={"categories": categories}))


@pytest.mark.parametrize("missing", ["recipient", "project"])
def test_a_plan_needs_a_recipient_and_a_project(missing: str) -> None:
    names = {"recipient": "R", "project": "P", missing: " "}
    with pytest.raises(UsageError, match=missing):
        make_plan(make_survey(report()), RESEARCH, **names)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="docx"):
        plan_of(make_survey(report()), format="docx")


def test_the_same_plan_has_the_same_fingerprint_and_no_patient_data() -> None:
    survey = make_survey(report())
    assert plan_of(survey).fingerprint == plan_of(survey).fingerprint
    assert "99900" not in repr(plan_of(survey))


def test_ages_are_reckoned_at_the_end_of_the_month_of_the_last_events() -> None:
    days = [20_400] * 990 + [40_000] * 5  # 2025-11-08, and a few in a mistyped future
    survey = make_survey(
        {"t": Made([("f", Kind.CODED_CLINICAL, Role.CODE)], [["x"]] * 995, [0] * 995, day=days)}
    )
    day = reckoning_day(survey)
    assert day is not None
    assert day.isoformat() == "2025-11-30"


def test_without_events_there_is_no_day_to_reckon_on() -> None:
    survey = make_survey({"t": Made([("f", Kind.CODED_CLINICAL, Role.CODE)], [["x"]], [0], day=[NO_DAY])})
    assert reckoning_day(survey) is None


def test_an_age_band_of_a_date_of_birth_gets_its_day_into_the_plan() -> None:
    made = report()["events"]
    survey = make_survey(
        {"events": Made(made.fields, made.rows, made.patient, day=[20_400] * len(made.rows))}
    )
    plan = plan_of(survey, {"fields": {"events": {"Date of birth": {"action": "age_band"}}}})
    planned = next(f for f in plan.fields if f.field == "Date of birth")
    assert planned.settings == {"on": "2025-11-30"}


def test_own_care_keeps_what_a_letter_needs() -> None:
    leaving = {f.field for f in plan_of(make_survey(report()), profile=CARE).fields if f.leaves}
    assert leaving == {"NHS Number", "Surname", "Date of birth", "Sex", "Postcode"}


def test_of_left_out_values_of_a_message_nothing_leaves_that_says_whose_they_are() -> None:
    fields = [
        ("NHS number", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER),
        ("Record", Kind.ADMINISTRATIVE, Role.OTHER),
        ("Path", Kind.ADMINISTRATIVE, Role.OTHER),
        ("Other value", Kind.FREE_TEXT, Role.NOTE),
    ]
    survey = make_survey({"other values": Made(fields, [["9990000018", "a", "b", "c"]], [0])})

    def leaving(decided: Decisions | None) -> list[str]:
        profile = load_profile("approved-research")
        plan = make_plan(survey, profile, recipient="R", project="P", decisions=decided)
        return [f.field for f in plan.fields if f.leaves]

    assert leaving(None) == []
    kept = {"fields": {"other values": {"Other value": {"action": "keep"}}}}
    assert leaving(Decisions.model_validate(kept))[0] == "NHS number"
    wider = make_survey(
        {"list": Made([*fields, ("Code", Kind.CODED_CLINICAL, Role.CODE)], [["9990000018", *"abcd"]], [0])}
    )
    plan = make_plan(wider, load_profile("approved-research"), recipient="R", project="P")
    assert "Code" in [f.field for f in plan.fields if f.leaves], "a list with a field of that name"
