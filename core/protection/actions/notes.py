"""Notes with personal details removed as far as one can tell."""

from __future__ import annotations

from collections.abc import Callable

from core.model import Kind, Role, UsageError
from core.protection.actions.action import BLANK, SCRUB, Action, Run, Setting
from core.survey.freetext import Names, Span, find_spans, scrub

#: A note and the names of its patient -> the note without personal details, and what was removed.
Scrub = Callable[[str, Names], tuple[str, tuple[Span, ...]]]


def scrubbing(setting: Setting) -> Scrub:
    """The function that `scrub` is under these settings: dates = "mark" (the default) or "month", engine =
    "presidio" for the second engine too. Raises UsageError for others, and where that engine is not there."""
    dates, engine = setting.settings.get("dates", "mark"), setting.settings.get("engine", "")
    if dates not in ("mark", "month") or engine not in ("", "presidio") or set(setting.settings) - _SCRUBS_BY:
        raise UsageError(
            'Notes are scrubbed with dates = "mark" or "month", and engine = "presidio" or none.',
            where="settings",
        )
    also = None
    if engine:
        from core.survey.freetext.presidio import load_engine

        also = load_engine()

    def run(text: str, names: Names) -> tuple[str, tuple[Span, ...]]:
        spans = find_spans(text, names, also=also)
        return scrub(text, spans, months=dates == "month"), spans

    return run


_SCRUBS_BY = frozenset(("dates", "engine"))


def _scrub(setting: Setting) -> Run:
    run, names = scrubbing(setting), setting.names
    return lambda text: BLANK if names is None else (run(text, names)[0], "")


ACTIONS = (
    Action(
        SCRUB,
        "Keep, with personal details removed as far as we can tell",
        "free text with identifiers removed by lists, patterns and context; what was missed remains",
        "Personal details are removed as far as we can tell.",
        _scrub,
        "Left blank: it is not known whose note this is, so nobody's names can be taken out of it.",
        kinds=frozenset((Kind.FREE_TEXT,)),
        examples=(
            (
                "Spoke to Bill Quixley on 07700 900123, BP 120/80.",
                "Spoke to [name] on [phone], BP 120/80.",
            ),
            ("Review in 6/52. eGFR 62.", "Review in 6/52. eGFR 62."),
        ),
        example_setting=Setting(Role.NOTE, names=Names(frozenset(("william", "quixley")))),
    ),
)
