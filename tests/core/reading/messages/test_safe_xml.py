"""XML from outside: what is refused, and how fast."""

from __future__ import annotations

import pytest

from core.model import ReadError
from core.reading.messages.safe_xml import parse_xml

BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]><a b="&m;">&m;</a>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l SYSTEM "file:///etc/hostname">]><a>&l;</a>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BOMB.encode(), "bomb"),
        (OUTSIDE.encode(), "bomb"),
        (BOMB.replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16"), "bomb"),
        (BOMB.replace("?>", ' encoding="UTF-7"?>', 1).encode("utf-7"), "bomb"),
        (b"<a>" * 100_000, "bomb"),
        (b"<a>" + b"<b/>" * 6_000_000 + b"</a>", "too_big"),
        (b"<a>\n<b", "damaged"),
        (b"Featherstonehaugh", "damaged"),
        (b"\xef\xbb\xbf\n", "empty"),
    ],
)
def test_what_is_no_record_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_xml(data, "x.xml")
    assert caught.value.code == code
    assert "Featherstonehaugh" not in caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_and_lines(encoding: str) -> None:
    root = parse_xml("<a>\n<b>Zoë</b></a>".encode(encoding), "x.xml")
    assert (root[0].text, root[0].sourceline) == ("Zoë", 2)


def test_blanks_before_the_declaration_keep_the_lines() -> None:
    root = parse_xml(b'\n\n<?xml version="1.0"?>\n<a/>', "x.xml")
    assert root.sourceline == 4
