"""What goes with a sensitive entry of an EMIS bulk extract, and what stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.preview import Preview
from core.protection import Decisions, decide_rows, make_plan, pseudonyms_for, row_fingerprint
from core.protection.closure import close, links_of, seeds_of
from core.protection.closure import links as links_module
from core.protection.closure.rules import load_rules
from core.reading import read_rows
from core.release import export_release
from tests.core.protection.closure.surgeries import KEY, Emis, decided, profile_of, reason


@pytest.fixture(scope="module")
def emis(tmp_path_factory: pytest.TempPathFactory) -> Emis:
    return Emis(tmp_path_factory.mktemp("emis"))


GOES = {
    "hiv": "category.hiv",
    "hiv again": "category.hiv",
    "c1": "closure.consultation",
    "c3": "closure.consultation",
    "slot of c1": "closure.appointment",
    "letter": "closure.document",
    "heading": "closure.group",
    "count": "closure.linked",
    "tired": "closure.problem",
    "problem of hiv": "closure.problem",
    "problem of tired": "closure.problem",
    "referral of hiv": "closure.referral",
    "referral of tired": "closure.referral",
    "drug": "closure.medicine",
    "drug of tired": "closure.medicine",
    "issue 1 of drug": "closure.issue",
    "issue 2 of drug": "closure.issue",
    "issue 1 of drug of tired": "closure.issue",
}
STAYS = (
    "asthma review", "asthma", "beside", "c2", "c4", "slot of c2", "slot of another", "letter 2",
    "problem of asthma", "referral of asthma", "drug of asthma", "issue 1 of drug of asthma",
)  # fmt: skip


@pytest.mark.parametrize("planted", GOES)
def test_what_belongs_to_a_sensitive_entry_goes(emis: Emis, planted: str) -> None:
    _, rows = decided(emis.survey)
    assert emis.of(rows, planted) == GOES[planted]


@pytest.mark.parametrize("planted", STAYS)
def test_what_does_not_belong_to_it_stays(emis: Emis, planted: str) -> None:
    _, rows = decided(emis.survey)
    assert not emis.of(rows, planted).startswith(("closure.", "category."))


def test_every_row_is_counted_once(emis: Emis) -> None:
    _, rows = decided(emis.survey)
    assert rows.rows_in == rows.rows_out + sum(counted.rows for counted in rows.counted)
    assert rows.rows_in == emis.survey.rows
    ids = [counted.id for counted in rows.counted]
    assert len(ids) == len(set(ids))
    first = [i for i, name in enumerate(ids) if name.startswith("category.")]
    then = [i for i, name in enumerate(ids) if name.startswith("closure.")]
    assert max(first) < min(then)


def test_without_closure_only_the_entry_itself_goes(emis: Emis) -> None:
    plan, with_it = decided(emis.survey)
    _, rows = decided(emis.survey, closure=False)
    assert plan.closure
    assert rows.closure is None
    assert emis.of(rows, "c1") != "closure.consultation"
    # What stays without closure only ever grows by what closure took.
    for name, withheld in rows.withheld.items():
        assert ((withheld == 0) | (with_it.withheld[name] != 0)).all()


def test_nothing_starts_it_where_nothing_sensitive_is_withheld(emis: Emis) -> None:
    plan, _ = decided(emis.survey)
    assert decide_rows(emis.survey, replace(plan, withhold_categories=()), KEY).closure is None
    # A row that says who somebody is says nothing of what they have.
    identifying = replace(plan, withhold_categories=("identifying_codes",))
    assert decide_rows(emis.survey, identifying, KEY).closure is None


def test_a_list_for_own_care_takes_nothing_along(emis: Emis) -> None:
    plan, rows = decided(emis.survey, "own-care-list")
    assert not plan.closure
    assert rows.closure is None


def test_counts_take_nothing_along(emis: Emis) -> None:
    plan, _ = decided(emis.survey, "open-publication")
    assert not plan.closure


def test_a_row_that_a_person_left_out_takes_along_what_belongs_to_it(emis: Emis) -> None:
    table, row = emis.at["asthma"]
    table = emis.table(table)
    raw = read_rows(emis.survey.export.table(table), row, row + 1)
    fingerprint = row_fingerprint(raw, 0, pseudonyms_for(KEY, "R", "P"))
    items = [{"table": table, "row": fingerprint, "reason": "patient_asked"}]
    _, rows = decided(emis.survey, decisions={"items": items})
    assert emis.of(rows, "asthma") == "decision.item.patient_asked"
    for planted, kind in (
        ("c2", "consultation"), ("slot of c2", "appointment"), ("drug of asthma", "medicine"),
        ("issue 2 of drug of asthma", "issue"), ("referral of asthma", "referral"),
    ):  # fmt: skip
        assert emis.of(rows, planted) == f"closure.{kind}"


def test_the_chain_leads_back_to_the_entry(emis: Emis) -> None:
    _, rows = decided(emis.survey)
    assert rows.closure is not None
    table, row = emis.at["slot of c1"]
    chain = rows.closure.chain(emis.table(table), row)
    names = {(emis.table(table), row): name for name, (table, row) in emis.at.items()}
    assert [names[step.table, step.row] for step in chain] == ["slot of c1", "c1", "hiv"]
    assert [step.kind for step in chain] == ["appointment", "consultation", "sensitive"]
    start = chain[-1]
    told = rows.closure.goes_with(start.table, start.row)
    assert {names[step.table, step.row] for step in told} >= {"c1", "slot of c1", "drug", "issue 1 of drug"}
    assert rows.closure.goes_with(*_at(emis, "asthma")) == ()
    assert rows.closure.chain(*_at(emis, "asthma")) == ()


def test_every_row_that_goes_has_a_chain_to_a_withheld_one(emis: Emis) -> None:
    _, rows = decided(emis.survey)
    assert rows.closure is not None
    told = 0
    for table, withheld in rows.withheld.items():
        for row in np.flatnonzero(withheld).tolist():
            if reason(rows, table, row).startswith("closure."):
                end = rows.closure.chain(table, row)[-1]
                assert reason(rows, end.table, end.row) not in ("", "closure.linked")
                assert rows.closure.is_seed(end.table, end.row)
                told += 1
    assert told == sum(c.rows for c in rows.counted if c.id.startswith("closure."))


def test_the_panes_tell_the_chain_without_a_cells_text(emis: Emis) -> None:
    plan, rows = decided(emis.survey)
    preview = Preview(emis.survey, plan, KEY, rows)
    table, row = _at(emis, "slot of c1")
    shown = preview.rows_at(table, [row]).rows[0]
    assert shown.withheld is not None
    assert shown.withheld.id == "closure.appointment"
    assert len(shown.chain) == 3
    assert "goes with" in shown.chain[0]
    assert "Hiv" in shown.chain[-1] or "HIV" in shown.chain[-1]
    cells = {cell for cell in shown.raw if cell and len(cell) > 6}
    assert not [cell for cell in cells for sentence in shown.chain if cell in sentence]
    seed = preview.rows_at(*_of(emis, "hiv")).rows[0]
    assert any("goes too" in sentence for sentence in seed.chain)
    assert preview.rows_at(*_of(emis, "asthma")).rows[0].chain == ()


def test_it_is_the_same_every_time_and_remembered(emis: Emis) -> None:
    plan, _ = decided(emis.survey)
    seeds = seeds_of(emis.survey, plan, {})
    first = close(emis.survey, seeds)
    assert close(emis.survey, seeds) is first
    links_of(emis.survey).closed.clear()
    again = close(emis.survey, seeds)
    assert again is not first
    assert {name: kinds.tolist() for name, kinds in again.kinds.items()} == {
        name: kinds.tolist() for name, kinds in first.kinds.items()
    }
    for name, kinds in first.kinds.items():
        for row in np.flatnonzero(kinds).tolist():
            assert again.chain(name, row) == first.chain(name, row)


def test_a_link_that_is_taken_away_lets_its_rows_stay(emis: Emis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each planted thing goes by the link that is there for it, and not by chance."""
    rules = next(r for r in load_rules() if r.title == "EMIS")
    without = tuple(link for link in rules.link if link.to != "slot.SlotGuid")
    assert len(without) < len(rules.link)
    broken = (rules.model_copy(update={"link": without}),)
    monkeypatch.setattr(links_module, "load_rules", lambda: broken)
    plan, _ = decided(emis.survey)
    survey = replace(emis.survey)  # the links are worked out once a survey
    rows = decide_rows(survey, plan, KEY)
    assert emis.of(rows, "c1") == "closure.consultation"
    # Nothing leads to the appointments any more: then the day decides, and both of that day's go.
    assert emis.of(rows, "slot of c1") == "closure.same_day"
    assert emis.of(rows, "slot of c2") == "closure.same_day"
    assert not emis.of(rows, "slot of another").startswith("closure.")


def test_a_plan_says_that_it_takes_along_what_belongs(emis: Emis) -> None:
    profile = profile_of("approved-research")
    sources = {"recipient": "R", "project": "P", "decisions": Decisions()}
    plan = make_plan(emis.survey, profile, **sources)
    without = make_plan(emis.survey, profile, **sources, closure=False)
    assert plan.closure
    assert not without.closure
    assert plan.fingerprint != without.fingerprint


def test_what_is_sent_does_not_say_what_went_with_what(emis: Emis, tmp_path: Path) -> None:
    plan, rows = decided(emis.survey)
    result = export_release(emis.survey, plan, KEY, rows, tmp_path)
    sent = b"".join(p.read_bytes() for p in (result.release / "send").rglob("*") if p.is_file())
    kept = b"".join(p.read_bytes() for p in (result.release / "keep").rglob("*") if p.is_file())
    assert b"closure" in kept
    assert b"closure." not in sent
    assert b"Goes with a withheld" not in sent


def _at(emis: Emis, planted: str) -> tuple[str, int]:
    table, row = emis.at[planted]
    return emis.table(table), row


def _of(emis: Emis, planted: str) -> tuple[str, list[int]]:
    table, row = _at(emis, planted)
    return table, [row]
