"""Two evidence files beside each other: which numbers and verdicts are the same in both."""
