"""Archives opened where they lie."""

from __future__ import annotations

import base64
import pickle
import zipfile
from pathlib import Path

import pytest

from core.model import ReadError, Severity, UsageError
from core.reading import TableChoice, named_places, open_export, total_rows
from core.reading.archives import safety as safety
from tests.core.reading.archives.archived import (
    PATIENTS,
    VISITS,
    aes_zipped,
    gzipped,
    sevened,
    single,
    tarred,
    write,
    zipped,
)
from tests.core.reading.text.files import names_of, rows_of

BOTH = {"patients.csv": PATIENTS, "sub/visits.csv": VISITS}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("extract.zip", zipped(BOTH)),
        ("extract.zip", zipped(BOTH, method=zipfile.ZIP_STORED)),
        ("extract.zip", zipped(BOTH, method=zipfile.ZIP_BZIP2)),
        ("extract.zip", zipped(BOTH, method=zipfile.ZIP_LZMA)),
        ("extract.7z", sevened(BOTH)),
        ("extract.tar", tarred(BOTH)),
        ("extract.tar.gz", gzipped(tarred(BOTH))),
        ("extract.zip", zipped({"inner.zip": zipped({"again.zip": zipped(BOTH)})})),
        ("extract.zip", zipped({"inner.7z": sevened(BOTH)})),
    ],
    ids=["deflated", "stored", "bzip2", "lzma", "7z", "tar", "tar.gz", "three deep", "7z in zip"],
)
def test_tables_in_an_archive_are_read_where_they_lie(tmp_path: Path, name: str, content: bytes) -> None:
    path = write(tmp_path, name, content)
    before = sorted(tmp_path.rglob("*"))
    export = open_export([path])
    assert [t.name for t in export.tables] == ["patients", "visits"]
    assert rows_of(export.table("patients"))[1] == ["9990000026", "May", "03/04/1970"]
    assert len(rows_of(export.table("visits"))) == 3
    assert export.paths == (path,)
    assert any("archive" in words for words in export.recognised["visits"].evidence)
    assert sorted(tmp_path.rglob("*")) == before
    assert [h.id for h in export.hazards] == []


def test_a_gzipped_file_keeps_the_name_it_was_packed_under(tmp_path: Path) -> None:
    export = open_export([write(tmp_path, "patients.csv.gz", gzipped(PATIENTS))])
    assert [t.name for t in export.tables] == ["patients"]
    export = open_export([write(tmp_path, "data.gz", gzipped(PATIENTS, "HIV recall.csv"))])
    assert [t.name for t in export.tables] == ["HIV recall"]
    assert "HIV recall.csv" in [p.text for p in named_places(export)]


def test_gzip_members_one_after_the_other_are_one_file(tmp_path: Path) -> None:
    lines = PATIENTS.splitlines(keepends=True)
    export = open_export([write(tmp_path, "a.csv.gz", b"".join(gzipped(line) for line in lines))])
    assert len(rows_of(export.tables[0])) == 2
    padded = open_export([write(tmp_path, "b.csv.gz", gzipped(PATIENTS) + bytes(600))])
    assert [h.id for h in padded.hazards] == []
    more = open_export([write(tmp_path, "c.csv.gz", gzipped(PATIENTS) + b"9990000034 Bell")])
    assert [h.id for h in more.hazards] == ["archive_extra_data"]


def test_what_is_no_table_in_an_archive_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    members = {"a.csv": PATIENTS, "letter.pdf": b"%PDF-1.7", "nothing.csv": b"", "x/.DS_Store": b"White"}
    export = open_export([write(tmp_path, "extract.zip", zipped(members))])
    assert [t.name for t in export.tables] == ["a"]
    assert sorted(h.id for h in export.hazards) == [
        "archive_entries_skipped",
        "file_not_a_table",
        "file_not_a_table",
    ]
    assert {h.severity for h in export.hazards} == {Severity.WARNS}


def test_an_archive_without_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no table") as caught:
        open_export([write(tmp_path, "extract.zip", zipped({"letter.pdf": b"%PDF-1.7"}))])
    assert caught.value.code == "not_a_table"
    with pytest.raises(ReadError, match="no table"):
        open_export([write(tmp_path, "empty.zip", zipped({}))])


def test_names_that_differ_in_capitals_or_folder_stay_apart(tmp_path: Path) -> None:
    members = {"list.csv": PATIENTS, "LIST.csv": VISITS, "2024/list.csv": PATIENTS, "2025/list.csv": VISITS}
    export = open_export([write(tmp_path, "extract.zip", zipped(members))])
    names = [t.name for t in export.tables]
    assert len({n.casefold() for n in names}) == 4
    assert {"2024/list", "2025/list"} <= set(names)
    assert [total_rows(t) for t in export.tables] == [2, 3, 2, 3]
    assert [names_of(t)[1] for t in export.tables].count("Visit date") == 2


def test_comments_and_bytes_that_belong_to_no_file_are_told(tmp_path: Path) -> None:
    plain = zipped(BOTH)
    commented = open_export([write(tmp_path, "c.zip", zipped(BOTH, comment=b"for Anna White"))])
    assert [h.id for h in commented.hazards] == ["archive_comment"]
    for content in (plain + b"9990000034 Bell", b"9990000034 Bell" + plain):
        export = open_export([write(tmp_path, "x.zip", content)])
        assert [h.id for h in export.hazards] == ["archive_extra_data"]
        assert "15 bytes" in export.hazards[0].what
        assert len(rows_of(export.table("visits"))) == 3
    hidden = single(b"a.csv", PATIENTS)
    at = hidden.index(b"PK\1\2")
    size = int.from_bytes(hidden[-10:-6], "little")
    gap = hidden[:at] + b"9990000034" + hidden[at:-6] + (at + 10).to_bytes(4, "little") + bytes(2)
    assert size == len(hidden) - at - 22
    export = open_export([write(tmp_path, "g.zip", gap)])
    assert [h.id for h in export.hazards] == ["archive_extra_data"]


def test_sizes_that_stand_behind_the_bytes_are_no_hidden_data(tmp_path: Path) -> None:
    path = tmp_path / "streamed.zip"

    class Stream:
        def __init__(self) -> None:
            self.file = path.open("wb")

        def write(self, data: bytes) -> int:
            return self.file.write(data)

        def flush(self) -> None:
            self.file.flush()

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        archive.writestr("a.csv", PATIENTS)
        archive.writestr("b.csv", VISITS)
    stream.file.close()
    export = open_export([path])
    assert export.hazards == ()
    assert [total_rows(t) for t in export.tables] == [2, 3]


@pytest.mark.parametrize("version", [1, 2])
def test_a_member_encrypted_with_aes_opens_with_its_password(tmp_path: Path, version: int) -> None:
    path = write(tmp_path, "x.zip", aes_zipped("list.csv", PATIENTS * 50, "open Sesame", version=version))
    export = open_export([path], passwords=("wrong", "open Sesame"))
    assert len(rows_of(export.tables[0])) == 149
    assert [h.id for h in export.hazards if h.id.startswith("archive")] == ["archive_encrypted"]
    _asks(path)


# Made with Info-ZIP's `zip -P`.
_ZIPCRYPTO = base64.b64decode(
    "UEsDBBQACQAIACJzdl2Tp9ohNgAAADMAAAAIABwAbGlzdC5jc3ZVVAkAAz/7Ams/+wJrdXgLAAEEAAAAAAQAAAAASWX0OZTo"
    "FIQ59N7W+g6HMQwnqclpCIwcGauKFzyJFNrmugX00yE4i0Wd51E0+JpmQrJCDbqhUEsHCJOn2iE2AAAAMwAAAFBLAQIeAxQA"
    "CQAIACJzdl2Tp9ohNgAAADMAAAAIABgAAAAAAAEAAACkgQAAAABsaXN0LmNzdlVUBQADP/sCa3V4CwABBAAAAAAEAAAAAFBL"
    "BQYAAAAAAQABAE4AAACIAAAAAAA="
)


def test_a_member_encrypted_as_zips_once_were_opens_with_its_password(tmp_path: Path) -> None:
    path = write(tmp_path, "x.zip", _ZIPCRYPTO)
    export = open_export([path], passwords=("wrong", "open Sesame"))
    assert len(rows_of(export.tables[0])) == 2
    _asks(path)


@pytest.mark.parametrize("hide_names", [False, True])
def test_an_encrypted_7z_opens_with_its_password(tmp_path: Path, hide_names: bool) -> None:
    path = write(tmp_path, "x.7z", sevened(BOTH, password="open Sesame", hide_names=hide_names))
    export = open_export([path], passwords=("wrong", "open Sesame"))
    assert [len(rows_of(t)) for t in export.tables] == [2, 3]
    _asks(path)


def _asks(path: Path) -> None:
    for passwords, word in (((), "Give the password"), (("wrong",), "does not open with the password")):
        with pytest.raises(ReadError, match=word) as caught:
            open_export([path], passwords=passwords)
        assert caught.value.code == "password"
        assert "Sesame" not in caught.value.message
    # In a folder with another file it is told, and stops a release.
    write(path.parent, "other.csv", PATIENTS)
    export = open_export([path.parent])
    assert [(h.id, h.severity) for h in export.hazards] == [("file_not_read", Severity.BLOCKS)]


def test_choices_reach_members_by_name_and_by_label(tmp_path: Path) -> None:
    path = write(
        tmp_path, "extract.zip", zipped({"in/list.txt": b"Foo;Bar\nqu,x;y\n", "other.csv": PATIENTS})
    )
    for key in ("list.txt", "in/list.txt", "extract.zip › in/list.txt", "list"):
        export = open_export([path], choices={key: TableChoice(delimiter=";")})
        assert rows_of(export.table("list")) == [["qu,x", "y"]]
    with pytest.raises(UsageError, match=r"absent\.csv"):
        open_export([path], choices={"absent.csv": TableChoice()})


def test_tables_in_archives_can_be_sent_to_other_processes(tmp_path: Path) -> None:
    export = open_export([write(tmp_path, "extract.zip", zipped(BOTH))])
    assert rows_of(export.table("visits"))
    again = pickle.loads(pickle.dumps(export.table("visits")))
    assert rows_of(again) == rows_of(export.table("visits"))


def test_what_must_be_held_is_held_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "HELD_LIMIT", len(PATIENTS) + len(VISITS) - 1)
    with pytest.raises(ReadError, match="Unpack it first") as caught:
        open_export([write(tmp_path, "x.7z", sevened(BOTH))])
    assert caught.value.code == "too_big"
    export = open_export([write(tmp_path, "x.zip", zipped(BOTH))])
    assert len(export.tables) == 2


def test_parts_of_archives_and_rar_say_what_to_do(tmp_path: Path) -> None:
    whole = zipped(BOTH)
    for name, content in {
        "x.zip.001": whole[:200],
        "x.z01": whole[:200],
        "x.7z.001": sevened(BOTH)[:100],
    }.items():
        with pytest.raises(ReadError, match="one part of an archive"):
            open_export([write(tmp_path, name, content)])
    with pytest.raises(ReadError, match="RAR"):
        open_export([write(tmp_path, "x.rar", b"Rar!\x1a\x07\x01\x00")])


def test_a_workbook_in_an_archive_is_read(tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(tmp_path / "list.xlsx")
    book.add_worksheet("Recall").write_row(0, 0, ["NHS number", "Surname"])
    book.get_worksheet_by_name("Recall").write_row(1, 0, ["9990000018", "White"])
    book.close()
    content = zipped({"list.xlsx": (tmp_path / "list.xlsx").read_bytes()})
    export = open_export([write(tmp_path, "extract.zip", content)])
    assert rows_of(export.table("Recall")) == [["9990000018", "White"]]
