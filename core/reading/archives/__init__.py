"""Files inside archives, opened where they lie."""
