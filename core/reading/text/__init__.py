"""Delimited text and formats of lines: records, cells, blocks."""
