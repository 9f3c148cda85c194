"""Gates about the recipient: what the book of recipients says they may get, in words that say what to do.

Without a book nothing here stops an export, except that a closed programme needs an entry. With a book it
decides, and what is refused is refused with the reason: never a weaker form of it in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.model import Gate, Kind, Role, Status
from core.protection.agreed import beyond_entry
from core.protection.plan import Plan, Purpose
from core.protection.profile import Profile
from core.protection.recipients import (
    INTERESTS,
    TRANSFERS,
    Accreditation,
    Recipient,
    RecipientsBook,
    accredited,
    recipient_types,
    whole_list_reasons,
)
from core.protection.recipients.telling import PURPOSE_WORDS, SOON, day_words
from core.protection.rows import RowDecisions
from core.survey.results import Survey

_NEEDS = ("recipients",)
#: More patients than this, and more than this share of those who are registered, are the whole list.
WHOLE_LIST_PATIENTS, WHOLE_LIST_SHARE = 1_000, 0.9
_TELLING_KINDS = frozenset((Kind.CODED_CLINICAL, Kind.CLINICAL_VALUE, Kind.FREE_TEXT, Kind.UNKNOWN))
_TELLING_ROLES = frozenset((Role.CODE, Role.TERM, Role.VALUE, Role.NOTE))


def recipient_gates(
    survey: Survey,
    plan: Plan,
    rows: RowDecisions,
    profile: Profile,
    book: RecipientsBook | None,
    today: date,
    tier: str,
) -> Iterator[Gate]:
    """Every gate about the recipient. The first says whether there is a live entry; what else the entry must
    allow is only asked where it is."""
    entry = None if book is None else book.find(plan.recipient)
    first = _entry_gate(plan, profile, book, entry, today)
    yield first
    if entry is not None and first.passed:
        yield from _of_entry(survey, plan, rows, profile, entry, today, tier)
    # An entry of the book's first form could not say it, and keeps what it opened.
    binds = entry is not None and entry.type is not None
    if (whole := _whole_list(survey, plan, rows, binds=binds)) is not None:
        yield whole


def _entry_gate(
    plan: Plan, profile: Profile, book: RecipientsBook | None, entry: Recipient | None, today: date
) -> Gate:
    name = "closed-programme" if profile.closed else "recipient"
    if entry is not None:
        why = _not_live(entry, plan, profile, today)
        if not why:
            return Gate(name, True, _basis_words(entry, today))
    if profile.closed:
        why = f" {why}" if entry is not None else ""
        return Gate(
            name,
            False,
            f"'{profile.title}' is closed: it is for looking, comparing and teaching. Exporting needs a "
            f"recipient with a live legal basis in the book of recipients.{why}",
            _NEEDS,
        )
    if entry is not None:
        return Gate(name, False, why, _NEEDS)
    if book is not None:
        return Gate(
            name,
            False,
            "The book of recipients has no entry for this recipient. Check the name, or add an entry with "
            "the legal basis and the days of the agreement.",
            _NEEDS,
        )
    return Gate(name, True, "No book of recipients was asked.")


def _not_live(entry: Recipient, plan: Plan, profile: Profile, today: date) -> str:
    """Why an entry opens nothing today, "" where it does."""
    if not entry.legal_basis.strip():
        return "The recipient's entry names no legal basis. Name it in the book of recipients."
    if today < entry.valid_from:
        return (
            f"The agreement begins on {day_words(entry.valid_from)}. Wait until then, or correct the entry."
        )
    if today > entry.valid_until:
        return f"The agreement ended on {day_words(entry.valid_until)}. Renew it, then correct the entry."
    if entry.destroy_by is not None and today > entry.destroy_by:
        return (
            f"What was sent had to be destroyed by {day_words(entry.destroy_by)}. Ask for the certificate, "
            "and make a new agreement before anything more goes."
        )
    if profile.id not in entry.profiles:
        return (
            f"The recipient's entry does not have the profile '{profile.id}'. It has: "
            f"{', '.join(entry.profiles) or 'none'}. Choose one of these, or have it agreed."
        )
    if entry.purposes and plan.purpose not in entry.purposes:
        agreed = "; ".join(PURPOSE_WORDS[purpose] for purpose in entry.purposes)
        return (
            f"The agreement is for {agreed}, and this profile is for {PURPOSE_WORDS[plan.purpose]}. "
            "Choose another profile, or have it agreed."
        )
    return ""


def _basis_words(entry: Recipient, today: date) -> str:
    told = [f"Legal basis: {entry.legal_basis}."]
    if entry.valid_until - today <= SOON:
        told.append(f"The agreement ends on {day_words(entry.valid_until)}.")
    if entry.destroy_by is not None:
        told.append(f"To be destroyed by {day_words(entry.destroy_by)}.")
    if entry.acts_as == "processor":
        told.append(f"A processor for {entry.acts_for}.")
    if entry.onward_sharing:
        told.append(f"It goes on to: {', '.join(entry.onward_to)}.")
    if entry.price and (entry.cost is None or entry.price > entry.cost):
        told.append("Charge what it costs and not more: say the cost, or lower the price.")
    return " ".join(told)


def _of_entry(
    survey: Survey,
    plan: Plan,
    rows: RowDecisions,
    profile: Profile,
    entry: Recipient,
    today: date,
    tier: str,
) -> Iterator[Gate]:
    yield _type(plan, profile, entry, tier)
    if plan.purpose is not Purpose.COUNTS:
        # Before entries had a type, a closed programme's live legal basis was all that could be said of it.
        first_form = entry.type is None and profile.closed
        exempt = plan.purpose is not Purpose.BEYOND_CARE and _needs_none(entry)
        if tier == "red":
            yield _names(entry, today, first_form, exempt)
        if sensitive := sensitive_leaving(survey, plan, rows):
            yield _sensitive(entry, today, sensitive, first_form, exempt)
        if interests := interests_of(entry):
            yield _interests(plan, entry, interests)
        if entry.countries:
            yield _countries(entry)
    if entry.limited:
        yield _limits(survey, plan, profile, entry)


def _type(plan: Plan, profile: Profile, entry: Recipient, tier: str) -> Gate:
    name = "recipient-type"
    if entry.type is None:
        return Gate(
            name,
            True,
            "The entry does not say what sort of recipient this is. Say it in the book of recipients.",
        )
    sort = recipient_types()[entry.type]
    if profile.recipient_types and entry.type not in profile.recipient_types:
        for_whom = "; ".join(recipient_types()[one].title for one in profile.recipient_types)
        return Gate(
            name,
            False,
            f"'{profile.title}' is not for this sort of recipient ({sort.title}). It is for: {for_whom}. "
            "Choose another profile, or correct the entry.",
            _NEEDS,
        )
    wanted = "counts" if plan.purpose is Purpose.COUNTS else "names" if tier == "red" else "coded"
    most = sort.most(plan.purpose)
    if ("counts", "coded", "names").index(wanted) > ("counts", "coded", "names").index(most):
        may = {"counts": "counts only", "coded": "coded rows, and no names"}[most]
        return Gate(
            name,
            False,
            f"For {PURPOSE_WORDS[plan.purpose]} this sort of recipient ({sort.title}) may be given {may}. "
            f"{sort.why} Choose a profile that sends less, or correct the entry. ({sort.source}.)",
            _NEEDS,
        )
    return Gate(name, True, f"{sort.title}: {sort.why}")


def _needs_none(entry: Recipient) -> bool:
    """Patients, and who asks with their consent, need no accreditation; beyond care everybody does."""
    return entry.type is not None and not recipient_types()[entry.type].accredited


def _names(entry: Recipient, today: date, first_form: bool, exempt: bool) -> Gate:
    return _accredited(
        "recipient-names",
        "This names patients, and the recipient is not accredited for that",
        entry.accredited_identifiable,
        today,
        "Send it under a profile that does not name patients, or put the accreditation into the entry "
        "(accredited_identifiable).",
        first_form,
        exempt,
    )


def _sensitive(
    entry: Recipient, today: date, found: tuple[tuple[str, int], ...], first_form: bool, exempt: bool
) -> Gate:
    told = "; ".join(f"{title}: {number:,}" for title, number in found[:5])
    more = f"; and {len(found) - 5:,} more families" if len(found) > 5 else ""
    return _accredited(
        "recipient-sensitive",
        f"Sensitive rows would leave ({told}{more}), and the recipient is not accredited for that",
        entry.accredited_sensitive,
        today,
        "Leave these families out, or put the accreditation into the entry (accredited_sensitive).",
        first_form,
        exempt,
    )


def _accredited(
    name: str,
    what: str,
    held: Accreditation | bool,
    today: date,
    remedy: str,
    first_form: bool,
    exempt: bool,
) -> Gate:
    if isinstance(held, Accreditation) and accredited(held, today):
        return Gate(name, True, f"Accredited until {day_words(held.until)}: {held.reference}.")
    if exempt:
        return Gate(name, True, "This sort of recipient needs no accreditation.")
    if first_form:
        return Gate(
            name,
            True,
            "The entry's legal basis is taken for it: it says neither type nor accreditation. Add both.",
        )
    if isinstance(held, Accreditation):
        what += f" any more: that ended on {day_words(held.until)}"
    return Gate(name, False, f"{what}. {remedy}", _NEEDS)


def interests_of(entry: Recipient) -> tuple[str, ...]:
    """What else a recipient does: what its entry says, and what its sort always does."""
    always = () if entry.type is None else recipient_types()[entry.type].interests
    return tuple(dict.fromkeys((*always, *entry.other_interests)))


def _interests(plan: Plan, entry: Recipient, interests: tuple[str, ...]) -> Gate:
    """Care Act 2014, section 122: what is given for care and health is not for solely commercial ends."""
    name = "recipient-interests"
    told = ", ".join(INTERESTS[one] for one in interests)
    if plan.purpose is not Purpose.BEYOND_CARE:
        return Gate(name, True, f"The recipient also does this: {told}. It must not use the data for it.")
    if entry.interests_approved.strip():
        return Gate(
            name,
            True,
            f"The recipient also does this: {told}. Approved knowing it: {entry.interests_approved}.",
        )
    return Gate(
        name,
        False,
        f"The recipient also does this: {told}. Beyond care it may be given rows only where an approval knew "
        "of it: name that in the entry (interests_approved), or send counts. (Care Act 2014, section 122.)",
        _NEEDS,
    )


def _countries(entry: Recipient) -> Gate:
    name = "recipient-countries"
    if not entry.abroad:
        return Gate(name, True, "The data stays in the United Kingdom.")
    told = ", ".join(entry.abroad)
    if entry.transfer:
        return Gate(name, True, f"The data goes to {told}, under {TRANSFERS[entry.transfer]}.")
    return Gate(
        name,
        False,
        f"The data would go to {told}, and nothing in the entry allows that. Say in the entry what does "
        f"(transfer: {', '.join(TRANSFERS)}), or have it kept in the United Kingdom. "
        "(UK GDPR articles 44 to 49.)",
        _NEEDS,
    )


def _limits(survey: Survey, plan: Plan, profile: Profile, entry: Recipient) -> Gate:
    name = "recipient-limits"
    if told := beyond_entry(plan, survey, profile, entry):
        return Gate(
            name,
            False,
            f"The plan sends {' and '.join(told)}. Make the plan again with the recipient's entry.",
            _NEEDS,
        )
    return Gate(name, True, "The plan keeps within what was agreed with this recipient.")


def sensitive_leaving(survey: Survey, plan: Plan, rows: RowDecisions) -> tuple[tuple[str, int], ...]:
    """The families of codes restricted by law or in need of extra care whose rows leave with what tells them,
    and how many rows, most first. A row that leaves without codes, values and notes tells nothing of it."""
    telling = {
        f.table for f in plan.fields if f.leaves and (f.kind in _TELLING_KINDS or f.role in _TELLING_ROLES)
    }
    found: dict[str, int] = {}
    known = [survey.lookup.category(name) for name in survey.category_ids]
    for table in telling:
        facts, leaves = survey.facts[table], rows.withheld[table] == 0
        counts = facts.pattern_rows(leaves)
        for bit, category in enumerate(known):
            if category.strength == "ordinary":
                continue
            here = int(counts[(facts.pattern_bits >> bit) & 1 == 1].sum())
            if here:
                found[category.title] = found.get(category.title, 0) + here
    return tuple(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _whole_list(survey: Survey, plan: Plan, rows: RowDecisions, *, binds: bool) -> Gate | None:
    """Everybody who is registered, as far as this export tells, going beyond care; None where not so."""
    if plan.purpose is not Purpose.BEYOND_CARE or not is_whole_list(survey, rows):
        return None
    name = "whole-list"
    many = (
        f"{rows.patients_out:,} patients would leave: as far as this export tells, the practice's whole list."
    )
    if plan.whole_list_reason:
        return Gate(name, True, f"{many} {whole_list_reasons().get(plan.whole_list_reason, '')}".strip())
    if not binds:
        return Gate(name, True, f"{many} Is everybody needed? (UK GDPR article 5(1)(c).)")
    return Gate(
        name,
        False,
        f"{many} Say why everybody has to go ({', '.join(whole_list_reasons())}), or send fewer: a cohort, "
        "or a sample. (UK GDPR article 5(1)(c).)",
        ("whole_list_reason",),
    )


def is_whole_list(survey: Survey, rows: RowDecisions) -> bool:
    """Whether so many patients leave that it is the practice's whole list, as far as this export tells."""
    patients = survey.patients
    registered = patients.count
    if patients.has_status:
        registered = int((patients.status == Status.REGISTERED).sum())
    out = rows.patients_out
    return out > WHOLE_LIST_PATIENTS and out >= WHOLE_LIST_SHARE * registered
