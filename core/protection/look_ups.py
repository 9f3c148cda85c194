"""Look-up files that the practice supplies: which small area a postcode is in, and how deprived that is.

The layout is that of the National Statistics Postcode Lookup and the ONS Postcode Directory (Office for
National Statistics, Open Government Licence): one row a postcode, live and terminated, as `pcds` (or `pcd`,
`pcd2`, from 2025 on `pcd7`, `pcd8`), `lsoa11` or `lsoa21` (from 2025 on with `cd` behind), and `imd`
(`imd20ind`): the rank of its area in the deprivation index of its own country, 1 the most deprived. Ranks of
different countries cannot be compared, so a decile is told for England only. The index of 2019 ranks 32,844
areas of 2011, that of 2025 33,755 of 2021 (Ministry of Housing, Communities and Local Government).

Postcodes are kept as eight bytes each, in order: 2.7 million of them take some 40 MB.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from csv import reader as rows_of
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from core.model import ReadError, UsageError

LSOA = "lsoa"
DECILE = "imd_decile"
_TITLES = {LSOA: "The census area of a postcode", DECILE: "How deprived the area of a postcode is"}

_POSTCODES = ("pcds", "pcd8", "pcd7", "pcd2", "pcd", "postcode")
_AREAS = ("lsoa21", "lsoa21cd", "lsoa21_code", "lsoa11", "lsoa11cd", "lsoa11_code", "lsoa", "lsoacd")
_RANKS = ("imd", "imd19", "imd19ind", "imd20ind", "imd25", "imd25ind", "imd_rank", "imdrank")
_DECILES = ("imd_decile", "imddecile", "imd_dec", "imd19_decile", "imd20_decile", "imd25_decile")
#: English areas in the index of 2019 and in that of 2025.
ENGLISH_AREAS = (32_844, 33_755)
_AREA = re.compile(r"[EWNS]\d{8}|95[A-Z]{2}\d{2}[SW]\d", re.ASCII)
_BLOCK = 1 << 20  # pyarrow holds some forty of them
_LONGEST_HEADER = 64 << 10


@dataclass(frozen=True)
class LookUp:
    """One look-up file: its SHA-256, how many postcodes it has, and what it says of them (`LSOA`, `DECILE`).

    `columns` are the columns that were read, in the file's own spelling."""

    sha256: str
    rows: int
    has: frozenset[str]
    columns: tuple[str, ...] = ()
    _keys: npt.NDArray[np.uint64] = field(
        default_factory=lambda: np.empty(0, np.uint64), repr=False, compare=False
    )
    _area: npt.NDArray[np.int32] = field(
        default_factory=lambda: np.empty(0, np.int32), repr=False, compare=False
    )
    _decile: npt.NDArray[np.uint8] = field(
        default_factory=lambda: np.empty(0, np.uint8), repr=False, compare=False
    )
    _areas: tuple[str, ...] = field(default=(), repr=False, compare=False)

    def of(self, what: str, postcode: str) -> str | None:
        """What the file says of a postcode (capitals, no blank); None where it has nothing."""
        if what not in self.has:
            return None
        key = _packed_one(postcode)
        at = int(np.searchsorted(self._keys, key))
        if at == len(self._keys) or self._keys[at] != key:
            return None
        if what == LSOA:
            area = int(self._area[at])
            return None if area < 0 else self._areas[area]
        decile = int(self._decile[at])
        return str(decile) if decile else None


@dataclass(frozen=True)
class LookUps:
    """The look-up files of one export, as they were named: the first that knows a postcode tells."""

    files: tuple[LookUp, ...] = ()

    def has(self, what: str) -> bool:
        """Whether some file tells this."""
        return any(what in file.has for file in self.files)

    def finder(self, what: str) -> Callable[[str], str | None]:
        """A function from a postcode (capitals, no blank) to what the files say of it."""
        files = tuple(file for file in self.files if what in file.has)

        def find(postcode: str) -> str | None:
            return next((found for file in files if (found := file.of(what, postcode)) is not None), None)

        return find


def title_of(what: str) -> str:
    """What is looked up, in words."""
    return _TITLES[what]


def needed(what: str) -> str:
    """What to tell somebody whose look-up files do not have it."""
    return (
        f"{title_of(what)} is looked up in a file that the practice supplies, and no file given here has it. "
        "Download the National Statistics Postcode Lookup from geoportal.statistics.gov.uk and name it with "
        "--look-up FILE."
    )


def read_look_ups(paths: Iterable[Path]) -> LookUps:
    """The look-up files at these paths. Raises what `read_look_up` raises."""
    return LookUps(tuple(read_look_up(path) for path in paths))


def read_look_up(path: Path) -> LookUp:
    """A look-up file: CSV in the ONS layout, or the ONS's zip that holds one as its largest CSV under Data.

    Terminated postcodes are kept: patients live at postcodes long gone. Raises ReadError for a file that
    cannot be read, UsageError for one that is no look-up of postcodes."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
            file.seek(0)
            if zipfile.is_zipfile(file):
                with zipfile.ZipFile(file) as archive, archive.open(_largest(archive, path)) as inner:
                    return _read(inner, digest.hexdigest(), path)
            file.seek(0)
            return _read(file, digest.hexdigest(), path)
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        raise ReadError(
            "The look-up file cannot be read. Check the path, and that it is whole.", where=path.name
        ) from None
    except (pa.ArrowException, UnicodeDecodeError, ValueError):
        raise ReadError(
            "The look-up file is not a comma-separated file with the same columns in every row. Use it as it "
            "was downloaded.",
            where=path.name,
        ) from None


def _largest(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    inside = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")]
    if not inside:
        raise UsageError(
            "The look-up archive holds no CSV file. Check that it is the right one.", where=path.name
        )
    return max(inside, key=lambda entry: entry.file_size)


def _read(file: IO[bytes], sha256: str, path: Path) -> LookUp:
    first = file.readline(_LONGEST_HEADER)
    header = next(rows_of([first.decode("utf-8-sig", "replace")]), [])
    named = _named(header, path)
    columns = tuple(dict.fromkeys(named.values()))
    reader = csv.open_csv(
        pa.PythonFile(_Rest(first, file), mode="r"),
        read_options=csv.ReadOptions(block_size=_BLOCK),
        convert_options=csv.ConvertOptions(
            include_columns=columns, column_types=dict.fromkeys(columns, pa.string())
        ),
    )
    made = _Made("rank" in named, DECILE in named)
    for batch in reader:
        made.add({what: batch.column(column) for what, column in named.items()})
    return made.done(sha256, columns, path)


class _Rest:
    """A file whose first line was taken already."""

    closed = False

    def __init__(self, first: bytes, file: IO[bytes]) -> None:
        self._first, self._file = first, file

    def read(self, size: int = -1) -> bytes:
        first, self._first = self._first, b""
        return first or self._file.read(size)

    def close(self) -> None:
        self.closed = True


def _named(header: Sequence[str], path: Path) -> Mapping[str, str]:
    """Which column has what. Raises UsageError where it is no look-up of postcodes."""
    there = {name.strip().lower(): name for name in reversed(header)}
    found: dict[str, str] = {}
    for what, names in (("postcode", _POSTCODES), (LSOA, _AREAS), ("rank", _RANKS), (DECILE, _DECILES)):
        column = next((there[name] for name in names if name in there), None)
        if column is not None:
            found[what] = column
    if "rank" in found and (LSOA not in found or DECILE in found):
        del found["rank"]  # which country's rank it is, only the area tells
    if "postcode" not in found or len(found) == 1:
        raise UsageError(
            "The look-up file has no column of postcodes (pcds) with one of census areas (lsoa21, lsoa11) or "
            "deprivation (imd_decile). Its layout is that of the ONS National Statistics Postcode Lookup.",
            where=path.name,
        )
    return found


def _packed(postcodes: pa.Array) -> npt.NDArray[np.uint64]:
    """Postcodes without their blanks as numbers in alphabetical order; 0 where it is too long to be one."""
    plain = pc.ascii_upper(pc.replace_substring(pc.fill_null(postcodes, ""), " ", ""))
    plain = pc.if_else(pc.less_equal(pc.binary_length(plain), 7), plain, "")
    padded = pc.ascii_rpad(plain, 8, "\0")
    if not pc.all(pc.equal(pc.binary_length(padded), 8)).as_py():  # letters that are none of a postcode's
        padded = pa.array([text if text.isascii() else "\0" * 8 for text in padded.to_pylist()], pa.string())
    data = padded.buffers()[2]
    start = padded.offset * 8
    return np.frombuffer(data, dtype=">u8", count=len(padded), offset=start).astype(np.uint64)


def _packed_one(postcode: str) -> np.uint64:
    return np.uint64(int.from_bytes(postcode.encode()[:8].ljust(8, b"\0"), "big"))


def _numbers(column: pa.Array, most: int) -> npt.NDArray[np.int32]:
    """A column of whole numbers up to `most`; 0 where a cell is none."""
    plain = pc.utf8_trim_whitespace(pc.fill_null(column, ""))
    plain = pc.if_else(pc.match_substring_regex(plain, "^[0-9]{1,6}$"), plain, "0")
    made: npt.NDArray[np.int32] = plain.cast(pa.int32()).to_numpy(zero_copy_only=False)
    return np.where(made <= most, made, 0).astype(np.int32)


class _Made:
    """What was read so far, as whole columns of numbers."""

    def __init__(self, ranks: bool, deciles: bool) -> None:
        self._with_ranks, self._with_deciles = ranks, deciles
        self._known: dict[str, int] = {}
        self._english = bytearray(1)  # for each known area and then, for -1, for none
        self._keys: list[npt.NDArray[np.uint64]] = []
        self._area: list[npt.NDArray[np.int32]] = []
        self._rank: list[npt.NDArray[np.int32]] = []

    def add(self, columns: Mapping[str, pa.Array]) -> None:
        keys = _packed(columns["postcode"])
        self._keys.append(keys)
        area = self._areas(columns[LSOA]) if LSOA in columns else np.full(len(keys), -1, np.int32)
        self._area.append(area)
        if self._with_deciles:
            self._rank.append(_numbers(columns[DECILE], 10))
        elif self._with_ranks:
            rank = _numbers(columns["rank"], 999_999)
            rank[~np.frombuffer(bytes(self._english), np.bool_)[area]] = 0
            self._rank.append(rank)

    def _areas(self, column: pa.Array) -> npt.NDArray[np.int32]:
        encoded = pc.utf8_trim_whitespace(pc.fill_null(column, "")).dictionary_encode()
        numbers = [self._number_of(name) for name in encoded.dictionary.to_pylist()]
        made: npt.NDArray[np.int32] = np.array(numbers, dtype=np.int32)[
            encoded.indices.to_numpy(zero_copy_only=False)
        ]
        return made

    def _number_of(self, name: str) -> int:
        found = self._known.get(name)
        if found is None:
            if not is_area(name):
                return -1
            found = self._known[name] = len(self._known)
            self._english[-1:] = bytes((name[0] == "E", 0))
        return found

    def done(self, sha256: str, columns: tuple[str, ...], path: Path) -> LookUp:
        pa.default_memory_pool().release_unused()
        keys = _joined(self._keys, np.uint64)
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        area = _joined(self._area, np.int32)[order]
        rank = _joined(self._rank, np.int32)[order] if self._rank else np.zeros(len(keys), np.int32)
        del order
        _clear_where_told_twice(keys, area, rank)
        real = int(np.searchsorted(keys, 1))
        keys, area, rank = keys[real:], area[real:], rank[real:]
        decile = rank if self._with_deciles else _deciles(rank, columns, path)
        has = {LSOA} if (area >= 0).any() else set()
        if decile.any():
            has.add(DECILE)
        if not has:
            raise UsageError(
                "The look-up file has postcodes, but for none of them a census area.", where=path.name
            )
        return LookUp(
            sha256,
            len(keys),
            frozenset(has),
            columns,
            keys,
            area,
            decile.astype(np.uint8),
            tuple(self._known),
        )


def is_area(name: str) -> bool:
    """Whether this is the code of a census area, and not that of no area.

    >>> is_area("E01014485"), is_area("L99999999"), is_area("Mrs Quixley")
    (True, False, False)
    """
    return _AREA.fullmatch(name) is not None and not name.endswith("99999999")


def _joined(pieces: list[npt.NDArray[Any]], kind: type[np.generic]) -> npt.NDArray[Any]:
    made: npt.NDArray[Any] = np.concatenate(pieces) if pieces else np.empty(0, kind)
    pieces.clear()
    return made


def _clear_where_told_twice(
    keys: npt.NDArray[np.uint64], area: npt.NDArray[np.int32], rank: npt.NDArray[np.int32]
) -> None:
    """A postcode that stands in the file twice with two areas is in neither."""
    again = np.flatnonzero(keys[1:] == keys[:-1]) + 1
    if len(again):
        for what, nothing in ((area, -1), (rank, 0)):
            torn = np.unique(keys[again[what[again] != what[again - 1]]])
            what[np.isin(keys, torn)] = nothing


def _deciles(rank: npt.NDArray[np.int32], columns: Sequence[str], path: Path) -> npt.NDArray[np.int32]:
    highest = int(rank.max(initial=0))
    by_name = any(re.fullmatch(r"imd25\w*", name.strip().lower()) for name in columns)
    areas = next((n for n in ENGLISH_AREAS[by_name:] if highest <= n), 0)
    if not areas:
        raise UsageError(
            "The look-up file ranks more English areas than the deprivation indices of 2019 and 2025 have. "
            "Give it a column imd_decile.",
            where=path.name,
        )
    return deciles_of(rank, areas)


def deciles_of(rank: npt.NDArray[np.int32], areas: int) -> npt.NDArray[np.int32]:
    """The tenths that ranks among so many areas fall into, 1 the most deprived."""
    return -(-rank * 10 // areas)
