"""Kinds of studies: how the numbers of settings and seeds are made.

The module of a kind that is declared in `wd.declarations.kinds` has a function `measure(settings,
seeds)`. Its settings differ only along what the kind computes together, and it returns each of
them with the `Outcomes` of the seeds, in their order. `matrix` and `exact` make the runs of
implementations. Another report's kinds are found here too, in a folder of its own.
"""

from wd.project import REPORT

__path__.insert(0, str(REPORT.lab / "studies"))
