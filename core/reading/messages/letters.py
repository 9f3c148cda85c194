"""Clinic letters as CDA (ITK, Transfer of Care) where they are no FHIR: XML with the root ClinicalDocument,
or an ITK envelope around it."""

from __future__ import annotations

import re

from core.model import Recognised
from core.reading.choices import TableChoice
from core.reading.messages.scr import open_document
from core.reading.readers import Candidate, ReadFile

_ROOT = re.compile(r"<(?:\w+:)?(ClinicalDocument|DistributionEnvelope)[\s>]")
_FHIR = re.compile(r"http://hl7\.org/fhir")


class CdaReader:
    """Letters of the Clinical Document Architecture."""

    id = "cda"
    title = "Clinic letter (CDA, ITK)"

    def recognise(self, candidate: Candidate) -> Recognised | None:
        """See Reader."""
        text = candidate.text.lstrip("\ufeff \t\r\n")
        if not text.startswith("<"):
            return None
        root = _ROOT.search(text)
        if root is None or _FHIR.search(text[:8000]):
            return None
        envelope = root[1] == "DistributionEnvelope"
        title = "ITK message" if envelope else "Clinic letter (CDA)"
        return Recognised("cda", title, 0.92, (f"Its root is called {root[1]}.",), self.id)

    def open(self, candidate: Candidate, choice: TableChoice) -> ReadFile:
        """See Reader."""
        seen = self.recognise(candidate) or Recognised("cda", "Clinic letter (CDA)", 0.5, (), self.id)
        return open_document(candidate, seen)
