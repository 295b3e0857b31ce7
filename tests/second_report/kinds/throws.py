"""Throws of needles on a floor of parallel lines."""

from wd.declarations.forms import Kind

DECLARATION = Kind(reads=("needles", "length"), numbers=("crossing",))
