"""Where the checkout is: everything that is no code is found from here."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
"""The folder of report.toml, docs and mkdocs.yml."""
