"""Plans that are kept: files, comparing, starting next month's from this one's, and approvals.

Its public names are those of `core.protection`; importing them here would go round in a circle.
"""
