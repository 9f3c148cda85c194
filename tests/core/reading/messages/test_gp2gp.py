# ruff: noqa: E501  (the XML is as long as it is)
"""GP2GP: what each entry becomes, who wrote it, what is marked, and what is refused. Everybody is invented."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from core.model import Export, Kind, ReadError, Severity
from core.reading import open_export
from core.reading.messages import hl7v3
from core.survey import find_fields, load_lookup, survey_export
from tests.core.reading.text.files import lines_of, rows_of

SNOMED = "2.16.840.1.113883.2.1.3.2.4.15"
READ = "2.16.840.1.113883.2.1.6.2"
CTV3 = "2.16.840.1.113883.2.1.3.2.4.14"
PICTURE = b64encode(bytes(range(256)) * 4).decode()
STAFF = """<responsibleParty><agentDirectory classCode="AGNT"><part typeCode="PART"><Agent classCode="AGNT">
 <id root="AAAAAAAA-0000-4000-8000-000000000001"/><id root="2.16.840.1.113883.2.1.4.2" extension="G1234567"/>
 <code code="309394004" codeSystem="{SNOMED}" displayName="General Practitioner Principal"/>
 <addr><streetAddressLine>7 Invented Row</streetAddressLine><postalCode>ZZ99 3WZ</postalCode></addr>
 <telecom value="tel:01632960123"/><telecom value="mailto:w.okafor@example.org"/>
 <agentPerson classCode="PSN"><name><prefix>Dr</prefix><given>Wilhelmina</given><family>Okafor</family></name>
 </agentPerson><representedOrganization classCode="ORG"><name>The Made-up Surgery</name></representedOrganization>
 </Agent></part></agentDirectory></responsibleParty>"""


def record(entries: str, *, nhs: str = "9990000018", after: str = "", software: str = "") -> str:
    """A message with one consultation that holds the entries."""
    return f"""<RCMR_IN030000UK06 xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="BBBBBBBB-0000-4000-8000-000000000001"/><creationTime value="20240102030405"/>
<interactionId root="2.16.840.1.113883.2.1.3.2.4.12" extension="RCMR_IN030000UK06"/>{software}
<ControlActEvent classCode="CACT"><subject><EhrExtract classCode="EXTRACT">
<recordTarget typeCode="RCT"><patient classCode="PAT"><id root="2.16.840.1.113883.2.1.4.1" extension="{nhs}"/>
</patient></recordTarget><component typeCode="COMP"><ehrFolder classCode="FOLDER">{STAFF.replace("{SNOMED}", SNOMED)}
<component><ehrComposition classCode="COMPOSITION" moodCode="EVN">
<id root="CCCCCCCC-0000-4000-8000-000000000001"/><code code="25671000000102" codeSystem="{SNOMED}"
 displayName="Surgery Consultation Note"/><availabilityTime value="20240101"/>
<Participant2 typeCode="PRF"><agentRef classCode="AGNT"><id root="AAAAAAAA-0000-4000-8000-000000000001"/></agentRef>
</Participant2>{entries}</ehrComposition></component></ehrFolder></component></EhrExtract></subject>
</ControlActEvent>{after}</RCMR_IN030000UK06>"""


def observation(
    code: str = f'<code code="44054006" codeSystem="{SNOMED}" displayName="Type 2 diabetes mellitus"/>',
    inside: str = "",
    number: int = 1,
) -> str:
    return f"""<component><ObservationStatement classCode="OBS" moodCode="EVN">
<id root="DDDDDDDD-0000-4000-8000-{number:012d}"/>{code}<statusCode code="COMPLETE"/>
<effectiveTime><center value="20231201"/></effectiveTime><availabilityTime value="20231202"/>{inside}
</ObservationStatement></component>"""


def opened(folder: Path, text: str | bytes, name: str = "record.xml") -> Export:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return open_export([path])


def table(export: Export, name: str) -> list[dict[str, str | None]]:
    found = export.table(name)
    return [dict(zip([f.name for f in found.fields], row, strict=True)) for row in rows_of(found)]


def test_an_observation_keeps_all_its_codes_in_fields_of_their_own(tmp_path: Path) -> None:
    code = f"""<code code="C10F." codeSystem="{CTV3}" displayName="Type II diabetes"><originalText>diet controlled
 </originalText><translation code="44054006" codeSystem="{SNOMED}" displayName="Diabetes mellitus type 2"/>
<translation code="C10F.00" codeSystem="{READ}" displayName="Type 2 diabetes mellitus"/></code>"""
    value = """<value xsi:type="PQ" value="61" unit="mmol/mol"/><interpretationCode code="HI" displayName="High"/>
<pertinentInformation><pertinentAnnotation><text>Told her sister Ngozi</text></pertinentAnnotation>
</pertinentInformation><referenceRange><referenceInterpretationRange><value><low value="20" unit="mmol/mol"/>
<high value="42" unit="mmol/mol"/></value></referenceInterpretationRange></referenceRange>"""
    (row,) = table(opened(tmp_path, record(observation(code, value))), "events")
    assert row == {
        "NHS number": "9990000018",
        "Consultation ID": "CCCCCCCC-0000-4000-8000-000000000001",
        "Entry ID": "DDDDDDDD-0000-4000-8000-000000000001",
        "Event date": "20231201",
        "Recorded date": "20231202",
        "Code": "C10F.",
        "Code system": "Read CTV3",
        "Term": "Type II diabetes",
        "Original term": "diet controlled",
        "Code 2": "44054006",
        "Code system 2": "SNOMED",
        "Term 2": "Diabetes mellitus type 2",
        "Code 3": "C10F.00",
        "Code system 3": "Read v2",
        "Term 3": "Type 2 diabetes mellitus",
        "Note": "Told her sister Ngozi",
        "Entry status": "COMPLETE",
        "Value": "61",
        "Unit": "mmol/mol",
        "Range low": "20",
        "Range high": "42",
        "Range unit": "mmol/mol",
        "Interpretation code": "HI",
        "Interpretation": "High",
    }


def test_more_codes_than_fields_stop_a_release(tmp_path: Path) -> None:
    def entry(codes: int) -> str:
        inner = "".join(f'<translation code="X{n}" codeSystem="{CTV3}"/>' for n in range(codes - 1))
        return observation(f'<code code="44054006" codeSystem="{SNOMED}">{inner}</code>')

    assert not opened(tmp_path, record(entry(10))).hazards
    (hazard,) = opened(tmp_path, record(entry(11))).hazards
    assert (hazard.id, hazard.severity) == ("codes_without_field", Severity.BLOCKS)


def test_comments_beside_the_message_are_kept(tmp_path: Path) -> None:
    text = f"<?xml version='1.0'?>\n<!-- ring Tomasz -->{record(observation())}<!-- and Ngozi -->"
    others = {row["Other value"] for row in table(opened(tmp_path, text), "other values")}
    assert {"ring Tomasz", "and Ngozi"} <= others


@pytest.mark.parametrize("place", range(3))
def test_a_sensitive_code_is_seen_whichever_system_carries_it(tmp_path: Path, place: int) -> None:
    """HIV as the first code, as a translation, or as the last of three."""
    codes = [f'code="X{n}..." codeSystem="{CTV3}" displayName="Something"' for n in range(3)]
    codes[place] = f'code="86406008" codeSystem="{SNOMED}" displayName="Something"'
    inner = "".join(f"<translation {code}/>" for code in codes[1:])
    export = opened(tmp_path, record(observation(f"<code {codes[0]}>{inner}</code>")))
    seen = {found.id for found in survey_export(export).categories}
    assert "hiv" in seen
    assert load_lookup().bits_of_code("86406008")


def test_problems_carry_the_code_of_the_entry_they_name(tmp_path: Path) -> None:
    link = f"""<component><LinkSet classCode="OBS"><id root="EEEEEEEE-0000-4000-8000-000000000001"/>
<code code="394774009" codeSystem="{SNOMED}" displayName="Active Problem"/><availabilityTime value="2023"/>
<conditionNamed><namedStatementRef><id root="DDDDDDDD-0000-4000-8000-000000000001"/></namedStatementRef>
</conditionNamed></LinkSet></component>"""
    (row,) = table(opened(tmp_path, record(observation() + link)), "problems")
    assert (row["Code"], row["Term"]) == ("44054006", "Type 2 diabetes mellitus")
    assert row["Problem status"] == "Active Problem"
    assert row["Event date"] == "2023"


def test_medicines_and_their_issues(tmp_path: Path) -> None:
    drug = f"""<component><MedicationStatement classCode="SBADM" moodCode="ORD">
<id root="FFFFFFFF-0000-4000-8000-000000000001"/><availabilityTime value="20231201"/><consumable><manufacturedProduct>
<manufacturedMaterial><code code="39113311000001107" codeSystem="{SNOMED}" displayName="Metformin 500mg tablets"/>
</manufacturedMaterial></manufacturedProduct></consumable><component><ehrSupplyPrescribe classCode="SPLY">
<id root="FFFFFFFF-0000-4000-8000-000000000002"/><availabilityTime value="20231203"/><quantity value="56" unit="1">
<translation value="56"><originalText>tablet</originalText></translation></quantity></ehrSupplyPrescribe></component>
<pertinentInformation><pertinentMedicationDosage><text>1 bd, ask Mrs Petrov</text></pertinentMedicationDosage>
</pertinentInformation></MedicationStatement></component>"""
    export = opened(tmp_path, record(drug))
    (medicine,) = table(export, "medicines")
    assert medicine["Medicine"] == "Metformin 500mg tablets"
    assert medicine["Dosage"] == "1 bd, ask Mrs Petrov"
    (issue,) = table(export, "prescriptions")
    assert issue["Code"] == "39113311000001107"
    assert (issue["Quantity"], issue["Quantity unit"], issue["Entry type"]) == ("56", "tablet", "Prescribe")
    assert issue["Event date"] == "20231203"


def test_staff_are_a_table_of_staff_and_named_where_they_are_referred_to(tmp_path: Path) -> None:
    export = opened(tmp_path, record(observation()))
    (who,) = table(export, "staff")
    assert (who["Title"], who["Forenames"], who["Surname"]) == ("Dr", "Wilhelmina", "Okafor")
    assert (who["Telephone"], who["E-mail"]) == ("01632960123", "w.okafor@example.org")
    assert (who["Address"], who["Postcode"]) == ("7 Invented Row", "ZZ99 3WZ")
    assert "NHS number" not in who
    (visit,) = table(export, "consultations")
    assert visit["Clinician"] == "Dr Wilhelmina Okafor"


def test_entries_marked_as_not_to_be_shown_are_a_field_and_a_hazard(tmp_path: Path) -> None:
    marked = observation(inside='<confidentialityCode code="NOPAT" displayName="no disclosure to patient"/>')
    export = opened(tmp_path, record(marked))
    (row,) = table(export, "events")
    assert row["Confidentiality"] == "NOPAT"
    assert [h.id for h in export.hazards] == ["not_to_be_disclosed"]
    assert not opened(tmp_path, record(observation())).hazards


def test_private_in_vision_is_such_a_mark(tmp_path: Path) -> None:
    def private(code: str) -> str:
        return f"""<code code="1371" codeSystem="{READ}" displayName="Drinker"><qualifier>
<name code="private" displayName="Private"/><value code="{code}" displayName="said"/></qualifier></code>"""

    assert [h.id for h in opened(tmp_path, record(observation(private("1")))).hazards] == [
        "not_to_be_disclosed"
    ]
    assert not opened(tmp_path, record(observation(private("0")))).hazards


def test_attachments_are_named_counted_and_never_a_cell(tmp_path: Path) -> None:
    after = f"""<attachments><attachment id="X" mime="image/png" encoding="B64" encoding_to="B64"
 filename="letter_Adaeze_Nwosu.png">{PICTURE}</attachment><attachment encoding="B64" filename="tiny.txt">QWRh
 </attachment></attachments>"""
    export = opened(tmp_path, record(observation(), after=after))
    rows = table(export, "attachments")
    assert [row["File name"] for row in rows] == ["letter_Adaeze_Nwosu.png", "tiny.txt"]
    assert [row["Bytes"] for row in rows] == ["1024", "3"]
    (hazard,) = export.hazards
    assert hazard.id == "attachments"
    assert "2 attachments" in hazard.what
    assert "Adaeze" not in hazard.what + hazard.why
    everything = " ".join(c for t in export.tables for row in rows_of(t) for c in row if c)
    assert PICTURE[:40] not in everything
    assert "QWRh" not in everything


def test_documents_that_did_not_come_with_it_are_told(tmp_path: Path) -> None:
    note = """<component><NarrativeStatement classCode="OBS"><id root="11111111-0000-4000-8000-000000000001"/>
<text>Letter about the hip</text><availabilityTime value="20231201"/><reference typeCode="REFR">
<referredToExternalDocument classCode="DOC"><id root="11111111-0000-4000-8000-000000000002"/>
<text mediaType="application/pdf"><reference value="file://localhost/hip.pdf"/></text>
</referredToExternalDocument></reference></NarrativeStatement></component>"""
    export = opened(tmp_path, record(note))
    assert [h.id for h in export.hazards] == ["documents_elsewhere"]
    (document,) = table(export, "documents")
    assert document["File name"] == "file://localhost/hip.pdf"
    (text,) = table(export, "notes")
    assert text["Note"] == "Letter about the hip"
    attached = (
        f'<attachments><attachment encoding="B64" filename="hip.pdf">{PICTURE}</attachment></attachments>'
    )
    assert [h.id for h in opened(tmp_path, record(note, after=attached)).hazards] == ["attachments"]


def test_what_no_table_has_a_field_for_stands_among_the_other_values(tmp_path: Path) -> None:
    odd = """<unheardOf who="Zuzanna"><deeper>Kwiatkowska</deeper> and her brother</unheardOf><!-- ring Tomasz -->"""
    export = opened(tmp_path, record(observation(inside=odd)))
    rows = table(export, "other values")
    found = {(row["Record"], row["Path"]): row["Other value"] for row in rows}
    assert found["ObservationStatement", "unheardOf/@who"] == "Zuzanna"
    assert found["ObservationStatement", "unheardOf/deeper"] == "Kwiatkowska"
    assert found["ObservationStatement", "unheardOf/deeper/following text"] == "and her brother"
    assert found["ObservationStatement", "comment()"] == "ring Tomasz"
    assert {row["NHS number"] for row in rows} <= {"9990000018"}
    assert [h.id for h in export.hazards] == ["xml_comments"]


@pytest.mark.parametrize(
    "attribute", ["classCode", "root", "codeSystem", "nullFlavor", "use", "schemaLocation"]
)
def test_a_name_hidden_in_the_structure_is_shown(tmp_path: Path, attribute: str) -> None:
    export = opened(tmp_path, record(observation(inside=f'<extra {attribute}="Kwiatkowska, Zuzanna"/>')))
    assert "Kwiatkowska, Zuzanna" in {row["Other value"] for row in table(export, "other values")}


@pytest.mark.parametrize(
    ("system", "title"),
    [
        ("2.16.840.1.113883.2.1.6.9", "EMIS"),
        (CTV3, "TPP SystmOne"),
        ("2.16.840.1.113883.2.1.6.10", "INPS Vision"),
        ("1.3.6.1.4.1.17340.1.5", "Microtest"),
    ],
)
def test_the_system_is_told_by_its_codes(tmp_path: Path, system: str, title: str) -> None:
    one = f'<code code="C10F." codeSystem="{system}" displayName="Diabetes"/>'
    export = opened(tmp_path, record("".join(observation(one, number=n) for n in range(12))))
    seen = export.recognised["events"]
    assert seen.title == f"GP2GP message from {title}"
    assert any("surely" in line for line in seen.evidence)
    few = opened(tmp_path, record(observation(one)))
    assert few.recognised["events"].title == "GP2GP message"


def test_the_system_that_names_itself(tmp_path: Path) -> None:
    software = "<agentDevice><softwareName>Vision 3</softwareName></agentDevice>"
    export = opened(tmp_path, record(observation(), software=software))
    assert export.recognised["events"].title == "GP2GP message from INPS Vision"


def test_wrappers_and_byte_order_marks(tmp_path: Path) -> None:
    inner = record(observation())
    for text in (
        f'<?xml version="1.0"?><custom_transport><payload>{inner}</payload></custom_transport>',
        "\ufeff" + inner,
        inner.replace("RCMR_IN030000UK06", "RCMR_IN030000UK07"),
        inner[inner.index("<EhrExtract") : inner.index("</subject>")].replace(
            "<EhrExtract", '<EhrExtract xmlns="urn:hl7-org:v3"'
        ),
    ):
        assert len(table(opened(tmp_path, text), "events")) == 1


def test_json_around_xml_and_base64(tmp_path: Path) -> None:
    document = {
        "ebXML": '<SOAP:Envelope xmlns:SOAP="s" xmlns:eb="e"><SOAP:Header><eb:MessageHeader><eb:Service>'
        "urn:nhs:names:services:gp2gp</eb:Service></eb:MessageHeader></SOAP:Header></SOAP:Envelope>",
        "deep": [{"payload": record(observation())}],
        "attachments": [
            {"content_type": "image/png", "is_base64": "true", "description": "Nwosu.png", "payload": PICTURE}
        ],
        "remark": "spoke to Zuzanna",
        "broken": "<EhrExtract><cut",
        "count": 3,
    }
    export = opened(tmp_path, json.dumps(document), "message.json")
    (row,) = table(export, "events")
    assert row["NHS number"] == "9990000018"
    raw = export.table("events").read(next(iter(export.table("events").blocks())))
    assert raw.places is not None
    assert raw.places[0].startswith("deep[0].payload/RCMR_IN030000UK06")
    assert [r["File name"] for r in table(export, "attachments")] == ["Nwosu.png"]
    others = {r["Other value"] for r in table(export, "other values")}
    assert {"spoke to Zuzanna", "<EhrExtract><cut", "3"} <= others
    assert not any(PICTURE[:40] in (value or "") for value in others)
    # A key may be a patient's number: only the words of the standard are said.
    assert [p.what for p in export.problems] == ["XML inside '?' is damaged; kept as one text"]


def test_two_patients_keep_their_own_rows(tmp_path: Path) -> None:
    both = f"<all>{record(observation())}{record(observation(), nhs='9990000026')}</all>"
    export = opened(tmp_path, both)
    assert [row["NHS number"] for row in table(export, "events")] == ["9990000018", "9990000026"]


def test_places_and_lines_are_the_files_own(tmp_path: Path) -> None:
    entries = observation() + "\n" * 70_000 + observation(number=2)
    text = record(entries)
    export = opened(tmp_path, text)
    found = export.table("events")
    raw = found.read(next(iter(found.blocks())))
    assert raw.places is not None
    assert raw.places[1].endswith("/ehrComposition/component[2]/ObservationStatement")
    second = text.index("<ObservationStatement", text.index("</ObservationStatement>"))
    assert lines_of(found)[1] == text.count("\n", 0, second) + 1 > 65_535


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]>' + record(observation()), "bomb"),
        (record(observation())[:-30], "damaged"),
        ('{"payload": "<RCMR_IN030000UK06', "damaged"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(ReadError) as error:
        opened(tmp_path, text)
    assert error.value.code == code
    assert "9990000018" not in str(error.value)


def test_what_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hl7v3, "LARGEST", 1000)
    with pytest.raises(ReadError) as error:
        opened(tmp_path, record(observation()))
    assert error.value.code == "too_big"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", ""),
        ("<?xml version='1.0'?>\n<!-- a --><!-- b > -->\n<x:ReportMsg/>", "ReportMsg"),
        ("<!DOCTYPE a><a b='c'>", "a"),
        ("<!-- never ends", ""),
        ("plain", ""),
        ("<!---->" * 9000, ""),
    ],
)
def test_the_first_element_of_a_text(text: str, name: str) -> None:
    assert hl7v3.root_name(text) == name


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        (PICTURE, True),
        ("\n".join(PICTURE[n : n + 76] for n in range(0, len(PICTURE), 76)), True),
        ("the patient was seen and will come back " * 20, False),
        ("a" * 400_000 + " " + "b c " * 100_000 + ".", False),
        ("c2hvcnQ=", False),
    ],
)
def test_what_is_bytes_and_what_is_words(text: str, encoded: bool) -> None:
    assert hl7v3.is_encoded(text) is encoded


def test_staff_stays_staff_where_several_records_are_opened_together(tmp_path: Path) -> None:
    for nhs in ("9990000018", "9990000026"):
        (tmp_path / f"record {nhs[-2:]}.xml").write_text(record(observation(), nhs=nhs), encoding="utf-8")
    found = find_fields(open_export([tmp_path]))
    staff = [name for name in found if name.endswith("staff")]
    assert len(staff) == 2
    for name in staff:
        assert {f.kind for f in found[name]} == {Kind.STAFF}
