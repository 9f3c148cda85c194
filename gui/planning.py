"""From the choices of a person to a plan, in a job: the only place where the windows make plans.

Runs off the UI thread; core is imported here so that the window need not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.preview import Preview

    from core.model import Export
    from core.survey.results import Survey
    from gui.session import Choices, GoingTo


def work_out(
    survey: Survey,
    going: GoingTo,
    choices: Choices,
    format_: str,
    key: Any,
    check: Callable[[], None],
) -> tuple[Any, ...]:
    """(key, note on the key, profile, plan, rows, preview) for these choices."""
    from dataclasses import replace

    from core.preview import Preview

    from core.protection import decide_rows, load_profile, make_plan

    note = ""
    if key is None:
        key, note = _practice_key()
    profile = load_profile(going.profile_id)
    plan = make_plan(
        survey,
        profile,
        recipient=going.recipient,
        project=going.project,
        format=format_,
        decisions=_decisions(choices),
        objection_sources=going.objection_sources,
        assume_registered=going.assume_registered,
        expected_patients=going.expected_patients,
        agreement=going.agreement,
    )
    if choices.confirmed:
        plan = replace(plan, confirmed=choices.confirmed)
    check()
    rows = decide_rows(survey, plan, key, None)
    check()
    return key, note, profile, plan, rows, Preview(survey, plan, key, rows)


def examples(
    preview: Preview, export: Export, count: int, check: Callable[[], None]
) -> dict[tuple[str, str], tuple[str, str | None]]:
    """For each field a filled raw cell and what leaves of it (None: nothing), from the first rows."""
    found: dict[tuple[str, str], tuple[str, str | None]] = {}
    for table in export.tables:
        check()
        window = preview.window(table.name, 0, count)
        for position, field in enumerate(table.fields):
            best: tuple[str, str | None] | None = None
            for row in window.rows:
                raw = row.raw[position]
                if not raw:
                    continue
                best = best or (raw, None)
                if row.out is not None and row.out[position] is not None:
                    best = (raw, row.out[position])
                    break
            if best is not None:
                found[(table.name, field.name)] = best
    return found


def _decisions(choices: Choices) -> Any:
    from core.protection import Decisions

    return Decisions(
        fields=dict(choices.fields),
        categories=dict(choices.categories),
        leave_out_patients=choices.patients,
        items=choices.items,
    )


def _practice_key() -> tuple[Any, str]:
    from core.protection import create_key

    return create_key(), ""
