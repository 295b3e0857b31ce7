"""The evidence: what identifies a number, and how it is kept and read back."""
