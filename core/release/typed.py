"""What people typed into a plan: who gets it, what for, the agreement, reasons. It may name no patient.

What is typed may hold the recipient's own address or telephone, and the name of a member of staff; so there
only NHS numbers, and what the survey knows to be a patient's, count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.model import PolicyError
from core.protection.plan import Plan
from core.release.leaks import FULL_NAME, NHS_NUMBER, Known, full_name_in, strong_leaks
from core.survey.freetext.eponyms import AFTER_EPONYM
from core.survey.freetext.lexicon import doubtful, given, is_ordinary, known_names, letters_of, towns
from core.survey.identifiers import find_strong
from core.survey.results import Survey

_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_OF_SOMEBODY = re.compile(r"['’]s\b|(?<=s)['’](?!\w)", re.IGNORECASE)  # "Featherstonehaugh's recall"
_LEAST_LETTERS = 3
#: Where one word of several begins: 'MaudFeatherstonehaugh', 'NHSTrust', 'maud_featherstonehaugh2024'.
_JOINT = re.compile(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-ZÀ-Þ])(?=[A-ZÀ-Þ][a-zß-ÿ])|[\d_.]+")
#: Letters with what of digits stands at them: 'smithj2024'.
_RUN = re.compile(r"\d*([^\W\d_]+)\d*")
_LEAST_OF_A_PAIR, _LEAST_BESIDE_INITIAL = 3, 4
#: Surnames so common that they are asked about although an illness, a sign or a test is called so as well;
#: 'Parkinson's', 'Bell's' and the like alone are these.
_FAMILIES = frozenset(
    ("smith", "jones", "taylor", "williams", "wilson", "johnson", "roberts", "robinson", "thompson", "lewis")
)
_SAINT = re.compile(r"\b(?:St|Saint)\.?\s+$", re.IGNORECASE)


def typed_leaks(words: str, known: Known, *, names: bool = True) -> Iterator[str]:
    """The sorts of a patient's identifier in typed words. Without `names`, a patient's full name does not
    count: whoever signs for something may be called as a patient is."""
    for sort in strong_leaks(words, known):
        if sort == NHS_NUMBER or (known.given and _is_patients(words, sort, known)):
            yield sort
    plain = _OF_SOMEBODY.sub("", words)
    if names and (full_name_in(plain, known) or full_name_in(_JOINT.sub(" ", plain), known)):
        yield FULL_NAME


@dataclass(frozen=True)
class Typed:
    """What typed words hold of patients. `ask`: words, as they were typed, that may be somebody's name."""

    names_patient: bool = False
    ask: tuple[str, ...] = ()


def look_at_typed(words: str, known: Known) -> Typed:
    """Whether typed words name a patient of this export, as `check_typed` finds it; else which of them are
    borne by a patient and by hardly anybody else, so that a person should say whether they are meant as a
    name. A common name, a town and a word of everyday or clinical English are none of these; but a common
    surname of a patient is asked about in the plural or with 's, as people speak of a family, and so is one
    typed into one word with a first name or an initial ('janesmith', 'smithj2024').

    >>> look_at_typed("May audit, White Horse", Known(None))
    Typed(names_patient=False, ask=())
    """
    if any(typed_leaks(words, known)):
        return Typed(names_patient=True)
    typed = {word.casefold(): word for word in _WORD.findall(_OF_SOMEBODY.sub("", words))}
    asked = {name: word for name, word in typed.items() if _is_rare_name(word, known)}
    for word in (*_families(words, known), *_glued(words, known)):
        if not any(name in word.casefold() for name in asked):
            asked[word.casefold()] = word
    return Typed(ask=tuple(asked.values()))


def _is_rare_name(word: str, known: Known) -> bool:
    for part in {word, *word.split("-")}:
        plain = letters_of(part)
        if len(plain) < _LEAST_LETTERS or plain not in known.names:
            continue
        if plain in known_names() or plain in doubtful() or is_ordinary(part) or (plain,) in towns():
            continue
        return True
    return False


def _families(words: str, known: Known) -> Iterator[str]:
    """'the Smiths', 'Smith's recall', 'Featherstonehaughs': surnames in the plural or of somebody."""
    for found in _WORD.finditer(words):
        word, stem = found.group(), _OF_SOMEBODY.sub("", found.group())
        if stem != word:
            if AFTER_EPONYM.match(words, found.end()) or _SAINT.search(words, 0, found.start()):
                continue
            stems: tuple[str, ...] = (stem,)
        elif word.casefold().endswith("s") and not _is_a_word(word):
            stems = tuple(word[: -len(end)] for end in ("s", "es") if word.casefold().endswith(end))
        else:
            continue
        if any(_is_rare_name(one, known) or _is_family(one, known) for one in stems):
            yield word


def _is_family(stem: str, known: Known) -> bool:
    plain = letters_of(stem)
    return len(plain) > _LEAST_LETTERS and plain in known.names and _speaks_of_people(plain)


def _speaks_of_people(name: str) -> bool:
    if name in _FAMILIES:
        return True
    return not (name in given() or name in doubtful() or is_ordinary(name) or (name,) in towns())


def _glued(words: str, known: Known) -> Iterator[str]:
    """Words that a patient's first and last name, or a name and an initial, were typed into."""
    for found in _RUN.finditer(words):
        plain = letters_of(found[1])
        if len(plain) <= _LEAST_BESIDE_INITIAL or plain in known.names or _is_a_word(found[1]):
            continue
        numbered = found.group() != found[1]
        beside = (plain[1:], plain[:-1]) if numbered or not plain.endswith("s") else (plain[1:],)
        if _is_pair(plain, known) or any(_with_initial(name, known, numbered) for name in beside):
            yield found.group()


def _is_a_word(word: str) -> bool:
    plain = letters_of(word)
    return is_ordinary(word) or plain in known_names() or plain in doubtful() or (plain,) in towns()


def _is_pair(plain: str, known: Known) -> bool:
    ends = range(_LEAST_OF_A_PAIR, len(plain) - _LEAST_OF_A_PAIR + 1)
    pairs = [(plain[:end], plain[end:]) for end in ends]
    both = [(one, other) for one, other in pairs if one in known.names and other in known.names]
    return known.any_of(FULL_NAME, [made for one, other in both for made in (one + other, other + one)])


def _with_initial(name: str, known: Known, numbered: bool) -> bool:
    """With digits beside it, it is how accounts and files are called; without, the name must be no word."""
    if len(name) < _LEAST_BESIDE_INITIAL or name not in known.names:
        return False
    return numbered or _speaks_of_people(name)


def check_typed(plan: Plan, survey: Survey) -> None:
    """Raises PolicyError where something typed into a plan names a patient of this export: it says where it
    was typed, never what."""
    known = Known(survey.known)
    for place, words, names in _typed(plan):
        if any(typed_leaks(words, known, names=names)):
            raise PolicyError(
                f"{place} holds a patient's name, number, address or telephone. A plan is kept without any "
                "patient's details: say it in other words, then save the plan.",
                where="plan",
                code="plan.names_patient",
            )


def _typed(plan: Plan) -> Iterator[tuple[str, str, bool]]:
    """Where something was typed, what, and whether it may be no patient's name."""
    yield "The name of who gets it", plan.recipient, True
    yield "The name of the project", plan.project, True
    yield "The agreement", plan.agreement, True
    yield "Who read the notes", plan.notes_read_by, False
    for source in plan.objection_sources:
        yield "What is said of where the objections come from", source.detail, source.kind != "search"
    for _question, answer in plan.statements:
        yield "An answer about who gets it", answer, True
    for field in plan.fields:
        for words in field.settings.values():
            yield "What was said of how a field is changed", words, True


def _is_patients(words: str, sort: str, known: Known) -> bool:
    return any(known.has(sort, hit.canonical) for hit in find_strong(words))
