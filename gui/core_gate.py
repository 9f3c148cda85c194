"""The one way into core for jobs: whoever comes first imports it, the others wait for that.

Two threads that import a package and a part of it at the same time each hold what the other wants. Python
notices, and lets one of them go on with a half-made module. So core is imported by one thread, whole, in one
order, before any job does anything; from then on every `from core...` in a function finds what is there.
"""

from __future__ import annotations

import gc
import importlib
import sys
import threading

#: What the windows use of core, from below to above: packages first, then parts that no package imports.
MODULES = (
    "core.model",
    "core.reading",
    "core.survey",
    "core.protection",
    "core.release",
    "core.engine",
    "core.preview",
    "core.patients",
    "core.patients.lists_kept",
    "core.patients.looks",
    "core.patients.note_words",
    "core.patients.only_patient",
    "core.patients.pointing",
    "core.protection.profile_differences",
    "core.reading.known",
    "core.release.audit",
    "core.release.reidentify",
    "core.release.starting",
    "core.survey.lists.built_in",
    "core.survey.lists.judging",
    "core.survey.lists.reading",
)

#: How long a working thread may keep the others from running, in seconds: Python's own 5 ms, many times over,
#: make a wheel step late.
LET_OTHERS = 0.0005

_lock = threading.Lock()
_open = False


def enter() -> None:
    """Return once core is imported. Quick after the first time; never called on the UI thread, which it
    would keep waiting."""
    global _open
    if _open:
        return
    with _lock:
        if _open:
            return  # somebody else has done all of it while this thread waited
        for name in MODULES:
            importlib.import_module(name)
        gc.freeze()  # a look through all that core is made of takes 0.2 s, in which no row is painted
        sys.setswitchinterval(LET_OTHERS)
        _open = True
