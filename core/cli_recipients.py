"""`threshold-cli recipients`: the book of who may get what, read by a person or a machine."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli_options import Json
from core.cli_output import say, say_json
from core.model import UsageError

if TYPE_CHECKING:
    from core.protection.recipients import Recipient, RecipientsBook

recipients_app = typer.Typer(
    help="The book of recipients: who may get what, until when. A TOML file that is edited by hand.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Book = Annotated[
    Path | None,
    typer.Argument(metavar="BOOK", help="The book; the practice's own where none is named."),
]


@recipients_app.command("list")
def list_(book: Book = None, as_json: Json = False) -> None:
    """Who is in the book, and whether each entry is live today."""
    from core.protection.recipients.telling import state_of

    path, found = _book(book)
    today = date.today()
    entries = sorted(found.recipients.items(), key=lambda item: item[0].casefold())
    if as_json:
        say_json({"book": path.name, "recipients": [_shape(name, e, today) for name, e in entries]})
        return
    if not entries:
        say("Nobody is in the book.")
    for name, entry in entries:
        say(f"{name}: {state_of(entry, today)}")


@recipients_app.command("show")
def show(
    book: Book = None,
    recipient: Annotated[str, typer.Option("--recipient", help="Only the entry of this name.")] = "",
    as_json: Json = False,
) -> None:
    """Entries in words: what each recipient may be given, and within which limits."""
    from core.protection.recipients.telling import entry_words

    path, found = _book(book)
    shown = sorted(found.recipients.items(), key=lambda item: item[0].casefold())
    if recipient:
        known = found.entry(recipient)
        if known is None:
            raise UsageError(
                "The book has no entry of this name. Check how it is spelt.",
                where="--recipient",
                code="no_entry",
            )
        shown = [known]
    today = date.today()
    if as_json:
        say_json({"book": path.name, "recipients": [_shape(name, entry, today) for name, entry in shown]})
        return
    for name, entry in shown:
        say(name)
        for what, words in entry_words(entry, today):
            say(f"  {what}: {words}")


@recipients_app.command("check")
def check(book: Book = None, as_json: Json = False) -> None:
    """Whether the book can be read, and what a person should look at in it."""
    from core.protection.recipients.telling import warnings_of

    path, found = _book(book)
    today = date.today()
    told = [
        {"recipient": name, "what": warning}
        for name, entry in found.recipients.items()
        for warning in warnings_of(entry, today)
    ]
    if as_json:
        say_json({"book": path.name, "recipients": len(found.recipients), "warnings": told})
        return
    many = len(found.recipients)
    say(f"{path.name}: {many:,} recipient{'' if many == 1 else 's'}.")
    for one in told:
        say(f"{one['recipient']}: {one['what']}")
    if not told:
        say("Nothing to look at.")


def _book(named: Path | None) -> tuple[Path, RecipientsBook]:
    from core.protection.recipients import default_book_path, read_recipients

    path = named or default_book_path()
    if named is None and not path.exists():
        raise UsageError(
            "The practice has no book of recipients yet. Name one; docs/recipients.md says how to write it.",
            where="BOOK",
            code="no_book",
        )
    return path, read_recipients(path)


def _shape(name: str, entry: Recipient, today: date) -> dict[str, Any]:
    from core.protection.recipients.telling import state_of, warnings_of

    told = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {
        "name": name,
        **told,
        "live": entry.valid_from <= today <= entry.valid_until and bool(entry.legal_basis.strip()),
        "state": state_of(entry, today),
        "warnings": list(warnings_of(entry, today)),
    }
