"""Files that are written whole, or only ever appended to."""
