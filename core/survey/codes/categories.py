"""The families of sensitive codes, as they stand in resources/categories, one TOML file each.

A new category is a new file there and nothing else. Order, and with it the bit of a category, comes
from the `order` key: worst first, and never more than 59.

A *set* is a category that somebody else has drawn up for a purpose: what the Royal College of GPs keeps out
of the summary, what care.data left out, what an Act forbids to tell. Its file names the categories it
takes in whole (`takes_in`), beside codes of its own.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from core.survey.codes.about_others import AboutWords

STRENGTHS = ("restricted", "extra_care", "ordinary")
MAX_CATEGORIES = 59  # of the 64 bits of a row's pattern five are its flags

_RANGE = re.compile(r"([A-Z])(\d\d)-\1(\d\d)")


@dataclass(frozen=True)
class Category:
    """A family of sensitive codes and why it is one.

    `strength` is 'restricted' (a law restricts telling: gender recognition and assisted conception),
    'extra_care' or 'ordinary' (health data and background like any other: counted and listed, not
    highlighted). `law` names the law or guidance, `sources` where codes and words came from. `group` is the
    title under which people see it: depression and dementia both under 'Mental health'.
    `needs` are the ids of the reference sets that a practice must load before the category is whole, and
    `needs_names` what they are called. `examples` and `counter_examples` are terms that belong to it and
    that look as if they did. `set` marks a set.
    """

    id: str
    title: str
    description: str
    strength: str
    why: str
    sources: tuple[str, ...]
    law: str = ""
    group: str = ""
    needs: tuple[str, ...] = ()
    needs_names: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    set: bool = False


@dataclass(frozen=True)
class ToldWords:
    """The `[told]` section of a set, of what it does not hold although a category that it takes in does:
    patterns that name an illness for certain, phrases that may stand beside it, and words that count only as
    they are written ('AIDS', not 'aids')."""

    say: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    as_written: tuple[str, ...] = ()


@dataclass(frozen=True)
class CategoryRules:
    """How entries of a category are recognised beside the code lists.

    `include` and `exclude` are phrases for `term_words`, `medicines` are those that name a medicine; the
    prefixes are of Read v2 codes without their dots, of ICD-10 codes without punctuation and of BNF
    chapters. `endings` are endings of suppliers' own codes. `takes_in` are the ids of the categories that a
    set holds whole. `about` finds a trait of somebody beside the patient, `told` what a set leaves out. Where
    `negated_counts` is false, 'no evidence of ...' does not count; where `family_history_counts` is false,
    neither does 'FH: ...'.
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
    medicines: tuple[str, ...] = ()
    bnf: tuple[str, ...] = ()
    bnf_except: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    takes_in: tuple[str, ...] = ()
    about: AboutWords | None = None
    told: ToldWords | None = None


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
    terms, prefixes = data.get("terms", {}), data.get("prefixes", {})
    needs: dict[str, str] = data.get("needs", {})
    return CategoryRules(
        category=Category(
            id=data["id"],
            title=data["title"],
            description=data["description"],
            strength=data["strength"],
            why=data["why"],
            sources=tuple(data["sources"]),
            law=data["law"],
            group=data["group"],
            needs=tuple(needs),
            needs_names=tuple(needs.values()),
            examples=tuple(data.get("examples", ())),
            counter_examples=tuple(data.get("counter_examples", ())),
            set=bool(data.get("set", False)),
        ),
        include=tuple(terms.get("include", ())),
        exclude=tuple(terms.get("exclude", ())),
        negated_counts=bool(terms.get("negated_counts", True)),
        family_history_counts=bool(terms.get("family_history_counts", True)),
        read_v2=tuple(prefixes.get("read_v2", ())),
        read_v2_except=tuple(prefixes.get("read_v2_except", ())),
        icd10=tuple(_ranges(prefixes.get("icd10", ()))),
        icd10_except=tuple(_ranges(prefixes.get("icd10_except", ()))),
        medicines=tuple(data.get("medicines", {}).get("names", ())),
        bnf=tuple(data.get("medicines", {}).get("bnf", ())),
        bnf_except=tuple(data.get("medicines", {}).get("bnf_except", ())),
        endings=tuple(data.get("endings", ())),
        takes_in=tuple(data.get("takes_in", ())),
        told=ToldWords(**{k: tuple(v) for k, v in data["told"].items()}) if "told" in data else None,
        about=AboutWords(**{k: tuple(v) for k, v in data["about"].items()}) if "about" in data else None,
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
