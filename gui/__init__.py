"""The windows. They reach `core` through its public functions only."""

import sys

if sys.version_info < (3, 12):
    # WORKAROUND: on Python 3.11, PySide6 6.12.0 gives back references it never took: to None with each
    # call that returns nothing (QPainter.setPen, fillRect, ...), to True with each signal. After some ten
    # thousand of them the interpreter ends with 'none_dealloc: deallocating None'. From 3.12 on these
    # objects cannot be deallocated; before, a count that can never be used up does the same.
    # tests/gui/side_by_side/test_none_stays.py fails without it.
    import ctypes

    for _kept in (None, True, False):
        ctypes.c_ssize_t.from_address(id(_kept)).value += 1 << 60
