"""The tour: step by step over the demo practice, each step pointing at the real thing. Never modal.

It works on the demo practice only: where that is put away, the tour ends and touches nothing else. The first
start offers it; that it was offered is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gui import ask
from gui.opening import demo_paths
from gui.settings import Settings
from gui.widgets.bubble import Bubble

if TYPE_CHECKING:
    from gui.main_window import MainWindow

RECIPIENT, PROJECT, PROFILE = "Invented University", "Tour of Threshold", "approved-research"
ON_PAGE = ""  # a step whose page is the one in front
READING = "Threshold is still reading the demo practice. It takes a few seconds."


@dataclass(frozen=True)
class Step:
    """One step. `part` names what it points at, an attribute of the page or of the window."""

    page: str
    part: str
    title: str
    words: str


STEPS = (
    Step(
        "open",
        "rail",
        "The steps stand at the left",
        "You go from the top to the bottom. Under each name you see how it stands. You can go back to any "
        "step; nothing is lost.",
    ),
    Step(
        "open",
        "sheet",
        "What are you about to send?",
        "This is the demo practice: 10,000 invented patients. Threshold says what it takes each table for, "
        "and shows the first rows exactly as they are.",
    ),
    Step(
        "open",
        "summary_bar",
        "One bar always answers",
        "Which file, who gets it, how much would leave and how much is left out. The badge at the right says "
        "what sort of data that is.",
    ),
    Step(
        "going_to",
        "use",
        "Who gets it, and why?",
        "You choose the sort of recipient and say what it is for. The tour has filled this in. When you "
        "choose Next, it presses 'Use this' for you.",
    ),
    Step(
        "fields",
        "tree",
        "What is in it?",
        "Every field, the worst first: what it is, why we think so, an example, and the same example as it "
        "would leave. F8 goes to the next one to decide.",
    ),
    Step(
        "codes",
        "category_tree",
        "What does it tell about people?",
        "Sensitive codes by kind, with how many patients have them. Here you leave a kind out for "
        "everybody at once.",
    ),
    Step(
        "side_by_side",
        "panes",
        "What exactly leaves?",
        "At the left what the practice holds, at the right what would leave, to the character. Grey rows "
        "stay here. F8 goes to the next flag.",
    ),
    Step(
        "side_by_side",
        "detail_strip",
        "Everything has a reason",
        "This strip explains the cell you have chosen: which rule changed it, and what you can do about it.",
    ),
    Step(
        "patients",
        "page",
        "Should this person's record go?",
        "A short list of patients who need a decision of their own. A GP goes through it with the keyboard.",
    ),
    Step(
        "export",
        "save",
        "Are you content that this leaves?",
        "Read the checks, then save. Threshold opens the file it wrote and searches it before it gets its "
        "name. It sends nothing.",
    ),
    Step(
        ON_PAGE,
        "menus",
        "That was the tour",
        "F1 opens the handbook at the page you are on. The tour is in the Help menu. Now look round the demo "
        "practice: no patient in it exists, and Threshold sends nothing.",
    ),
)


class Tour(QObject):
    """Shows the steps whose page there is. `at` is the step on the screen, None while there is no tour."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.steps = tuple(s for s in STEPS if s.page == ON_PAGE or s.page in window.pages)
        self.at: int | None = None
        self.offering = False
        self._bubble: Bubble | None = None
        session = window.session
        for signal in (session.export_opened, session.closed, session.failed):
            signal.connect(lambda *_: self._file_changed())
        session.survey_ready.connect(self._surveyed)

    @property
    def bubble(self) -> Bubble:
        """Made when it is first needed."""
        if self._bubble is None:
            self._bubble = Bubble(self._window)
            self._bubble.next_wanted.connect(self.go_on)
            self._bubble.back_wanted.connect(self.go_back)
            self._bubble.skip_wanted.connect(self.stop)
        return self._bubble

    # -- what a person can do --------------------------------------------------------------------
    def offer(self) -> None:
        """On the first start: say that there is a tour, without taking the keyboard."""
        if Settings.load().tour_done:
            return
        self.offering = True
        self.bubble.say(
            "New to Threshold?",
            f"Take the tour: {len(self.steps)} steps on an invented practice, about five minutes. You can "
            "take it later from the Help menu.",
            None,
            onward="Take the tour",
            skip="Not now",
            back=False,
            take_keyboard=False,
        )

    def start(self) -> None:
        """Open the demo practice, if it is not open, and show the first step."""
        session = self._window.session
        if not self._on_demo():
            if session.export is not None and not ask.confirm(
                self._window,
                "The tour uses the demo practice",
                "Your file is put away first. It is not changed. Decisions that you have not saved are "
                "forgotten.",
                yes="Put it away and take the tour",
            ):
                return
            session.open_demo()
        self.offering = False
        self._remember()
        self._show(0)

    def go_on(self) -> None:
        """The next step; after the last one the tour is over."""
        if self.offering:
            self.start()
        elif self.at is not None and self._still_on_demo():
            if not self._leave_step(self.steps[self.at]):
                return
            if self.at + 1 < len(self.steps):
                self._show(self.at + 1)
            else:
                self.stop()

    def go_back(self) -> None:
        if self.at and self._still_on_demo():
            self._show(self.at - 1)

    def stop(self) -> None:
        """End it, or the offer of it. It is not offered again."""
        self.offering, self.at = False, None
        self.bubble.put_away()
        self._remember()

    # -- inside ----------------------------------------------------------------------------------
    def _show(self, at: int) -> None:
        self.at = at
        step, window = self.steps[at], self._window
        if step.page:
            window.go_to(step.page)
        if step.page == "going_to":
            self._fill_in()
        last = at == len(self.steps) - 1
        self.bubble.say(
            step.title,
            step.words,
            self.target(step),
            place=f"Tour, step {at + 1} of {len(self.steps)}",
            onward="Finish" if last else "Next",
            skip="" if last else "Skip the tour",
            back=at > 0,
        )

    def target(self, step: Step) -> QWidget | None:
        """What a step points at; None where it is not there."""
        window: Any = self._window
        page: Any = window.pages.get(step.page)
        if step.part == "menus":
            return self._window.menuBar()
        if step.part == "page":
            return page if isinstance(page, QWidget) else None
        for owner in (page, window):
            found = getattr(owner, step.part, None)
            if isinstance(found, QWidget):
                return found
        return None

    def _fill_in(self) -> None:
        """The form of Going to as a person would fill it in, while nothing was said about this file."""
        session = self._window.session
        page: Any = self._window.pages["going_to"]
        if session.going_to is None and session.survey is not None and session.profiles:
            page.fill_in(PROFILE, RECIPIENT, PROJECT, str(session.survey.patients.count))
            page.objections.boxes["codes"].setChecked(True)

    def _leave_step(self, step: Step) -> bool:
        """Do what the step's words promise; False where that has to wait."""
        session = self._window.session
        if step.page != "going_to" or session.going_to is not None:
            return True
        if session.survey is None or not session.profiles:
            self.bubble.words.setText(f"{step.words} {READING}")
            self.bubble.stand()
            return False
        self._fill_in()
        page: Any = self._window.pages["going_to"]
        page.use_this()
        return session.going_to is not None

    def _surveyed(self) -> None:
        """The demo practice is read: a form that waited for it is filled in."""
        if self.at is not None and self.steps[self.at].page == "going_to" and self._on_demo():
            self._show(self.at)

    def _on_demo(self) -> bool:
        return tuple(self._window.session.paths) == demo_paths()

    def _still_on_demo(self) -> bool:
        if not self._on_demo():
            self.stop()
        return self._on_demo()

    def _file_changed(self) -> None:
        """Another file came, or the demo went: the tour is over, and an offer goes without being counted."""
        if self._on_demo():
            return
        if self.at is not None:
            self.stop()
        elif self.offering:
            self.offering = False
            self.bubble.put_away()

    def _remember(self) -> None:
        settings = Settings.load()
        if not settings.tour_done:
            settings.with_tour_done().save()
