"""The shelf: lists that a practice loaded, remembered in a small format of our own.

Codes only: no term and no path of the file is kept. Every file is checked against the shelf's own book before
it is used, so that a list that was changed, damaged or taken away stops the work instead of quietly flagging
less.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from platformdirs import user_data_path

from core.model import UsageError
from core.survey.lists.model import Concepts, Damage, ListError, LoadedList, Part

FOLDER_SETTING = "THRESHOLD_LISTS"
_MAGIC = b"threshold code list 1\n"
_BOOK = "lists.json"
_ENDING = ".codes"
_GOOD_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,100}")
_LARGEST = 512 << 20  # unpacked
_ARRAYS = (("ids", "<i8"), ("which", "<i4"), ("aliases", "<i8"), ("stands_for", "<i8"))


def shelf_folder() -> Path:
    """Where lists are remembered: what THRESHOLD_LISTS names, else the person's own data folder."""
    named = os.environ.get(FOLDER_SETTING, "")
    return Path(named) if named else user_data_path("threshold", appauthor=False) / "lists"


@dataclass(frozen=True)
class ListShelf:
    """The lists remembered in one folder."""

    folder: Path

    def ids(self) -> tuple[str, ...]:
        """The lists on the shelf, in order."""
        return tuple(sorted(self._book()))

    def load(self) -> tuple[LoadedList, ...]:
        """All of them. Raises ListError where one is missing, damaged or was changed."""
        return tuple(self._load(list_id, digest) for list_id, digest in sorted(self._book().items()))

    def each(self) -> Iterator[tuple[str, LoadedList | ListError]]:
        """Every list, or what is wrong with it, so that it can be shown and removed.

        Raises ListError where the book itself is damaged."""
        for list_id, digest in sorted(self._book().items()):
            try:
                yield list_id, self._load(list_id, digest)
            except ListError as error:
                yield list_id, error

    def add(self, loaded: LoadedList) -> None:
        """Remember a list; the same file again takes the place of what was said of it before."""
        if not _GOOD_ID.fullmatch(loaded.id):
            raise UsageError(
                "The list has no name that it can be kept under. Give it one of letters and digits.",
                where="lists",
            )
        book = self._book()
        packed = pack(loaded)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(self.folder / f"{loaded.id}{_ENDING}", packed)
            self._write_book({**book, loaded.id: hashlib.sha256(packed).hexdigest()})
        except OSError as error:
            raise _disk(error) from None

    def remove(self, list_id: str) -> None:
        """Forget a list, damaged or not. Raises UsageError where there is none of this id."""
        book = dict(self._book())
        if book.pop(list_id, None) is None:
            known = ", ".join(sorted(book)) or "none"
            raise UsageError(
                f"There is no list '{list_id}' to remove. Loaded are: {known}. Name one of them.",
                where="lists",
            )
        try:
            self._write_book(book)
            with suppress(FileNotFoundError):
                (self.folder / f"{list_id}{_ENDING}").unlink()
        except OSError as error:
            raise _disk(error) from None

    def _load(self, list_id: str, digest: str) -> LoadedList:
        path = self.folder / f"{list_id}{_ENDING}"
        try:
            packed = path.read_bytes()
        except OSError:
            raise _spoilt(list_id, "its file is gone or cannot be read") from None
        if hashlib.sha256(packed).hexdigest() != digest:
            raise _spoilt(list_id, "its file is not the one that was written")
        try:
            loaded = unpack(packed)
        except (ValueError, KeyError, TypeError, zlib.error):
            raise _spoilt(list_id, "it was written by another version of Threshold") from None
        if loaded.id != list_id:
            raise _spoilt(list_id, "its file is that of another list")
        return loaded

    def _book(self) -> Mapping[str, str]:
        path = self.folder / _BOOK
        try:
            text = path.read_bytes()
        except FileNotFoundError:
            if any(self.folder.glob(f"*{_ENDING}")):
                raise self._no_book("is missing") from None
            return {}
        except OSError:
            raise self._no_book("cannot be read") from None
        try:
            book = json.loads(text)
            lists = book["lists"]
            if not all(
                _GOOD_ID.fullmatch(k) and isinstance(v, str) and len(v) == 64 for k, v in lists.items()
            ):
                raise ValueError
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self._no_book("is damaged") from None
        return dict(lists)

    def _no_book(self, what: str) -> ListError:
        return ListError(
            f"The book of the code lists that were added ({_BOOK}) {what}. Empty the folder {self.folder} "
            "and add the lists again.",
            where=_BOOK,
            code="shelf",
        )

    def _write_book(self, lists: Mapping[str, str]) -> None:
        text = json.dumps({"format": 1, "lists": dict(sorted(lists.items()))}, indent=1)
        _write(self.folder / _BOOK, text.encode())


def load_shelf(folder: Path | None = None) -> tuple[LoadedList, ...]:
    """The lists of a folder, or of the person's own shelf. A folder that was named must be there."""
    return named_shelf(folder).load()


def named_shelf(folder: Path | None) -> ListShelf:
    """The shelf in a folder, or the person's own. Raises UsageError for a named folder that is not there:
    only adding a list begins one."""
    if folder is not None and not folder.is_dir():
        raise UsageError(
            "There is no such folder of code lists. Check its name, or leave it out for your own shelf; "
            "'lists add' begins one.",
            where=folder.name or "lists",
        )
    return ListShelf(folder or shelf_folder())


def pack(loaded: LoadedList) -> bytes:
    """A list as bytes: what it is as JSON, then its codes, packed."""
    head = {
        **{name: getattr(loaded, name) for name in _PLAIN},
        "damage": [loaded.damage.damaged, loaded.damage.restored],
        "parts": [
            {
                "id": p.id,
                "title": p.title,
                "categories": p.categories,
                "how": p.how,
                "inactive": p.inactive,
                "ordinary": p.ordinary,
                "entries": {group: len(codes) for group, codes in sorted(p.entries.items())},
            }
            for p in loaded.parts
        ],
        "sets": loaded.concepts.sets,
        "arrays": {name: len(getattr(loaded.concepts, name)) for name, _ in _ARRAYS},
    }
    pieces = [json.dumps(head, ensure_ascii=True, sort_keys=True).encode(), b"\n"]
    for part in loaded.parts:
        for _, codes in sorted(part.entries.items()):
            pieces.append("".join(f"{code}\n" for code in sorted(codes)).encode())
    for name, kind in _ARRAYS:
        values = getattr(loaded.concepts, name)
        # Differences of sorted ids are small numbers, and pack to a third.
        stored = np.diff(values, prepend=0) if name in ("ids", "aliases") else values
        pieces.append(stored.astype(kind).tobytes())
    return _MAGIC + zlib.compress(b"".join(pieces), 6)


_PLAIN = (
    "id", "title", "kind", "kind_title", "version", "date", "count", "sha256", "notes", "evidence",
    "confidence", "names", "rules", "rows",
)  # fmt: skip


def unpack(packed: bytes) -> LoadedList:
    """The list in `pack`'s bytes. Raises ValueError, KeyError, TypeError or zlib.error on anything else."""
    if not packed.startswith(_MAGIC):
        raise ValueError("not a list of ours")
    inflate = zlib.decompressobj()
    data = inflate.decompress(packed[len(_MAGIC) :], _LARGEST)
    if inflate.unconsumed_tail or not inflate.eof:
        raise ValueError("too long, or cut short")
    line, _, rest = data.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    at = 0
    parts = []
    for said in head["parts"]:
        entries: dict[str, frozenset[str]] = {}
        for group, count in said["entries"].items():
            codes = []
            for _ in range(count):
                end = rest.index(b"\n", at)
                codes.append(rest[at:end].decode())
                at = end + 1
            entries[group] = frozenset(codes)
        parts.append(
            Part(said["id"], said["title"], entries, tuple(said["categories"]), said["how"], said["inactive"])
        )
    arrays: dict[str, Any] = {}
    for name, kind in _ARRAYS:
        size = head["arrays"][name] * np.dtype(kind).itemsize
        if at + size > len(rest):
            raise ValueError("cut short")
        values = np.frombuffer(rest[at : at + size], dtype=kind)
        at += size
        whole = np.cumsum(values) if name in ("ids", "aliases") else values
        arrays[name] = whole.astype(np.int32 if kind == "<i4" else np.int64)
    plain = {name: head[name] for name in _PLAIN}
    for name in ("notes", "evidence", "names"):
        plain[name] = tuple(plain[name])
    return LoadedList(
        **plain,
        damage=Damage(*head["damage"]),
        parts=tuple(parts),
        concepts=Concepts(sets=tuple(tuple(s) for s in head["sets"]), **arrays),
    )


def _write(path: Path, data: bytes) -> None:
    """In one step: a crash leaves what was there before."""
    stage = path.with_name(path.name + ".new")
    with stage.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    stage.replace(path)


def _spoilt(list_id: str, why: str) -> ListError:
    return ListError(
        f"The code list '{list_id}' cannot be used: {why}. Without it less would be flagged, so nothing was "
        "opened. Remove it in 'Code lists' (or with 'threshold-cli lists remove') and add it again.",
        where=list_id,
        code="shelf",
    )


def _disk(error: OSError) -> ListError:
    return ListError(
        f"The list could not be kept on this computer (system error {error.errno}). Check that the disk is "
        "not full and that this account may write to its own data folder.",
        where="lists",
        code="shelf",
    )
