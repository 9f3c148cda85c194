"""People named in a few clinical words are found; diseases, firms and places named after people are not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.survey.identifiers.mentions import names_somebody
from core.survey.identifiers.names import given_names, plain_letters, surnames, words_that_are_names

ORDINARY = """
Parkinson's disease|Down's syndrome|Bell's palsy|Guillain-Barre syndrome|Guillain Barré syndrome
Hodgkin lymphoma|White blood cell count|May have asthma|Charcot-Marie-Tooth disease
Laurence-Moon-Biedl syndrome|Matthew Wood syndrome|Hamilton depression rating scale
Edinburgh postnatal depression scale|Thomas splint|Seen by practice nurse|Seen by GP|Seen by CAMHS
Under care of consultant|Seen By District Nurse|Lives with wife|Lives with parents|Mother unwell
FH: Mother - hypertension|Family history: father had stroke|Wife is carer|Son has asthma
Discussed with patient|Discussed with doctor|Letter from consultant|Letter to GP
Referral to physiotherapist|Olanzapine 10mg tablets (Dr Reddy's Laboratories (UK) Ltd)
Zyprexa 5mg tablets (Eli Lilly and Company Ltd)|Norvir 100mg capsules (Abbott Laboratories Ltd)
Estraderm Mx transdermal patches|MR angiography|MR of brain|MRI head|MS - Multiple sclerosis|DR screening
Diabetic retinopathy grade R1M0|Grave's disease|Still's disease|St John's wort|Friar's balsam
Macmillan nurse|Marie Curie nurse|Roman Catholic|Jehovah's Witness|Lloyd George record
Sister had breast cancer|Baby girl|Baby check|Father died aged 60|Miss dose of warfarin|Doctor's letter
Hib vaccination|BCG|Apgar score|Bishop score|Barthel index|Glasgow coma scale|Bristol stool chart type 4
E. coli infection|C. difficile toxin|H. pylori breath test|B cell lymphoma|T cell count|Vitamin A
Hepatitis B|Foster child|Adopted|Child in need|Brown discharge|Green sputum|Rose bengal|Violet gentian
Basil allergy|Ginger tea|Rosemary oil|Grant applied for|Will made|Mark on skin|Frank haematuria|Gene test
Penny swallowed|Young onset dementia|Long QT syndrome|Short stature|Little finger|Cross infection
Hand pain|Foot drop|Back pain|Lady Windermere syndrome|Turner syndrome karyotype|Cushing's disease
Addison disease|Influenza vaccination given by other healthcare provider
Contact with and exposure to tuberculosis|Name: not given|Patient's next of kin|Named nurse
Named accountable GP allocated|Carer's details|Emergency contact details|Signed consent
Consent given by parent|Accompanied by relative|Brought in by ambulance|Attends with interpreter
Admitted to hospital|Discharge from St Mary's Hospital|Royal Victoria Infirmary|Queen Elizabeth Hospital
Cervical smear by nurse|Ward round|Clinic letter|Copy to patient|Telephone encounter
Call from out of hours|For attention of doctor|Per rectum|Per vagina|To be seen|With meals|By mouth
From abroad|Re-referral
"""
ORDINARY_TERMS = [term for line in ORDINARY.strip().splitlines() for term in line.split("|")]

TITLED_OR_FULL = [
    *("Seen by Dr {S}", "Mrs {S} rang", "mrs {s} attended", "Discussed with Mr {S}", "DR {U}", "Dr{S}"),
    *("Letter from Dr. {G} {S}", "Prof {S} clinic letter", "Spoke to {G} {S}", "d/w {G} {S}", "Dr_{S}"),
    *("Lives with {G} {S}", "son of {G} {S}", "Contact: {G} {S}", "Name: {G} {S}", "{G} {S}", "{S}, {G}"),
    *("{U}, {G}", "{U} {G}", "{U}, {G} (Mrs)", "Wife {G} {S} informed", "Diabetes - {G} {S}", "mr {s}"),
    *("Asthma review with Dr {S}", "NOK daughter {G} {S}", "Carer is Miss {S}", "Ms {S}: declined"),
    *("{i} {S} (Mr)", "Referred by Dr {i} {S}", "Notes for Mrs {S}", "{S} (Dr)", "Rev. {S} visited"),
]
ONE_NAME = [
    "d/w {S}",
    "Lives with {S}",
    "seen by {S}",
    "Mother {G} present",
    "surname: {S}",
    "patient of {S}",
]

_STARTS = "Quix Thorn Hax Bram Wexl Ormes Pend Tre Stan Kilv Dun Bals Gren Ecc Wol Marr Skel Lang Cot Ras Hum"
_ENDS = "ley bury ton by wick thorpe worth shaw combe stead gate more field dale"
_ABROAD = (
    "Okonkwo Wojciechowska Adeyemi Szczepanska Papadopoulou Chukwuemeka Bhattacharjee Subramaniam Tesfaye "
    "Gebremedhin Kowalczyk O'Hanlon McAvennie D'Souza Fitzwarren St-Clair Al-Rashid Özdemir Nuñez Limbu"
)
_LISTED = given_names() | surnames() | words_that_are_names()
#: Surnames in no list: invented ones, and some from abroad.
UNLISTED = [
    name
    for name in [a + b for a in _STARTS.split() for b in _ENDS.split()] + _ABROAD.split()
    if name.casefold() not in _LISTED and plain_letters(name) not in _LISTED
]


def _planted(shapes: list[str], pool: list[str], each: int) -> list[str]:
    dice = random.Random(7)
    names = sorted(given_names())
    made = []
    for shape in shapes:
        for _ in range(each):
            first = dice.choice(names).capitalize()
            last = dice.choice(pool)
            last = last if last[0].isupper() else last.capitalize()
            made.append(shape.format(G=first, S=last, s=last.lower(), U=last.upper(), i=first[0]))
    return made


@pytest.mark.parametrize("number", range(len(ORDINARY_TERMS)))
def test_ordinary_terms_name_nobody(number: int) -> None:
    assert not names_somebody(ORDINARY_TERMS[number])


def _recall(texts: list[str]) -> float:
    return sum(map(names_somebody, texts)) / len(texts)


def test_names_with_a_title_or_in_full_are_found_whether_common_or_not() -> None:
    assert len(UNLISTED) >= 300
    assert _recall(_planted(TITLED_OR_FULL, sorted(surnames()), 32)) >= 0.98
    assert _recall(_planted(TITLED_OR_FULL, UNLISTED, 32)) >= 0.98


def test_one_name_beside_a_word_that_says_so_is_found() -> None:
    assert _recall(_planted(ONE_NAME, sorted(surnames()), 40)) >= 0.97
    assert _recall(_planted(ONE_NAME, UNLISTED, 40)) >= 0.97


def test_a_common_name_is_found_with_nothing_beside_it() -> None:
    plain = [plain_letters(w) for w in words_that_are_names()]
    only_names = sorted(n for n in surnames() if plain_letters(n) not in plain)
    assert _recall(_planted(["{S}", "{S} attended", "Diabetes {S}"], only_names, 60)) >= 0.98


HIDDEN = [
    *("Mrs\u200bQuixley", "Mrs\u00a0Quixley", "\uff2d\uff52\uff53 Quixley", "Quixley J (Mr)", "MRS.QUIXLEY"),
    *("c/o Mr&Mrs Quixley", "husband-John", "Asthma_Jane_Quixley", "Diabetes/Jane Patel", "jane quixley"),
]


@pytest.mark.parametrize("number", range(len(HIDDEN)))
def test_a_name_is_found_however_it_is_joined_to_its_mark(number: int) -> None:
    assert names_somebody(HIDDEN[number])


@given(st.text(max_size=60))
def test_any_text_is_judged_without_a_fault(text: str) -> None:
    assert names_somebody(text) in (True, False)
