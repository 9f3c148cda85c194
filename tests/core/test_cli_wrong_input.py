"""Wrong input of every sort ends in the status of the contract, in words, without anything of a patient."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import random
from pathlib import Path
from typing import Any

import pytest

from core.cli import main
from core.protection.keys import key_file

SURNAME = "ZELENSKAYA"
FOR = ("--profile", "approved-research", "--recipient", "r", "--project", "j", "--objections-from", "codes")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small export, a key, and things that are something else than they should be."""
    folder = tmp_path_factory.mktemp("wrong")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_file, "_MEMORY_KIB", 19_456)
        patch.setenv("THRESHOLD_PASSPHRASE", "a pass phrase")
        with contextlib.redirect_stdout(io.StringIO()):
            assert main(["key", "create", str(folder / "key")]) == 0
    with (folder / "e.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [
                ("NHS Number", "Surname", "Date of birth", "Event date", "Code"),
                ("9990000018", SURNAME, "12/04/1961", "03/11/2025", "44054006"),
            ]
        )
    (folder / "A folder").mkdir()
    (folder / "Empty").write_bytes(b"")
    (folder / "Bytes").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (folder / "Deep").write_bytes(b"[" * 100_000)
    (folder / "List").write_text(json.dumps([SURNAME]), "utf-8")
    (folder / "Words").write_text(f"{SURNAME} = = [\n", "utf-8")
    (folder / "\u00dc\u2014 \u202ename").write_text("x", "utf-8")
    (folder / "Loop").symlink_to(folder / "Loop")
    return folder


WRONG = ("Missing", "A folder", "Empty", "Bytes", "Deep", "List", "Words", "\u00dc\u2014 \u202ename", "Loop")

#: What is asked, with FILE for the wrong thing, SOURCE for a right export and HERE for the folder.
ASKED = (
    "scan FILE",
    "verify FILE",
    "plan show FILE",
    "plan approve FILE --name Ann --role gp",
    "recipients check FILE",
    "audit check --audit FILE",
    "audit looks --looks FILE",
    "lists add FILE --lists HERE/shelf",
    "key backup FILE",
    "key destroy FILE",
    "hold-backs list --key-file HERE/key --hold-backs FILE",
    "scan SOURCE --read-as FILE",
    "scan SOURCE --compare FILE",
    "export SOURCE --out HERE/out --key-file FILE",
    "export SOURCE --out HERE/out --key-file HERE/key --decisions FILE",
    "export SOURCE --out HERE/out --key-file HERE/key --recipients FILE",
    "export SOURCE --out HERE/out --key-file HERE/key --start-from FILE",
    "export SOURCE --out HERE/out --key-file HERE/key --plan FILE",
    "export SOURCE --out HERE/out --key-file HERE/key --scheme ndr --salt-file FILE",
)
_MAY_BE_EMPTY = ("--decisions", "--read-as", "--audit", "--looks")
#: Not wrong: nothing was decided or corrected, nobody has looked.
RIGHT = {("Empty", words) for words in ASKED if words.split()[-2] in _MAY_BE_EMPTY}
RIGHT |= {(file, "scan FILE") for file in (WRONG[3], WRONG[5], WRONG[6], WRONG[7])}  # a table of one column
#: Where something would be written. Nothing takes the place of a folder.
PLACES = (
    "export SOURCE --out HERE/e.csv --key-file HERE/key",
    "export SOURCE --out HERE/e.csv/deeper --key-file HERE/key",
    "export SOURCE --out HERE/Loop --key-file HERE/key",
    "objections check-list SOURCE --overwrite --out HERE/nowhere/list.csv",
    "objections check-list SOURCE --overwrite --out HERE/A_folder",
    "profiles copy own-care-list mine --folder HERE/e.csv",
    "key create HERE/e.csv/key",
)


@pytest.fixture
def run(made: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setattr(key_file, "_MEMORY_KIB", 19_456)
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "a pass phrase")

    def run(words: str, file: str = "") -> tuple[int, dict[str, str], str]:
        asked = []
        for word in words.split():
            text = word.replace("FILE", str(made / file)).replace("SOURCE", str(made / "e.csv"))
            asked.append(text.replace("HERE", str(made)).replace("A_folder", "A folder"))
        if asked[0] == "export":
            asked += [*FOR, "--assume-registered"]
        out, said = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
            status = main([*asked, "--json"])
        told = json.loads(out.getvalue())
        return status, told.get("error", told), out.getvalue() + said.getvalue()

    return run


def is_plain(words: str) -> bool:
    """A sentence for a person: no name of a class, no path of ours, nothing that Python says."""
    return words[:1].isupper() and words.endswith(".") and not any(
        sign in words for sign in ("Error", "Traceback", "0x", "input_value", "pydantic", "Errno", "mistake")
    )  # fmt: skip


@pytest.mark.parametrize("words", ASKED)
def test_a_wrong_file_is_told(run: Any, words: str) -> None:
    for file in WRONG:
        status, error, all_said = run(words, file)
        if status == 0 and (file, words) in RIGHT:
            continue
        assert status in (2, 3, 4, 5), f"{words}: {file} ended with {status}"
        assert is_plain(error["message"]), f"{words}: {file}: {error['message']}"
        assert error["where"] or file in error["message"], f"{words}: {file} is not named"
        assert SURNAME not in all_said
        assert "Traceback" not in all_said


@pytest.mark.parametrize("words", PLACES)
def test_a_wrong_place_is_wrong_use_and_nothing_is_replaced(run: Any, made: Path, words: str) -> None:
    before = sorted(path.name for path in made.iterdir())
    status, error, _said = run(words)
    assert status == 2, error
    assert is_plain(error["message"]), error
    assert error["where"]
    assert sorted(path.name for path in made.iterdir()) == before
    assert (made / "A folder").is_dir()


def test_where_it_is_to_be_written_is_looked_at_before_anything_is_read(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_a: object, **_k: object) -> None:
        raise AssertionError("the export was read")

    monkeypatch.setattr("core.cli_work.prepare", never)
    status, error, _said = run("export SOURCE --out HERE/e.csv --key-file HERE/key")
    assert (status, error["code"], error["where"]) == (2, "not_written", "e.csv")
    assert "Choose a folder" in error["message"]


TEXTS = ("", "\u00e9\u202e", "x" * 3000, "../../x", "--rows", "\udcff")


@pytest.mark.parametrize(
    "asked",
    [
        ("preview", "SOURCE", "--rows", "TEXT", "--key-file", "KEY", *FOR, "--assume-registered"),
        ("preview", "SOURCE", "--rows", "0:1", "--table", "TEXT", "--key-file", "KEY", *FOR),
        ("preview", "SOURCE", "--rows", "0:1", "--format", "TEXT", "--key-file", "KEY", *FOR),
        ("preview", "SOURCE", "--rows", "0:1", "--said", "TEXT", "--key-file", "KEY", *FOR),
        ("preview", "SOURCE", "--rows", "0:1", "--from", "TEXT", "--key-file", "KEY", *FOR),
        ("preview", "SOURCE", "--rows", "0:1", "--sample", "TEXT", "--key-file", "KEY", *FOR),
        ("reidentify", "TEXT", "--recipient", "r", "--project", "j", "--source", "SOURCE",
         "--key-file", "KEY", "--reason", "A dangerous result"),
        ("hold-backs", "remove", "TEXT", "--key-file", "KEY"),
        ("hold-backs", "add", "--reason", "TEXT", "--source", "SOURCE", "--row", "e:0", "--key-file", "KEY"),
        ("hold-backs", "add", "--reason", "serious_harm", "--source", "SOURCE", "--row", "TEXT", "--key-file",
         "KEY"),
        ("profiles", "show", "TEXT"),
        ("profiles", "copy", "TEXT", "mine"),
        ("lists", "remove", "TEXT"),
        ("key", "TEXT", "KEY"),
        ("register", "TEXT"),
        ("TEXT",),
    ],
    ids=lambda asked: " ".join(asked[:4]),
)  # fmt: skip
def test_a_wrong_word_is_told(made: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, asked: Any) -> None:
    monkeypatch.setattr(key_file, "_MEMORY_KIB", 19_456)
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "a pass phrase")
    for text in TEXTS:
        words = [
            {"TEXT": text, "SOURCE": str(made / "e.csv"), "KEY": str(made / "key")}.get(word, word)
            for word in asked
        ]
        if text == "" and asked[4:5] in (
            ("--from",),
            ("--table",),
            ("--said",),
            ("--format",),
            ("--sample",),
        ):
            continue  # an option without a word is none
        status = main([*words, "--json"])
        answer = capsys.readouterr().out
        assert status in (2, 3, 4), f"{asked[:3]} {text[:9]!a} ended with {status}"
        assert json.loads(answer)["error"]["message"]
        assert SURNAME not in answer


LONG = "X" * 300
#: Where a name longer than any disk allows was given.
TOO_LONG = (
    ("verify", LONG),
    ("scan", LONG),
    ("key", "backup", LONG),
    ("key", "create", LONG),
    ("key", "restore", LONG, "--backup", "KEY"),
    ("plan", "show", LONG),
    ("plan", "compare", LONG, LONG),
    ("plan", "approve", LONG, "--name", "Ann", "--role", "prepared"),
    ("recipients", "check", LONG),
    ("audit", "check", "--audit", LONG),
    ("audit", "looks", "--looks", LONG),
    ("lists", "list", "--lists", LONG),
    ("lists", "add", LONG),
    ("hold-backs", "list", "--hold-backs", LONG, "--key-file", "KEY"),
    ("hold-backs", "check", "SOURCE", "--hold-backs", LONG, "--key-file", "KEY"),
    ("hold-backs", "add", "--reason", "third_party", "--source", "SOURCE", "--row", "e:0", "--key-file",
     "KEY", "--hold-backs", LONG),
    ("objections", "check-list", "SOURCE", "--out", LONG),
    ("profiles", "copy", "own-care-list", "mine", "--folder", LONG),
    ("scan", "SOURCE", "--compare", LONG),
    ("export", "SOURCE", "--out", LONG, "--key-file", "KEY", *FOR, "--assume-registered"),
    ("export", "SOURCE", "--out", "out", "--key-file", LONG, *FOR, "--assume-registered"),
)  # fmt: skip


@pytest.mark.parametrize("asked", TOO_LONG, ids=lambda asked: " ".join(asked[:2])[:20])
def test_a_name_that_no_disk_can_have_is_wrong_use(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, asked: tuple[str, ...]
) -> None:
    monkeypatch.setattr(key_file, "_MEMORY_KIB", 19_456)
    monkeypatch.setenv("THRESHOLD_PASSPHRASE", "a pass phrase")
    monkeypatch.chdir(made)
    before = sorted(path.name for path in made.iterdir())
    words = [{"SOURCE": "e.csv", "KEY": "key"}.get(word, word) for word in asked]
    status = main([*words, "--json"])
    error = json.loads(capsys.readouterr().out)["error"]
    assert status in (2, 3), error
    assert is_plain(error["message"]), error
    assert sorted(path.name for path in made.iterdir()) == before


def test_a_wrong_option_says_where_the_right_ones_stand(capsys: Any) -> None:
    for words in (["scan", "--colour"], ["scna"], ["preview", "x"]):
        assert main([*words, "--json"]) == 2
        message = json.loads(capsys.readouterr().out)["error"]["message"]
        assert message.endswith("Ask for --help, which lists what there is."), message


BOOK = (
    '["Bristol"]\nlegal_basis = "x"\nvalid_from = 2025-01-01\nvalid_until = 2030-01-01\n'
    'purposes = ["beyond_care"]\nprice = 12.5\n'
)
CORRECTED = '[tables."e.csv"]\ndelimiter = "comma"\nheader_row = 1\nencoding = "utf-8"\n'
DECIDED = (
    '[patients]\nleave_out = ["P-7KQ2-M9XD-0RHE-5V2T"]\n[confirmed]\nhidden = 1\n'
    '[fields.e]\nCode = { action = "keep" }\n'
)
VALUES = (
    "1e999",
    "-1",
    "9" * 400,
    "true",
    "[[]]",
    "{}",
    "nan",
    '"\u202e"',
    f'["{SURNAME}"]',
    '""',
    "{ a = { b = 1 } }",
)


def spoilt(text: str, dice: random.Random) -> str:
    """A file with one thing wrong: another sort of value, a stray mark, an unknown section, no end."""
    lines, at = text.split("\n"), dice.randrange(len(text))
    line = dice.randrange(len(lines))
    match dice.randrange(5):
        case 0:
            lines[line] = f"{lines[line].split('=')[0]} = {dice.choice(VALUES)}"
            return "\n".join(lines)
        case 1:
            return text[:at] + dice.choice(("\0", "]", '"', "\n", "\u00e9", "=", SURNAME)) + text[at:]
        case 2:
            return f"{text}[{SURNAME}]\n{SURNAME} = {dice.choice(VALUES)}\n"
        case 3:
            return text * 2
        case _:
            return text[:at]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (BOOK, "recipients check FILE"),
        (CORRECTED, "scan SOURCE --read-as FILE"),
        (DECIDED, "preview SOURCE --rows 0:1 --key-file HERE/key --decisions FILE"),
    ],
)
def test_a_spoilt_file_is_told_or_means_something_and_is_never_quoted(
    run: Any, made: Path, text: str, asked: str
) -> None:
    dice = random.Random(20)
    refused = 0
    for number in range(25):
        (made / f"Spoilt {number}").write_bytes(spoilt(text, dice).encode())
        words = asked.replace("preview", "preview " + " ".join((*FOR, "--assume-registered")))
        status, error, said = run(words, f"Spoilt {number}")
        (made / f"Spoilt {number}").unlink()
        assert status in (0, 2, 3, 4), f"{number} ended with {status}: {error}"
        if status:
            refused += 1
            assert is_plain(error["message"]), error
            assert SURNAME not in said, number
    assert refused >= 5
