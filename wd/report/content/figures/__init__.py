"""Figures: what is drawn, a module per topic."""
