"""Every reader there is. A new sort of file is one module and one line here."""

from __future__ import annotations

from core.reading.messages.edifact import EdifactReader
from core.reading.messages.fhir_reader import FhirReader
from core.reading.messages.gp2gp import Gp2gpReader
from core.reading.messages.kettering import KetteringReader
from core.reading.messages.letters import CdaReader
from core.reading.messages.mesh_control import MeshControlReader
from core.reading.messages.plain_json import PlainJsonReader
from core.reading.messages.scr import ScrReader
from core.reading.parquet import ParquetReader
from core.reading.readers import Reader
from core.reading.text.delimited_reader import DelimitedReader
from core.reading.text.miquest import MiquestReader
from core.reading.text.nhais import NhaisReader
from core.reading.workbooks.old_office import OldOfficeReader
from core.reading.workbooks.workbook import WorkbookReader

READERS: tuple[Reader, ...] = (
    WorkbookReader(),
    OldOfficeReader(),
    ParquetReader(),
    MiquestReader(),
    NhaisReader(),
    FhirReader(),
    Gp2gpReader(),
    ScrReader(),
    CdaReader(),
    KetteringReader(),
    MeshControlReader(),
    EdifactReader(),
    PlainJsonReader(),
    DelimitedReader(),  # the last resort: it takes any text, and says what is none
)
