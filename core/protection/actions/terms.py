"""The words beside codes, left blank while their codes stay.

Whether a term is the dictionary's own for the code beside it, one value cannot tell, and the code lists that
ship with Threshold hold codes without their terms: so every term goes. What is meant, the code tells.
"""

from __future__ import annotations

from core.model import Role
from core.protection.actions.action import Action, Run, Setting


def _blank_term(_: Setting) -> Run:
    return lambda text: (None, "")


ACTIONS = (
    Action(
        "blank_term",
        "Blank the words, keep the codes",
        "rubric suppressed; the code beside it stays",
        "The words are left blank, because they may be typed by somebody; the code says what is meant.",
        _blank_term,
        roles=frozenset((Role.TERM,)),
        examples=(("Asthma", None), ("Seen with Mrs Quixley", None)),
    ),
)
