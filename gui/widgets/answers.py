"""What stands in the boxes of a form, taken down and put back as a whole. Never what is typed unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget


@dataclass(frozen=True)
class Answers:
    """By the place of each box in its form: a form that asks the same has the same places."""

    texts: tuple[str, ...]
    ticks: tuple[bool, ...]
    choices: tuple[int, ...]


def answers_of(parts: Sequence[QWidget]) -> Answers:
    """What these parts of a form say now, hidden rows included."""
    return Answers(
        tuple(edit.text() for edit in _edits(parts)),
        tuple(button.isChecked() for button in _ticks(parts)),
        tuple(box.currentIndex() for box in _boxes(parts)),
    )


def put_back(parts: Sequence[QWidget], answers: Answers) -> bool:
    """Fill a form in as it was; False, and nothing done, where it asks something else now."""
    edits, ticks, boxes = _edits(parts), _ticks(parts), _boxes(parts)
    now = (len(edits), len(ticks), len(boxes))
    if now != (len(answers.texts), len(answers.ticks), len(answers.choices)):
        return False
    for button, tick in zip(ticks, answers.ticks, strict=True):
        button.setChecked(tick)
    for box, place in zip(boxes, answers.choices, strict=True):
        box.setCurrentIndex(place)
    for edit, text in zip(edits, answers.texts, strict=True):
        edit.setText(text)
    return True


def _edits(parts: Sequence[QWidget]) -> list[QLineEdit]:
    """Lines that can be read on the screen: a pass phrase is taken down nowhere."""
    found = [edit for part in parts for edit in part.findChildren(QLineEdit)]
    return [edit for edit in found if edit.echoMode() == QLineEdit.EchoMode.Normal]


def _ticks(parts: Sequence[QWidget]) -> list[QAbstractButton]:
    found = [button for part in parts for button in part.findChildren(QAbstractButton)]
    return [button for button in found if button.isCheckable()]


def _boxes(parts: Sequence[QWidget]) -> list[QComboBox]:
    return [box for part in parts for box in part.findChildren(QComboBox)]
