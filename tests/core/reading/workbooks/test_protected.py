"""Workbooks with a password: opened with it, refused without, and nothing of them written anywhere."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msoffcrypto.format.xls97 import Xls97File

from core.model import ReadError
from core.reading import open_export
from core.reading.workbooks import protected_office
from core.reading.workbooks.xls_compound import compound_of
from tests.core.reading.text.files import rows_of
from tests.core.reading.workbooks import locked
from tests.core.reading.workbooks.locked import PASSWORD, written
from tests.core.reading.workbooks.workbooks import CANARY, ROWS, Book

CONTENT = (
    '<o:document-content xmlns:o="o" xmlns:t="t" xmlns:p="p"><o:body><o:spreadsheet><t:table t:name="List">'
    + "".join(
        "<t:table-row>"
        + "".join(f'<t:table-cell o:value-type="string"><p:p>{x}</p:p></t:table-cell>' for x in texts)
        + "</t:table-row>"
        for texts in [*ROWS, [CANARY]]
    )
    + "</t:table></o:spreadsheet></o:body></o:document-content>"
)
MAKERS: dict[str, Callable[[str], bytes]] = {
    "agile.xlsx": locked.agile_xlsx,
    "standard.xlsx": locked.standard_xlsx,
    "rc4.xls": locked.rc4_xls,
    "crypto_api.xls": locked.crypto_api_xls,
    "xor.xls": locked.xor_xls,
    "aes.ods": lambda password: locked.locked_ods(CONTENT, password),
}


@pytest.mark.parametrize("name", MAKERS)
def test_the_right_password_opens_it_whichever_place_it_has_among_those_given(
    tmp_path: Path, name: str
) -> None:
    path = written(tmp_path, MAKERS[name](PASSWORD), name)
    export = open_export([path], passwords=["Rosemary-1", PASSWORD, "", "x" * 300])
    rows = rows_of(export.tables[0])
    assert [r[:3] for r in rows[:3]] == ROWS[1:]
    assert rows[3][0] == CANARY
    assert export.tables[0].format == path.suffix[1:]
    assert PASSWORD not in str(export)


@pytest.mark.parametrize("name", MAKERS)
def test_no_password_and_a_wrong_one_are_told_apart(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, MAKERS[name](PASSWORD), name)
    with pytest.raises(ReadError, match="needs its password") as none:
        open_export([path])
    with pytest.raises(ReadError, match="does not open it") as wrong:
        open_export([path], passwords=["Rosemary-1", "Ünï-ḉode ☂"])
    assert none.value.code == wrong.value.code == "password"
    assert none.value.exit_status == 3
    assert name in none.value.message
    assert "Rosemary" not in wrong.value.message
    assert wrong.value.__cause__ is None


@pytest.mark.parametrize("name", [n for n in MAKERS if n.endswith((".xls", ".xlsx"))])
def test_what_excel_opens_without_asking_is_opened_too(tmp_path: Path, name: str) -> None:
    """A workbook that was only locked against changes is encrypted with a password everybody has."""
    path = written(tmp_path, MAKERS[name]("VelvetSweatshop"), name)
    assert len(rows_of(open_export([path]).tables[0])) == 4


@pytest.mark.parametrize("make", [locked.rc4_xls, locked.crypto_api_xls, locked.xor_xls])
def test_the_library_takes_the_made_ones_for_real(make: Callable[[], bytes]) -> None:
    """The workbooks of these tests are encrypted the way another program decrypts them."""
    book = Xls97File(io.BytesIO(make()))
    book.load_key(password=PASSWORD)
    out = io.BytesIO()
    book.decrypt(out)
    assert CANARY.encode() in out.getvalue()


def test_an_old_workbook_of_many_blocks_is_decrypted_whole(tmp_path: Path) -> None:
    path = written(tmp_path, locked.rc4_xls(rows=5000), "list.xls")
    rows = rows_of(open_export([path], passwords=[PASSWORD]).tables[0])
    assert rows[-1][0] == "9990004999"
    assert len(rows) == 5004


@pytest.mark.parametrize("size", [10, 4096, 4097, 7_000_000, 8_000_000])
def test_a_compound_file_made_in_memory_holds_its_stream(size: int) -> None:
    stream = bytes(range(251)) * (size // 251 + 1)
    assert locked.stream_of(compound_of(stream[:size]))[:size] == stream[:size]


def test_an_unknown_scheme_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = written(tmp_path, locked.locked_ods(CONTENT, cipher="blowfish"), "list.ods")
    with pytest.raises(ReadError, match="take the password off") as caught:
        open_export([path], passwords=[PASSWORD])
    assert caught.value.code == "password"


def test_a_password_that_would_take_hours_to_test_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protected_office, "_MOST_SPINS", 99_999)
    with pytest.raises(ReadError, match="hours") as caught:
        open_export([written(tmp_path, locked.agile_xlsx(), "a.xlsx")], passwords=[PASSWORD])
    assert caught.value.code == "bomb"
    data = locked.locked_ods(CONTENT, claimed=99_999_999)
    with pytest.raises(ReadError, match="hours") as caught:
        open_export([written(tmp_path, data, "a.ods")], passwords=[PASSWORD])
    assert caught.value.code == "bomb"


@pytest.mark.parametrize("name", MAKERS)
def test_damaged_ones_are_refused_in_our_words(tmp_path: Path, name: str) -> None:
    data = MAKERS[name](PASSWORD)
    for at in range(3, 40, 4):
        cut = data[: len(data) * at // 40]
        with pytest.raises(ReadError) as caught:
            open_export([written(tmp_path, cut, name)], passwords=[PASSWORD])
        assert name in caught.value.message
        assert CANARY not in caught.value.message


WATCH = """
import sys, os
from pathlib import Path
from core.reading.workbooks import protected_office
from core.reading import open_export
import core.reading.registry
seen = []
def watch(event, details):
    if event == "open":
        path, mode, flags = (tuple(details) + (None, None, None))[:3]
        writes = isinstance(mode, str) and any(c in mode for c in "wax+")
        writes = writes or isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes:
            seen.append(str(path))
    elif event.startswith(("tempfile.", "os.mkdir", "os.rename", "shutil.", "socket.", "subprocess.")):
        seen.append(event)
sys.addaudithook(watch)
for path in sys.argv[2:]:
    export = open_export([Path(path)], passwords=["wrong", sys.argv[1]])
    assert sum(b.rows for b in export.tables[0].blocks()) == 4, path
print(seen)
"""


def test_nothing_decrypted_is_written_to_disk(tmp_path: Path) -> None:
    paths = [written(tmp_path, make(PASSWORD), name) for name, make in MAKERS.items()]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCH, PASSWORD, *map(str, paths)],
        capture_output=True,
        text=True,
        env={"TMPDIR": str(temporary), "PATH": "", "PYTHONPATH": str(Path(__file__).resolve().parents[4])},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert list(temporary.iterdir()) == []
    assert {p.name for p in tmp_path.iterdir()} == {*MAKERS, "temporary"}


def test_a_plain_workbook_does_not_ask_for_a_password(tmp_path: Path) -> None:
    path = written(tmp_path, Book().build(), "list.xlsx")
    assert len(rows_of(open_export([path], passwords=["x"]).tables[0])) == 3
