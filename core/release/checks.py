"""The checks of a written release, from the bytes on the disk: read back, counted, compared, attacked."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.model import Gate, Progress, VerificationError
from core.protection import Context, RowDecisions, load_profile, published_table
from core.protection.actions import KEYED
from core.protection.order import Order, rows_in_order
from core.protection.plan import Plan
from core.protection.schemes import DIGEST
from core.release.attack import FileAttack
from core.release.comparing import Comparison
from core.release.fhir_readback import open_bundle, strays
from core.release.leaks import FULL_NAME, STRONG, Known, Leak, full_name_in, strong_leaks
from core.release.manifest import NOTE, DataFile, Manifest, sha256_of
from core.release.readback import WrittenFile, hidden_parts, open_written, other_text
from core.release.typed import typed_leaks
from core.survey.results import Survey

_UNORDERED = (
    "The rows were shuffled with the key: without it they cannot be compared with the source row by row. "
    "Give the key to do so."
)
_TELL = 5  # leaks named in a check's sentence
_HEX = re.compile(r"\b[0-9a-f]{64}\b")
_TAG = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """What a release is compared with. Without the key, pseudonyms cannot be made again."""

    survey: Survey
    context: Context = field(repr=False)
    rows: RowDecisions = field(repr=False)
    thorough: bool = False
    has_key: bool = True
    order: Order | None = field(default=None, repr=False)  # of a shuffled release, where the key is at hand

    def unordered(self, plan: Plan) -> bool:
        """Whether nobody can say here which row of a file is which: shuffled, and the key is not at hand."""
        return plan.shuffle and self.order is None


def check_written(
    release_dir: Path,
    manifest: Manifest,
    plan: Plan,
    *,
    source: Source | None = None,
    progress: Progress | None = None,
) -> tuple[Gate, ...]:
    """The checks of everything in `send/`, from the bytes on the disk."""
    send = release_dir / "send"
    checks = [_nothing_else(send, manifest)]
    with ThreadPoolExecutor(1, thread_name_prefix="checksum") as pool:
        sums = pool.submit(_checksums, send, manifest.files)
        told = _Told(plan, manifest, source)
        for file in manifest.files:
            told.read(send / file.name, file, progress)
        checks += [sums.result(), told.counts(), told.fields(), told.hidden()]
    if source is not None:
        checks.append(told.equal())
    leaks = told.leaks + note_leaks(send, manifest, source.survey if source else None)
    checks.append(_no_leaks("identifiers", "identifiers of anybody", [k for k in leaks if k.sort in STRONG]))
    if source is not None:
        checks.append(_no_leaks("own-patient", "names or birth dates of a row's own patient", _weak(leaks)))
        if source.unordered(plan):
            checks[-1] = replace(checks[-1], detail=_UNORDERED)
    return tuple(checks)


def _weak(leaks: Iterable[Leak]) -> list[Leak]:
    return [leak for leak in leaks if leak.sort not in STRONG]


class _Told:
    """Everything one reading of the data files tells."""

    def __init__(self, plan: Plan, manifest: Manifest, source: Source | None) -> None:
        self._plan = plan
        self._manifest = manifest
        self._source = source
        self._wrong: dict[str, list[str]] = {"rows": [], "fields": [], "hidden": [], "unreadable": []}
        self._different: list[str] = []
        self._compared = 0
        self._tables = tuple(dict.fromkeys(f.table for f in plan.fields))
        self.leaks: list[Leak] = []

    def read(self, path: Path, file: DataFile, progress: Progress | None) -> None:
        try:
            self._read(path, file, progress)
        except VerificationError as error:
            self._wrong["unreadable"].append(f"{error.where}: {error.message}")

    def _read(self, path: Path, file: DataFile, progress: Progress | None) -> None:
        if not path.is_file():
            self._wrong["unreadable"].append(f"{file.name} is missing.")
            return
        if self._plan.format == "fhir":
            self._read_together(path, file, progress)
            return
        written = open_written(path, self._plan.format)
        self._wrong["hidden"] += [f"{file.name}: {what}" for what in hidden_parts(path, self._plan.format)]
        self.leaks += _text_leaks(file.name, other_text(path, self._plan.format), self._known())
        if file.table == 0:
            self._read_counts(path, file)
            return
        self._read_rows(file, written, progress)

    def _read_together(self, path: Path, file: DataFile, progress: Progress | None) -> None:
        """A Bundle: each of its tables as if it had a file of its own."""
        parts = [(p.table, self._tables[p.table - 1], p.fields) for p in file.parts]
        self._wrong["hidden"] += [f"{file.name}: {what}" for what in strays(path, parts)]
        if sum(part.rows for part in file.parts) != file.rows:
            self._wrong["rows"].append(f"{file.name} has other rows than its tables together.")
        for part, opened in zip(file.parts, open_bundle(path, parts), strict=True):
            one = file.model_copy(update={"table": part.table, "rows": part.rows, "fields": part.fields})
            self._read_rows(one, WrittenFile(opened.fields, opened.batches, keeps_absent=False), progress)

    def _read_rows(self, file: DataFile, written: WrittenFile, progress: Progress | None) -> None:
        fields = tuple(f for f in self._plan.for_table(self._tables[file.table - 1]) if f.leaves)
        names = tuple(f.heading for f in fields)
        if written.fields != names or file.fields != names:
            empty = not written.fields and not file.rows
            if not empty:
                self._wrong["fields"].append(f"{file.name} does not have the fields of the plan.")
                fields = fields if len(written.fields) == len(fields) else ()
        survey = self._source.survey if self._source else None
        attack = FileAttack(file.name, fields, survey, self._patients(file.table))
        compare = self._comparison(file.table, written.keeps_absent) if fields else None
        rows = 0
        for batch in written.batches:
            if progress is not None:
                progress(rows, file.rows, "Checking what was written")
            rows += batch.num_rows
            attack.feed(batch)
            if compare is not None:
                compare.feed(batch)
        if rows != file.rows:
            self._wrong["rows"].append(f"{file.name} has {rows:,} rows and should have {file.rows:,}.")
        self.leaks += attack.leaks() + _header_leaks(file.name, written.fields, self._known())
        if compare is not None:
            compare.finish()
            self._compared += compare.compared
            self._different += [f"{file.name}, row {row:,}" for row in compare.different]

    def _read_counts(self, path: Path, file: DataFile) -> None:
        batches = list(open_written(path, self._plan.format).batches)
        rows = sum(batch.num_rows for batch in batches)
        if rows != file.rows:
            self._wrong["rows"].append(f"{file.name} has {rows:,} rows and should have {file.rows:,}.")
        for batch in batches:
            for column in batch.columns:
                for text in column.unique().to_pylist():
                    self.leaks += _text_leaks(file.name, text or "", self._known())
        if self._source is not None:
            profile = load_profile(self._plan.profile_id)
            table = published_table(self._source.survey, self._plan, profile, self._source.rows)
            again = [list(row.values()) for row in table.to_pylist()]
            here = [list(row.values()) for batch in batches for row in batch.to_pylist()]
            self._compared += len(here)
            blank = self._plan.format == "xlsx"
            if [[c or "" for c in r] if blank else r for r in again] != [
                [c or "" for c in r] if blank else r for r in here
            ]:
                self._different.append(file.name)

    def _known(self) -> Known:
        return Known(self._source.survey.known if self._source else None)

    def _patients(self, number: int) -> npt.NDArray[np.int32] | None:
        if self._source is None or self._source.unordered(self._plan):
            return None
        name = self._tables[number - 1]
        leaves: npt.NDArray[Any] = self._source.context.tables[name].withheld == 0
        if self._source.order is not None:
            table = self._source.survey.export.table(name)
            leaves = rows_in_order(table, leaves, self._source.order)
        patients: npt.NDArray[np.int32] = self._source.survey.facts[name].patient[leaves]
        return patients

    def _comparison(self, number: int, keeps_absent: bool) -> Comparison | None:
        if self._source is None or self._source.unordered(self._plan):
            return None
        name = self._tables[number - 1]
        unknown = frozenset(
            f.field
            for f in self._plan.for_table(name)
            if (f.action in KEYED and not self._source.has_key)
            or (f.action == DIGEST and not self._source.context.pseudonyms.salt)
        )
        return Comparison(
            self._source.survey.export.table(name),
            self._source.context,
            thorough=self._source.thorough,
            keeps_absent=keeps_absent,
            unknown=unknown,
            order=self._source.order,
        )

    def counts(self) -> Gate:
        wrong = self._wrong["unreadable"] + self._wrong["rows"]
        return gate("rows", wrong, "Every file was read back and has the rows that were counted.")

    def fields(self) -> Gate:
        return gate("fields", self._wrong["fields"], "Every file has the fields of the plan and no other.")

    def hidden(self) -> Gate:
        return gate("hidden-parts", self._wrong["hidden"], "No file holds anything besides its rows.")

    def equal(self) -> Gate:
        wrong = [f"Not what the plan makes: {where}." for where in self._different[:_TELL]]
        if self._source is not None and self._source.unordered(self._plan):
            return gate("cells", wrong, _UNORDERED)
        return gate(
            "cells", wrong, f"{self._compared:,} rows were made again and are equal to the character."
        )


def gate(name: str, wrong: list[str], right: str) -> Gate:
    """A check that passed where nothing is wrong; the sentence for either case."""
    return Gate(name, not wrong, " ".join(wrong[:_TELL]) if wrong else right)


def _no_leaks(name: str, what: str, leaks: list[Leak]) -> Gate:
    if not leaks:
        return Gate(name, True, f"Looked for {what} and found none that the plan does not send.")
    told = "; ".join(str(leak) for leak in leaks[:_TELL])
    more = f"; and {len(leaks) - _TELL:,} more" if len(leaks) > _TELL else ""
    return Gate(name, False, f"Found {told}{more}.")


def _checksums(send: Path, files: Iterable[DataFile]) -> Gate:
    wrong = [
        f"{file.name} is not the file that was written."
        for file in files
        if not (send / file.name).is_file()
        or (send / file.name).is_symlink()
        or (send / file.name).stat().st_size != file.bytes
        or sha256_of(send / file.name) != file.sha256
    ]
    return gate("checksums", wrong, "Every file has the checksum in the manifest.")


def _nothing_else(send: Path, manifest: Manifest) -> Gate:
    expected = {file.name for file in manifest.files} | {NOTE}
    found = {path.name for path in send.iterdir()} if send.is_dir() else set()
    wrong = []
    if found - expected:
        wrong.append(f"send holds {len(found - expected):,} files that were not written by Threshold.")
    if expected - found:
        wrong.append(f"{len(expected - found):,} files are missing from send.")
    return gate(
        "nothing-else", wrong, "The folder to send holds the data, the covering note and nothing else."
    )


def note_leaks(send: Path, manifest: Manifest, survey: Survey | None) -> list[Leak]:
    """Identifiers in the covering note and in the names of the files to send.

    What people typed (recipient, project, agreement) may hold the recipient's own address or telephone,
    so there only NHS numbers and what the survey knows to be a patient's count."""
    known = Known(survey.known if survey else None)
    leaks: list[Leak] = []
    for path in sorted(send.iterdir()) if send.is_dir() else ():
        leaks += _text_leaks("the name of a file", path.stem.replace("_", " "), known)
    note = send / NOTE
    if not note.is_file():
        return leaks
    text = html.unescape(_TAG.sub(" ", note.read_text("utf-8", errors="replace")))
    text = _HEX.sub(" ", text)
    typed = [t for t in (manifest.recipient, manifest.project, manifest.agreement) if t]
    for words in typed:
        text = text.replace(words, " ")
        leaks += [Leak(sort, NOTE, "", 0, 0) for sort in typed_leaks(words, known)]
    for line in text.splitlines():
        leaks += _text_leaks(NOTE, line, known)
    return leaks


def _text_leaks(file: str, text: str, known: Known) -> list[Leak]:
    sorts = set(strong_leaks(text, known)) if text.strip() else set()
    if text.strip() and full_name_in(text, known):
        sorts.add(FULL_NAME)
    return [Leak(sort, file, "", 0, 0) for sort in sorted(sorts)]


def _header_leaks(file: str, fields: Iterable[str], known: Known) -> list[Leak]:
    found: Mapping[str, None] = dict.fromkeys(
        leak.sort for name in fields for leak in _text_leaks(file, name, known)
    )
    return [Leak(sort, f"{file}, the name of a field", "", 0, 0) for sort in found]
