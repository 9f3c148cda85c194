"""What the Export page says, worked out from the session: plain data, easy to test."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from gui.formatting import PURPOSE_WORDS, action_words, counted, one_line
from gui.keeping import BEHIND
from gui.models.notices import of_hazard
from gui.models.sheets import called
from gui.plain_words import plain
from gui.session import Session
from gui.widgets.check_list import Check

KEY_CHECK = "The key for the codes"
NONE_LEAVES = "No row would leave: every one is left out"
MOST_WHY = 3  # reasons in a line of words; the Export page lists them all
GATE_WORDS = {
    "patients-looked-at": "Patients looked at one by one",
    "something-leaves": "There is something to send",
    "objections": "Patients' objections",
    "registered": "Only registered patients",
    "patients-expected": "As many patients as the search showed",
    "recipient": "Who gets it",
    "closed-programme": "The programme is closed",
    "hidden-data": "What was found in the file",
    "missing-out": "People who are left out",
    "opt-out-answer": "The answer of the opt-out check",
    "objections-last-time": "Objections beside last time",
    "marked-records": "Records that are marked",
    "notes-read": "Notes that leave, read by a person",
    "free-text": "Free text",
    "restricted-by-law": "What a law restricts",
    "key-backup": KEY_CHECK,
    "counts-only": "Only counts leave",
    "questions": "What has to be said",
    "request": "What was asked for",
    "waiting": "The patient may see it first",
    "one-patient": "One patient only",
    "no-patient": "No patient at all",
    "confidential-address": "Confidential addresses",
    "only-as": "How fields may leave",
    "patient-numbers": "Patients' own numbers",
    "recipient-type": "What this sort of recipient may get",
    "recipient-purpose": "What was agreed",
    "recipient-names": "May they hold names?",
    "recipient-sensitive": "May they hold sensitive data?",
    "recipient-interests": "What they do besides",
    "recipient-countries": "Where it will be",
    "recipient-limits": "What was agreed",
    "codes-judged": "Codes that could not be judged",
    "dates-moved": "Dates that were moved",
    "days-counted": "Days counted from a day",
    "items-again": "Entries left out last time",
    "whole-groups": "Groups that everybody or nobody is in",
    "hold-backs": "What the practice holds back",
    "whole-list": "The whole list goes",
    "drift": "New since last time",
    "scheme": "Codes of an older kind",
}
#: Gates that a person's tick settles.
TICKED = frozenset(
    (
        *("missing-out", "hidden-data", "objections-last-time", "marked-records", "notes-read"),
        *("hold-backs", "items-again", "whole-groups"),
    )
)
#: What a tick says that a gate asks for by a token such as 'held_back_absent:3'.
TOKEN_WORDS = {
    "held_back_absent": "of the practice's list of what is held back are not in this file, and that is right",
    "items_again": "left out by hand last time were looked for again in this file",
    "left_out_absent": "left out last time are not in this file, and that is right",
    "whole_groups": "that everybody or nobody is in may be published",
}
TOKEN_NOUNS = {
    "held_back_absent": ("entry", "entries"),
    "items_again": ("row", "rows"),
    "left_out_absent": ("patient", "patients"),
    "whole_groups": ("group", "groups"),
}
_TOKEN = re.compile(r"([a-z_]+):(\d+)")
MISSING_WORDS = {
    "died": "died",
    "left": "left the practice",
    "temporary": "are temporary patients",
    "unknown": "have no known registration",
    "declined": "declined this screening",
    "ceased": "were ceased from this screening",
    "shifted": "have a row with more cells than the table has fields",
}
LONGEST = 60  # a longer name has no place to break, and would push the checks off the page


@dataclass(frozen=True)
class ToConfirm:
    """One thing a person must have seen. `token` is what the plan remembers, e.g. 'died:3'."""

    token: str
    words: str
    confirmed: bool


def checks(session: Session) -> list[Check]:
    """The gates, and what else wants a look, for the check list."""
    found = []
    if session.plan_behind:
        found.append(Check("What you decided last", "stops", f"{BEHIND} {plain(session.plan_behind)}"))
    for gate in session.gates:
        name = gate_name(gate)
        state = "passed" if gate.passed else "stops"
        if gate.name == "patients-expected" and gate.passed and session.expected_patients is None:
            state = "look"
        if gate.name == "objections" and gate.passed and _doubtful(session):
            state = "look"
        if gate.name == "restricted-by-law" or (gate.name == "scheme" and gate.passed):
            state = "look"
        if gate.name in TICKED and not gate.passed and gate.needs:
            state = "confirm"
        if gate.name == "whole-list" and session.plan is not None and not session.plan.whole_list_reason:
            state = "look" if gate.passed else state
        detail = gate_words(session, gate)
        if gate.name == "something-leaves" and gate.passed and nothing_leaves(session):
            state, detail = "look", f"{NONE_LEAVES}, for the reasons on this page."
        found.append(Check(name, state, detail))
    waiting = sum(p.needs_decision and not p.decided for p in session.plan.fields) if session.plan else 0
    if waiting:
        text = f"{counted(waiting, 'field')} left out because nobody decided; they stay so if you save now."
        found.append(Check("Fields to decide", "look", text))
    if (left := session.not_looked_at) is not None and not session.publishes_counts:
        found.append(Check("Patients looked at", "look" if left else "passed", _looked_at(session, left)))
    return found


def _looked_at(session: Session, left: int) -> str:
    """How many patients nobody looked at; said, and no reason not to save."""
    if session.queue is not None and not session.queue.entries:
        return "Nobody is on the list of the Patients page."
    if not left:
        return "Not looked at: 0. Every patient on the list was looked at."
    return f"Not looked at: {left:,} on the list of the Patients page. You can save all the same."


def gate_name(gate: Any) -> str:
    """What a gate is called on the screen."""
    return GATE_WORDS.get(gate.name, gate.name.replace("-", " ").capitalize())


def gate_words(session: Session, gate: Any) -> str:
    """What a gate says, as a window says it: nothing of the command line, and what to press here."""
    if gate.name == "key-backup" and not gate.passed:
        return _key_words(session)
    if gate.name == "counts-only" and not gate.passed and not _makes_file(session):
        return "This is a number to look at, and no file is written. It stands on the page Side by side."
    if gate.name == "something-leaves" and gate.passed and session.publishes_counts:
        return "A table of counts leaves." if _makes_file(session) else "There is a number to see."
    if gate.name == "recipient" and gate.passed and not _in_book(session):
        return f"It goes to {session.recipient}, as you said. Check the address before you send it."
    return plain(gate.detail, {name: one.title for name, one in session.profiles.items()})


def _makes_file(session: Session) -> bool:
    counts = session.profile.counts if session.profile is not None else None
    return counts is None or bool(counts.file)


def _in_book(session: Session) -> bool:
    """Whether the book of recipients has who gets it: then the agreement is what there is to say."""
    return session.recipients.entry(session.recipient) is not None


def _key_words(session: Session) -> str:
    """What to do of a key without a copy that is known to work."""
    if session.key_note:
        return session.key_note
    return (
        "No copy of it is known to work. If the key is lost, no later release matches this one, and nobody "
        "can find the patient behind a code. Make a copy: it is opened once, and then this passes."
    )


def nothing_leaves(session: Session) -> bool:
    """Whether every row is left out."""
    return session.rows is not None and not session.publishes_counts and not session.rows.rows_out


def why_none_leaves(session: Session) -> tuple[str, str]:
    """Where no row would leave: that, and the reasons of most rows; ('', '') where any does."""
    if not nothing_leaves(session) or not session.rows.counted:
        return "", ""
    told = zip(session.rows.counted, left_out(session), strict=True)
    said = [f"{many}: {why}" for _c, (many, why) in sorted(told, key=lambda one: -one[0].rows)]
    if (more := len(said) - MOST_WHY) > 0:
        said[MOST_WHY:] = [f"{counted(more, 'more reason')} on the Export page."]
    return f"{NONE_LEAVES}.", " ".join(said)


def to_confirm(session: Session) -> list[ToConfirm]:
    """People an own-care list would drop, and hidden data: each must be seen by a person."""
    found = []
    for gone in session.rows.missing_out if session.rows is not None else ():
        token = f"{gone.id}:{gone.patients}"
        words = f"{counted(gone.patients or 0, 'patient')} who {MISSING_WORDS.get(gone.id, gone.text)}"
        found.append(ToConfirm(token, f"{words} will not be on the list", token in session.confirmed))
    for marked in session.rows.marked if session.rows is not None else ():
        token = f"{marked.id}:{marked.patients}"
        words = f"{counted(marked.patients or 0, 'patient')} may go. {marked.text}"
        found.append(ToConfirm(token, words, token in session.confirmed))
    if (fell := _fallen(session)) is not None:
        found.append(fell)
    found += _notes(session)
    found += _asked_for(session)
    hidden = _stopping(session)
    if hidden:
        token = f"hazards:{len(hidden)}"
        words = f"{counted(len(hidden), 'place')} with hidden data, none of which is copied along"
        if not all(of_hazard(hazard).hidden for hazard in hidden):
            words = f"I looked at what stops the export ({counted(len(hidden), 'thing')} on the Open page)"
        found.append(ToConfirm(token, words, token in session.confirmed))
    return found


def _asked_for(session: Session) -> list[ToConfirm]:
    """What gates ask to be confirmed by a token of their own, and what was confirmed so already."""
    tokens = [need for gate in session.gates if not gate.passed for need in gate.needs]
    tokens += session.confirmed
    found = []
    for token in dict.fromkeys(tokens):
        told = _TOKEN.fullmatch(token)
        if told is not None and told[1] in TOKEN_WORDS:
            many = counted(int(told[2]), *TOKEN_NOUNS[told[1]])
            found.append(ToConfirm(token, f"{many} {TOKEN_WORDS[told[1]]}", token in session.confirmed))
    return found


def _notes(session: Session) -> list[ToConfirm]:
    """The tick of the person who approves notes: a sample of them was read as they would leave."""
    if session.survey is None or session.plan is None:
        return []
    from core.protection import kept_notes, notes_seen

    kept = kept_notes(session.survey, session.plan)
    if not kept:
        return []
    token = notes_seen(kept)
    names = ", ".join(one_line(f.field, LONGEST) for f in kept[:3]) + (" and more" if len(kept) > 3 else "")
    words = f"I have read a sample of the notes that leave ({names}), side by side, and approve them"
    return [ToConfirm(token, words, token in session.confirmed)]


def _doubtful(session: Session) -> bool:
    """Whether objections are taken from codes alone, and the file warns that it may not have them all."""
    survey = session.survey
    if survey is None or [source.kind for source in session.objection_sources] != ["codes"]:
        return False
    return any(evidence.warns for evidence in survey.objection_evidence)


def _fallen(session: Session) -> ToConfirm | None:
    """Far fewer objections than last time: somebody must say that it is right."""
    if session.before is None or session.survey is None or session.rows is None:
        return None
    from core.protection import compare_objections, counts_now
    from core.protection.objections_compared import fallen_confirmation

    compared = compare_objections(
        counts_now(session.survey, session.rows), session.before, session.rows.patients_in
    )
    fallen = [one.words() for one in compared if one.fell]
    if not fallen:
        return None
    token = fallen_confirmation(compared)
    return ToConfirm(
        token, f"It is right that there are fewer: {'; '.join(fallen)}", token in session.confirmed
    )


def _stopping(session: Session) -> tuple[Any, ...]:
    """The hidden data, and what else was found, that stops an export under the profile."""
    if session.survey is None or session.profile is None:
        return ()
    from core.protection import blocking_hazards

    return blocking_hazards(session.survey, session.profile)


def ready(session: Session) -> bool:
    """Whether every gate holds and nothing is being worked out."""
    return (
        session.plan is not None
        and bool(session.gates)
        and all(g.passed for g in session.gates)
        and not session.plan_behind
        and not session.deciding
        and not session.planning
        and not session.busy
    )


def facts(session: Session) -> list[tuple[str, str]]:
    """Who gets what, as caption and words."""
    plan, rows, going = session.plan, session.rows, session.going_to
    if plan is None or rows is None or going is None:
        return []
    found = [
        ("Goes to", going.recipient),
        ("For", going.project),
        ("Rules", _rules(session)),
    ]
    if going.agreement:
        found.append(("Agreement", going.agreement))
    if session.publishes_counts:
        counts = "one table of counts, small numbers hidden; no row of any patient"
        found.append(("Leaves", counts if _makes_file(session) else "nothing; there is a number to look at"))
        return found
    people = counted(rows.patients_out, "patient")
    leaving = sum(p.leaves for p in plan.fields)
    found.append(("Leaves", f"{counted(rows.rows_out, 'row')} of {people}, {counted(leaving, 'field')}"))
    return found


def _rules(session: Session) -> str:
    """The profile, with its purpose where its title does not say it."""
    assert session.plan is not None
    title, purpose = str(session.profile.title), PURPOSE_WORDS[str(session.plan.purpose)].lower()
    return title if purpose in title.lower() else f"{title} ({purpose})"


def fields_leaving(session: Session) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], str]:
    """Every field that leaves, with what is done to it where it does not leave as it is, by table (named
    where there are several); and a sentence on cells that are looked at one by one."""
    if session.plan is None or session.publishes_counts:
        return (), ""
    tables: dict[str, list[str]] = {}
    tested = False
    for planned in session.plan.fields:
        if planned.leaves:
            tested |= planned.action == "keep_expected"
            kept = planned.action in ("keep", "keep_expected")
            done = "" if kept else f" ({action_words(planned.action).lower()})"
            tables.setdefault(planned.table, []).append(f"{one_line(planned.field, LONGEST)}{done}")
    names_of = called(session.export)
    heads = {
        table: one_line(names_of.get(table, table), LONGEST) if len(tables) > 1 else "" for table in tables
    }
    after = "A cell that does not read as its field should is left empty." if tested else ""
    return tuple((heads[table], tuple(names)) for table, names in tables.items()), after


def left_out(session: Session) -> list[tuple[str, str]]:
    """Rows that stay, by their first reason: (how many, why)."""
    if session.rows is None or session.publishes_counts:
        return []
    return [
        (f"{counted(c.rows, 'row')}, {counted(c.patients or 0, 'patient')}", c.text)
        for c in session.rows.counted
    ]


def release_checks(result: Any) -> list[Check]:
    """The checks made on the bytes that were written."""
    return [
        Check(c.name.replace("-", " ").capitalize(), "passed" if c.passed else "stops", c.detail)
        for c in result.checks
    ]
