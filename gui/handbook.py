"""The handbook in docs/handbook: which pages there are, in what order, and where a word stands in them.

Plain functions over local files. `contents.md` lists the pages; a page's name is its file without '.md'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from resources import ROOT

DOCS = ROOT.parent / "docs"
FOLDER = DOCS / "handbook"
FIRST = "contents"

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([a-z0-9-]+)\.md\)")
_MARKS = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*`#|>]|^\s*[-:| ]+$", re.M)


@dataclass(frozen=True)
class HandbookPage:
    """A page as the list at the left shows it. `name` is its file without '.md'."""

    name: str
    title: str


def read(name: str) -> str:
    """The page's text as Markdown, '' where there is no such page."""
    path = FOLDER / f"{name}.md"
    try:
        return path.read_text(encoding="utf-8") if re.fullmatch(r"[a-z0-9-]+", name) else ""
    except OSError:
        return ""


@cache
def pages() -> tuple[HandbookPage, ...]:
    """Every page in the order of the contents, which come first. Empty where the handbook is not there."""
    text = read(FIRST)
    if not text:
        return ()
    found = dict.fromkeys(name for _words, name in _LINK.findall(text))
    return (HandbookPage(FIRST, title(FIRST)), *(HandbookPage(name, title(name)) for name in found))


def title(name: str) -> str:
    """The heading of a page."""
    first = read(name).partition("\n")[0]
    return first.removeprefix("#").strip() or name


def words_of(name: str) -> str:
    """The page's text without its marks."""
    return _MARKS.sub(lambda found: found[1] or " ", read(name))


def holding(text: str) -> tuple[str, ...]:
    """The names of the pages that hold every word of `text`; all of them for no word."""
    wanted = text.casefold().split()
    return tuple(
        page.name for page in pages() if all(word in words_of(page.name).casefold() for word in wanted)
    )


def inside(path: Path) -> bool:
    """Whether a file is a part of the documents that come with Threshold: nothing else is ever shown."""
    try:
        return path.resolve().is_relative_to(DOCS.resolve())
    except OSError:
        return False
