"""Authoritative lists of codes that a practice loads itself: read, remembered, and put beside our own.

`read_list` and the readers are in `core.survey.lists.reading`: they look terms up, and so come after the
look-up that these names are part of.
"""

from core.survey.lists.merging import NO_LISTS, OF_A_DICTIONARY, ListCodes
from core.survey.lists.model import Concepts, Damage, ListError, ListUsed, LoadedList, Part
from core.survey.lists.needs import CategoryCoverage, Need, coverage, missing_lists
from core.survey.lists.shelf import FOLDER_SETTING, ListShelf, load_shelf, shelf_folder

__all__ = [
    "FOLDER_SETTING",
    "NO_LISTS",
    "OF_A_DICTIONARY",
    "CategoryCoverage",
    "Concepts",
    "Damage",
    "ListCodes",
    "ListError",
    "ListShelf",
    "ListUsed",
    "LoadedList",
    "Need",
    "Part",
    "coverage",
    "load_shelf",
    "missing_lists",
    "shelf_folder",
]
