"""What a person reads when something goes wrong at each stage: what happened, what was kept, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from gui.state import Failure


@dataclass(frozen=True)
class _Words:
    title: str
    kept: str
    do: str


STAGES = {
    "open": _Words(
        "This could not be opened",
        "Your file was not changed, and Threshold kept nothing of it.",
        "Check the file in the program it came from and choose it again, or choose another file.",
    ),
    "plan": _Words(
        "What would leave could not be worked out",
        "What you see is the plan before this change. Your decisions are kept.",
        "Take the last change back with Undo, or choose something else.",
    ),
    "export": _Words(
        "The file was not saved",
        "No half-written file was left behind. Your decisions are kept.",
        "Put right what the message names, then save again.",
    ),
}


def failure_at(stage: str, error: BaseException) -> Failure:
    """The failure to show. An error that is not made for people tells nothing of itself: its text may
    quote a patient's row."""
    from core.model import ThresholdError

    words = STAGES[stage]
    if isinstance(error, ThresholdError):
        return Failure(words.title, error.message, words.kept, words.do, stage, error.where, error.code)
    return Failure(words.title, "Something went wrong inside Threshold.", words.kept, words.do, stage)
