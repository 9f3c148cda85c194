"""`threshold-cli lists`: the lists of codes that a practice loads itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli_options import Json, Lists
from core.cli_output import Shown, say, say_json
from core.model import UsageError

#: What `--category` takes beside the ids of categories.
ORDINARY = "ordinary"

lists_app = typer.Typer(
    help="Lists of codes that you load yourself: reference sets, clusters, value sets, dictionaries.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@lists_app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="The list as it was downloaded; a TRUD zip as it is.")],
    category: Annotated[
        list[str] | None,
        typer.Option(
            "--category",
            help="What the list is about, where Threshold does not know: a category's id, 'own_list', or "
            "'ordinary' for codes that are no more than known. Repeatable.",
        ),
    ] = None,
    lists: Lists = None,
    as_json: Json = False,
) -> None:
    """Read a list and remember its codes. It can only add flags."""
    from core.cli_reading import file_passwords
    from core.survey.lists import ListShelf, shelf_folder
    from core.survey.lists.reading import read_list

    categories = _categories(category)
    with Shown() as shown:
        loaded = read_list(file, progress=shown, passwords=file_passwords())
    if loaded.undecided and categories is None:
        raise UsageError(
            f"It is not known what {file.name} is about ({loaded.kind_title}, {loaded.count:,} codes). "
            "Say it with --category: the id of a category, 'own_list' for a sensitive list of your own, or "
            "'ordinary'.",
            where="--category",
            code="category_needed",
        )
    kept = loaded.fed(categories)
    ListShelf(lists or shelf_folder()).add(kept)
    if as_json:
        say_json({"added": _shape(kept)})
    else:
        _tell(kept)


@lists_app.command("list")
def list_(lists: Lists = None, as_json: Json = False) -> None:
    """What is loaded, built in, and missing."""
    from core.survey import load_lookup
    from core.survey.lists import load_shelf, missing_lists
    from core.survey.lists.built_in import built_in_lists

    loaded = load_shelf(lists)
    missing = missing_lists(load_lookup(loaded))
    if as_json:
        say_json(
            {
                "lists": [_shape(one) for one in loaded],
                "built_in": [
                    {
                        "title": one.title,
                        "version": one.version,
                        "date": one.date,
                        "count": one.count,
                        "source": one.source,
                        "categories": list(one.categories),
                    }
                    for one in built_in_lists()
                ],
                "missing": [
                    {"category": one.category, "id": need.id, "name": need.name, "where": need.where}
                    for one in missing
                    for need in one.missing
                ],
            }
        )
        return
    for one in loaded:
        _tell(one)
    for built in built_in_lists():
        when = ", ".join(piece for piece in (built.version, built.date) if piece)
        say(f"Built in: {built.title}: {built.count:,} codes{when and ', ' + when}, from {built.source}")
    for gap in missing:
        say(f"Not whole: {gap.words}")


@lists_app.command("remove")
def remove(
    list_id: Annotated[str, typer.Argument(metavar="ID", help="As 'lists list' shows it.")],
    lists: Lists = None,
    as_json: Json = False,
) -> None:
    """Forget a list."""
    from core.survey.lists.shelf import named_shelf

    named_shelf(lists).remove(list_id)
    if as_json:
        say_json({"removed": list_id})
    else:
        say(f"Removed: {list_id}")


def _categories(named: Sequence[str] | None) -> tuple[str, ...] | None:
    from core.survey import load_lookup

    if not named:
        return None
    if ORDINARY in named:
        if len(set(named)) > 1:
            raise UsageError(
                "A list is ordinary or of a category, not both. Leave one out.", where="--category"
            )
        return ()
    known = load_lookup().category_ids
    for name in named:
        if name not in known:
            raise UsageError(
                f"There is no category '{name}'. There are: {', '.join(known)}, {ORDINARY}.",
                where="--category",
            )
    return tuple(dict.fromkeys(named))


def _shape(loaded: Any) -> dict[str, Any]:
    return {
        "id": loaded.id,
        "title": loaded.title,
        "kind": loaded.kind,
        "kind_title": loaded.kind_title,
        "version": loaded.version,
        "date": loaded.date,
        "count": loaded.count,
        "sha256": loaded.sha256,
        "categories": list(loaded.categories),
        "parts": [
            {
                "id": p.id,
                "title": p.title,
                "count": p.count,
                "inactive": p.inactive,
                "categories": list(p.categories),
                "how": p.how,
            }
            for p in loaded.parts
        ],
        "concepts": len(loaded.concepts.ids),
        "damaged": loaded.damage.damaged,
        "restored": loaded.damage.restored,
        "points_to": list(loaded.names),
        "evidence": list(loaded.evidence),
        "notes": list(loaded.notes),
    }


def _tell(loaded: Any) -> None:
    about = ", ".join(loaded.categories) or "no category: its codes are known"
    when = ", ".join(piece for piece in (loaded.version, loaded.date) if piece)
    say(f"{loaded.id}: {loaded.title}{f' ({when})' if when else ''}, {loaded.count:,} codes; {about}")
    from core.survey.lists.judging import OLDER_WORDS, judged_by_older_words

    for note in (*((OLDER_WORDS,) if judged_by_older_words(loaded) else ()), *loaded.notes):
        say(f"      {note}")
