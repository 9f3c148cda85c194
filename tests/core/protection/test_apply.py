"""The one function that makes outgoing cells."""

from __future__ import annotations

import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Kind, RawBlock, ReadError, Role, UsageError
from core.protection import Decisions, apply, make_context
from core.protection.actions import Setting, run_of
from core.protection.formats import fit
from core.protection.plan import FieldPlan
from core.protection.pseudonyms import canonical, domain_of, pseudonyms_for
from tests.core.protection.builders import Made, make_survey, report
from tests.core.protection.strategies import KEY, Job, fewer, job, jobs


def whole(made: Job, table: str) -> RawBlock:
    """The whole table as one raw block."""
    source = made.survey.export.table(table)
    columns = source.columns  # type: ignore[attr-defined]
    names = [str(at) for at in range(len(columns))]
    return RawBlock(table, 0, pa.RecordBatch.from_arrays(list(columns), names=names))


def by_the_rules(made: Job, planned: FieldPlan, row: int, cell: str | None) -> str | None:
    """What an action makes of one cell, done alone."""
    codes = pseudonyms_for(KEY, "R", "P")
    facts = made.survey.facts[planned.table]
    patient = int(facts.patient[row])
    numbers = [f.field for f in made.survey.findings[planned.table] if f.role is Role.NHS_NUMBER]
    if planned.action == "pseudonym" and [planned.field] == numbers[:1] and patient >= 0:
        none = cell is None or canonical(domain_of(planned.role), cell) is None
        if none and planned.role in (Role.NHS_NUMBER, Role.PATIENT_KEY):
            return codes.of_identity(made.survey.patients.identity[patient])
    if cell is None:
        return None
    people = made.context.people
    person = None if patient < 0 or people is None else people.person(planned, patient)
    setting = Setting(planned.role, planned.settings, codes, person=person, row_day=int(facts.day[row]))
    return run_of(planned.action, setting)(cell)[0]


@fewer
@given(jobs())
def test_a_block_is_what_a_plain_loop_over_its_cells_gives(made: Job) -> None:
    for table, findings in made.survey.findings.items():
        raw = whole(made, table)
        out = apply(raw, made.context)
        rows = raw.data.to_pylist()
        expected = []
        for at, row in enumerate(rows):
            if made.rows.withheld[table][at]:
                continue
            line = {}
            for planned in made.plan.for_table(table):
                if planned.action == "leave_out":
                    continue
                cell = by_the_rules(made, planned, at, row[str(planned.position)])
                line[planned.field] = None if cell is None else fit(cell, made.plan.format)[0]
            expected.append(line)
        assert out.data.to_pylist() == (expected if out.names else [])
        assert out.names == tuple(f.field for f in made.plan.for_table(table) if f.leaves)
        assert len(findings) >= len(out.names)


@fewer
@given(jobs(), st.data())
def test_any_run_of_rows_any_columns_and_any_choice_of_rows_give_the_same(
    made: Job, data: st.DataObject
) -> None:
    for table in made.survey.findings:
        raw = whole(made, table)
        count = raw.data.num_rows
        all_out = apply(raw, made.context)
        start = data.draw(st.integers(0, count))
        stop = data.draw(st.integers(start, count))
        part = apply(RawBlock(table, start, raw.data.slice(start, stop - start)), made.context)
        before = int(all_out.leaves[:start].sum())
        assert part.data.equals(all_out.data.slice(before, int(all_out.leaves[start:stop].sum())))
        chosen = np.array(
            sorted(data.draw(st.sets(st.integers(0, max(count - 1, 0)), max_size=count))), np.int64
        )
        if count:
            few = apply(RawBlock(table, 0, raw.data.take(pa.array(chosen))), made.context, chosen)
            places = np.cumsum(all_out.leaves) - 1
            kept = chosen[all_out.leaves[chosen]]
            assert few.data.equals(all_out.data.take(pa.array(places[kept])))
        needed = [str(at) for at in made.context.tables[table].positions] or ["0"]
        narrow = apply(RawBlock(table, 0, raw.data.select(sorted(set(needed)))), made.context)
        assert narrow.data.equals(all_out.data)


@fewer
@given(jobs())
def test_a_context_that_travelled_gives_the_same(made: Job) -> None:
    for table in made.survey.findings:
        first = apply(whole(made, table), made.context)
        again = apply(whole(made, table), pickle.loads(pickle.dumps(made.context)))
        assert again.data.equals(first.data)


def test_the_code_of_a_number_depends_on_the_number_and_not_on_whose_row_it_is() -> None:
    """The fast way (the row's own patient) and the slow way must not be told apart in what leaves. What is no
    number gets the code of the row's patient."""
    field = [("NHS", Kind.DIRECT_IDENTIFIER, Role.NHS_NUMBER)]
    spellings = [
        "9990000018",
        "999 000 0018",
        "999-000-0018",
        " 9990000018",
        "0000000000",
        "99 90 000 019",
        None,
    ]
    rows = [[cell] for cell in spellings for _ in range(2)]
    whose = [0, 1] * len(spellings)
    survey = make_survey({"t": Made(field, rows, whose)}, identity=["nhs|9990000018", "local|1"])
    out = apply(whole(job(survey, "approved-research"), "t"), job(survey, "approved-research").context)
    cells = out.data.column("NHS").to_pylist()
    numbers = 2 * 4
    assert len(set(cells[:numbers])) == 1
    codes = pseudonyms_for(KEY, "R", "P")
    own = [codes.of("nhs", "9990000018"), codes.of("local", "1")]
    assert cells[numbers:] == own * 3


def test_local_keys_that_would_be_changed_take_the_slow_way() -> None:
    field = [("Key", Kind.LINKING_KEY, Role.PATIENT_KEY)]
    survey = make_survey(
        {"t": Made(field, [[" 7 "], ["7"], ["null"]], [0, 1, 2])},
        identity=["local| 7 ", "local|7", "local|null"],
    )
    made = job(survey, "approved-research")
    cells = apply(whole(made, "t"), made.context).data.column("Key").to_pylist()
    assert cells[0] == cells[1] == pseudonyms_for(KEY, "R", "P").of("local", "7")
    assert cells[2] is None


def test_kept_columns_are_passed_on_without_a_copy() -> None:
    made = job(make_survey(report()), "own-care-list")
    raw = whole(made, "events")
    out = apply(raw, made.context)
    assert out.data.column("Surname").buffers()[2].address == raw.data.column("1").buffers()[2].address


def test_many_values_past_what_is_remembered_come_out_right(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setattr(sys.modules["core.protection.columns"], "REMEMBERED", 3)
    field = [("Postcode", Kind.QUASI_IDENTIFIER, Role.POSTCODE)]
    rows = [[f"BS{n % 7 + 1} {n % 9}QA"] for n in range(50)]
    made = job(make_survey({"t": Made(field, rows, [0] * 50)}), "approved-research")
    out = apply(whole(made, "t"), made.context).data.column("Postcode").to_pylist()
    assert out == [f"BS{n % 7 + 1}" for n in range(50)]


def test_changed_cells_are_marked_and_explained() -> None:
    field = [
        ("Born", Kind.QUASI_IDENTIFIER, Role.DATE_OF_BIRTH),
        ("Value", Kind.CLINICAL_VALUE, Role.VALUE),
        ("Note", Kind.FREE_TEXT, Role.NOTE),
    ]
    rows = [["1961-04-12", "=2", "x"], ["1961", "2", "x"], ["soon", None, "x"], [None, "", "x"]]
    made = job(make_survey({"t": Made(field, rows, [0] * 4)}), "approved-research")
    out = apply(whole(made, "t"), made.context)
    assert out.data.to_pylist() == [
        {"Born": "1961", "Value": "'=2"},
        {"Born": "1961", "Value": "2"},
        {"Born": None, "Value": None},
        {"Born": None, "Value": ""},
    ]
    assert {name: mask.tolist() for name, mask in out.changed.items()} == {
        "Born": [True, False, True, False],
        "Value": [True, False, False, False],
    }
    why = {(name, row): out.cell_reason(name, row) for name in ("Born", "Value", "Note") for row in range(4)}
    ids = {place: reason.id for place, reason in why.items() if reason is not None}
    assert ids == {
        ("Born", 0): "action.year",
        ("Born", 2): "action.year.unreadable",
        ("Value", 0): "format.formula",
        **{("Note", row): "field.free_text" for row in range(4)},
    }
    with pytest.raises(UsageError, match="no such field"):
        out.cell_reason("Nothing", 0)


def test_rows_that_the_survey_never_saw_are_refused() -> None:
    made = job(make_survey(report()), "approved-research")
    raw = whole(made, "events")
    longer = pa.Table.from_batches([raw.data, raw.data]).combine_chunks().to_batches()[0]
    with pytest.raises(ReadError, match="has changed"):
        apply(RawBlock("events", 0, longer), made.context)
    with pytest.raises(ReadError, match="has changed"):
        apply(raw, made.context, np.arange(100, 100 + raw.data.num_rows))


def test_a_plan_for_other_fields_is_refused() -> None:
    made = job(make_survey(report()), "approved-research")
    other = make_survey({"events": Made(report()["events"].fields[:3], [["x"] * 3], [0])})
    with pytest.raises(UsageError, match="other fields"):
        make_context(other, made.plan, KEY, made.rows)


def test_a_context_holds_neither_the_key_nor_shows_anybody() -> None:
    made = job(make_survey(report()), "approved-research", decisions=Decisions())
    assert KEY.secret not in pickle.dumps(made.context)
    assert "999000" not in repr(made.context)
