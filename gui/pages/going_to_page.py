"""Going to: who gets it, and why?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui import accessibility
from gui.formatting import PURPOSE_WORDS
from gui.pages.going_to_form import GoingToForm, Said
from gui.pages.page import Page, StepState
from gui.session import Session
from gui.settings import Settings, Shape, headers_hash
from gui.state import Failure, GoingTo
from gui.widgets.cards import CardContent, CardList
from gui.widgets.chips import Chips
from gui.widgets.scroll import column, scrolling
from gui.widgets.text import label

SIDE_BY_SIDE_FROM = 820  # below this width the form stands under the cards
GROUPS = (
    ("all", "All"),
    ("own_care", "Own care"),
    ("consent", "Consent"),
    ("law", "By law"),
    ("beyond_care", "Beyond care"),
    ("counts", "Counts"),
    ("closed", "Ended"),
)
CHOOSE_ONE = "What sort of recipient is it? Choose one to read what it may get."
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


LAYOUTS = 4  # one in another
SETTLED_MS = 200  # until a sort that was only just chosen has unfolded


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
        self.form = form = GoingToForm(session)
        self.recipient, self.project, self.patients = form.recipient, form.project, form.patients
        self.agreement, self.questions, self.objections = form.agreement, form.questions, form.objections
        self.registered, self.registered_row = form.registered, form.registered_row
        self.what_goes, self.key_file = form.what_goes, form.key_file
        self._used: list[tuple[GoingTo, Said]] = []  # what the form said each time it was used
        self._said: Said | None = None  # while it is being used
        self._going: GoingTo | None = None
        self._left_body, self._left = column(spacing=12)
        self._left.setContentsMargins(0, 0, 4, 0)
        self._left.addWidget(self.groups)
        self.choose_one = label(CHOOSE_ONE, "small", wrap=True)
        self._left.addWidget(self.choose_one)
        self._left.addWidget(self.cards)
        self._right_body, self._right = column()
        self._right.setContentsMargins(0, 0, 4, 0)
        self._right.addWidget(self.form)
        self._right.addStretch(1)
        self._right_area = scrolling(self._right_body, "What must be said")
        row = QHBoxLayout()
        row.setSpacing(12)
        self._left_area = scrolling(self._left_body, "Sorts of recipient")
        row.addWidget(self._left_area, 11)
        row.addWidget(self._right_area, 10)
        outer.addLayout(row, 1)
        outer.addWidget(self._build_foot())
        self.cards.changed.connect(self._profile_chosen)
        session.profiles_ready.connect(self._fill_cards)
        session.recipients.changed.connect(form.say_of_recipient)
        session.survey_ready.connect(self._surveyed)
        session.closed.connect(self._forget)
        session.plan_changed.connect(self._show_state)
        session.decision_made.connect(lambda _words: self.follow())
        self._fill_cards()
        self._profile_chosen("")

    # -- building --------------------------------------------------------------------------------
    def _build_foot(self) -> QWidget:
        foot = QWidget()
        self.book = QPushButton("Recipients...")
        self.book.setAccessibleName("Open the book of recipients")
        self.book.clicked.connect(lambda: self.session.recipients_wanted.emit(self.form.known()))
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
            accessibility.announce(self, " ".join(errors))
            self._to_first_wrong()
            return
        self._said = self.form.said()
        self.session.set_going_to(
            self.cards.chosen, self.recipient.text(), self.project.text(), **self.form.told()
        )
        self._said = None
        self._remember_shape()
        self.session.page_requested.emit("fields")

    def _to_first_wrong(self) -> None:
        """Bring the first part of the form that is not complete into sight, the keyboard in it."""
        for _depth in range(LAYOUTS):  # what is wrong was only just written: it has its place once laid out
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        wrong = self.form.first_wrong()
        if wrong is None:
            return
        area = self._right_area if self._right_area.isVisibleTo(self) else self._left_area
        if area is self._left_area and not self.cards.chosen:  # the form stands under the cards
            area.verticalScrollBar().setValue(0)
            return
        place = wrong.parentWidget() or wrong
        into = (w for w in place.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus)
        for field in into:
            if field.isVisibleTo(self):
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                break
        for soon_ms in (0, SETTLED_MS):
            QTimer.singleShot(soon_ms, area, lambda: area.ensureWidgetVisible(wrong, 0, 12))

    @property
    def earlier(self) -> Any:
        """The plan that this export starts from, None for none."""
        return self.form.earlier

    def start_from(self, place: Path) -> None:
        """Start from the plan of an earlier release, or from a saved one."""
        self.session.start_from(place, self._start)

    def _start(self, found: Any) -> None:
        if isinstance(found, Failure):
            self.form.say_started(f"{found.title}. {found.happened}")
            return
        self.show_group("all")
        self.cards.choose(found.plan.profile_id)
        self.form.start_from(found)

    def show_group(self, group: str) -> None:
        """Show the sorts of recipient of one purpose."""
        self.groups.choose(group)
        self.cards.show_only("" if group == "all" else group)

    def fill_in(self, profile_id: str, recipient: str, project: str, patients: str) -> None:
        """Write into the form, as a person would."""
        self.cards.choose(profile_id)
        self.form.fill_in(recipient, project, patients)

    def check(self) -> list[str]:
        """What is wrong or missing, in words; each is also shown beside its place."""
        return ([] if self.cards.chosen else ["Choose the sort of recipient."]) + self.form.check()

    def state(self) -> StepState:
        if self.session.going_to is not None:
            return StepState("done", "Chosen")
        return StepState("to_do", "To do")

    def shown(self) -> None:
        self.session.warm_up()
        self._show_state()

    # -- what happened ---------------------------------------------------------------------------
    def follow(self) -> None:
        """The form shows what holds: where a choice of who gets it was taken back, what was said before."""
        going = self.session.going_to
        if going is self._going:
            return
        self._going = going
        if self._said is not None and going is not None:  # it was chosen in this form just now
            self._used.append((going, self._said))
            return
        if going is None:  # what was typed stays, to be used or changed
            self._show_state()
            return
        self.cards.choose(going.profile_id)
        said = next((said for one, said in self._used if one is going), None)
        if said is not None:
            self.form.put_back(said)
        else:
            self.form.show_going_to(going)
        self.error_summary.setText("")

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
        self.form.set_profile(self.session.profiles.get(self.cards.chosen))
        self.choose_one.setVisible(not self.cards.chosen)
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
        self.form.clear()
        self._used, self._going = [], None
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
