"""The pages, in the order of the rail. A new page is a module of its own and one line here."""

from __future__ import annotations

from gui.pages.codes_page import CodesPage
from gui.pages.export_page import ExportPage
from gui.pages.fields_page import FieldsPage
from gui.pages.going_to_page import GoingToPage
from gui.pages.open_page import OpenPage
from gui.pages.page import Page
from gui.pages.patients_page import PatientsPage
from gui.pages.side_by_side_page import SideBySidePage

PAGES: tuple[type[Page], ...] = (
    OpenPage,
    GoingToPage,
    FieldsPage,
    CodesPage,
    SideBySidePage,
    PatientsPage,
    ExportPage,
)
