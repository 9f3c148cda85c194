"""Quick key files, and a book of keys of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.protection.keys import key_file


@pytest.fixture(autouse=True)
def quick_and_alone(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    monkeypatch.setattr(key_file, "_MEMORY_KIB", 19_456)
    monkeypatch.setattr(key_file, "_PASSES", 1)
    book = tmp_path_factory.mktemp("book") / "keys.json"
    monkeypatch.setenv("THRESHOLD_KEYS", str(book))
    return book
