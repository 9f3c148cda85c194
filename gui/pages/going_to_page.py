"""Going to: who gets it, and why?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QCompleter, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.formatting import PURPOSE_WORDS
from gui.pages.page import Page, StepState
from gui.recipient_book import about
from gui.session import Session
from gui.settings import Settings, Shape, headers_hash
from gui.state import Failure
from gui.widgets.cards import CardContent, CardList
from gui.widgets.chips import Chips
from gui.widgets.form import TextRow
from gui.widgets.key_file import KeyFile
from gui.widgets.objection_choices import ObjectionChoices
from gui.widgets.questions import QuestionForm
from gui.widgets.scroll import column, scrolling
from gui.widgets.text import card, label
from gui.widgets.what_goes import WhatGoes

SIDE_BY_SIDE_FROM = 820  # below this width the form stands under the cards
GROUPS = (
    ("all", "All"),
    ("own_care", "Own care"),
    ("consent", "Asked"),
    ("law", "By law"),
    ("beyond_care", "Beyond care"),
    ("counts", "Counts"),
    ("closed", "Closed"),
)
CLOSED = "The programme is closed: look and compare, but nothing can be saved under it."


def card_of(profile: Any) -> CardContent:
    """A profile in plain words."""
    from core.protection.gates_care import stops_in_words
    from core.protection.profile_differences import changed_copy

    lines = [f"Goes to: {profile.recipients}"]
    if profile.closed:
        lines.insert(0, CLOSED)
    lines += [
        words for words in (profile.shows.warning, stops_in_words(profile), changed_copy(profile)) if words
    ]
    purpose = str(profile.purpose)
    return CardContent(
        profile.id,
        profile.title,
        PURPOSE_WORDS.get(purpose, purpose),
        profile.description,
        tuple(lines),
        str(profile.profile_tier),
        group_of(profile),
    )


def group_of(profile: Any) -> str:
    """Which of GROUPS a profile belongs to."""
    return "closed" if profile.closed else str(profile.purpose)


def makes_codes(profile: Any) -> bool:
    """Whether a profile replaces anything by a code, for which a key is needed."""
    return '"pseudonym"' in profile.model_dump_json()


class GoingToPage(Page):
    """Profiles as cards at the left, what must be said at the right."""

    page_id = "going_to"
    title = "Going to"
    question = "Who gets it, and why?"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        # Two areas that scroll by themselves; in a narrow window the form joins the cards in the first.
        self.cards = CardList("Sorts of recipient")
        self.groups = Chips("Which sorts of recipient are shown", GROUPS)
        self.groups.chosen.connect(self.show_group)
        self.form = self._build_form()
        self._left_body, self._left = column(spacing=12)
        self._left.setContentsMargins(0, 0, 4, 0)
        self._left.addWidget(self.groups)
        self._left.addWidget(self.cards)
        self._right_body, self._right = column()
        self._right.setContentsMargins(0, 0, 4, 0)
        self._right.addWidget(self.form)
        self._right.addStretch(1)
        self._right_area = scrolling(self._right_body, "What must be said")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(scrolling(self._left_body, "Sorts of recipient"), 11)
        row.addWidget(self._right_area, 10)
        outer.addLayout(row, 1)
        outer.addWidget(self._build_foot())
        self.cards.changed.connect(self._profile_chosen)
        session.profiles_ready.connect(self._fill_cards)
        session.recipients.changed.connect(self._say_of_recipient)
        session.survey_ready.connect(self._surveyed)
        session.closed.connect(self._forget)
        session.plan_changed.connect(self._show_state)
        self._fill_cards()
        self._profile_chosen("")

    # -- building --------------------------------------------------------------------------------
    def _build_form(self) -> QWidget:
        form = card("going_to_form")
        layout = QVBoxLayout(form)
        layout.setContentsMargins(18, 14, 18, 16)
        layout.setSpacing(10)
        self.earlier: Any = None  # core.protection.plans.SavedPlan that this export starts from
        self.started = label("", "small", wrap=True)
        self.started.setVisible(False)
        layout.addWidget(self.started)
        self.recipient = TextRow("Who gets it?", example="For example Bristol Diabetic Eye Screening")
        self.in_book = label("", "small", wrap=True)
        self.in_book.setVisible(False)
        self.names = QStringListModel(self)
        completer = QCompleter(self.names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.recipient.edit.setCompleter(completer)
        self.recipient.edit.textChanged.connect(lambda _text: self._say_of_recipient())
        self.book = QPushButton("Recipients...")
        self.book.setAccessibleName("Open the book of recipients")
        self.book.clicked.connect(lambda: self.session.recipients_wanted.emit(self._known()))
        self.project = TextRow("What is it for?", example="For example autumn recall 2026")
        self.patients = TextRow(
            "How many patients did your search show?",
            "Look at your search, not at this file: one checks the other.",
            short=True,
        )
        self.agreement = TextRow("Reference of the agreement or approval", example="Empty if there is none")
        self.questions = QuestionForm()
        self.what_goes = WhatGoes(self.session.read_look_up)
        self.objections = ObjectionChoices(self.session)
        self.registered = QCheckBox("Everyone in this file is registered with the practice now")
        self.registered_hint = label(
            "This file does not say who has left or died, and only registered patients may go.",
            "small",
            wrap=True,
        )
        self.registered_error = label("", "error", wrap=True)
        for widget in (
            self.recipient, self.in_book, self.project, self.patients, self.agreement, self.questions,
            self.objections,
        ):  # fmt: skip
            layout.addWidget(widget)
        status, status_layout = QWidget(), QVBoxLayout()
        status.setLayout(status_layout)
        status_layout.setContentsMargins(0, 0, 0, 0)
        status_layout.setSpacing(3)
        for line in (self.registered_hint, self.registered, self.registered_error):
            status_layout.addWidget(line)
        self.registered_row = status
        layout.addWidget(status)
        layout.addWidget(self.what_goes)
        self.key_file = KeyFile(self.session)
        layout.addWidget(self.key_file)
        return form

    def _build_foot(self) -> QWidget:
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        self.error_summary = label("", "error", wrap=True)
        self.error_summary.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.use = QPushButton("Use this")
        self.use.setProperty("main", True)
        self.use.setMinimumWidth(140)
        self.use.clicked.connect(self.use_this)
        row.addWidget(self.book)
        row.addWidget(self.error_summary, 1)
        row.addWidget(self.use)
        return foot

    # -- what a person can do --------------------------------------------------------------------
    def use_this(self) -> None:
        """Check what was said; if it is complete, tell the session and go on to the fields."""
        errors = self.check()
        self.error_summary.setText(" ".join(errors))
        if errors:
            return
        from core.protection.plan import ObjectionSource

        beyond = self._beyond_care()
        shown = self.patients.text().replace(",", "").replace(" ", "")
        self.session.set_going_to(
            self.cards.chosen,
            self.recipient.text(),
            self.project.text(),
            expected_patients=int(shown) if shown else None,
            objection_sources=[ObjectionSource(*s) for s in self.objections.sources()] if beyond else [],
            assume_registered=self.registered.isChecked() and not self.registered_row.isHidden(),
            agreement=self.agreement.text() if beyond else "",
            lists=self.objections.combined_lists() if beyond else None,
            before=self.objections.before if beyond else None,
            statements=tuple(sorted(self.questions.answers().items())),
            window=self.what_goes.window(),
            whole_list=self.what_goes.reason() if beyond else "",
            sample_per_mille=self.what_goes.per_mille(),
            shuffle=self.what_goes.shuffle.isChecked(),
            earlier=self.earlier,
            look_ups=self.what_goes.look_ups,
        )
        self._remember_shape()
        self.session.page_requested.emit("fields")

    def start_from(self, place: Path) -> None:
        """Start from the plan of an earlier release, or from a saved one."""
        self.session.start_from(place, self._start)

    def _start(self, found: Any) -> None:
        if isinstance(found, Failure):
            self._say_started(f"{found.title}. {found.happened}")
            return
        plan = found.plan
        self.earlier = found
        self.show_group("all")
        self.cards.choose(plan.profile_id)
        self.recipient.edit.setText(plan.recipient)
        self.project.edit.setText(plan.project)
        self.agreement.edit.setText(plan.agreement)
        self.questions.fill_in({k: v for k, v in plan.statements if k in self.questions.rows})
        self.patients.edit.clear()
        self._say_started(
            "Starts from the last plan: its decisions are taken over. What is new in this file is left out "
            "until you decide. Where objections come from, and how many patients your search showed, is "
            "asked again."
        )

    def _say_started(self, words: str) -> None:
        self.started.setText(words)
        self.started.setVisible(bool(words))

    def show_group(self, group: str) -> None:
        """Show the sorts of recipient of one purpose."""
        self.groups.choose(group)
        self.cards.show_only("" if group == "all" else group)

    def fill_in(self, profile_id: str, recipient: str, project: str, patients: str) -> None:
        """Write into the form, as a person would."""
        self.cards.choose(profile_id)
        self.recipient.edit.setText(recipient)
        self.project.edit.setText(project)
        self.patients.edit.setText(patients)

    def check(self) -> list[str]:
        """What is wrong or missing, in words; each is also shown beside its place."""
        shown = self.patients.text().replace(",", "").replace(" ", "")
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
        errors = [] if self.cards.chosen else ["Choose the sort of recipient."]
        errors += [error for _row, error in wrong if error]
        errors += self.questions.check()
        errors += self.what_goes.check()
        if self._beyond_care():
            missing = self.objections.missing()
            self.objections.set_error(missing)
            errors += [missing] if missing else []
        needed = not self.registered_row.isHidden() and not self.registered.isChecked()
        text = "Say that everyone is registered, or open a file with a registration status." if needed else ""
        self.registered_error.setText(text)
        self.registered_error.setVisible(bool(text))
        return errors + ([text] if text else [])

    def state(self) -> StepState:
        if self.session.going_to is not None:
            return StepState("done", "Chosen")
        return StepState("to_do", "To do")

    def shown(self) -> None:
        self.session.warm_up()
        self._show_state()

    # -- what happened ---------------------------------------------------------------------------
    def _beyond_care(self) -> bool:
        profile = self.session.profiles.get(self.cards.chosen)
        return profile is not None and str(profile.purpose) == "beyond_care"

    def _known(self) -> str:
        """The name in the book of the recipient that was typed, '' where the book has none."""
        found = self.session.recipients.entry(self.recipient.text())
        return "" if found is None else found[0]

    def _say_of_recipient(self) -> None:
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
        self.in_book.setText(words)
        self.in_book.setVisible(bool(words))
        if found is not None and found[1].agreement and not self.agreement.text():
            self.agreement.edit.setText(found[1].agreement)

    def _fill_cards(self) -> None:
        order = {"own_care": 0, "consent": 1, "law": 2, "beyond_care": 3, "counts": 4}
        profiles = sorted(
            self.session.profiles.values(), key=lambda p: (p.closed, order.get(str(p.purpose), 9), p.title)
        )
        chosen = self.cards.chosen
        self.cards.set_cards([card_of(p) for p in profiles])
        self.cards.choose(chosen)
        self._show_state()

    def _profile_chosen(self, _profile_id: str) -> None:
        beyond = self._beyond_care()
        profile = self.session.profiles.get(self.cards.chosen)
        self.key_file.set_wanted(profile is not None and makes_codes(profile))
        self.objections.setVisible(beyond)
        self.agreement.setVisible(beyond)
        self.questions.set_questions(profile.asks if profile is not None else {})
        if beyond:
            from core.protection.recipients import whole_list_reasons

            self.what_goes.set_reasons(dict(whole_list_reasons()))
        self.what_goes.setVisible(profile is not None and str(profile.purpose) != "counts")
        survey = self.session.survey
        no_status = survey is not None and not survey.patients.has_status
        self.registered_row.setVisible(beyond and no_status)
        self.registered_error.setVisible(False)
        self.error_summary.setText("")
        self._show_state()

    def _surveyed(self) -> None:
        self.objections.show_survey(self.session.survey)
        export = self.session.export
        if export is not None and not self.cards.chosen:
            self.cards.choose(Settings.load().profile_for(self._headers()))
        self._profile_chosen(self.cards.chosen)

    def _headers(self) -> str:
        export = self.session.export
        return headers_hash([[f.header for f in t.fields] for t in export.tables]) if export else ""

    def _remember_shape(self) -> None:
        settings, headers = Settings.load(), self._headers()
        known = next((s for s in settings.shapes if s.headers == headers), None)
        if known is not None:
            chosen = Shape(known.format, known.fields, known.tables, headers, known.opened, self.cards.chosen)
            settings.with_shape(chosen).save()

    def _show_state(self) -> None:
        opened = self.session.export is not None
        self.use.setEnabled(opened)
        self.use.setText("Use this" if opened else "Open a file first")

    def _forget(self) -> None:
        """A new file: who gets it and how many were shown must be said again."""
        self.cards.clear_choice()
        for row in (self.recipient, self.project, self.patients, self.agreement):
            row.edit.clear()
            row.set_error("")
        self.objections.clear()
        self.objections.set_error("")
        self.questions.clear()
        self.what_goes.clear()
        self.earlier = None
        self._say_started("")
        self.registered.setChecked(False)
        self._profile_chosen("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= SIDE_BY_SIDE_FROM
        if beside == (self.form.parentWidget() is self._right_body):
            return
        if beside:
            self._right.insertWidget(0, self.form)
        else:
            self._left.addWidget(self.form)
        self._right_area.setVisible(beside)
