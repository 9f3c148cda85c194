"""The memory of codes that the threads of a survey share."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pytest

from core.survey import load_lookup
from core.survey.codes.code_reader import CodeReader

CODES = [f"{number:04d}." for number in range(400)]


def test_a_code_is_read_once_however_many_threads_meet_it(monkeypatch: pytest.MonkeyPatch) -> None:
    times: Counter[str] = Counter()
    read = CodeReader.code

    def counting(self: CodeReader, code: str, form: Any = None) -> Any:
        times[code] += 1
        return read(self, code, form)

    monkeypatch.setattr(CodeReader, "code", counting)
    reader = CodeReader(load_lookup())
    parts = [pa.array(CODES[at : at + 300]) for at in (0, 50, 100)] * 4
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(reader.codes, parts))
    assert set(times.values()) == {1}
    assert set(times) == set(CODES)
    for part, said in zip(parts, found, strict=True):
        alone = [read(reader, code) for code in part.to_pylist()]
        assert said.bits.tolist() == [one.bits for one in alone]
        assert said.state.tolist() == [one.state for one in alone]
