"""Which categories a list feeds: by its own id, by the words of its title, or as a person says.

What is known by id is data: resources/lists/known_lists.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from core.survey.lists.model import BY_ID, BY_NAME

_NOT_WORD = re.compile(r"[\W_]+")
#: What a title says after these is not in the list; and a list of tests is about what they are done for only
#: where a person says so (thyroid tests of a dementia screening are everybody's).
_LEFT_OUT = re.compile(
    r"\b(?:excluding|excludes|excl|except|without|other than|but not|removed)\b.*", re.IGNORECASE
)
_OF_TESTS = re.compile(r"\b(?:tests?|testing|screen|screening|screens)\b", re.IGNORECASE)
#: OpenCodelists names a list of the Primary Care Domain after its cluster.
_CLUSTER_SLUG = re.compile(r".*primary-care-domain-refsets-([a-z0-9_]+?)(?:-cod)?(?:_cod)?", re.IGNORECASE)


@dataclass(frozen=True)
class KnownList:
    """A list known by its id. `never`: objections, which no list may decide about; `ordinary`: everyday
    health, in no category."""

    ids: tuple[str, ...]
    title: str
    names: tuple[str, ...]
    categories: tuple[str, ...]
    where: str
    ordinary: bool = False
    never: bool = False


@dataclass(frozen=True)
class Feeds:
    """What a part feeds and how that is known; `id` is its own, or that of the list it was known as."""

    id: str
    categories: tuple[str, ...]
    how: str
    known: KnownList | None = None


@lru_cache(maxsize=1)
def known_lists() -> tuple[KnownList, ...]:
    """All of them, as shipped."""
    data = tomllib.loads(files("resources").joinpath("lists", "known_lists.toml").read_text("utf-8"))
    return tuple(
        KnownList(
            ids=tuple(item["ids"]),
            title=item.get("title", ""),
            names=tuple(item.get("names", ())),
            categories=tuple(item.get("categories", ())),
            where=data[item["where"]],
            ordinary=item.get("ordinary", False),
            never=item.get("never", False),
        )
        for item in data["list"]
    )


@lru_cache(maxsize=1)
def _by_id() -> dict[str, KnownList]:
    return {id_.casefold(): known for known in known_lists() for id_ in known.ids}


def known_list(part_id: str) -> KnownList | None:
    """The list with this id, whatever its case; None where nobody knows it."""
    found = _by_id().get(part_id.casefold())
    if found is None and (slug := _CLUSTER_SLUG.fullmatch(part_id)):
        found = _by_id().get(f"{slug[1]}_cod".casefold()) or _by_id().get(slug[1].casefold())
    return found


def feeds(part_id: str, title: str, by_words: Iterable[str] = ()) -> Feeds:
    """What a part with this id and title feeds. `by_words` are the categories its title's words speak of."""
    known = known_list(part_id)
    if known is None:
        words = f" {_NOT_WORD.sub(' ', title).casefold()} "
        known = next((k for k in known_lists() if k.names and all(n in words for n in k.names)), None)
        if known is not None:
            part_id = known.ids[0]
    if known is not None:
        return Feeds(part_id, () if known.never else known.categories, BY_ID, known)
    named = tuple(by_words)
    return Feeds(part_id, named, BY_NAME if named else BY_ID)


def telling_words(title: str) -> str:
    """The words of a title that say what is in a list, "" where none do."""
    words = _NOT_WORD.sub(" ", title)
    return "" if _OF_TESTS.search(words) else _LEFT_OUT.sub("", words).strip()


def where_to_get(part_id: str) -> str:
    """Where a list with this id is to be had, "" where that is not known."""
    known = known_list(part_id)
    return known.where if known is not None else ""
