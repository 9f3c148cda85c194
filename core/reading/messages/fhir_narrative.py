"""The human-readable part of a FHIR resource as plain text."""

from __future__ import annotations

import re

from lxml import etree, html

_BLOCKS = re.compile(
    "address|blockquote|br|caption|div|d[ldt]|h[1-6r]|li|[ou]l|p|pre|table|t(?:body|foot|head|r)"
)
_CELLS = frozenset(("td", "th"))
#: Attributes of layout and nothing else; every other one is kept, for a link or a title can name somebody.
_LAYOUT = re.compile("class|style|(?:col|row)span|width|height|v?align|border|cell(?:spacing|padding)|xml.*")


def narrative(div: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A narrative's text, a line for each block, and what its marks hold besides: (name, value)."""
    if "<" not in div:
        return div, ()
    try:
        root = html.fragment_fromstring(div, create_parent="div", parser=_parser())
    except (etree.LxmlError, ValueError, AssertionError):
        return div, ()  # kept as it stands
    parts: list[str] = []
    others: list[tuple[str, str]] = []
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            others.append((event, node.text or ""))
            parts.append(node.tail or "")
            continue
        if not isinstance(node.tag, str):
            continue
        if _BLOCKS.fullmatch(node.tag) and parts and not parts[-1].endswith("\n"):
            parts.append("\n")
        if event == "start":
            others += [(k, v) for k, v in node.attrib.items() if not _LAYOUT.fullmatch(k)]
            parts.append(node.text or "")
        else:
            if node.tag in _CELLS:
                parts.append(" ")
            if node is not root:
                parts.append(node.tail or "")
    return "".join(parts).strip("\n "), tuple(others)


def _parser() -> html.HTMLParser:
    return html.HTMLParser(no_network=True, huge_tree=False)
