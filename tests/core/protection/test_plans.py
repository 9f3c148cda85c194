"""Plans that are kept: the same everywhere, without patient data, and what is new since then stays."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from core.model import Kind, PolicyError, Role, UsageError
from core.protection import Key, Profile, decide_rows, gates, load_profile, make_plan, pseudonyms_for
from core.protection.decisions import Decisions
from core.protection.plan import ObjectionSource, Plan
from core.protection.plans.approvals import (
    approve,
    load_approvals,
    save_approvals,
    signed_by,
    standing,
    stands,
)
from core.protection.plans.comparing import compare_plans
from core.protection.plans.continuing import continue_plan
from core.protection.plans.files import load_plan, plan_for, save_plan, saved
from core.protection.plans.shape import shape_of
from core.survey.results import Survey
from tests.core.protection.builders import REPORT, Made, make_survey, report

KEY = Key(b"k" * 32)
RESEARCH = load_profile("approved-research")
WHO = {"recipient": "Bristol Trial Unit", "project": "Feet 2026"}


def planned(survey: Survey, profile: Profile = RESEARCH, **more: object) -> Plan:
    said = {"objection_sources": (ObjectionSource("codes"),), **WHO, **more}
    return make_plan(survey, profile, **said)  # type: ignore[arg-type]


def decided(**fields: object) -> Decisions:
    return Decisions.model_validate(fields)


def november() -> Survey:
    return replace(make_survey(report()), code_systems=("snomed",))


def december(
    fields: tuple[tuple[str, Kind, Role], ...] = REPORT, name: str = "december", **more: object
) -> Survey:
    rows = report()["events"].rows
    wider = [[*row, *["x"] * (len(fields) - len(REPORT))][: len(fields)] for row in rows]
    made = Made(fields, wider, report()["events"].patient, **more)  # type: ignore[arg-type]
    return replace(make_survey({name: made}), code_systems=("snomed",))


def actions(plan: Plan) -> dict[str, str]:
    return {field.field: field.action for field in plan.fields}


# -- the fingerprint -------------------------------------------------------------------------------


@settings(max_examples=25)
@given(
    st.permutations(range(4)), st.permutations(["hiv", "cancer", "gender"]), st.permutations(["Sex", "Value"])
)
def test_the_order_of_decisions_makes_no_other_plan(
    people: list[int], categories: list[str], fields: list[str]
) -> None:
    codes = [pseudonyms_for(KEY, "r", "j").of("nhs", str(n)) for n in range(4)]

    def made(people: list[int], categories: list[str], fields: list[str]) -> Plan:
        return planned(
            november(),
            decisions=decided(
                patients={"leave_out": [codes[n] for n in people]},
                categories=dict.fromkeys(categories, "withhold"),
                fields={"events": {field: {"action": "keep", "settings": {}} for field in fields}},
                confirmed=dict.fromkeys(categories[:0], 1)
                | dict.fromkeys(sorted(["died", "left"], key=len), 2),
            ),
        )

    assert (
        made(people, categories, fields).fingerprint
        == made([0, 1, 2, 3], ["cancer", "gender", "hiv"], ["Value", "Sex"]).fingerprint
    )


def test_the_same_plan_on_another_machine_has_the_same_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    plan = planned(november(), decisions=decided(categories={"cancer": "withhold"}))
    save_plan(path, plan, shape_of(november()))
    ask = "import sys; from pathlib import Path; from core.protection.plans.files import load_plan; "
    ask += "print(load_plan(Path(sys.argv[1])).plan.fingerprint)"
    told = subprocess.run(
        [sys.executable, "-c", ask, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "2", "PYTHONPATH": str(Path(__file__).parents[3]), "TZ": "Asia/Tokyo"},
    )
    assert told.stdout.strip() == load_plan(path).plan.fingerprint


# -- files -----------------------------------------------------------------------------------------


def test_a_plan_reads_back(tmp_path: Path) -> None:
    survey, path = november(), tmp_path / "plan.json"
    plan = planned(survey, decisions=decided(fields={"events": {"Value": {"action": "leave_out"}}}))
    save_plan(path, plan, shape_of(survey))
    kept = load_plan(path)
    assert kept == saved(plan, survey)
    assert plan_for(kept, survey) == plan
    with pytest.raises(PolicyError, match="another export"):
        plan_for(kept, december())


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["plan"].update(recipient="Somebody else"),
        lambda data: data["plan"]["fields"][0].update(action="keep"),
        lambda data: data["plan"].update(note="x"),
        lambda data: data.update(version=2),
        lambda data: data["shape"]["tables"][0]["fields"].pop(),
        lambda data: data["plan"]["fields"][0].update(action="publish"),
        lambda data: data["plan"].update(leave_out_patients=["Agnes"]),
    ],
)
def test_an_edited_plan_is_noticed(tmp_path: Path, change) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "plan.json"
    save_plan(path, planned(november()), shape_of(november()))
    data = json.loads(path.read_text("utf-8"))
    change(data)
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(UsageError, match="no plan"):
        load_plan(path)


_NAMES = st.sampled_from(["Quixley", "Agnes Quixley", "QUIXLEY", "Mrs Quixley"])


@settings(max_examples=40)
@given(
    table=st.sampled_from(["{} 2025-11", "HIV recall {}", "{}"]),
    heading=st.sampled_from(["Notes for {}", "{}", "{}_1950", "{} score", "Seen by 999 000 0018 {}"]),
    name=_NAMES,
    profile=st.sampled_from(["approved-research", "own-care-list"]),
)
def test_a_plan_never_holds_patient_data(
    table: str, heading: str, name: str, profile: str, tmp_path_factory
) -> None:  # type: ignore[no-untyped-def]
    planted = (*REPORT[:-1], (heading.format(name), Kind.CLINICAL_VALUE, Role.VALUE))
    survey = december(planted, table.format(name))
    survey = replace(
        survey, known=replace(survey.known, names_of_patient={0: frozenset(("quixley", "agnes"))})
    )
    decisions = decided(
        fields={
            table.format(name): {heading.format(name): {"action": "keep"}, "Value": {"action": "leave_out"}}
        },
        items=[{"table": table.format(name), "row": "R1-7KQ2-M9XD-0RHE-5V2T", "reason": "third_party"}],
    )
    plan = planned(survey, profile=load_profile(profile), decisions=decisions)
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    save_plan(path, plan, shape_of(survey))
    text = path.read_text("utf-8").casefold()
    for told in ("quixley", "agnes", "999 000", "hiv recall"):
        assert told not in text
    assert plan_for(load_plan(path), survey) == plan


@pytest.mark.parametrize(
    "said",
    [
        {"fields": {"events": {"Sex": {"action": "keep", "settings": {"note": "Quixley"}}}}},
        {"fields": {"events": {"Date of birth": {"action": "age_band", "settings": {"on": "Quixley"}}}}},
        {"fields": {"events": {"Sex": {"action": "year", "settings": {"Quixley": "1"}}}}},
        {"codes": {"new_systems": ["Quixley"]}},
    ],
)
def test_nothing_that_was_typed_gets_into_a_plan(said: dict[str, object]) -> None:
    with pytest.raises((UsageError, ValidationError)) as refused:
        planned(november(), decisions=decided(**said))
    if isinstance(refused.value, UsageError):
        assert "Quixley" not in refused.value.message


# -- next month ------------------------------------------------------------------------------------


def test_decisions_are_taken_over_although_files_are_called_after_months() -> None:
    said = decided(
        fields={"events": {"Notes": {"action": "leave_out"}, "Value": {"action": "leave_out"}}},
        categories={"cancer": "withhold"},
    )
    first = planned(november(), decisions=said)
    plan = planned(december(), earlier=saved(first, november()))
    assert actions(plan) == actions(first)
    assert "cancer" in plan.withhold_categories
    assert (plan.drift, plan.started_from) == ((), first.fingerprint)


def test_a_new_field_is_left_out_until_a_person_decides() -> None:
    wider = (*REPORT, ("Gender", Kind.QUASI_IDENTIFIER, Role.SEX))
    earlier = saved(planned(november()), november())
    assert actions(planned(december(wider)))["Gender"] != "leave_out"
    plan = planned(december(wider), earlier=earlier)
    new = next(field for field in plan.fields if field.field == "Gender")
    assert (new.action, new.needs_decision, plan.drift) == ("leave_out", True, ("field|1|13",))
    again = planned(december(wider), earlier=saved(plan, december(wider)))
    assert actions(again)["Gender"] == "leave_out"
    said = decided(fields={"december": {"Gender": {"action": "keep"}}})
    chosen = planned(december(wider), earlier=earlier, decisions=said)
    assert (actions(chosen)["Gender"], chosen.drift) == ("keep", ())
    third = planned(december(wider, "january"), earlier=saved(chosen, december(wider)))
    assert (actions(third)["Gender"], third.drift) == ("keep", ())


def test_a_field_that_is_something_else_now_is_left_out() -> None:
    other = tuple((n, Kind.FREE_TEXT, Role.NOTE) if n == "Sex" else (n, k, r) for n, k, r in REPORT)
    earlier = saved(
        planned(november(), decisions=decided(fields={"events": {"Sex": {"action": "keep"}}})), november()
    )
    plan = planned(december(other), earlier=earlier)
    assert actions(plan)["Sex"] == "leave_out"
    assert plan.drift == ("field_changed|1|4",)


def test_a_new_table_is_left_out_and_a_missing_one_is_told() -> None:
    fields = (("Sex", Kind.QUASI_IDENTIFIER, Role.SEX), ("Code", Kind.CODED_CLINICAL, Role.CODE))
    both = make_survey({**report(), "more": Made(fields, [["F", "a"]], [0])})
    plan = planned(both, earlier=saved(planned(november()), november()))
    assert {f.action for f in plan.for_table("more")} == {"leave_out"}
    assert plan.drift == ("table|2",)
    kinds = [d.kind for d in continue_plan(november(), RESEARCH, saved(planned(both), both)).drift]
    assert "gone_table" in kinds


def test_a_second_file_of_the_same_headings_is_new() -> None:
    two = make_survey({"events": report()["events"], "events again": report()["events"]})
    plan = planned(two, earlier=saved(planned(november()), november()))
    assert any(f.leaves for f in plan.for_table("events"))
    assert not any(f.leaves for f in plan.for_table("events again"))


def test_a_new_category_is_withheld() -> None:
    survey = december(categories={0: ("cancer",)})
    earlier = saved(planned(november()), november())
    plan = planned(survey, earlier=earlier)
    assert "cancer" not in planned(survey).withhold_categories
    assert "cancer" in plan.withhold_categories
    assert plan.drift == ("category|cancer",)
    gate = next(g for g in gates(survey, plan, decide_rows(survey, plan, KEY), RESEARCH) if g.name == "drift")
    assert gate.passed
    assert "Cancer" in gate.detail
    kept = planned(survey, earlier=earlier, decisions=decided(categories={"cancer": "keep"}))
    assert ("cancer" in kept.withhold_categories, kept.drift) == (False, ())


def test_rows_of_a_new_code_system_stay() -> None:
    rows = [list(row) for row in report()["events"].rows]
    rows[2][6], rows[5][6] = "E11.9", "I10X"
    survey = make_survey({"events": Made(REPORT, rows, report()["events"].patient)})
    survey = replace(survey, code_systems=("icd10", "snomed"))
    earlier = saved(planned(november()), november())
    plan = planned(survey, earlier=earlier)
    told = decide_rows(survey, plan, KEY)
    assert {c.id: c.rows for c in told.counted} == {"code.new_system": 2}
    assert told.withheld["events"].nonzero()[0].tolist() == [2, 5]
    again = planned(survey, earlier=saved(plan, survey))
    assert again.drift == plan.drift == ("code_system|icd10",)
    sent = planned(survey, earlier=earlier, decisions=decided(codes={"new_systems": ["icd10"]}))
    assert (decide_rows(survey, sent, KEY).counted, sent.drift) == ((), ())


def test_rows_left_out_by_hand_are_asked_for_again() -> None:
    first = planned(
        november(),
        decisions=decided(
            items=[{"table": "events", "row": "R1-7KQ2-M9XD-0RHE-5V2T", "reason": "third_party"}]
        ),
    )
    for said, passes in (({}, False), ({"items_again": 1}, True)):
        plan = planned(december(), earlier=saved(first, november()), decisions=decided(confirmed=said))
        found = gates(december(), plan, decide_rows(december(), plan, KEY), RESEARCH)
        assert next(g.passed for g in found if g.name == "items-again") is passes


def test_patients_left_out_stay_left_out_or_stop_the_export() -> None:
    codes = pseudonyms_for(KEY, **WHO)
    here, gone = codes.of_identity("nhs|9990000001"), codes.of_identity("nhs|9990009999")
    first = planned(november(), decisions=decided(patients={"leave_out": [here, gone]}))
    plan = planned(december(), earlier=saved(first, november()))
    with pytest.raises(PolicyError, match="1 of the 2 patients"):
        decide_rows(december(), plan, KEY)
    seen = decided(confirmed={"left_out_absent": 1})
    plan = planned(december(), earlier=saved(first, november()), decisions=seen)
    assert {c.id: c.patients for c in decide_rows(december(), plan, KEY).counted} == {"decision.patient": 1}
    with pytest.raises(PolicyError, match="its own recipient"):
        planned(december(), earlier=saved(first, november()), project="Other")


# -- comparing and approving -----------------------------------------------------------------------


def test_plans_are_compared_in_words() -> None:
    one = saved(planned(november()), november())
    assert compare_plans(one, one) == ()
    wider = (*REPORT, ("Gender", Kind.QUASI_IDENTIFIER, Role.SEX))
    said = decided(fields={"december": {"Sex": {"action": "leave_out"}}}, categories={"cancer": "withhold"})
    other = saved(planned(december(wider), decisions=said, format="xlsx", recipient="Leeds"), december(wider))
    told = " ".join(compare_plans(one, other))
    for words in ("'Leeds'", "'xlsx'", "'Gender'", "'Sex'", "now: cancer"):
        assert words in told


def test_approvals_die_with_the_plan_and_need_two_people(tmp_path: Path) -> None:
    plan, now = planned(november()), datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    first = approve(plan, "Dr A Reader", "prepared", now=now)
    with pytest.raises(PolicyError, match="cannot be the one"):
        approve(plan, " dr a  READER ", "approved", first)
    both = approve(plan, "Dr B Writer", "approved", first)
    save_approvals(tmp_path / "a.json", both)
    assert load_approvals(tmp_path / "a.json") == both
    assert signed_by(both, plan) == ("Dr A Reader", "Dr B Writer")
    changed = planned(november(), decisions=decided(categories={"cancer": "withhold"}))
    assert not any(stands(one, changed) for one in both)
    assert standing(both, changed) == ()
    with pytest.raises(PolicyError, match="has changed"):
        signed_by(both, changed)
    for name, role in (("", "approved"), ("999 000 0018", "approved"), ("Dr C", "looked")):
        with pytest.raises(UsageError):
            approve(plan, name, role)
