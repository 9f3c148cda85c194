"""Removal closure: when a sensitive entry goes, so does what was recorded with it and would tell of it."""

from core.protection.closure.closed import Closure, Step
from core.protection.closure.closing import close, closure_of, seeds_of, takes_along
from core.protection.closure.dangling import POINTS_NOWHERE, Gone, gone_keys
from core.protection.closure.links import Links, links_of
from core.protection.closure.rules import KINDS, REASONS

__all__ = [
    "KINDS",
    "POINTS_NOWHERE",
    "REASONS",
    "Closure",
    "Gone",
    "Links",
    "Step",
    "close",
    "closure_of",
    "gone_keys",
    "links_of",
    "seeds_of",
    "takes_along",
]
