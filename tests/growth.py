"""How the work of a call grows with what it is given: for tests that nothing here is quadratic.

A clock on a busy machine proves nothing. So the work is counted (`calls`, the same every time), or compared
with itself where a library's own code does it (`grows_in_step`): the least of several tries on this thread's
processor, without the collection of garbage that other tests left. No test asserts on seconds.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable

_TRIES, _GOES = 3, 5
_GRAIN = 0.0005  # seconds: below this the clock of the processor says little


def calls(work: Callable[[], object]) -> int:
    """How many functions `work` calls on this thread, Python's own included."""
    counted = 0

    def count(_frame: object, event: str, _about: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before, on = sys.getprofile(), gc.isenabled()
    gc.disable()  # what falls to the garbage of other tests calls functions too
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
        if on:
            gc.enable()
    return counted


def grows_in_step(work: Callable[[int], object], few: int, many: int) -> bool:
    """Whether `work(many)` takes clearly less than it would if its cost grew with the square of the size.

    Between growth in step (many / few) and by the square of that lies the power of one and a half. One go
    that stays below it settles the matter: a busy machine can make a call slower, never faster.
    """
    allowed = (many / few) ** 1.5
    work(few)
    return any(_least(work, many) < allowed * max(_least(work, few), _GRAIN) for _ in range(_GOES))


def _least(work: Callable[[int], object], size: int) -> float:
    on, least = gc.isenabled(), float("inf")
    gc.disable()
    try:
        for _ in range(_TRIES):
            began = time.thread_time()
            work(size)
            least = min(least, time.thread_time() - began)
    finally:
        if on:
            gc.enable()
    return least
