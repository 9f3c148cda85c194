"""What each field of a table is, on what evidence: headings, values, neighbours."""
