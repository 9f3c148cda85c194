"""Core is imported by one thread, whole, before any job needs a part of it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gui

ROOT = Path(gui.__file__).resolve().parent

ALL_AT_ONCE = """
import importlib, sys, threading
from gui import core_gate
names = sys.argv[1:]
begin, after, failed, behind = threading.Barrier(len(names)), threading.Barrier(len(names)), [], set()
def job(name):
    try:
        begin.wait(400)
        core_gate.enter()
        behind.update(name for name in list(sys.modules) if name.startswith("core"))
        after.wait(400)
        importlib.import_module(name)
    except BaseException as error:
        failed.append(f"{name}: {error!r}")
threads = [threading.Thread(target=job, args=(name,)) for name in names]
for one in threads: one.start()
for one in threads: one.join(500)
assert not failed, failed
print(*behind)
"""


def used() -> set[str]:
    """Every module of core that a job or a page imports when it runs."""
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= set(_imports(tree))
    return found


def _imports(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        if isinstance(child, ast.ImportFrom) and child.module and child.module.startswith("core."):
            yield child.module
        elif isinstance(child, ast.Import):
            yield from (one.name for one in child.names if one.name.startswith("core."))
        yield from _imports(child)


def test_many_come_at_once_and_all_that_the_windows_use_is_behind_the_gate() -> None:
    names = sorted(name for name in used() if name.split(".")[1] not in ("demo", "cli"))
    assert len(names) > 15
    done = subprocess.run(
        [sys.executable, "-c", ALL_AT_ONCE, *names],
        cwd=ROOT.parent, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    outside = set(names) - set(done.stdout.split())
    assert not outside, f"add them to gui.core_gate.MODULES: {sorted(outside)}"
