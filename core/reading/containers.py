"""Every place in a workbook where data can travel unseen: one table, which profiles name by id.

The places are looked through by containers_book, containers_parts, containers_sheet and containers_images for
Excel workbooks of 2007 and later, and by xls_hidden, xlsb_open and ods_hidden for the others. What is
found is told with counts, never with contents.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from core.model import Hazard, Severity


@dataclass(frozen=True)
class Container:
    """A sort of place. `title` is its name for people; `why` says why it matters, with the breach that showed
    it where there was one; `severity` holds where a profile says nothing."""

    id: str
    title: str
    why: str
    severity: Severity


_STAYS = "It is no row of a table, so it leaves with no release; the workbook itself must not be sent."
_READ = "Its cells are read as rows like any other."
_PSNI = (
    "In 2023 the Police Service of Northern Ireland published a spreadsheet with a hidden sheet that named "
    "9,483 staff, and was fined 750,000 pounds. "
)
_MOD = "In 2022 the Ministry of Defence sent 18,714 people's details in a sheet that seemed to hold 150. "
_HONOURS = (
    "In 2019 more than 1,000 home addresses on the honours list were published from a column that was only "
    "hidden. "
)
_BLACKPOOL = (
    "In 2014 a hospital trust in Blackpool published 6,574 staff records, and in 2021 Cambridge University "
    "Hospitals 22,073 maternity patients, in the copy of the rows that a pivot table keeps. "
)
_NORFOLK = (
    "In 2021 and 2022 Norfolk and Suffolk police answered requests with files that held 1,230 people's "
    "details out of sight. "
)
_SOUTHEND = "In 2023 Southend council published 2,000 people's details in a sheet that was locked. "
_PHE = "In 2020 Public Health England lost 15,841 cases because an .xls sheet ends at row 65,536. "
_ICO = "The Information Commissioner names this among the places to check before a file is disclosed. "

_B, _W = Severity.BLOCKS, Severity.WARNS

_ROWS: tuple[tuple[str, str, str, Severity], ...] = (
    ("hidden_sheet", "Hidden sheet", _PSNI + _READ, _B),
    ("very_hidden_sheet", "Very hidden sheet, not in Excel's own list of hidden sheets", _PSNI + _READ, _B),
    ("other_sheet", "Chart, macro or dialog sheet", _STAYS, _W),
    ("hidden_rows", "Hidden rows", _MOD + _READ, _B),
    ("hidden_columns", "Hidden columns", _HONOURS + _READ, _B),
    ("collapsed_rows", "Rows of a collapsed group", _MOD + _READ, _B),
    ("collapsed_columns", "Columns of a collapsed group", _HONOURS + _READ, _B),
    ("filtered_rows", "Rows that a filter hides", _MOD + _READ, _B),
    ("filter_values", "Values kept in a filter", _STAYS, _W),
    ("white_text", "Text in the colour of its background", _NORFOLK + _READ, _B),
    ("blank_format", "Cells whose number format shows nothing", _NORFOLK + _READ, _B),
    ("tiny_font", "Cells in a font too small to read", _NORFOLK + _READ, _W),
    ("conditional_hiding", "Conditional formats that hide what they apply to", _NORFOLK + _READ, _W),
    ("conditional_texts", "Texts in conditional formats", _STAYS, _W),
    ("locked_sheet", "Locked sheet", _SOUTHEND + "A lock hides nothing: " + _READ.lower(), _W),
    ("locked_workbook", "Locked workbook", _SOUTHEND + "A lock hides nothing.", _W),
    ("full_sheet", "Sheet filled to its last row", _PHE + "Check that the list did not go on.", _B),
    (
        "uncalculated",
        "Formulas without a value",
        "Open it in Excel and save it: Excel works them out.",
        _W,
    ),
    ("formulas", "Formulas that hold text or refer to other workbooks", _STAYS, _W),
    ("pivot_cache", "Copies of rows kept by pivot tables", _BLACKPOOL + _STAYS, _B),
    ("pivot_cache_items", "Lists of values kept by pivot tables", _BLACKPOOL + _STAYS, _B),
    ("external_links", "Links to other workbooks, with copies of their cells", _ICO + _STAYS, _W),
    ("chart_caches", "Charts, with copies of the cells they were drawn from", _ICO + _STAYS, _W),
    ("comments", "Comments and notes on cells", _ICO + _STAYS, _W),
    ("threaded_comments", "Comments with replies", _ICO + _STAYS, _W),
    ("persons", "Names of people who commented", _ICO + _STAYS, _W),
    ("defined_names", "Names that hold values of their own", _STAYS, _W),
    ("hidden_names", "Hidden names", _STAYS, _W),
    (
        "orphan_strings",
        "Texts that no cell shows",
        "Deleted cells leave their text behind. " + _STAYS,
        _W,
    ),
    ("phonetic_texts", "Readings (phonetic guides) of texts", _STAYS, _W),
    ("author", "Names of the people who made it", _ICO + _STAYS, _W),
    ("document_properties", "Title, subject and other document properties", _ICO + _STAYS, _W),
    ("custom_properties", "Properties added by people or programs", _ICO + _STAYS, _W),
    ("former_sheets", "Names of sheets that are no longer there", _STAYS, _W),
    ("thumbnail", "Small picture of the first page", _STAYS, _W),
    ("folder_path", "Folder it was saved in, often with a user's name", _STAYS, _W),
    ("connections", "Connections to databases and files", _ICO + _STAYS, _W),
    ("query_tables", "Queries to databases and files", _STAYS, _W),
    ("data_model", "Data model with tables of its own", _BLACKPOOL + _STAYS, _W),
    ("slicer_caches", "Slicers and timelines, with lists of values", _STAYS, _W),
    ("tables", "Texts of tables that no cell shows", _STAYS, _W),
    ("custom_xml", "Data added by other programs", _STAYS, _W),
    ("embedded", "Embedded documents", _ICO + _STAYS, _W),
    ("controls", "Buttons, lists and other controls", _STAYS, _W),
    ("pictures", "Pictures", _STAYS, _W),
    ("picture_metadata", "Pictures with place, author or camera", _ICO + _STAYS, _W),
    ("picture_descriptions", "Descriptions of pictures and shapes", _STAYS, _W),
    ("headers_footers", "Page headers and footers", _STAYS, _W),
    ("validation_texts", "Lists and messages of data checks", _STAYS, _W),
    ("revisions", "Recorded changes, with the cells as they were", _ICO + _STAYS, _W),
    ("macros", "Macro programs", _STAYS, _W),
    ("printer_settings", "Printer settings, often with a user's or printer's name", _STAYS, _W),
    ("hyperlinks", "Links behind cells", _STAYS, _W),
    ("shapes", "Text boxes and shapes", _ICO + _STAYS, _W),
    ("scenarios", "Scenarios, with other values of cells", _STAYS, _W),
    ("custom_views", "Views of single users", _STAYS, _W),
    ("linked_data", "Linked data types, with values no cell shows", _STAYS, _W),
    ("format_texts", "Texts inside number formats", _STAYS, _W),
    ("signature", "Digital signature, with the signer's name", _STAYS, _W),
    ("sensitivity_label", "Sensitivity label, with the organisation's number", _STAYS, _W),
    ("add_ins", "Add-ins and menus of other programs", _STAYS, _W),
    ("unknown_parts", "Parts that Threshold does not know", _STAYS, _W),
    ("unreached_parts", "Parts that nothing in the workbook leads to", _STAYS, _W),
    ("zip_comment", "Comment of the zip file", _STAYS, _W),
    ("zip_extra", "Bytes outside the zip file's entries", _STAYS, _W),
    ("left_over", "Bytes left behind in the file by deleted contents", _STAYS, _W),
)

CONTAINERS = MappingProxyType({row[0]: Container(*row) for row in _ROWS})


def found(container: str, where: str, what: str) -> Hazard:
    """The hazard of something found in a place: `what` with counts, never with contents."""
    place = CONTAINERS[container]
    return Hazard(where, what, place.severity, place.why, place.id)


def some(count: int, what: str, many: str = "") -> str:
    """'1 hidden row', '2 hidden rows'."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {many or what + 's'}"
