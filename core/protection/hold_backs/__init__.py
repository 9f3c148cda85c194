"""What a GP held back: a list of the whole practice, which outlives any one file and plan."""

from core.protection.hold_backs.entries import (
    HELD_BY,
    Entry,
    HoldBackList,
    describe,
    hold_backs_file,
    load_hold_backs,
    new_list,
    release_entry,
    save_hold_backs,
)
from core.protection.hold_backs.finding import (
    ITEM,
    PATIENT,
    HeldBack,
    entries_holding,
    find_held_back,
    hold_back_patient,
    hold_back_row,
)
from core.protection.hold_backs.gate import (
    ABSENT,
    held_back_for,
    hold_backs_gate,
    hold_backs_told,
    holds_back,
)
from core.protection.hold_backs.secret import HoldBackSecret, hold_back_secret

__all__ = [
    "ABSENT",
    "HELD_BY",
    "ITEM",
    "PATIENT",
    "Entry",
    "HeldBack",
    "HoldBackList",
    "HoldBackSecret",
    "describe",
    "entries_holding",
    "find_held_back",
    "held_back_for",
    "hold_back_patient",
    "hold_back_row",
    "hold_back_secret",
    "hold_backs_file",
    "hold_backs_gate",
    "hold_backs_told",
    "holds_back",
    "load_hold_backs",
    "new_list",
    "release_entry",
    "save_hold_backs",
]
