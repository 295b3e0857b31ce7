"""`python -m benchmarks`: measures, prints one table, and fails if a bound isn't kept."""

from __future__ import annotations

import argparse
import os
import sys

CORES = 2


def main() -> int:
    """Measure what the arguments ask for; return 1 if a bound isn't kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="3 turns instead of 7")
    parser.add_argument("--build", action="store_true", help="also build the report, several times")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    # torch and JAX count the cores when they are imported
    from benchmarks.report import report

    return 0 if report(turns=3 if options.quick else 7, build=options.build) else 1


if __name__ == "__main__":
    sys.exit(main())
