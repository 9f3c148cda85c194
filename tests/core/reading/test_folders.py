"""Folders with their subfolders, and what in them is no data."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.model import ReadError, Severity
from core.reading import TableChoice, named_places, open_export, total_rows, walk
from core.reading.table_names import distinct_names
from tests.core.reading.archives.archived import PATIENTS, VISITS, write, zipped
from tests.core.reading.text.files import rows_of


def test_tables_of_subfolders_are_told_apart_only_where_they_must_be(tmp_path: Path) -> None:
    for folder in ("20240601_0300", "20240602_0300"):
        write(tmp_path, f"{folder}/SRPatient.csv", PATIENTS)
    write(tmp_path, "20240602_0300/SREvent.csv", VISITS)
    export = open_export([tmp_path])
    assert [t.name for t in export.tables] == [
        "20240601_0300/SRPatient",
        "SREvent",
        "20240602_0300/SRPatient",
    ]
    assert [total_rows(t) for t in export.tables] == [2, 3, 2]
    assert len(export.paths) == 3
    assert set(export.recognised) == {t.name for t in export.tables}


def test_a_choice_may_name_one_of_two_files_by_its_folder(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write(tmp_path, f"{folder}/list.csv", b"Foo;Bar\nqu,x;y\n")
    export = open_export([tmp_path], choices={"a/list.csv": TableChoice(delimiter=",")})
    assert [len(t.fields) for t in export.tables] == [2, 2]
    assert rows_of(export.table("a/list"))[-1] == ["qu", "x;y"]
    assert rows_of(export.table("b/list"))[-1] == ["qu,x", "y"]


def test_what_computers_leave_behind_is_skipped(tmp_path: Path) -> None:
    write(tmp_path, "list.csv", PATIENTS)
    for name in ("Thumbs.db", ".DS_Store", "desktop.ini", "._list.csv", "in/Thumbs.db"):
        write(tmp_path, name, b"\0\1\2Anna White")
    (tmp_path / "empty" / "emptier").mkdir(parents=True)
    export = open_export([tmp_path])
    assert [t.name for t in export.tables] == ["list"]
    assert export.hazards == ()


@pytest.mark.parametrize("lock", ["~$list.csv", ".~lock.list.csv#"])
@pytest.mark.parametrize("whole_folder", [False, True])
def test_a_file_open_in_a_spreadsheet_program_is_told(tmp_path: Path, lock: str, whole_folder: bool) -> None:
    path = write(tmp_path, "list.csv", PATIENTS)
    write(tmp_path, lock, b"\x0bAnna White   ")
    export = open_export([tmp_path if whole_folder else path])
    assert [(h.id, h.where) for h in export.hazards] == [("open_elsewhere", "list.csv")]
    assert [t.name for t in export.tables] == ["list"]
    assert "Anna" not in str(export.hazards)


def test_pictures_and_documents_are_counted_by_kind(tmp_path: Path) -> None:
    write(tmp_path, "list.csv", PATIENTS)
    for n in range(300):
        write(tmp_path, f"letters/{n}.pdf", b"%PDF-1.7")
        write(tmp_path, f"letters/{n}.jpg", b"\xff\xd8\xff\xe0")
    write(tmp_path, "letters/one.tif", b"II*\0")
    write(tmp_path, "letters/none.csv", b"")
    export = open_export([tmp_path])
    assert len(export.hazards) == 4
    assert {h.id for h in export.hazards} == {"file_not_a_table"}
    assert {h.what[:14] for h in export.hazards if "300" in h.what} == {"300 .pdf files", "300 .jpg files"}


def test_a_data_file_that_cannot_be_read_stops_a_release(tmp_path: Path) -> None:
    write(tmp_path, "list.csv", PATIENTS)
    write(tmp_path, "damaged.zip", zipped({"a.csv": PATIENTS})[:100])
    export = open_export([tmp_path])
    assert [(h.id, h.severity, h.where) for h in export.hazards] == [
        ("file_not_read", Severity.BLOCKS, "damaged.zip")
    ]


def test_links_lead_nowhere_twice(tmp_path: Path) -> None:
    write(tmp_path, "in/list.csv", PATIENTS)
    try:
        (tmp_path / "in" / "loop").symlink_to(tmp_path)
        (tmp_path / "in" / "to the root").symlink_to("/")
        (tmp_path / "in" / "zz again.csv").symlink_to(tmp_path / "in" / "list.csv")
        (tmp_path / "in" / "broken.csv").symlink_to(tmp_path / "absent.csv")
    except OSError:
        pytest.skip("this account may not make links")
    export = open_export([tmp_path])
    assert [t.name for t in export.tables] == ["list"]
    assert sorted(h.id for h in export.hazards) == [
        "file_not_read",
        "file_twice",
        "folder_not_read",
        "folder_not_read",
    ]


def test_depth_and_number_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "DEEPEST", 3)
    write(tmp_path, "1/2/3/list.csv", PATIENTS)
    write(tmp_path, "1/2/3/4/5/list.csv", PATIENTS)
    export = open_export([tmp_path])
    assert [t.name for t in export.tables] == ["list"]
    assert [(h.id, h.severity) for h in export.hazards] == [("folder_not_read", Severity.BLOCKS)]
    monkeypatch.setattr(walk, "MOST_FILES", 3)
    for n in range(4):
        write(tmp_path, f"{n}.csv", PATIENTS)
    with pytest.raises(ReadError) as caught:
        open_export([tmp_path])
    assert caught.value.code == "too_big"


def test_a_folder_of_archives_is_one_export(tmp_path: Path) -> None:
    write(tmp_path, "a.zip", zipped({"list.csv": PATIENTS}))
    write(tmp_path, "b.zip", zipped({"list.csv": VISITS}))
    export = open_export([tmp_path])
    assert [t.name for t in export.tables] == ["a/list", "b/list"]
    assert export.paths == (tmp_path / "a.zip", tmp_path / "b.zip")


def test_names_that_data_stands_under_are_known(tmp_path: Path) -> None:
    write(tmp_path, "HIV recall/list.csv", PATIENTS)
    write(tmp_path, "x.zip", zipped({"for Anna White/visits.csv": VISITS}))
    places = named_places(open_export([tmp_path]))
    texts = {place.text for place in places}
    assert {"HIV recall", "list.csv", "x.zip", "for Anna White/visits.csv", tmp_path.name} <= texts
    assert {place.sort for place in places} == {"folder", "file", "member"}
    assert not any(place.text in place.where for place in places)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ([("a", ()), ("b", ("x",))], ["a", "b"]),
        ([("a", ()), ("a", ()), ("A", ())], ["a", "a (2)", "A (3)"]),
        ([("a", ("x",)), ("a", ("y",))], ["x/a", "y/a"]),
        ([("a", ("x", "d")), ("a", ("y", "d"))], ["x/d/a", "y/d/a"]),
        ([("a", ()), ("a", ("y",))], ["a", "y/a"]),
        ([("a", ("y",)), ("a", ("y",))], ["a", "a (2)"]),
        ([("a (2)", ()), ("a", ()), ("a", ())], ["a (2)", "a", "a (3)"]),
    ],
)
def test_no_two_tables_have_one_name(wanted: list[tuple[str, tuple[str, ...]]], names: list[str]) -> None:
    assert distinct_names(wanted) == names
