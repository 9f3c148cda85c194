"""What goes with a sensitive entry in the layouts of other suppliers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.demo.practice import make_practice
from core.demo.shaped import write_files
from core.demo.systmone import systmone
from core.model import Status
from core.protection.closure import links_of
from core.reading.text.layouts import layout_of
from tests.core.protection.closure.surgeries import (
    ASTHMA,
    BLOOD_PRESSURE,
    HIV,
    INHALER,
    NHS,
    decided,
    fields_of,
    rows_of,
    surveyed,
    went,
    write,
)


# --- SystmOne
def test_systmone(tmp_path: Path) -> None:
    practice = make_practice(60)
    paths = write_files(systmone(practice), tmp_path)
    person = next(p for p in practice.people if p.status is Status.REGISTERED and p.nhs_state == "valid")
    whose = {
        "IDPatient": str(5_000_001 + person.number),
        "IDOrganisationVisibleTo": "L99999",
        "RemovedData": "FALSE",
    }
    code = next(path for path in paths if path.stem == "SRCode")
    fields = code.read_text(encoding="cp1252").splitlines()[0].split(",")
    first = len(code.read_text(encoding="cp1252").splitlines()) - 1
    day = {"DateEvent": "02 Jun 2025 00:00:00", "DateEventRecorded": "02 Jun 2025 09:00:00"}
    planted = [
        {"RowIdentifier": number, "SNOMEDCode": code.snomed, "SNOMEDText": code.term, "IDEvent": event}
        for number, code, event in (("1001", HIV, "9001"), ("1002", ASTHMA, "9001"), ("1003", ASTHMA, "9002"))
    ]
    planted[0]["IDAppointment"] = "-1"
    with code.open("a", encoding="cp1252", newline="") as file:
        csv.DictWriter(file, fields, restval="").writerows({**whose, **day, **row} for row in planted)

    def more(name: str, *rows: Mapping[str, str]) -> None:
        given = [{**whose, **row} for row in rows]
        kept = fields_of("systmone-extract", name)
        paths.append(
            write(tmp_path / f"{name}.csv", kept, [{k: v for k, v in r.items() if k in kept} for r in given])
        )

    more("SREvent", *({"RowIdentifier": n, **day} for n in ("9001", "9002")))
    more(
        "SRProblem",
        *({"RowIdentifier": n, "IDCode": of, **day} for n, of in (("7001", "1001"), ("7002", "1003"))),
    )
    more(
        "SRLetter",
        *({"RowIdentifier": n, "IDEvent": of, **day} for n, of in (("6001", "9001"), ("6002", "9002"))),
    )
    more("SRReferralOut", {"RowIdentifier": "5001", "IDEvent": "9001", **day})
    more("SRReferralOutStatusDetails", {"RowIdentifier": "5101", "IDReferralOut": "5001", **day})
    more("SREventLink", {"RowIdentifier": "4001", "IDEvent": "9001", "IDAppointment": "3001", **day})
    more(
        "SRAppointment",
        {"RowIdentifier": "3001", "DateStart": "02 Jun 2025 09:00:00"},
        {"RowIdentifier": "3002", "DateStart": "03 Jun 2025 09:00:00"},
        {"RowIdentifier": "-1", "DateStart": "04 Jun 2025 09:00:00"},
    )
    rows = rows_of(*paths)
    assert went(rows, "SREvent") == {0: "consultation"}
    assert went(rows, "SRProblem") == {0: "problem"}
    assert went(rows, "SRLetter") == {0: "document"}
    assert went(rows, "SRReferralOut") == {0: "referral"}
    assert went(rows, "SRReferralOutStatusDetails") == {0: "referral"}
    assert went(rows, "SRAppointment") == {0: "appointment"}
    assert not [at for at in went(rows, "SRCode") if at >= first]


# --- CPRD
def test_cprd(tmp_path: Path) -> None:
    tab = {"delimiter": "\t"}
    observation = [
        "patid",
        "consid",
        "pracid",
        "obsid",
        "obsdate",
        "enterdate",
        "staffid",
        "parentobsid",
        "medcodeid",
        "value",
        "numunitid",
        "obstypeid",
        "numrangelow",
        "numrangehigh",
        "probobsid",
    ]
    given = [
        {"obsid": "501", "consid": "81", "medcodeid": "9001", "probobsid": ""},
        {"obsid": "502", "consid": "81", "medcodeid": "9002", "probobsid": ""},
        {"obsid": "503", "consid": "82", "medcodeid": "9002", "probobsid": "501"},
    ]
    whole = {"patid": "11", "pracid": "1", "obsdate": "02/06/2025", "enterdate": "02/06/2025"}
    issue = [
        "patid",
        "issueid",
        "pracid",
        "probobsid",
        "drugrecid",
        "issuedate",
        "enterdate",
        "staffid",
        "prodcodeid",
        "dosageid",
        "quantity",
        "quantunitid",
        "duration",
        "estnhscost",
    ]
    rows = rows_of(
        write(tmp_path / "obs_Observation.txt", observation, [{**whole, **row} for row in given], **tab),
        write(
            tmp_path / "con_Consultation.txt",
            ["patid", "consid", "pracid", "consdate", "enterdate", "consmedcodeid"],
            [
                {"patid": "11", "consid": "81", "consdate": "02/06/2025"},
                {"patid": "11", "consid": "82", "consdate": "02/06/2025"},
                {"patid": "11", "consid": "83", "consdate": "02/06/2025"},
                {"patid": "12", "consid": "81", "consdate": "02/06/2025"},
            ],
            **tab,
        ),
        write(
            tmp_path / "iss_DrugIssue.txt",
            issue,
            [
                {
                    "patid": "11",
                    "issueid": "1",
                    "probobsid": "501",
                    "drugrecid": "31",
                    "issuedate": "05/06/2025",
                },
                {"patid": "11", "issueid": "2", "drugrecid": "31", "issuedate": "06/06/2025"},
                {"patid": "11", "issueid": "3", "drugrecid": "32", "issuedate": "06/06/2025"},
            ],
            **tab,
        ),
        write(
            tmp_path / "medical.txt",
            ["MedCodeId", "Term", "SnomedCTConceptId"],
            [
                {"MedCodeId": "9001", "Term": HIV.term, "SnomedCTConceptId": HIV.snomed},
                {"MedCodeId": "9002", "Term": ASTHMA.term, "SnomedCTConceptId": ASTHMA.snomed},
            ],
            **tab,
        ),
    )
    assert went(rows, "con_Consultation") == {0: "consultation", 1: "consultation"}
    assert went(rows, "iss_DrugIssue") == {0: "issue", 1: "issue"}
    assert went(rows, "obs_Observation") == {2: "linked"}


# --- Vision
def headerless(layout_id: str, folder: Path, name: str, *records: Mapping[str, str]) -> Path:
    layout = layout_of(layout_id)
    assert layout is not None
    out = io.StringIO(newline="")
    write_line = csv.writer(out, delimiter=layout.delimiter, lineterminator="\r\n")
    for record in records:
        assert not record.keys() - set(layout.columns[0])
        write_line.writerow([record.get(field, "") for field in layout.columns[0]])
    path = folder / name
    path.write_bytes(out.getvalue().encode())
    return path


def test_vision(tmp_path: Path) -> None:
    day = {"PID": "1001", "DATE": "20250602", "ACTION": "A", "SERVICE_ID": "L99999"}
    entry = {"RECORDED_DATE": "20250602", "TIME": "0900", **day}
    people = [
        {"PID": pid, "NHS_NUMBER": number, "SURNAME": "INVENTED", "FORENAME": "Anna", "ACTIVE": "R",
         "SEX": "F", "DATE_OF_BIRTH": "19610102", "REGISTERED_DATE": "20010101",
         "POSTCODE": "BS1 4ST", "ACTION": "A"}
        for pid, number in zip(("1001", "1002"), NHS, strict=True)
    ]  # fmt: skip
    stem = "INCREMENTAL_L99999_{}_data_extract-2026-01-12-000500.csv"
    rows = rows_of(
        headerless("vision-patient", tmp_path, stem.format("patient"), *people),
        headerless(
            "vision-journal",
            tmp_path,
            stem.format("journal"),
            {**entry, "ID": "51", "CODE": HIV.read, "RUBRIC": HIV.term, "LINKS": "E900|77"},
            {**entry, "ID": "52", "CODE": ASTHMA.read, "RUBRIC": ASTHMA.term, "LINKS": "E900"},
            {
                **entry,
                "ID": "53",
                "CODE": BLOOD_PRESSURE.read,
                "RUBRIC": BLOOD_PRESSURE.term,
                "LINKS": "E901|51",
            },
            {**entry, "ID": "54", "CODE": ASTHMA.read, "RUBRIC": ASTHMA.term, "LINKS": "E902|52"},
        ),
        headerless(
            "vision-encounter",
            tmp_path,
            stem.format("encounter"),
            *({**day, "ID": n, "TIME": "0900", "DURATION": "10"} for n in ("900", "901", "902")),
        ),
        headerless(
            "vision-referral",
            tmp_path,
            stem.format("referral"),
            *(
                {**day, "ID": n, "ACTION_DATE": "20250602", "LINKS": to}
                for n, to in (("61", "E900|51"), ("62", "E902"))
            ),
        ),
    )
    names = {name.split("_")[2]: name for name in rows.withheld}
    assert went(rows, names["encounter"]) == {0: "consultation", 1: "consultation"}
    assert went(rows, names["referral"]) == {0: "referral"}
    assert went(rows, names["journal"]) == {2: "linked"}


# --- FHIR
def test_fhir(tmp_path: Path) -> None:
    def coded(concept: object) -> dict[str, object]:
        code, term = concept.snomed, concept.term  # type: ignore[attr-defined]
        return {"coding": [{"system": "http://snomed.info/sct", "code": code, "display": term}]}

    who = {"reference": "Patient/1"}
    resources: list[dict[str, object]] = [
        {
            "resourceType": "Patient",
            "id": "1",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NHS[0]}],
            "name": [{"family": "Invented", "given": ["Anna"]}],
            "birthDate": "1961-01-02",
            "active": True,
        }
    ]
    for n in ("1", "2"):
        resources.append(
            {"resourceType": "Encounter", "id": f"e{n}", "status": "finished", "subject": who,
             "period": {"start": f"2025-06-0{n}"}, "class": {"code": "AMB"}, "type": [{"text": "Clinic"}],
             "appointment": [{"reference": f"Appointment/a{n}"}]}
        )  # fmt: skip
        resources.append(
            {"resourceType": "DocumentReference", "id": f"d{n}", "status": "current", "subject": who,
             "date": "2025-06-09", "context": {"encounter": [{"reference": f"Encounter/e{n}"}]}}
        )  # fmt: skip
    resources += [
        {"resourceType": "Condition", "id": "c1", "code": coded(HIV), "subject": who,
         "encounter": {"reference": "Encounter/e1"}, "onsetDateTime": "2025-06-01"},
        {"resourceType": "Condition", "id": "c2", "code": coded(ASTHMA), "subject": who,
         "encounter": {"reference": "Encounter/e1"}, "onsetDateTime": "2025-06-01"},
        {"resourceType": "Condition", "id": "c3", "code": coded(ASTHMA), "subject": who,
         "encounter": {"reference": "urn:uuid:e2"}, "onsetDateTime": "2025-06-02"},
        *(
            {"resourceType": "MedicationRequest", "id": f"m{n}", "status": "active", "intent": "order",
             "subject": who, "medicationCodeableConcept": coded(INHALER), "authoredOn": "2025-07-01",
             "reasonReference": [{"reference": f"Condition/c{n}"}]}
            for n in (1, 2)
        ),
        {"resourceType": "List", "id": "l1", "status": "current", "mode": "snapshot", "title": "Problems",
         "subject": who, "entry": [{"item": {"reference": f"Condition/c{n}"}} for n in (1, 2, 3)]},
    ]  # fmt: skip
    path = tmp_path / "record.json"
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    path.write_text(json.dumps(bundle), encoding="utf-8")
    rows = rows_of(path)
    assert went(rows, "problems") == {}
    assert went(rows, "encounters") == {0: "consultation"}
    assert went(rows, "letters") == {0: "document"}
    assert went(rows, "list items") == {0: "linked"}
    assert went(rows, "medicines") == {0: "medicine"}


@pytest.mark.parametrize("planted", ["E", "|", "||E|", "E9|" * 200])
def test_odd_cells_of_links_are_no_links(tmp_path: Path, planted: str) -> None:
    day = {"PID": "1001", "DATE": "20250602", "RECORDED_DATE": "20250602", "TIME": "0900", "ACTION": "A"}
    stem = "INCREMENTAL_L99999_{}_data_extract-2026-01-12-000500.csv"
    survey = surveyed(
        headerless(
            "vision-journal",
            tmp_path,
            stem.format("journal"),
            {**day, "ID": "51", "CODE": HIV.read, "RUBRIC": HIV.term, "LINKS": planted},
            {**day, "ID": "", "CODE": ASTHMA.read, "RUBRIC": ASTHMA.term},
        )
    )
    _, rows = decided(survey)
    assert not rows.closure or not rows.closure.rows
    assert links_of(survey).nbytes < 100_000
