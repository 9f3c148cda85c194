"""Records of people who do not exist, for tests of the Patients page."""

from __future__ import annotations

from core.model import Kind
from core.patients import Item, PatientRecord, Point, Queue, QueueEntry, QueueReason, Section, Series, Told

CODES = ("P-7KQ2-M9XD-0RHE-5V2T", "P-8ABC-M9XD-0RHE-5V2T", "P-9DEF-M9XD-0RHE-5V2T", "P-AGHJ-M9XD-0RHE-5V2T")
NAMES = ("Ann QWERTHWAITE", "Bela ZUIOTHWAITE", "<b>Carys</b> <img src=x>", "")


def item(row: int, held: str, out: str | None = "", **more: object) -> Item:
    """An entry of the table 'events'; it leaves as it is unless said otherwise."""
    shown = held if out == "" else out
    why = "" if shown is not None else "It is sensitive."
    given = {"family": "problems", "day": 20_000 - row, "why": why, "fields": (("Term", held, shown),)} | more
    return Item("events", row, held=held, out=shown, **given)  # type: ignore[arg-type]


def record(patient: int = 0, *items: Item, **more: object) -> PatientRecord:
    """One patient with these entries, who they are, and a few blood pressures."""
    entries = items or (
        item(1, "Asthma"),
        item(2, "Child protection plan", marks=("Sensitive: Safeguarding",)),
        item(3, "Gender recognition certificate", restricted=True),
        item(4, "Sexual health clinic", None, reason_id="category.sexual_health"),
    )
    points = (Point(19_000, 132, 84), Point(19_400, 128, 80, leaves=False), Point(19_800, 140, 91))
    told = (
        Told(
            "Family name",
            NAMES[patient].split(" ")[-1],
            None,
            "It names the patient.",
            Kind.DIRECT_IDENTIFIER,
        ),
        Told("Date of birth", "26/12/1961", "1961", "Only the year is sent.", Kind.QUASI_IDENTIFIER),
        Told("Sex", "Female", "Female", "", Kind.QUASI_IDENTIFIER),
    )
    given = {
        "code": CODES[patient],
        "name": NAMES[patient],
        "told": told,
        "sections": (Section("problems", "Problems", entries),),
        "series": (Series("blood_pressure", "Blood pressure", "mmHg", points),),
    } | more
    return PatientRecord(patient=patient, **given)  # type: ignore[arg-type]


def queue(*reasons: str) -> Queue:
    """Everybody in the queue, each for one of these reasons."""
    entries = tuple(
        QueueEntry(n, CODES[n], (QueueReason(why, f"What {why} says of somebody."),))
        for n, why in enumerate(reasons)
    )
    return Queue(entries, (), 900, frozenset(CODES[: len(entries)]))
