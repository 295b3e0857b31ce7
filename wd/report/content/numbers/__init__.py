"""Single numbers that prose looks up, a module per topic."""
