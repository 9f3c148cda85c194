"""Links that only some values make: in exports cut by date, among types of records, and to old versions."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core.protection import pseudonyms_for, row_fingerprint
from core.protection.apply import make_context
from core.protection.closure import links_of
from core.protection.closure.columns import Column, numbers_of
from core.protection.closure.dangling import stays
from core.protection.closure.rules import load_rules, plain
from core.reading import read_rows
from core.reading.messages.fhir_maps import table_maps
from core.survey.results import Survey
from tests.core.protection.closure.surgeries import (
    ASTHMA,
    HIV,
    KEY,
    NHS,
    Emis,
    decided,
    guid,
    link,
    name_number,
    surveyed,
    went,
    write,
)
from tests.core.protection.closure.test_dangling import code, linked, outgoing

EVENT = ("NHS number", "Event date", "SNOMED code", "Code term")
MEASURED = ("NHS number", "Event date", "Value")
PEOPLE = (*NHS, "9990010005", "9990010072", "9990010145", "9990010218")
#: Which row is about HIV.
TOLD = 3


def surgery(folder: Path, keys: Sequence[str], points: Sequence[str], headings: tuple[str, str]) -> Survey:
    """A table of events, the fourth about HIV, and one of measurements that may point to them."""
    own, pointing = headings

    def whose(at: int, rows: int) -> str:
        return NHS[at * 2 // rows]

    concepts = [HIV if at == TOLD else ASTHMA for at in range(len(keys))]
    events = [
        (key, whose(at, len(keys)), f"{at % 28 + 1:02}/06/2025", of.snomed, of.term)
        for at, (key, of) in enumerate(zip(keys, concepts, strict=True))
    ]
    by_key = {row[0]: row[1] for row in events}
    measured = [
        (f"M{at}", to, by_key.get(to) or whose(at, len(points)), f"{at % 28 + 1:02}/06/2025", str(100 + at))
        for at, to in enumerate(points)
    ]
    return surveyed(
        table(folder / "events.csv", (own, *EVENT), events),
        table(folder / "measurements.csv", ("Measurement ID", pointing, *MEASURED), measured),
    )


def table(path: Path, fields: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    return write(path, fields, [dict(zip(fields, row, strict=True)) for row in rows])


def pointing(survey: Survey) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for edge in links_of(survey).edges if edge.points}


# --- exports that are cut by date
@pytest.mark.parametrize("key", ["EV{:04}", "5{:03}", "8C0300D2-0000-4000-8000-0000000{:05}"])
@pytest.mark.parametrize(
    "headings", [("Event ID", "Event ID"), ("ID", "Event ID"), ("Event ref", "Event ref")]
)
@pytest.mark.parametrize("older", [8, 40])
def test_a_link_counts_where_most_others_point_to_what_is_not_there(
    tmp_path: Path, key: str, headings: tuple[str, str], older: int
) -> None:
    keys = [key.format(100 + at) for at in range(16)]
    points = [key.format(at) for at in range(older)] + keys[:12]
    survey = surgery(tmp_path, keys, points, headings)
    _, rows = decided(survey)
    assert went(rows, "measurements") == {older + TOLD: "linked"}
    assert went(rows, "events") == {}

    fields = {"measurements": {headings[1]: {"action": "keep"}}}
    plan, rows = decided(survey, decisions={"fields": fields}, closure=False)
    assert not rows.withheld["measurements"].any()
    sent = outgoing(survey, make_context(survey, plan, KEY, rows), "measurements")[headings[1]]
    assert sent == [None if to == keys[TOLD] else to for to in points]


@pytest.mark.parametrize("key", ["{}", "{:04}"])
@pytest.mark.parametrize("rows", [(8, 100), (30, 100)])
def test_two_tables_that_count_their_rows_under_one_heading_are_not_linked(
    tmp_path: Path, key: str, rows: tuple[int, int]
) -> None:
    """The values of the shorter stand in the longer, and here all of them on rows of the same patient."""
    first, second = ([key.format(at + 1) for at in range(count)] for count in rows)
    events = [
        (n, PEOPLE[at // 5 % 6], "02/06/2025", (HIV if at == TOLD else ASTHMA)) for at, n in enumerate(first)
    ]
    measured = [(n, PEOPLE[at // 5 % 6], "03/06/2025", "7") for at, n in enumerate(second)]
    survey = surveyed(
        table(
            tmp_path / "findings.csv",
            ("Event ID", *EVENT),
            [(a, b, c, d.snomed, d.term) for a, b, c, d in events],
        ),
        table(tmp_path / "measurements.csv", ("Event ID", *MEASURED), measured),
    )
    assert ("measurements", "findings") not in pointing(survey)


@pytest.mark.parametrize(("each", "are_linked"), [(4, True), (2, False)])
def test_numbers_that_count_on_from_others_link_where_many_agree(
    tmp_path: Path, each: int, are_linked: bool
) -> None:
    """Events of earlier years had the numbers up to 20, and only their measurements are in the export."""
    numbers = [str(21 + at) for at in range(each * len(PEOPLE))]
    whose = [PEOPLE[at // each] for at in range(len(numbers))]
    concepts = [HIV if at == TOLD else ASTHMA for at in range(len(numbers))]
    events = [
        (n, who, "02/06/2025", of.snomed, of.term)
        for n, who, of in zip(numbers, whose, concepts, strict=True)
    ]
    earlier = [(str(1 + at), PEOPLE[at % len(PEOPLE)]) for at in range(20)]
    measured = [(n, who, "03/06/2025", "7") for n, who in [*earlier, *zip(numbers, whose, strict=True)]]
    survey = surveyed(
        table(tmp_path / "events.csv", ("Event ID", *EVENT), events),
        table(tmp_path / "measurements.csv", ("Event ID", *MEASURED), measured),
    )
    assert (("measurements", "events") in pointing(survey)) == are_linked


def test_a_tables_own_key_points_to_no_other_of_its_heading(tmp_path: Path) -> None:
    keys = [f"EV{at:04}" for at in range(16)]
    survey = surgery(tmp_path, keys, [f"OLD{at:04}" for at in range(6)] + keys[:8], ("Event ID", "Event ID"))
    assert pointing(survey) == {("measurements", "events")}


# --- references with the type of what they point to
ASKED = ("Encounter/2", "https://a.example/fhir/Encounter/2/", "Encounter/2/_history/9", "Condition/2")


def reference_numbers(*cells: str) -> list[int]:
    known = tuple(of for m in table_maps() for of in m.types)
    (found,) = numbers_of(pa.array(cells), Column(0, known=known))
    return found.tolist()


def test_a_reference_counts_by_its_type_and_without_one_by_its_id() -> None:
    any_type, encounter, old_name = (
        of.tolist()[0] for of in numbers_of(pa.array(["2"]), Column(0, types=("Encounter", "Old")))
    )
    assert len({any_type, encounter, old_name}) == 3
    assert reference_numbers(*ASKED[:3]) == [encounter] * 3
    assert reference_numbers(ASKED[3])[0] not in (any_type, encounter)
    untyped = ("2", "urn:uuid:2", "urn:oid:2", "Unheard/2", "https://a.example/fhir/2")
    assert reference_numbers(*untyped) == [any_type] * len(untyped)


def test_every_table_of_fhir_has_the_types_that_are_read_into_it() -> None:
    (rules,) = (rules for rules in load_rules() if rules.speaks_of("fhir-r4"))
    assert dict(rules.types) == {m.table: m.types for m in table_maps() if m.types}
    ends = {end.split(".")[0] for end in rules.keys}
    with_keys = {plain(name) for of in rules.table if of.id in ends for name in of.names}
    assert with_keys <= {plain(name) for name in rules.types}


def resources() -> Iterator[dict[str, object]]:
    """Four patients with an encounter and two problems each; all ids count from 1. The third is HIV."""
    for at in range(4):
        number = {
            "system": "https://fhir.nhs.uk/Id/nhs-number",
            "value": PEOPLE[at],
        }
        whose = {"subject": {"reference": f"Patient/{at + 1}"}}
        yield {"resourceType": "Patient", "id": f"{at + 1}", "identifier": [number]}
        yield {"resourceType": "Encounter", "id": f"{at + 1}", "status": "finished", **whose}
        for one in (1, 2):
            of = HIV if at * 2 + one == TOLD else ASTHMA
            coded = {"system": "http://snomed.info/sct", "code": of.snomed, "display": of.term}
            where = ("Encounter/{}", "https://a.example/fhir/Encounter/{}", "{}", "urn:uuid:{}")[at]
            yield {
                "resourceType": "Condition",
                "id": f"{at * 2 + one}",
                **whose,
                "encounter": {"reference": where.format(at + 1)},
                "code": {"coding": [coded]},
            }


def test_a_reference_to_an_encounter_is_none_to_a_problem_with_its_id(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    entries = [{"resource": resource} for resource in resources()]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), "utf-8")
    survey = surveyed(path)
    name = "Encounter reference"
    kept = {"fields": {"problems": {name: {"action": "keep"}}}}
    plan, rows = decided(survey, "local-shared-record", decisions=kept)
    assert np.flatnonzero(rows.withheld["problems"]).tolist() == [TOLD - 1]
    assert went(rows, "encounters") == {1: "consultation"}
    sent = outgoing(survey, make_context(survey, plan, KEY, rows), "problems")[name]
    # Patient 2's encounter went with the problem; patient 3's only says '3', which may be the problem's id.
    assert sent == ["Encounter/1", "Encounter/1", None, None, None, "urn:uuid:4", "urn:uuid:4"]


# --- an old version of an entry that leaves
@pytest.fixture
def versions(tmp_path: Path) -> Emis:
    """The entry 'tired' stands twice: as it is, and as it was, marked as deleted."""
    emis = Emis(tmp_path)
    path = emis._path("CareRecord_Observation")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    own, deleted = rows[0].index("ObservationGuid"), rows[0].index("Deleted")
    (old,) = ([*row] for row in rows if row[own] == guid("planted", name_number("tired")))
    old[deleted] = "true"
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerow(old)
    emis.survey = surveyed(*sorted(path.parent.iterdir()))
    return emis


def test_a_link_to_an_entry_whose_old_version_is_withheld_stays(versions: Emis) -> None:
    plan, rows = linked(versions)
    name = versions.table("CareRecord_Observation")
    old = len(rows.withheld[name]) - 1
    assert rows.withheld[name][old]
    assert not rows.withheld[name][versions.at["tired"][1]]
    context = make_context(versions.survey, plan, KEY, rows)
    drugs = versions.table("Prescribing_DrugRecord")
    assert code(link("tired")) in outgoing(versions.survey, context, drugs)["ProblemObservationGuid"]

    # Where the live one is left out as well, nothing is there that the link could point to.
    raw = read_rows(versions.survey.export.table(name), *(versions.at["tired"][1] + more for more in (0, 1)))
    item = row_fingerprint(raw, 0, pseudonyms_for(KEY, "R", "P"))
    fields = {drugs: {"ProblemObservationGuid": {"action": "surrogate"}}}
    items = [{"table": name, "row": item, "reason": "patient_asked"}]
    plan, rows = decided(versions.survey, decisions={"fields": fields, "items": items}, closure=False)
    sent = outgoing(versions.survey, make_context(versions.survey, plan, KEY, rows), drugs)
    assert code(link("tired")) not in sent["ProblemObservationGuid"]


def test_which_withheld_rows_another_stands_for() -> None:
    """Not that of another patient, and none that names nobody: an equal key does not say whose is meant."""
    numbers = np.array([7, 7, 8, 8, 9, 9, 5, 0, 0], dtype=np.uint32)
    patient = np.array([1, 1, 1, 2, -1, -1, 1, 1, 1], dtype=np.int32)
    withheld = np.array([1, 0, 1, 0, 1, 0, 1, 1, 0], dtype=np.uint8)
    rows = np.flatnonzero(withheld)
    assert rows[stays(numbers, patient, withheld, rows)].tolist() == [0]
    assert not stays(numbers, patient, np.ones(9, dtype=np.uint8), np.arange(9)).any()
