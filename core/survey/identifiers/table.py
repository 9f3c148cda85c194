"""The table of everything that identifies a person: one row a detector, surest first.

A new sort of identifier is a function for a whole cell (in one of the modules named identifiers_...) and a
row here, or in one of the two tables this one joins.
"""

from __future__ import annotations

import re
from functools import cache

from core.model import Kind, Role
from core.survey.identifiers import goods, local, net, state
from core.survey.identifiers.dates import parse_date
from core.survey.identifiers.detector import Detector, in_text
from core.survey.identifiers.finders import (
    BIRTH_TOKENS,
    births,
    days,
    emails,
    guids,
    nhs_numbers,
    ni_numbers,
    odd_postcodes,
    phones,
    postcodes,
    spread_postcodes,
    titled_names,
)
from core.survey.identifiers.names_written import TITLE_WORDS, looks_like_name
from core.survey.identifiers.numbers import nhs_check, nhs_digits, ni_number, phone_number
from core.survey.identifiers.places import postcode
from core.survey.identifiers.table_staff import STAFF_AND_ORGANISATIONS
from core.survey.identifiers.table_where import PLACES

_DIRECT, _KEY, _QUASI = Kind.DIRECT_IDENTIFIER, Kind.LINKING_KEY, Kind.QUASI_IDENTIFIER
_OTHER = Role.OTHER_IDENTIFIER
_PASSPORT = ("passport", "passports", "travel document", "brp", "residence permit")


def _valid_nhs(text: str) -> bool:
    digits = nhs_digits(text)
    return digits is not None and nhs_check(digits)


PEOPLE: tuple[Detector, ...] = (
    Detector(
        "email", "e-mail address", Role.EMAIL, _DIRECT, net.is_email, 0.97,
        "RFC 5321, 6531", find=emails, marks=("@", " at ", "at)", "at]", "AT", "at}", "at>"),
    ),
    Detector(
        "nhs_number", "NHS number", Role.NHS_NUMBER, _DIRECT, nhs_digits, 0.45,
        "NHS Data Dictionary, NHS NUMBER: modulus 11", checked=0.95, check=_valid_nhs, find=nhs_numbers,
        words=("nhs", "chi", "h&c", "h & c", "hcn", "health and care", "patient number"), digits=9,
    ),
    Detector(
        "phone", "telephone number", Role.PHONE, _DIRECT, phone_number, 0.85,
        "Ofcom National Telephone Numbering Plan; ITU-T E.164 by phonenumbers", find=phones,
        words=("tel", "telephone", "phone", "mobile", "mob", "landline", "fax", "ring", "call", "contact"),
        digits=9,
    ),
    Detector(
        "ni_number", "National Insurance number", Role.NI_NUMBER, _DIRECT, ni_number, 0.9,
        "HMRC NIM39110", find=ni_numbers, words=("ni", "nino", "national insurance"), digits=6,
        needs=("A999999", "A 999999", "A-999999", "99 99 99", "99-99-99"),
    ),
    Detector(
        "postcode", "full postcode", Role.POSTCODE, _QUASI, postcode, 0.9,
        "BS 7666; Royal Mail PAF", find=postcodes, words=("postcode", "post code"), 
        needs=("9 9AA", "9A 9AA", "  9AA", "\n9AA", "A99AA", "A999AA", "A9A9AA"), digits=1,
    ),
    Detector(
        "odd_postcode", "full postcode", Role.POSTCODE, _QUASI, postcode, 0.9,
        "Royal Mail PAF: Girobank and territories overseas", find=odd_postcodes, digits=1,
        marks=("GIR", "gir", "ASCN", "BBND", "BIQQ", "FIQQ", "GX11", "PCRN", "SIQQ", "STHL", "TDCU", "TKCA"),
        says="postcode",
    ),
    Detector(
        "spread_postcode", "full postcode", Role.POSTCODE, _QUASI, postcode, 0.4,
        "BS 7666; Royal Mail PAF", find=spread_postcodes, words=("postcode", "post code"),
        needs=("9 AA", "A 9"), digits=2,
        says="postcode",
    ),
    Detector(
        "driving_licence", "driver number", _OTHER, _DIRECT, state.is_gb_licence, 0.9, "DVLA",
        pattern=in_text(r"[A-Z]{2,5}9{0,3} ?\d{6} ?[A-Z][A-Z9][0-9A-Z][A-Z]{2}(?: \d{2}(?!\w))?"),
        words=("licence", "driving", "driver"), needs=("A999999A", "9999999A", "999999 A"), digits=6,
    ),
    Detector(
        "ni_driving_licence", "driver number of Northern Ireland", _OTHER, _DIRECT, state.is_ni_licence, 0.05,
        "Driver and Vehicle Agency", pattern=in_text(r"\d{8}"), beside=0.85,
        words=("licence no", "licence number", "driving licence", "driver number", "dva"), digits=8,
        says="driving_licence",
    ),
    Detector(
        "passport", "passport number", _OTHER, _DIRECT, state.is_passport_number, 0.15,
        "ICAO 9303", pattern=in_text(r"[A-Z]{2}\d{7}"), beside=0.92, words=_PASSPORT, digits=7,
    ),
    Detector(
        "passport_digits", "passport number", _OTHER, _DIRECT, state.is_passport_digits, 0.05,
        "HM Passport Office", pattern=in_text(r"\d{9}"), beside=0.9, words=_PASSPORT, digits=9,
        says="passport",
    ),
    Detector(
        "prisoner_number", "prison number", _OTHER, _DIRECT, state.is_prisoner_number, 0.35,
        "HMPPS NOMIS", pattern=in_text(r"[A-Z]\d{4}[A-Z]{2}"), beside=0.95,
        words=("prison", "prisoner", "nomis", "hmp", "offender", "yoi"), needs=("A9999AA",),
    ),
    Detector(
        "old_prisoner_number", "old prison number", _OTHER, _DIRECT, state.is_old_prisoner_number, 0.05,
        "HM Prison Service", pattern=in_text(r"[A-Z]{2}\d{4,5}"), beside=0.8,
        words=("prison", "prisoner", "hmp", "offender"), needs=("AA9999",),
        says="prisoner_number",
    ),
    Detector(
        "police_number", "police national computer number", _OTHER, _DIRECT, state.is_police_number, 0.3,
        "Home Office, PNC and CRO formats",
        pattern=in_text(r"(?:19|20)?\d{2}/\d{1,7}[A-Z]|\d{1,6}/\d{2}[A-Z]|SF\d{2}/\d{1,6}[A-Z]"), beside=0.95,
        words=("pnc", "cro", "police", "crime reference", "arrest"), digits=3, marks=("/",),
    ),
    Detector(
        "visa_number", "visa application number", _OTHER, _DIRECT, state.is_visa_number, 0.9,
        "UK Visas and Immigration", pattern=in_text(r"GWF ?\d{9}"), needs=("A999999999", "A 999999999"),
    ),
    Detector(
        "home_office", "Home Office or asylum reference", _OTHER, _DIRECT, state.is_home_office_number, 0.1,
        "UK Visas and Immigration; asylum support",
        pattern=in_text(
            r"[A-Z]\d{7,8}(?:/\d{1,3})?|[A-Z]{2,3}/?\d{6,9}|\d{4}[- ]\d{4}[- ]\d{4}[- ]\d{4}(?:/\d{2})?"
            r"|\d{2}/\d{2}/\d{5}|[A-Z]{3}\d{2}/\d{2}/\d{5}/[A-Z]"
        ), beside=0.9,
        words=("home office", "ho ref", "asylum", "nass", "arc", "brp", "uan", "immigration", "port ref",
        "visa"),
        digits=6,
    ),
    Detector(
        "pupil_number", "pupil number", _OTHER, _DIRECT, state.is_pupil_number, 0.3,
        "DfE Unique Pupil Number", checked=0.8, check=state.pupil_number_checked,
        pattern=in_text(r"[A-Z]\d{11}[0-9A-Z]"), beside=0.92, words=("upn", "pupil"), needs=("A99999999999",),
    ),
    Detector(
        "learner_number", "learner number", _OTHER, _DIRECT, state.is_learner_number, 0.1,
        "Learning Records Service ULN", pattern=in_text(r"\d{10}"), beside=0.9,
        words=("uln", "learner", "student", "university id"), digits=10,
    ),
    Detector(
        "student_number", "student number", _OTHER, _DIRECT, local.is_local_number, 0.02,
        "universities' own", pattern=in_text(r"[A-Z]{0,2}\d{6,10}[A-Z]?"), beside=0.8,
        words=("student no", "student number", "student id", "ucas"), digits=6,
    ),
    Detector(
        "tax_reference", "tax reference (UTR)", _OTHER, _DIRECT, state.is_tax_reference, 0.05,
        "HMRC; check digit by python-stdnum", checked=0.15, check=state.tax_reference_checked,
        pattern=in_text(r"\d{5}[ -]?\d{5}K?"), beside=0.92,
        words=("utr", "tax reference", "taxpayer", "self assessment", "tax ref"), digits=10,
    ),
    Detector(
        "iban", "bank account (IBAN)", _OTHER, _DIRECT, goods.is_iban, 0.97,
        "ISO 13616 by python-stdnum",
        pattern=in_text(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?"), words=("iban",),
        needs=("AA99",), digits=2,
    ),
    Detector(
        "bank_account", "bank account", _OTHER, _DIRECT, goods.is_sort_code_and_account, 0.8,
        "Pay.UK sort code and account number",
        pattern=in_text(rf"{goods.SORT_AND_ACCOUNT}|\d{{6}}[ /,-]\d{{8}}"),
        words=("sort code", "account", "bank", "s/c", "a/c"), digits=8,
        needs=("99-99-99", "99 99 99", "999999 ", "999999/", "999999-", "999999,"),
    ),
    Detector(
        "card_number", "payment card", _OTHER, _DIRECT, goods.card_checked, 0.3,
        "ISO/IEC 7812: Luhn", checked=0.45, check=goods.is_card_number,
        pattern=in_text(r"\d{12,19}"), beside=0.95, words=("card", "visa", "mastercard", "debit", "credit"),
        digits=12,
    ),
    Detector(
        "card_in_groups", "payment card", _OTHER, _DIRECT,
        lambda text: goods.is_card_number(text) and goods.card_checked(text), 0.85,
        "ISO/IEC 7812: Luhn", digits=12, needs=("9999 9999", "9999-9999", "9999 999999", "9999-999999"),
        pattern=in_text(r"\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|3[47]\d\d([ -])\d{6}\2\d{5}"),
        says="card_number",
    ),
    Detector(
        "vehicle", "vehicle registration", _OTHER, _DIRECT, goods.is_plate, 0.2, "DVLA INF104",
        checked=0.4, check=goods.is_current_plate,
        pattern=in_text(f"{goods.VEHICLE_NOW}|{goods.VEHICLE_PREFIX}|{goods.VEHICLE_SUFFIX}"), beside=0.92,
        words=("reg", "registration", "vehicle", "vehicles", "car", "number plate", "vrm", "van",
        "motorbike"),
        needs=("99AAA", "99 AAA", "99-AAA", "9AAA", "9 AAA", "AAA9", "AAA 9"), digits=1,
    ),
    Detector(
        "other_vehicle", "vehicle registration", _OTHER, _DIRECT, goods.is_other_plate, 0.02, "DVLA INF104",
        pattern=in_text(goods.VEHICLE_OTHER), beside=0.7,
        words=("car reg", "vehicle reg", "car registration", "vehicle registration", "number plate", "vrm"),
        needs=("9A", "9 A", "A9", "A 9"), digits=1,
        says="vehicle",
    ),
    Detector(
        "chassis_number", "vehicle identification number", _OTHER, _DIRECT, goods.is_chassis_number, 0.1,
        "ISO 3779", pattern=in_text(r"[A-HJ-NPR-Z0-9]{17}"), words=("vin", "chassis"), digits=1,
    ),
    Detector(
        "device", "serial number of a device", _OTHER, _DIRECT, goods.is_device_identifier, 0.85,
        "UDI: GS1, HIBCC, ICCBBA", digits=6, marks=("(01)", "/$", "=/"),
        pattern=re.compile(r"\(01\)\s?\d{14}(?:\s?\(\d{2,4}\)\s?[!-'*-~]{1,20}){0,5}|(?<!\S)[+=]\S{10,60}"),
    ),
    Detector(
        "device_serial", "serial number of a device", _OTHER, _DIRECT, local.is_local_number, 0.02,
        "makers' own", pattern=in_text(r"[A-Z0-9][A-Z0-9/-]{4,19}"), beside=0.75,
        words=("serial", "serial no", "serial number", "s/n", "device id", "implant no"), digits=4,
        says="device",
    ),
    Detector(
        "imei", "mobile telephone's own number", _OTHER, _DIRECT, goods.is_imei, 0.1,
        "3GPP TS 23.003: Luhn", pattern=in_text(r"\d{2}[ -]?\d{6}[ -]?\d{6}[ -]?\d(?:/\d{2})?"),
        words=("imei",), digits=15,
    ),
    Detector(
        "booking_reference", "booking reference (UBRN)", _OTHER, _DIRECT, local.is_booking_reference, 0.1,
        "NHS e-Referral Service", pattern=in_text(r"\d{4}([ -]?)\d{4}\1\d{4}"), beside=0.95,
        words=("ubrn", "booking reference", "e-referral", "ers", "choose and book", "c&b", "cab ref"),
        digits=12,
    ),
    Detector(
        "hospital_number", "hospital number", Role.PATIENT_KEY, _KEY, local.is_hospital_number, 0.1,
        "hospitals' own", beside=0.9, digits=4,
        pattern=in_text(
            r"[A-Z]{1,3}[ /-]?\d{5,9}|\d{5,9}[ /-]?[A-Z]{1,2}|[A-Z]{1,4}\d{2}[/-]\d{4,7}|\d{2}[/-]\d{5,7}"
            r"|(?:MRN|HOSP|RIO|PAS)[ :#-]{0,2}\d{4,10}"
        ),
        words=(
            "hospital no", "hospital number", "hosp no", "hosp num", "mrn", "unit no", "unit number",
            "hospital id",
            "case note", "casenote", "pas no", "rio", "x number", "hospital ref", "medical record",
        ),
    ),
    Detector(
        "bare_hospital_number", "hospital number", Role.PATIENT_KEY, _KEY, local.is_local_number, 0.02,
        "hospitals' own", pattern=in_text(r"\d{4,10}"), beside=0.85, digits=4,
        words=("hospital no", "hospital number", "hosp no", "mrn", "unit no", "unit number", "hospital id",
               "case note", "casenote", "pas no", "medical record"),
        says="hospital_number",
    ),
    Detector(
        "emis_number", "practice's own patient number", Role.PATIENT_KEY, _KEY, local.is_emis_number, 0.02,
        "EMIS Web PatientNumber", pattern=in_text(r"\d{1,9}"), beside=0.9, digits=1,
        words=("emis no", "emis number", "emis id", "patient id", "patient number", "patient no", "local id",
               "pat id", "systmone id"),
    ),
    Detector(
        "guid", "system key (GUID)", Role.ROW_KEY, _KEY, local.is_any_guid, 0.6, "RFC 9562",
        find=guids, digits=1,
    ),
    Detector(
        "link", "web address", _OTHER, _DIRECT, net.is_link, 0.6, "RFC 3986", marks=("://", "www."),
        pattern=re.compile(r"(?:https?://|ftp://|www\.)[^\s<>\"'\])]{3,300}", re.IGNORECASE),
    ),
    Detector(
        "ip_address", "internet address", _OTHER, _DIRECT, net.is_ip, 0.45, "RFC 791, 4291", checked=0.75,
        check=net.is_long_ip, beside=0.9,
        words=("ip", "ip address", "ipv6", "ipv4"), digits=1, needs=("9.9", "9:", "A:", "::"),
        pattern=re.compile(
            r"(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})(?![\w.]\w|\w)"
        ),
    ),
    Detector(
        "mac_address", "network card's address", _OTHER, _DIRECT, net.is_mac, 0.85, "IEEE 802",
        pattern=re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![\w:-])"), digits=1,
        words=("mac",), needs=(":99:", ":9A:", ":AA:", ":A9:", "-99-", "-9A-", "-A9-", "-AA-"),
    ),
    Detector(
        "name", "name with its title", Role.FULL_NAME, _DIRECT, looks_like_name, 0.7,
        "our own rules of how names are written", find=titled_names, tokens=TITLE_WORDS,
    ),
    Detector(
        "date_of_birth", "date of birth", Role.DATE_OF_BIRTH, _QUASI, parse_date, 0.9,
        "ISO 8601 and common spellings", find=births, tokens=BIRTH_TOKENS, digits=1,
    ),
    Detector(
        "date", "date", Role.OTHER_DATE, _QUASI, parse_date, 0.2,
        "ISO 8601 and common spellings", find=days, digits=1,
    ),
)  # fmt: skip

#: Every detector, surest of what it says first.
DETECTORS: tuple[Detector, ...] = (*PEOPLE, *PLACES, *STAFF_AND_ORGANISATIONS)


@cache
def detector(id: str) -> Detector:
    """The detector with an id ('passport'); KeyError where there is none."""
    return {one.id: one for one in DETECTORS}[id]
