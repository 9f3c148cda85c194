"""What a person reads when something goes wrong at each stage: what happened, what was kept, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.plain_words import place_words, plain
from gui.state import Failure

if TYPE_CHECKING:
    from core.model import ThresholdError


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
    "gone": _Words(
        "The file changed while it was open",
        "What was on the screen was put away, because it is not what the file holds now. Nothing was saved. "
        "What you decided is used again if the file still has the same fields.",
        "Close the program that writes the file, then open it again.",
    ),
}
_AGAIN = "Your file was not changed, and Threshold kept nothing of it."
#: By the error's code, for what goes wrong on opening: a title and what to do next, where they differ.
OPENING = {
    "missing": _Words("The file is not there", _AGAIN, "Check the folder or the drive, then try again."),
    "locked": _Words(
        "Another program has the file open",
        _AGAIN,
        "Close it there, then press Try again. It is often Excel.",
    ),
    "unreachable": _Words(
        "The drive does not answer", _AGAIN, "Connect the drive or the network again, then press Try again."
    ),
    "changed": _Words(
        "The file changed while it was being read",
        "What was read so far was put away. Threshold kept nothing of it.",
        "Wait until the program that writes it has finished, then press Try again.",
    ),
    "damaged": _Words(
        "The file is damaged", _AGAIN, "Export it again from the system it came from, and open the new file."
    ),
    "password": _Words("The file is protected by a password", _AGAIN, "Type the password below."),
    "too_big": _Words(
        "The file is too large to be held in memory",
        _AGAIN,
        "Unpack it, or save it as CSV, and open that: text files of any size can be read.",
    ),
    "bomb": _Words(
        "The file was made to grow without end when it is opened",
        "Threshold stopped before it did. Nothing of it was kept.",
        "Have whoever looks after your computers look at it.",
    ),
    "unsafe_archive": _Words(
        "The archive is not safe to unpack",
        "Threshold did not unpack it. Nothing of it was kept.",
        "Choose another file, or the new archive once you have it.",
    ),
    "empty": _Words(
        "There is nothing in the file", _AGAIN, "Make the export again and check that it finished."
    ),
}
_GONE = {
    "missing": "The file is not there any more",
    "locked": "Another program has taken the file",
    "unreachable": "The drive does not answer any more",
}


def failure_at(stage: str, error: BaseException) -> Failure:
    """The failure to show. An error that is not made for people tells nothing of itself: its text may
    quote a patient's row."""
    from core.model import ThresholdError

    words = STAGES[stage]
    if not isinstance(error, ThresholdError):
        return Failure(words.title, "Something went wrong inside Threshold.", words.kept, words.do, stage)
    title = words.title
    if stage == "open":
        words = OPENING.get(error.code, words)
        title = words.title
    elif stage == "gone":
        stage, title = "open", _GONE.get(error.code, title)
    where = place_words(error.where)
    return Failure(title, plain(error.message), words.kept, words.do, stage, where, error.code)


def failed(title: str, error: ThresholdError) -> Failure:
    """What went wrong where the page has no more to say than what core says."""
    return Failure(title, plain(error.message), "", "", "plan", place_words(error.where), error.code)


def can_try_again(failure: Failure) -> bool:
    """Whether the same file may open on another try, once something outside was put right."""
    return failure.stage == "open" and failure.code in {
        "missing",
        "locked",
        "unreachable",
        "changed",
        "damaged",
    }
