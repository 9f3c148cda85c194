"""What every field of the published layouts and sample files is found to be, against labels made by a person.

    .venv/bin/python -m benchmarks.field_kinds [layouts] [samples] [values] [words] [--no-misses]

'layouts': the column lists of ../shared/reference/headers.json, headings alone. 'samples': every file in
../shared/samples, opened and looked at as the program does. 'values': the same files with their headings
replaced by C1, C2 ...: what values alone tell. 'words': the layouts with the suppliers' own vocabulary files
hidden, and with a fifth of all phrases hidden, five times over. All of them where none is named.
benchmarks/labels has the labels with the reasons; standards are stated beside the figures; the exit status is
always 0.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from benchmarks.field_labels import HEADERS, LETTERS, SAMPLES, Label, layouts, role_label, sample_label
from core.model import Field, ReadError
from core.reading import open_export
from core.survey import find_fields
from core.survey.fields import headers as fields_headers
from core.survey.fields import vocabulary as fields_vocabulary
from core.survey.fields.classify import classify_table
from core.survey.fields.headers import header_meaning, table_meanings
from core.survey.fields.vocabulary import build_vocabulary

RIGHT, WRONGLY_DIRECT = 0.97, 0.03
_SUPPLIERS = ("suppliers.toml", "cprd.toml", "tables.toml", "fhir.toml", "messages.toml")
_ENOUGH = 5  # filled cells, of a column whose values alone are to tell


@dataclass(frozen=True)
class Judged:
    """One field: where it stands, what it is and what it was found to be (letters of kinds)."""

    supplier: str
    table: str
    field: str
    label: Label
    found: str
    role: str = ""
    role_label: str | None = None

    @property
    def right(self) -> bool:
        return self.found == self.label.kind or self.found in self.label.also

    @property
    def place(self) -> str:
        return f"{self.table}.{self.field}"


@dataclass(frozen=True)
class Figures:
    """What one measure comes to. Shares are of all fields judged."""

    judged: tuple[Judged, ...]
    unlabelled: tuple[str, ...] = ()

    @property
    def right(self) -> float:
        return sum(one.right for one in self.judged) / max(len(self.judged), 1)

    @property
    def by_heading(self) -> Figures:
        """Each different heading once: one of a supplier's is in a hundred tables."""
        return Figures(tuple({one.field: one for one in self.judged}.values()))

    @property
    def first_choice(self) -> float:
        """The share right without the second choices of the labels."""
        return sum(one.found == one.label.kind for one in self.judged) / max(len(self.judged), 1)

    @property
    def missed(self) -> tuple[Judged, ...]:
        """Direct identifiers taken for something that may leave, a second choice of the label or not."""
        return tuple(
            one for one in self.judged if one.label.kind == "d" and one.found != "d" and not one.right
        )

    @property
    def wrongly_direct(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.judged if one.found == "d" and not one.right)

    @property
    def share_wrongly_direct(self) -> float:
        ordinary = sum(one.label.kind != "d" for one in self.judged)
        return len(self.wrongly_direct) / max(ordinary, 1)

    @property
    def roles(self) -> tuple[int, int]:
        """Fields whose role is as labelled, and fields whose role is labelled."""
        told = [one for one in self.judged if one.role_label is not None]
        return sum(one.role == one.role_label for one in told), len(told)


def measure_layouts(path: Path = HEADERS) -> Figures:
    """Headings alone, of every published table."""
    judged, unlabelled = [], []
    for layout in layouts(path):
        meanings = table_meanings(layout.table, layout.columns)
        for column, label, meaning in zip(layout.columns, layout.labels, meanings, strict=True):
            if label is None:
                unlabelled.append(f"{layout.table}.{column}")
                continue
            found = LETTERS[meaning.kind] if meaning else "u"
            role = meaning.role.value if meaning else "other"
            asked = role_label(layout.table, column)
            judged.append(Judged(layout.supplier, layout.table, column, label, found, role, asked))
    return Figures(tuple(judged), tuple(unlabelled))


def measure_samples(root: Path = SAMPLES) -> Figures:
    """Every sample file as the program looks at it. Files that cannot be read safely hold no fields."""
    judged, unlabelled = [], []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        try:
            export = open_export([path])
            findings = find_fields(export)
        except ReadError:
            continue
        for table in export.tables:
            seen = export.recognised.get(table.name)
            format_id = seen.format if seen else table.format
            known_as = seen.table if seen and seen.table else table.name
            for finding in findings[table.name]:
                label = sample_label(format_id, known_as, finding.field)
                if label is None:
                    unlabelled.append(f"{format_id}: {known_as}.{finding.field}")
                    continue
                asked = role_label(known_as, finding.field)
                found, role = LETTERS[finding.kind], finding.role.value
                judged.append(Judged(format_id, known_as, finding.field, label, found, role, asked))
    return Figures(tuple(judged), tuple(unlabelled))


def measure_values(root: Path = SAMPLES) -> Figures:
    """The sample tables whose headings are taken away: only fields with some values."""
    judged = []
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        try:
            export = open_export([path])
        except ReadError:
            continue
        for table in export.tables:
            block = next(iter(table.blocks()), None)
            if block is None:
                continue
            seen = export.recognised.get(table.name)
            format_id = seen.format if seen else table.format
            known_as = seen.table if seen and seen.table else table.name
            data = table.read(block).data
            bare = [Field(n, f"C{n + 1}", f"C{n + 1}") for n in range(len(table.fields))]
            for field, finding in zip(table.fields, classify_table("table", bare, data), strict=True):
                label = sample_label(format_id, known_as, field.name)
                if label is not None and finding.filled >= _ENOUGH:
                    found = LETTERS[finding.kind]
                    judged.append(Judged(format_id, known_as, field.name, label, found))
    return Figures(tuple(judged))


@contextmanager
def hidden(keep_file: Callable[[str], bool], keep_phrase: Callable[[str], bool]) -> Iterator[None]:
    """Reads headings with part of the vocabulary only."""
    known = fields_vocabulary.vocabulary
    less = build_vocabulary(keep_file, keep_phrase)
    caches = (header_meaning, fields_headers.table_subject)
    try:
        fields_vocabulary.vocabulary = lambda: less  # type: ignore[assignment]
        for cached in caches:
            cached.cache_clear()
        yield
    finally:
        fields_vocabulary.vocabulary = known
        for cached in caches:
            cached.cache_clear()


def a_fifth_hidden(turn: int) -> AbstractContextManager[None]:
    """Reads headings without a fifth of all phrases, another fifth each turn of five."""
    return hidden(lambda name: True, lambda phrase: crc32(phrase.encode()) % 5 != turn)


def measure_words(turns: int = 5) -> tuple[Figures, list[Figures]]:
    """The layouts without the suppliers' vocabulary; and with a fifth of all phrases hidden, a few times."""
    with hidden(lambda name: name not in _SUPPLIERS, lambda phrase: True):
        alone = measure_layouts()
    fifths = []
    for turn in range(turns):
        with a_fifth_hidden(turn):
            fifths.append(measure_layouts())
    return alone, fifths


def show(title: str, figures: Figures, *, misses: bool) -> None:
    """The confusion table, the standards and what was missed."""
    print(f"\n{title}: {len(figures.judged):,} fields")
    confusion = Counter((one.label.kind, one.found) for one in figures.judged)
    letters = "dqcntskau"
    print("label   " + "".join(f"{letter:>6}" for letter in letters))
    for label in letters:
        if any(confusion[label, letter] for letter in letters):
            print(f"{label:>5}   " + "".join(f"{confusion[label, letter]:6d}" for letter in letters))
    met = "met" if figures.right >= RIGHT else "NOT MET"
    print(f"  {met:<8}kind right: {figures.right:.2%}, standard {RIGHT:.0%} "
          f"({figures.first_choice:.2%} without the labels' second choices)")  # fmt: skip
    missed = Counter(f"{one.place} -> {one.found}" for one in figures.missed)
    print(f"  {'NOT MET' if missed else 'met':<8}direct identifiers missed: {_list(missed) or 'none'}")
    met = "met" if figures.share_wrongly_direct < WRONGLY_DIRECT else "NOT MET"
    print(f"  {met:<8}ordinary fields called direct identifiers: {figures.share_wrongly_direct:.2%}, "
          f"standard {WRONGLY_DIRECT:.0%}")  # fmt: skip
    right, told = figures.roles
    if told:
        print(f"  role as labelled: {right:,} of {told:,} ({right / told:.1%})")
    if figures.unlabelled:
        print(f"  NOT LABELLED: {_list(Counter(figures.unlabelled))}")
    by_supplier: dict[str, list[Judged]] = defaultdict(list)
    for one in figures.judged:
        by_supplier[one.supplier].append(one)
    for supplier, all_of in by_supplier.items():
        share = sum(one.right for one in all_of) / len(all_of)
        print(f"    {supplier:<28}{len(all_of):6,} fields  {share:7.2%} right")
    if misses:
        wrong: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for one in figures.judged:
            if not one.right:
                wrong[one.label.kind + one.label.also, one.found][one.place] += 1
        for (label, found), places in sorted(wrong.items()):
            print(f"\n  {label} -> {found}: {_list(places)}")
        roles = Counter(
            f"{one.place} {one.role_label} -> {one.role}"
            for one in figures.judged
            if one.role_label not in (None, one.role)
        )
        print(f"\n  roles: {_list(roles) or 'none missed'}")


def _list(places: Counter[str]) -> str:
    return ", ".join(name if n == 1 else f"{name} ({n})" for name, n in places.most_common())


def show_in_short(title: str, figures: Figures) -> None:
    """One line, for what has no standard."""
    left = sum(one.found == "u" for one in figures.judged)
    print(
        f"  {title}: {len(figures.judged):,} fields, {figures.right:.1%} right, "
        f"{left / max(len(figures.judged), 1):.1%} left to a person, direct identifiers let through "
        f"{sum(one.found not in 'duqt' for one in figures.missed):,}, "
        f"ordinary called direct {figures.share_wrongly_direct:.2%}"
    )


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    asked = [word for word in given if not word.startswith("--")] or ["layouts", "samples", "values", "words"]
    misses = "--no-misses" not in given
    if "layouts" in asked:
        show("Published layouts, headings alone", measure_layouts(), misses=misses)
    if "samples" in asked:
        show("Sample files, headings and values", measure_samples(), misses=misses)
    if "values" in asked:
        print("\nSample files without their headings (no standard)")
        show_in_short("values alone", measure_values())
    if "words" in asked:
        alone, fifths = measure_words()
        print("\nPublished layouts with part of the vocabulary hidden (no standard)")
        show_in_short("without the suppliers' own", alone)
        for figures in fifths:
            show_in_short("without a fifth of the phrases", figures)
            show_in_short("  each heading once", figures.by_heading)
    return 0


if __name__ == "__main__":
    sys.exit(main())
