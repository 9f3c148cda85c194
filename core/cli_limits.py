"""What a command that makes a plan takes to send less: days, a sample, another order; why everybody goes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from core.protection.agreed import Asked

_DAY = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"}

_From = Annotated[
    datetime | None,
    typer.Option("--from", help="Events of this day and later leave; others stay.", **_DAY),
]
_Until = Annotated[
    datetime | None,
    typer.Option("--until", help="Events of this day and earlier leave; others stay.", **_DAY),
]
_Sample = Annotated[
    str,
    typer.Option(
        "--sample",
        metavar="SHARE",
        help="Draw so many of the patients with the key: 5%. The same ones in every later release.",
    ),
]
_Shuffle = Annotated[bool, typer.Option("--shuffle", help="Write the rows in an order drawn with the key.")]
_WholeList = Annotated[
    str,
    typer.Option(
        "--whole-list",
        metavar="REASON",
        help="Why every patient has to go: law, approval, selection, processor or mapping.",
    ),
]

#: Each option with its default, by the name under which `asked` takes it.
LIMITS: Mapping[str, tuple[Any, Any]] = {
    "window_from": (_From, None),
    "window_until": (_Until, None),
    "sample": (_Sample, ""),
    "shuffle": (_Shuffle, False),
    "whole_list": (_WholeList, ""),
}


def asked(said: Mapping[str, Any]) -> Asked:
    """What these options said, as one."""
    from core.protection.agreed import Asked
    from core.protection.limits import WHOLE, sample_per_mille

    first, last = said["window_from"], said["window_until"]
    return Asked(
        window_from=None if first is None else first.date(),
        window_until=None if last is None else last.date(),
        sample_per_mille=sample_per_mille(said["sample"]) if said["sample"] else WHOLE,
        shuffle=said["shuffle"],
        whole_list_reason=said["whole_list"],
    )
