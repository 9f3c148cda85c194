"""The code lists that a practice loads itself: shown, added and removed in jobs, remembered on the shelf.

Part of the session. Only words and numbers come back to the UI thread; core is imported in the jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui.formatting import counted, day
from gui.jobs import Jobs, Ticket
from gui.plain_words import plain

if TYPE_CHECKING:  # core brings pyarrow and pandas: it is imported in jobs, after the window is up
    from core.survey.lists import LoadedList

NEEDED, LOADED, BUILT_IN = "needed", "loaded", "built_in"
NO_CATEGORY = "Nothing: only known"
ORDINARY, OWN_LIST = "ordinary", "own_list"


@dataclass(frozen=True)
class ListRow:
    """One line of the window. `id` is the list's on the shelf, "" for what cannot be removed."""

    group: str  # NEEDED, LOADED or BUILT_IN
    title: str
    feeds: str
    version: str
    date: str
    codes: str
    lines: tuple[str, ...]  # what there is to say of it
    id: str = ""
    spoilt: bool = False


@dataclass(frozen=True)
class Shelf:
    """All there is to show. `categories` are (id, title) pairs, to choose from; `trouble` says what is wrong
    with the whole of the shelf."""

    rows: tuple[ListRow, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    trouble: str = ""


class CodeLists(QObject):
    """Reads the shelf and changes it, in jobs."""

    read = Signal()  # `shelf` is new
    changed = Signal()  # a list came or went: what is open must be looked at again
    asks = Signal()  # `waiting` is a list of which a person must say what it is about
    failed = Signal(str)  # what is wrong, for a person

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.shelf = Shelf()
        self.waiting: LoadedList | None = None
        self.said = ""  # what was done last, in words

    @property
    def working(self) -> bool:
        return self._jobs.running("add list") or self._jobs.running("code lists")

    def look(self) -> None:
        """Read the shelf; ends in `read`."""
        self._jobs.start("code lists", lambda _ticket: look_at_shelf(), done=self._looked)

    def add(self, path: Path) -> None:
        """Read a list and remember it; ends in `changed`, `asks` or `failed`."""
        self.waiting, self.said = None, ""

        def work(ticket: Ticket) -> Any:
            from core.model import ThresholdError
            from core.survey.lists.reading import read_list

            try:
                loaded = read_list(path, progress=ticket.progress)
                return loaded if loaded.undecided else _keep(loaded, None)
            except ThresholdError as error:
                return plain(error.message)

        self._jobs.start("add list", work, done=self._added, cancelled=self.read.emit)

    def decide(self, categories: tuple[str, ...]) -> None:
        """Say what the list that waits is about: categories, or none for codes that are only known."""
        loaded, self.waiting = self.waiting, None
        if loaded is None:
            return

        def work(_ticket: Ticket) -> Any:
            from core.model import ThresholdError

            try:
                return _keep(loaded, categories)
            except ThresholdError as error:
                return plain(error.message)

        self._jobs.start("add list", work, done=self._added, cancelled=self.read.emit)

    def forget_waiting(self) -> None:
        """Do not add the list that waits."""
        self.waiting = None

    def cancel(self) -> None:
        """Stop reading a list; nothing of it is kept."""
        self._jobs.cancel("add list")

    def remove(self, list_id: str) -> None:
        """Forget a list; ends in `changed` or `failed`."""

        def work(_ticket: Ticket) -> str | Shelf:
            from core.model import ThresholdError
            from core.survey.lists import ListShelf, shelf_folder

            try:
                ListShelf(shelf_folder()).remove(list_id)
            except ThresholdError as error:
                return plain(error.message)
            return look_at_shelf()

        self._jobs.start("add list", work, done=self._removed)

    def _looked(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.read.emit()

    def _added(self, result: Any) -> None:
        if isinstance(result, str):
            self.failed.emit(result)
        elif isinstance(result, tuple):
            self.said, self.shelf = result
            self.read.emit()
            self.changed.emit()
        else:
            self.waiting = result
            self.asks.emit()

    def _removed(self, result: str | Shelf) -> None:
        if isinstance(result, str):
            self.failed.emit(result)
            return
        self.said, self.shelf = "The list was removed.", result
        self.read.emit()
        self.changed.emit()


def _keep(loaded: LoadedList, categories: tuple[str, ...] | None) -> tuple[str, Shelf]:
    """Put a list on the shelf; gives what was done in words, and the shelf."""
    from core.survey.lists import ListShelf, shelf_folder

    kept = loaded.fed(categories)
    ListShelf(shelf_folder()).add(kept)
    words = f"Added: {kept.title}, {counted(kept.count, 'code')}."
    return " ".join((words, *kept.notes)), look_at_shelf()


def look_at_shelf() -> Shelf:
    """What is missing, what is loaded and what comes with Threshold, in that order."""
    from core.survey import load_lookup
    from core.survey.lists import ListError, ListShelf, missing_lists, shelf_folder
    from core.survey.lists.built_in import built_in_lists

    lookup = load_lookup()
    titles = {one: lookup.category(one).title for one in lookup.category_ids}
    trouble, rows, good = "", [], []
    try:
        found = list(ListShelf(shelf_folder()).each())
    except ListError as error:
        found, trouble = [], plain(error.message)
    for list_id, one in found:
        if isinstance(one, ListError):
            rows.append(
                ListRow(LOADED, list_id, "Cannot be used", "", "", "", (plain(one.message),), list_id, True)
            )
        else:
            good.append(one)
            rows.append(_of_loaded(one, titles))
    needed = []
    for gap in missing_lists(load_lookup(tuple(good))):
        for need in gap.missing:
            needed.append(
                ListRow(
                    NEEDED,
                    need.name,
                    gap.title,
                    "",
                    "",
                    "Not loaded",
                    (f"{gap.words} It is reference set {need.id}.", f"Get it from {need.where}"),
                )
            )
    built = (
        ListRow(
            BUILT_IN,
            one.title,
            _feeds(one.categories, titles) or NO_CATEGORY,
            one.version,
            _day(one.date),
            f"{one.count:,}",
            (f"From {one.source}.", f"It finds {_all(one.categories, titles) or 'nothing: they are known'}."),
        )
        for one in built_in_lists()
    )
    categories = tuple((one, titles[one]) for one in lookup.category_ids if _can_be_fed(one))
    return Shelf((*needed, *rows, *built), categories, trouble)


def _of_loaded(one: LoadedList, titles: dict[str, str]) -> ListRow:
    from core.survey.lists.judging import OLDER_WORDS, judged_by_older_words

    feeds = one.categories or tuple(
        dict.fromkeys(c for part in one.parts for c in part.categories)
        or dict.fromkeys(c for of in one.concepts.sets for c in of)
    )
    words = "judged by the words of its terms" if feeds and not one.categories else ""
    about = f"It finds {_all(feeds, titles)}" if feeds else "It finds nothing: its codes are known"
    lines = [f"{one.kind_title}. {about}{f', {words}' if words else ''}."]
    inactive = sum(part.inactive for part in one.parts)
    if inactive:
        lines.append(f"{counted(inactive, 'member')} no longer active: they stand in old records, and count.")
    if judged_by_older_words(one):
        lines.append(OLDER_WORDS)
    lines.extend(one.notes)
    return ListRow(
        LOADED,
        one.title,
        _feeds(feeds, titles) or NO_CATEGORY,
        one.version,
        _day(one.date),
        f"{one.count:,}",
        tuple(lines),
        one.id,
    )


def _feeds(categories: tuple[str, ...], titles: dict[str, str]) -> str:
    """The first of them, and how many more: for a narrow column."""
    if len(categories) <= 2:
        return ", ".join(titles.get(one, one) for one in categories)
    return f"{titles.get(categories[0], categories[0])} and {len(categories) - 1} more"


def _day(text: str) -> str:
    return day(date.fromisoformat(text)) if text else ""


def _all(categories: tuple[str, ...], titles: dict[str, str]) -> str:
    return ", ".join(titles.get(one, one).lower() for one in categories)


def _can_be_fed(category: str) -> bool:
    """Whether a list can be said to be of it: not where Threshold counts, or has a choice of its own."""
    return category not in ("rare_codes", OWN_LIST)
