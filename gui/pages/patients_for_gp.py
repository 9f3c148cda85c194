"""What the Patients page says of records that only a GP opens, and of the practice's list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui import ask

if TYPE_CHECKING:
    from gui.pages.patients_page import PatientsPage

TITLE = "This record is for a GP"
#: Why it is for a GP is not said: with the code under which it would leave, that would tell whose it is.
SOMEBODY_ELSE = "Somebody who is a GP can open it: press the name under the list, and say who is looking."
ANOTHER_LIST = (
    "The new list holds nobody: whoever was on the one that is gone has to be marked again. Look for a copy "
    "first, such as the one of last night."
)


class ForAGpOnly:
    """Says it in the record's place, and above the page where the list is not to be had."""

    def __init__(self, page: PatientsPage) -> None:
        self._page = page
        page.session.for_gp_changed.connect(self.tell_of_list)
        page.front.another_list.connect(self.begin_again)

    def tell_of_list(self) -> None:
        """What is the matter with the practice's list of records for a GP stands above the page."""
        session, notice = self._page.session, self._page.front.notice
        notice.button.setVisible(session.close_ones.gone and session.gp_looks)
        notice.say(session.close_ones.wrong)

    def begin_again(self) -> None:
        """A GP says that there is no copy of the list that is gone."""
        yes = "There is no copy: begin another"
        if ask.confirm(self._page, "Begin another list?", ANOTHER_LIST, yes=yes):
            self._page.session.begin_gp_list_again()
