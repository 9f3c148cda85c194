"""Filters that are on together: what a press on one does to the others, and all of them in one sentence.

Filters of one kind widen each other ('cancer or HIV'), filters of different kinds narrow each other
('left out, and cancer'). `core.preview_filters` finds the rows by the same rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from gui.models.row_source import ALL_ROWS, CATEGORY, PATIENT

Filters = tuple[str, ...]
_FATES = ("changed", "left_out", "reason")


def kind_of(filter_id: str) -> str:
    """What a filter is about; 'fate' for what becomes of a row."""
    kind = filter_id.partition(":")[0]
    return "fate" if kind in _FATES else kind


def pressed(on: Filters, filter_id: str) -> Filters:
    """The filters that are on after one was pressed: it goes on or off. A row has one fate and one patient,
    so another takes the place of the first; of categories there may be several; 'All rows' takes every one
    off."""
    if filter_id == ALL_ROWS:
        return ()
    if filter_id in on:
        return tuple(one for one in on if one != filter_id)
    if filter_id.startswith(CATEGORY):
        return (*on, filter_id)
    return (*(one for one in on if kind_of(one) != kind_of(filter_id)), filter_id)


def in_order(on: Sequence[str]) -> Filters:
    """What becomes of the rows first, then what is in them, then whose they are."""
    kinds = ("fate", "objection", "note", "unknown_code", "category", "patient")
    return tuple(sorted(on, key=lambda one: kinds.index(kind_of(one)) if kind_of(one) in kinds else 9))


def in_words(on: Sequence[str], labels: Mapping[str, str]) -> str:
    """'Left out, and cancer or HIV': '' for all rows. A filter without a label has its own id."""
    parts = []
    for _kind, same in groupby(in_order(on), kind_of):
        parts.append(" or ".join(_label(one, labels) for one in same))
    words = ", and ".join(parts)
    return words[:1].upper() + words[1:]


def _label(filter_id: str, labels: Mapping[str, str]) -> str:
    if filter_id.startswith(PATIENT):
        return "of this patient"
    words = labels.get(filter_id, filter_id)
    return words[:1].lower() + words[1:] if len(words) > 1 and words[1].islower() else words
