"""Every reader there is. A new sort of file is one module and one line here."""

from __future__ import annotations

from core.reading.delimited_reader import DelimitedReader
from core.reading.edifact import EdifactReader
from core.reading.fhir_reader import FhirReader
from core.reading.gp2gp import Gp2gpReader
from core.reading.kettering import KetteringReader
from core.reading.letters import CdaReader
from core.reading.mesh_control import MeshControlReader
from core.reading.miquest import MiquestReader
from core.reading.nhais import NhaisReader
from core.reading.old_office import OldOfficeReader
from core.reading.parquet import ParquetReader
from core.reading.plain_json import PlainJsonReader
from core.reading.readers import Reader
from core.reading.scr import ScrReader
from core.reading.workbook import WorkbookReader

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
