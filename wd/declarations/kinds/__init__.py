"""The kinds of studies, one module each, found by its name: see `wd.declarations`."""
