"""gzip files: one file, packed; and tar archives, whose members lie in them as they are."""

from __future__ import annotations

import re
import struct
import tarfile

from core.model import ReadError, Recognised
from core.reading.archives.checkpoints import GZIP, InflatedSource, StoredSource, damaged, unpack_first
from core.reading.archives.safety import (
    RATIO_FLOOR,
    RATIO_LIMIT,
    Budget,
    Members,
    Skipped,
    check_names,
    comment_hazard,
    extra_hazard,
    unsafe,
)
from core.reading.readers import Candidate
from core.reading.source import Source, SourceStream, member_name

_GZIP = b"\x1f\x8b\x08"
_TAR_AT, _TAR = 257, b"ustar"
_MOST_HEADER = 1 << 20
_QUICK = 32 << 20
#: The size of a gzip file is found by going through it, so it must have an end within reach.
_MOST_UNPACKED = 32 << 30


class GzipContainer:
    """gzip: text is read from any place in it."""

    id = "gzip"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the first bytes."""
        if not candidate.head.startswith(_GZIP):
            return None
        return Recognised("gzip", "a gzip archive", 0.9, ("its first bytes",), self.id)

    def open(self, candidate: Candidate, budget: Budget) -> Members:
        """The one file inside."""
        source, where = candidate.source, candidate.source.name
        told, remarks = _header(candidate.head)
        if told:
            check_names(where, [told], [])
        plain = re.sub(r"(?i)\.gz$", "", where.rpartition(" › ")[2].rpartition("/")[2])
        plain = re.sub(r"(?i)\.tgz$", ".tar", plain)
        told_size = _told_size(source)
        inner = InflatedSource(
            source, told or plain, start=0, packed=source.size, size=told_size, crc=None, wbits=GZIP
        )
        after = 0
        if not told_size:
            try:
                after = inner.measure(_MOST_UNPACKED, RATIO_LIMIT, RATIO_FLOOR)
            except ReadError as error:
                raise damaged(where, "a gzip archive") if error.code == "damaged" else error from None
        budget.count(where, inner.size, source.size)
        hazards = []
        if remarks:
            hazards.append(comment_hazard(where, "the archive has a comment"))
        if after:
            hazards.append(extra_hazard(where, after))
        return Members((inner,), tuple(hazards))


def _told_size(source: Source) -> int:
    """The size that the last four bytes tell, where finding it by going through the file would take long
    and it can be true: of one packed file, of less than 4 GB. Reading to its end shows whether it is."""
    if source.size < _QUICK:
        return 0
    size = int.from_bytes(source.read_at(source.size - 4, 4), "little")
    return size if source.size <= size <= RATIO_LIMIT * source.size else 0


def _header(head: bytes) -> tuple[str, bool]:
    """(the name that the first header gives, whether there are comments or extra fields)."""
    flags, at = head[3] if len(head) > 3 else 0, 10
    remarks = bool(flags & 0x14)
    if flags & 4 and len(head) >= 12:
        at += 2 + int(struct.unpack_from("<H", head, 10)[0])
    if not flags & 8:
        return "", remarks
    end = head.find(b"\0", at)
    return (head[at:end].decode("latin-1") if end >= 0 else ""), remarks


class TarContainer:
    """tar: members lie in it unpacked."""

    id = "tar"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """By the mark in the first header."""
        if not candidate.head.startswith(_TAR, _TAR_AT):
            return None
        try:
            tarfile.TarInfo.frombuf(candidate.head[:512], "utf-8", "surrogateescape")
        except (tarfile.TarError, ValueError):
            return None
        return Recognised("tar", "a tar archive", 0.9, ("its first header",), self.id)

    def open(self, candidate: Candidate, budget: Budget) -> Members:
        """The members as sources. Refuses links, devices and names that lead elsewhere."""
        source, where = candidate.source, candidate.source.name
        files: list[tarfile.TarInfo] = []
        try:
            with tarfile.open(fileobj=SourceStream(source, _MOST_HEADER), mode="r:") as archive:
                for info in archive:
                    if info.isdir():
                        check_names(where, [info.name.rstrip("/") or "/"], [])
                        continue
                    if not info.isfile():
                        raise unsafe(where, "it holds links or devices in place of files")
                    budget.count(where, info.size, info.size)
                    files.append(info)
        except (tarfile.TarError, OSError, EOFError, ValueError, OverflowError):
            raise damaged(where, "a tar archive") from None
        names = [info.name.removeprefix("./") for info in files]
        check_names(where, names, names)
        sources: list[Source] = []
        skipped: list[Skipped] = []
        for name, info in zip(names, files, strict=True):
            if info.issparse():
                skipped.append(Skipped(name, unpack_first(member_name(source, name), "is a sparse file")))
            elif info.offset_data + info.size > source.size:
                raise damaged(where, "a tar archive")
            else:
                sources.append(StoredSource(source, name, start=info.offset_data, size=info.size, crc=None))
        return Members(tuple(sources), (), tuple(skipped))
