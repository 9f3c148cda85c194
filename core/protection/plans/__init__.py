"""Plans that are kept: files, comparing, starting next month's from this one's, and approvals.

Import from its modules: names gathered here would make `planning` and this package need each other.
"""
