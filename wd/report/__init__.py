"""The report tells the evidence: claims, figures, tables, pages. It never imports torch."""

from wd.errors import SiteError
from wd.project import REPORT

if not (REPORT.folder / "mkdocs.yml").is_file():  # as in an unpacked wheel, which has code alone
    raise SiteError(
        f"{REPORT.folder} has no mkdocs.yml: "
        "a report is made in a checkout of its repository, as the README says."
    )
