"""How well sensitive codes are found, on published lists, and how often ordinary ones are flagged.

    python -m benchmarks.bench categories [--misses]        (or: make bench ARGS="categories")

Each published list of ../shared/reference/codes is looked up by a Threshold that was never shown its
author: five folds of authors (repository owners), whose codes are left out of the built-in lists. 'listed'
is every row against the one category its list is about. 'argued' takes out what is no mistake: rows that are
noise in their list (labels/categories.toml, each with its reason) and rows that we file under a
neighbouring category. The words were written with these lists in sight, so other people's lists will do a
little worse: 37 lists of OpenSAFELY authors that were first read afterwards had 93% of their 5,400 terms
found by words alone, as listed.

Ordinary terms are those of ordinary_terms.txt: our own words, and traps among them.
"""

from __future__ import annotations

import csv
import itertools
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.survey.codes.categories import load_categories
from core.survey.codes.codelists import CodeLookup
from core.survey.codes.listed_codes import load_lists

HERE = Path(__file__).resolve().parent
LISTS = HERE.parents[1] / "shared/reference/codes/codelists.csv"

_LABELS = tomllib.loads((HERE / "labels/categories.toml").read_text(encoding="utf-8"))
#: Folder of the published lists -> the categories it is about; ("*",) where any will do.
ABOUT: dict[str, list[str]] = _LABELS["about"]
#: Folder -> categories of ours that hold part of it. People see most of them under one title.
ALSO: dict[str, list[str]] = _LABELS["also"]
#: (folders, words of the term, why such a row is noise in those lists).
ARGUED = tuple(
    (frozenset(entry["folders"]), re.compile("|".join(entry["words"]), re.IGNORECASE), entry["why"])
    for entry in _LABELS["argued"]
)

#: Owners of the repositories -> the built-in sources that come from them. A fold leaves one row of these out.
FOLDS: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = (
    (("opensafely",), frozenset(("opensafely",))),
    (("shabeer-syed",), frozenset(("aces",))),
    (("spiros",), frozenset(("caliber",))),
    (("uom-data-scien", "thinkinggroup"), frozenset()),
    (
        ("elsie-h", "nhsisl", "endeavourhealt", "sexual_orientation/pages"),
        frozenset(("qof", "gp-summary-exclusion", "endeavour", "pages")),
    ),
)


@dataclass
class Tally:
    """Rows of a folder: all, those with a term, and what was found in which way."""

    rows: int = 0
    with_term: int = 0
    found: int = 0  # listed, with term
    left: int = 0  # with term, after the argued rows
    found_left: int = 0
    by_code: int = 0
    misses: list[tuple[str, str, str]] = field(default_factory=list)


def lookup_without(sources: frozenset[str]) -> CodeLookup:
    """Threshold's look-up without the codes that only these sources gave."""
    rules = load_categories()
    return CodeLookup(rules, load_lists(tuple(r.category.id for r in rules), sources))


def argued(folder: str, term: str) -> bool:
    """Whether the row is one of those whose list is noisy."""
    return any(folder in folders and words.search(term) for folders, words, _ in ARGUED)


def list_rows(every: int = 1) -> Iterator[tuple[int, str, str, str, str]]:
    """(fold, folder, terminology, code, term), each once; every n-th only."""
    fold_of = {owner: number for number, (owners, _) in enumerate(FOLDS) for owner in owners}
    seen: set[tuple[int, str, str, str]] = set()
    with LISTS.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if number % every:
                continue
            fold = fold_of[row["source_file"].split("__")[0]]
            term = row["term"].strip() or (row["code"] if row["terminology"] == "drugname" else "")
            key = (fold, row["category"], row["code"], term)
            if key not in seen:
                seen.add(key)
                yield fold, row["category"], row["terminology"], row["code"], term


Tallies = tuple[dict[str, Tally], dict[tuple[str, str], Tally], Counter[tuple[str, str, str]]]


def measure(every: int = 1) -> Tallies:
    """Tallies by folder and by (folder, terminology); (folder, terminology, category found) -> rows."""
    lookups = [lookup_without(sources) for _, sources in FOLDS]
    ids = lookups[0].category_ids
    bit = {name: 1 << number for number, name in enumerate(ids)}
    plain = sum(bit[name] for name in ids if not lookups[0].category(name).set)
    folders: dict[str, Tally] = defaultdict(Tally)
    parts: dict[tuple[str, str], Tally] = defaultdict(Tally)
    confusion: Counter[tuple[str, str, str]] = Counter()
    for fold, folder, terminology, code, term in list_rows(every):
        lookup = lookups[fold]
        wanted = plain if ABOUT[folder] == ["*"] else sum(bit[name] for name in ABOUT[folder])
        also = sum(bit[name] for name in ALSO.get(folder, ()))
        by_code = 0 if terminology == "drugname" else lookup.bits_of_code(code)
        bits = by_code | lookup.bits_of_term(term)
        for tally in (folders[folder], parts[folder, terminology]):
            tally.rows += 1
            tally.by_code += bool(by_code & wanted)
            if not term:
                continue
            tally.with_term += 1
            tally.found += bool(bits & wanted)
            if bits & (wanted | also) or not argued(folder, term):
                tally.left += 1
                tally.found_left += bool(bits & (wanted | also))
                if not bits & (wanted | also):
                    tally.misses.append((terminology, code, term))
        names = lookup.categories_of(bits & plain) or ("(none)",)
        confusion.update((folder, terminology, name) for name in names)
    return dict(folders), dict(parts), confusion


def ordinary_terms() -> list[str]:
    """Common problems, findings, tests, procedures and medicines, in our own words.

    `{knee|hip}` in a line stands for each of its parts in turn."""
    lines = (HERE / "ordinary_terms.txt").read_text(encoding="utf-8").splitlines()
    found: dict[str, None] = {}
    for line in lines:
        if line and not line.startswith("#"):
            parts = [part.split("|") for part in re.split(r"[{}]", line)]
            found.update(dict.fromkeys("".join(choice) for choice in itertools.product(*parts)))
    return list(found)


def wrongly_flagged(terms: list[str]) -> list[tuple[str, str, str]]:
    """(term, category, phrase) for each ordinary term that a category takes for its own."""
    lookup = lookup_without(frozenset())
    return [
        (term, match.category, match.detail)
        for term in terms
        for match in lookup.matches("", term)[:1]
        if not lookup.category(match.category).set
    ]


def precision(
    confusion: Counter[tuple[str, str, str]], wrong: Counter[str]
) -> Iterator[tuple[str, dict[str, tuple[int, int]]]]:
    """For each category, by terminology and for all: (rows of lists about it or its neighbour, rows found).

    Lists that mix matters do not count; a row of another list (depression in dementia) may well be right."""
    right: dict[str, Counter[str]] = defaultdict(Counter)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (folder, terminology, category), n in confusion.items():
        if ABOUT[folder] != ["*"] and category != "(none)":
            for part in ("all", terminology):
                found[category][part] += n
                right[category][part] += n * (category in (*ABOUT[folder], *ALSO.get(folder, ())))
    for category in sorted(found):
        found[category]["all"] += wrong[category]
        yield category, {part: (right[category][part], n) for part, n in sorted(found[category].items())}


def share(part: int, whole: int) -> str:
    return f"{part / whole:7.1%}" if whole else "      -"


def main(arguments: list[str]) -> None:
    folders, parts, confusion = measure()
    heads = f"{'folder':28}{'rows':>7}{'listed':>8}{'argued':>8}{'by code':>8}"
    print(f"{heads}   by terminology: argued/by code")
    for folder, tally in sorted(folders.items()):
        detail = "  ".join(
            f"{terminology} {share(t.found_left, t.left).strip()}/{share(t.by_code, t.rows).strip()}"
            for (name, terminology), t in sorted(parts.items())
            if name == folder
        )
        print(
            f"{folder:28}{tally.rows:7}{share(tally.found, tally.with_term):>8}"
            f"{share(tally.found_left, tally.left):>8}{share(tally.by_code, tally.rows):>8}   {detail}"
        )
    every = list(folders.values())
    with_term, left = sum(t.with_term for t in every), sum(t.left for t in every)
    found, found_left = sum(t.found for t in every), sum(t.found_left for t in every)
    print(f"pooled, as listed:  {share(found, with_term)} of {with_term:,} rows with a term")
    print(f"pooled, argued:     {share(found_left, left)} of {left:,} (standard: 98%)")
    print(f"by code alone:      {share(sum(t.by_code for t in every), sum(t.rows for t in every))}")
    low = [name for name, t in folders.items() if t.left >= 50 and t.found_left < 0.95 * t.left]
    print(f"below 95% (50 rows or more): {', '.join(sorted(low)) or 'none'}")
    terms = ordinary_terms()
    wrong = wrongly_flagged(terms)
    print(f"ordinary terms wrongly flagged: {len(wrong)} of {len(terms):,} ({len(wrong) / len(terms):.2%})")
    for term, category, phrase in wrong:
        print(f"    {term} -> {category} ('{phrase}')")
    print("\nprecision: rows found to be of a category that stand in a list about it, or about its neighbour")
    for category, of_terminology in precision(confusion, Counter(name for _, name, _ in wrong)):
        print(f"    {category:22}" + "  ".join(f"{t} {share(*n).strip()}" for t, n in of_terminology.items()))
    print("\nwhat rows of each folder were found to be (5% of its rows or more)")
    for folder, tally in sorted(folders.items()):
        found_as = Counter[str]()
        for (name, _, category), n in confusion.items():
            found_as[category] += n * (name == folder)
        rest = [(n, category) for category, n in found_as.items() if n >= 0.05 * tally.rows]
        print(f"    {folder}: " + ", ".join(f"{name} {n / tally.rows:.0%}" for n, name in sorted(rest)[::-1]))
    print("\nnoise argued away: " + "; ".join(f"{', '.join(sorted(f))}: {why}" for f, _, why in ARGUED))
    if "--misses" in arguments:
        for folder, tally in sorted(folders.items()):
            for terminology, code, term in tally.misses:
                print(f"{folder}\t{terminology}\t{code}\t{term}")


if __name__ == "__main__":
    main(sys.argv[1:])
