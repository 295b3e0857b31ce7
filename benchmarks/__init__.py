"""How fast and how large: every figure is a ratio between two things measured in one process run.

Seconds depend on the machine and on what else it does; ratios of things that take turns on the same
inputs depend on it much less. `python -m benchmarks` prints one table (`--help` lists options):

    report.py    the table and its bounds
    turns.py     lets things take turns and compares their rates
    ours.py      the matrix on inputs that are drawn once, before any clock starts
    course.py    the course's own kind of loop, one model at a time
    programs.py  the two programs that readers see
    peer.py      the same experiment in JAX
    growth.py    memory and time of fresh processes, and how they grow with the seeds
    builds.py    building the report and the site again
"""
