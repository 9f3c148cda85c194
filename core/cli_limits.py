"""What preview and export take to send less: days, a sample, another order, and why everybody goes.

`limited` gives a command these options and hands over what they said as one `asked`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

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

_OPTIONS = {
    "window_from": (_From, None),
    "window_until": (_Until, None),
    "sample": (_Sample, ""),
    "shuffle": (_Shuffle, False),
    "whole_list": (_WholeList, ""),
}


def limited(command: Callable[..., None]) -> Callable[..., None]:
    """The command with these options besides its own; it gets what they said as `asked`."""

    @wraps(command)
    def with_limits(**given: Any) -> None:
        said = {name: given.pop(name) for name in _OPTIONS}
        command(**given, asked=_asked(said))

    hints = get_type_hints(command, include_extras=True)
    own = inspect.signature(command).parameters
    parameters = [
        parameter.replace(annotation=hints[name], kind=inspect.Parameter.KEYWORD_ONLY)
        for name, parameter in own.items()
        if name != "asked"
    ]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in _OPTIONS.items()
    ]
    signature = inspect.Signature([*parameters, *more])
    # typer asks both: the signature for the order and the defaults, the annotations for the kinds.
    with_limits.__signature__ = signature  # type: ignore[attr-defined]
    with_limits.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    del with_limits.__wrapped__
    return with_limits


def _asked(said: dict[str, Any]) -> object:
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
