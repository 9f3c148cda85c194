"""Workbooks of every sort, and what hides in them."""
