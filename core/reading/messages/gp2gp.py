"""GP2GP: a whole record on its way between practices, as XML or wrapped in JSON, from any of four systems."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache

from core.model import Hazard, Problem, ReadError, Recognised, Severity
from core.reading.choices import TableChoice
from core.reading.messages.gp2gp_around import Noticed
from core.reading.messages.gp2gp_tables import Gp2gp, new_tables
from core.reading.messages.gp2gp_wrapper import Wrapped, is_wrapper, unwrap
from core.reading.messages.hl7v3 import Encoded, Walk, open_walk, read_whole
from core.reading.messages.records import RecordTables
from core.reading.messages.scr import crowded_hazards
from core.reading.readers import Candidate, ReadFile
from resources import ROOT

_ROOTS = re.compile(r"<(?:\w+:)?(RCMR_IN\d{6}UK\d{2}|COPC_IN\d{6}UK\d{2}|EhrExtract)[\s>/]")
_EBXML = re.compile(r"urn:nhs:names:services:gp2gp")
_OID = re.compile(r'codeSystem\s*=\s*["\']([\d.]+)["\']')
_SOFTWARE = re.compile(r"<(?:\w+:)?softwareName>([^<]{1,80})<")


@dataclass(frozen=True)
class _Supplier:
    id: str
    title: str
    code_systems: tuple[str, ...]
    words: tuple[str, ...]

    def writes(self, number: str) -> bool:
        """Whether a code system is its own; a number that ends in a dot stands for all below it."""
        return any(number == oid or (oid[-1] == "." and number.startswith(oid)) for oid in self.code_systems)


class Gp2gpReader:
    """Messages RCMR_IN030000UK06 and 07, a bare EhrExtract, fragments, the ebXML part, JSON of these."""

    id = "gp2gp"
    title = "GP2GP record"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """See Reader. The system that wrote it is told by codes that no other system writes."""
        text = candidate.text.lstrip("\ufeff \t\r\n")
        if text.startswith("<"):
            root = _ROOTS.search(text)
            if root is not None:
                return self._taken(root[1], text, f"The message inside is called {root[1]}.", 0.95)
            if _EBXML.search(text):
                return self._taken("", text, "It is addressed to the GP2GP service of the Spine.", 0.85)
        elif is_wrapper(text):
            inside = text.replace('\\"', '"')
            return self._taken("", inside, "It is JSON with a GP2GP message inside as text.", 0.9)
        return None

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader."""
        source = candidate.source
        rows, noticed = new_tables(), Noticed()
        encoded: list[Encoded] = []
        problems: list[Problem] = []
        if candidate.text.lstrip("\ufeff \t\r\n").startswith("<"):
            walk = open_walk(source)
            Gp2gp(walk, rows, noticed).read()
            encoded.extend(walk.encoded)
            crowded = walk.crowded
        else:
            wrapped = unwrap(read_whole(source), source.name)
            problems.extend(wrapped.problems)
            crowded = _read_wrapped(wrapped, rows, noticed, encoded)
        tables = rows.tables(source, "gp2gp")
        if not tables:
            raise ReadError(
                f"{source.name} is an empty GP2GP message: it has not one value in it. Check "
                "that it is whole.",
                where=source.name,
                code="empty",
            )
        first = self.recognise(candidate)
        why, sure = (first.evidence[0], first.confidence) if first is not None else ("", 0.5)
        seen = self._seen(noticed.root, why, sure, supplier_of(noticed.systems, noticed.software))
        hazards = (*_hazards(source.name, noticed, encoded), *crowded_hazards(source.name, crowded))
        return ReadFile(tables, (seen,) * len(tables), hazards, tuple(problems))

    def _taken(self, root: str, text: str, why: str, confidence: float) -> Recognised:
        return self._seen(root, why, confidence, which_supplier(text))

    def _seen(
        self, root: str, why: str, confidence: float, wrote: tuple[_Supplier | None, tuple[str, ...]]
    ) -> Recognised:
        supplier, said = wrote
        kind = {"": "GP2GP message", "EhrExtract": "GP2GP record"}.get(root, "GP2GP message")
        if root.startswith("COPC"):
            kind = "GP2GP fragment"
        title = f"{kind} from {supplier.title}" if supplier else kind
        evidence = tuple(line for line in (why, *said) if line)
        return Recognised("gp2gp", title, confidence, evidence, self.id)


def which_supplier(text: str) -> tuple[_Supplier | None, tuple[str, ...]]:
    """The system that wrote a message and why, in words; None where its codes tell of none or of several."""
    software = _SOFTWARE.search(text)
    return supplier_of(Counter(_OID.findall(text)), software[1] if software is not None else "")


def supplier_of(systems: Counter[str], software: str) -> tuple[_Supplier | None, tuple[str, ...]]:
    """See which_supplier. `systems` counts numbers of code systems, `software` is what it calls itself."""
    if software:
        named = software.casefold()
        for supplier in _suppliers():
            if any(word in named for word in supplier.words):
                return supplier, (f"It names the software that wrote it, which is {supplier.title}'s.",)
    counts: Counter[str] = Counter()
    for number, times in systems.items():
        for supplier in _suppliers():
            counts[supplier.id] += times * supplier.writes(number)
    if not counts.total():
        return None, ("No code in it is of one system alone, so it is not known which system wrote it.",)
    first, most = counts.most_common(1)[0]
    supplier = next(s for s in _suppliers() if s.id == first)
    share = most / sum(counts.values())
    if most < 3:
        return None, ("Too few of its codes are of one system alone to tell which system wrote it.",)
    if share < 0.8:
        return None, ("Its codes are of several systems, so it is not known which system wrote it.",)
    sure = "surely" if share > 0.95 and most >= 10 else "probably"
    return supplier, (
        f"{most:,} codes in it are of a sort that only {supplier.title} writes: {sure} its own.",
    )


def _read_wrapped(wrapped: Wrapped, rows: RecordTables, noticed: Noticed, encoded: list[Encoded]) -> int:
    crowded = 0
    for message in wrapped.messages:
        walk = Walk(message.root, None, message.place)
        Gp2gp(walk, rows, noticed).read()
        encoded.extend(walk.encoded)
        crowded += walk.crowded
    for attachment in wrapped.attachments:
        encoded.append(attachment)
        cells = {"File name": attachment.name, "Media type": attachment.media}
        cells["Bytes"] = str(attachment.characters * 3 // 4)
        rows.row("attachments", cells, attachment.place, None)
    for place, value in wrapped.strings:
        rows.other(None, "JSON", re.sub(r"\[\d+\]", "", place), value, place, None)
    return crowded


def _hazards(where: str, noticed: Noticed, encoded: list[Encoded]) -> list[Hazard]:
    found = []
    if encoded:
        size = sum(e.characters for e in encoded) * 3 // 4
        found.append(
            Hazard(
                where,
                f"{len(encoded):,} attachments inside the message, about {max(1, size >> 10):,} KB",
                Severity.WARNS,
                "Scanned letters and pictures name the patient on every page and cannot be looked through "
                "here. They leave with no release. Their names stand in the table of attachments.",
                "attachments",
            )
        )
    attached = set(noticed.attached)
    missing = [name for name in noticed.named_documents if name not in attached]
    if missing:
        found.append(
            Hazard(
                where,
                f"{len(missing):,} documents are named in the record but not in this file",
                Severity.WARNS,
                "A record that arrives without its letters is not whole: compare what was sent with what "
                "arrived.",
                "documents_elsewhere",
            )
        )
    if noticed.confidential:
        found.append(
            Hazard(
                where,
                f"{noticed.confidential:,} entries are marked as not to be shown (to the patient or outside)",
                Severity.WARNS,
                "Whoever wrote them asked for them to be kept back (NOPAT, or private in Vision). See the "
                "field Confidentiality; decide on each before anything is sent, above all to the patient.",
                "not_to_be_disclosed",
            )
        )
    if noticed.comments:
        found.append(
            Hazard(
                where,
                f"{noticed.comments:,} comments between the lines of the XML",
                Severity.WARNS,
                "Programs pass over comments, people read them. They stand among the other values and leave "
                "with no release.",
                "xml_comments",
            )
        )
    return found


@cache
def _suppliers() -> tuple[_Supplier, ...]:
    data = tomllib.loads((ROOT / "formats" / "messages.toml").read_text(encoding="utf-8"))
    return tuple(
        _Supplier(s["id"], s["title"], tuple(s["code_systems"]), tuple(s["words"])) for s in data["supplier"]
    )
