"""What the matrix can run, one module each, found by its name: see `wd.declarations`."""
