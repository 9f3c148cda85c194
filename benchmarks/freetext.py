"""How much of what names people is taken out of notes, beside Presidio, and how fast.

    make bench ARGS="freetext"     or  python -m benchmarks.freetext [--rows 2000] [--misses] [--json FILE]

Presidio is run where it can be imported, or in the Python that THRESHOLD_PRESIDIO_PYTHON names (see
CONTRIBUTING.md for what to install there); without either it is left out and said so. Sets:

* synth: invented rows of a GP system with gold spans, once with the row's own names known, once without;
  template sentences, so that they flatter any rule;
* tuned, kept aside: our own invented notes in many styles; the rules were tuned on the first only;
* demo: the notes of our invented practice, whose generator knows what it planted;
* research: Presidio's own sentences, mostly of other countries;
* clinical phrases: what must stay to the letter.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.freetext_score import Note, Score, add_found, marked_notes, score
from core.survey.freetext import NOBODY, Names, find_spans, scrub
from core.survey.identifiers.names import single_names

ROOT = Path(__file__).resolve().parent.parent
ORACLES = ROOT.parent / "shared" / "oracles" / "freetext"
OWN = ROOT / "tests" / "core" / "survey" / "freetext"
STANDARDS = (("covered", 0.98), ("leaking", 0.05), ("per second", 1000.0), ("phrases intact", 0.98))
_GONE = (
    "PERSON",
    "DATE",
    "PHONE",
    "EMAIL",
    "ADDRESS",
    "LOCATION",
    "GPE",
    "STREET",
    "ZIP",
    "NRP",
    "DOMAIN",
    "IP",
)


def ours(text: str, known: Any) -> list[tuple[int, int]]:
    """What Threshold takes out."""
    return [(span.start, span.end) for span in find_spans(text, known or NOBODY)]


def synth(most: int, *, known: bool) -> list[Note]:
    """The invented GP rows; with `known` each is told its own patient's names."""
    with (ORACLES / "uk_gp_synth_2k.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:most]
    lines = (ORACLES / "uk_gp_synth_2k.gold.jsonl").read_text(encoding="utf-8").splitlines()[:most]
    notes = []
    for row, line in zip(rows, lines, strict=True):
        own = Names(single_names(row["forename"]) | single_names(row["surname"])) if known else None
        gold = tuple((a, b, kind) for a, b, kind in json.loads(line)["spans"])
        notes.append(Note(row["free_text"], gold, own))
    return notes


def own(name: str) -> list[Note]:
    """Our own notes; those that say whose they are are told so."""
    return [
        Note(text, gold, Names(single_names(who)) if who else None)
        for who, text, gold in marked_notes(OWN / f"notes_{name}.txt")
    ]


def demo(most: int) -> list[Note]:
    """Notes of the invented practice with what its generator planted."""
    from core.demo import make_practice

    practice = make_practice()
    notes = []
    for event in practice.events:
        if not event.note or len(notes) >= most:
            continue
        gold = set()
        for planted in event.planted:
            start = event.note.find(planted.text)
            while planted.text and start >= 0:
                gold.add((start, start + len(planted.text), planted.kind))
                start = event.note.find(planted.text, start + 1)
        person = practice.people[event.person]
        names = single_names(person.surname) | single_names(person.forename)
        notes.append(Note(event.note, tuple(sorted(gold)), Names(names)))
    return notes


def research(name: str, most: int) -> list[Note]:
    """Presidio's own sentences: people, places, numbers and dates of any country."""
    data = json.loads((ORACLES / name).read_text(encoding="utf-8"))[:most]
    return [
        Note(
            item["full_text"],
            tuple(
                (span["start_position"], span["end_position"], span["entity_type"])
                for span in item["spans"]
                if span["entity_type"].startswith(_GONE)
            ),
        )
        for item in data
    ]


def phrases() -> tuple[int, list[str]]:
    """How many clinical phrases there are, and those that were changed."""
    lines = (OWN / "clinical_phrases.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]
    return len(kept), [line for line in kept if scrub(line, find_spans(line)) != line]


def presidio(texts: Sequence[str]) -> Mapping[str, Any] | str:
    """Presidio's spans of these texts, or why there are none."""
    python = os.environ.get("THRESHOLD_PRESIDIO_PYTHON", sys.executable)
    done = subprocess.run(
        [python, str(ROOT / "benchmarks" / "freetext_presidio.py")],
        input=json.dumps(list(texts)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it ended badly"
    told: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def line_of(name: str, result: Score) -> str:
    return (
        f"  {name:<34}{result.notes:>6}{result.spans:>7}{result.share_covered:>9.3f}"
        f"{result.share_leaking:>9.1%}{result.precision:>10.3f}{result.per_second:>9,.0f}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(prog="python -m benchmarks.freetext", description=__doc__)
    options.formatter_class = argparse.RawDescriptionHelpFormatter
    options.add_argument("--rows", type=int, default=2000, help="notes of a set at most")
    options.add_argument("--misses", action="store_true", help="show what is missed, and taken out wrongly")
    options.add_argument("--json", type=Path, metavar="FILE")
    chosen = options.parse_args(arguments)
    sets = {"tuned": own("tuned"), "kept aside": own("kept_aside"), "demo": demo(chosen.rows)}
    if ORACLES.is_dir():
        sets = {
            "synth, own names known": synth(chosen.rows, known=True),
            "synth, nothing known": synth(chosen.rows, known=False),
            **sets,
            "research (other countries)": research("presidio_research_synth_dataset_v2.json", chosen.rows),
        }
    find_spans("Warming up for Anne Smith.")
    print(f"  {'set':<34} notes  spans  covered  leaking precision  a cpu s")
    results: dict[str, Any] = {}
    for name, notes in sets.items():
        found = score(notes, ours)
        print(line_of(name, found))
        results[name] = {"ours": _figures(found)}
        if name == "synth, own names known":
            continue  # the peer knows no row: it is asked of the same texts once
        peer = presidio([note.text for note in notes])
        if isinstance(peer, str):
            print(f"    Presidio was not measured: {peer}")
        else:
            theirs = add_found(notes, peer["spans"], peer["seconds"])
            print(line_of("    Presidio, small model", theirs))
            results[name]["presidio"] = _figures(theirs)
        if chosen.misses:
            for kind, text in found.missed:
                print(f"      missed {kind}: {text!r} -> {scrub(text, find_spans(text))!r}")
            for extra in found.extra:
                print(f"      taken out: {extra}")
    many, changed = phrases()
    intact = 1 - len(changed) / many
    print(f"  clinical phrases left standing: {intact:.1%} of {many}", *map(repr, changed), sep="\n    ")
    first = results.get("synth, own names known", results["tuned"])["ours"]
    for words, limit in STANDARDS:
        value = intact if words == "phrases intact" else first[words]
        met = value < limit if words == "leaking" else value >= limit
        print(f"  {'met' if met else 'NOT MET':<8}{words}: {value:,.3f}, standard {limit:g}")
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


def _figures(result: Score) -> dict[str, Any]:
    counted = {k: v for k, v in asdict(result).items() if isinstance(v, (int, float))}
    return counted | {
        "covered": result.share_covered,
        "leaking": result.share_leaking,
        "precision": result.precision,
        "per second": result.per_second,
        "by_kind": {k: dict(v) for k, v in result.by_kind.items()},
    }


if __name__ == "__main__":
    sys.exit(main())
