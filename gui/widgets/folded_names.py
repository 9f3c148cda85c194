"""A long list of names that shows its beginning, and the rest when a person asks for it."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from gui import accessibility
from gui.formatting import counted

#: So many stand in the first lines; one or two more are not worth a button.
FIRST, SPARE = 8, 2

Groups = tuple[tuple[str, tuple[str, ...]], ...]  # what stands before the names ('' for nothing), the names


class FoldedNames(QPushButton):
    """Groups of names, one line a group: `words` are what is shown of them, and the button asks for the rest,
    or for fewer again. `noun` is what one of them is called."""

    def __init__(self, noun: str) -> None:
        super().__init__()
        self._noun = noun
        self._groups: Groups = ()
        self._after = ""
        self.setCheckable(True)
        self.toggled.connect(lambda _on: accessibility.announce(self, self.words() if _on else self.text()))
        self._show()

    def set_names(self, groups: Groups, after: str = "") -> None:
        """Take other names; `after` is a sentence below them. What was opened stays open."""
        self._groups, self._after = groups, after
        self._show()

    def words(self) -> str:
        """What is shown, a line a group."""
        left, lines = self._shown(), []
        for head, names in self._groups:
            shown, left = names[:left], max(0, left - len(names))
            if shown:
                lines.append(f"{head}: {', '.join(shown)}" if head else ", ".join(shown))
        return "\n".join([*lines, *([self._after] if self._after else [])]) or "none"

    def folds(self) -> bool:
        """Whether there are more names than the first lines have."""
        return self._total() > FIRST + SPARE

    def _total(self) -> int:
        return sum(len(names) for _head, names in self._groups)

    def _shown(self) -> int:
        return FIRST if self.folds() and not self.isChecked() else self._total()

    def _show(self) -> None:
        hidden = self._total() - self._shown()
        nouns = self._nouns(hidden or 2)
        self.setText(f"and {hidden:,} more {nouns}" if hidden else "Show fewer")
        self.setAccessibleName(f"Show {hidden:,} more {nouns}" if hidden else f"Show fewer {nouns}")

    def _nouns(self, many: int) -> str:
        return counted(many, self._noun).rpartition(" ")[2]
