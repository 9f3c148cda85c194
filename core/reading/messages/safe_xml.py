"""XML from outside: no entities, no network, no document types loaded, limits on size and depth."""

from __future__ import annotations

import re

from lxml import etree

from core.model import ReadError

#: Bytes of one document that is held in memory.
LARGEST = 200 << 20
#: Elements and other marks of one document.
MOST_MARKS = 6_000_000
_DECLARED = re.compile(rb"<!(?:ENTITY|ATTLIST|NOTATION)", re.IGNORECASE)
_BOMS = (b"\xef\xbb\xbf",)


def parse_xml(data: bytes, where: str) -> etree._Element:
    """The root element. Each element's `sourceline` is the line of the file.

    Raises ReadError for what is no XML, too large, too deep, empty, or declares entities."""
    if len(data) > LARGEST:
        raise _too_big(where, f"{len(data) >> 20:,} MB")
    for mark in _BOMS:
        data = data.removeprefix(mark)
    if not data.strip(b" \t\r\n\0\xff\xfe"):
        raise ReadError(
            f"{where} is empty: it has not one character in it. Make the export again.",
            where=where,
            code="empty",
        )
    # Two or four bytes a character hide the words, not their letters.
    wide = b"\0" in data[:64]
    if _DECLARED.search(data.replace(b"\0", b"") if wide else data):
        raise _entities(where)
    if data.count(b"<") > MOST_MARKS:
        raise _too_big(where, f"more than {MOST_MARKS:,} elements")
    if not wide:
        data = _without_blanks(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refusal(error, where) from None
    document = root.getroottree().docinfo.internalDTD
    if document is not None and (any(True for _ in document.iterentities()) or _has_entities(root)):
        raise _entities(where)
    return root


def _has_entities(root: etree._Element) -> bool:
    return next(root.iter(etree.Entity), None) is not None


def _without_blanks(data: bytes) -> bytes:
    """Without blanks before the declaration, which XML does not allow; the lines keep their numbers."""
    bare = data.lstrip(b" \t\r\n")
    if len(bare) == len(data) or not bare.startswith(b"<?xml"):
        return data
    end = bare.find(b"?>")
    blanks = data[: len(data) - len(bare)]
    return bare if end < 0 else bare[: end + 2] + blanks + bare[end + 2 :]


def _refusal(error: Exception, where: str) -> ReadError:
    line = getattr(error, "lineno", None)
    words = str(error)  # looked at, never shown: it may quote the file
    if "huge" in words.lower() or "depth" in words.lower() or "amplification" in words.lower():
        return ReadError(
            f"{where} is nested too deeply, or one value in it is longer than 10 MB. It was not opened. "
            "Ask whoever sent it.",
            where=where,
            code="bomb",
        )
    place = f" (line {line})" if line else ""
    return ReadError(
        f"{where} is not whole XML{place}: it breaks off or is damaged there. Export it again.",
        where=where,
        code="damaged",
    )


def _entities(where: str) -> ReadError:
    return ReadError(
        f"{where} declares entities of its own, as no clinical system does. It was not opened: such files "
        "are made to harm programs or to fetch other files. Ask whoever sent it.",
        where=where,
        code="bomb",
    )


def _too_big(where: str, what: str) -> ReadError:
    return ReadError(
        f"{where} is too big to be opened whole ({what}). Export fewer patients at a time.",
        where=where,
        code="too_big",
    )
