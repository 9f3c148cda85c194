"""That somebody looked at a record is kept with the plan, and changes nothing that leaves."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from core.model import UsageError
from core.protection import (
    Decisions,
    Key,
    Plan,
    decide_rows,
    gates,
    load_profile,
    make_plan,
    pseudonyms_for,
    read_decisions,
)
from core.protection.plan import ObjectionSource
from core.protection.plans.approvals import approve, standing
from core.protection.plans.comparing import compare_plans
from core.protection.plans.continuing import continue_plan
from core.protection.plans.files import load_plan, plan_for, save_plan, saved
from core.protection.plans.shape import shape_of
from core.release.manifest import plan_json, read_plan
from core.survey.results import Survey
from tests.core.protection.builders import make_survey, report

KEY = Key(b"k" * 32)
WHO = {"recipient": "Bristol Trial Unit", "project": "Feet 2026"}
CODES = [pseudonyms_for(KEY, **WHO).of("nhs", str(n)) for n in range(3)]
RESEARCH = load_profile("approved-research")


def planned(survey: Survey, decisions: Decisions | None = None) -> Plan:
    sources = (ObjectionSource("codes"),)
    return make_plan(survey, RESEARCH, **WHO, decisions=decisions, objection_sources=sources)


def seen(*codes: str, by: str = "Dr Rowan Example", at: str = "2018-08-06T14:30") -> Decisions:
    return Decisions.model_validate({"seen": [{"patient": c, "by": by, "at": at} for c in codes]})


@pytest.fixture(scope="module")
def survey() -> Survey:
    return make_survey(report())


def test_looking_makes_no_other_plan_and_leaves_approvals_alive(survey: Survey) -> None:
    plain, looked = planned(survey), planned(survey, seen(CODES[1], CODES[0], CODES[1]))
    assert looked.fingerprint == plain.fingerprint
    assert [code for code, _, _ in looked.seen] == sorted(CODES[:2])
    assert standing(approve(plain, "Sam Sample", "approved"), looked)
    assert compare_plans(saved(plain, survey), saved(looked, survey)) == ()
    assert replace(looked, leave_out_patients=(CODES[0],)).fingerprint != looked.fingerprint


def test_a_plan_keeps_who_was_seen_in_both_files(survey: Survey, tmp_path: Path) -> None:
    plan, path = planned(survey, seen(*CODES)), tmp_path / "plan.json"
    save_plan(path, plan, shape_of(survey))
    assert plan_for(load_plan(path), survey) == plan
    path.write_text(plan_json(plan), "utf-8")
    assert read_plan(path) == plan


def test_plans_from_before_anybody_could_look_still_load(survey: Survey, tmp_path: Path) -> None:
    plan, path = planned(survey), tmp_path / "plan.json"
    save_plan(path, plan, shape_of(survey))
    whole = json.loads(path.read_text("utf-8"))
    assert "seen" not in whole
    del whole["plan"]["seen"]
    path.write_text(json.dumps(whole), "utf-8")
    assert load_plan(path) == saved(plan, survey)
    old = asdict(plan)
    del old["seen"]
    path.write_text(json.dumps(old), "utf-8")
    assert read_plan(path) == plan


@pytest.mark.parametrize(
    "change",
    [
        lambda looks: looks.pop(),
        lambda looks: looks.append([CODES[2], "Dr Rowan Example", "2018-08-06T14:30"]),
        lambda looks: looks[0].__setitem__(1, "Somebody Else"),
        lambda looks: looks[0].__setitem__(0, "Agnes Quixley"),
        lambda looks: looks[0].__setitem__(2, "yesterday"),
        lambda looks: looks[0].append("more"),
    ],
)
def test_who_looked_cannot_be_edited_unnoticed(survey: Survey, tmp_path: Path, change) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "plan.json"
    save_plan(path, planned(survey, seen(*CODES[:2])), shape_of(survey))
    whole = json.loads(path.read_text("utf-8"))
    change(whole["plan"]["seen"])
    path.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(UsageError, match="no plan"):
        load_plan(path)


def test_last_months_looks_were_about_last_months_export(survey: Survey) -> None:
    earlier = saved(planned(survey, seen(CODES[0])), survey)
    started = continue_plan(survey, RESEARCH, earlier, seen(CODES[1]), **WHO)
    assert [look.patient for look in started.decisions.seen] == [CODES[1]]
    other = continue_plan(survey, RESEARCH, earlier, recipient="Another", project="One")
    assert other.decisions.seen == ()


def test_a_file_of_decisions_says_who_was_seen(tmp_path: Path) -> None:
    path = tmp_path / "decisions.toml"
    path.write_text(
        f'[[seen]]\npatient = "{CODES[0]}"\nby = " Dr  Rowan Example "\nat = 2018-08-06T14:30:12Z\n'
        f'[[seen]]\npatient = "{CODES[1]}"\nby = "Sam Sample"\nat = "2018-08-06T14:31"\n',
        "utf-8",
    )
    one, other = read_decisions(path).seen
    assert (one.by, one.at) == ("Dr Rowan Example", "2018-08-06T14:30+00:00")
    assert (other.by, other.at) == ("Sam Sample", "2018-08-06T14:31")


@pytest.mark.parametrize(
    "entry",
    [
        {"patient": "Agnes Quixley", "by": "Sam Sample", "at": "2018-08-06T14:30"},
        {"patient": "999 123 4560", "by": "Sam Sample", "at": "2018-08-06T14:30"},
        {"patient": CODES[0], "by": "", "at": "2018-08-06T14:30"},
        {"patient": CODES[0], "by": "Sam, about 999 123 4560", "at": "2018-08-06T14:30"},
        {"patient": CODES[0], "by": "x" * 101, "at": "2018-08-06T14:30"},
        {"patient": CODES[0], "by": "Sam Sample", "at": "2018-08-06"},
        {"patient": CODES[0], "by": "Sam Sample", "at": "2018-18-06T14:30"},
        {"patient": CODES[0], "by": "Sam Sample", "at": "2018-08-06T14:30", "note": "x"},
    ],
)
def test_what_is_no_look_is_refused_and_not_repeated(tmp_path: Path, entry: dict[str, str]) -> None:
    path = tmp_path / "decisions.toml"
    path.write_text("[[seen]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in entry.items()), "utf-8")
    with pytest.raises(UsageError) as caught:
        read_decisions(path)
    assert "Quixley" not in caught.value.message
    assert "999" not in caught.value.message


@pytest.mark.parametrize(("number", "says"), [(0, "at: 0"), (1, "1 patient of"), (1_234, "1,234 patients")])
def test_who_was_not_looked_at_is_told_and_stops_nothing(survey: Survey, number: int, says: str) -> None:
    plan = planned(survey)
    rows = decide_rows(survey, plan, KEY, None)
    told = gates(survey, plan, rows, RESEARCH, not_looked_at=number)
    (gate,) = set(told) - set(gates(survey, plan, rows, RESEARCH))
    assert gate.name == "patients-looked-at"
    assert gate.passed
    assert says in gate.detail
    assert gate.detail.startswith("Not looked at: ")
