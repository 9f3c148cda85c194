"""Writing, checking and describing what leaves."""

from core.release.export import ReleaseResult, export_release
from core.release.job import ApplyTable
from core.release.manifest import DataFile, Manifest, read_manifest
from core.release.reports import TIER_WORDS
from core.release.stage import WriteError, clear_unfinished
from core.release.verify import VerifyResult, verify_release
from core.release.writers import FORMATS

__all__ = [
    "FORMATS",
    "TIER_WORDS",
    "ApplyTable",
    "DataFile",
    "Manifest",
    "ReleaseResult",
    "VerifyResult",
    "WriteError",
    "clear_unfinished",
    "export_release",
    "read_manifest",
    "verify_release",
]
