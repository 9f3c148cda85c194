"""Deflated bytes read from any place without unpacking them: members of zip archives, gzip files.

Inflating keeps a copy of its state every few megabytes; a read goes on from the nearest one before it. Copies
are few, and grow further apart as the text grows longer. The first pass that has gone from start to end
compares size and checksum with what the archive says.
"""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.model import ReadError
from core.reading.source import Source, member_name, member_stem

_SPACING = 8 << 20
#: So many copies of the state are kept, of about 80 KB each; past it every second is dropped.
_MOST_CHECKPOINTS = 128
_INPUT = 512 << 10
_SIP = 32 << 10
_STEP = 1 << 20
_TAIL = 256 << 10
_CURSORS = 4
_NEAR = 24 << 20
#: The most that one read may ask for: it is as much as the longest record.
MOST_AT_ONCE = 256 << 20
RAW, GZIP = -15, 31


def damaged(name: str, what: str = "") -> ReadError:
    """What is told of packed bytes that do not unpack; `what` is what the file is ('a gzip archive')."""
    return ReadError(
        f"{name} is {what + ' that is ' if what else ''}damaged: it looks cut short or was changed on its "
        "way. Copy it again from where it came, "
        "or make the export again.",
        where=name,
        code="damaged",
    )


def bomb(name: str, why: str) -> ReadError:
    """What is told of an archive that would unpack to more than any export is."""
    return ReadError(
        f"{name} was not opened: {why}. No clinical system makes such a file. Ask who sent it, and do not "
        "unpack it.",
        where=name,
        code="bomb",
    )


def unpack_first(name: str, why: str) -> ReadError:
    """What is told of what cannot be read inside an archive."""
    return ReadError(
        f"{name} {why}. Unpack it first, then open the folder.",
        where=name,
        code="too_big",
    )


@dataclass
class _Cursor:
    """Inflating in progress: `out` bytes came out so far, `at` is the packed byte to read next."""

    out: int
    at: int
    state: Any  # zlib's decompressobj has no public type
    fed: bytes = b""  # packed bytes read but not taken
    chunk: bytes = b""
    chunk_at: int = 0
    tail: bytes = b""  # the last bytes that came out
    after: int = 0  # bytes that follow the last gzip member

    def copied(self) -> _Cursor:
        return _Cursor(self.out, self.at - len(self.fed), self.state.copy())


@dataclass
class _Progress:
    """How far size and checksum are known, and the states kept on the way."""

    passed: int = 0
    crc: int = 0
    done: bool = False
    checkpoints: list[_Cursor] = field(default_factory=list)
    spacing: int = _SPACING
    idle: list[_Cursor] = field(default_factory=list)


class InflatedSource:
    """A run of deflated bytes of another source, as a source of its own. Safe to read from several threads.

    `start` and `packed` say where the run lies in `outer`, `size` and `crc` what it unpacks to; `wbits` is
    RAW or GZIP, where several gzip members may follow each other (each has its own checksum, so `crc` is
    None)."""

    def __init__(
        self,
        outer: Source,
        member: str,
        *,
        start: int,
        packed: int,
        size: int,
        crc: int | None,
        wbits: int = RAW,
    ) -> None:
        self._outer, self._member = outer, member
        self._start, self._packed, self._size = start, packed, size
        self._crc, self._wbits = crc, wbits
        self._lock = threading.Lock()
        self._progress = _Progress()

    @property
    def name(self) -> str:
        return member_name(self._outer, self._member)

    @property
    def stem(self) -> str:
        return member_stem(self._outer, self._member)

    @property
    def path(self) -> Path:
        return self._outer.path

    @property
    def size(self) -> int:
        return self._size

    @property
    def is_near(self) -> bool:
        """Whether going through all of it takes no time that a person notices."""
        return self._size <= _NEAR

    def check(self) -> None:
        """See Source."""
        self._outer.check()

    def read_at(self, offset: int, length: int) -> bytes:
        """See Source. Raises ReadError also where the bytes do not unpack to what the archive says."""
        self._outer.check()
        length = min(length, self._size - offset)
        if length <= 0:
            return b""
        if length > MOST_AT_ONCE:
            raise unpack_first(self.name, "is too large to be read inside its archive")
        cursor = self._nearest(offset)
        parts: list[bytes] = []
        if cursor.out > offset:
            back = len(cursor.tail) - (cursor.out - offset)
            parts.append(cursor.tail[back : back + length])
        end = offset + length
        moved = cursor.out < end
        while cursor.out < end:
            goal = offset if cursor.out < offset else end
            data = self._step(cursor, min(_STEP, goal - cursor.out))
            if cursor.out > offset:
                parts.append(data)
        found = b"".join(parts)
        if moved:
            cursor.tail = found[-_TAIL:]
        with self._lock:
            self._progress.idle.append(cursor)
            del self._progress.idle[:-_CURSORS]
        return found

    def measure(self, limit: int, ratio: int, floor: int) -> int:
        """Finds the size of a gzip file, which the file itself does not say, by one pass; gives the bytes
        that follow its last member. What is learnt on the way is kept.

        Raises ReadError where it is damaged, or unpacks to more than `limit` or, past `floor` bytes, than
        `ratio` times what was read of it."""
        cursor = _Cursor(0, 0, zlib.decompressobj(self._wbits))
        while data := self._more(cursor, _STEP):
            cursor.out += len(data)
            with self._lock:
                self._count(cursor, data)
            if cursor.out > floor and cursor.out > ratio * cursor.at:
                raise bomb(self.name, f"it would unpack to more than {ratio} times its size")
            if cursor.out > limit:
                raise unpack_first(self.name, "unpacks to more than Threshold reads inside an archive")
        self._size, self._progress.done = cursor.out, True
        return cursor.after + self._packed - cursor.at if cursor.after else 0

    def _nearest(self, offset: int) -> _Cursor:
        """A cursor to go on from, taken out of those at rest, or a copy of a kept state."""
        with self._lock:
            kept = [c for c in self._progress.checkpoints if c.out <= offset]
            best = kept[-1].out if kept else 0
            usable = [
                c for c in self._progress.idle if c.out - len(c.tail) <= offset and min(c.out, offset) >= best
            ]
            if usable:
                cursor = max(usable, key=lambda c: min(c.out, offset))
                self._progress.idle.remove(cursor)
                return cursor
            return kept[-1].copied() if kept else _Cursor(0, 0, zlib.decompressobj(self._wbits))

    def _step(self, cursor: _Cursor, most: int) -> bytes:
        data = self._more(cursor, most)
        if not data:
            raise damaged(self.name)
        cursor.out += len(data)
        with self._lock:
            ended = self._count(cursor, data)
        if ended:
            self._at_end(cursor)
        return data

    def _count(self, cursor: _Cursor, data: bytes) -> bool:
        """Keeps checksum and states; the lock is held. True where the first whole pass has ended."""
        progress = self._progress
        new = cursor.out - progress.passed
        if 0 < new <= len(data):
            progress.crc = zlib.crc32(data[len(data) - new :], progress.crc)
            progress.passed = cursor.out
        last = progress.checkpoints[-1].out if progress.checkpoints else 0
        if cursor.out >= last + progress.spacing and not cursor.state.eof:
            progress.checkpoints.append(cursor.copied())
            if len(progress.checkpoints) > _MOST_CHECKPOINTS:
                progress.checkpoints = progress.checkpoints[1::2]
                progress.spacing *= 2
        return progress.passed == self._size and cursor.out == self._size and not progress.done

    def _at_end(self, cursor: _Cursor) -> None:
        if self._more(cursor, 1):
            if self._wbits == GZIP:
                raise unpack_first(self.name, "holds several packed files one after the other")
            raise bomb(self.name, "it unpacks to more than it says")
        left = self._packed - cursor.at + len(cursor.fed)
        wrong = self._wbits == RAW and (not cursor.state.eof or left or cursor.state.unused_data)
        if wrong or (self._crc is not None and self._progress.crc != self._crc):
            raise damaged(self.name)
        self._progress.done = True

    def _more(self, cursor: _Cursor, most: int) -> bytes:
        """Up to `most` more bytes; b"" where the packed ones have come to their end."""
        while True:
            if cursor.state.eof and (self._wbits == RAW or not self._next_member(cursor)):
                return b""
            if not cursor.fed:
                cursor.fed = self._packed_bytes(cursor)
            drained = not cursor.fed
            try:
                data: bytes = cursor.state.decompress(cursor.fed, most)
            except zlib.error:
                raise damaged(self.name) from None
            cursor.fed = cursor.state.unconsumed_tail
            if data:
                return data
            if drained and not cursor.state.eof:
                raise damaged(self.name)

    def _next_member(self, cursor: _Cursor) -> bool:
        """Goes on to the next gzip member; False where none follows."""
        rest = cursor.state.unused_data
        while len(rest := rest.lstrip(b"\0")) < 2:
            more = self._packed_bytes(cursor)
            if not more:
                return False
            rest += more
        if not rest.startswith(b"\x1f\x8b"):
            cursor.after = len(rest)
            return False
        cursor.state, cursor.fed = zlib.decompressobj(self._wbits), rest
        return True

    def _packed_bytes(self, cursor: _Cursor) -> bytes:
        """The next few packed bytes, from a larger piece that was read at once."""
        at = cursor.at - cursor.chunk_at
        if not 0 <= at < len(cursor.chunk):
            if cursor.at >= self._packed:
                return b""
            length = min(_INPUT, self._packed - cursor.at)
            cursor.chunk = self._outer.read_at(self._start + cursor.at, length)
            cursor.chunk_at, at = cursor.at, 0
        sip = cursor.chunk[at : at + _SIP]
        cursor.at += len(sip)
        return sip

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        del state["_lock"], state["_progress"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()
        self._progress = _Progress()


class StoredSource:
    """A run of bytes of another source that are not packed: a member that was only stored, one of a tar.

    The first pass that has gone from start to end compares the checksum, where there is one."""

    def __init__(self, outer: Source, member: str, *, start: int, size: int, crc: int | None) -> None:
        self._outer, self._member = outer, member
        self._start, self._size, self._crc = start, size, crc
        self._passed, self._so_far = 0, 0
        self._lock = threading.Lock()

    @property
    def is_near(self) -> bool:
        return bool(getattr(self._outer, "is_near", True))

    @property
    def name(self) -> str:
        return member_name(self._outer, self._member)

    @property
    def stem(self) -> str:
        return member_stem(self._outer, self._member)

    @property
    def path(self) -> Path:
        return self._outer.path

    @property
    def size(self) -> int:
        return self._size

    def check(self) -> None:
        """See Source."""
        self._outer.check()

    def read_at(self, offset: int, length: int) -> bytes:
        """See Source."""
        length = min(length, self._size - offset)
        if length <= 0:
            return b""
        data = self._outer.read_at(self._start + offset, length)
        if len(data) < length:
            raise damaged(self.name)
        if self._crc is not None:
            with self._lock:
                new = offset + length - self._passed
                if 0 < new <= length:
                    self._so_far = zlib.crc32(data[length - new :], self._so_far)
                    self._passed += new
                wrong = self._passed == self._size and self._so_far != self._crc
            if wrong:
                raise damaged(self.name)
        return data

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        del state["_lock"]
        state["_passed"] = state["_so_far"] = 0
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()
