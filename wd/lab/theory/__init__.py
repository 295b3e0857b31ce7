"""What to expect of a run before anything is trained."""
