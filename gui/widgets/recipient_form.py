"""One recipient of the book as a form: who they are, what was agreed, and the limits of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gui.formatting import role_words
from gui.widgets.form import TextRow
from gui.widgets.questions import DAY_WANTED, ChoiceRow, read_day
from gui.widgets.text import label

if TYPE_CHECKING:
    from core.protection.recipients import Recipient

ROW_HEIGHT = 26
ACTS_AS = {"controller": "Controller", "joint_controller": "Joint controller", "processor": "Processor"}
_ROLES = (
    *("nhs_number", "surname", "forename", "full_name", "title", "address", "postcode", "phone", "email"),
    *("date_of_birth", "sex", "ethnicity", "event_date", "code", "term", "value", "unit", "status"),
    *("registered_date", "note"),
)
#: What the form does not show, and keeps.
_UNSHOWN = ("other_names", "contact", "purposes")


class Ticks(QWidget):
    """Things to tick, under a caption."""

    def __init__(self, caption: str, choices: Mapping[str, str], hint: str = "", rows: int = 6) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(label(caption, "strong", wrap=True))
        if hint:
            layout.addWidget(label(hint, "small", wrap=True))
        self.list = QListWidget()
        self.list.setAccessibleName(caption)
        self.list.setFixedHeight(ROW_HEIGHT * min(rows, max(1, len(choices))) + 8)
        for key, words in choices.items():
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self.list.addItem(item)
        layout.addWidget(self.list)

    def ticked(self) -> list[str]:
        return [
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in self._items()
            if item.checkState() is Qt.CheckState.Checked
        ]

    def tick(self, keys: Sequence[str]) -> None:
        for item in self._items():
            on = item.data(Qt.ItemDataRole.UserRole) in keys
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(place) for place in range(self.list.count())]


class RecipientForm(QWidget):
    """Fills itself from an entry and gives back what was said, for the book to check."""

    def __init__(
        self, types: Mapping[str, str], profiles: Mapping[str, str], interests: Mapping[str, str],
        transfers: Mapping[str, str],
    ) -> None:  # fmt: skip
        super().__init__()
        self._kept: dict[str, Any] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(12)
        self.name = TextRow("Who gets it?", example="For example Bristol Trial Unit")
        self.type = ChoiceRow("What sort of recipient is it?", types)
        self.legal_basis = TextRow(
            "On which legal basis?", "What lets the practice give it to them, such as consent or section 251."
        )
        self.agreement = TextRow("Reference of the agreement")
        self.valid_from = TextRow("In force from", example="01/04/2026", short=True)
        self.valid_until = TextRow("until", example="31/03/2027", short=True)
        self.valid_until.edit.setAccessibleName("In force until")
        self.profiles = Ticks("What may they be given?", profiles, rows=7)
        self.acts_as = ChoiceRow("They act as", ACTS_AS)
        self.acts_for = TextRow("for whom", "The controller, where they are a processor.")
        self.names_ref = TextRow(
            "Accredited to hold data that names patients: reference", "Empty if they are not.",
        )  # fmt: skip
        self.names_until = TextRow("until", short=True)
        self.names_until.edit.setAccessibleName("Accredited for names until")
        self.sensitive_ref = TextRow("Accredited to hold sensitive data: reference", "Empty if they are not.")
        self.sensitive_until = TextRow("until", short=True)
        self.sensitive_until.edit.setAccessibleName("Accredited for sensitive data until")
        self.onward_to = TextRow("Who gets it from them?", "Names with commas between; empty for nobody.")
        self.countries = TextRow("In which countries will it be?", "With commas between.")
        self.transfer = ChoiceRow("If outside the United Kingdom: what allows it?", transfers)
        self.interests = Ticks("Do they also work in one of these?", interests, rows=4)
        self.interests_approved = TextRow(
            "If so: which approval knew of it?", "Beyond care they may be given rows only with one."
        )
        self.price = TextRow("What do they pay the practice, in pounds?", short=True)
        self.cost = TextRow("What does making it cost the practice, in pounds?", short=True)
        self.destroy_by = TextRow("To be destroyed by", short=True)
        self.fields = Ticks(
            "Which fields were agreed?",
            {role: role_words(role) for role in _ROLES},
            "Tick none if the profile alone decides. A field that is not ticked is left out.",
        )
        self.ages = (TextRow("Ages from", short=True), TextRow("to", short=True))
        self.ages[1].edit.setAccessibleName("Ages to")
        self.days = (TextRow("Entries from", short=True), TextRow("until", short=True))
        self.days[1].edit.setAccessibleName("Entries until")
        self.months = TextRow("or of the last so many months", short=True)
        for heading, rows in self._sections():
            layout.addWidget(label(heading, "heading"))
            for row in rows:
                layout.addWidget(row if isinstance(row, QWidget) else _beside(row))
        self.error = label("", "error", wrap=True)
        layout.addWidget(self.error)
        layout.addStretch(1)

    def _sections(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        return (
            ("Who", (self.name, self.type)),
            (
                "What was agreed",
                (
                    self.legal_basis, self.agreement, (self.valid_from, self.valid_until), self.profiles,
                    (self.price, self.cost), self.destroy_by,
                ),
            ),
            (
                "How they keep it",
                (
                    (self.names_ref, self.names_until), (self.sensitive_ref, self.sensitive_until),
                    (self.acts_as, self.acts_for), self.onward_to, self.countries, self.transfer,
                    self.interests, self.interests_approved,
                ),
            ),
            (
                "Limits: what goes beyond them is left out",
                (self.fields, self.ages, (*self.days, self.months)),
            ),
        )  # fmt: skip

    # -- filling ---------------------------------------------------------------------------------
    def show_entry(self, name: str, entry: Recipient | None) -> None:
        """Fill the form; None empties it."""
        told = {} if entry is None else entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        self._kept = {key: told[key] for key in _UNSHOWN if key in told}
        self.error.setText("")
        for row, value in self._texts(name, told):
            row.edit.setText(value)
            row.set_error("")
        for box, key in ((self.type, "type"), (self.acts_as, "acts_as"), (self.transfer, "transfer")):
            box.choose(str(told.get(key, "")))
            box.set_error("")
        self.profiles.tick(told.get("profiles", ()))
        self.interests.tick(told.get("other_interests", ()))
        only = told.get("only", {})
        self._kept["only"] = {key: only[key] for key in ("kinds", "names") if only.get(key)}
        self._kept["cohort"] = {key: v for key, v in told.get("cohort", {}).items() if key == "statuses"}
        self.fields.tick(only.get("roles", ()))

    def _texts(self, name: str, told: Mapping[str, Any]) -> list[tuple[TextRow, str]]:
        cohort, window = told.get("cohort", {}), told.get("window", {})
        names, sensitive = (told.get(k) or {} for k in ("accredited_identifiable", "accredited_sensitive"))

        def said(held: Mapping[str, Any], key: str) -> str:
            value = held.get(key)
            return "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)

        return [
            (self.name, name),
            *((row, said(told, key)) for key, row in self._plain_rows().items()),
            (self.names_ref, said(names, "reference")),
            (self.names_until, _uk(said(names, "until"))),
            (self.sensitive_ref, said(sensitive, "reference")),
            (self.sensitive_until, _uk(said(sensitive, "until"))),
            *((row, _uk(said(told, key))) for key, row in self._day_rows().items()),
            (self.ages[0], said(cohort, "age_from")),
            (self.ages[1], said(cohort, "age_to")),
            (self.days[0], _uk(said(window, "from"))),
            (self.days[1], _uk(said(window, "until"))),
            (self.months, said(window, "last_months")),
        ]

    def _plain_rows(self) -> dict[str, TextRow]:
        return {
            "legal_basis": self.legal_basis, "agreement": self.agreement, "acts_for": self.acts_for,
            "onward_to": self.onward_to, "countries": self.countries, "price": self.price, "cost": self.cost,
            "interests_approved": self.interests_approved,
        }  # fmt: skip

    def _day_rows(self) -> dict[str, TextRow]:
        return {"valid_from": self.valid_from, "valid_until": self.valid_until, "destroy_by": self.destroy_by}

    # -- giving back -----------------------------------------------------------------------------
    def check(self) -> bool:
        """Whether all that must be said is, and can be read; errors stand beside their rows."""
        wrong = False
        days = (*self._day_rows().values(), self.names_until, self.sensitive_until, *self.days)
        needed = {self.name, self.legal_basis, self.valid_from, self.valid_until}
        for row in self.findChildren(TextRow):
            text, error = row.text(), ""
            if not text and row in needed:
                error = "Fill this in."
            elif text and row in days and not read_day(text):
                error = DAY_WANTED
            elif text and row in (*self.ages, self.months) and not text.isdecimal():
                error = "Give a whole number."
            row.set_error(error)
            wrong |= bool(error)
        for ref, until in ((self.names_ref, self.names_until), (self.sensitive_ref, self.sensitive_until)):
            if ref.text() and not until.text():
                until.set_error("Until when does it hold?")
                wrong = True
        self.type.set_error("" if self.type.text() else "Choose one.")
        if not self.profiles.ticked():
            self.error.setText("Tick at least one thing that they may be given.")
            wrong = True
        return not (wrong or not self.type.text())

    def first_wrong(self) -> QWidget:
        """Where the first thing that `check` found wrong is put right."""
        rows = [row for row in self.findChildren(QWidget) if isinstance(row, TextRow | ChoiceRow)]
        wrong = [row for row in rows if row.error.text()]
        if not wrong:
            return self.profiles.list
        first = min(wrong, key=lambda row: row.mapTo(self, row.rect().topLeft()).y())
        return first.edit if isinstance(first, TextRow) else first.box

    def told(self) -> dict[str, Any]:
        """What was said, as the book reads it. Call `check` first."""
        made: dict[str, Any] = {k: v for k, v in self._kept.items() if k not in ("only", "cohort")}
        for key, row in self._plain_rows().items():
            if row.text():
                made[key] = row.text()
        made["legal_basis"] = self.legal_basis.text()
        for key, row in self._day_rows().items():
            if row.text():
                made[key] = read_day(row.text())
        for key in ("onward_to", "countries"):
            if key in made:
                made[key] = [part.strip() for part in made[key].split(",") if part.strip()]
        if made.get("onward_to"):
            made["onward_sharing"] = True
        for key, box in (("type", self.type), ("acts_as", self.acts_as), ("transfer", self.transfer)):
            if box.text():
                made[key] = box.text()
        made["profiles"] = self.profiles.ticked()
        if self.interests.ticked():
            made["other_interests"] = self.interests.ticked()
        for key, ref, until in (
            ("accredited_identifiable", self.names_ref, self.names_until),
            ("accredited_sensitive", self.sensitive_ref, self.sensitive_until),
        ):
            if ref.text():
                made[key] = {"reference": ref.text(), "until": read_day(until.text())}
        return {**made, **self._limits()}

    def _limits(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        only = {**self._kept.get("only", {}), **({"roles": r} if (r := self.fields.ticked()) else {})}
        ages = zip(("age_from", "age_to"), self.ages, strict=True)
        cohort = {**self._kept.get("cohort", {}), **{k: int(r.text()) for k, r in ages if r.text()}}
        window: dict[str, Any] = {
            k: read_day(r.text()) for k, r in zip(("from", "until"), self.days, strict=True) if r.text()
        }
        if self.months.text():
            window["last_months"] = int(self.months.text())
        for key, held in (("only", only), ("cohort", cohort), ("window", window)):
            if held:
                made[key] = held
        return made


def _uk(day: str) -> str:
    """'2026-03-31' as people write it: 31/03/2026."""
    return "/".join(reversed(day.split("-"))) if day else ""


def _beside(rows: Sequence[QWidget]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    for place, row in enumerate(rows):
        grid.addWidget(row, 0, place, Qt.AlignmentFlag.AlignBottom)
        grid.setColumnStretch(place, 1)
    return made
