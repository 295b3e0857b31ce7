"""Weight decay, executed: one way from a configuration to a site.

    report.toml ─► wd.config ─► wd.lab ─► wd.evidence.store ─► wd.report ─► build/docs ─► build/site

`wd.config` refuses bad input and unfolds every study into settings.
`wd.lab` (torch) trains the settings that the evidence file doesn't hold yet.
`wd.evidence.store` is one SQLite file, and the only thing the two wings share.
`wd.report` (no torch) tells the evidence: claims, figures, tables, pages.
"""
