"""Categories and objections by code and term: what is found, and what must give no false alarm."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from core.survey import OBJECTIONS, load_lookup
from core.survey.codes.categories import MAX_CATEGORIES, STRENGTHS, load_categories
from core.survey.codes.listed_codes import load_lists
from core.survey.codes.terminologies import Form
from tests.growth import calls

LOOKUP = load_lookup()


def of_code(code: str, column: Form | None = None) -> set[str]:
    return without_sets(LOOKUP.bits_of_code(code, column))


def of_term(term: str) -> set[str]:
    return without_sets(LOOKUP.bits_of_term(term))


def without_sets(bits: int) -> set[str]:
    return {name for name in LOOKUP.categories_of(bits) if not LOOKUP.category(name).set}


def test_every_category_says_what_and_why() -> None:
    rules = load_categories()
    assert len(rules) == len({r.category.id for r in rules}) <= MAX_CATEGORIES
    for rule in rules:
        category = rule.category
        assert category.strength in STRENGTHS
        said = (category.title, category.group, category.description, category.why, category.law)
        assert all(said), category.id
        assert category.sources
        assert rule.include or category.set
        assert len(category.needs) == len(category.needs_names)
    order = [STRENGTHS.index(r.category.strength) for r in rules]
    assert order == sorted(order), "worst first"


def test_every_category_has_listed_codes() -> None:
    lists = load_lists(LOOKUP.category_ids)
    listed = 0
    for group in lists.bits.values():
        for bits in group.values():
            listed |= bits
    by_prefix = {r.category.id for r in load_categories() if r.read_v2 or r.icd10}
    for number, category in enumerate(LOOKUP.category_ids):
        assert listed >> number & 1 or category in by_prefix or LOOKUP.category(category).set, category


def test_lists_are_loaded_without_a_call_for_every_code() -> None:
    lists = load_lists(LOOKUP.category_ids)
    codes = sum(len(group) for group in lists.bits.values())
    assert codes > 50_000
    assert calls(lambda: load_lists(LOOKUP.category_ids)) < 12 * codes


def test_listed_codes_are_whole_and_belong_where_they_stand() -> None:
    for group, codes in load_lists(LOOKUP.category_ids).bits.items():
        for code in codes:
            if group == "snomed":
                assert LOOKUP.understood(code), code
            if group == "read":
                assert len(code) == 5, code


def test_lists_are_small_enough_to_ship() -> None:
    assert len(files("resources").joinpath("codelists/codes.csv").read_bytes()) < 6_000_000


@pytest.mark.parametrize(
    ("code", "category"),
    [
        ("A788.", "hiv"),
        ("43C3.", "hiv"),
        ("B24X", "hiv"),
        ("Z21", "hiv"),
        ("B20.1", "hiv"),
        ("A9...", "sexual_health"),
        ("A3-SHHAPT", "sexual_health"),
        ("L05..", "termination"),
        ("O04.9", "termination"),
        ("L04..", "pregnancy_loss"),
        ("K5B..", "assisted_conception"),
        ("Eu64.", "gender"),
        ("F64.0", "gender"),
        ("Eu32.", "mental_health"),
        ("Eu32.00", "mental_health"),
        ("212S.", "mental_health"),
        ("F20.0", "mental_health"),
        ("TK...", "self_harm"),
        ("X84", "self_harm"),
        ("1361-1", "alcohol"),
        ("E24..", "drugs"),
        ("137P.", "smoking"),
        ("B46..", "cancer"),
        ("C50.9", "cancer"),
        ("G30..", "heart_disease"),
        ("E00..", "dementia"),
        ("Eu84.", "autism_adhd"),
        ("PJ0..", "learning_disability"),
        ("13H9.", "prison_and_crime"),
        ("915B.", "identifying_codes"),
        ("9S1..", "ethnicity"),
        ("1364731000000104", "safeguarding"),
        ("20430005", "sexuality"),
    ],
)
def test_codes_that_are_sensitive(code: str, category: str) -> None:
    assert category in of_code(code)


@pytest.mark.parametrize(
    "code",
    [
        "A795.",
        "A79..",
        "B7...",
        "H33..",
        "22K..",
        "2469.",
        "E030.",
        "7K392",
        "XaIwX",
        "9NU0.",
        "C10E.",
        "I10X",
        "190634004",  # vitamin B12 deficiency
        "79890006",  # loss of appetite
        "302872003",  # obesity
        "315570003",  # main spoken language English
        "357711000001109",  # a migraine tablet that holds caffeine
        "711413009",  # kidney of a donor whose heart does not beat
        "1087291000119106",  # incarcerated hernia
        "84229001",  # fatigue
        "409668002",  # photophobia
        "381291000000107",  # review of a medicine that needs watching
        "28009911000001104",  # a medicine, once listed under children in care
    ],
)
def test_codes_that_are_not(code: str) -> None:
    assert of_code(code) == set()


def test_illegal_abortion_is_no_crime_here() -> None:
    assert of_code("L06..") == {"termination"}
    assert of_code("L060.") == {"termination"}


def test_a_column_decides_between_read_and_icd10() -> None:
    assert of_code("G30") == {"dementia", "heart_disease"}
    assert of_code("G30", Form.READ_V2) == {"heart_disease"}
    assert of_code("G30", Form.ICD10) == {"dementia"}


def test_ctv3_codes_have_no_prefix() -> None:
    assert LOOKUP.bits_of_code("Ua1..") == 0  # under U, but not below U2 as in Read v2
    assert LOOKUP.bits_of_code("U2000")


def test_a_damaged_code_still_shows_what_it_may_have_been() -> None:
    assert "cancer" in of_code("1090241000000100")
    assert not LOOKUP.understood("1090241000000100")
    assert "1090241000000107" in LOOKUP.explain("1090241000000100", "")[0]


@pytest.mark.parametrize(
    ("term", "category"),
    [
        ("HIV test declined", "hiv"),
        ("Human immunodeficiency virus counselling", "hiv"),
        ("AIDS", "hiv"),
        ("Acquired immune deficiency syndrome", "hiv"),
        ("Chlamydia screening declined", "sexual_health"),
        ("Refer to TOP counselling", "termination"),
        ("Medical termination of pregnancy", "termination"),
        ("Legal abortion with complication", "termination"),
        ("Spontaneous abortion", "pregnancy_loss"),
        ("In-vitro fertilisation", "assisted_conception"),
        ("Gender dysphoria", "gender"),
        ("Victim of domestic violence", "domestic_abuse"),
        ("[X]Depression NOS", "mental_health"),
        ("O/E - depressed", "mental_health"),
        ("Bipolar affective disorder", "mental_health"),
        ("Sertraline 50mg tablets", "mental_health"),
        ("Methadone 1mg/ml oral solution", "drugs"),
        ("Intentional paracetamol overdose", "self_harm"),
        ("At risk of female genital mutilation", "fgm"),
        ("Child on protection register", "safeguarding"),
        ("Huntington's disease carrier", "genetics"),
        ("Asylum seeker", "immigration"),
        ("No fixed abode", "homelessness"),
        ("Not for resuscitation", "end_of_life"),
        ("Fibroadenocarcinoma of breast", "cancer"),
        ("Never smoked tobacco", "smoking"),
        ("Non-drinker alcohol", "alcohol"),
        ("Patient's next of kin", "identifying_codes"),
    ],
)
def test_terms_that_are_sensitive(term: str, category: str) -> None:
    assert category in of_term(term)


@pytest.mark.parametrize(
    "term",
    [
        "Hearing aids issued",
        "Walking aids",
        "ST depression on ECG",
        "Depressed fracture of skull",
        "Respiratory depression",
        "Bipolar diathermy of lesion",
        "Bipolar hip hemiarthroplasty",
        "Termination of employment",
        "White cell count",
        "Brown-Sequard syndrome",
        "Parkinson's disease",
        "Hepatitis B vaccination",
        "Alcohol swabs",
        "Non-alcoholic fatty liver disease",
        "Smoke inhalation",
        "Clinical audit",
        "Cardiovascular disease risk",
        "Myelomeningocele",
        "Benign neoplasm of skin",
        "Malignant hypertension",
        "Presenting complaint",
        "Diclofenac 50mg tablets",
        "Blood pressure reading",
        "Chlamydia pneumoniae pneumonia",
        "Buprenorphine 5micrograms/hour transdermal patches",
        "Morning sickness",
        "Morning stiffness",
        "Main spoken language English",
        "Incarcerated femoral hernia",
        "Injury of nerves at wrist",
    ],
)
def test_terms_that_are_not(term: str) -> None:
    assert of_term(term) == set()


def test_an_exclusion_takes_back_only_what_it_covers() -> None:
    assert of_term("Depression, and ST depression on ECG") == {"mental_health"}


def test_denied_and_family_illness_does_not_count_where_it_says_nothing_of_the_patient() -> None:
    assert of_term("FH: Ischaemic heart disease") == set()
    assert of_term("No evidence of dementia") == set()
    assert of_term("No history of drug misuse") == {"drugs"}, "that it was asked tells"


@pytest.mark.parametrize(
    ("term", "category"),
    [
        ("H.I.V. positive", "hiv"), ("H I V +ve", "hiv"), ("T.O.P. x1", "termination"),
        ("I. V. F. cycle", "assisted_conception"), ("G.U.M. clinic", "sexual_health"),
        ("HSV2", "sexual_health"), ("Chlam neg", "sexual_health"), ("Chest binding", "gender"),
        ("Retrovirus positive", "hiv"),
    ],
)  # fmt: skip
def test_short_forms_are_read_with_stops_and_blanks_between(term: str, category: str) -> None:
    assert category in of_term(term)


@pytest.mark.parametrize("term", ["Hepatitis A B C", "Grade A B C D", "A & E", "Seen on top of stairs"])
def test_letters_that_stand_apart_are_not_always_short_forms(term: str) -> None:
    assert of_term(term) <= {"hepatitis"}


@pytest.mark.parametrize("code", ["E225.", "E2252", "E223.", "E226z", "E225.00"])
def test_the_older_chapter_of_gender_identity_is_restricted_too(code: str) -> None:
    assert "gender" in without_sets(LOOKUP.bits_of_code(code))


def test_case_only_collisions_with_objections() -> None:
    assert LOOKUP.objection_of_code("9Nu0.") == ("type1_dissent", True)
    for other in ("9NU0.", "9nu0.", "9NU0", "9NU4.", "9ND1.", "XaXJ6", "XaKRY", "XaAVM"):
        assert LOOKUP.objection_of_code(other) is None, other


def test_objections_are_never_found_by_prefix() -> None:
    for other in ("9Nu3000", "9Nu8.", "9Ndf.", "9Ndg.", "9NdW.", "9Oh5.", "9Oh8.", "9Nu..", "9Nd.."):
        assert LOOKUP.objection_of_code(other) is None, other


@pytest.mark.parametrize(
    "code", ["8.27261E+14", "8.3E+14", "8.27241E+15", "4.4054006E+7", "827 261 000 000 102", "827 241"]
)
def test_spoilt_numbers_that_record_no_objection(code: str) -> None:
    assert LOOKUP.objection_of_code(code) is None


@pytest.mark.parametrize(
    "code",
    [
        "9Nu0", "9Nu0.", "9Nu0.00", "XaZ89", "827241000000103", '="827241000000103"', "8.27241E+14",
        "8.27241000000103E+14", "827 241 000 000 103", "827,241,000,000,103",
    ],
)  # fmt: skip
def test_spellings_of_one_objection(code: str) -> None:
    assert LOOKUP.objection_of_code(code) == ("type1_dissent", True)


def test_an_objection_is_known_by_its_whole_term_too() -> None:
    term = "Dissent from secondary use of GP patient identifiable data"
    assert LOOKUP.objection_of_term(term.upper()) == ("type1_dissent", True)
    assert LOOKUP.objection_of_term(term + " discussed") is None
    in_full = term.replace("GP", "general practitioner")
    assert LOOKUP.objection_of_term(in_full + " (finding)") == ("type1_dissent", True)
    assert LOOKUP.objection_of_term(
        "Dissent from disclosure of personal confidential data by Health and Social Care Information Centre"
    ) == ("type2_dissent", True)
    assert LOOKUP.objection_of_term(
        "Dissent withdrawn for secondary use of GP patient identifiable data"
    ) == (
        "type1_dissent",
        False,
    )


def test_every_objection_of_the_shipped_list_has_a_name() -> None:
    for code in load_lists(LOOKUP.category_ids).objections.values():
        assert code.meaning in OBJECTIONS


def test_why_a_row_was_flagged() -> None:
    said = " ".join(LOOKUP.explain("A788.", "HIV positive"))
    assert "lists of" in said
    assert "'hiv'" in said
    assert LOOKUP.explain("H33..", "Asthma") == ()
    assert "Dissent from secondary use" in LOOKUP.explain("9Nu0.", "")[0]


def test_recall_on_lists_that_were_not_taken(shared: Path) -> None:
    """Lists of authors who state no licence are not shipped: how much of them is found by code and term."""
    wanted = {
        "hiv": ("hiv", 0.98),
        "sti_sexual_health": ("sexual_health", 0.9),
        "termination_of_pregnancy": ("termination", 0.85),
        "smoking": ("smoking", 0.98),
        "cancer": ("cancer", 0.95),
        "depression": ("mental_health", 0.9),
        "mental_health_smi": ("mental_health", 0.9),
        "blood_borne_hepatitis": ("hepatitis", 0.95),
    }
    found: dict[str, list[bool]] = {name: [] for name in wanted}
    with (shared / "reference/codes/codelists.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["category"] in wanted and row["source_file"].startswith("uom-data-scien"):
                bit = 1 << LOOKUP.category_ids.index(wanted[row["category"]][0])
                bits = LOOKUP.bits_of_code(row["code"]) | LOOKUP.bits_of_term(row["term"])
                found[row["category"]].append(bool(bits & bit))
    for name, (_, least) in wanted.items():
        assert len(found[name]) > 100
        assert sum(found[name]) / len(found[name]) >= least, name


def test_lists_are_named_in_words_that_people_know() -> None:
    said = " ".join(LOOKUP.explain("93461009", "Gender dysphoria"))
    assert "the Summary Care Record exclusions" in said
    assert "aces" not in said
    assert "Kept out of the Summary Care Record: Gender identity is part of it." in said
    assert "*" not in said


def test_dependence_on_alcohol_or_tobacco_is_no_drug_misuse() -> None:
    def of(term: str) -> set[str]:
        return {match.category for match in LOOKUP.matches("", term)}

    assert of("Alcohol dependence syndrome") == {"alcohol"}
    assert of("Nicotine dependence syndrome") == {"smoking"}
    assert of("Opioid dependence syndrome") == {"drugs"}
    assert of("Alcohol dependence syndrome with cocaine misuse") >= {"alcohol", "drugs"}
