"""Numbers of clinicians and codes of organisations. They name staff, not patients: kind 'staff'."""

from __future__ import annotations

import re

from core.survey.identifiers.folding import folded

_GMC = re.compile(r"[1-8]\d{6}")
_CONSULTANT = re.compile(r"C[1-8]\d{6}", re.IGNORECASE)
_GP = re.compile(r"G\d{7}|G\d{6}", re.IGNORECASE)
_DENTAL = re.compile(r"(?:CD)?\d{5,6}", re.IGNORECASE)
_NMC = re.compile(r"\d{2}[A-L]\d{4}[CENOSW]", re.IGNORECASE)
_HCPC = re.compile(r"(?:AS|BS|CH|CS|DT|HAD|ODP|OR|OT|PA|PH|PO|PYL|RA|SL|SW)\s?\d{5,6}", re.IGNORECASE)
_PHARMACIST = re.compile(r"[25]0\d{5}")
_PRESCRIBER = re.compile(r"[A-Z]?\d{6,7}|\d{2}[A-L]\d{4}[CENOSW]", re.IGNORECASE)
_DOCTOR_INDEX = re.compile(r"(?:DR|DIN)?\s?\d{5,7}", re.IGNORECASE)

_PRACTICE = re.compile(r"[A-HJ-NPSVWYZ]\d{5}", re.IGNORECASE)
_PHARMACY = re.compile(r"F(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*\d)[A-Z0-9]{2}\d{2}", re.IGNORECASE)
_TRUST = re.compile(r"[RT][A-Z0-9][A-Z0-9]|7A\d|8\w\d{3}", re.IGNORECASE)
_SITE = re.compile(r"[RT][A-Z0-9]{2}[A-Z0-9]{2}", re.IGNORECASE)
_BOARD = re.compile(r"Q[A-Z0-9]{2}", re.IGNORECASE)
_SUB_BOARD = re.compile(r"\d{2}[A-Z]", re.IGNORECASE)
_NETWORK = re.compile(r"U\d{5}", re.IGNORECASE)
_SCHOOL = re.compile(r"EE\d{6}|\d{3}[/ -]\d{4}|\d{6}", re.IGNORECASE)
_CDB = re.compile(r"(?:CDB|EMIS)[- ]?\d{3,6}", re.IGNORECASE)


def _whole(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.fullmatch(folded(text).strip()) is not None


def is_gmc_number(text: str) -> bool:
    """True for seven digits as in a GMC reference number, or 'C' before them (consultant code).

    Source: NHS Data Dictionary, GENERAL MEDICAL COUNCIL REFERENCE NUMBER, CONSULTANT CODE."""
    return _whole(_GMC, text) or _whole(_CONSULTANT, text)


def is_gp_code(text: str) -> bool:
    """True for a GP's national code, 'G' and seven digits (the last one checks), or six.

    Source: NHS Data Dictionary, GENERAL MEDICAL PRACTITIONER PPD CODE."""
    return _whole(_GP, text)


def is_gdc_number(text: str) -> bool:
    """True for the five or six digits of a dental registration: a shape that says little."""
    return _whole(_DENTAL, text)


def is_nmc_pin(text: str) -> bool:
    """True for a nurse's or midwife's PIN, '12A3456E': year, month A to L, four digits, part of the UK.

    Source: Nursing and Midwifery Council, 'Your Pin'."""
    return _whole(_NMC, text)


def is_hcpc_number(text: str) -> bool:
    """True for a registration with the Health and Care Professions Council, 'PH123456'."""
    return _whole(_HCPC, text)


def is_pharmacist_number(text: str) -> bool:
    """True for the seven digits of a pharmacist or pharmacy technician (GPhC)."""
    return _whole(_PHARMACIST, text)


def is_prescriber_number(text: str) -> bool:
    """True for what prescribers sign with: six or seven digits, a letter before them, or an NMC PIN."""
    return _whole(_PRESCRIBER, text)


def is_doctor_index(text: str) -> bool:
    """True for a doctor's index number or national DR code: five to seven digits, 'DR' before them."""
    return _whole(_DOCTOR_INDEX, text)


def is_practice_code(text: str) -> bool:
    """True for a GP practice's code, 'A12345' ('Y' prescribing sites, 'W' Wales, 'S' Scotland, 'Z' NI).

    Source: NHS Organisation Data Service, code formats (the same for those below)."""
    return _whole(_PRACTICE, text)


def is_pharmacy_code(text: str) -> bool:
    """True for a pharmacy's code, 'FXX12'."""
    return _whole(_PHARMACY, text)


def is_trust_code(text: str) -> bool:
    """True for a trust ('RXH', 'TAF'), a Welsh health board ('7A1') or an independent provider ('8HJ12')."""
    return _whole(_TRUST, text)


def is_site_code(text: str) -> bool:
    """True for a trust's site, 'RXH01'."""
    return _whole(_SITE, text)


def is_board_code(text: str) -> bool:
    """True for an integrated care board ('QOQ') or its place ('15E')."""
    return _whole(_BOARD, text) or _whole(_SUB_BOARD, text)


def is_network_code(text: str) -> bool:
    """True for a primary care network, 'U12345'."""
    return _whole(_NETWORK, text)


def is_school_code(text: str) -> bool:
    """True for a school's number: 'EE123456', local authority and establishment '123/4567', six digits."""
    return _whole(_SCHOOL, text)


def is_supplier_organisation(text: str) -> bool:
    """True for a supplier's number of a practice, 'CDB-12345'."""
    return _whole(_CDB, text)
