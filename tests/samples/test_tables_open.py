# ruff: noqa: E501  (the paths are as long as they are)
"""Every CSV, TXT and XLSX file among the real samples opens with the right names, fields and rows, or is refused.

The expected figures were checked against each file's text, and rows and cells against the csv module.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import ReadError
from core.reading import has_extra_cells, open_export, total_rows

REFUSED = ("refused", 0, 0)
PLAIN = {"csv", "tsv", "text"}
#: First field, fields, rows. '(column 1)' says that the file has no line of field names. Notes are lines of text,
#: one field wide; the two malformed.csv have no delimiter in common, and are three lines of text.
EXPECTED: dict[str, tuple[str, int, int]] = {
    "NHSDigital__dtos-cohort-manager/application/CohortManager/Set-up/scripts/csv-to-parquet/template.csv.txt": (
        "Record Type",
        40,
        1,
    ),
    "NHSDigital__integration-adaptor-nhais/inbound_uat_data/amendment/app-j-1.notes.txt": (
        "(column 1)",
        1,
        7,
    ),
    "NHSDigital__integration-adaptor-nhais/inbound_uat_data/approval/app-j-without-nhs-number.notes.txt": (
        "(column 1)",
        1,
        4,
    ),
    "alexpate30__rcprd/aurum_data/aurum_allpatid_extract_practice_001.txt": ("pracid", 4, 3),
    "alexpate30__rcprd/aurum_data/aurum_allpatid_extract_practice_002.txt": ("pracid", 4, 3),
    "alexpate30__rcprd/aurum_data/aurum_allpatid_set1_extract_drugissue_001.txt": ("patid", 14, 100),
    "alexpate30__rcprd/aurum_data/aurum_allpatid_set1_extract_drugissue_002.txt": ("patid", 14, 100),
    "alexpate30__rcprd/aurum_data/aurum_allpatid_set1_extract_drugissue_003.txt": ("patid", 14, 100),
    "alexpate30__rcprd/aurum_data/aurum_allpatid_set1_extract_observation_001.txt": ("patid", 15, 100),
    "alexpate30__rcprd/aurum_data/aurum_allpatid_set1_extract_observation_002.txt": ("patid", 15, 100),
    "alexpate30__rcprd/aurum_data/aurum_allpatid_set1_extract_observation_003.txt": ("patid", 15, 100),
    "alexpate30__rcprd/aurum_data/aurum_allpatid_set1_extract_patient_001.txt": ("patid", 12, 6),
    "alexpate30__rcprd/aurum_data/aurum_allpatid_set2_extract_patient_001.txt": ("patid", 12, 6),
    "alexpate30__rcprd/codelists/edh_sbp_medcodeid.csv": ("medcodeid", 3, 18),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_Admin_Location_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "LocationGuid",
        18,
        1,
    ),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_Admin_Organisation_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "OrganisationGuid",
        11,
        1,
    ),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_Admin_PatientHistory_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "PatientGuid",
        6,
        1,
    ),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_Admin_Patient_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "PatientGuid",
        38,
        2,
    ),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_Admin_UserInRole_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "UserInRoleGuid",
        11,
        2,
    ),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_CareRecord_Consultation_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "ConsultationGuid",
        17,
        1,
    ),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_CareRecord_ObservationReferral_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "ObservationGuid",
        21,
        1,
    ),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_CareRecord_Observation_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "ObservationGuid",
        28,
        2,
    ),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_CareRecord_Problem_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "ObservationGuid",
        16,
        1,
    ),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_Prescribing_DrugRecord_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "DrugRecordGuid",
        22,
        1,
    ),
    "endeavourhealth-discovery__IMInboundPipeline/DERIVED_emis_bulk_csv/bulk_95047_Prescribing_IssueRecord_20231017043213_F95EE3AF-0B9D-40EB-8B28-8E858EF0091F.csv": (
        "IssueRecordGuid",
        32,
        1,
    ),
    "endeavourhealth__Transforms/REFERENCE/EmisDrugRecordPrescriptionTypeMap.csv": ("SourceType", 3, 4),
    "endeavourhealth__Transforms/REFERENCE/EmisEthnicityMap.csv": ("SourceCode", 4, 272),
    "endeavourhealth__Transforms/REFERENCE/EmisMaritalStatusMap.csv": ("SourceCode", 4, 18),
    "endeavourhealth__Transforms/REFERENCE/EmisOrganisationTypeMap.csv": ("SourceType", 3, 155),
    "endeavourhealth__Transforms/REFERENCE/EmisPatientTypeMap.csv": ("SourceType", 4, 37),
    "endeavourhealth__Transforms/REFERENCE/EmisProblemRelationshipTypeMap.csv": ("SourceType", 3, 4),
    "endeavourhealth__Transforms/REFERENCE/EmisProblemSeverityMap.csv": ("SourceSeverity", 3, 2),
    "endeavourhealth__Transforms/REFERENCE/EmisReferalModeMap.csv": ("SourceMode", 3, 8),
    "endeavourhealth__Transforms/REFERENCE/EmisReferralPriorityMap.csv": ("SourceUrgency", 3, 5),
    "endeavourhealth__Transforms/REFERENCE/EmisReferralServiceTypeMap.csv": ("SourceType", 3, 14),
    "endeavourhealth__Transforms/REFERENCE/SubscriberProtectedCodesCTV3.csv": ("Code", 2, 32),
    "endeavourhealth__Transforms/REFERENCE/SubscriberProtectedCodesRead2.csv": ("Code", 2, 30),
    "endeavourhealth__Transforms/REFERENCE/SubscriberProtectedCodesSnomed.csv": ("Code", 2, 59),
    "endeavourhealth__Transforms/REFERENCE/TppEthnicityMap.csv": ("SourceCode", 4, 284),
    "endeavourhealth__Transforms/REFERENCE/TppMaritalStatusMap.csv": ("SourceCode", 4, 39),
    "endeavourhealth__Transforms/REFERENCE/VisionEthnicityMap.csv": ("SourceCode", 4, 243),
    "johnwaghorn__list-reconciliation/_data/unit/A82023-OnlyOnGP-19700101000000.csv": ("SURNAME", 14, 3),
    "johnwaghorn__list-reconciliation/_data/unit/C86543.csv": ("nhs_number", 2, 1),
    "johnwaghorn__list-reconciliation/_data/unit/Y12345.csv": ("nhs_number", 2, 2),
    "johnwaghorn__list-reconciliation/_data/unit/Y123451.csv": ("nhs_number", 2, 1),
    "johnwaghorn__list-reconciliation/_data/unit/Y123452.csv": ("nhs_number", 2, 3),
    "johnwaghorn__list-reconciliation/_data/unit/dps_data.csv": ("nhs_number", 3, 4),
    "johnwaghorn__list-reconciliation/_data/unit/invalid_dps_data.csv": ("nhs_number", 3, 5),
    "johnwaghorn__list-reconciliation/_data/unit/pds_api_data.csv": ("nhs_number", 12, 7),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/int/OnlyOnPDS/H81109.csv": (
        "NHS Number",
        2,
        3,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/int/OnlyOnPDS/dps_data.csv": (
        "nhs_number",
        3,
        3,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/int/lr_13/expected_cdd_file.txt": (
        "nhsNumber",
        26,
        12,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/int/lr_13/expected_onlyonPDS.txt": (
        "SURNAME",
        13,
        1,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/OnlyOnPDS/Y12345.csv": (
        "nhs_number",
        2,
        2,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/OnlyOnPDS/dps_data.csv": (
        "nhs_number",
        3,
        2,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/OnlyOnPDS/pds_api_data.csv": (
        "nhs_number",
        12,
        11,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_02/lr_02_Lambda_Payload.txt": (
        "event version",
        18,
        1,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_07/Y12345.csv": (
        "nhs_number",
        2,
        3,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_11/Y12345.csv": (
        "nhs_number",
        2,
        1,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_11/expected_empty_gponly_file.txt": (
        "SURNAME",
        14,
        0,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_12/Y12345.csv": (
        "nhs_number",
        2,
        2,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_13/Y12345.csv": (
        "nhs_number",
        2,
        3,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_13/expected_cdd_file.txt": (
        "nhsNumber",
        26,
        7,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_13/expected_empty_cdd_file.txt": (
        "nhsNumber",
        26,
        0,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_13/expected_onlyongp.txt": (
        "SURNAME",
        14,
        1,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_13/sensitive/expected_cdd_file_sensitive.txt": (
        "nhsNumber",
        26,
        7,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_15/Y123451.csv": (
        "nhs_number",
        2,
        1,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_15/Y123452.csv": (
        "nhs_number",
        2,
        2,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_15/emptycdd/pds_api_data.csv": (
        "nhs_number",
        12,
        5,
    ),
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_15/pds_api_data.csv": (
        "nhs_number",
        12,
        5,
    ),
    "nhsconnect__gpconnect/_data/testing/patient_data_20160901.csv": ("NHS_NUMBER", 15, 153),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/expected_bulk_upload_summary_report.csv": (
        "Type",
        3,
        13,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/expected_deceased_report.csv": (
        "NhsNumber",
        4,
        2,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/expected_rejected_report.csv": (
        "NhsNumber",
        5,
        6,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/expected_restricted_report.csv": (
        "NhsNumber",
        3,
        2,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/expected_success_report.csv": (
        "NhsNumber",
        4,
        10,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/metadata_invalid.csv": (
        "(column 1)",
        11,
        3,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/metadata_invalid_empty_gp_practice_code.csv": (
        "FILEPATH",
        10,
        3,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/metadata_invalid_empty_nhs_number.csv": (
        "FILEPATH",
        10,
        4,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/metadata_invalid_unexpected_comma.csv": (
        "FILEPATH",
        10,
        3,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/metadata_with_duplicates_different_ods.csv": (
        "FILEPATH",
        10,
        8,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/preprocessed/metadata.csv": (
        "FILEPATH",
        10,
        2,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/preprocessed/preprocessed_metadata.csv": (
        "FILEPATH",
        10,
        5,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/preprocessed/preprocessed_metadata_usb.csv": (
        "FILEPATH",
        10,
        26,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/preprocessed/rejected.csv": (
        "FILEPATH",
        2,
        3,
    ),
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/preprocessed/rejections_usb.csv": (
        "FILEPATH",
        2,
        18,
    ),
    "nhsuk__manage-vaccinations-in-schools/class_import/invalid_fields.csv": ("PARENT_1_NAME", 18, 17),
    "nhsuk__manage-vaccinations-in-schools/class_import/malformed.csv": ("(column 1)", 1, 3),
    "nhsuk__manage-vaccinations-in-schools/class_import/pds_extravaganza.csv": ("PARENT_1_NAME", 19, 1),
    "nhsuk__manage-vaccinations-in-schools/class_import/valid.csv": ("PARENT_1_NAME", 19, 5),
    "nhsuk__manage-vaccinations-in-schools/class_import/valid_extra_fields.csv": ("SCHOOL_NAME", 20, 3),
    "nhsuk__manage-vaccinations-in-schools/class_import/valid_minimal.csv": ("CHILD_FIRST_NAME", 3, 1),
    "nhsuk__manage-vaccinations-in-schools/class_import/valid_with_bom.csv": ("CHILD_FIRST_NAME", 4, 1),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/invalid_fields.csv": ("CHILD_SCHOOL_URN", 18, 21),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/invalid_instruction_row.csv": (
        "CHILD_FIRST_NAME",
        5,
        2,
    ),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/invalid_iso_8859_1_encoding.csv": (
        "CHILD_FIRST_NAME",
        21,
        1,
    ),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/pds_extravaganza.csv": ("CHILD_SCHOOL_URN", 19, 10),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/pds_extravaganza_invalid.csv": (
        "CHILD_SCHOOL_URN",
        19,
        12,
    ),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/valid.csv": ("CHILD_SCHOOL_URN", 19, 4),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/valid_extra_fields.csv": ("CHILD_SCHOOL_URN", 20, 3),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/valid_iso_8859_1_encoding.csv": (
        "CHILD_FIRST_NAME",
        21,
        16,
    ),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/valid_minimal.csv": ("CHILD_FIRST_NAME", 5, 1),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/valid_unknown_school.csv": (
        "CHILD_SCHOOL_URN",
        19,
        3,
    ),
    "nhsuk__manage-vaccinations-in-schools/cohort_import/valid_with_duplicates.csv": (
        "CHILD_SCHOOL_URN",
        19,
        5,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/national_reporting/duplicate_row.csv": (
        "ORGANISATION_CODE",
        23,
        2,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/national_reporting/valid_mixed_flu_hpv.csv": (
        "ORGANISATION_CODE",
        23,
        4,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/empty.csv": (
        "ORGANISATION_CODE",
        22,
        0,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/malformed.csv": (
        "(column 1)",
        1,
        3,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/systm_one.csv": (
        "Date of birth",
        17,
        4,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/valid_duplicate_patient.csv": (
        "ORGANISATION_CODE",
        20,
        2,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/valid_flu.csv": (
        "ORGANISATION_CODE",
        22,
        12,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/valid_hpv.csv": (
        "ORGANISATION_CODE",
        19,
        12,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/valid_hpv_with_changes.csv": (
        "ORGANISATION_CODE",
        19,
        1,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/valid_hpv_with_instruction_row.csv": (
        "ORGANISATION_CODE",
        19,
        13,
    ),
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/valid_mmr.csv": (
        "ORGANISATION_CODE",
        19,
        12,
    ),
    "nhsuk__manage-vaccinations-in-schools/menacwy/class_list.csv": ("CHILD_FIRST_NAME", 4, 1),
    "nhsuk__manage-vaccinations-in-schools/nhs-gp-practices.csv": ("(column 1)", 10, 4),
    "nhsuk__manage-vaccinations-in-schools/td_ipv/class_list.csv": ("CHILD_FIRST_NAME", 4, 1),
    "nhsuk__manage-vaccinations-in-schools/td_ipv/vaccination_records.csv": ("ORGANISATION_CODE", 17, 1),
    "opensafely-core__ehrql/dummy_tables/patients.csv": ("patient_id", 1, 200),
    "opensafely-core__ehrql/dummy_tables/practice_registrations.csv": ("patient_id", 4, 50),
    "opensafely-core__ehrql/dummy_tables/repeat_medications_raw.csv": ("patient_id", 3, 875),
    "opensafely-core__ehrql/ehrql/example-data/clinical_events.csv": ("patient_id", 4, 293),
    "opensafely-core__ehrql/ehrql/example-data/medications.csv": ("patient_id", 3, 14),
    "opensafely-core__ehrql/ehrql/example-data/ons_deaths.csv": ("patient_id", 19, 11),
    "opensafely-core__ehrql/ehrql/example-data/patients.csv": ("patient_id", 4, 100),
    "opensafely-core__ehrql/ehrql/example-data/practice_registrations.csv": ("patient_id", 4, 511),
    "opensafely-core__ehrql/tests/fixtures/codelist_csvs/categories.csv": ("code", 3, 4),
    "opensafely-core__ehrql/tests/fixtures/codelist_csvs/custom_col.csv": ("123Codes", 2, 4),
    "opensafely-core__ehrql/tests/fixtures/codelist_csvs/default_col.csv": ("code", 2, 4),
    "opensafely-core__ehrql/tests/fixtures/codelist_csvs/extra_whitespace.csv": ("code", 2, 4),
    "opensafely-core__ehrql/tests/fixtures/codelist_csvs/long_csv.csv": ("code", 1, 2001),
    "opensafely-core__ehrql/tests/fixtures/debug/patients.csv": ("patient_id", 4, 4),
    "opensafely-core__ehrql/tests/fixtures/dummy_data/dummy-data.csv": ("patient_id", 5, 2),
    "opensafely-core__ehrql/tests/fixtures/dummy_data/dummy-data.txt": ("patient_id", 5, 2),
    "opensafely-core__ehrql/tests/fixtures/dummy_data/extra-column.csv": ("patient_id", 6, 2),
    "opensafely-core__ehrql/tests/fixtures/dummy_data/invalid-bool.csv": ("patient_id", 5, 2),
    "opensafely-core__ehrql/tests/fixtures/dummy_data/invalid-date.csv": ("patient_id", 5, 2),
    "opensafely-core__ehrql/tests/fixtures/dummy_data/invalid-patient-id.csv": ("patient_id", 5, 2),
    "opensafely-core__ehrql/tests/fixtures/dummy_data/long_covid_dummy_data.csv": ("sgss_positive", 53, 2000),
    "opensafely-core__ehrql/tests/fixtures/dummy_data/missing-column.csv": ("patient_id", 4, 2),
    "opensafely-core__ehrql/tests/fixtures/dummy_data/zero-date.csv": ("patient_id", 5, 3),
    "opensafely-core__ehrql/tests/fixtures/quiz-example-data/addresses.csv": ("patient_id", 7, 11),
    "opensafely-core__ehrql/tests/fixtures/quiz-example-data/clinical_events.csv": ("patient_id", 5, 20),
    "opensafely-core__ehrql/tests/fixtures/quiz-example-data/medications.csv": ("patient_id", 3, 10),
    "opensafely-core__ehrql/tests/fixtures/quiz-example-data/ons_deaths.csv": ("patient_id", 19, 3),
    "opensafely-core__ehrql/tests/fixtures/quiz-example-data/patients.csv": ("patient_id", 4, 10),
    "opensafely-core__ehrql/tests/fixtures/quiz-example-data/practice_registrations.csv": (
        "patient_id",
        6,
        12,
    ),
    "nhsconnect__prm-migrator/Patient List.xlsx": ("forename", 6, 49),
}
#: Files with rows of more cells than they have names (unquoted commas in addresses and paths).
WITH_EXTRA_CELLS = {
    "johnwaghorn__list-reconciliation/integrationtests/step_impl/data/sandbox/lr_15/emptycdd/pds_api_data.csv",
    "nhsconnect__national-document-repository/tests/unit/helpers/data/bulk_upload/metadata_invalid_unexpected_comma.csv",
    "nhsuk__manage-vaccinations-in-schools/immunisation_import/point_of_care/valid_hpv_with_instruction_row.csv",
}
TABLES = (".csv", ".txt", ".xlsx")


def samples(shared: Path) -> dict[str, Path]:
    root = shared / "samples"
    return {p.relative_to(root).as_posix(): p for p in sorted(root.rglob("*")) if p.is_file()}


def test_every_table_among_the_samples_is_expected(shared: Path) -> None:
    assert {n for n, p in samples(shared).items() if p.suffix.lower() in TABLES} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_opens_right_or_is_refused(shared: Path, name: str) -> None:
    path = shared / "samples" / name
    first, width, rows = EXPECTED[name]
    if first == "refused":
        with pytest.raises(ReadError) as caught:
            open_export([path])
        assert path.name in caught.value.message
        return
    (table,) = open_export([path]).tables
    raws = [table.read(block) for block in table.blocks()]
    assert (table.fields[0].name, len(table.fields), total_rows(table)) == (first, width, rows)
    assert sum(raw.data.num_rows for raw in raws) == rows
    assert any(has_extra_cells(raw) for raw in raws) == (name in WITH_EXTRA_CELLS)


def test_every_other_sample_opens_as_what_it_is_or_is_refused_clearly(shared: Path) -> None:
    """Messages, letters and bundles are for readers of their own; none may pass for a table."""
    others = [p for p in samples(shared).values() if p.suffix.lower() not in TABLES]
    assert len(others) > 100
    refusals: dict[str, ReadError] = {}
    for path in others:
        try:
            export = open_export([path])
        except ReadError as refusal:
            refusals[path.name] = refusal
            continue
        assert {seen.format for seen in export.recognised.values()}.isdisjoint(PLAIN)
    assert all(name in refusal.message for name, refusal in refusals.items())
    assert {refusal.exit_status for refusal in refusals.values()} <= {3}


def test_nhais_lists_have_a_row_for_every_patient(shared: Path) -> None:
    lists = {n: p for n, p in samples(shared).items() if "GPR4" in p.name}
    assert len(lists) > 5
    for path in lists.values():
        (table,) = open_export([path]).tables
        assert table.format == "nhais-gpr4"
        assert total_rows(table) == sum(line.startswith(b"DOW~1~") for line in path.read_bytes().splitlines())
        raws = [table.read(block) for block in table.blocks()]
        assert not any("missing" in problem.what for raw in raws for problem in raw.problems)
        assert all(cell for raw in raws for cell in raw.data.column(5).to_pylist())


def test_a_sample_that_is_not_utf8_keeps_its_letters(shared: Path) -> None:
    path = next(p for n, p in samples(shared).items() if n.endswith("/invalid_iso_8859_1_encoding.csv"))
    (table,) = open_export([path]).tables
    cells = {c for b in table.blocks() for column in table.read(b).data.columns for c in column.to_pylist()}
    assert any("Jalape\u00f1o" in cell for cell in cells if cell)


def test_formats_are_recognised(shared: Path) -> None:
    found = [
        (path.name, open_export([path]).tables[0].format)
        for name, path in samples(shared).items()
        if EXPECTED.get(name, REFUSED) != REFUSED
    ]
    assert sum(f == "emis-bulk" for _, f in found) == 11
    assert sum(f == "cprd" for _, f in found) == 10
    assert dict(found)["systm_one.csv"] == "systmone-breakdown"
    assert dict(found)["preprocessed_metadata.csv"] == "lloyd-george"
