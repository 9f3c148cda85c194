"""A row that stays does not point to one that went, in the panes and in what is exported alike."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine import apply_table
from core.model import Role, UsageError
from core.preview import Preview
from core.protection import Plan, RowDecisions, pseudonyms_for, row_fingerprint
from core.protection.actions.codes_of_people import surrogate_of
from core.protection.apply import Context, make_context
from core.protection.closure import Gone
from core.protection.closure.columns import Column, numbers_of
from core.protection.closure.rules import read_rules
from core.reading import read_rows
from core.survey.results import Survey
from tests.core.protection.closure.surgeries import ASTHMA, KEY, NHS, Emis, decided, link, surveyed, write

LINK = "link.left_out"
OWN = {
    "CareRecord_Observation": "ObservationGuid",
    "CareRecord_Consultation": "ConsultationGuid",
    "Appointment_Slot": "SlotGuid",
    "CareRecord_Document": "DocumentGuid",
    "Prescribing_DrugRecord": "DrugRecordGuid",
    "Prescribing_IssueRecord": "IssueRecordGuid",
}
PLANTED = (
    "hiv",
    "heading",
    "tired",
    "asthma",
    "c1",
    "c2",
    "c4",
    "slot of c2",
    "letter",
    "drug",
    "drug of asthma",
)


@pytest.fixture(scope="module")
def emis(tmp_path_factory: pytest.TempPathFactory) -> Emis:
    return Emis(tmp_path_factory.mktemp("emis"))


def link_columns(survey: Survey) -> dict[str, list[str]]:
    """The columns of keys of rows, by table; the number of the extract is in all of them, and is none."""
    return {
        table: [f.field for f in findings if f.role is Role.ROW_KEY and f.field.endswith("Guid")]
        for table, findings in survey.findings.items()
    }


def linked(emis: Emis, left_out: Sequence[str] = (), action: str = "surrogate") -> tuple[Plan, RowDecisions]:
    """Every link leaves; these planted rows do not, and nothing goes along with them."""
    survey, items = emis.survey, []
    for planted in left_out:
        name, row = emis.at[planted]
        raw = read_rows(survey.export.table(emis.table(name)), row, row + 1)
        fingerprint = row_fingerprint(raw, 0, pseudonyms_for(KEY, "R", "P"))
        items.append({"table": emis.table(name), "row": fingerprint, "reason": "patient_asked"})
    fields = {table: {f: {"action": action} for f in of} for table, of in link_columns(survey).items()}
    return decided(survey, decisions={"fields": fields, "items": items}, closure=False)


def outgoing(survey: Survey, context: Context, table: str) -> dict[str, list[str | None]]:
    columns: dict[str, list[str | None]] = {}
    for block in apply_table(survey.export.table(table), context, workers=1):
        for name in block.names:
            columns.setdefault(name, []).extend(block.data.column(name).to_pylist())
    return columns


def code(cell: str) -> str:
    named = surrogate_of("row", cell)
    assert named is not None
    return "S" + pseudonyms_for(KEY, "R", "P").of_identity(named)[1:]


def keys_of(emis: Emis, name: str) -> list[str]:
    table = emis.survey.export.table(emis.table(name))
    position = next(f.position for f in table.fields if f.name == OWN[name])
    return read_rows(table, 0, emis.survey.facts[table.name].rows).data.column(str(position)).to_pylist()


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(PLANTED), min_size=1, max_size=5, unique=True))
def test_no_link_that_leaves_is_the_code_of_a_row_that_does_not(emis: Emis, left_out: list[str]) -> None:
    plan, rows = linked(emis, left_out)
    context = make_context(emis.survey, plan, KEY, rows)
    gone = set()
    for name in OWN:
        withheld = rows.withheld[emis.table(name)]
        gone |= {code(key) for key, n in zip(keys_of(emis, name), withheld.tolist(), strict=True) if n}
    assert {code(link(planted)) for planted in left_out} <= gone
    for table, columns in link_columns(emis.survey).items():
        sent = outgoing(emis.survey, context, table)
        for column in columns:
            assert not gone & set(sent.get(column, ())), (table, column)


def test_links_to_what_leaves_stay_and_the_others_say_why(emis: Emis) -> None:
    plan, rows = linked(emis, ["c2"])
    shown = Preview(emis.survey, plan, KEY, rows)
    seen = {}
    for planted in ("asthma", "asthma review", "drug of asthma"):
        name, row = emis.at[planted]
        seen[planted] = shown.window(emis.table(name), row, row + 1).rows[0]
        assert seen[planted].out is not None

    def cell(planted: str, field: str) -> str | None:
        table = emis.table(emis.at[planted][0])
        return dict(zip(shown.out_fields(table), seen[planted].out or [], strict=True))[field]

    assert cell("asthma", "ConsultationGuid") is None
    assert seen["asthma"].changes["ConsultationGuid"].id == LINK
    assert "left out" in seen["asthma"].changes["ConsultationGuid"].text
    assert cell("asthma", "ObservationGuid") == code(link("asthma"))
    assert cell("drug of asthma", "ProblemObservationGuid") == code(link("asthma"))


@pytest.mark.parametrize("action", ["surrogate", "pseudonym", "keep"])
def test_the_panes_show_what_leaves(emis: Emis, action: str) -> None:
    plan, rows = linked(emis, ["asthma", "c4", "slot of c2"], action)
    shown = Preview(emis.survey, plan, KEY, rows)
    blanked = 0
    for table in emis.survey.findings:
        whole = [row for row in shown.window(table, 0, shown.row_count(table)).rows if row.out is not None]
        sent = outgoing(emis.survey, shown.context, table)
        assert [row.out for row in whole] == [list(cells) for cells in zip(*sent.values(), strict=True)]
        blanked += sum(reason.id == LINK for row in whole for reason in row.changes.values())
    assert blanked >= 3


def test_where_every_row_leaves_every_link_does(emis: Emis) -> None:
    plan, rows = linked(emis)
    rows = replace(rows, withheld={name: np.zeros_like(of) for name, of in rows.withheld.items()})
    context = make_context(emis.survey, plan, KEY, rows)
    assert not any(of.gone for of in context.tables.values())


@pytest.mark.parametrize("heading", ["Event ID", "Event ref"])
def test_in_a_layout_of_its_own(tmp_path: Path, heading: str) -> None:
    """Kept as it is, by a person's decision: the key itself must not stand there either."""
    fields = (heading, "NHS number", "Event date", "SNOMED code", "Code term")
    events = [(f"E{at}", NHS[at % 2], f"0{at + 1}/06/2025", ASTHMA.snomed, ASTHMA.term) for at in range(8)]
    medicines = [(str(700 + at), f"E{at}", NHS[at % 2], "09/06/2025") for at in range(8)]
    survey = surveyed(
        write(tmp_path / "events.csv", fields, [dict(zip(fields, row, strict=True)) for row in events]),
        write(
            tmp_path / "medication.csv",
            ("ID", heading, "NHS number", "Issue date"),
            [dict(zip(("ID", heading, "NHS number", "Issue date"), row, strict=True)) for row in medicines],
        ),
    )
    raw = read_rows(survey.export.table("events"), 3, 4)
    item = row_fingerprint(raw, 0, pseudonyms_for(KEY, "R", "P"))
    items = [{"table": "events", "row": item, "reason": "patient_asked"}]
    kept = {heading: {"action": "keep"}}
    plan, rows = decided(
        survey, decisions={"items": items, "fields": {"events": kept, "medication": kept}}, closure=False
    )
    assert np.flatnonzero(rows.withheld["events"]).tolist() == [3]
    assert not rows.withheld["medication"].any()
    sent = outgoing(survey, make_context(survey, plan, KEY, rows), "medication")
    assert sent[heading] == [None if at == 3 else f"E{at}" for at in range(8)]


def test_a_key_that_no_link_takes_along_is_read_as_well(tmp_path: Path) -> None:
    """The encounter is the only table that a problem's links name, and its reference may name a problem."""
    whose = {"reference": "Patient/p"}
    problem = {"resourceType": "Condition", "subject": whose, "encounter": {"reference": "Encounter/e"}}
    said = (("195967001", "Asthma"), ("86406008", "Human immunodeficiency virus infection"))
    coded = [
        {"coding": [{"system": "http://snomed.info/sct", "code": number, "display": term}]}
        for number, term in said
    ]
    numbered = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NHS[0]}
    bundle = [
        {"resourceType": "Patient", "id": "p", "identifier": [numbered]},
        {"resourceType": "Encounter", "id": "e", "status": "finished", "subject": whose},
        *({**problem, "id": f"c{at}", "code": concept} for at, concept in enumerate(coded)),
    ]
    path = tmp_path / "record.json"
    entries = [{"resource": resource} for resource in bundle]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), "utf-8")
    survey = surveyed(path)
    kept = {"Encounter reference": {"action": "surrogate"}}
    plan, rows = decided(survey, "local-shared-record", decisions={"fields": {"problems": kept}})
    assert np.flatnonzero(rows.withheld["problems"]).tolist() == [1]
    sent = outgoing(survey, make_context(survey, plan, KEY, rows), "problems")["Encounter reference"]
    assert rows.withheld["encounters"].all()
    assert sent == [None]


def numbers(cells: Sequence[str], column: Column) -> np.ndarray:
    return numbers_of(pa.array(cells), column)[0]


def test_a_key_of_one_patient_is_not_that_of_another() -> None:
    column = Column(0)
    gone = Gone.of(column, numbers(["E1", "E2"], column), np.array([4, -1], dtype=np.int32))
    assert gone is not None
    cells = pa.array(["E1", "E1", "E1", "E2", "E3", None])
    patient = np.array([4, 5, -1, 5, 4, 4], dtype=np.int32)
    assert gone.array(cells, patient).tolist() == [True, False, True, True, False, False]
    everywhere = Gone.of(column, numbers(["E1", "E2"], column), None)
    assert everywhere is not None
    assert everywhere.array(cells, patient).tolist() == [True, True, True, True, False, False]
    assert Gone.of(column, np.zeros(3, dtype=np.uint32), None) is None


def test_of_several_keys_in_a_cell_one_is_enough() -> None:
    several = Column(0, split="|", prefix="")
    gone = Gone.of(several, numbers(["7"], Column(0)), None)
    assert gone is not None
    cells = ["E4|7", "E4|77", "7", ""]
    assert gone.array(pa.array(cells), np.zeros(4, dtype=np.int32)).tolist() == [True, False, True, False]
    assert [gone.one(cell, 0) for cell in cells] == [True, False, True, False]
    assert not gone.one(None, 0)


def test_a_pointer_to_what_is_no_key_is_refused(tmp_path: Path) -> None:
    text = (
        'title = "T"\nsource = "S"\nformats = ["t"]\nlink = []\nkeys = ["a.K"]\n'
        '[[table]]\nid = "a"\nis = "entry"\n[[points]]\nfrom = "*.X"\nto = ["{}"]\n'
    )
    path = tmp_path / "t.toml"
    path.write_text(text.format("a.K"), encoding="utf-8")
    assert read_rules(path).pointing == (("*.X", "a.K"),)
    path.write_text(text.format("a.L"), encoding="utf-8")
    with pytest.raises(UsageError, match="not among the keys"):
        read_rules(path)


def test_the_bytes_that_are_written_hold_none(emis: Emis, tmp_path: Path) -> None:
    from core.release import export_release

    plan, rows = linked(emis, ["hiv", "asthma", "c1"])
    made = export_release(emis.survey, plan, KEY, rows, tmp_path / "out")
    gone = {code(link(name)) for name in ("hiv", "asthma", "c1")}
    found: set[str] = set()
    for path in sorted((made.release / "send").rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found.update(cell for row in csv.reader(file) for cell in row)
    assert code(link("tired")) in found
    assert not gone & found
