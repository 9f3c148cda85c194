"""Which fields say that a row was deleted, and which organisation a key holds in."""

from __future__ import annotations

import pyarrow as pa
import pytest

from core.survey.row_marks import deleted_mark, names_organisation, patient_tables


@pytest.mark.parametrize(
    ("header", "format_id", "said"),
    [
        ("Deleted", "emis-bulk", "true"),
        ("deleted", "emis-x", "TRUE"),
        ("Deleted", "csv", " yes "),
        ("RemovedData", "systmone-extract", "TRUE"),
        ("ACTION", "vision", "D"),
        ("change_type", "medicus", "deleted"),
    ],
)
def test_what_says_that_a_row_was_deleted(header: str, format_id: str, said: str) -> None:
    mark = deleted_mark(header, format_id)
    assert mark is not None
    column = pa.array([said, None, "", "false", "A", "0", "N"])
    assert mark.rows(column).tolist() == [True, *[False] * 6]


@pytest.mark.parametrize(
    ("header", "format_id"),
    [("ACTION", "csv"), ("ACTION", "emis-bulk"), ("DateDeleted", "systmone-extract"), ("", "vision")],
)
def test_what_says_nothing_of_the_kind(header: str, format_id: str) -> None:
    assert deleted_mark(header, format_id) is None


def test_where_keys_hold_and_who_has_a_row_for_each_patient() -> None:
    assert names_organisation("OrganisationGuid")
    assert names_organisation("organisation_guid")
    assert names_organisation("IDOrganisationVisibleTo")
    assert not names_organisation("IDOrganisation")
    assert patient_tables("systmone-extract") == ("SRPatient",)
    assert patient_tables("csv") == ()
