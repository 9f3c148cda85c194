"""Which fields of a table the pass reads."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from core.model import Role
from core.reading import open_export
from core.survey.columns import watch
from core.survey.fields.classify import classify_table
from tests.growth import calls


def test_choosing_among_many_fields_costs_by_the_field(tmp_path: Path) -> None:
    def work(fields: int) -> int:
        path = tmp_path / f"wide{fields}.csv"
        header = ",".join(["NHS Number", *(f"Code {n}" for n in range(fields))])
        row = ",".join(["9990000018", *(["44054006"] * fields)])
        path.write_text(f"{header}\n{row}\n{row}\n", encoding="utf-8")
        (table,) = open_export([path]).tables
        sample = table.read(next(iter(table.blocks()))).data
        findings = classify_table(table.name, table.fields, sample)
        watched = watch(table, findings, sample, Counter())
        assert watched.nhs == 0
        assert len(watched.codes) == fields
        return calls(lambda: watch(table, findings, sample, Counter()))

    # Four times the fields took sixteen times as long when each field looked through all of them.
    assert work(1_600) < 6 * work(400)


def test_a_key_that_says_so_goes_before_one_that_only_its_rows_give_away(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    rows = [f"K{n * 37},{n * 11 + 5000},{event}" for event in range(3) for n in range(100, 140)]
    path.write_text("\n".join(["Batch,PatientID,Value", *rows]) + "\n", encoding="utf-8")
    (table,) = open_export([path]).tables
    sample = table.read(next(iter(table.blocks()))).data
    findings = classify_table(table.name, table.fields, sample)
    assert [finding.role for finding in findings[:2]] == [Role.PATIENT_KEY, Role.PATIENT_KEY]
    assert watch(table, findings, sample, Counter()).key == 1
