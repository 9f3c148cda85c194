"""The book of recipients: who may get what, on which legal basis, until when, and within which limits."""

from core.protection.recipients.book import (
    BOOK_SETTING,
    RecipientsBook,
    book_text,
    default_book,
    default_book_path,
    read_recipients,
    write_recipients,
)
from core.protection.recipients.entry import (
    INTERESTS,
    TRANSFERS,
    Accreditation,
    AgreedFields,
    AgreedWindow,
    Cohort,
    Recipient,
    accredited,
)
from core.protection.recipients.types import RecipientType, recipient_types, whole_list_reasons

__all__ = [
    "BOOK_SETTING",
    "INTERESTS",
    "TRANSFERS",
    "Accreditation",
    "AgreedFields",
    "AgreedWindow",
    "Cohort",
    "Recipient",
    "RecipientType",
    "RecipientsBook",
    "accredited",
    "book_text",
    "default_book",
    "default_book_path",
    "read_recipients",
    "recipient_types",
    "whole_list_reasons",
    "write_recipients",
]
