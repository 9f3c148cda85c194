"""FHIR read as tables: whose each row is, where each value stood, and that nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.model import Export, ReadError, Severity
from core.reading import open_export
from core.reading.messages.fhir_maps import table_maps
from tests.core.reading.text.files import names_of, rows_of

NUMBER = "9990000018"
OTHER = "9990000026"
SNOMED = "http://snomed.info/sct"


def patient(key: str = "p1", number: str = NUMBER, **more: Any) -> dict[str, Any]:
    identifier = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number}
    name = {"use": "official", "family": "Okafor", "given": ["Agnes", "Ruth"], "prefix": ["Mrs"]}
    return {"resourceType": "Patient", "id": key, "identifier": [identifier], "name": [name], **more}


def observation(reference: str | None = "Patient/p1", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Weight"},
        **more,
    }
    return made if reference is None else made | {"subject": {"reference": reference}}


def bundle(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:uuid:{n}", "resource": r} for n, r in enumerate(resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **more}


def opened(folder: Path, content: object, name: str = "record.json") -> Export:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, indent=1).encode())
    return open_export([path])


def rows(export: Export, table: str) -> list[dict[str, str | None]]:
    found = export.table(table)
    return [dict(zip(names_of(found), row, strict=True)) for row in rows_of(found)]


def problems(export: Export) -> list[str]:
    told = [p.what for t in export.tables for b in t.blocks() for p in t.read(b).problems]
    return told + [p.what for p in export.problems]


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/p1",
        "urn:uuid:0",
        "https://example.org/fhir/Patient/p1",
        "Patient/p1/_history/3",
    ],
)
def test_a_row_has_its_patients_number_however_it_points(tmp_path: Path, reference: str) -> None:
    export = opened(tmp_path, bundle(patient(), patient("p2", OTHER), observation(reference)))
    (row,) = rows(export, "events")
    assert row["NHS number"] == NUMBER
    assert row["Patient reference"] == reference


def test_a_contained_patient_and_a_number_in_the_reference(tmp_path: Path) -> None:
    inside = observation("#x", contained=[patient("x")])
    given = observation(
        None, subject={"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": OTHER}}
    )
    export = opened(tmp_path, bundle(patient("x", OTHER), inside, given))
    assert [row["NHS number"] for row in rows(export, "events")] == [NUMBER, OTHER]
    assert [row["NHS number"] for row in rows(export, "patients")] == [OTHER, NUMBER]


def test_a_patient_who_is_not_in_the_file_is_nobody_else(tmp_path: Path) -> None:
    export = opened(tmp_path, bundle(patient(), observation("Patient/p7"), observation(None)))
    assert [row["NHS number"] for row in rows(export, "events")] == [None, NUMBER]
    assert any("1 record points to a patient who is not in the file" in what for what in problems(export))


def test_two_patients_and_no_reference_is_nobody(tmp_path: Path) -> None:
    export = opened(tmp_path, bundle(patient(), patient("p2", OTHER), observation(None)))
    assert "NHS number" not in rows(export, "events")[0]


def coded(reference: str, code: str) -> dict[str, Any]:
    return observation(reference, code={"coding": [{"system": SNOMED, "code": code}]})


def test_each_document_of_a_file_has_its_own_patient_1(tmp_path: Path) -> None:
    """Or the second one's objection would be the first one's, and the second one's record would leave."""
    one = bundle(patient("1"), coded("Patient/1", "38341003"))
    two = bundle(patient("1", OTHER), coded("Patient/1", "827241000000103"))
    lines = "\n".join(json.dumps(each) for each in (one, two)).encode()
    found = rows(opened(tmp_path, lines, "two.ndjson"), "events")
    assert [(row["NHS number"], row["Code"]) for row in found] == [
        (NUMBER, "38341003"),
        (OTHER, "827241000000103"),
    ]


def test_a_reference_that_may_mean_either_of_two_patients_means_neither(tmp_path: Path) -> None:
    content = bundle(patient("1"), patient("1", OTHER), coded("Patient/1", "38341003"))
    export = opened(tmp_path, content)
    assert "NHS number" not in rows(export, "events")[0]
    assert any("a patient who is not in the file" in what for what in problems(export))
    twice = bundle(patient("1"), patient("1"), coded("Patient/1", "38341003"))
    assert rows(opened(tmp_path, twice, "twice.json"), "events")[0]["NHS number"] == NUMBER


def test_values_keep_their_text_and_place(tmp_path: Path) -> None:
    text = json.dumps(bundle(patient(), observation(code={"coding": [
        {"system": "http://read.info/readv2", "code": "22A..00", "display": "O/E - weight"},
        {"system": SNOMED, "code": "27113001", "display": "Body weight"},
    ]}, valueQuantity={"value": "@", "unit": "kg"})), indent=1).replace('"@"', "70.50")  # fmt: skip
    export = opened(tmp_path, text.encode("utf-16"))
    table = export.table("events")
    (row,) = rows(export, "events")
    assert (row["Code"], row["Term"], row["Code 2"], row["Term 2"]) == (
        "27113001", "Body weight", "22A..00", "O/E - weight"
    )  # fmt: skip
    assert (row["Value"], row["Value unit"]) == ("70.50", "kg")
    raw = table.read(next(iter(table.blocks())))
    assert raw.places is not None
    assert raw.lines is not None
    assert raw.places[0] == "entry[1].resource"
    assert text.splitlines()[raw.lines[0] - 1].strip() == '"resource": {'
    assert {f.name: f.path for f in table.fields}["Value"] == "valueQuantity.value"
    forename = next(f for f in export.table("patients").fields if f.name == "Forename 2")
    assert forename.path == "name[0].given[1]"


def test_a_suppliers_own_code_is_no_national_one(tmp_path: Path) -> None:
    own = {
        "system": "https://fhir.hl7.org.uk/Id/emis-drug-codes",
        "code": "OMCA10940BRIDL",
        "display": "Omep",
    }
    both = observation(code={"coding": [own, {"system": SNOMED, "code": "27113001"}]})
    alone = observation(code={"coding": [own]})
    one, two = rows(opened(tmp_path, bundle(patient(), both, alone)), "events")
    assert (one["Code"], one["Local code"], one["Local term"]) == ("27113001", "OMCA10940BRIDL", "Omep")
    assert (two["Code"], two["Local code"]) == ("OMCA10940BRIDL", None)


def test_what_has_no_field_stands_in_other_values(tmp_path: Path) -> None:
    export = opened(
        tmp_path, bundle(patient(maritalNotes="Featherstone"), {"resourceType": "Unheard", "a": [1, True]})
    )
    found = {
        (r["Record"], r["Path"], r["Other value"], r["NHS number"]) for r in rows(export, "other values")
    }
    assert ("Patient", "maritalNotes", "Featherstone", NUMBER) in found
    assert {("Unheard", "a[0]", "1", None), ("Unheard", "a[1]", "true", None)} <= {
        (record, path, value, None) for record, path, value, _ in found
    }


def test_parts_are_rows_of_their_own(tmp_path: Path) -> None:
    def part(code: str, value: int) -> dict[str, Any]:
        return {"code": {"coding": [{"system": SNOMED, "code": code}]}, "valueQuantity": {"value": value}}

    pressure = observation(
        effectiveDateTime="2020-05-01", component=[part("72313002", 142), part("1091811000000102", 94)]
    )
    export = opened(tmp_path, bundle(patient(), pressure))
    found = [(r["NHS number"], r["Event date"], r["Code"], r["Value"]) for r in rows(export, "events")]
    assert found == [
        (NUMBER, "2020-05-01", None, None),
        (NUMBER, "2020-05-01", "72313002", "142"),
        (NUMBER, "2020-05-01", "1091811000000102", "94"),
    ]
    table = export.table("events")
    raw = table.read(next(iter(table.blocks())))
    assert raw.places is not None
    assert raw.places[2] == "entry[1].resource.component[1]"


def test_medicine_and_clinician_are_followed(tmp_path: Path) -> None:
    request = {
        "resourceType": "MedicationRequest",
        "subject": {"reference": "Patient/p1"},
        "medicationReference": {"reference": "Medication/m"},
        "recorder": {"reference": "PractitionerRole/r"},
    }
    medicine = {
        "resourceType": "Medication",
        "id": "m",
        "code": {"coding": [{"code": "1", "display": "Aspirin"}]},
    }
    role = {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/d"}}
    doctor = {"resourceType": "Practitioner", "id": "d", "name": [{"prefix": ["Dr"], "family": "Whitcombe"}]}
    (row,) = rows(opened(tmp_path, bundle(patient(), request, medicine, role, doctor)), "medicines")
    assert (row["Code"], row["Term"], row["Clinician"]) == ("1", "Aspirin", "Dr Whitcombe")


XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- Agnes -->
<Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>
 <entry><fullUrl value="urn:uuid:0"/><resource>
  <Patient><id value="p1"/><identifier><system value="https://fhir.nhs.uk/Id/nhs-number"/>
   <value value="9990000018"/></identifier><name><use value="official"/><family value="Okafor"/>
   <given value="Agnes"/><given value="Ruth"/><prefix value="Mrs"/></name></Patient></resource></entry>
 <entry><fullUrl value="urn:uuid:1"/><resource>
  <Observation><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>Seen by</p>Dr W
   <b title="Ruth">at home</b></div></text><status value="final"/><code><text value="Weight"/></code>
   <subject><reference value="urn:uuid:0"/></subject></Observation></resource></entry>
</Bundle>"""


def test_xml_is_as_json(tmp_path: Path) -> None:
    one = opened(tmp_path, XML, "a.xml")
    two = opened(tmp_path, bundle(patient(), observation("urn:uuid:0")), "b.json")
    assert rows(one, "patients") == rows(two, "patients")
    (row,) = rows(one, "events")
    assert row.pop("Narrative") == "Seen by\nDr W\n   at home"
    assert [row] == rows(two, "events")
    others = [r["Other value"] for r in rows(one, "other values")]
    assert "Ruth" in others
    assert any("Agnes" in (value or "") for value in others)
    assert [h.id for h in one.hazards] == ["xml_comments"]
    table = one.table("events")
    assert list(table.read(next(iter(table.blocks()))).lines or ()) == [9]


def test_lines_arrays_and_parameters(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(r) for r in (patient(), observation(), observation())) + "\n"
    asked = {"resourceType": "Parameters", "parameter": [{"name": "patient", "resource": patient()}]}
    assert len(rows(opened(tmp_path, lines.encode(), "a.ndjson"), "events")) == 2
    assert len(rows(opened(tmp_path, [patient(), observation()]), "events")) == 1
    (row,) = rows(opened(tmp_path, asked), "patients")
    assert (row["NHS number"], row["Surname"], row["Title"]) == (NUMBER, "Okafor", "Mrs")


def test_a_line_cut_short_is_refused(tmp_path: Path) -> None:
    lines = json.dumps(patient()) + "\n" + json.dumps(observation()) + "\n" + '{"resourceType": "Obs'
    with pytest.raises(ReadError, match="Line 3") as caught:
        opened(tmp_path, lines.encode(), "a.ndjson")
    assert "Obs" not in caught.value.message


def test_files_inside_are_named_by_size_and_never_a_cell(tmp_path: Path) -> None:
    data = "Q" * 4000
    export = opened(
        tmp_path,
        bundle(
            patient(photo=[{"contentType": "image/png", "data": data}]),
            {"resourceType": "Binary", "contentType": "application/pdf", "data": data},
        ),
    )
    cells = [cell for t in export.tables for row in rows_of(t) for cell in row]
    assert not any(data in (cell or "") for cell in cells)
    (hazard,) = export.hazards
    assert hazard.id == "attachments"
    assert hazard.what.startswith("2 attached files")


@pytest.mark.parametrize(
    ("label", "hazard"), [("NOPAT", "hidden_from_patient"), ("R", "restricted_record"), ("U", None)]
)
def test_security_labels(tmp_path: Path, label: str, hazard: str | None) -> None:
    export = opened(tmp_path, bundle(patient(meta={"security": [{"code": label}]})))
    assert [h.id for h in export.hazards] == ([hazard] if hazard else [])
    assert rows(export, "patients")[0]["Security label code"] == label


def test_another_page_blocks(tmp_path: Path) -> None:
    export = opened(tmp_path, bundle(patient(), link=[{"relation": "next", "url": "https://example.org/2"}]))
    (hazard,) = export.hazards
    assert (hazard.id, hazard.severity) == ("incomplete", Severity.BLOCKS)


def test_a_value_set_is_a_list_of_codes(tmp_path: Path) -> None:
    concepts = [{"code": "27113001", "display": "Body weight"}, {"code": "50373000"}]
    export = opened(tmp_path, {"resourceType": "ValueSet", "compose": {"include": [{"concept": concepts}]}})
    assert export.recognised["codes"].format == "fhir-codes"
    assert [r["Code"] for r in rows(export, "codes")] == ["27113001", "50373000"]


@pytest.mark.parametrize(
    ("profile", "form"),
    [
        ("https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Patient-1", "fhir-gpconnect"),
        ("https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient", "fhir-ukcore"),
        ("https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Patient-1", "fhir-stu3"),
        ("https://fhir.nhs.uk/R4/StructureDefinition/X", "fhir-r4"),
        ("https://example.org/StructureDefinition/X", "fhir"),
    ],
)
def test_versions(tmp_path: Path, profile: str, form: str) -> None:
    export = opened(tmp_path, patient(meta={"profile": [profile]}))
    seen = export.recognised["patients"]
    assert (seen.format, seen.reader) == (form, "fhir")
    assert seen.confidence < 0.9 or form != "fhir"


@pytest.mark.parametrize(
    "content",
    [
        b'{"resourceType": "Patient"',
        b'<Patient xmlns="http://hl7.org/fhir"><id',
        b'{"resourceType": "Patient", x}',
    ],
)
def test_damage_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        opened(tmp_path, content)
    assert caught.value.code == "damaged"


def test_resources_far_inside_are_all_rows(tmp_path: Path) -> None:
    made: dict[str, Any] = patient("deep")
    for _ in range(45):
        made = bundle(made)
    assert len(rows(opened(tmp_path, made), "patients")) == 1


def test_every_map_reads_what_it_names() -> None:
    names = [m.table for m in table_maps()]
    assert len(names) == len(set(names)) > 25
    types = [t for m in table_maps() for t in m.types]
    assert len(types) == len(set(types))
    for table in table_maps():
        assert {n for _, repeat in table.splits.values() for n in repeat} <= set(table.sources), table.table
        for part, repeat in table.splits.values():
            inner = next(m for m in table_maps() if m.table == part)
            assert set(repeat) <= set(inner.sources), part
