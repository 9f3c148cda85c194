"""Looking through the parts of a workbook without building trees of them.

A tree of hostile XML can take a hundred times its size in memory. What is looked for here are tags, their
attributes and their texts, so the bytes are scanned from end to end once, however deep they nest, and nothing
in them is expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_ATTRIBUTE = re.compile(rb'([\w.-]+)="([^"]*)"')
_TAG = re.compile(rb"<[^<>!?/][^<>]*>")
# It begins with a plain character, so that the search is quick.
_LOOSE = re.compile(rb'=(?:(?!")|(?<=\s=))')
_LOOSE_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MARKS = (
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)


def utf8(xml: bytes) -> bytes:
    """The part in UTF-8, with attributes written one way. Raises ValueError where it is no XML text."""
    for mark, encoding in _MARKS:
        if xml.startswith(mark):
            xml = xml.decode(encoding, "strict").encode("utf-8")
            break
    start = xml[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start and not start.startswith(b"<"):
        raise ValueError("no XML")
    if _LOOSE.search(xml):
        xml = _TAG.sub(_written_one_way, xml)
    return xml


def has_doctype(xml: bytes) -> bool:
    """Whether the part declares types or entities, as no part of a workbook does."""
    return b"<!DOCTYPE" in xml or b"<!ENTITY" in xml


def tags(xml: bytes, *names: str) -> Iterator[dict[str, str]]:
    """The attributes of each tag of these names, whatever the prefixes; the tag's own name is under ''."""
    for match in _tag_pattern(names).finditer(xml):
        yield {"": match[1].decode("ascii", "replace"), **attributes(match[2])}


def attributes(tag: bytes) -> dict[str, str]:
    """Local name -> value of a tag's attributes."""
    return {
        k.decode("utf-8", "replace"): unescape(v.decode("utf-8", "replace"))
        for k, v in _ATTRIBUTE.findall(tag)
    }


def count(xml: bytes, *names: str) -> int:
    """How many tags of these names there are."""
    return sum(1 for _ in _tag_pattern(names).finditer(xml))


def texts(xml: bytes, *names: str) -> Iterator[str]:
    """The text of each element of these names that holds nothing but text."""
    names_ = "|".join(map(re.escape, names)).encode()
    for match in re.finditer(rb"<(?:[\w.-]+:)?(?:" + names_ + rb")(?:\s[^<>]*)?(?<!/)>([^<]*)</", xml):
        yield unescape(match[1].decode("utf-8", "replace"))


def filled(xml: bytes, *names: str) -> int:
    """How many elements of these names hold text that is not blank."""
    return sum(1 for text in texts(xml, *names) if text.strip())


def between(xml: bytes, name: str) -> Iterator[bytes]:
    """What stands inside each element of the name, for elements that never hold one of their own name."""
    tag = name.encode()
    opening = re.compile(rb"<(?:[\w.-]+:)?" + tag + rb"(?:\s[^<>]*)?>")
    closing = re.compile(rb"</(?:[\w.-]+:)?" + tag + rb"\s*>")
    at = 0
    while start := opening.search(xml, at):
        at = start.end()
        if start[0].endswith(b"/>"):
            continue
        end = closing.search(xml, at)
        if end is None:
            return  # to look on from every opening tag would take for ever
        yield xml[at : end.start()]
        at = end.end()


def _tag_pattern(names: tuple[str, ...]) -> re.Pattern[bytes]:
    joined = "|".join(map(re.escape, names)).encode()
    return re.compile(rb"<(?:[\w.-]+:)?(" + joined + rb")(?=[\s/>])([^<>]*)>")


def _written_one_way(tag: re.Match[bytes]) -> bytes:
    return _LOOSE_ATTRIBUTE.sub(
        lambda m: m[1] + b'="' + (m[2] if m[2] is not None else m[3].replace(b'"', b"&quot;")) + b'"', tag[0]
    )
