"""What comes along in the folder of the program brings its licence, and is named."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMED = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").casefold()


def parts() -> list[str]:
    """The libraries that Threshold asks for, and all that these ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, None] = {}
    waiting = [*project["dependencies"]]
    while waiting:
        match = re.match(r"[\w.-]+", waiting.pop())
        assert match is not None
        name = match[0].casefold().replace("_", "-")
        if name in found:
            continue
        try:
            asked = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another system
        found[name] = None
        waiting += [r for r in asked if "extra ==" not in r]
    return [*found]


def licence(name: str) -> str:
    """What a package says of its own licence."""
    told = metadata.metadata(name)
    classes = " ".join(c for c in told.get_all("Classifier") or () if c.startswith("License"))
    return f"{told.get('License-Expression') or told.get('License') or ''} {classes}"


def brings_its_text(name: str) -> bool:
    """Whether a package has the text of its licence among its own files."""
    files = metadata.files(name) or []
    return any(re.search(r"licen[cs]e|copying", str(file), re.IGNORECASE) for file in files)


def test_each_library_that_threshold_asks_for_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for asked in project["dependencies"]:
        match = re.match(r"[\w.-]+", asked)
        assert match is not None
        assert match[0].casefold() in NAMED


def test_each_that_may_be_exchanged_by_law_is_named_with_its_licence() -> None:
    bound = [name for name in parts() if "LGPL" in licence(name)]
    assert "py7zr" in bound
    for name in bound:
        (line,) = (line for line in NAMED.splitlines() if line.startswith("|") and name in line)
        assert "lgpl" in line


def test_the_recipe_of_the_folder_takes_the_licences_along() -> None:
    recipe = (ROOT / "build.spec").read_text(encoding="utf-8")
    assert "copy_metadata" in recipe
    assert "licences.md" in recipe
    assert "docs/licences" in recipe
    brought = [name for name in parts() if not brings_its_text(name)]
    assert {*brought} <= {"pyside6-essentials", "shiboken6"}
    for text in ("LGPL-3.0.txt", "GPL-3.0.txt"):
        assert "Version 3, 29 June 2007" in (ROOT / "docs" / "licences" / text).read_text(encoding="utf-8")
