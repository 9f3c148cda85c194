"""The tree of fields: groups across the whole width, and two columns that open a list of choices."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHeaderView

from gui.models.fields_model import ACTION, COLUMNS, FIELD, KIND, OUT, RAW, TABLE, WHY, FieldsModel, text_of
from gui.widgets.choice_tree import ChoiceTree

#: The narrowest and the widest a column gets for what it holds; the evidence takes what is left.
WIDTHS = {FIELD: (110, 236), TABLE: (60, 110), KIND: (100, 190), RAW: (80, 150), OUT: (80, 190),
          ACTION: (110, 210)}  # fmt: skip
WHY_AT_LEAST = 214
CUT_FIRST = ((RAW, 100), (KIND, 140), (FIELD, 170))  # down to this, before a column is left out
SHARES = {FIELD: 1, TABLE: 1, KIND: 1, WHY: 4, RAW: 2, OUT: 1, ACTION: 1}  # of any width beyond that
MEASURED = 300
CUT_LAST = ((FIELD, 132), (ACTION, 150), (KIND, 124))  # before two fields of one name look the same
GIVE_WAY = (WHY, RAW, OUT, TABLE)  # in this order, where the width is not enough for all
LETTERS = "LCSKAPW"  # what each does is said by the page, in the line below the list


class FieldsTree(ChoiceTree):
    """Fields, with what each is and what happens to it as the cells that can be changed."""

    def __init__(self) -> None:
        super().__init__("Fields in groups", LETTERS)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.several_tables = False
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setMinimumSectionSize(30)

    def fit(self) -> None:
        """Share the width out; columns that would be too narrow to read give way."""
        width = self.viewport().width() - 2
        needs = self._needs()
        shown = [c for c in range(len(COLUMNS)) if c != TABLE or self.several_tables]
        for column, least in CUT_FIRST:
            over = sum(needs[c] for c in shown) - width
            needs[column] -= max(0, min(over, needs[column] - least))
        for column in GIVE_WAY:
            if column == TABLE:
                for other, least in CUT_LAST:
                    needs[other] -= max(0, min(sum(needs[c] for c in shown) - width, needs[other] - least))
            if sum(needs[c] for c in shown) > width and column in shown:
                shown.remove(column)
        spare, total = width - sum(needs[c] for c in shown), sum(SHARES[c] for c in shown)
        for column in range(len(COLUMNS)):
            self.setColumnHidden(column, column not in shown)
        for column in shown[:-1]:
            self.setColumnWidth(column, needs[column] + spare * SHARES[column] // total)
        self.setColumnWidth(shown[-1], width + 2 - sum(self.columnWidth(c) for c in shown[:-1]))

    def _needs(self) -> dict[int, int]:
        """How wide each column would have to be to show its cells uncut, within reason."""
        plain, bold = self.fontMetrics(), QFontMetrics(_bold(self.font()))
        model = self.model()
        rows = model.rows()[:MEASURED] if isinstance(model, FieldsModel) else ()
        needs = {WHY: WHY_AT_LEAST}
        for column, (least, most) in WIDTHS.items():
            metrics = bold if column == FIELD else plain
            texts = {COLUMNS[column], *(text_of(row, column) for row in rows)}
            room = {FIELD: 44, KIND: 34, ACTION: 58}.get(column, 18)
            wide = max(metrics.horizontalAdvance(text[:60]) for text in texts) + room
            needs[column] = min(max(wide, least), most)
        return needs


def _bold(font: QFont) -> QFont:
    made = QFont(font)
    made.setBold(True)
    return made
