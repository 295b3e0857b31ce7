"""The configuration: report.toml as frozen studies, checked before anything runs."""

from wd.config.document import Config, load, parse
from wd.config.settings import Setting, Study

__all__ = ["Config", "Setting", "Study", "load", "parse"]
