"""An entry of the book in words, for the command line and the windows."""

from __future__ import annotations

from datetime import date, timedelta

from core.protection.plan import Purpose
from core.protection.recipients.entry import (
    INTERESTS,
    TRANSFERS,
    Accreditation,
    Recipient,
    accredited,
)
from core.protection.recipients.types import recipient_types

SOON = timedelta(days=30)
PURPOSE_WORDS = {
    Purpose.OWN_CARE: "the patients' own care",
    Purpose.CONSENT: "the patient's request or consent",
    Purpose.LAW: "what the law requires",
    Purpose.BEYOND_CARE: "purposes beyond care",
    Purpose.COUNTS: "counts",
}
_ACTS = {"controller": "a controller", "joint_controller": "a joint controller", "processor": "a processor"}


def day_words(day: date) -> str:
    """A day as people write it: '6 August 2018'."""
    return f"{day.day} {day:%B %Y}"


def state_of(entry: Recipient, today: date) -> str:
    """Whether an entry opens anything today, in words."""
    if not entry.legal_basis.strip():
        return "names no legal basis"
    if today < entry.valid_from:
        return f"begins on {day_words(entry.valid_from)}"
    if today > entry.valid_until:
        return f"ended on {day_words(entry.valid_until)}"
    return f"live until {day_words(entry.valid_until)}"


def entry_words(entry: Recipient, today: date) -> tuple[tuple[str, str], ...]:
    """Everything an entry says, as (what, words), with what it does not say where that matters."""
    sort = None if entry.type is None else recipient_types()[entry.type]
    told = [
        ("Type", "not said" if sort is None else f"{sort.title} - {sort.why}"),
        ("Legal basis", entry.legal_basis),
        ("Agreement", f"{entry.agreement or 'no reference'}, {state_of(entry, today)}"),
        ("Profiles", ", ".join(entry.profiles) or "none"),
    ]
    if entry.purposes:
        told.append(("Purposes", ", ".join(PURPOSE_WORDS[one] for one in entry.purposes)))
    told += [
        ("May be given names", _accredited(entry.accredited_identifiable, entry, today)),
        ("May be given sensitive rows", _accredited(entry.accredited_sensitive, entry, today)),
    ]
    if entry.other_names:
        told.append(("Also called", ", ".join(entry.other_names)))
    if entry.contact:
        told.append(("Contact", entry.contact))
    told += _limits(entry)
    if entry.acts_as:
        acts = _ACTS[entry.acts_as]
        told.append(("Acts as", f"{acts} for {entry.acts_for}" if entry.acts_for else acts))
    told.append(("Passes it on", f"to {', '.join(entry.onward_to)}" if entry.onward_sharing else "no"))
    if entry.countries:
        by = f", under {TRANSFERS[entry.transfer]}" if entry.transfer else ""
        told.append(("Countries", ", ".join(entry.countries) + by))
    if entry.other_interests:
        told.append(("Other interests", ", ".join(INTERESTS[one] for one in entry.other_interests)))
    if entry.price is not None:
        cost = "" if entry.cost is None else f" (costs £{entry.cost})"
        told.append(("Price", f"£{entry.price}{cost}"))
    if entry.destroy_by is not None:
        told.append(("To be destroyed by", day_words(entry.destroy_by)))
    return tuple(told)


def _limits(entry: Recipient) -> list[tuple[str, str]]:
    told = []
    if (only := entry.only) is not None:
        every = [*only.roles, *only.kinds, *only.names]
        told.append(("Only these fields", ", ".join(str(one).replace("_", " ") for one in every)))
    if (cohort := entry.cohort) is not None:
        parts = list(cohort.statuses)
        if cohort.age_from is not None:
            parts.append(f"{cohort.age_from} years and older")
        if cohort.age_to is not None:
            parts.append(f"{cohort.age_to} years and younger")
        told.append(("Only these patients", ", ".join(parts) or "all"))
    if (window := entry.window) is not None:
        parts = [f"from {day_words(window.from_)}"] if window.from_ else []
        parts += [f"until {day_words(window.until)}"] if window.until else []
        parts += [f"the last {window.last_months:,} months"] if window.last_months else []
        told.append(("Only events", ", ".join(parts) or "of any day"))
    return told


def _accredited(held: Accreditation | bool, entry: Recipient, today: date) -> str:
    if isinstance(held, Accreditation):
        word = "until" if accredited(held, today) else "no more: it ended on"
        return f"{word} {day_words(held.until)} ({held.reference})"
    if entry.type is not None and not recipient_types()[entry.type].accredited:
        return "this type needs no accreditation, except beyond care"
    return "no"


def warnings_of(entry: Recipient, today: date) -> tuple[str, ...]:
    """What a person should look at in an entry, in words."""
    told = []
    if state_of(entry, today) != f"live until {day_words(entry.valid_until)}":
        told.append(f"Opens nothing today: {state_of(entry, today)}.")
    elif entry.valid_until - today <= SOON:
        told.append(f"The agreement ends on {day_words(entry.valid_until)}.")
    if entry.type is None:
        told.append("The type is not said. Without it names and sensitive rows stay.")
    if not entry.agreement.strip():
        told.append("The agreement has no reference.")
    for held, what in (
        (entry.accredited_identifiable, "names"),
        (entry.accredited_sensitive, "sensitive rows"),
    ):
        if isinstance(held, Accreditation):
            if not accredited(held, today):
                told.append(f"The accreditation for {what} ended on {day_words(held.until)}.")
            elif held.until - today <= SOON:
                told.append(f"The accreditation for {what} ends on {day_words(held.until)}.")
    if entry.price is not None and entry.price > 0 and (entry.cost is None or entry.price > entry.cost):
        told.append("Charge what it costs and not more: say the cost, or lower the price.")
    if entry.abroad and not entry.transfer:
        told.append("Data would leave the United Kingdom, and nothing in the entry allows it (transfer).")
    if entry.other_interests and not entry.interests_approved.strip():
        interests = ", ".join(INTERESTS[one] for one in entry.other_interests)
        told.append(f"It also does this: {interests}. Beyond care only counts go without an approval.")
    if entry.onward_sharing:
        told.append(f"It passes data on to {', '.join(entry.onward_to)}: is that in the agreement?")
    if entry.destroy_by is None:
        told.append("It is not said by when the data must be destroyed.")
    elif today > entry.destroy_by:
        told.append(
            f"The data had to be destroyed by {day_words(entry.destroy_by)}: ask for the certificate."
        )
    return tuple(told)
