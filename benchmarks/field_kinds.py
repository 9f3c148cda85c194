"""How well headings alone tell what a field is: every column of the published supplier layouts.

    .venv/bin/python benchmarks/field_kinds.py [../shared/reference/headers.json] [--misses]

The labels were put on by rule ('a' is what the rule did not know), so each miss is also sorted by whether
we are stricter than the label (safe) or looser (to be looked at).
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

from core.model import Kind
from core.survey.fields_headers import table_meanings

LETTERS = {
    Kind.DIRECT_IDENTIFIER: "d",
    Kind.QUASI_IDENTIFIER: "q",
    Kind.CODED_CLINICAL: "c",
    Kind.CLINICAL_VALUE: "n",
    Kind.FREE_TEXT: "t",
    Kind.STAFF: "s",
    Kind.LINKING_KEY: "k",
    Kind.ADMINISTRATIVE: "a",
    Kind.UNKNOWN: "u",
}


def measure(path: Path) -> tuple[Counter[tuple[str, str]], dict[tuple[str, str], Counter[str]]]:
    """(label, found) -> number of columns, and -> the columns by table."""
    confusion: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for tables in json.loads(path.read_text(encoding="utf-8"))["formats"].values():
        for table, variants in tables.items():
            for variant in variants:
                meanings = table_meanings(table, variant["columns"])
                for column, label, meaning in zip(
                    variant["columns"], variant["classes"], meanings, strict=True
                ):
                    found = LETTERS[meaning.kind] if meaning else "u"
                    confusion[label, found] += 1
                    where[label, found][f"{table}.{column}"] += 1
    return confusion, where


def main() -> None:
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    path = Path(arguments[0]) if arguments else Path(__file__).parents[2] / "shared/reference/headers.json"
    confusion, where = measure(path)
    found = "dqcntskau"
    print("label  " + "".join(f"{letter:>6}" for letter in found))
    for label in "dqcntska":
        print(f"{label:>5}  " + "".join(f"{confusion[label, letter]:6d}" for letter in found))
    total = sum(confusion.values())
    right = sum(n for (label, letter), n in confusion.items() if label == letter)
    print(f"{right:,} of {total:,} columns as labelled ({right / total:.1%})")
    if "--misses" in sys.argv:
        for (label, letter), columns in sorted(where.items()):
            if label != letter:
                names = columns if label != "a" else Counter(name.split(".", 1)[1] for name in columns)
                print(f"\n{label} -> {letter}: " + ", ".join(f"{n} {c}" for n, c in names.most_common()))


if __name__ == "__main__":
    main()
