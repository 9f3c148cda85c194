"""Archives made to harm: refused at once, with little memory, and nothing unpacked.

Each is opened in a process of its own, so that the memory and the time (of the processor: others may be busy
with it) are its own.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.model import ReadError
from core.reading import open_export
from tests.core.reading.archives.archived import (
    PATIENTS,
    VISITS,
    central,
    changed_7z,
    end,
    gzipped,
    local,
    sevened,
    single,
    tarred,
    write,
    zipped,
)

_MEMORY = 200 << 20

_PROBE = """
import json, resource, sys
from pathlib import Path
from core.model import ThresholdError
from core.reading import open_export, total_rows
def used():
    try:  # Linux counts what the process that started this one held into the other figure
        return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
open_export([Path(sys.argv[2])])
before, code = used(), "opened"
try:
    export = open_export([Path(sys.argv[1])])
    for table in export.tables:
        total_rows(table)
except ThresholdError as error:
    code = error.code
print(json.dumps({"code": code, "memory": used() - before}))
"""


def nested(depth: int, content: bytes) -> bytes:
    for level in range(depth):
        content = zipped({f"{level}.zip": content})
    return content


def overlapping() -> bytes:
    """One packed megabyte of zeros that a thousand entries of the directory share."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(bytes(4 << 20)) + packed.flush()
    crc = zlib.crc32(bytes(4 << 20))
    first = local(b"a.csv", data, 4 << 20, crc)
    directory = b"".join(central(b"a%d.csv" % n, len(data), 4 << 20, crc, 0) for n in range(1000))
    return first + directory + end(1000, len(directory), len(first))


def many_members() -> bytes:
    first = local(b"a", b"\3\0", 0, 0)
    directory = b"".join(central(b"%d" % n, 2, 0, 0, 0) for n in range(60_000))
    return first + directory + end(60_000, len(directory), len(first))


def long_directory() -> bytes:
    """A directory of 40 MB that says of itself that it has one entry."""
    directory = central(b"a" * 60_000, 0, 0, 0, 0) * 700
    return directory + end(1, len(directory), 0)


def quine() -> bytes:
    """An archive whose one member is an archive again and again."""
    return nested(12, zipped({"a.csv": PATIENTS}))


def inside_each_other() -> bytes:
    """Each entry's bytes hold all the entries after it."""
    body, offsets, names = b"", [], [b"%d.csv" % n for n in range(400)]
    for name in reversed(names):
        body = local(name, body, len(body), zlib.crc32(body), method=0)
        offsets.append(len(body))
    starts = [len(body) - length for length in reversed(offsets)]
    directory = b""
    for name, start in zip(names, starts, strict=True):
        inner = body[start + 30 + len(name) :]
        directory += central(name, len(inner), len(inner), zlib.crc32(inner), start, method=0)
    return body + directory + end(len(names), len(directory), len(body))


def long_tar_header() -> bytes:
    """A tar whose list of remarks is 20 MB long."""
    info = tarfile.TarInfo("remarks")
    info.type, info.size = tarfile.XHDTYPE, 20 << 20
    chunk = b"".join(b"%d " % (n * n) for n in range(20_000))
    return gzipped(info.tobuf(tarfile.USTAR_FORMAT) + (chunk * ((20 << 20) // len(chunk) + 1)))


def wide_7z() -> bytes:
    """A member that takes four gigabytes of memory to unpack, by its own word."""

    def widen(header: Any) -> None:
        for coder in header.main_streams.unpackinfo.folders[0].coders:
            if coder["method"] == b"\x21":
                coder["properties"] = b"\x28"

    return changed_7z(sevened({"a.csv": PATIENTS * 100}), widen)


BOMBS: dict[str, tuple[str, Callable[[], bytes], set[str]]] = {
    "zeros in a zip": ("x.zip", lambda: zipped({"a.csv": bytes(64 << 20)}), {"bomb"}),
    "many zeros in a zip": (
        "x.zip",
        lambda: zipped({f"{n}.csv": bytes(9 << 20) for n in range(20)}),
        {"bomb"},
    ),
    "zeros in a bzip2 member": (
        "x.zip",
        lambda: zipped({"a.csv": bytes(64 << 20)}, method=zipfile.ZIP_BZIP2),
        {"bomb"},
    ),
    "a size that is a lie": (
        "x.zip",
        lambda: single(b"a.csv", bytes(64 << 20), size=2000),
        {"bomb", "damaged"},
    ),
    "a size that promises too much": (
        "x.zip",
        lambda: single(b"a.csv", PATIENTS, size=9 << 20),
        {"bomb", "damaged"},
    ),
    "overlapping entries": ("x.zip", overlapping, {"bomb", "unsafe_archive"}),
    "entries inside each other": ("x.zip", inside_each_other, {"bomb"}),
    "very many entries": ("x.zip", many_members, {"too_big", "bomb"}),
    "a long directory": ("x.zip", long_directory, {"too_big", "bomb", "damaged"}),
    "zips in zips in zips": ("x.zip", quine, {"bomb"}),
    "zeros in gzip": ("x.csv.gz", lambda: gzipped(bytes(300 << 20)), {"bomb"}),
    "gzip in gzip in gzip": ("x.gz", lambda: gzipped(gzipped(gzipped(gzipped(PATIENTS)))), {"bomb"}),
    "zeros in 7z": ("x.7z", lambda: sevened({"a.csv": bytes(64 << 20)}), {"bomb"}),
    "a 7z that takes much memory": ("x.7z", wide_7z, {"too_big"}),
    "a long header in a tar": ("x.tar.gz", long_tar_header, {"damaged", "bomb"}),
    "zeros in a zip in a zip": (
        "x.zip",
        lambda: zipped({"in.zip": zipped({"a.csv": bytes(64 << 20)})}),
        {"bomb"},
    ),
}


@pytest.mark.parametrize("case", BOMBS)
def test_bombs_are_refused_in_little_memory(tmp_path: Path, case: str) -> None:
    name, make, codes = BOMBS[case]
    path = write(tmp_path, name, make())
    sound = write(tmp_path, "sound.zip", zipped({"a.csv": PATIENTS, "b.7z": sevened({"b.csv": VISITS})}))
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, str(path), str(sound)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    told = json.loads(done.stdout)
    assert told["code"] in codes
    assert told["memory"] < _MEMORY
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([name, "sound.zip"])


@pytest.mark.parametrize(
    "name",
    ["../x.csv", "a/../../x.csv", "..\\x.csv", "/etc/x.csv", "\\x.csv", "C:\\x.csv", "c:x.csv", "a\x01b.csv"],
)
@pytest.mark.parametrize("make", [zipped, sevened, tarred])
def test_names_that_lead_out_of_the_archive_are_refused(
    tmp_path: Path, name: str, make: Callable[[dict[str, bytes]], bytes]
) -> None:
    if make is zipped:
        content = single(name.encode(), PATIENTS)
    elif make is sevened:

        def rename(header: Any) -> None:
            header.files_info.files[0]["filename"] = name

        content = changed_7z(sevened({"a.csv": PATIENTS}), rename)
    else:
        content = tarred({name: PATIENTS})
    _is_unsafe(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        single(b"a.csv\0.exe", PATIENTS),
        single(b"a.csv", PATIENTS, told=b"b.csv"),
        single(b"a.csv", b"/etc/passwd", mode=0o120777),
        single(b"a.csv", b"", mode=0o020600),
        single(b"", PATIENTS),
    ],
    ids=["NUL", "two names", "link", "device", "no name"],
)
def test_entries_that_are_no_plain_files_are_refused(tmp_path: Path, content: bytes) -> None:
    _is_unsafe(tmp_path, content)


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = _twice("list.csv", "list.csv")
    _is_unsafe(tmp_path, content)
    _is_unsafe(tmp_path, _twice("in/list.csv", "in\\list.csv"))


def _twice(first: str, second: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in ((first, PATIENTS), (second, VISITS)):
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.writestr(info, data)
    return out.getvalue()


def _is_unsafe(folder: Path, content: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        open_export([write(folder, "x.zip", content)])
    assert caught.value.code == "unsafe_archive"
    assert "unpack" in caught.value.message


@pytest.mark.parametrize("kind", ["zip", "gz", "7z", "tar"])
def test_archives_cut_short_anywhere_say_so(tmp_path: Path, kind: str) -> None:
    body = PATIENTS + b"".join(b"999%07d,Bell,%d\n" % (n, n * n % 9973) for n in range(500))
    content = {
        "zip": zipped({"a.csv": body, "b.csv": VISITS}),
        "gz": gzipped(body),
        "7z": sevened({"a.csv": body}),
        "tar": tarred({"a.csv": body}),
    }[kind]
    for cut in range(600 if kind == "tar" else 40, len(content) - 1, max(1, len(content) // 60)):
        if kind == "tar" and cut > 512 + len(body):
            break
        with pytest.raises(ReadError) as caught:
            _read_all(write(tmp_path, f"x.{kind}", content[:cut]))
        assert caught.value.code == "damaged", cut


@pytest.mark.parametrize("kind", ["zip", "gz", "7z"])
def test_a_flipped_byte_is_noticed_once_all_was_read(tmp_path: Path, kind: str) -> None:
    body = b"".join(b"999%07d,Bell,%d\n" % (n, n * n % 9973) for n in range(2000))
    content = {"zip": zipped({"a.csv": body}), "gz": gzipped(body), "7z": sevened({"a.csv": body})}[kind]
    codes: set[str] = set()
    whole = body.decode().splitlines()
    for at in range(10, len(content), max(1, len(content) // 80)):
        changed = bytearray(content)
        changed[at] ^= 0x10
        path = write(tmp_path, f"x.{kind}", bytes(changed))
        try:
            cells = _read_all(path)
        except ReadError as error:
            codes.add(error.code)
            continue
        # What was read without complaint is what was packed: the flip was in a date or a remark.
        assert cells == whole, at
    assert "damaged" in codes
    assert codes <= {"damaged", "unsafe_archive", "not_a_table", "password", "too_big", "bomb"}


def _read_all(path: Path) -> list[str]:
    export = open_export([path])
    return [
        ",".join(c or "" for c in row)
        for table in export.tables
        for block in table.blocks()
        for row in zip(*(c.to_pylist() for c in table.read(block).data.columns), strict=True)
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_are_changed_are_damaged(tmp_path: Path, method: int) -> None:
    whole = bytearray(zipped({"a.csv": PATIENTS * 20}, method=method))
    at = whole.index(b"a.csv") + 20
    whole[at : at + 8] = bytes(8)
    with pytest.raises(ReadError) as caught:
        open_export([write(tmp_path, "x.zip", bytes(whole))])
    assert caught.value.code == "damaged"
