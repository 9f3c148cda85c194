"""What limits a release, in sentences that the recipient reads too: its days, patients, sample and order."""

from __future__ import annotations

from core.protection.limits import WHOLE
from core.protection.plan import Plan
from core.protection.windows import window_words


def limits_told(plan: Plan) -> tuple[str, ...]:
    """The plan's limits in sentences. They tell nothing of who was left out."""
    told = []
    if window := window_words(plan):
        told.append(f"Only {window} are in it. Events whose day could not be read are not.")
    if plan.cohort:
        told.append("Only patients of the sort that was agreed are in it.")
    if plan.sample_per_mille < WHOLE:
        share = f"{plan.sample_per_mille / 10:g}%"
        told.append(
            f"It is a sample of {share} of the patients, drawn with a secret key: the same patients in every "
            "file and every later release of this project."
        )
    if plan.shuffle:
        told.append(
            "Rows are in an order drawn with a secret key, block by block and then within each block: their "
            "order says nothing, and nor does the order of one file about that of another."
        )
    return tuple(told)
