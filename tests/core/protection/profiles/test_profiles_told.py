"""docs/profiles.md: every profile is there, those for care, consent and law with all that a person asks."""

from __future__ import annotations

import pytest

from core.protection import Purpose
from core.protection.gates_care import stops_in_words
from core.protection.profile import Profile, shipped_profiles
from resources import ROOT

_TEXT = " ".join((ROOT.parent / "docs" / "profiles.md").read_text(encoding="utf-8").split())
_TIERS = {
    "green": "Counts only (green)",
    "amber": "Coded - still confidential patient data (amber)",
    "red": "Names patients (red)",
}


@pytest.mark.parametrize("profile", shipped_profiles().values(), ids=list(shipped_profiles()))
def test_each_profile_is_told_as_it_is(profile: Profile) -> None:
    assert f"`{profile.id}`" in _TEXT
    if profile.closed or profile.purpose in (Purpose.OWN_CARE, Purpose.CONSENT, Purpose.LAW):
        part = _TEXT[_TEXT.index(f"`{profile.id}` - ") :].split("*Gates:*", 2)
        assert f"**{profile.title}.** {profile.description}" in part[0]
        assert f"*Who may receive it:* {profile.recipients}" in part[0]
        assert f"*Tier:* {_TIERS[profile.profile_tier]}." in part[0]
        assert stops_in_words(profile) in part[1]
        assert not profile.closed or "refused without a recipient in the book" in part[1]
        assert profile.hold is None or f"waits {profile.hold.days} days" in part[1]
