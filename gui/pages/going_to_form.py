"""What must be said of who gets it: the form of the page Going to, and putting back what was said in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCheckBox, QCompleter, QFrame, QLabel, QVBoxLayout, QWidget

from gui.recipient_book import about
from gui.session import Session
from gui.state import GoingTo
from gui.widgets.answers import Answers, answers_of, put_back
from gui.widgets.form import TextRow
from gui.widgets.key_file import KeyFile
from gui.widgets.objection_choices import ObjectionChoices
from gui.widgets.older_codes import OlderCodes
from gui.widgets.questions import QuestionForm
from gui.widgets.text import label
from gui.widgets.typed_words import TypedWords
from gui.widgets.what_goes import WhatGoes


@dataclass(frozen=True)
class Said:
    """Everything that the form held when it was used: what stands in it, and what was read for it."""

    answers: Answers
    earlier: Any
    lists: Mapping[str, Any]
    before: Any
    look_ups: Any
    notes: tuple[str, ...]
    older: Any = None


class GoingToForm(QFrame):
    """Rows one below the other; which of them are asked depends on the profile."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setProperty("surface", "card")
        self.setObjectName("going_to_form")
        self.profile: Any = None  # core.protection.Profile, None until one is chosen
        self.earlier: Any = None  # core.protection.plans.SavedPlan that this export starts from
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 16)
        layout.setSpacing(10)
        self.started = label("", "small", wrap=True)
        self.started.setVisible(False)
        self.recipient = TextRow("Who gets it?", example="For example Bristol Diabetic Eye Screening")
        self.in_book = label("", "small", wrap=True)
        self.in_book.setVisible(False)
        self.names = QStringListModel(self)
        completer = QCompleter(self.names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.recipient.edit.setCompleter(completer)
        self.recipient.edit.textChanged.connect(lambda _text: self.say_of_recipient())
        self.project = TextRow("What is it for?", example="For example autumn recall 2026")
        self.patients = TextRow(
            "How many patients did your search show?",
            "Look at your search, not at this file: one checks the other.",
            short=True,
        )
        self.agreement = TextRow("Reference of the agreement or approval", example="Empty if there is none")
        self.questions = QuestionForm()
        self.objections = ObjectionChoices(session)
        free = [edit for kind, edit in self.objections.edits.items() if kind != "search"]  # that is a name
        rows = (self.recipient, self.project, self.agreement)
        self.typed = TypedWords(self, session, rows, free, self.objections.error)
        self.registered_row = self._build_registered()
        self.what_goes = WhatGoes(session.read_look_up)
        self.key_file = KeyFile(session)
        self.older = OlderCodes(session)
        for widget in (
            self.started, self.recipient, self.in_book, self.project, self.patients, self.agreement,
            self.questions, self.objections, self.registered_row, self.what_goes, self.key_file,
            self.older,
        ):  # fmt: skip
            layout.addWidget(widget)

    def _build_registered(self) -> QWidget:
        holder, column = QWidget(), QVBoxLayout()
        holder.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        self.registered = QCheckBox("Everyone in this file is registered with the practice now")
        self.registered_hint = label(
            "This file does not say who has left or died, and only registered patients may go.",
            "small",
            wrap=True,
        )
        self.registered_error = label("", "error", wrap=True)
        for line in (self.registered_hint, self.registered, self.registered_error):
            column.addWidget(line)
        return holder

    # -- what it says ----------------------------------------------------------------------------
    @property
    def beyond_care(self) -> bool:
        """Whether the profile sends data for something else than the patients' own care."""
        return self.profile is not None and str(self.profile.purpose) == "beyond_care"

    def check(self) -> list[str]:
        """What is wrong or missing, in words; each is also shown beside its place."""
        shown = self._shown()
        wrong = [
            (self.recipient, "" if self.recipient.text() else "Say who gets it."),
            (self.project, "" if self.project.text() else "Say what it is for."),
            (
                self.patients,
                "" if not shown or shown.isdecimal() else "Give the number of patients as a number.",
            ),
        ]
        for row, error in wrong:
            row.set_error(error)
        errors = [error for _row, error in wrong if error] + self.typed.show()
        errors += self.questions.check()
        errors += self.what_goes.check()
        errors += [] if self.older.isHidden() else self.older.check()
        if self.beyond_care:
            missing = self.objections.missing() or self.typed.wrong_line()
            self.objections.set_error(missing)
            errors += [missing] if missing else []
        needed = not self.registered_row.isHidden() and not self.registered.isChecked()
        text = "Say that everyone is registered, or open a file with a registration status." if needed else ""
        _say(self.registered_error, text)
        return errors + ([text] if text else [])

    def first_wrong(self) -> QLabel | None:
        """The uppermost of the sentences that say what is wrong or missing, None where there is none."""
        said = [x for x in self.findChildren(QLabel) if x.property("role") == "error" and x.text()]
        shown = [x for x in said if x.isVisibleTo(self)]
        return min(shown, key=lambda x: x.mapTo(self, x.rect().topLeft()).y(), default=None)

    def _shown(self) -> str:
        """How many patients the search showed, as digits where it was a number."""
        return self.patients.text().replace(",", "").replace(" ", "")

    def told(self) -> dict[str, Any]:
        """What the form says, as `Session.set_going_to` takes it. Ask `check` first."""
        from core.protection.plan import ObjectionSource

        beyond, shown = self.beyond_care, self._shown()
        return {
            "expected_patients": int(shown) if shown else None,
            "objection_sources": [ObjectionSource(*s) for s in self.objections.sources()] if beyond else [],
            "assume_registered": self.registered.isChecked() and not self.registered_row.isHidden(),
            "agreement": self.agreement.text() if beyond else "",
            "lists": self.objections.combined_lists() if beyond else None,
            "before": self.objections.before if beyond else None,
            "statements": tuple(sorted(self.questions.answers().items())),
            "window": self.what_goes.window(),
            "whole_list": self.what_goes.reason() if beyond else "",
            "sample_per_mille": self.what_goes.per_mille(),
            "shuffle": self.what_goes.shuffle.isChecked(),
            "earlier": self.earlier,
            "look_ups": self.what_goes.look_ups,
            "older": None if self.older.isHidden() else self.older.chosen,
        }

    # -- what it asks ----------------------------------------------------------------------------
    def set_profile(self, profile: Any) -> None:
        """Ask what this profile wants to know; None while none is chosen."""
        self.profile = profile
        beyond = self.beyond_care
        coded = profile is not None and makes_codes(profile)
        self.key_file.set_wanted(coded)
        self.older.setVisible(coded)
        self.objections.setVisible(beyond)
        self.agreement.setVisible(beyond)
        self.questions.set_questions(profile.asks if profile is not None else {})
        if beyond:
            from core.protection.recipients import whole_list_reasons

            self.what_goes.set_reasons(dict(whole_list_reasons()))
        self.what_goes.setVisible(profile is not None and str(profile.purpose) != "counts")
        self.typed.look()  # other lines are asked for
        survey = self.session.survey
        no_status = survey is not None and not survey.patients.has_status
        self.registered_row.setVisible(beyond and no_status)
        self.registered_error.setVisible(False)

    def known(self) -> str:
        """The name in the book of the recipient that was typed, '' where the book has none."""
        found = self.session.recipients.entry(self.recipient.text())
        return "" if found is None else found[0]

    def say_of_recipient(self) -> None:
        """What the book says of who was typed."""
        book = self.session.recipients
        if self.names.stringList() != book.names():
            self.names.setStringList(book.names())
        found = book.entry(self.recipient.text())
        if found is not None:
            words, _live = about(found[1], date.today())
        elif book.trouble:
            words = book.trouble
        elif book.names() and self.recipient.text():
            words = "Not in the book of recipients. Threshold asks nothing of an agreement it does not know."
        else:
            words = ""
        _say(self.in_book, words)
        if found is not None and found[1].agreement and not self.agreement.text():
            self.agreement.edit.setText(found[1].agreement)

    # -- filling it in ---------------------------------------------------------------------------
    def start_from(self, found: Any) -> None:
        """Take over what an earlier plan (core.protection.plans.SavedPlan) says; its profile is chosen."""
        plan = found.plan
        self.earlier = found
        self.recipient.edit.setText(plan.recipient)
        self.project.edit.setText(plan.project)
        self.agreement.edit.setText(plan.agreement)
        self.questions.fill_in({k: v for k, v in plan.statements if k in self.questions.rows})
        self.patients.edit.clear()
        self.older.ask_for(plan.scheme, plan.scheme_settings.get("salt_sha256", ""))
        self.say_started(
            "Starts from the last plan: its decisions are taken over. What is new in this file is left out "
            "until you decide. Where objections come from, and how many patients your search showed, is "
            "asked again."
        )

    def say_started(self, words: str) -> None:
        """What is said above the form of an earlier plan; '' takes it away."""
        _say(self.started, words)

    def fill_in(self, recipient: str, project: str, patients: str) -> None:
        """Write into the form, as a person would."""
        for row, text in ((self.recipient, recipient), (self.project, project), (self.patients, patients)):
            row.edit.setText(text)

    def said(self) -> Said:
        """All that stands in the form now, to be put back when a decision is taken back. In memory only."""
        lists = self.objections
        return Said(
            answers_of(self._answered()), self.earlier, dict(lists.lists), lists.before,
            self.what_goes.look_ups, tuple(note.text() for note in self._notes()),
            self.older.chosen,
        )  # fmt: skip

    def put_back(self, said: Said) -> None:
        """Show again what was said. The profile of that time is chosen already."""
        put_back(self._answered(), said.answers)
        self.earlier, self.what_goes.look_ups = said.earlier, said.look_ups
        self.objections.lists, self.objections.before = dict(said.lists), said.before
        for note, words in zip(self._notes(), said.notes, strict=True):
            note.setText(words)
        self.older.put_back(said.older)
        self.started.setVisible(bool(self.started.text()))
        self.say_of_recipient()

    def _answered(self) -> tuple[QWidget, ...]:
        """The parts that hold answers about who gets it; the key and its pass phrase are none of them."""
        return (
            self.recipient, self.project, self.patients, self.agreement, self.questions, self.objections,
            self.registered_row, self.what_goes,
        )  # fmt: skip

    def _notes(self) -> list[QLabel]:
        """What is said of files that were read for it."""
        lists = self.objections
        return [self.started, *lists.notes.values(), lists.compare_note, self.what_goes.look_up_words]

    def show_going_to(self, going: GoingTo) -> None:
        """Show a choice that was not made in this form, as far as it has a place for it."""
        shown = "" if going.expected_patients is None else str(going.expected_patients)
        self.fill_in(going.recipient, going.project, shown)
        self.agreement.edit.setText(going.agreement)
        self.registered.setChecked(going.assume_registered)
        self.earlier = going.earlier
        self.older.put_back(going.older)

    def clear(self) -> None:
        """A new file: who gets it and how many were shown must be said again."""
        for row in (self.recipient, self.project, self.patients, self.agreement):
            row.edit.clear()
            row.set_error("")
        self.objections.clear()
        self.objections.set_error("")
        self.questions.clear()
        self.what_goes.clear()
        self.older.clear()
        self.earlier = None
        self.say_started("")
        self.registered.setChecked(False)


def makes_codes(profile: Any) -> bool:
    """Whether a profile replaces anything by a code, for which a key is needed."""
    return '"pseudonym"' in profile.model_dump_json()


def _say(line: QLabel, words: str) -> None:
    line.setText(words)
    line.setVisible(bool(words))
