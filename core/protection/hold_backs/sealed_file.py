"""Lists of codes under the practice's key, as they are kept in a file: whose key it was, and a seal.

A list that somebody edited is noticed; that an older copy was put back, or the file removed, cannot be.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from core.model import PolicyError, UsageError
from core.protection.hold_backs.secret import CODE, HoldBackSecret, hold_back_secret
from core.protection.keys import Key
from core.protection.whole_files import write_whole


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise ValueError("a code looks like H-7KQ2-M9XD-0RHE-5V2T")
    return text


#: A code of such a list; anything else is no entry.
Code = Annotated[str, AfterValidator(_code)]


class SealedFile(BaseModel):
    """What the file of every such list has; each adds its format and its entries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    key: str  # label
    seal: str
    entries: tuple[Any, ...]


File = TypeVar("File", bound=SealedFile)


@dataclass(frozen=True)
class SealedWords:
    """What a list is called in the sentences about it, and how large its file may be."""

    what: str  # 'The list of what is held back'
    code: str  # of the errors: 'hold_backs.key', 'hold_backs.edited'
    largest: int  # bytes


def read_sealed(path: Path, shape: type[File], words: SealedWords) -> File | None:
    """The file, None where there is none. Raises UsageError where it cannot be read or is no such list."""
    try:
        if path.stat().st_size > words.largest:
            raise UsageError(f"{words.what} is too large to be one. Put its last copy back.", where=path.name)
        return shape.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError:
        raise UsageError(
            f"{words.what} cannot be read. Check the folder and your rights to it.", where=path.name
        ) from None
    except (ValidationError, ValueError):
        raise UsageError(
            f"{words.what} is no such list, or it was damaged. Put its last copy back.", where=path.name
        ) from None


def secret_of_list(places: Iterable[Path], shape: type[File], words: SealedWords, key: Key) -> HoldBackSecret:
    """The secret of a list: of the generation of the key that its first file with entries was made with, so
    that a new key does not end the list. Raises UsageError where a file cannot be read."""
    kept = (read_sealed(place, shape, words) for place in places)
    return hold_back_secret(key, next((one.key for one in kept if one is not None and one.entries), ""))


def check_sealed(kept: SealedFile, secret: HoldBackSecret, sealed: bytes, words: SealedWords) -> None:
    """Raises PolicyError where the list was made under another key (`<code>.key`), or where `sealed`, what
    the seal is over, is not as it was written (`<code>.edited`)."""
    where = words.code.replace("_", "-")
    if kept.key != secret.label:
        raise PolicyError(
            f"{words.what} was made under another key, so nobody can be found by it. Use the practice's own "
            "key, the one the list was made with.",
            where=where,
            code=f"{words.code}.key",
        )
    if not hmac.compare_digest(secret.seal(sealed).encode(), kept.seal.encode("utf-8", "surrogatepass")):
        raise PolicyError(
            f"{words.what} was changed by another program, or damaged. Put its last copy back.",
            where=where,
            code=f"{words.code}.edited",
        )


def save_sealed(
    path: Path,
    form: str,
    secret: HoldBackSecret,
    entries: Sequence[Mapping[str, object]],
    sealed: bytes,
    words: SealedWords,
) -> None:
    """Write the list, readable by its owner only; whole or not at all. Raises UsageError where that fails."""
    whole = {
        "format": form,
        "version": 1,
        "key": secret.label,
        "entries": entries,
        "seal": secret.seal(sealed),
    }
    write_whole(path, json.dumps(whole, indent=1) + "\n", what=words.what)
