"""Writing, checking and describing what leaves."""

from core.release.check_list import CheckList, make_check_list, write_check_list
from core.release.earlier import compared_with, earlier_release
from core.release.export import ReleaseResult, export_release
from core.release.job import ApplyTable
from core.release.manifest import DataFile, Manifest, read_manifest
from core.release.reports import TIER_WORDS
from core.release.stage import WriteError, check_folder, clear_unfinished
from core.release.verify import VerifyResult, verify_release
from core.release.writers import FORMATS

__all__ = [
    "FORMATS",
    "TIER_WORDS",
    "ApplyTable",
    "CheckList",
    "DataFile",
    "Manifest",
    "ReleaseResult",
    "VerifyResult",
    "WriteError",
    "check_folder",
    "clear_unfinished",
    "compared_with",
    "earlier_release",
    "export_release",
    "make_check_list",
    "read_manifest",
    "verify_release",
    "write_check_list",
]
