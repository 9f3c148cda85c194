"""Columns of pseudonyms at array speed.

Most cells of a patient field hold the identity of the row's own patient, in one of two spellings. Those
are found by comparing whole columns, and each patient's code is made once. All other cells go one by
one. Both ways give the same code for the same text: the result depends on the cell alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.protection.pseudonyms import WIDTH, Pseudonyms, canonical

_TEN_EQUAL = "^(" + "|".join(f"{digit}{{10}}" for digit in range(10)) + ")$"

Patients = npt.NDArray[np.int32]


class PatientCodes:
    """The codes of a survey's patients in one domain, each made when it is first met.

    Threads may share it: two that make the same code write the same bytes."""

    def __init__(self, identity: Sequence[str], domain: str, pseudonyms: Pseudonyms) -> None:
        prefix = f"{domain}|"
        plain = [who[len(prefix) :] if who.startswith(prefix) else None for who in identity]
        self._identity = identity
        self._domain = domain
        self._pseudonyms = pseudonyms
        self._spellings = [pa.array(plain, pa.string())]
        if domain == "nhs":
            plain_digits = pc.and_not(
                pc.match_substring_regex(self._spellings[0], "^[0-9]{10}$"),
                pc.match_substring_regex(self._spellings[0], _TEN_EQUAL),
            )
            self._spellings[0] = pc.if_else(plain_digits, self._spellings[0], None)
            parts = (pc.utf8_slice_codeunits(self._spellings[0], *span) for span in ((0, 3), (3, 6), (6, 10)))
            self._spellings.append(pc.binary_join_element_wise(*parts, " "))
        self.any = self._spellings[0].null_count < len(plain)
        self._codes = np.empty((len(plain), WIDTH), dtype=np.uint8)
        self._made = np.zeros(len(plain), dtype=np.bool_)
        self._odd = np.zeros(len(plain), dtype=np.bool_)  # spelt in a way that `canonical` would change

    def own(self, cells: pa.Array, patient: Patients) -> npt.NDArray[np.bool_]:
        """Which cells spell the identity of their row's own patient, and have their code ready."""
        of_row = pa.array(patient, mask=patient < 0)
        same = np.zeros(len(cells), dtype=np.bool_)
        for spelling in self._spellings:
            equal = pc.equal(cells, spelling.take(of_row)).fill_null(False)
            same |= equal.to_numpy(zero_copy_only=False)
        met = patient[same]
        new = met[~self._made[met]]
        if len(new):
            self._make(np.unique(new))
        same &= ~self._odd[patient] if len(self._odd) else False
        return same

    def _make(self, patients: npt.NDArray[np.int32]) -> None:
        who = [self._identity[p] for p in patients.tolist()]
        if self._domain != "nhs":
            skip = len(self._domain) + 1
            self._odd[patients] = [canonical(self._domain, name[skip:]) != name[skip:] for name in who]
        self._codes[patients] = self._pseudonyms.of_many(who)
        self._made[patients] = True

    def codes(self, patient: Patients) -> pa.Array:
        """The codes of these patients, whose codes are ready, as text."""
        return as_text(self._codes[patient])


def as_text(codes: npt.NDArray[np.uint8]) -> pa.Array:
    """Rows of fixed width as an Arrow string column."""
    offsets = np.arange(len(codes) + 1, dtype=np.int32) * WIDTH
    return pa.StringArray.from_buffers(
        len(codes), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(codes))
    )


def coded(
    cells: pa.Array, patient: Patients, codes: PatientCodes, others: Callable[[pa.Array], pa.Array]
) -> pa.Array:
    """The column of codes: by patient where the cell is the row's own patient's, else by `others`."""
    if not codes.any:
        return others(cells)
    own = codes.own(cells, patient)
    if not own.any():
        return others(cells)
    made = codes.codes(np.where(own, patient, patient[np.argmax(own)]))
    if own.all():
        return made
    rest = pa.array(~own)
    return pc.replace_with_mask(made, rest, others(cells.filter(rest)))
