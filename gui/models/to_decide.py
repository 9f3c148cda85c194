"""What still needs a person, from the whole session: for the summary bar, and the key that leads there."""

from __future__ import annotations

from dataclasses import dataclass

from gui.formatting import counted
from gui.session import Session


@dataclass(frozen=True)
class ToDecide:
    """What is left to do in words, and the page that does it. `open` says whether there is anything."""

    words: str
    page_id: str
    open: bool = True
    short: str = ""  # for a narrow window


def to_decide(session: Session) -> ToDecide:
    """Who gets it first, then fields, then the checks that do not hold; 'Nothing' once all is settled."""
    if session.export is None:
        return ToDecide("Known when a file is open", "open", open=False, short="No file yet")
    if session.going_to is None:
        return ToDecide("Who gets it", "going_to")
    if session.plan is None or session.planning:
        return ToDecide("Being counted", "fields", open=False)
    fields = sum(p.needs_decision and not p.decided for p in session.plan.fields)
    checks = sum(not gate.passed for gate in session.gates)
    words = [counted(number, one) for number, one in ((fields, "field"), (checks, "check")) if number]
    if not words:
        return ToDecide("Nothing", "export", open=False)
    short = counted(fields + checks, "thing")
    return ToDecide(", ".join(words), "fields" if fields else "export", short=short)
