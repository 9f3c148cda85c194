"""Codes as older programs make them, for recipients who still link by them. Each carries its warning."""

from core.protection.schemes.chosen import (
    DIGEST,
    SCHEMES,
    WARNING,
    Chosen,
    Scheme,
    choose_scheme,
    scheme_gate,
    scheme_of,
    warning_of,
    with_scheme,
    without_salt,
)

__all__ = [
    "DIGEST",
    "SCHEMES",
    "WARNING",
    "Chosen",
    "Scheme",
    "choose_scheme",
    "scheme_gate",
    "scheme_of",
    "warning_of",
    "with_scheme",
    "without_salt",
]
