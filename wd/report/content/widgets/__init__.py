"""Widgets: the data of what a reader can move, a module each."""
