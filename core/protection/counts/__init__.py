"""Counts in place of rows: who is counted, which numbers are hidden, and groups told of as a whole."""

from core.protection.counts.refusals import NAME, counts_gate, refuse_rows
from core.protection.counts.secondary import CrossTable, publish_cross_table
from core.protection.counts.shown import HIDDEN, mean_may_be_shown, percent, publish
from core.protection.counts.statement import statement_of
from core.protection.counts.table import COLUMNS, Line, Published, published, published_table

__all__ = [
    "COLUMNS",
    "HIDDEN",
    "NAME",
    "CrossTable",
    "Line",
    "Published",
    "counts_gate",
    "mean_may_be_shown",
    "percent",
    "publish",
    "publish_cross_table",
    "published",
    "published_table",
    "refuse_rows",
    "statement_of",
]
