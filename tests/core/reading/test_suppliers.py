"""Which system wrote a table, how sure that is and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import Field, UsageError
from core.reading import TableChoice, open_export
from core.reading.known_tables import KnownTable, known_tables, named_table
from core.reading.suppliers import Recognised, identify
from tests.core.reading.supplier_files import RUN, columns_of, emis_file, tpp_file, write_csv
from tests.growth import calls

EMIS = [t for t in known_tables() if t.format == "emis-bulk"]
TPP = [t for t in known_tables() if t.format == "systmone-extract"]


def fields(*headers: str) -> tuple[Field, ...]:
    return tuple(Field(i, h, h) for i, h in enumerate(headers))


def test_every_published_table_is_there() -> None:
    assert len(EMIS) == 21
    assert len(TPP) == 166  # 165 tables and the manifest


@pytest.mark.parametrize("table", EMIS + TPP, ids=lambda t: t.id)
def test_every_table_is_known_by_its_name_and_fields(table: KnownTable) -> None:
    seen = identify(fields(*table.spelt), stem=table.name)
    assert seen is not None
    assert (seen.format, seen.table) == (table.format, table.name)
    assert seen.title.endswith(f": {table.name}")
    assert seen.confidence >= 0.9
    assert any(table.name in line for line in seen.evidence)


@pytest.mark.parametrize("table", EMIS, ids=lambda t: t.name)
def test_emis_tables_are_known_by_their_fields_alone(table: KnownTable) -> None:
    seen = identify(fields(*table.spelt), stem="export of today")
    assert seen is not None
    assert (seen.format, seen.table) == ("emis-bulk", table.name)
    assert seen.confidence < identify(fields(*table.spelt), stem=table.name).confidence  # type: ignore[union-attr]


def test_most_systmone_tables_are_known_by_their_fields_alone() -> None:
    """Some have the same fields as another; what is told is then one of those, and always the format."""
    right = 0
    for table in TPP:
        seen = identify(fields(*table.spelt), stem="export of today")
        assert seen is not None, table.name
        assert seen.format == "systmone-extract"
        told = next(t for t in TPP if t.name == seen.table)
        assert told.columns >= table.core, table.name
        right += seen.table == table.name
    assert right >= 0.9 * len(TPP)


def test_spellings_drift_and_fields_are_added() -> None:
    drifted = [
        {"ExternalUsualGP": "ExternalUsusalGP", "PersonGuid": "PersonGUID"}.get(c, c)
        for c in columns_of("Admin_Patient")
        if c != "DateOfDeactivation"
    ]
    seen = identify(fields(*drifted, "DateofDeactivation", "FieldOfNextYear"), stem="list")
    assert seen is not None
    assert seen.table == "Admin_Patient"
    assert seen.evidence == ("39 of its 40 fields are those of Admin_Patient",)


def test_emis_x_spells_the_same_tables_in_snake_case() -> None:
    snake = ["observation_guid", "patient_guid", "organisation_guid", "effective_date",
             "effective_date_precision", "entered_date", "entered_time", "clinician_user_in_role_guid",
             "entered_by_user_in_role_guid", "parent_observation_guid", "code_id", "problem_guid",
             "consultation_guid", "value", "numeric_unit", "observation_type", "numeric_range_low",
             "numeric_range_high", "document_guid", "qualifiers", "abnormal", "abnormal_reason", "episode",
             "deleted", "is_confidential"]  # fmt: skip
    seen = identify(fields(*snake), stem="observation")
    assert seen is not None
    assert (seen.format, seen.table) == ("emis-x", "CareRecord_Observation")
    patient = identify(
        fields(
            "patient_guid",
            "person_guid",
            "patient_number",
            "nhs_number",
            "chi_number",
            "hc_number",
            "hospital_number",
            "patient_name",
            "surname",
            "given_name",
            "sex",
            "date_of_birth",
            "week_and_year_of_birth",
        )
    )
    assert patient is not None
    assert (patient.format, patient.table) == ("emis-x", "patient")


def test_how_sure_it_is_grows_with_the_evidence() -> None:
    columns = columns_of("CareRecord_Observation")
    few = identify(fields(*columns[:20], *(f"Other{i}" for i in range(10)), "ProcessingId"), stem="list")
    by_fields = identify(fields(*columns), stem="list")
    name = f"bulk_95047_CareRecord_Observation_20231017043213_{RUN}"
    named = identify(fields(*columns), stem=name)
    beside = identify(fields(*columns), stem=name, beside=(f"{name}.csv", "1_Admin_Patient_2.csv"))
    assert few is not None
    assert by_fields is not None
    assert named is not None
    assert beside is not None
    assert few.confidence < by_fields.confidence
    assert by_fields.confidence + 0.1 <= named.confidence <= beside.confidence < 1
    assert "its name is that of an EMIS bulk file" in named.evidence
    assert any("beside it" in line for line in beside.evidence)


def test_thousands_of_neighbours_are_looked_at_once() -> None:
    beside = frozenset(f"letter {n}.csv" for n in range(20_000)) | {"SRCode.csv", "SRPatient.csv"}

    def seen() -> Recognised | None:
        return identify(fields(*columns_of("SRCode")), stem="SRCode", beside=beside)

    told = seen()
    assert told is not None
    assert calls(seen) < 10_000, "the neighbours were looked through again"
    assert "another file beside it is called as one of this format" in told.evidence


def test_a_list_of_ones_own_is_not_taken_for_a_suppliers() -> None:
    assert identify(fields("NHS Number", "Surname", "Date of Birth", "Sex"), stem="recall") is None
    assert identify(fields("Title", "Surname", "Sex"), stem="Admin_Patient") is None, "a name alone"


def test_names_of_files_are_read_as_suppliers_write_them() -> None:
    for stem, table in {
        f"bulk_95047_Admin_Patient_20231017043213_{RUN}": "Admin_Patient",
        f"291-7_CareRecord_ObservationReferral_20170411112738_{RUN}": "CareRecord_ObservationReferral",
        "SRCode (2)": "SRCode",
        "srpatientaddresshistory": "SRPatientAddressHistory",
        "2025-SRPatient": "SRPatient",
    }.items():
        found = named_table(stem)
        assert found is not None, stem
        assert found.name == table
    for stem in ("SRCodeBook", "", "!!", "Admin", "Patient"):
        assert named_table(stem) is None, stem


def test_a_person_overrules_what_a_table_is(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ("Patient", "Thing"), [("1", "2")], quoted=False, encoding="utf-8")
    export = open_export([path], choices={"a.csv": TableChoice(layout="emis-bulk/Admin_Patient")})
    seen = export.recognised["a"]
    assert (seen.format, seen.table, seen.confidence) == ("emis-bulk", "Admin_Patient", 1.0)
    assert seen.evidence == ("a person said what it is",)
    assert export.tables[0].format == "emis-bulk"


def test_a_layout_that_there_is_not_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ("Patient", "Thing"), [("1", "2")], quoted=False, encoding="utf-8")
    with pytest.raises(UsageError):
        open_export([path], choices={"a.csv": TableChoice(layout="emis-bulk/Admin_Nobody")})


def test_a_folder_names_each_of_its_tables(tmp_path: Path) -> None:
    emis_file(tmp_path, "Admin_Patient", {"PatientGuid": "{A}"})
    emis_file(tmp_path, "Coding_DrugCode", {"CodeId": "1"})
    tpp_file(tmp_path, "SRCode", {"RowIdentifier": "1"})
    export = open_export([tmp_path])
    assert {seen.title for seen in export.recognised.values()} == {
        "EMIS bulk extract: Admin_Patient",
        "EMIS bulk extract: Coding_DrugCode",
        "SystmOne Strategic Reporting Extract: SRCode",
    }
