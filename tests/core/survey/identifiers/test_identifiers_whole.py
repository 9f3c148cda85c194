"""Each detector asked of whole cells: what it takes, and the look-alikes that it must not."""

from __future__ import annotations

import pytest

from core.survey.identifiers.table import detector

# id: what is one, what is none (codes, doses, laboratory values, batches, dates that look like it).
CELLS: dict[str, tuple[list[str], list[str]]] = {
    "passport": (["AB1234567", "ab1234567"], ["A12345678", "AB 1234567", "AB123456", "SW1A1AA"]),
    "passport_digits": (["123456789"], ["12345678", "1234567890", "12.3456789"]),
    "driving_licence": (
        ["MORGA657054SM9IJ", "MORGA 657054 SM9IJ 35", "FO999512018AA1AB"],
        ["MORGA600054SM9IJ", "MO9G9657054SM9IJ", "AMOXICILLIN500MG"],
    ),
    "ni_number": (["AB123456C", "ab 12 34 56 c"], ["BG123456A", "AB123456", "AB123456H", "QQ123456C"]),
    "prisoner_number": (["A1234BC"], ["A12345B", "A123BC", "C10E.00"]),
    "police_number": (["2003/0012345A", "03/12345K"], ["120/80", "2003/01", "12/03/2003"]),
    "visa_number": (["GWF012345678"], ["GWF0123", "012345678"]),
    "pupil_number": (["A801200001001", "H801200001001"], ["I801200001001", "A80120000100", "8012000010012"]),
    "learner_number": (["1000000043"], ["1000000001", "9990000018.5", "44054006"]),
    "tax_reference": (["1234567890", "12345 67890K"], ["123456789", "12345678901"]),
    "iban": (["GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"], ["GB28NWBK60161331926819", "AB1234"]),
    "bank_account": (["12-34-56 12345678", "12 34 56 / 12345678"],
        ["12-34-56", "12345678", "12/03/2020 10:15"]),
    "card_in_groups": (["4111 1111 1111 1111", "3782 822463 10005"],
        ["4111 1111 1111 1112", "1111 2222 3333 4444"]),
    "vehicle": (
        ["AB51 ABC", "AB51ABC", "A123 BCD", "ABC 123D"],
        ["A1 5MG", "AB35 ABC", "T12 4mg", "AB1234", "C10E.", "B12", "BS6 5QA"],
    ),
    "device": (
        ["(01)05012345678900(17)250101(10)AB12(21)X99", "(01)05012345678900"],
        ["(01) 2", "05012345678900", "(1)"],
    ),
    "imei": (["490154203237518", "49-015420-323751-8"], ["490154203237519", "000000000000000", "44054006"]),
    "booking_reference": (["000148237790", "0001 4823 7790"], ["00014823779", "12/03/2020 10"]),
    "hospital_number": (["A123456", "RXH1234567", "123456Z", "MRN 12345"], ["A1", "asthma", "12.5", "5mg"]),
    "guid": (
        ["{F8E1A85B-0B39-4714-B414-69A4EE9E1D73}", "f8e1a85b0b394714b41469a4ee9e1d73"],
        ["F8E1A85B-0B39", "00000000-0000-0000-0000-000000000000", "C10E."],
    ),
    "link": (["https://example.org/a", "www.example.org"], ["http://snomed.info/sct", "e.g. this"]),
    "ip_address": (["192.168.1.20", "10.0.0.1:8080", "2001:db8::1"],
        ["1.2.3", "127.0.0.1", "10:30", "999.1.1.1"]),
    "mac_address": (["00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7"], ["10:30:00", "12-03-2020"]),
    "email": (
        ["jo+gp@example.org", "zoë@bücher.example", "jo (at) example dot org", "Jo <jo@example.org>"],
        ["jo@", "seen at clinic", "@home", "look at example.org"],
    ),
    "phone": (["+44 (0)7700 900123", "7700900123.0", "020 7946 0867 x12"],
        ["120/80", "44054006", "9990000018"]),
    "postcode": (["GIR 0AA", "ZZ99 3VZ", "im1 1aa", "BF1 2AT"], ["A1 5MG", "H33..", "QA1 1AA"]),
    "address": (
        ["Flat 3b, 12 High Street", "PO Box 12", "BFPO 57", "c/o Mrs Bell, 2 Mill Lane", 
         "Rose Cottage, Mill Lane",
         "Heol y Bont", "12 High St\nOtley\nLS21 1AB", "The Willows Nursing Home"],
        ["2 tablets daily", "Asthma annual review", "Leeds", "120/80", "Nursing home", "Take 1 at night"],
    ),
    "three_words": (["///filled.count.soap", "what3words.com/filled.count.soap"],
        ["a.b.c", "www.example.org"]),
    "position": (["53.80082, -1.54912", "53.80082N 1.54912W", "-1.54912,53.80082"],
        ["7.41, 5.22", "120.123, 80.4"]),
    "grid_reference": (["TQ 30080 80449", "TQ3008080449", "SU 123 456"],
        ["SU1234", "AB1234567", "5 mg 10 mg"]),
    "uprn": (["100012345678", "010001234567"], ["12345", "1234567890123"]),
    "nmc_pin": (["12A3456E", "99L1234s"], ["12M3456E", "12A3456Z", "1A23456E"]),
    "gmc_number": (["7012345", "C7012345"], ["0012345", "701234", "44054006"]),
    "gp_code": (["G9876543"], ["G98765", "H9876543", "G30.."]),
    "practice_code": (["A83627", "Y01234", "S12345", "Z00123"], ["A8362", "X83627", "C10E.."]),
    "pharmacy_code": (["FXX12", "FA002"], ["FEVER", "F1234", "F32.1"]),
}  # fmt: skip


@pytest.mark.parametrize("id", sorted(CELLS))
def test_whole_cells(id: str) -> None:
    one = detector(id)
    takes, leaves = CELLS[id]
    assert [text for text in takes if not one.whole(text)] == []
    assert [text for text in leaves if one.whole(text)] == []


def test_a_check_digit_raises_confidence_and_gates_nothing() -> None:
    nhs = detector("nhs_number")
    assert nhs.strength("999 000 0018") > 0.9
    assert 0 < nhs.strength("999 000 0019") < 0.6
    assert nhs.whole("999 000 0019")
    pupil = detector("pupil_number")
    assert pupil.strength("A801200001001") > pupil.strength("H801200001001") or not pupil.check(
        "A801200001001"
    )
