# ruff: noqa: E501  (the XML is as long as it is)
"""Summary Care Records, CDA letters and other messages of HL7 version 3. Everybody is invented."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from core.model import Export, Kind, ReadError, Role
from core.reading import open_export
from core.reading.choices import TableChoice
from core.survey import find_fields
from tests.core.reading.text.files import rows_of

SUMMARY = """<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:hl7-org:v3"><S:Body>
<QUPC_IN210000UK04><id root="AAAAAAAA-0000-4000-8000-000000000001"/><creationTime value="20240102"/>
<interactionId root="2.16.840.1.113883.2.1.3.2.4.12" extension="QUPC_IN210000UK04"/><GPSummary>
<excerptFrom><html xmlns="xhtml:NPfIT:PresentationText"><body><h2 id="Title">Summary of Zuzanna Kwiatkowska</h2>
<p>Created by: OKAFOR, Wilhelmina (Dr)</p>loose words<h2>Allergies</h2><table><thead><tr><th>Date</th>
<th>Description</th></tr></thead><tbody><tr><td>12-May-2020</td><td>Nut <b>allergy</b>, told by son</td></tr>
</tbody></table></body></html></excerptFrom><pertinentInformation2><pertinentCREType><code code="163001000000103"
 displayName="Diagnoses"/><component><UKCT_MT144042UK01.Diagnosis classCode="CON">
<id root="BBBBBBBB-0000-4000-8000-000000000001"/><code code="86406008" codeSystem="2.16.840.1.113883.2.1.3.2.4.15"
 displayName="HIV infection"/><statusCode code="active"/><effectiveTime><low value="20200506"/></effectiveTime>
<author><time value="20201118"/><UKCT_MT160018UK01.AgentPerson><code code="R0050" displayName="Consultant"/>
<telecom value="tel:01632960123"/><agentPerson><name>OKAFOR Wilhelmina</name></agentPerson>
</UKCT_MT160018UK01.AgentPerson></author><informant><participantNonAgentRole><code code="01" displayName="Brother"/>
<playingNonAgentPerson><name>NOWAK Tomasz</name></playingNonAgentPerson></participantNonAgentRole></informant>
<pertinentInformation><pertinentSupportingInfo><value>Told Tomasz</value></pertinentSupportingInfo>
</pertinentInformation></UKCT_MT144042UK01.Diagnosis></component></pertinentCREType></pertinentInformation2>
<recordTarget><patient><id root="2.16.840.1.113883.2.1.4.1" extension="9990000018"/></patient></recordTarget>
</GPSummary></QUPC_IN210000UK04></S:Body></S:Envelope>"""
LETTER = """<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="CCCCCCCC-0000-4000-8000-000000000001"/>
<code code="823701000000103" codeSystem="2.16.840.1.113883.2.1.3.2.4.15" displayName="Discharge summary"/>
<title>Discharge</title><effectiveTime value="20240301"/><confidentialityCode code="V" displayName="very restricted"/>
<recordTarget><patientRole><id root="2.16.840.1.113883.2.1.4.1" extension="9990000026"/><id root="2.16.840.1.113883.9"
 extension="H1"/><addr><streetAddressLine>7 Invented Row</streetAddressLine><postalCode>ZZ99 3WZ</postalCode></addr>
<telecom value="tel:01632960999"/><patient><name><prefix>Ms</prefix><given>Adaeze</given><family>Nwosu</family></name>
<administrativeGenderCode code="2"/><birthTime value="19800523"/></patient><providerOrganization><name>The Surgery
</name></providerOrganization></patientRole></recordTarget><author><assignedAuthor><id extension="G1"/>
<assignedPerson><name><given>Wilhelmina</given><family>Okafor</family></name></assignedPerson></assignedAuthor>
</author><participant><associatedEntity classCode="NOK"><telecom value="tel:01632960777"/><associatedPerson>
<name>Chi Nwosu</name></associatedPerson></associatedEntity></participant><component><structuredBody><component>
<section><title>Plan</title><text><paragraph>See Adaeze again</paragraph><list><item>ring Chi</item></list></text>
</section></component><component><section><title>Social</title><text>Lives with Chi</text></section></component>
</structuredBody></component>MORE</ClinicalDocument>"""


def opened(folder: Path, text: str) -> Export:
    path = folder / "message.xml"
    path.write_text(text, encoding="utf-8")
    return open_export([path])


def table(export: Export, name: str) -> list[dict[str, str | None]]:
    found = export.table(name)
    return [dict(zip([f.name for f in found.fields], row, strict=True)) for row in rows_of(found)]


def test_a_summary(tmp_path: Path) -> None:
    export = opened(tmp_path, SUMMARY)
    assert export.recognised["events"].title == "Summary Care Record"
    assert table(export, "patients") == [{"NHS number": "9990000018"}]
    (entry,) = table(export, "events")
    assert (entry["Code"], entry["Term"]) == ("86406008", "HIV infection")
    assert (entry["Event date"], entry["Recorded date"]) == ("20200506", "20201118")
    assert (entry["Note"], entry["Clinician"]) == ("Told Tomasz", "OKAFOR Wilhelmina")
    (relative,) = table(export, "contacts")
    assert (relative["Contact name"], relative["Relationship"]) == ("NOWAK Tomasz", "Brother")
    (who,) = table(export, "staff")
    assert (who["Staff full name"], who["Role"], who["Telephone"]) == (
        "OKAFOR Wilhelmina",
        "Consultant",
        "01632960123",
    )


def test_its_text_for_people_by_section(tmp_path: Path) -> None:
    rows = table(opened(tmp_path, SUMMARY), "letter text")
    said = [(row["Heading"], row["Heading 2"], row["Letter text"]) for row in rows]
    assert ("Summary of Zuzanna Kwiatkowska", None, "Created by: OKAFOR, Wilhelmina (Dr)") in said
    assert ("Allergies", "Date", "12-May-2020") in said
    assert ("Allergies", "Description", "Nut\nallergy\n, told by son") in said
    others = [row["Other value"] for row in table(opened(tmp_path, SUMMARY), "other values")]
    assert "loose words" in others


def test_what_the_fields_are(tmp_path: Path) -> None:
    found = find_fields(opened(tmp_path, SUMMARY))
    fields = {(name, f.field): f for name, findings in found.items() for f in findings}
    for name in ("Heading", "Heading 2", "Letter text"):
        assert fields["letter text", name].kind is Kind.FREE_TEXT
    assert fields["contacts", "Contact name"].role is Role.THIRD_PARTY
    assert fields["staff", "Staff full name"].kind is Kind.STAFF
    assert fields["events", "Note"].kind is Kind.FREE_TEXT
    assert fields["other values", "Other value"].kind is Kind.FREE_TEXT


def test_a_letter(tmp_path: Path) -> None:
    export = opened(tmp_path, LETTER)
    assert export.recognised["patients"].title == "Clinic letter (CDA)"
    (patient,) = table(export, "patients")
    assert patient == {
        "NHS number": "9990000026",
        "Patient number": "H1",
        "Title": "Ms",
        "Surname": "Nwosu",
        "Forenames": "Adaeze",
        "Date of birth": "19800523",
        "Sex": "2",
        "Address": "7 Invented Row",
        "Postcode": "ZZ99 3WZ",
        "Telephone": "01632960999",
    }
    said = [(row["Heading"], row.get("Letter text")) for row in table(export, "letter text")]
    assert ("Plan", "See Adaeze again") in said
    assert ("Plan", "ring Chi") in said
    assert ("Social", "Lives with Chi") in said
    assert [row["Surname"] for row in table(export, "staff")] == ["Okafor"]
    assert [row["Contact name"] for row in table(export, "contacts")] == ["Chi Nwosu"]
    assert [row["Organisation"] for row in table(export, "organisations")] == ["The Surgery"]
    assert [h.id for h in export.hazards] == ["not_to_be_disclosed"]


def test_a_letter_as_bytes_is_a_hazard_and_no_cell(tmp_path: Path) -> None:
    pdf = b64encode(b"%PDF " + bytes(600)).decode()
    body = f'<component><nonXMLBody><text mediaType="application/pdf">{pdf}</text></nonXMLBody></component>'
    export = opened(tmp_path, LETTER.replace("MORE", body))
    assert "attachments" in [h.id for h in export.hazards]
    assert not any(pdf[:20] in (cell or "") for t in export.tables for row in rows_of(t) for cell in row)


def test_an_envelope_around_a_letter(tmp_path: Path) -> None:
    text = f'<itk:DistributionEnvelope xmlns:itk="urn:nhs-itk:ns:201005"><itk:payloads>{LETTER}</itk:payloads></itk:DistributionEnvelope>'
    export = opened(tmp_path, text)
    assert export.recognised["patients"].title == "ITK message"
    assert [row["Surname"] for row in table(export, "patients")] == ["Nwosu"]


@pytest.mark.parametrize("reader", ["gp2gp", "scr", "cda", "kettering", "mesh-control", "edifact"])
@pytest.mark.parametrize(
    "text", ["NHS number,Surname\n9990000018,Nwosu\n", '{"a": "<b/>"}', "<a/>", "<a>Nwosu</a>"]
)
def test_a_reader_that_a_person_chose_wrongly_says_so_or_loses_nothing(
    tmp_path: Path, reader: str, text: str
) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text, encoding="utf-8")
    assert _what_comes_of(path, TableChoice(reader=reader)) in ("refused", "Nwosu" in text)


def _what_comes_of(path: Path, choice: TableChoice) -> str | bool:
    try:
        export = open_export([path], choices={path.name: choice})
    except ReadError as error:
        return "refused" if "Nwosu" not in error.message else "told"
    return any("Nwosu" in (cell or "") for t in export.tables for row in rows_of(t) for cell in row)


def test_another_message_of_the_standard_loses_nothing(tmp_path: Path) -> None:
    text = '<PRPA_IN000203UK03 xmlns="urn:hl7-org:v3"><a b="Zuzanna">Nowak<c/>rest</a></PRPA_IN000203UK03>'
    export = opened(tmp_path, text)
    assert export.recognised["other values"].confidence <= 0.5
    assert {row["Other value"] for row in table(export, "other values")} == {"Zuzanna", "Nowak", "rest"}
