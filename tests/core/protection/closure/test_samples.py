"""Closure on real files: what the files themselves link, checked by a plain loop over their cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.protection.closure import KINDS, close
from core.reading import read_rows
from core.survey.results import Survey
from tests.core.protection.closure.surgeries import decided, reason, surveyed, went


def cells(survey: Survey, table: str, *fields: str) -> list[tuple[str, ...]]:
    """Those fields of every row, as text."""
    there = survey.export.table(table)
    data = read_rows(there, 0, survey.facts[table].rows).data
    names = [field.name for field in there.fields]
    columns = [data.column(names.index(field)).to_pylist() for field in fields]
    return [tuple(cell or "" for cell in row) for row in zip(*columns, strict=True)]


def test_cprd_by_its_problems(shared: Path) -> None:
    folder = shared / "samples" / "alexpate30__rcprd" / "aurum_data"
    survey = surveyed(
        folder / "aurum_allpatid_set1_extract_observation_001.txt",
        folder / "aurum_allpatid_set1_extract_drugissue_001.txt",
        folder / "aurum_allpatid_set1_extract_patient_001.txt",
    )
    observations, issues = (
        next(n for n in survey.facts if part in n) for part in ("observation", "drugissue")
    )
    obs = cells(survey, observations, "patid", "obsid", "probobsid", "parentobsid")
    given = cells(survey, issues, "patid", "probobsid", "drugrecid")
    for seed in range(0, len(obs), 7):
        who, key, problem, parent = obs[seed]
        blank = ("", "0", "-1")
        linked = {
            at
            for at, (patient, own, of, under) in enumerate(obs)
            if at != seed
            and patient == who
            and ((own not in blank and own in (problem, parent)) or (key not in blank and key in (of, under)))
        }
        closed = close(survey, {observations: np.array([seed])})
        gone = set(np.flatnonzero(closed.kinds.get(observations, np.zeros(0))).tolist())
        assert linked <= gone
        assert {obs[at][0] for at in gone} <= {who}
        wanted = {key, problem} - set(blank)
        went_along = np.flatnonzero(closed.kinds.get(issues, np.zeros(0))).tolist()
        assert {at for at, (patient, of, _) in enumerate(given) if patient == who and of in wanted} <= set(
            went_along
        )
        assert {given[at][0] for at in went_along} <= {who}


def test_gp_connect_problem_takes_its_encounter_along(shared: Path) -> None:
    path = shared / "samples" / "nhsconnect__gpconnect-demonstrator-messages" / "ConsultationResponse1.json"
    survey = surveyed(path)
    problems = cells(survey, "problems", "Record id", "Encounter reference", "Related record reference")
    seed = next(at for at, (own, _, _) in enumerate(problems) if "Anxiety" in own)
    closed = close(survey, {"problems": np.array([seed])})
    encounters = [row[0] for row in cells(survey, "encounters", "Record id")]
    gone = {encounters[at] for at in np.flatnonzero(closed.kinds["encounters"]).tolist()}
    events = cells(survey, "events", "Record id", "Encounter reference")
    kinds = closed.kinds["events"]
    linked = problems[seed][2].removeprefix("Observation/")
    at = next(at for at, (own, _) in enumerate(events) if own == linked)
    assert KINDS[kinds[at] - 1] in ("linked", "problem")
    assert (kinds == 0).any()
    # Its own encounter, and those in which what is linked to it was recorded.
    wanted = {problems[seed][1], *(of for (_, of), kind in zip(events, kinds, strict=True) if kind)}
    assert {f"Encounter/{encounter}" for encounter in gone} <= wanted
    assert problems[seed][1].removeprefix("Encounter/") in gone
    items = [row[0] for row in cells(survey, "list items", "Item reference")]
    assert closed.kinds["list items"][items.index(f"Condition/{problems[seed][0]}")]


def test_gp2gp_entry_takes_its_consultation_along(shared: Path) -> None:
    survey = surveyed(shared / "samples" / "nhsconnect__prm-migrator" / "TppConsultations.xml")
    entries = [row[0] for row in cells(survey, "events", "Consultation ID")]
    consultations = [row[0] for row in cells(survey, "consultations", "Consultation ID")]
    seed = next(at for at, key in enumerate(entries) if key in consultations)
    closed = close(survey, {"events": np.array([seed])})
    gone = np.flatnonzero(closed.kinds["consultations"]).tolist()
    assert {consultations[at] for at in gone} == {entries[seed]}
    # Other entries of the same consultation are judged by their own codes.
    beside = [at for at, key in enumerate(entries) if key == entries[seed] and at != seed]
    assert beside
    assert not any(closed.kinds.get("events", np.zeros(len(entries)))[beside])


def test_nothing_of_a_real_export_is_lost(shared: Path) -> None:
    folder = shared / "samples" / "endeavourhealth-discovery__IMInboundPipeline" / "DERIVED_emis_bulk_csv"
    survey = surveyed(folder)
    withheld = dict.fromkeys(("mental_health", "alcohol"), "withhold")
    _, rows = decided(survey, decisions={"categories": withheld})
    assert rows.rows_in == survey.rows == rows.rows_out + sum(counted.rows for counted in rows.counted)
    for table in survey.facts:
        for row in went(rows, table):
            assert rows.closure is not None
            end = rows.closure.chain(table, row)[-1]
            assert reason(rows, end.table, end.row)
