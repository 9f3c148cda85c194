"""Small choosers shared by pages."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from gui.formatting import counted, one_line
from gui.models.sheets import called
from gui.session import Session
from gui.widgets.text import label


class TableChooser(QWidget):
    """Which table of the export is looked at; hidden where there is only one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._label = label("Table", "strong")
        self.box = QComboBox()
        self.box.setAccessibleName("Table")
        self.box.setMinimumWidth(180)
        self._label.setBuddy(self.box)
        row.addWidget(self._label)
        row.addWidget(self.box)
        row.addStretch(1)
        self.box.activated.connect(self._chosen)
        for signal in (session.export_opened, session.survey_ready, session.closed):
            signal.connect(self._fill)
        session.table_changed.connect(self._fill)
        self._fill()

    def _fill(self, *_: object) -> None:
        export = self._session.export
        tables = export.tables if export is not None else ()
        self.setVisible(len(tables) > 1)
        self.box.clear()
        names = called(export)
        for table in tables:
            self.box.addItem(
                f"{one_line(names.get(table.name, table.name), 60)} ({counted(len(table.fields), 'field')})",
                table.name,
            )
        self.box.setCurrentIndex(max(0, self.box.findData(self._session.current_table)))

    def _chosen(self, place: int) -> None:
        self._session.set_table(str(self.box.itemData(place)))
