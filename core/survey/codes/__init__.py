"""Codes and terms: their terminology, their damage, their categories, and what nobody could judge."""
