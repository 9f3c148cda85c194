"""The facts of the summary bar, read from the session."""

from __future__ import annotations

from dataclasses import dataclass, field

from gui.formatting import counted
from gui.models.to_decide import to_decide
from gui.session import Session, demo_paths

NOT_YET = "Not known yet"


@dataclass(frozen=True)
class Summary:
    """Texts by the summary bar's keys, and the tier of what would leave ('' while nothing is planned)."""

    values: dict[str, str]
    tier: str
    waiting: frozenset[str] = frozenset()  # keys whose text only says why nothing is known yet
    short: dict[str, str] = field(default_factory=dict)  # for a narrow window, by the same keys


def summary(session: Session) -> Summary:
    """What the bar says now."""
    no_file = set() if session.export is not None else {"from"}
    waits = to_decide(session)
    settled = set() if waits.open else {"to_decide"}
    return Summary(
        {
            "from": _from(session),
            "going_to": session.recipient,
            "would_leave": _would_leave(session),
            "left_out": _left_out(session),
            "to_decide": waits.words,
        },
        session.tier,
        frozenset(({"would_leave", "left_out"} if session.numbers is None else set()) | no_file | settled),
        {"to_decide": waits.short, **_short(session)},
    )


def _short(session: Session) -> dict[str, str]:
    """What nobody can know before it is said who gets it, in a narrow window."""
    return dict.fromkeys(("would_leave", "left_out"), NOT_YET) if session.going_to is None else {}


def _from(session: Session) -> str:
    export = session.export
    if export is None:
        return "Opening" if session.busy else "No file yet"
    return "Demo practice" if session.paths == demo_paths() else export.name


def _would_leave(session: Session) -> str:
    numbers = session.numbers
    if numbers is None:
        return _waiting(session)
    if session.publishes_counts:
        return "A table of counts, no patient's row"
    return f"{counted(numbers.rows_out, 'row')}, {counted(numbers.patients_out, 'patient')}"


def _left_out(session: Session) -> str:
    numbers = session.numbers
    if numbers is None:
        return _waiting(session)
    if session.publishes_counts:
        return f"every row ({counted(numbers.rows_in, 'row')} counted)"
    rows, people = numbers.rows_in - numbers.rows_out, numbers.patients_in - numbers.patients_out
    return f"{counted(rows, 'row')}, {counted(people, 'patient')}" if rows else "Nothing"


def _waiting(session: Session) -> str:
    if session.going_to is not None and (session.busy or session.planning):
        return "Being counted"
    return "Known when you say who gets it"
