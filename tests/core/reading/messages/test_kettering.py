# ruff: noqa: E501  (the XML is as long as it is)
"""Kettering XML letters: who they are about, who wrote them, what is inside. Everybody is invented."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from core.model import Export, Kind, Role
from core.reading import open_export
from core.survey import find_fields
from tests.core.reading.text.files import rows_of

PDF = b64encode(b"%PDF-1.4 " + bytes(900)).decode()
LETTER = """<?xml version="1.0"?>
<!-- made for tests -->
<ReportMsg MsgStatus="Live" MsgUrgency="Normal"><MsgId>1</MsgId><MsgIssueDate>202403011200</MsgIssueDate>
<PatientMatchingInfo><PatientId><Id><IdType>Nhs</IdType><IdValue>9990000018</IdValue></Id><Id><IdType>Hospital
</IdType><IdValue>H123456</IdValue></Id></PatientId><PersonName_s><StructPersonName><FamilyName>
   Kwiatkowska
</FamilyName><GivenName>Zuzanna</GivenName><GivenName>Anna</GivenName><Title>MRS</Title></StructPersonName>
</PersonName_s><BirthDate>19450730</BirthDate><Sex>2</Sex><Address_u AddrType="Current"><PostCode>ZZ9 9ZZ</PostCode>
<UnstructAddress><UnstructAddressLine>59 Made Up Road</UnstructAddressLine><UnstructAddressLine>Nowhere
</UnstructAddressLine></UnstructAddress></Address_u></PatientMatchingInfo><Parties><Party AgentId="2">
<DepartmentName>DIABETES SERVICE</DepartmentName><OrgCode IdType="Provider">RX9</OrgCode><OrgName>St Invented
</OrgName></Party><Party AgentId="3"><HcpCode>C1234567</HcpCode><HcpName><StructPersonName><FamilyName>Okafor
</FamilyName><GivenName>Wilhelmina</GivenName></StructPersonName></HcpName></Party></Parties>
<ClinicalReport><ReportID>R1</ReportID><ReportType>Outpatient Letter</ReportType><ReportCode>OUTP</ReportCode>
<EventDate>20240229</EventDate><ReportContributor>Dr Okafor</ReportContributor>ITEMS</ClinicalReport></ReportMsg>"""
WORDS = """<TextItem><TextMarkupIndicator>-//IETF//DTD HTML//EN</TextMarkupIndicator>
<TextBlock><![CDATA[<p>Dear Dr Adeyemi, I saw Zuzanna.</p>]]></TextBlock></TextItem>"""


def opened(folder: Path, items: str = WORDS, name: str = "letter.ket") -> Export:
    path = folder / name
    path.write_text(LETTER.replace("ITEMS", items), encoding="utf-8")
    return open_export([path])


def table(export: Export, name: str) -> list[dict[str, str | None]]:
    found = export.table(name)
    return [dict(zip([f.name for f in found.fields], row, strict=True)) for row in rows_of(found)]


def test_a_letter(tmp_path: Path) -> None:
    export = opened(tmp_path)
    assert export.recognised["letters"].title == "Letter (Kettering XML)"
    (patient,) = table(export, "patients")
    assert patient == {
        "NHS number": "9990000018",
        "Patient number": "H123456",
        "Title": "MRS",
        "Surname": "Kwiatkowska",
        "Forenames": "Zuzanna Anna",
        "Date of birth": "19450730",
        "Sex": "2",
        "Address": "59 Made Up Road, Nowhere",
        "Postcode": "ZZ9 9ZZ",
    }
    (letter,) = table(export, "letters")
    assert letter["Letter text"] == "<p>Dear Dr Adeyemi, I saw Zuzanna.</p>"
    assert letter["Letter type"] == "Outpatient Letter"
    assert letter["NHS number"] == "9990000018"
    assert [row["Surname"] for row in table(export, "staff")] == ["Okafor"]
    assert table(export, "organisations")[0]["Department"] == "DIABETES SERVICE"
    assert not export.hazards


def test_what_its_fields_are(tmp_path: Path) -> None:
    found = find_fields(opened(tmp_path))
    fields = {(name, f.field): f for name, findings in found.items() for f in findings}
    assert fields["letters", "Letter text"].kind is Kind.FREE_TEXT
    assert fields["letters", "Report contributor"].kind is Kind.STAFF
    assert fields["patients", "Surname"].role is Role.SURNAME
    assert fields["patients", "Forenames"].role is Role.FORENAME
    assert fields["staff", "Surname"].kind is Kind.STAFF


@pytest.mark.parametrize("content", [PDF, "JVBERi0xLjQ="])
def test_a_document_as_bytes_is_a_hazard_and_no_cell(tmp_path: Path, content: str) -> None:
    item = f"<TextItem><TextMarkupIndicator>BASE64 PDF</TextMarkupIndicator><TextBlock>{content}</TextBlock></TextItem>"
    export = opened(tmp_path, item)
    assert [h.id for h in export.hazards] == ["attachments"]
    cells = [cell for t in export.tables for row in rows_of(t) for cell in row if cell]
    assert not any(content[:12] in cell for cell in cells)


def test_words_under_a_mark_of_bytes_are_still_words(tmp_path: Path) -> None:
    item = "<TextItem><TextMarkupIndicator>PDF</TextMarkupIndicator><TextBlock>Dear Dr, he fell.</TextBlock></TextItem>"
    export = opened(tmp_path, item)
    assert table(export, "letters")[0]["Letter text"] == "Dear Dr, he fell."
    assert not export.hazards


def test_pictures_inside_the_text_are_told(tmp_path: Path) -> None:
    item = WORDS.replace("<p>", f'<img src="data:image/png;base64,{PDF}"/><p>')
    assert [h.id for h in opened(tmp_path, item).hazards] == ["embedded_pictures"]
