"""The detectors of clinicians and organisations."""

from __future__ import annotations

from core.model import Kind, Role
from core.survey.identifiers import staff
from core.survey.identifiers.detector import Detector, in_text

_CODE, _PLACE, _STAFF = Role.STAFF_CODE, Role.ORGANISATION, Kind.STAFF
_ODS = "NHS Organisation Data Service"

STAFF_AND_ORGANISATIONS: tuple[Detector, ...] = (
    Detector(
        "nmc_pin", "nurse's PIN", _CODE, _STAFF, staff.is_nmc_pin, 0.6, "Nursing and Midwifery Council",
        pattern=in_text(r"\d{2}[A-L]\d{4}[CENOSW]"), words=("nmc", "pin", "nurse", "rgn"),
        needs=("99A9999A",),
    ),
    Detector(
        "gmc_number", "doctor's GMC number", _CODE, _STAFF, staff.is_gmc_number, 0.05,
        "General Medical Council",
        pattern=in_text(r"C?[1-8]\d{6}"), words=("gmc", "general medical council", "gmc no",
        "consultant code"),
        digits=7,
    ),
    Detector(
        "gp_code", "GP's national code", _CODE, _STAFF, staff.is_gp_code, 0.55,
        "NHS Data Dictionary, GENERAL MEDICAL PRACTITIONER PPD CODE", pattern=in_text(r"G\d{6,7}"),
        words=("gp code", "ppd", "national code", "gp national"), needs=("A999999",),
    ),
    Detector(
        "hcpc_number", "therapist's registration", _CODE, _STAFF, staff.is_hcpc_number, 0.15,
        "Health and Care Professions Council", pattern=in_text(r"[A-Z]{2,3}\s?\d{5,6}"),
        words=("hcpc", "physio", "paramedic", "podiatrist", "dietitian", "ot"), needs=("A99999", "A 99999"),
    ),
    Detector(
        "gdc_number", "dentist's registration", _CODE, _STAFF, staff.is_gdc_number, 0.02,
        "General Dental Council", pattern=in_text(r"(?:CD)?\d{5,6}"), words=("gdc", "dental council"),
        digits=5,
    ),
    Detector(
        "pharmacist_number", "pharmacist's registration", _CODE, _STAFF, staff.is_pharmacist_number, 0.05,
        "General Pharmaceutical Council", pattern=in_text(r"[25]0\d{5}"), words=("gphc", "pharmacist"),
        digits=7,
    ),
    Detector(
        "prescriber_number", "prescriber's number", _CODE, _STAFF, staff.is_prescriber_number, 0.03,
        "NHS Business Services Authority", pattern=in_text(r"[A-Z]?\d{6,7}"),
        words=("prescriber", "prescriber no", "prescriber code", "prescribing number"), digits=6,
    ),
    Detector(
        "doctor_index", "doctor's index number", _CODE, _STAFF, staff.is_doctor_index, 0.03,
        "NHS Data Dictionary, DOCTOR INDEX NUMBER", pattern=in_text(r"(?:DR|DIN)?\s?\d{5,7}"),
        words=("din", "doctor index", "dr code", "dr no", "doctor code"), digits=5,
    ),
    Detector(
        "practice_code", "practice's code", _PLACE, _STAFF, staff.is_practice_code, 0.45, _ODS,
        pattern=in_text(r"[A-HJ-NPSVWYZ]\d{5}"), words=("practice", "ods", "surgery", "org", "organisation"),
        needs=("A99999",), beside=0.9,
    ),
    Detector(
        "network_code", "primary care network's code", _PLACE, _STAFF, staff.is_network_code, 0.45, _ODS,
        pattern=in_text(r"U\d{5}"), words=("pcn", "network"), needs=("A99999",),
    ),
    Detector(
        "pharmacy_code", "pharmacy's code", _PLACE, _STAFF, staff.is_pharmacy_code, 0.15, _ODS,
        pattern=in_text(r"F[A-Z0-9]{2}\d{2}", flags=0),
        words=("pharmacy", "chemist", "ods", "nominated", "dispenser"),
        needs=("99",), digits=2,
    ),
    Detector(
        "trust_code", "trust's code", _PLACE, _STAFF, staff.is_trust_code, 0.02, _ODS,
        pattern=in_text(r"[RT][A-Z0-9]{2}|7A\d|8\w\d{3}", flags=0),
        words=("trust", "provider", "ods"), beside=0.7,
    ),
    Detector(
        "site_code", "hospital site's code", _PLACE, _STAFF, staff.is_site_code, 0.02, _ODS,
        pattern=in_text(r"[RT][A-Z0-9]{4}", flags=0), words=("site", "ods", "trust"), beside=0.7,
    ),
    Detector(
        "board_code", "care board's code", _PLACE, _STAFF, staff.is_board_code, 0.02, _ODS,
        pattern=in_text(r"Q[A-Z0-9]{2}|\d{2}[A-Z]", flags=0), words=("icb", "sub-icb", "ccg", "stp", "ics"),
        beside=0.8,
    ),
    Detector(
        "school_code", "school's number", _PLACE, Kind.QUASI_IDENTIFIER, staff.is_school_code, 0.02,
        "Department for Education", pattern=in_text(r"EE\d{6}|\d{3}[/ -]\d{4}|\d{6}"),
        words=("school code", "school urn", "school no", "dfe", "urn", "dfes", "establishment"), digits=6,
        beside=0.8,
    ),
    Detector(
        "supplier_organisation", "supplier's number of a practice", _PLACE, _STAFF,
        staff.is_supplier_organisation,
        0.7, "EMIS CDB number", pattern=in_text(r"(?:CDB|EMIS)[- ]?\d{3,6}"),
        marks=("CDB", "cdb", "EMIS", "emis"),
    ),
)  # fmt: skip
