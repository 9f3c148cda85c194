"""The zip file of a workbook: whether it is safe to unpack at all, and its parts.

Sizes are taken from the directory and then held to while unpacking, before any library unpacks the whole.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from urllib.parse import unquote

from core.model import Hazard
from core.reading.containers import found, some
from core.reading.workbooks.containers_refusals import bomb, damaged, other_document, password, too_big
from core.reading.workbooks.containers_xml import has_doctype, tags, utf8

#: What a workbook may unpack to. Past it the workbook is refused: cells are held in memory.
UNPACKED_LIMIT = 200 << 20
_RATIO_LIMIT = 200
_SMALL = 10 << 20
_MOST_PARTS = 20_000
_END = b"PK\x05\x06"
_DIRECTORY = b"PK\x01\x02"
_BAD = (
    KeyError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    NotImplementedError,
    EOFError,
    RuntimeError,
)
#: Parts that hold XML: no library that reads them later may meet a declared type or entity in one.
XML_PARTS = (".xml", ".rels", ".vml", ".rdf")


def open_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """The workbook's zip, after looking at its directory only. Raises ReadError on what is damaged, encrypted
    or would unpack to more than the limit."""
    if data.count(_DIRECTORY) > _MOST_PARTS:
        raise bomb(name, f"it has more than {_MOST_PARTS:,} parts")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BAD:
        raise damaged(name) from None
    infos = archive.infolist()
    if len({i.filename.lower() for i in infos}) != len(infos):
        raise damaged(name)  # two entries of one name: libraries would disagree on which one counts
    if any(info.flag_bits & 1 for info in infos):
        raise password(name)
    spans = sorted((i.header_offset, i.compress_size) for i in infos)
    if any(a[0] + 30 + a[1] > b[0] for a, b in pairwise(spans)):
        raise bomb(name, "its parts lie over one another")
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    sizes = [(unpacked, packed), *((i.file_size, i.compress_size) for i in infos)]
    if unpacked > UNPACKED_LIMIT or any(u > _SMALL and u > _RATIO_LIMIT * max(p, 1) for u, p in sizes):
        raise too_big(name, UNPACKED_LIMIT)
    return archive


def read_entry(archive: zipfile.ZipFile, entry: str, where: str) -> bytes:
    """One entry's bytes. A zip whose directory lies about sizes or contents raises ReadError."""
    pieces = []
    try:
        with archive.open(entry) as file:
            # In pieces: zipfile inflates as much as it is asked for before it looks at the size.
            while piece := file.read(1 << 20):
                pieces.append(piece)
    except _BAD:
        raise damaged(where) from None
    return b"".join(pieces)


class Package:
    """A workbook's parts by name, and how they lead to one another."""

    def __init__(self, data: bytes, where: str) -> None:
        self.data = data
        self.where = where
        self.archive = open_zip(data, where)
        names = [i.filename for i in self.archive.infolist() if not i.is_dir()]
        self.names = frozenset(names)
        self._true = {n.lower(): n for n in names}  # part names are the same whatever their capitals

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._true

    def read(self, part: str) -> bytes:
        """The part's bytes. Raises ReadError where they are damaged or not there."""
        return read_entry(self.archive, self._true.get(part.lower(), part), self.where)

    def xml(self, part: str) -> bytes:
        """The part's XML in UTF-8, nothing in it expanded. Raises ReadError where it is none."""
        raw = self.read(part)
        try:
            xml = utf8(raw)
        except ValueError:
            raise damaged(self.where) from None
        if has_doctype(xml):
            raise bomb(self.where, f"one of its parts ({posixpath.basename(part)}) declares entities")
        return xml

    def refuse_entities(self, parts: Iterator[str] | None = None) -> None:
        """Raises ReadError where a part declares entities or has bytes other than the directory says."""
        for part in self.names if parts is None else parts:
            if part.lower().endswith(XML_PARTS):
                self.xml(part)

    def relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """Relation id -> (type, part or address, whether it lies outside the workbook) of a part; "" is the
        workbook itself."""
        folder, name = posixpath.split(part)
        entry = posixpath.join(folder, "_rels", name + ".rels")
        if entry not in self:
            return {}
        kept = {}
        for relation in tags(self.xml(entry), "Relationship"):
            target = relation.get("Target", "")
            outside = relation.get("TargetMode") == "External"
            kept[relation.get("Id", "")] = (
                relation.get("Type", ""),
                target if outside else _inside(folder, target),
                outside,
            )
        return kept

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Part -> its declared content type, in small letters."""
        declared = {}
        if "[Content_Types].xml" in self:
            for tag in tags(self.xml("[Content_Types].xml"), "Override"):
                declared[tag.get("PartName", "").lstrip("/").lower()] = tag.get("ContentType", "").lower()
        return {name: declared.get(name.lower(), "") for name in self.names}

    @cached_property
    def reached(self) -> frozenset[str]:
        """Every part that relations lead to from the workbook's root, with the files that hold them."""
        seen = {"[Content_Types].xml"}
        queue = deque([""])
        while queue:
            part = queue.popleft()
            folder, name = posixpath.split(part)
            holder = self._true.get(posixpath.join(folder, "_rels", name + ".rels").lower())
            if holder is not None:
                seen.add(holder)
            for _, target, outside in self.relations(part).values():
                true = self._true.get(target.lower())
                if not outside and true is not None and true not in seen:
                    seen.add(true)
                    queue.append(true)
        return frozenset(seen)


def _inside(folder: str, target: str) -> str:
    target = unquote(target.partition("#")[0])
    full = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(full).lstrip("/")


def zip_hazards(data: bytes, archive: zipfile.ZipFile, where: str) -> list[Hazard]:
    """What the zip file holds outside its entries: a comment, bytes before, between or after them."""
    hazards = []
    notes = sum(bool(i.comment) for i in archive.infolist()) + bool(archive.comment)
    if notes:
        hazards.append(found("zip_comment", where, some(notes, "comment") + " on the zip file or its parts"))
    infos = sorted(archive.infolist(), key=lambda i: i.header_offset)
    outside = infos[0].header_offset if infos else 0
    at = data.rfind(_END)
    outside += max(0, len(data) - (at + 22 + len(archive.comment))) if at >= 0 else 0
    for info, following in zip(
        infos, [i.header_offset for i in infos[1:]] + [archive.start_dir], strict=True
    ):
        head = data[info.header_offset : info.header_offset + 30]
        lengths = int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        # 24 bytes may follow an entry to say its size again; some writers also pad to even places.
        gap = following - info.header_offset - 30 - lengths - info.compress_size
        outside += gap if gap > 64 else 0
    if outside:
        hazards.append(found("zip_extra", where, some(outside, "byte") + " outside the zip file's parts"))
    return hazards


_FOREIGN = (
    (re.compile(r"word/"), "a Word document"),
    (re.compile(r"ppt/"), "a PowerPoint presentation"),
    (re.compile(r"visio/"), "a Visio drawing"),
)


def refuse_other_documents(package: Package) -> None:
    """Raises ReadError on Office documents that are no workbooks."""
    for pattern, what in _FOREIGN:
        if any(pattern.match(n.lower()) for n in package.names):
            raise other_document(package.where, what)
