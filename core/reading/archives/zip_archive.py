"""Zip archives: their directory read with suspicion, their members as sources where they lie.

Nothing is unpacked to disk. What one program would show and another hide (two entries of a name, entries
that overlap, names that differ between directory and entry) is refused: what is seen must be what is there.
"""

from __future__ import annotations

import bz2
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.model import Hazard, ReadError, Recognised
from core.reading.archives.aes import AES_METHOD, AesFields, aes_fields, open_aes
from core.reading.archives.checkpoints import InflatedSource, StoredSource, bomb, damaged, unpack_first
from core.reading.archives.safety import (
    RATIO_FLOOR,
    RATIO_LIMIT,
    Budget,
    Members,
    Skipped,
    check_names,
    comment_hazard,
    encrypted_hazard,
    extra_hazard,
    needs_password,
    refuse_volumes,
    unsafe,
    wrong_password,
)
from core.reading.readers import Candidate
from core.reading.source import HeldSource, Source, SourceStream, member_name

_END, _END64, _LOCATOR, _ENTRY, _LOCAL = (b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\1\2", b"PK\3\4")
_MOST_ENTRIES = 20_000
_MOST_DIRECTORY = 8 << 20
_DESCRIPTION = 24  # sizes may stand behind a file's bytes
_STORED, _DEFLATED, _DEFLATE64, _BZIP2, _LZMA = 0, 8, 9, 12, 14
#: ZipCrypto is undone a byte at a time in Python, at about 2 MB a second.
_MOST_ZIPCRYPTO = 32 << 20


@dataclass(frozen=True)
class Entry:
    """One entry of the directory."""

    name: str
    raw_name: bytes
    other_name: str  # what the entry's Unicode field calls it, "" where it has none
    offset: int  # of its local header
    packed: int
    size: int
    crc: int
    method: int
    flags: int
    mode: int
    aes: AesFields | None = None
    has_comment: bool = False

    @property
    def is_folder(self) -> bool:
        return self.name.endswith(("/", "\\"))

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & 1)


@dataclass
class Directory:
    """What the end of a zip says of it."""

    entries: list[Entry] = field(default_factory=list)
    start: int = 0  # where the archive begins: what stands before it belongs to something else
    at: int = 0  # where the directory begins
    comment: int = 0
    after: int = 0


class ZipContainer:
    """Zip archives that are no Office document."""

    id = "zip"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the first bytes, or a name in .zip; a workbook is a zip too, and is not one of these."""
        head, name = candidate.head, candidate.source.name.lower()
        if re.search(r"\.zip\.\d{3}$|\.z\d\d$", name):
            return Recognised("zip", "a part of a zip archive", 0.9, ("its name",), self.id)
        if not head.startswith((_LOCAL, _END, b"PK\7\x08")) and not (
            name.endswith(".zip") and _find_end(candidate.source) is not None
        ):
            return None
        if head.startswith(_LOCAL) and _is_document(candidate.source):
            return None
        return Recognised("zip", "a zip archive", 0.9, ("its first bytes",), self.id)

    def open(self, candidate: Candidate, budget: Budget) -> Members:
        """The members as sources. Raises ReadError on what is damaged or unsafe."""
        source, where = candidate.source, candidate.source.name
        if candidate.head.startswith(b"PK\7\x08") or re.search(r"\.zip\.\d{3}$|\.z\d\d$", where.lower()):
            raise refuse_volumes(where)
        directory = read_directory(source)
        # In the order in which they lie: in a packed archive, going back and forth takes long.
        entries = directory.entries
        entries.sort(key=lambda e: e.offset)
        names = [e.name for e in entries]
        check_names(where, names + [e.other_name for e in entries if e.other_name], names)
        _check_modes(where, entries)
        starts, hazards = _places(source, directory)
        sources: list[Source] = []
        skipped: list[Skipped] = []
        for entry, start in zip(entries, starts, strict=True):
            if entry.is_folder and not entry.size and not entry.packed:
                continue
            budget.count(where, entry.size, entry.packed)
            member = entry.name.replace("\\", "/")
            if unreadable := _unreadable(entry):
                skipped.append(Skipped(member, unpack_first(member_name(source, member), unreadable)))
            elif entry.encrypted or entry.method not in (_STORED, _DEFLATED):
                sources.append(_held(source, entry, member, start, budget, candidate.passwords))
            elif entry.method == _STORED:
                sources.append(StoredSource(source, member, start=start, size=entry.size, crc=entry.crc))
            else:
                sources.append(
                    InflatedSource(
                        source, member, start=start, packed=entry.packed, size=entry.size, crc=entry.crc
                    )
                )
        if any(e.encrypted for e in entries):
            hazards.append(encrypted_hazard(where))
        return Members(tuple(sources), tuple(hazards), tuple(skipped))


def _is_document(source: Source) -> bool:
    """Whether the zip is an Office or OpenDocument file, by the entries that only those have."""
    try:
        entries = read_directory(source).entries
    except ReadError:
        return source.name.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".ods", ".docx", ".pptx"))
    names = {e.name for e in entries}
    return "[Content_Types].xml" in names or ("mimetype" in names and "content.xml" in names)


def _find_end(source: Source) -> tuple[int, bytes] | None:
    """Where the end record stands, and all from there on."""
    length = min(source.size, 22 + 65_535 + 4_096)
    tail = source.read_at(source.size - length, length)
    found = tail.rfind(_END)
    while found >= 0:
        if len(tail) - found >= 22:
            return source.size - length + found, tail[found:]
        found = tail.rfind(_END, 0, found)
    return None


def read_directory(source: Source) -> Directory:
    """The directory of a zip, before anything in it is believed. Raises ReadError."""
    where = source.name
    found = _find_end(source)
    if found is None:
        raise damaged(where, "a zip archive")
    end, record = found
    disk, first_disk, here, count, size, offset, comment = struct.unpack_from("<HHHHIIH", record, 4)
    at_end = end
    if end >= 20 and (locator := source.read_at(end - 20, 20)).startswith(_LOCATOR):
        (wide,) = struct.unpack_from("<Q", locator, 8)
        for place in (wide, end - 20 - 56):
            record64 = source.read_at(place, 56) if 0 <= place <= end - 76 else b""
            if record64.startswith(_END64) and len(record64) == 56:
                here, count, size, offset = struct.unpack_from("<QQQQ", record64, 24)
                at_end = place
                break
        else:
            raise damaged(where, "a zip archive")
        disk = first_disk = 0
    if disk not in (0, 0xFFFF) or first_disk not in (0, 0xFFFF) or here != count:
        raise refuse_volumes(where)
    if count > _MOST_ENTRIES or size > _MOST_DIRECTORY:
        raise unpack_first(where, f"holds more than {_MOST_ENTRIES:,} files")
    start = at_end - size - offset
    if start < 0 or size > at_end:
        raise damaged(where, "a zip archive")
    data = source.read_at(at_end - size, size)
    directory = Directory(start=start, at=at_end - size, comment=comment)
    directory.after = len(record) - 22 - comment
    if directory.after < 0:
        raise damaged(where, "a zip archive")
    place = 0
    while place < len(data):
        entry, place = _entry(data, place, start, where)
        directory.entries.append(entry)
    if len(directory.entries) != count & 0xFFFF and len(directory.entries) != count:
        raise damaged(where, "a zip archive")
    return directory


def _entry(data: bytes, at: int, start: int, where: str) -> tuple[Entry, int]:
    if data[at : at + 4] != _ENTRY or len(data) - at < 46:
        raise damaged(where, "a zip archive")
    flags, method = struct.unpack_from("<HH", data, at + 8)
    crc, packed, size, name_length, extra_length, comment_length, disk, _, attributes, offset = (
        struct.unpack_from("<IIIHHHHHII", data, at + 16)
    )
    end = at + 46 + name_length + extra_length + comment_length
    if end > len(data):
        raise damaged(where, "a zip archive")
    raw = data[at + 46 : at + 46 + name_length]
    extra = data[at + 46 + name_length : end - comment_length]
    if disk not in (0, 0xFFFF):
        raise refuse_volumes(where)
    name = _text(raw, flags)
    other, aes = "", None
    for kind, value in _extras(extra):
        if kind == 1:
            wide = list(struct.unpack_from(f"<{len(value) // 8}Q", value))
            if size == 0xFFFFFFFF and wide:
                size = wide.pop(0)
            if packed == 0xFFFFFFFF and wide:
                packed = wide.pop(0)
            if offset == 0xFFFFFFFF and wide:
                offset = wide.pop(0)
        elif kind == 0x7075 and len(value) > 5:
            other = value[5:].decode("utf-8", "replace")
        elif kind == 0x9901:
            aes = aes_fields(value)
    entry = Entry(
        name=name,
        raw_name=raw,
        other_name=other if other != name else "",
        offset=start + offset,
        packed=packed,
        size=size,
        crc=crc,
        method=method,
        flags=flags,
        mode=attributes >> 16,
        aes=aes,
        has_comment=bool(comment_length),
    )
    return entry, end


def _text(raw: bytes, flags: int) -> str:
    return raw.decode("utf-8", "replace") if flags & 0x800 else raw.decode("cp437")


def _extras(extra: bytes) -> Sequence[tuple[int, bytes]]:
    found, at = [], 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        found.append((kind, extra[at + 4 : at + 4 + length]))
        at += 4 + length
    return found


def _check_modes(where: str, entries: Sequence[Entry]) -> None:
    """Refuses links and devices: unpacked elsewhere, they would point out of the archive."""
    for entry in entries:
        kind = stat.S_IFMT(entry.mode)
        if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
            raise unsafe(where, "it holds links or devices in place of files")


def _places(source: Source, directory: Directory) -> tuple[list[int], list[Hazard]]:
    """Where each entry's bytes start, and what stands between the entries. Refuses entries that overlap."""
    where = source.name
    starts: list[int] = []
    spans: list[tuple[int, int, bool]] = []
    for entry in directory.entries:
        header = source.read_at(entry.offset, 30 + len(entry.raw_name)) if entry.offset >= 0 else b""
        if not header.startswith(_LOCAL) or len(header) < 30:
            raise damaged(where, "a zip archive")
        name_length, extra_length = struct.unpack_from("<HH", header, 26)
        if name_length != len(entry.raw_name) or header[30:] != entry.raw_name:
            raise unsafe(where, "a file in it is called one thing in one place and another elsewhere")
        start = entry.offset + 30 + name_length + extra_length
        if start + entry.packed > directory.at:
            raise damaged(where, "a zip archive")
        starts.append(start)
        spans.append((entry.offset, start + entry.packed, bool(entry.flags & 8)))
        if entry.packed and entry.size > RATIO_FLOOR and entry.size > RATIO_LIMIT * entry.packed:
            raise bomb(where, f"a file in it would unpack to more than {RATIO_LIMIT} times its size")
    spans.sort()
    extra = last = directory.start
    described = False
    for begin, end, followed in [*spans, (directory.at, directory.at, False)]:
        if begin < last:
            raise bomb(where, "files in it share the same bytes")
        gap = begin - last
        extra += max(0, gap - _DESCRIPTION) if described else gap
        last, described = end, followed
    return starts, _extra_hazards(where, directory, extra)


def _extra_hazards(where: str, directory: Directory, extra: int) -> list[Hazard]:
    found = []
    if directory.comment or any(e.has_comment for e in directory.entries):
        what = "the archive has a comment" if directory.comment else "files in the archive have comments"
        found.append(comment_hazard(where, what))
    if extra or directory.after:
        found.append(extra_hazard(where, extra + directory.after))
    return found


def _unreadable(entry: Entry) -> str:
    """Why a member cannot be read where it lies; "" where it can."""
    if entry.method == _DEFLATE64:
        return "is packed as Windows packs files of more than 2 GB (Deflate64)"
    if entry.flags & 0x2040:
        return "is protected in a way that Threshold does not know"
    method = entry.aes.method if entry.method == AES_METHOD and entry.aes else entry.method
    if method not in (_STORED, _DEFLATED, _BZIP2, _LZMA):
        return "is packed in a way that Threshold does not know"
    if entry.encrypted and entry.method != AES_METHOD and entry.packed > _MOST_ZIPCRYPTO:
        return f"is protected by a password and larger than {_MOST_ZIPCRYPTO >> 20} MB"
    return ""


def _held(
    source: Source, entry: Entry, member: str, start: int, budget: Budget, passwords: Sequence[str]
) -> HeldSource:
    """A member that can only be read whole, in memory."""
    where = member_name(source, member)
    budget.hold(where, entry.size)
    if entry.encrypted and not passwords:
        raise needs_password(source.name)
    for password in passwords if entry.encrypted else ("",):
        data = _try(source, entry, start, password)
        if data is not None:
            return HeldSource(source, member, data)
    raise wrong_password(source.name) if entry.encrypted else damaged(where)


def _try(source: Source, entry: Entry, start: int, password: str) -> bytes | None:
    """The member's bytes; None where the password is wrong or they are not what the directory says."""
    try:
        if entry.method == AES_METHOD:
            if entry.aes is None:
                return None
            packed = open_aes(source.read_at(start, entry.packed), entry.aes, password)
            data = None if packed is None else _unpack(packed, entry.aes.method, entry.size)
            if data is not None and entry.aes.version == 2:  # such entries have no checksum, but a keyed one
                return data if len(data) == entry.size else None
        elif entry.encrypted:
            with zipfile.ZipFile(SourceStream(source)) as archive:
                info = next(i for i in archive.infolist() if i.header_offset == entry.offset)
                with archive.open(info, pwd=password.encode()) as file:
                    data = file.read(entry.size + 1)
        else:
            data = _unpack(source.read_at(start, entry.packed), entry.method, entry.size)
    except (
        zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, OSError, EOFError, StopIteration,
        lzma.LZMAError, ValueError, IndexError, struct.error,
    ):  # fmt: skip
        return None
    if data is None or len(data) != entry.size or zlib.crc32(data) != entry.crc:
        return None
    return data


def _unpack(packed: bytes, method: int, size: int) -> bytes:
    if method == _STORED:
        return packed
    if method == _DEFLATED:
        return zlib.decompressobj(-15).decompress(packed, size + 1)
    if method == _BZIP2:
        return bz2.BZ2Decompressor().decompress(packed, size + 1)
    length = struct.unpack_from("<H", packed, 2)[0]
    properties = packed[4 : 4 + length]
    dictionary = struct.unpack_from("<I", properties, 1)[0]
    if dictionary > 64 << 20:
        raise ValueError("dictionary")
    lc, rest = properties[0] % 9, properties[0] // 9
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": rest % 5, "pb": rest // 5}]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters).decompress(packed[4 + length :], size + 1)
