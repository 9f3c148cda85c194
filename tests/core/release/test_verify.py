"""Verify: whatever is changed in a written release, by accident or on purpose, is found."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from core.model import ReadError
from core.protection import Key, create_key
from core.release import export_release, verify_release

KEY = Key(b"k" * 32)


@pytest.fixture
def release(practice, tmp_path: Path) -> Path:
    plan = practice.plan()
    return export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out").release


def _failed(result) -> set[str]:
    assert result.passed is (not any(not check.passed for check in result.checks))
    return {check.name for check in result.checks if not check.passed}


def test_an_untouched_release_passes(release: Path, practice) -> None:
    assert _failed(verify_release(release)) == set()
    assert _failed(verify_release(release, practice.survey)) == set()
    with_key = verify_release(release, practice.survey, KEY)
    assert _failed(with_key) == set()
    assert {"checksums", "rows", "fields", "cells", "identifiers", "own-patient", "source"} <= {
        check.name for check in with_key.checks
    }


def _replace(old: bytes, new: bytes) -> Callable[[Path], None]:
    def change(release: Path) -> None:
        path = release / "send" / "patients.csv"
        data = path.read_bytes()
        assert old in data
        path.write_bytes(data.replace(old, new, 1))

    return change


def _append(name: str, data: bytes) -> Callable[[Path], None]:
    def change(release: Path) -> None:
        with (release / name).open("ab") as file:
            file.write(data)

    return change


def _in_manifest(old: str, new: str) -> Callable[[Path], None]:
    def change(release: Path) -> None:
        path = release / "keep" / "manifest.json"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return change


def _linked(release: Path) -> None:
    path = release / "send" / "patients.csv"
    elsewhere = path.rename(release.parent / "elsewhere.csv")
    try:
        path.symlink_to(elsewhere)
    except OSError:
        pytest.skip("this system lets nobody make a link")


CHANGES: list[tuple[str, Callable[[Path], None], set[str]]] = [
    ("a cell", _replace(b"Type 2", b"Type 1"), {"checksums"}),
    ("an NHS number in a cell", _replace(b"Type 2", b"999 000 0018"), {"checksums", "identifiers"}),
    ("an e-mail in a cell", _replace(b'"7.5"', b'"a.b@example.org"'), {"checksums", "identifiers"}),
    (
        "a telephone in a pseudonym's place",
        _replace(b'"P-', b'"07700 900123 P-'),
        {"checksums", "identifiers"},
    ),
    ("a postcode in a district's place", _replace(b'"BS6"', b'"BS6 5QA"'), {"checksums", "identifiers"}),
    ("a row more", _append("send/patients.csv", b'"1","2","3","4","5","6","7"\r\n'), {"checksums", "rows"}),
    ("a field's name", _replace(b'"Postcode"', b'"Post"'), {"checksums", "fields"}),
    ("a torn end", _replace(b'"7.5"\r\n', b'"7.5'), {"checksums", "rows"}),
    ("bytes that are no text", _replace(b"Type 2", b"Type\xff\xfe"), {"checksums", "rows"}),
    ("a file more", _append("send/extra.txt", b"x"), {"nothing-else"}),
    (
        "the covering note",
        _append("send/covering-note.html", b"<p>ring 07700 900123</p>"),
        {"kept", "identifiers"},
    ),
    ("the plan", _append("keep/plan.json", b" "), {"kept"}),
    ("the reasons", _append("keep/reasons.parquet", b" "), {"kept"}),
    ("a file in keep", _append("keep/more", b" "), {"kept"}),
    (
        "a file gone",
        lambda release: (release / "send" / "patients.csv").unlink(),
        {"checksums", "rows", "nothing-else"},
    ),
    (
        "the manifest cut",
        lambda r: (r / "keep" / "manifest.json").write_text("{", "utf-8"),
        {"manifest.json"},
    ),
    ("the recipient in the manifest", _in_manifest("Bristol Trial Unit", "Leeds Trial Unit"), {"plan"}),
    ("a file beside the two folders", _append("extra.csv", b"x"), {"kept"}),
    ("a link in a file's place", _linked, {"checksums"}),
    ("the plan gone", lambda release: (release / "keep" / "plan.json").unlink(), {"plan.json"}),
]


@pytest.mark.parametrize(("what", "change", "checks"), CHANGES, ids=[c[0] for c in CHANGES])
def test_a_change_is_found(
    release: Path, what: str, change: Callable[[Path], None], checks: set[str]
) -> None:
    change(release)
    assert checks <= _failed(verify_release(release))


def test_with_the_source_the_changed_cell_itself_is_found(release: Path, practice) -> None:
    _replace(b"Type 2", b"Type 1")(release)
    result = verify_release(release, practice.survey, KEY)
    assert {"checksums", "cells"} <= _failed(result)
    told = next(check.detail for check in result.checks if check.name == "cells")
    assert "patients.csv, row 1" in told


def test_two_rows_exchanged_are_found_with_the_source(release: Path, practice) -> None:
    path = release / "send" / "patients.csv"
    lines = path.read_bytes().split(b"\r\n")
    lines[1], lines[2] = lines[2], lines[1]
    path.write_bytes(b"\r\n".join(lines))
    assert "cells" in _failed(verify_release(release, practice.survey, KEY))


def test_a_surname_planted_in_a_row_is_found_with_the_source(release: Path, practice) -> None:
    _replace(b"Type 2 diabetes mellitus", b"Kowalski rang")(release)
    assert "own-patient" in _failed(verify_release(release, practice.survey))


def test_another_source_is_not_taken_for_the_right_one(
    release: Path, practice, make_practice, people, person_row
):
    other = make_practice({"patients": [(0, person_row(people[0]))]})
    result = verify_release(release, other.survey)
    assert "source" in _failed(result)


def test_another_key_is_told(release: Path, practice) -> None:
    assert {"key", "cells"} <= _failed(verify_release(release, practice.survey, create_key()))


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="not a release"):
        verify_release(tmp_path)


@pytest.fixture
def workbook(practice, tmp_path: Path) -> Path:
    plan = practice.plan(format="xlsx")
    return export_release(practice.survey, plan, KEY, practice.rows(plan), tmp_path / "out").release


def test_a_workbook_passes(workbook: Path, practice) -> None:
    assert _failed(verify_release(workbook, practice.survey, KEY)) == set()


def _edit(path: Path, change) -> None:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def _comment(book) -> None:
    book.active["A2"].comment = openpyxl.comments.Comment("ring 07700 900123", "x")


def _hide(book) -> None:
    book.active.column_dimensions["B"].hidden = True


def _formula(book) -> None:
    book.active["A2"] = "=1+1"


def _author(book) -> None:
    book.properties.creator = "agnes@example.org"


def _sheet(book) -> None:
    book.create_sheet("more")["A1"] = "x"


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (_comment, "hidden-parts"),
        (_hide, "hidden-parts"),
        (_formula, "hidden-parts"),
        (_author, "identifiers"),
        (_sheet, "rows"),
    ],
)
def test_what_hides_in_a_workbook_is_found(workbook: Path, change, check: str) -> None:
    _edit(workbook / "send" / "patients.xlsx", change)
    assert check in _failed(verify_release(workbook))


def test_a_part_added_to_a_workbook_is_found(workbook: Path) -> None:
    with zipfile.ZipFile(workbook / "send" / "patients.xlsx", "a") as parts:
        parts.writestr("customXml/item1.xml", "<a/>")
    assert "hidden-parts" in _failed(verify_release(workbook))


def test_a_release_can_be_moved(release: Path, tmp_path: Path, practice) -> None:
    moved = shutil.move(release, tmp_path / "elsewhere")
    assert _failed(verify_release(Path(moved), practice.survey, KEY)) == set()
