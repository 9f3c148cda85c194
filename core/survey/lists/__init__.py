"""Authoritative lists of codes that a practice loads itself: read, remembered, and put beside our own."""

from core.survey.lists.merging import NO_LISTS, OF_A_DICTIONARY, ListCodes
from core.survey.lists.model import Concepts, Damage, ListError, ListUsed, LoadedList, Part

__all__ = [
    "NO_LISTS",
    "OF_A_DICTIONARY",
    "Concepts",
    "Damage",
    "ListCodes",
    "ListError",
    "ListUsed",
    "LoadedList",
    "Part",
]
