"""JSON from outside: what is refused, what is kept exactly, where it stands."""

from __future__ import annotations

import pytest

from core.model import ReadError
from core.reading.messages.safe_json import JsonObject, Literal, parse_json, read_json

SECRET = "Featherstonehaugh"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[" * 100_000, "bomb"),
        (b'{"a":' * 100_000, "bomb"),
        (b'{"x":"' + b"y" * 500 + b'","b":' + b"[{}," * 50_000, "bomb"),
        (b"[" + b"[]," * 6_000_000 + b"[]]", "too_big"),
        (b"{", "damaged"),
        (b'{"a":1}{"b":2}', "damaged"),
        (b'{"name": "%s" "family": 1}' % SECRET.encode(), "damaged"),
        (b"\xef\xbb\xbf \r\n", "empty"),
    ],
)
def test_what_is_no_record_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        parse_json(data, "x.json")
    assert caught.value.code == code
    assert SECRET not in caught.value.message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_refusal_says_where() -> None:
    with pytest.raises(ReadError, match="line 4, column 3"):
        parse_json(b'\n\n{"a":1,\n  b}', "x.json")


def test_numbers_keep_their_text() -> None:
    value = parse_json(b'{"a":1.50,"b":999999999999999999,"c":-0.0,"d":1e400,"e":"1.50"}', "x.json")
    assert value == {"a": "1.50", "b": "999999999999999999", "c": "-0.0", "d": "1e400", "e": "1.50"}
    assert isinstance(value, dict)
    assert isinstance(value["a"], Literal)
    assert not isinstance(value["e"], Literal)


def test_a_key_that_stands_twice_loses_nothing() -> None:
    found = read_json(b'{"a":1,\n"b":{"x":2,"x":3,"x(2)":4}}', "x.json")
    assert isinstance(found.value, dict)
    inner = found.value["b"]
    assert isinstance(inner, dict)
    assert sorted(inner.values()) == ["2", "3", "4"]
    assert [p.line for p in found.problems] == [2]


def test_comments_and_commas_too_many_are_said() -> None:
    found = read_json(b'{"a": "//no, comment, }", // yes\n"b": [1,2,],\n/* , */}', "x.json")
    assert found.value == {"a": "//no, comment, }", "b": ["1", "2"]}
    assert len(found.problems) == 1


def test_objects_know_their_line() -> None:
    value = parse_json(b'[{"a":"}{\\"\\n"},\n\n{"b":{\n}}]', "x.json")
    assert isinstance(value, list)
    assert [v.line for v in value if isinstance(v, JsonObject)] == [1, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    assert parse_json('{"a":"Zoë Brontë"}'.encode(encoding), "x.json") == {"a": "Zoë Brontë"}
