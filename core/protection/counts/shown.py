"""How one count, share or mean may be shown under a rule for small numbers."""

from __future__ import annotations

from core.protection.small_numbers import SmallNumbers

HIDDEN = "*"


def is_small(count: int, rule: SmallNumbers) -> bool:
    """Whether the rule hides a count for itself."""
    return rule.hide_from <= count <= rule.hide_to


def publish(count: int, rule: SmallNumbers) -> str:
    """One count as it may be published."""
    if is_small(count, rule):
        return HIDDEN
    return str((count + rule.round_to // 2) // rule.round_to * rule.round_to)


def percent(part: str, whole: str, rule: SmallNumbers) -> str:
    """A share as it may be published: worked out from what is shown, never from the counts behind it.

    HIDDEN where one of the two is hidden, "" where the rule allows none or nobody is there to share."""
    if rule.percentages == "none":
        return ""
    if HIDDEN in (part, whole):
        return HIDDEN
    return f"{round(100 * min(int(part), int(whole)) / int(whole))}%" if int(whole) else ""


def mean_may_be_shown(people: int, rule: SmallNumbers) -> bool:
    """Whether a mean or median of so many people may be shown: of one, it is that person's value."""
    return people >= max(1, rule.mean_needs) and not is_small(people, rule)


def span(shown: int, rule: SmallNumbers) -> tuple[int, int]:
    """The counts that are published as the number `shown`: the least and the most."""
    least = shown - rule.round_to // 2
    most = least + rule.round_to - 1
    if shown == 0:
        return 0, min(most, rule.hide_from - 1) if rule.hide_from else 0
    return max(least, rule.hide_to + 1), most
