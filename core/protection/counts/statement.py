"""What a count is a count of, in sentences: a number that says for whom it holds is taken for no other."""

from __future__ import annotations

from core.protection.counts.table import Published
from core.protection.plan import Plan
from core.protection.planned_fields import reckoning_day
from core.survey.results import Survey

_STATUS_WORDS = {
    "registered": "registered",
    "left": "have left",
    "temporary": "temporary",
    "died": "died",
    "unknown": "of unknown registration",
}


def statement_of(survey: Survey, plan: Plan, made: Published) -> tuple[str, ...]:
    """Who was counted, on which day ages were reckoned, what small numbers do, and which families are counted
    nowhere. Sentences ready to be shown; they hold no number of patients."""
    rule = made.rule
    if survey.patients.has_status:
        who = " or ".join(_STATUS_WORDS.get(status, status) for status in plan.statuses)
        told = [f"Patients of this export are counted whose record says that they are {who}."]
    else:
        told = ["All patients of this export are counted: it does not tell who is registered."]
    if plan.counts_of:
        titles = [survey.lookup.category(name).title for name in plan.counts_of]
        together = "all of" if not rule.file and len(titles) > 1 else "a code of"
        told.append(f"They are counted by whether they have {together}: {', '.join(titles)}.")
    on = reckoning_day(survey)
    if on is not None:
        told.append(f"The data goes up to {on.isoformat()}.")
    told.append(f"Small numbers by the rule '{rule.rule}': {_rule_words(made)}")
    titles = [survey.lookup.category(name).title for name in plan.withhold_categories]
    if titles:
        told.append(f"Never counted on their own: {', '.join(titles)}.")
    return tuple(told)


def _rule_words(made: Published) -> str:
    rule = made.rule
    words = f"{rule.hide_from} to {rule.hide_to} are shown as *"
    words += f", others are rounded to the nearest {rule.round_to}" if rule.round_to > 1 else ""
    words += ", and as many more are hidden as it takes so that none follows from a sum" if rule.file else ""
    return f"{words}."
