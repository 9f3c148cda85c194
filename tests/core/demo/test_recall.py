"""The survey against the answers of the invented practice, in every shape: nothing planted is missed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.demo import SHAPES, Shaped, ShapedTable, build, write
from core.model import Kind, Role, Severity, Status
from core.reading import open_export
from core.survey import NO_PATIENT, OBJECTIONS, Survey, TableFacts, survey_export

PATIENTS = 1_500

#: Shapes that show status, by a field or a table of registrations.
WITH_STATUS = {"demo", "workbook", "emis-bulk", "systmone"}


@dataclass(frozen=True)
class Seen:
    shaped: Shaped
    survey: Survey

    def pairs(self) -> Iterator[tuple[ShapedTable, TableFacts]]:
        """Each table as planted, and what the survey says of its rows."""
        for table in self.shaped.tables:
            stem = Path(self.shaped.file_names.get(table.name, table.name)).stem
            yield table, self.survey.facts[table.name if table.name in self.survey.facts else stem]

    def categories(self, facts: TableFacts, row: int) -> set[str]:
        bits = facts.categories_of(row)
        found = {name for i, name in enumerate(self.survey.category_ids) if bits >> i & 1}
        # True of any code in a small export; of relatives, and planted nowhere.
        return found - {"rare_codes", "family_history"}

    def numbers(self) -> dict[int, set[int]]:
        """Person -> the numbers the survey gave the rows about them."""
        numbers: dict[int, set[int]] = defaultdict(set)
        for table, facts in self.pairs():
            if not table.hidden:  # the hidden list has names and telephone numbers alone
                for truth, number in zip(table.truth, facts.patient.tolist(), strict=True):
                    if truth.person >= 0:
                        numbers[truth.person].add(number)
        return numbers


@pytest.fixture(scope="module", params=SHAPES)
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    shape = str(request.param)
    folder = tmp_path_factory.mktemp(shape)
    return Seen(
        build(shape, patients=PATIENTS), survey_export(open_export(write(shape, folder, patients=PATIENTS)))
    )


def test_every_planted_category_is_found_in_its_row(seen: Seen) -> None:
    missed: Counter[tuple[str, str]] = Counter()
    planted = 0
    for table, facts in seen.pairs():
        for row, truth in enumerate(table.truth):
            planted += len(truth.categories)
            missed.update((table.name, c) for c in truth.categories - seen.categories(facts, row))
    assert planted > 500
    assert missed == Counter()


def test_few_rows_are_flagged_that_nothing_was_planted_in(seen: Seen) -> None:
    """A category beside the planted one (abuse and safeguarding) is no mistake; one on a plain row is."""
    plain = wrong = 0
    for table, facts in seen.pairs():
        for row, truth in enumerate(table.truth):
            if not truth.categories:
                plain += 1
                wrong += bool(seen.categories(facts, row))
    assert plain > 500
    assert wrong <= plain // 1000


def test_each_row_is_about_its_patient_and_nobody_is_two_or_shared(seen: Seen) -> None:
    numbers = seen.numbers()
    assert all(len(given) == 1 and NO_PATIENT not in given for given in numbers.values())
    assert len({next(iter(given)) for given in numbers.values()}) == len(numbers)


def test_objections_are_those_that_hold(seen: Seen) -> None:
    held = seen.shaped.practice.objections
    wrong = 0
    for person, given in seen.numbers().items():
        bits = int(seen.survey.patients.objections[next(iter(given))])
        found = {name for i, name in enumerate(OBJECTIONS) if bits >> i & 1}
        wanted = set(held.get(person, ()))
        if seen.shaped.shape == "emis-bulk" and seen.shaped.practice.people[person].sensitive_on_spine:
            wanted.add("spine_sensitive")
        if seen.shaped.shape == "emis-report":  # made and withdrawn can share a row: then it stands
            assert found >= wanted
            wrong += found != wanted
        else:
            assert found == wanted
    assert wrong <= 5
    assert any(facts.objection_row.any() for _, facts in seen.pairs())


def test_status_is_what_it_is(seen: Seen) -> None:
    assert seen.survey.patients.has_status == (seen.shaped.shape in WITH_STATUS)
    for person, given in seen.numbers().items():
        status = Status(int(seen.survey.patients.status[next(iter(given))]))
        if seen.shaped.shape in WITH_STATUS:
            assert status is seen.shaped.practice.status[person]
        else:
            assert status is Status.UNKNOWN


def test_identifiers_and_free_text_are_told_for_what_they_are(seen: Seen) -> None:
    found = {f.role: f.kind for findings in seen.survey.findings.values() for f in findings}
    for role in (Role.NHS_NUMBER, Role.SURNAME, Role.FORENAME):
        if seen.shaped.shape in ("demo", "workbook") or role in found:
            assert found[role] is Kind.DIRECT_IDENTIFIER
    assert {Role.NHS_NUMBER, Role.SURNAME, Role.DATE_OF_BIRTH, Role.POSTCODE} <= set(found)
    assert found[Role.POSTCODE] is Kind.QUASI_IDENTIFIER
    notes = [f for fs in seen.survey.findings.values() for f in fs if f.field.startswith("Associated")]
    assert all(f.kind is Kind.FREE_TEXT for f in notes)


def test_every_code_is_understood_and_only_the_hidden_sheet_blocks(seen: Seen) -> None:
    assert seen.survey.unknown_codes.rows == 0
    blocking = [h.where for h in seen.survey.hazards if h.severity is Severity.BLOCKS]
    assert blocking == (["Working"] if seen.shaped.shape == "workbook" else [])
