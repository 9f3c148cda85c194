"""Control files of MESH: an envelope that names the patient. Everybody is invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import Export, Kind, ReadError, Role
from core.reading import open_export
from core.survey import find_fields
from tests.core.reading.text.files import rows_of

CONTROL = """<DTSControl><Version>1.0</Version><AddressType>DTS</AddressType><MessageType>Data</MessageType>
<From_DTS>GP0001</From_DTS><To_DTS>GPPROVIDER_9990000018_09011955_Kwiatkowska</To_DTS>
<Subject>Report for Mrs Zuzanna Kwiatkowska, NHS Number 9990000018</Subject><LocalId></LocalId>
<WorkflowId>GPFED_CONSULT_REPORT</WorkflowId><Odd who="Tomasz">Nowak</Odd></DTSControl>"""


def opened(folder: Path, text: str = CONTROL) -> Export:
    path = folder / "message.ctl"
    path.write_text(text, encoding="utf-8")
    return open_export([path])


def test_one_row_and_the_patient_of_the_address(tmp_path: Path) -> None:
    export = opened(tmp_path)
    found = export.table("mesh control")
    (row,) = rows_of(found)
    cells = dict(zip([f.name for f in found.fields], row, strict=True))
    assert cells == {
        "NHS number": "9990000018",
        "Date of birth": "09/01/1955",
        "Surname": "Kwiatkowska",
        "Version": "1.0",
        "AddressType": "DTS",
        "MessageType": "Data",
        "From_DTS": "GP0001",
        "To_DTS": "GPPROVIDER_9990000018_09011955_Kwiatkowska",
        "Subject": "Report for Mrs Zuzanna Kwiatkowska, NHS Number 9990000018",
        "WorkflowId": "GPFED_CONSULT_REPORT",
    }
    others = rows_of(export.table("other values"))
    assert {row[-1] for row in others} == {"Tomasz", "Nowak"}
    assert [h.id for h in export.hazards] == ["named_in_envelope"]
    assert "Kwiatkowska" not in export.hazards[0].what + export.hazards[0].why


def test_what_names_the_patient_is_a_direct_identifier(tmp_path: Path) -> None:
    fields = {f.field: f for f in find_fields(opened(tmp_path))["mesh control"]}
    for name in ("To_DTS", "Subject", "NHS number", "Surname", "From_DTS"):
        assert fields[name].kind is Kind.DIRECT_IDENTIFIER, name
    assert fields["Date of birth"].role is Role.DATE_OF_BIRTH
    assert fields["WorkflowId"].kind is Kind.LINKING_KEY


@pytest.mark.parametrize("address", ["GP0002", "A_B_C", "GPPROVIDER_999_09011955_X", ""])
def test_an_address_of_another_form_gives_no_patient(tmp_path: Path, address: str) -> None:
    text = CONTROL.replace("GPPROVIDER_9990000018_09011955_Kwiatkowska", address)
    names = [f.name for f in opened(tmp_path, text).table("mesh control").fields]
    assert "NHS number" not in names


def test_an_empty_control_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as error:
        opened(tmp_path, "<DTSControl></DTSControl>")
    assert error.value.code == "empty"
