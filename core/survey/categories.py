"""The families of sensitive codes, as they stand in resources/categories, one TOML file each.

A new category is a new file there and nothing else. Order, and with it the bit of a category, comes
from the `order` key: worst first, and never more than 61.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

STRENGTHS = ("restricted", "extra_care", "ordinary")
MAX_CATEGORIES = 61  # of the 64 bits of a row's pattern three are its flags

_RANGE = re.compile(r"([A-Z])(\d\d)-\1(\d\d)")


@dataclass(frozen=True)
class Category:
    """A family of sensitive codes and why it is one.

    `strength` is 'restricted' (a law restricts telling), 'extra_care' or 'ordinary' (health data like
    any other). `law` names the law or guidance, `sources` where codes and words came from.
    """

    id: str
    title: str
    description: str
    strength: str
    why: str
    sources: tuple[str, ...]
    law: str = ""


@dataclass(frozen=True)
class CategoryRules:
    """How entries of a category are recognised beside the code lists.

    `include` and `exclude` are phrases for `term_words`; the prefixes are of Read v2 codes without
    their dots and of ICD-10 codes without punctuation. Where `negated_counts` is false, 'no evidence
    of ...' does not count; where `family_history_counts` is false, neither does 'FH: ...'.
    """

    category: Category
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    negated_counts: bool
    family_history_counts: bool
    read_v2: tuple[str, ...]
    read_v2_except: tuple[str, ...]
    icd10: tuple[str, ...]
    icd10_except: tuple[str, ...]


@functools.cache
def load_categories() -> tuple[CategoryRules, ...]:
    """All categories in bit order. Raises ValueError where a shipped file is malformed."""
    found: list[tuple[int, CategoryRules]] = []
    for entry in files("resources").joinpath("categories").iterdir():
        if not entry.name.endswith(".toml"):
            continue
        data = tomllib.loads(entry.read_text(encoding="utf-8"))
        try:
            found.append((int(data["order"]), _rules(data)))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"resources/categories/{entry.name} is not a category: {error}") from error
        if f"{data['id']}.toml" != entry.name:
            raise ValueError(f"resources/categories/{entry.name} holds the category '{data['id']}'")
    found.sort(key=lambda pair: (pair[0], pair[1].category.id))
    if len(found) > MAX_CATEGORIES:
        raise ValueError(f"{len(found)} categories, but a row has room for {MAX_CATEGORIES}")
    return tuple(rules for _, rules in found)


def _rules(data: dict[str, Any]) -> CategoryRules:
    if data["strength"] not in STRENGTHS:
        raise ValueError(f"strength '{data['strength']}' is none of {', '.join(STRENGTHS)}")
    terms, prefixes = data["terms"], data["prefixes"]
    return CategoryRules(
        category=Category(
            id=data["id"],
            title=data["title"],
            description=data["description"],
            strength=data["strength"],
            why=data["why"],
            sources=tuple(data["sources"]),
            law=data["law"],
        ),
        include=tuple(terms["include"]),
        exclude=tuple(terms["exclude"]),
        negated_counts=bool(terms["negated_counts"]),
        family_history_counts=bool(terms["family_history_counts"]),
        read_v2=tuple(prefixes["read_v2"]),
        read_v2_except=tuple(prefixes["read_v2_except"]),
        icd10=tuple(_ranges(prefixes["icd10"])),
        icd10_except=tuple(_ranges(prefixes["icd10_except"])),
    )


def _ranges(entries: Iterable[str]) -> Iterable[str]:
    """'F20-F22' as F20, F21, F22; everything else as it is."""
    for entry in entries:
        span = _RANGE.fullmatch(entry)
        if span is None:
            yield entry
            continue
        letter, first, last = span.groups()
        for number in range(int(first), int(last) + 1):
            yield f"{letter}{number:02d}"
