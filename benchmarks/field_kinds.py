"""How well headings alone tell what a field is: every column of the published supplier layouts.

    .venv/bin/python benchmarks/field_kinds.py [../shared/reference/headers.json] [--misses]

The labels were put on by rule and 'a' is what the rule did not know (it holds SRLetter.RecipientSurname and
HomeAddressStreet), so the share is of the columns the rule did label.
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
    known = {pair: n for pair, n in confusion.items() if pair[0] != "a"}
    right = sum(n for (label, letter), n in known.items() if label == letter)
    share = right / sum(known.values())
    print(f"{right:,} of {sum(known.values()):,} labelled columns as labelled ({share:.1%})")
    missed = [name for (label, letter), names in where.items() if label == "d" != letter for name in names]
    print(f"direct identifiers missed: {', '.join(missed) or 'none'}")
    residue = sum(n for (label, _), n in confusion.items() if label == "a")
    print(
        f"{residue:,} columns the rule did not know ('a'): {confusion['a', 'a']:,} administrative, "
        f"{confusion['a', 'u']:,} left to a person, the rest found to be something else"
    )
    if "--misses" in sys.argv:
        for (label, letter), columns in sorted(where.items()):
            if label != letter:
                names = columns if label != "a" else Counter(name.split(".", 1)[1] for name in columns)
                print(f"\n{label} -> {letter}: " + ", ".join(f"{n} {c}" for n, c in names.most_common()))


if __name__ == "__main__":
    main()
