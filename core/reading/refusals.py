"""Files that are not tables, whatever their names say: what they are and what to do instead."""

from __future__ import annotations

import re

from core.model import ReadError

_AS_CSV = "Save or export it as CSV or as an Excel workbook (.xlsx) and open that."
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "Export the list again as CSV: a PDF cannot be checked cell by cell."),
    (b"{\\rtf", "a rich text document", _AS_CSV),
    (b"\x89PNG", "a picture (PNG)", "Threshold reads tables, not pictures."),
    (b"\xff\xd8\xff", "a picture (JPEG)", "Threshold reads tables, not pictures."),
    (b"GIF8", "a picture (GIF)", "Threshold reads tables, not pictures."),
    (b"II*\x00", "a scanned picture (TIFF)", "Threshold reads tables, not pictures."),
    (b"MM\x00*", "a scanned picture (TIFF)", "Threshold reads tables, not pictures."),
    (b"Rar!", "a RAR archive", "Unpack it first, then open the folder."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first, then open the folder."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first, then open the file inside."),
    (b"BZh", "a bzip2 archive", "Unpack it first, then open the file inside."),
    (b"SQLite format 3", "a database (SQLite)", _AS_CSV),
    (b"-----BEGIN PGP", "an encrypted file (PGP)", "Decrypt it first, then open the file inside."),
    (b"\xff\xfe\x00\x00", "text in UTF-32", "Save it as UTF-8 CSV and open that."),
    (b"\x00\x00\xfe\xff", "text in UTF-32", "Save it as UTF-8 CSV and open that."),
)
_JSON = re.compile(rb'\s*(?:\{\s*"|\{\s*\}|\[\s*[\[{"\]])')
_XML = re.compile(rb"\s*<(?:\?xml|!DOCTYPE|!--|[A-Za-z][\w:.-]*[\s/>])", re.IGNORECASE)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"


def refuse_other_formats(name: str, head: bytes, text: str | None, *, markup: bool = False) -> None:
    """Raises ReadError when a file that starts with `head` (as text: `text`) is no delimited text. With
    `markup` a person said that it is, whatever marks it has: JSON and XML are lines too."""
    for magic, what, remedy in _SIGNATURES:
        if head.startswith(magic):
            raise _refusal(name, what, remedy)
    plain = head.removeprefix(b"\xef\xbb\xbf") if text is None else text[:4096].encode("utf-8")
    if not markup and _JSON.match(plain) and _json_like(plain):
        raise _refusal(name, "a JSON document", "It holds no records. " + _AS_CSV)
    if not markup and _XML.match(plain):
        raise _refusal(name, "an XML or web page document", _AS_CSV)
    if not markup and name.lower().endswith((".json", ".ndjson", ".xml", ".html", ".htm")):
        raise _refusal(name, "a JSON, XML or web page document by its name", _AS_CSV)
    for magic, what, remedy in _SIGNATURES:
        if text is not None and plain.startswith(magic) and magic.isascii():
            raise _refusal(name, what, remedy)


def refuse_binary(name: str, text: str) -> None:
    """Raises ReadError when text is full of control characters, as no export is."""
    sample = text[:65536]
    control = sum(1 for ch in sample if ch < " " and ch not in "\t\n\r\f\x1a\x1b\x1c\x1d\x1e\x1f")
    if control > 8 and control * 10 > len(sample):
        raise _refusal(name, "not a text file", _AS_CSV)


def refuse_empty(name: str) -> ReadError:
    return ReadError(
        f"{name} is empty: it has not one character in it. Make the export again and check that it finished.",
        where=name,
        code="empty",
    )


def _json_like(plain: bytes) -> bool:
    # A cell in square brackets may start a CSV file too; JSON goes on with a colon or another bracket.
    return b'":' in plain or b'" :' in plain or plain.lstrip().startswith((b"[{", b"[[", b"[]", b"{}"))


def _refusal(name: str, what: str, remedy: str) -> ReadError:
    verb = "is" if what.startswith(("a ", "an ", "not ")) else "holds"
    return ReadError(f"{name} {verb} {what}. {remedy}", where=name, code="not_a_table")
