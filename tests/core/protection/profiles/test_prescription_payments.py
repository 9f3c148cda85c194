"""Prescriptions for payment: what was prescribed, and no patient at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.survey.results import Survey
from tests.core.protection.profiles.conftest import example_of

PROFILE = "prescription-payments"


def test_items_leave_and_no_patient(demo: Survey) -> None:
    found = example_of(demo, PROFILE)
    assert found.actions("patients") == found.actions("events") == {}
    assert found.actions("medicines") == {
        "Date": "month",
        "Code": "keep_expected",
        "Medicine": "keep_expected",
        "Quantity": "keep_expected",
    }
    assert found.failing() == []
    assert found.profile.profile_tier == "amber"
    assert found.plan.shuffle  # the order of rows would put one patient's items together
    assert all(cell is None or len(cell) == 7 for cell in found.cells("medicines")["Date"])
    assert not any(c.id.startswith(("objection.", "status.")) for c in found.rows.counted)


@pytest.mark.parametrize("field", ["NHS Number", "EMIS Number"])
@pytest.mark.parametrize("action", ["keep", "pseudonym"])
def test_whatever_puts_one_patients_rows_together_is_refused(demo: Survey, field: str, action: str) -> None:
    decided = {"fields": {"medicines": {field: {"action": action}}}}
    found = example_of(demo, PROFILE, decisions=decided)
    assert found.failing() == ["no-patient"]
    assert field in found.checked["no-patient"].detail


def test_calling_a_key_something_else_does_not_help(demo: Survey) -> None:
    decided = {"fields": {"medicines": {"NHS Number": {"action": "keep", "kind": "administrative"}}}}
    assert "no-patient" in example_of(demo, PROFILE, decisions=decided).failing()
    for field in ("NHS Number", "EMIS Number"):
        said = {"action": "keep", "kind": "clinical_value", "role": "value"}
        found = example_of(demo, PROFILE, decisions={"fields": {"medicines": {field: said}}})
        assert found.failing() == ["no-patient"]


@pytest.mark.parametrize("name", ["emis-bulk", "systmone", "workbook", "report"])
def test_other_tables_stay_in_every_shape(shape: Callable[[str], Survey], name: str) -> None:
    found = example_of(shape(name), PROFILE)
    leaving = {f.table for f in found.plan.fields if f.leaves}
    assert all(any(w in table.lower() for w in ("drug", "medic", "prescri")) for table in leaving)
    assert bool(leaving) == (name != "report")
    assert "no-patient" not in found.failing()
