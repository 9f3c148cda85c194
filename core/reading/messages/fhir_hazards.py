"""What travels inside FHIR besides its values, and what its labels say."""

from __future__ import annotations

from core.model import Hazard, Problem, Severity
from core.reading.containers import some
from core.reading.messages.fhir_records import Records

_HIDDEN = frozenset(("NOPAT", "NOPATIENT"))
_RESTRICTED = frozenset(("R", "V"))


def noticed(where: str, records: Records, *, comments: int = 0) -> list[Hazard]:
    """Files inside, documents elsewhere, labels, comments, and pages that are missing."""
    hazards: list[Hazard] = []
    files = [size for r in records.all for _, size in r.flat.attachments]
    if files:
        hazards.append(
            Hazard(
                where,
                f"{len(files):,} attached file{'s' if len(files) > 1 else ''} or pictures of about "
                f"{_size(sum(files) * 3 // 4)}",
                Severity.WARNS,
                "A letter or a photograph inside a record names the patient, and nobody looks into it. They "
                "are shown as their size only and never leave.",
                "attachments",
            )
        )
    urls = [x for r in records.all for x in r.flat.leaves if x.key.endswith("attachment.url")]
    if urls:
        hazards.append(
            Hazard(
                where,
                f"{len(urls):,} documents are named in the record but not in this file",
                Severity.WARNS,
                "What was not opened was not looked at. Do not send it along with the release.",
                "documents_elsewhere",
            )
        )
    hazards += _labels(where, records)
    if comments:
        hazards.append(
            Hazard(
                where,
                f"{comments:,} comments",
                Severity.WARNS,
                "Comments are no part of the record and are seen by whoever opens the file. They stand in "
                "'other values' and leave with no release.",
                "xml_comments",
            )
        )
    if any(
        leaf.value == "next" for r in records.all for leaf in r.flat.leaves if leaf.key.endswith("relation")
    ):
        hazards.append(
            Hazard(
                where,
                "the file itself says that there is another page of results",
                Severity.BLOCKS,
                "Records are missing from this file; ask for all pages before sending anything.",
                "incomplete",
            )
        )
    return hazards


def damaged(where: str, records: Records) -> list[Problem]:
    """Values with half a character, which no text can hold."""
    found = sum(r.flat.damaged for r in records.all)
    if not found:
        return []
    return [Problem(where, None, f"half a character in {found:,} values; shown as \ufffd")]


def _labels(where: str, records: Records) -> list[Hazard]:
    hidden = restricted = 0
    for record in records.all:
        labels = {
            leaf.value.upper()
            for leaf in record.flat.leaves
            if leaf.key.endswith(".code") and ("meta.security" in leaf.key or "securityLabel" in leaf.key)
        }
        labels |= {v.upper() for k, v in record.texts.items() if k == "confidentiality"}
        hidden += bool(labels & _HIDDEN)
        restricted += bool(labels & _RESTRICTED)
    found = []
    if hidden:
        found.append(
            Hazard(
                where,
                f"{some(hidden, 'record')} marked as not to be shown to the patient",
                Severity.WARNS,
                "They may harm the patient or name another person. Leave them out of what the patient gets.",
                "hidden_from_patient",
            )
        )
    if restricted:
        found.append(
            Hazard(
                where,
                f"{some(restricted, 'record')} marked as restricted",
                Severity.BLOCKS,
                "The national record of a restricted patient hides where they live, because somebody may "
                "look for them. Their address, practice and telephone must not leave.",
                "restricted_record",
            )
        )
    return found


def _size(count: int) -> str:
    return f"{count / 1_048_576:,.1f} MB" if count >= 1 << 20 else f"{max(1, count // 1024):,} KB"
