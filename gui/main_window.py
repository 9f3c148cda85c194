"""The window: rail, summary bar, page, detail strip. The same four places on every page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QRadioButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui import accessibility, ask, help_window, putting_away
from gui.formatting import TIER_NOT_MEASURED
from gui.looking import TOLD, RowsLookedAt
from gui.menus import Menus
from gui.models.to_decide import to_decide
from gui.pages import PAGES
from gui.pages.page import Page
from gui.privacy import Privacy
from gui.session import Session
from gui.state import DetailContent
from gui.steps import Steps
from gui.summary import summary
from gui.tour import Tour
from gui.widgets.badge import TierBadge
from gui.widgets.banners import BusyBar, FailureCard
from gui.widgets.code_lists_dialog import CodeListsDialog
from gui.widgets.detail_strip import DetailStrip
from gui.widgets.held_dialog import HeldDialog
from gui.widgets.keys_dialog import KeysDialog
from gui.widgets.rail import Rail
from gui.widgets.recipients_dialog import RecipientsDialog, recipients_dialog
from gui.widgets.summary_bar import SummaryBar
from gui.widgets.text import label

COMPACT_WIDTH, COMPACT_HEIGHT = 900, 560
BADGE_FROM = 1250


class MainWindow(QMainWindow):
    """Shows the pages of `gui.pages.PAGES`; knows of each only what `Page` says."""

    def __init__(self, session: Session, pages: Sequence[type[Page]] = PAGES) -> None:
        super().__init__()
        self.session = session
        self.setWindowTitle("Threshold")
        self.setObjectName("main_window")
        self.setMinimumSize(640, 360)  # a desktop at 200% leaves 683 x 384
        self.pages: dict[str, Page] = {kind.page_id: kind(session) for kind in pages}
        self._compact: bool | None = None
        self.code_lists: CodeListsDialog | None = None
        self.recipients: RecipientsDialog | None = None
        self.keys: KeysDialog | None = None
        self.held: HeldDialog | None = None
        self.privacy = Privacy(self)
        self._build()
        self.menus = Menus(self)
        self.tour = Tour(self)
        self._connect()
        self.go_to(next(iter(self.pages)))
        self._refresh()

    # -- building --------------------------------------------------------------------------------
    def _build(self) -> None:
        body = QWidget()
        body.setObjectName("body")
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.rail = Rail([(p.page_id, p.title) for p in self.pages.values()])
        self.looking = RowsLookedAt(self.session)
        self.looking.changed.connect(self._tell_looking)
        self._tell_looking()
        row.addWidget(self.rail)
        self._column = QVBoxLayout()
        row.addLayout(self._column, 1)
        self.summary_bar = SummaryBar()
        self.busy_bar = BusyBar()
        self.summary_bar.decide_wanted.connect(self.go_to_decide)
        self.failure_card = FailureCard()
        self.failure_card.again.connect(self.session.plan_again)
        self.failure_card.offer_again(True)
        self.failure_card.dismissed.connect(lambda: self.failure_card.show_failure(None))
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(12)
        self.title = label("", "title")
        self.question = label("", "question")
        self.question.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head.addWidget(self.title)
        head.addWidget(self.question, 1)
        self._head_extras: dict[str, QWidget] = {}
        for page in self.pages.values():
            extra = page.header_widget()
            if extra is not None:
                self._head_extras[page.page_id] = extra
                head.addWidget(extra)
        self.stack = QStackedWidget()
        self.stack.setObjectName("page_area")
        self.stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        for page in self.pages.values():
            self.stack.addWidget(page)
        self.detail_strip = DetailStrip()
        self.corner_badge = TierBadge(one_line=True)
        self.corner_badge.set_wanted(False)
        self.menuBar().setCornerWidget(self.corner_badge)
        for widget in (self.summary_bar, *self.privacy.bars, self.busy_bar, self.failure_card, self._head):
            self._column.addWidget(widget)
        self._column.addWidget(self.stack, 1)
        self._column.addWidget(self.detail_strip)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        session = self.session
        self.rail.chosen.connect(self.go_to)
        self.steps = Steps(self)
        session.detail_changed.connect(self.detail_strip.set_content)
        session.page_requested.connect(self.go_to)
        session.code_lists_wanted.connect(self.show_code_lists)
        session.recipients_wanted.connect(self.show_recipients)
        session.keys_wanted.connect(self.show_keys)
        session.failed.connect(lambda _message: self._show_failure())
        session.decision_made.connect(lambda words: accessibility.announce(self, words))
        for signal in (
            session.export_opened, session.findings_ready, session.survey_ready, session.plan_changed,
            session.preview_changed, session.busy_changed, session.export_finished, session.failed,
            session.closed, session.decision_made, session.raw_hidden_changed,
        ):  # fmt: skip
            signal.connect(self._refresh_soon)
        for page in self.pages.values():
            page.state_changed.connect(self._refresh_soon)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._refresh)

    # -- where we are ----------------------------------------------------------------------------
    @property
    def page(self) -> Page:
        """The page in front."""
        current = self.stack.currentWidget()
        assert isinstance(current, Page)
        return current

    def go_to(self, page_id: str) -> None:
        """Bring a page to the front."""
        page = self.pages[page_id]
        changed = self.stack.currentWidget() is not page
        self.stack.setCurrentWidget(page)
        self.rail.set_here(page_id)
        self.title.setText(page.title)
        self.question.setText(page.question)
        for other, extra in self._head_extras.items():
            extra.setVisible(other == page_id)
        self._lay_out_head()
        if changed:
            self.session.show_detail(None)
        page.shown()

    def go_to_decide(self) -> None:
        """Go to the first thing that still needs a person."""
        waits = to_decide(self.session)
        if waits.page_id in self.pages:
            self.go_to(waits.page_id)
            if waits.open:
                self.page.next_flag()

    def _show_failure(self) -> None:
        """Failures of the plan are shown above the page; the pages show their own for opening and saving."""
        failure = self.session.failure
        if failure is not None and failure.stage == "open":
            self.go_to("open")
        self.failure_card.show_failure(failure if failure is not None and failure.stage == "plan" else None)

    def _refresh_soon(self, *_: object) -> None:
        self._timer.start()

    def _refresh(self) -> None:
        for page_id, page in self.pages.items():
            self.rail.set_state(page_id, page.state())
        facts = summary(self.session)
        for key, text in facts.values.items():
            self.summary_bar.set_value(key, text, key not in facts.waiting, facts.short.get(key, ""))
        for badge in (self.summary_bar.badge, self.corner_badge):
            badge.set_tier(facts.tier, TIER_NOT_MEASURED if facts.tier != "green" else "")
        if self.session.plan is not None and self.session.failure is None:
            self.failure_card.show_failure(None)
        self.menus.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard, as Space does, where nothing else took the key."""
        button = self.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()
        if enter and isinstance(button, QAbstractButton) and not isinstance(button, QCheckBox | QRadioButton):
            button.click()
            return
        super().keyPressEvent(event)

    # -- size ------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._place_badge()

    def _fit(self) -> None:
        """Below 900 x 560 (a large-text desktop) the rail narrows and the air goes."""
        compact = self.width() < COMPACT_WIDTH or self.height() < COMPACT_HEIGHT
        if compact == self._compact:
            return
        self._compact = compact
        self.rail.set_narrow(compact)
        self.summary_bar.set_compact(compact)
        self.detail_strip.set_compact(compact)
        self._column.setContentsMargins(*((8, 6, 8, 6) if compact else (20, 14, 20, 12)))
        self._column.setSpacing(6 if compact else 10)
        self._lay_out_head()

    def _place_badge(self) -> None:
        """The tier stands in the bar where it has room to be read whole, else in the menu bar."""
        beside = self.width() >= BADGE_FROM and not self._compact
        if beside == self.corner_badge.wanted:
            self.summary_bar.badge.set_wanted(beside)
            self.corner_badge.set_wanted(not beside)

    def _lay_out_head(self) -> None:
        page = self.page
        self._head.setVisible(page.show_title and (not self._compact or page.page_id in self._head_extras))
        self.title.setVisible(not self._compact)
        self.question.setVisible(not self._compact)

    # -- the end ---------------------------------------------------------------------------------
    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask only when something would be lost; then stop every job and wait for it."""
        writing = self.session.jobs.running("export")
        if writing and not ask.confirm(
            self,
            "The file is still being saved",
            "If you close now, nothing is saved and no half-written file is left.",
            yes="Close without saving",
            no="Keep saving",
        ):
            event.ignore()
            return
        if self.session.unsaved and not self._may_lose():
            event.ignore()
            return
        self.privacy.close()
        self.session.shutdown()
        for timer in self.findChildren(QTimer):  # whatever a page put off would find nothing to work with
            timer.stop()
        super().closeEvent(event)

    def _may_lose(self) -> bool:
        """Whether the window may close on decisions that stand in no file; asked to, it saves the plan."""
        session = self.session
        said = ask.before_closing(self, session.unsaved, can_save=putting_away.can_save(session))
        if said == "save":
            self.menus.save_the_plan(then=self.close)
        return said == "close"

    def tell_crash(self, report: str) -> None:
        """Show a bug: what it is, where, never what was in the file."""
        ask.tell(
            self,
            "Something went wrong in Threshold",
            "This is a fault in the program. Your file was not changed and nothing was sent. The details hold"
            " no patient data and can be given to whoever looks after Threshold.",
            details=report,
        )

    def _tell_looking(self) -> None:
        """Staff are told that looking is written down, or that it could not be."""
        self.rail.say(self.looking.wrong or TOLD)
        if self.looking.wrong:
            accessibility.announce(self, self.looking.wrong)

    def show_code_lists(self) -> None:
        """Open the window of code lists; does not block."""
        if self.code_lists is None:
            self.code_lists = CodeListsDialog(self.session.code_lists, self)
            help_window.offer(self.code_lists, "code-lists", self.menus.show_help)
        self.code_lists.open()

    def show_recipients(self, name: str = "") -> None:
        """Open the book of recipients, at one of them; does not block."""
        if self.recipients is None:
            self.recipients = recipients_dialog(self.session, self)
            help_window.offer(self.recipients, "recipients", self.menus.show_help)
        self.recipients.open()
        self.recipients.choose(name)

    def show_keys(self) -> None:
        """Open the window of the key for the codes; does not block."""
        if self.keys is None:
            self.keys = KeysDialog(self.session, self)
            help_window.offer(self.keys, "key-for-the-codes", self.menus.show_help)
        self.keys.open()

    def show_held(self) -> None:
        """Open the window of what is held back; does not block."""
        if self.held is None:
            self.held = HeldDialog(self.session, self)
            help_window.offer(self.held, "held-back", self.menus.show_help)
        self.held.open()

    def shown_detail(self) -> DetailContent | None:
        return self.detail_strip.content

    def footer(self) -> QLabel:
        return self.rail.foot
