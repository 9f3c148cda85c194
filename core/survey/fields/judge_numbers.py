"""Judges of rarer numbers: what the detectors know beyond the commonest, asked of a column's values.

Only shapes that few ordinary values share are asked for, and most of a column must have them: a batch number
looks like a hospital's, a dose like a number plate.
"""

from __future__ import annotations

from collections.abc import Callable

from core.model import Kind, Role
from core.survey.fields.values import Column
from core.survey.fields.verdict import Verdict, counted
from core.survey.identifiers import goods, local, net, staff, state, where
from core.survey.identifiers.ages import age_in_days, is_written_age
from core.survey.identifiers.numbers import is_snomed_id

_FEW = 12
#: Forms none of whose values could be any of these.
_PLAIN = ("names", "letter", "dated", "clock", "decimal", "outward")


def _card(text: str) -> bool:
    return goods.is_card_number(text) and goods.card_checked(text) and not is_snomed_id(text)


def _imei(text: str) -> bool:
    return goods.is_imei(text) and not is_snomed_id(text)


_DIRECT, _OTHER, _STAFF = Kind.DIRECT_IDENTIFIER, Role.OTHER_IDENTIFIER, Kind.STAFF
# test, what its values are called, role, kind, least share, confidence
_ASKED: tuple[tuple[Callable[[str], object], str, Role, Kind, float, float], ...] = (
    (local.is_any_guid, "system keys (GUIDs)", Role.ROW_KEY, Kind.LINKING_KEY, 0.8, 0.9),
    (net.is_email, "e-mail addresses", Role.EMAIL, _DIRECT, 0.3, 0.93),
    (goods.is_iban, "bank accounts (IBAN)", _OTHER, _DIRECT, 0.3, 0.95),
    (goods.is_sort_code_and_account, "bank accounts", _OTHER, _DIRECT, 0.5, 0.85),
    (_card, "payment cards", _OTHER, _DIRECT, 0.6, 0.85),
    (goods.is_device_identifier, "identifiers of devices", _OTHER, _DIRECT, 0.3, 0.9),
    (net.is_mac, "network cards' addresses", _OTHER, _DIRECT, 0.5, 0.85),
    (net.is_ip, "internet addresses", _OTHER, _DIRECT, 0.6, 0.75),
    (where.is_three_words, "places in three words", _OTHER, _DIRECT, 0.3, 0.9),
    (where.is_map_position, "map positions", _OTHER, _DIRECT, 0.5, 0.8),
    (where.is_telling_grid_reference, "grid references", _OTHER, _DIRECT, 0.7, 0.75),
    (state.is_gb_licence, "driver numbers", _OTHER, _DIRECT, 0.3, 0.9),
    (state.is_visa_number, "visa applications", _OTHER, _DIRECT, 0.3, 0.9),
    (state.pupil_number_checked, "pupil numbers", _OTHER, _DIRECT, 0.7, 0.85),
    (state.is_prisoner_number, "shaped as prison numbers", _OTHER, _DIRECT, 0.8, 0.65),
    (_imei, "mobile telephones' own numbers", _OTHER, _DIRECT, 0.9, 0.75),
    (staff.is_nmc_pin, "nurses' PINs", Role.STAFF_CODE, _STAFF, 0.6, 0.85),
    (staff.is_gp_code, "GPs' national codes", Role.STAFF_CODE, _STAFF, 0.7, 0.8),
    (staff.is_supplier_organisation, "numbers of practices", Role.ORGANISATION, _STAFF, 0.7, 0.8),
)


def rare_numbers(column: Column) -> Verdict | None:
    """A column of one of the rarer sorts of identifier, or of clinicians' numbers; quick to say no."""
    step = max(1, len(column.seen) // _FEW)
    few = column.seen[::step][:_FEW]
    if column.share(*_PLAIN) > 0.7 and not any("at" in text and "dot" in text for text in few):
        return None
    for test, what, role, kind, least, confidence in _ASKED:
        if sum(1 for text in few if test(text)) < 0.5 * least * len(few):
            continue
        count = column.count(test, tuple(column.by_form))
        if count >= max(2, least * column.looked):
            return counted(column, count, what, role, kind, confidence, soft=confidence < 0.8)
    return None


def written_ages(column: Column) -> Verdict | None:
    """Ages in years with their unit ('34 years', '3y 4m'): many different years, old ones too.

    Durations of a treatment have the same words and never reach an old age."""
    if column.looked < 3 or column.words > 5:
        return None
    if column.share("whole", "decimal", "dated", "names", "guid") > 0.7:
        return None
    count = column.count(is_written_age, tuple(column.by_form))
    if count < max(3, 0.7 * column.looked):
        return None
    years = {
        days // 365
        for text in column.seen
        if is_written_age(text) and (days := age_in_days(text)) is not None
    }
    if len(years) < 3 or max(years) < 40:
        return None
    return counted(column, count, "ages", Role.AGE, Kind.QUASI_IDENTIFIER, 0.75, soft=True)
