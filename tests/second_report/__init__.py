"""Buffon's needle: a small report on another subject, which shows what the engine asks of one."""

from pathlib import Path

from wd.project import Report

REPORT = Report("needle", Path(__file__).parent, __name__, Path(__file__).parent, __name__)
