"""The two pages of a release: the covering note that goes with the data, the manifest page that stays."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.protection.plan import Purpose
from core.release.manifest import Manifest
from resources import ROOT

TIER_WORDS = {
    "green": "Counts only",
    "amber": "Coded - still confidential patient data",
    "red": "Names patients",
}
PURPOSE_WORDS = {
    Purpose.OWN_CARE: "the patients' own care",
    Purpose.CONSENT: "the patient's own request or consent",
    Purpose.LAW: "required by law",
    Purpose.BEYOND_CARE: "beyond the patients' own care",
    Purpose.COUNTS: "counts only",
}


def covering_note(manifest: Manifest) -> str:
    """The page for the recipient: fields, method and conditions. It tells nothing of who was left out."""
    return _page("covering-note.html", manifest)


def manifest_page(manifest: Manifest) -> str:
    """The page the practice keeps: everything in the manifest, for a person to read."""
    return _page("manifest.html", manifest)


def render(template: str, **values: object) -> str:
    """A page of resources/templates, with every value escaped."""
    text: str = _environment().get_template(template).render(**values)
    return text


def _page(name: str, manifest: Manifest) -> str:
    return render(
        name,
        m=manifest,
        made=_date(manifest.made),
        purpose=PURPOSE_WORDS[Purpose(manifest.purpose)],
        tier_words=TIER_WORDS.get(manifest.profile_tier, ""),
        counts=manifest.purpose == Purpose.COUNTS,
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["thousands"] = _thousands
    return environment


def _thousands(number: int | None) -> str:
    return "not known" if number is None else f"{number:,}"


def _date(text: str) -> str:
    """An ISO date-time as '6 August 2018'."""
    when: Any = datetime.fromisoformat(text)
    return f"{when.day} {when:%B %Y}"
