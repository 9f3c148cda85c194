"""The book of recipients: who may get what, on which legal basis, until when, and within which limits."""

from core.protection.recipients.book import Recipient, RecipientsBook, read_recipients
from core.protection.recipients.types import RecipientType, recipient_types

__all__ = [
    "Recipient",
    "RecipientType",
    "RecipientsBook",
    "read_recipients",
    "recipient_types",
]
