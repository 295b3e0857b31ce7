"""Checks: comparisons that are no training runs, each a module with a `check` function.

`check(setting, seeds)` gets the setting of the configuration's defaults (implementation scratch)
and yields (scope, name, seed, value): in which case, what was measured, on which data, the number.
"""
