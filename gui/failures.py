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
        "The archive could do harm when it is unpacked",
        "Threshold did not unpack it. Nothing of it was kept.",
        "Choose another file, or the new archive once you have it.",
    ),
    "not_a_table": _Words(
        "This is no file that Threshold can read", _AGAIN, "Do what is said above, or choose another file."
    ),
    "empty": _Words(
        "There is nothing in the file", _AGAIN, "Make the export again and check that it finished."
    ),
}
_NOT_SAVED = "No half-written file was left behind. Your decisions are kept."
#: By the error's code, for what goes wrong on saving. A code of several parts is looked up by its first, too.
SAVING = {
    "not_written": _Words(
        "The file was not saved", _NOT_SAVED, "Choose another folder or make room, then save again."
    ),
    "check": _Words(
        "What was written did not pass its check",
        "Threshold threw the written file away. Nothing can be sent by mistake. Your decisions are kept.",
        "Do what the message says, then save again.",
    ),
    "verification": _Words(
        "What was written did not pass its check",
        "Threshold threw the written file away. Nothing can be sent by mistake. Your decisions are kept.",
        "Save again. If it happens twice, choose a folder on another disk.",
    ),
    "too_many_rows": _Words(
        "The file is too long for a workbook", _NOT_SAVED, "Choose CSV as the format, then save again."
    ),
    "too_many_fields": _Words(
        "The file is too wide for a workbook", _NOT_SAVED, "Choose CSV as the format, then save again."
    ),
    "gate": _Words(
        "A check stopped the file from being saved",
        _NOT_SAVED,
        "Put right what the list of checks names, then save again.",
    ),
    "refused": _Words(
        "A check stopped the file from being saved",
        _NOT_SAVED,
        "Put right what the list of checks names, then save again.",
    ),
}
#: Where a list, a look-up file or an earlier release could not be used: nothing of the session is lost.
_BESIDE = _Words("", "What you chose before is kept.", "Choose another file, or put right what is named.")
#: For what is nobody's fault but the program's.
_BUG = "Try again. If it happens twice, give the details to whoever looks after Threshold."
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
        return Failure(words.title, "Something went wrong inside Threshold.", words.kept, _BUG, stage)
    title = words.title
    if stage == "open":
        words = OPENING.get(error.code, words)
        title = words.title
    elif stage == "export":
        words = SAVING.get(error.code) or SAVING.get(error.code.partition(".")[0], words)
        title = words.title
    elif stage == "gone":
        stage, title = "open", _GONE.get(error.code, title)
    where = "" if error.code.startswith(("check.", "gate.")) else place_words(error.where)
    return Failure(title, plain(error.message), words.kept, words.do, stage, where, error.code)


def failed(title: str, error: ThresholdError) -> Failure:
    """What went wrong with a file beside the export: a list, a look-up file, an earlier release."""
    where = place_words(error.where)
    return Failure(title, plain(error.message), _BESIDE.kept, _BESIDE.do, "plan", where, error.code)


def can_try_again(failure: Failure) -> bool:
    """Whether the same file may open on another try, once something outside was put right."""
    return failure.stage == "open" and failure.code in {
        "missing",
        "locked",
        "unreachable",
        "changed",
        "damaged",
    }


def stopped_planning() -> Failure:
    """What would leave was not worked out, because a person stopped it."""
    return Failure(
        "What would leave is not known",
        "You stopped it before it was worked out.",
        "Every decision is kept. Nothing can be saved until it is worked out.",
        "Press Try again, or decide something else.",
        stage="plan",
        code="stopped",
    )
