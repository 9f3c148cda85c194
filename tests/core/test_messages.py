"""Every refusal that core can tell says what to do next, not only what is wrong.

The sentences are read from the source: each error for people and each gate that stops, as it stands there.
What is put together elsewhere (`{...}` alone) is tested where it is made.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "core"
_BASES = frozenset(("ThresholdError", "ReadError", "UsageError", "PolicyError", "VerificationError"))

#: A sentence, or a part of one, that begins by telling the reader to do something.
_DO = (
    "add|answer|approve|ask|begin|change|check|choose|close|confirm|convert|copy|correct|count|decide|decrypt|delete|"
    "do|download|draw|empty|export|fill|find|free|get|give|go|have|hold|keep|leave|load|look|make|mark|move|name|"
    "open|point|press|put|read|remove|rename|repair|replace|restart|restore|run|save|say|send|set|show|sign|"
    "split|start|take|tell|try|turn|type|unlock|unpack|update|use|wait|work|write"
)
_TELLS = re.compile(
    rf"(?:^|[.:;,?)}}] |\b(?:or|and|then|so|first) )(?:first |then |so )?(?:{_DO})\b", re.IGNORECASE
)
#: What may be said, or how it has to look, stands in the message: that is what to do.
_FORM = re.compile(
    r"There are: |It has: |It is for: |Loaded are: |may be given as|are given as|is given as|needs|must|"
    r"""[a-z] = ["{\d]|from 1 to|at least|at most|one of |\bonly\b|has to |have to |belongs? to|See [d']""",
)
#: Only a fault of our own code could show these: no file, option or window leads to them.
_OF_THE_CODE = (
    "The table has no such field.",
    "The side to search is raw, out or either.",
    "There is no filter '{filter}'.",
    "A list is written down by its fingerprint, and nothing else.",
    "The rules of what belongs together",
    "'{min(strange)}' is not among the keys.",
    "There is no '{min(missing | unknown)}'.",
    "A key is {KEY_BYTES} bytes long",
    "The key names a project whose secret it does not hold.",
    "This block belongs to another table.",
    "Two of the headings count as equal in the C# library",
    "The line is not one of a pseudonymised file of this scheme.",
    "A look is written down by the patient's code",
    "Only these shapes can be made by number of rows",
)
#: Told by a check of a release, whose verdict says what to do ('Do not send it').
_OF_A_CHECK = ("core/release/checks.py", "core/release/verify.py")
#: Each ends with what is to be corrected, or with a remedy that is chosen by what happened.
_ENDS_WITH_IT = (
    "not right: {in_words(error)}.",
    "The answer to '{name}' is not right: {error}.",
    "is protected by a password: {said}",
    "is too long. {words.too_long}",
    "{_REMEDIES.get(failed[0].name, 'Export again, to another disk if it happens twice.')}",
    """{' '.join(notes)}".strip()}""",
)


def _text(node: ast.expr, known: Mapping[str, ast.expr]) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(value, known) for value in values)
        case ast.FormattedValue(value=value):
            return f"{{{ast.unparse(value)}}}"
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, known) + _text(right, known)
        case ast.IfExp(body=one, orelse=other):
            return f"{_text(one, known)} {_text(other, known)}"
        case ast.Name(id=name) if name in known:
            return _text(known[name], {})
        case _:
            return f"{{{ast.unparse(node)}}}"


def _errors(trees: Mapping[str, ast.Module]) -> frozenset[str]:
    names = set(_BASES)
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(base, ast.Name) and base.id in names for base in node.bases
            ):
                names.add(node.name)
    return frozenset(names)


@cache
def _said() -> tuple[tuple[str, str, str], ...]:
    """(file, 'error' or 'gate', the sentence with {...} where something is put in)."""
    root = CORE.parent
    trees = {
        path.relative_to(root).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(CORE.rglob("*.py"))
    }
    errors = _errors(trees)
    return tuple(one for file, tree in trees.items() for one in _of_a_file(file, tree, errors))


def _of_a_file(file: str, tree: ast.Module, errors: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    known = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        if node.func.id in errors:
            yield file, "error", _text(node.args[0], known)
        elif node.func.id == "Gate" and len(node.args) > 2 and ast.unparse(node.args[1]) == "False":
            yield file, "gate", _text(node.args[2], known)


def _tells(words: str) -> bool:
    return bool(_TELLS.search(words) or _FORM.search(words))


@pytest.mark.parametrize("sort", ["error", "gate"])
def test_every_refusal_says_what_to_do(sort: str) -> None:
    found = [(file, words) for file, what, words in _said() if what == sort and file not in _OF_A_CHECK]
    silent = [
        f"{file}: {words}"
        for file, words in found
        if not _tells(words)
        and not words.startswith(_OF_THE_CODE)
        and not words.endswith(_ENDS_WITH_IT)
        and not re.fullmatch(r"(?:\{[^{}]*\}[ .]*)+(?:\(\{[^{}]*\}\))?", words)  # put together elsewhere
    ]
    assert len(found) > {"error": 300, "gate": 25}[sort], "the sentences were not found"
    assert not silent, "\n".join(silent)


def test_a_sentence_that_only_states_is_seen() -> None:
    for words in ("The file cannot be read.", "There is no such entry on the list.", "The plan was changed."):
        assert not _tells(words)
    for words in ("It cannot be read. Check the path.", "It is gone: put it back.", "Rows are given as A:B."):
        assert _tells(words)


def test_every_exception_is_still_said() -> None:
    said = [words for _file, _what, words in _said()]
    for words in _OF_THE_CODE:
        assert any(one.startswith(words) for one in said), words
