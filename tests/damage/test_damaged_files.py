"""Damaged files never crash Threshold, never hang it, and never lose a row in silence.

Real samples and our own demo files are harmed in fifteen ways. Each case must be refused with a clear error,
or read so that every character of the file is accounted for. The slice here is fixed; `make soak` widens it
to ten times SOAK (10,000 cases by default).
"""

from __future__ import annotations

import faulthandler
import json
import os
import re
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from core.demo import build, write
from core.model import Export, ReadError
from core.reading import open_export
from core.reading.held import HeldTable
from core.reading.text.delimited import DelimitedTable
from tests.damage.accounting import cells_of, delimited_loss, json_leaves, read_all, text_tokens, xml_leaves
from tests.damage.mutations import MUTATIONS, untouched
from tests.promises.forms import FORMS

SLICE = 600
CASES = 10 * int(os.environ["THRESHOLD_SOAK"]) if "THRESHOLD_SOAK" in os.environ else SLICE
CHUNKS = 12
SECONDS = 20
ARCHIVES = (".zip", ".gz", ".7z")
#: Nothing in these tells a changed letter from the one that was meant; they may not crash, hang or go on.
WITHOUT_SUMS = (".xls", ".parquet")
LARGEST = 300_000  # of a sample only its start is harmed, so that many cases fit into the time


@contextmanager
def no_hang() -> Iterator[None]:
    """Fails what takes longer than SECONDS; ends the process where not even Python gets a turn."""

    def too_long(_signal: int, _frame: object) -> None:
        raise AssertionError(f"not done after {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    faulthandler.dump_traceback_later(6 * SECONDS, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def sample_files(shared: Path) -> list[Path]:
    return [p for p in sorted((shared / "samples").rglob("*")) if p.is_file() and p.stat().st_size]


@dataclass(frozen=True)
class Whole:
    """What an unharmed file holds, and what is noticed in it."""

    cells: Counter[str]
    noticed: frozenset[tuple[str, str]]

    @staticmethod
    def of(path: Path) -> Whole:
        export = open_export([path])
        return Whole(cells_of(export), noticed(export))


def noticed(export: Export) -> frozenset[tuple[str, str]]:
    """The hazards and problems of an export, those of its rows among them."""
    found = {(h.id, h.what) for h in export.hazards} | {("", p.what) for p in export.problems}
    for table in export.tables:
        found |= {("", p.what) for block in table.blocks() for p in table.read(block).problems}
    return frozenset(found)


def check(path: Path, original: Whole | None) -> str:
    """'read' or 'refused'; raises AssertionError where something was lost."""
    data = path.read_bytes()
    with no_hang():
        try:
            export = open_export([path])
            for table in export.tables:
                whole, rows, _ = read_all(table)
                if isinstance(whole, DelimitedTable):
                    source = whole._source
                    text = source.read_at(0, source.size)  # what is in it, where the file is an archive
                    assert not (loss := delimited_loss(whole, rows, text)), loss
            if not isinstance(export.tables[0], DelimitedTable) or path.suffix in ARCHIVES:
                held_cells(path, data, export, original)
        except ReadError:
            return "refused"
    return "read"


def held_cells(path: Path, data: bytes, export: Export, original: Whole | None) -> None:
    """What was read of a message or a workbook is all there was, or something was said."""
    cells = cells_of(export)
    if (leaves := leaves_of(data)) is not None:
        there = "\n".join(_plain(cell) for cell in cells)
        missing = sum(_plain(leaf) not in there and not attachment(leaf) for leaf in leaves)
        assert not missing, f"{missing} of {len(leaves)} values of the document are in no cell"
    elif next(iter(export.recognised.values())).reader in ("edifact", "nhais"):
        assert not (lost := lost_tokens(data, export, cells)), f"{lost} words of the message are in no cell"
    elif original is not None and path.suffix not in WITHOUT_SUMS:
        told = noticed(export) - original.noticed
        assert cells == original.cells or told, "the cells differ and nothing was said"


#: How EDIFACT calls the releases of its messages: the same in everybody's.
_RELEASES = frozenset({"NHS001", "NHS002", "NHS003", "NHS004", "FHS001"})


def lost_tokens(data: bytes, export: Export, cells: Counter[str]) -> int:
    """How many words of four letters and more, on lines of which nothing was said, are in no cell."""
    said = {p.line for p in export.problems}
    there = [*cells]
    for table in export.tables:
        assert isinstance(table, HeldTable)
        there += [*table.preamble, *(table.row_places or ())]
        said |= {p.line for block in table.blocks() for p in table.read(block).problems}
    text = "\n".join(there)
    return sum(
        len(token) > 3 and token not in text and token not in _RELEASES and line not in said
        for line, token in text_tokens(data)
    )


def leaves_of(data: bytes) -> set[str] | None:
    """The texts of a JSON or XML document, None where it is neither."""
    for read in (json_leaves, xml_leaves):
        try:
            return {leaf for leaf in read(data) if leaf.strip()}
        except (ValueError, RecursionError, SyntaxError):
            continue
    return None


def attachment(text: str) -> bool:
    """Whether it is base64 of some length, or a message packed into another as text: the one is told as a
    hazard and never a cell, the other read for itself."""
    long = len(text) > 15 or text.endswith("=")
    return bool(long and re.fullmatch(r"[A-Za-z0-9+/=\s]+", text) and " " not in text)


def _plain(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_damaged_samples_are_refused_or_accounted_for(chunk: int, shared: Path, tmp_path: Path) -> None:
    files = sample_files(shared)
    seen: Counter[str] = Counter()
    for case in range(chunk, CASES, CHUNKS):
        dice = Random(case)
        file = files[dice.randrange(len(files))]
        mutation = MUTATIONS[case // CHUNKS % len(MUTATIONS)]
        data = file.read_bytes()
        if file.suffix not in (".json", ".xml", ".xlsx"):
            data = data[:LARGEST]
        harmed = tmp_path / f"list{file.suffix}"
        harmed.write_bytes(mutation(data, dice) or b"\n")
        try:
            seen[check(harmed, Whole.of(file) if file.suffix == ".xlsx" else None)] += 1
        except BaseException as error:
            pytest.fail(f"case {case}, {mutation.__name__} of {file.name}: {type(error).__name__} {error}")
    assert seen["read"] > CASES / CHUNKS / 10


@pytest.fixture(scope="module")
def own_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Small files of our own invented practice, one of each shape and one in each form."""
    folder = tmp_path_factory.mktemp("own")
    files: list[Path] = []
    for shape in ("report", "emis-report", "workbook", "systmone-breakdown"):
        files += write(shape, folder / shape, patients=60)
    table = build("report", patients=60).tables[0]
    files += [make(folder / name, [table.header, *table.rows]) for name, make in FORMS.items()]
    return files


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
def test_our_own_files_too(mutation: object, own_files: list[Path], tmp_path: Path) -> None:
    assert callable(mutation)
    originals = {file: Whole.of(file) for file in own_files}
    for number in range(max(len(own_files), CASES // 200)):
        dice = Random(number)
        file = own_files[number % len(own_files)]
        harmed = tmp_path / f"{file.name.partition('.')[0]}{''.join(file.suffixes)}"
        harmed.write_bytes(mutation(file.read_bytes(), dice) or b"\n")
        outcome = check(harmed, originals[file])
        if mutation is untouched:
            assert outcome == "read"


def test_the_count_notices_a_lost_cell(tmp_path: Path) -> None:
    """The oracle itself: a cell that is dropped is seen."""
    path = tmp_path / "list.csv"
    path.write_text("Surname,Code\nAsh,H33\nBeech,C10\n", "utf-8")
    table, rows, _ = read_all(open_export([path]).tables[0])
    assert delimited_loss(table, rows, path.read_bytes()) == ""
    rows[1][1] = None
    assert "they part at" in delimited_loss(table, rows, path.read_bytes())
    assert list(json_leaves(json.dumps({"a": [1.50, True, None, "x"]}).encode())) == ["1.5", "true", "x"]


MARKED = ("edifact", "nhais")


@pytest.mark.parametrize("chunk", range(3))
def test_damaged_messages_of_marks_and_lines_lose_no_word(chunk: int, shared: Path, tmp_path: Path) -> None:
    """Few samples are such messages, so they get a run of their own."""
    files = []
    for file in sample_files(shared):
        with suppress(ReadError):
            if file.suffix not in (".csv", ".json", ".xml", ".xlsx") and file.stat().st_size < LARGEST:
                seen = open_export([file]).recognised
                files += [file] if next(iter(seen.values())).reader in MARKED else []
    assert len(files) > 20
    for case in range(chunk, CASES // 2, 3):
        dice = Random(case)
        file = files[dice.randrange(len(files))]
        mutation = MUTATIONS[case % len(MUTATIONS)]
        harmed = tmp_path / f"list{file.suffix}"
        harmed.write_bytes(mutation(file.read_bytes(), dice) or b"\n")
        try:
            check(harmed, None)
        except BaseException as error:
            pytest.fail(f"case {case}, {mutation.__name__} of {file.name}: {type(error).__name__} {error}")
