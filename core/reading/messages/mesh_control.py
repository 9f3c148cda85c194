"""Control files of MESH and DTS (.ctl): the envelope of a message, which names the patient in its address."""

from __future__ import annotations

import re

from core.model import Hazard, ReadError, Recognised, Severity
from core.reading.choices import TableChoice
from core.reading.messages.hl7v3 import local, open_walk, root_name
from core.reading.messages.hl7v3_parts import Cells, Columns
from core.reading.messages.records import RecordTables
from core.reading.readers import Candidate, ReadFile

_TAGS = (
    "Version", "AddressType", "MessageType", "From_DTS", "To_DTS", "From_ESMTP", "To_ESMTP", "Subject",
    "LocalId", "DTSId", "PartnerId", "Compress", "Encrypted", "WorkflowId", "ProcessId", "DataChecksum",
    "IsCompressed",
)  # fmt: skip
_RECORDED: Columns = (
    ("Event date", "StatusRecord/DateTime"),
    ("Entry type", "StatusRecord/Event"),
    ("Entry status", "StatusRecord/Status"),
    ("Result text", "StatusRecord/Description"),
)
_WHO: Columns = (("NHS number", "To_DTS"), ("Date of birth", "To_DTS"), ("Surname", "To_DTS"))
#: GPPROVIDER_<NHS number>_<day month year>_<surname>, an address that finds the patient's own practice.
_ADDRESS = re.compile(r"[A-Za-z]+_(\d{10})_(\d{8})_(.+)", re.DOTALL)


class MeshControlReader:
    """Files with the root DTSControl: one row."""

    id = "mesh-control"
    title = "MESH control file"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """See Reader."""
        if root_name(candidate.text) != "DTSControl":
            return None
        evidence = "Its root is called DTSControl."
        return Recognised("mesh-control", "MESH control file", 0.97, (evidence,), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader."""
        source = candidate.source
        walk = open_walk(source)
        titles = [(tag, tag) for tag in _TAGS]
        rows = RecordTables({"mesh control": (*_WHO, *titles, *_RECORDED)})
        cells: Cells = {tag: walk.text(walk.first(walk.root, tag)) for tag in _TAGS}
        for title, path in _RECORDED:
            cells[title] = walk.text(walk.first(walk.root, *path.split("/")))
        named = _ADDRESS.fullmatch((cells["To_DTS"] or "").strip())
        if named is not None:
            cells["NHS number"], cells["Surname"] = named[1], named[3]
            cells["Date of birth"] = f"{named[2][:2]}/{named[2][2:4]}/{named[2][4:]}"
        if any(cells.values()):
            rows.row("mesh control", cells, walk.place(walk.root), walk.line(walk.root))
        for left in walk.left(frozenset({local(walk.root)})):
            where = left.element
            rows.other(
                cells.get("NHS number"),
                left.record,
                left.path,
                left.value,
                walk.place(where),
                walk.line(where),
            )
        tables = rows.tables(source, "mesh-control")
        if not tables:
            raise ReadError(
                f"{source.name} is a control file without one value in it. Check that it is whole.",
                where=source.name,
                code="empty",
            )
        seen = self.recognise(candidate) or Recognised("mesh-control", "MESH control file", 0.5, (), self.id)
        hazards: tuple[Hazard, ...] = ()
        if named is not None or cells["Subject"]:
            hazards = (
                Hazard(
                    source.name,
                    "the envelope of the message says who the patient is",
                    Severity.WARNS,
                    "Control files travel and are kept outside the message, in logs and mailboxes: NHS "
                    "number, date of birth and surname stand in the address, the name often in the subject.",
                    "named_in_envelope",
                ),
            )
        return ReadFile(tables, (seen,) * len(tables), hazards)
