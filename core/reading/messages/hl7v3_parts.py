"""What HL7 version 3 messages write alike: codes, dates, names, addresses, telephone numbers."""

from __future__ import annotations

from typing import Any

from core.reading.messages.hl7v3 import Walk, code_system, collapsed, local

#: Codes of one entry that have a field of their own; a message rarely gives more than three.
MOST_CODES = 10
NHS_NUMBER = "2.16.840.1.113883.2.1.4.1"
_OTHERS = frozenset(
    {"providerOrganization", "representedOrganization", "scopingOrganization", "guardian", "guardianPerson"}
)

Cells = dict[str, str | None]
Columns = tuple[tuple[str, str], ...]


def coded_columns(term: str = "Term", at: str = "code") -> Columns:
    """The fields of a code with its translations."""
    found = [("Code", f"{at}/@code"), ("Code system", f"{at}/@codeSystem")]
    found += [(term, f"{at}/@displayName"), ("Original term", f"{at}/originalText")]
    for n in range(2, MOST_CODES + 1):
        path = f"{at}/translation[{n - 1}]"
        found += [(f"Code {n}", f"{path}/@code"), (f"Code system {n}", f"{path}/@codeSystem")]
        found += [(f"{term} {n}", f"{path}/@displayName")]
    return tuple(found)


def coded(walk: Walk, code: Any, cells: Cells, term: str = "Term") -> None:
    """A code and its translations, each in fields of its own: a sensitive code must be seen whichever system
    carries it."""
    if code is None:
        return
    cells["Code"] = walk.attr(code, "code")
    cells["Code system"] = code_system(walk.peek(code, "codeSystem"))
    cells[term] = walk.attr(code, "displayName")
    cells["Original term"] = walk.text(walk.first(code, "originalText"))
    others = walk.all(code, "translation")
    walk.crowded += len(others) >= MOST_CODES
    for n, other in enumerate(others[: MOST_CODES - 1], start=2):
        cells[f"Code {n}"] = walk.attr(other, "code")
        cells[f"Code system {n}"] = code_system(walk.peek(other, "codeSystem"))
        cells[f"{term} {n}"] = walk.attr(other, "displayName")
        if cells["Original term"] is None:
            cells["Original term"] = walk.text(walk.first(other, "originalText"))


def dates(walk: Walk, entry: Any, cells: Cells) -> None:
    """When it was: the time that the entry gives, else the time it was recorded."""
    time = walk.first(entry, "effectiveTime")
    starts = [time, walk.first(time, "center"), walk.first(time, "low")]
    when = next((value for at in starts if (value := walk.attr(at, "value"))), None)
    recorded = walk.attr(walk.first(entry, "availabilityTime"), "value")
    cells["Event date"] = when or recorded
    cells["Event end date"] = walk.attr(walk.first(time, "high"), "value")
    cells["Recorded date"] = recorded


def entry_id(walk: Walk, entry: Any) -> str | None:
    """The entry's own number, which others refer to."""
    number = walk.first(entry, "id")
    return walk.attr(number, "extension") or walk.peek(number, "root")


def notes(walk: Walk, found: list[Any], cells: Cells) -> None:
    """Up to three notes of an entry in fields of their own."""
    for n, text in enumerate(walk.texts(found[:3]), start=1):
        cells["Note" if n == 1 else f"Note {n}"] = text


NOTES: Columns = (("Note", "text"), ("Note 2", "text"), ("Note 3", "text"))

NAME: Columns = (
    ("Title", "name/prefix"),
    ("Surname", "name/family"),
    ("Forenames", "name/given"),
    ("Full name", "name"),
    ("Other names", "name[2]"),
)
REACHED: Columns = (
    ("Address", "addr"),
    ("Postcode", "addr/postalCode"),
    ("Other address", "addr[2]"),
    ("Other postcode", "addr[2]/postalCode"),
    ("Telephone", "telecom/@value"),
    ("Telephone 2", "telecom[2]/@value"),
    ("Telephone 3", "telecom[3]/@value"),
    ("E-mail", "telecom/@value"),
)
PERSON: Columns = (
    *NAME,
    ("Date of birth", "birthTime/@value"),
    ("Date of death", "deceasedTime/@value"),
    ("Sex", "administrativeGenderCode/@code"),
    *REACHED,
)


def person(walk: Walk, around: Any, cells: Cells) -> None:
    """A patient's name, dates, sex and how to reach them, wherever below `around` they stand."""
    named(walk, _own(walk, around, "name"), cells)
    cells["Date of birth"] = _value(walk, around, "birthTime")
    cells["Date of death"] = _value(walk, around, "deceasedTime")
    sex = next(iter(_own(walk, around, "administrativeGenderCode")), None)
    cells["Sex"] = walk.attr(sex, "code")
    reached(walk, _own(walk, around, "addr"), _own(walk, around, "telecom"), cells)


def named(walk: Walk, names: list[Any], cells: Cells) -> None:
    """The first name in its parts, the second as one text."""
    if names:
        name = names[0]
        cells["Title"] = walk.joined(walk.all(name, "prefix"), " ")
        cells["Surname"] = walk.joined(walk.all(name, "family"), " ")
        cells["Forenames"] = walk.joined([*walk.all(name, "given"), *walk.all(name, "middle")], " ")
        if not any(cells[part] for part in ("Title", "Surname", "Forenames")):
            cells["Full name"] = collapsed(walk.text(name))
    if len(names) > 1:
        cells["Other names"] = collapsed(walk.text(names[1]))


def reached(walk: Walk, addresses: list[Any], telecoms: list[Any], cells: Cells) -> None:
    """Addresses and telephone numbers; mail addresses have a field of their own."""
    for address, before in zip(addresses, ("", "Other "), strict=False):
        lines = [part for part in address if local(part) not in ("", "postalCode", "useablePeriod")]
        told = walk.joined(lines)
        if told is None and not any(local(part) for part in address):
            told = collapsed(walk.text(address))
        cells["Address" if not before else "Other address"] = told
        cells["Postcode" if not before else "Other postcode"] = walk.joined(walk.all(address, "postalCode"))
    numbers = 0
    for telecom in telecoms:
        value = walk.peek(telecom, "value") or ""
        if "@" in value and not cells.get("E-mail"):
            cells["E-mail"] = _bare(walk.attr(telecom, "value"))
        elif value and numbers < 3:
            numbers += 1
            name = "Telephone" if numbers == 1 else f"Telephone {numbers}"
            cells[name] = _bare(walk.attr(telecom, "value"))


def full_name(walk: Walk, name: Any) -> str | None:
    """A name as one text for a reference to it; nothing is taken."""
    if name is None:
        return None
    parts = [part for wanted in ("prefix", "given", "family") for part in walk.all(name, wanted)]
    said = " ".join((part.text or "").strip() for part in parts) if parts else name.text
    return collapsed(said)


def nhs_number(walk: Walk, around: Any, *, take: bool = True) -> str | None:
    """The NHS number among the ids below `around`: the one of its own system, else one of ten digits."""
    if around is None:
        return None
    numbers = [e for e in walk.under(around, "id") if e.get("extension")]
    for wanted in (
        [e for e in numbers if e.get("root") == NHS_NUMBER],
        [e for e in numbers if e.get("extension", "").replace(" ", "").isdigit()],
    ):
        for number in wanted:
            found = walk.attr(number, "extension") if take else walk.peek(number, "extension")
            if found:
                return found
    return None


def _bare(value: str | None) -> str | None:
    if value is None:
        return None
    for scheme in ("tel:", "mailto:"):
        value = value.removeprefix(scheme)
    return value


def _own(walk: Walk, around: Any, name: str) -> list[Any]:
    """The elements of this name below that are the person's own, not an organisation's or a guardian's."""
    found = []
    for element in walk.under(around, name):
        between = element.getparent()
        while between is not around and local(between) not in _OTHERS:
            between = between.getparent()
        if between is around:
            found.append(element)
    return found


def _value(walk: Walk, around: Any, name: str) -> str | None:
    for element in _own(walk, around, name):
        return walk.attr(element, "value")
    return None
