"""What is solved: closed forms and exact minimisers of the same problems."""
