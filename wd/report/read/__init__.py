"""Evidence as arrays, estimates, numbers and words; knows no page and no subject."""
