"""What is typed on the page Going to is looked at for patients' names once the file is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.protection import load_profile
from gui.pages.going_to_form import GoingToForm
from gui.session import Session
from gui.waiting import until
from gui.widgets.typed_words import NAMES, question

ROWS = (
    "NHS Number,Surname,Forename,Date of birth,Code Term\n"
    "999 000 0018,Featherstonehaugh,Maud,01/04/1950,Diabetes\n"
    "999 000 0026,White,April,02/04/1950,Diabetes\n"
    "999 000 0034,May,Teresa,03/04/1950,Diabetes\n"
)
RARE = "Featherstonehaugh"


@pytest.fixture
def form(session: Session, qtbot: Any) -> GoingToForm:
    made = GoingToForm(session)
    qtbot.addWidget(made)
    made.set_profile(load_profile("approved-research"))
    return made


@pytest.fixture
def typed(form: GoingToForm, session: Session, tmp_path: Path) -> Callable[..., list[str]]:
    """Open the file, type, and look at once; what is wrong then."""

    def type_(
        recipient: str = "University of Bristol", project: str = "Recall", *, opened: bool = True
    ) -> list[str]:
        if opened and session.survey is None:
            path = tmp_path / "export.csv"
            path.write_text(ROWS, encoding="utf-8")
            session.open_paths([path])
            assert until(lambda: not session.jobs.running())
        form.recipient.edit.setText(recipient)
        form.project.edit.setText(project)
        form.typed.look()
        assert until(lambda: not session.jobs.running())
        return form.typed.show()

    return type_


@pytest.mark.parametrize("project", ["May audit", "White Horse", "Recall 2026", ""])
def test_nothing_is_said_of_words_and_common_names(typed: Any, form: GoingToForm, project: str) -> None:
    assert typed(project=project) == []
    assert form.project.error.text() == ""
    assert form.typed.asked[form.project].isHidden()


def test_a_patient_is_named_beside_the_line_before_anything_is_saved(typed: Any, form: GoingToForm) -> None:
    assert typed(project="Maud Featherstonehaugh's recall") == [NAMES]
    assert form.project.error.text() == NAMES
    assert form.recipient.error.text() == ""
    assert NAMES in form.check()
    assert form.project.error.text() == NAMES, "it is still said after the other checks"
    assert typed(project="Recall of diabetics") == []
    assert form.project.error.text() == ""


def test_a_rare_name_is_asked_about_and_the_answer_lasts(typed: Any, form: GoingToForm) -> None:
    said = f"Say whether {RARE} is somebody's name."
    assert typed(project=f"{RARE} audit") == [said]
    asked = form.typed.asked[form.project]
    assert not asked.isHidden()
    assert asked.words.text() == question([RARE])
    assert said in form.check()
    asked.button.click()
    assert form.typed.show() == []
    assert asked.isHidden()
    assert typed(project=f"{RARE.upper()} audit, again") == []
    assert typed(recipient=RARE) == [], "of another line too: it is the same word"


def test_the_answer_goes_with_the_file(typed: Any, form: GoingToForm, session: Session) -> None:
    typed(project=RARE)
    form.typed.asked[form.project].button.click()
    session.close_export()
    assert form.typed.show() == []
    assert typed(project=RARE) != []


def test_it_is_said_as_soon_as_the_file_is_read(typed: Any, form: GoingToForm, session: Session) -> None:
    assert typed(project="Maud Featherstonehaugh", opened=False) == [], "no file, no patient"
    assert typed(project="Maud Featherstonehaugh") == [NAMES]


def test_what_is_not_asked_is_not_looked_at(typed: Any, form: GoingToForm, session: Session) -> None:
    form.agreement.edit.setText("Maud Featherstonehaugh")
    assert typed() == [NAMES]
    form.set_profile(load_profile("own-care-list"))
    assert form.agreement.isHidden()
    assert form.typed.show() == []


def test_a_reason_why_objections_do_not_count_is_looked_at_too(typed: Any, form: GoingToForm) -> None:
    kind = next(kind for kind in form.objections.edits if kind != "search")
    form.objections.boxes[kind].setChecked(True)
    form.objections.edits[kind].setText("Maud Featherstonehaugh said so")
    assert typed() == []
    assert form.objections.error.text() == NAMES
    assert NAMES in form.check()
    form.objections.boxes[kind].setChecked(False)
    form.typed.look()
    assert form.objections.error.text() != NAMES


def test_the_question_can_be_answered_by_keyboard_and_speaks(typed: Any, form: GoingToForm) -> None:
    typed(project=RARE)
    button = form.typed.asked[form.project].button
    assert button.accessibleName() == f"It is nobody's name: {RARE}"
    assert button.focusPolicy()
