"""What surrounds the code: pins, workflows, licence, and what must not be committed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from pathlib import Path

import pytest
import yaml
from invoke import Exit, FilesystemLoader, MockContext, Result

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
ACTIONS = {
    "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1",
    "actions/setup-python": "5fda3b95a4ea91299a34e894583c3862153e4b97",
    "actions/upload-pages-artifact": "fc324d3547104276b827a68afc52ff2a11cc49c9",
    "actions/upload-artifact": "ea165f8d65b6e75b540449e92b4886f43607fa02",
    "actions/deploy-pages": "cd2ce8fcbc39b97be8ca5fce6e763baed58fa128",
}

every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
needs_bash = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("bash"), reason="workflows run in bash"
)
needs_git = pytest.mark.skipif(
    not ((ROOT / ".git").exists() and shutil.which("git")), reason="this is no git checkout"
)


def read(path: Path) -> dict:
    # YAML 1.1 reads the key `on` as true.
    return {
        "on" if key is True else key: value
        for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    }


def script(workflow: str, job: str, step: str) -> str:
    """The shell script of a step, as GitHub runs it."""
    steps = read(ROOT / f".github/workflows/{workflow}.yml")["jobs"][job]["steps"]
    (found,) = (entry["run"] for entry in steps if entry.get("name") == step)
    return found


def run_script(text: str, folder: Path, **environment: str) -> str:
    environment |= {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def git(folder: Path, *arguments: str) -> str:
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


def add_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def check_with(tool: str, *arguments: object) -> None:
    """Run one of the development tools without a network; all it says is in the failure."""
    program = shutil.which(tool, path=sysconfig.get_path("scripts"))
    assert program, f"{tool} isn't installed: it comes with the extra dev"
    command = [program, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# What must not be committed


@needs_git
def test_no_file_names_a_package_registry_or_a_place_on_somebodys_machine() -> None:
    listed = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    forbidden = re.compile(
        r"pypi\.[a-z]{3}\b|python[h]osted|registry\.npm[a-z]|deb\.deb[a-z]+"
        r"|(?<![\w.])/(?:root|work|opt|home|Users)/[A-Za-z.]|f[i]le:///[a-z]|[\w]:\\Users\\"
    )
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file():
            text = path.read_bytes().decode("utf-8", errors="replace")
            found += [f"{name}: {match[0]}" for match in forbidden.finditer(text)]
    assert found == []


def test_only_the_workflows_name_an_index_of_wheels() -> None:
    """It is PyTorch's own, for the builds without CUDA, and for torch alone."""
    for path in WORKFLOWS:
        commands = [
            step.get("run", "") for job in read(path)["jobs"].values() for step in job["steps"]
        ]
        indexed = [command.split() for command in commands if "index-url" in command]
        assert indexed
        for command in indexed:
            assert command[command.index("-r") + 1 :] == [
                "hashes-cpu.txt",
                "--index-url",
                CPU_WHEELS,
            ]


# Pins


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_pin_is_a_plain_name_and_version() -> None:
    """No path, address, marker or local version, so that they hold on every system."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    plain = re.compile(r"[A-Za-z][A-Za-z0-9._-]*==[0-9]+(\.[0-9]+)*(\.post[0-9]+)?")
    assert [line for line in lines if not plain.fullmatch(line)] == []
    assert len({normal(name) for name in pins()}) == len(lines)


def test_every_pin_has_its_hashes_and_torch_those_of_its_build_for_the_cpu() -> None:
    def read_hashes(name: str) -> dict[str, list[str]]:
        text = (ROOT / name).read_text(encoding="utf-8").replace(" \\\n", "")
        lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
        for line in lines:
            assert all(re.fullmatch("--hash=sha256:[0-9a-f]{64}", each) for each in line[1:])
        return {normal(line[0]): line[1:] for line in lines}

    hashes, cpu = read_hashes("hashes.txt"), read_hashes("hashes-cpu.txt")
    assert hashes.keys() == {normal(f"{name}=={pin}") for name, pin in pins().items()}
    assert cpu.keys() == {normal(f"torch=={pins()['torch']}")}
    assert all([*hashes.values(), *cpu.values()])


@every_workflow
def test_a_workflow_installs_by_hashes_and_the_project_without_anything_else(path: Path) -> None:
    for job in read(path)["jobs"].values():
        for step in job["steps"]:
            if "pip install" in (command := step.get("run", "")):
                assert "--no-deps" in command
                assert ("--require-hashes" in command) != command.endswith(
                    "--no-build-isolation -e ."
                )


def test_everything_the_project_asks_for_is_pinned() -> None:
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["dev"], *extras["cluster"]]
    names = {normal(re.match(r"[\w.-]+", line)[0]) for line in wanted}
    assert names - {normal(name) for name in pins()} == set()


def test_no_pin_brings_cuda_or_jax() -> None:
    """CUDA comes with torch where pip decides so, JAX with the extra `bench`."""
    assert [name for name in pins() if re.match("nvidia|cuda|triton|jax(?!typing)", name)] == []
    assert pins()["torch"] == "2.13.0"


# Workflows


@every_workflow
def test_an_action_is_pinned_by_its_commit(path: Path) -> None:
    used = re.findall(r"uses: (\S+)@(\S+) # v\d+\.\d+\.\d+$", path.read_text("utf-8"), re.MULTILINE)
    assert used
    assert len(used) == path.read_text("utf-8").count("uses:")
    assert dict(used) == {name: ACTIONS[name] for name, _ in used}


@every_workflow
def test_a_workflow_grants_nothing_and_each_job_the_least(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    granted = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    least = {
        "check": {"contents": "read"},
        "elsewhere": {"contents": "read"},
        "compare": {"contents": "read"},
        "replicate": {"contents": "read"},
        "build": {"actions": "read", "contents": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
        "notebooks": {"actions": "read", "contents": "write"},
    }
    assert granted == {name: least[name] for name in granted}


@every_workflow
def test_a_job_ends_and_keeps_no_credentials(path: Path) -> None:
    workflow = read(path)
    assert "concurrency" in workflow
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 45
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_a_pull_request_is_checked_and_never_published() -> None:
    check, publish, replicate = (read(path) for path in WORKFLOWS)
    assert set(check["on"]) == {"push", "pull_request"}
    assert set(publish["on"]) == {"push", "workflow_dispatch"}
    assert publish["on"]["push"] == {"branches": ["main"]}
    assert set(replicate["on"]) == {"schedule", "workflow_dispatch"}


@every_workflow
def test_no_expression_is_pasted_into_a_shell_script(path: Path) -> None:
    for job in read(path)["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")


def test_zizmor_finds_nothing() -> None:
    check_with("zizmor", "--offline", "--quiet", "--pedantic", ".github")


def test_the_workflows_fit_their_schema() -> None:
    check_with("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


@needs_bash
@pytest.mark.parametrize(
    ("repository", "variable", "address"),
    [
        ("Ada/report", "", "https://ada.github.io/report/"),
        ("Ada/ada.github.io", "", "https://ada.github.io/"),
        ("ada/Ada.GitHub.io", "", "https://ada.github.io/"),
        ("ada/report", "https://decay.example/", "https://decay.example/"),
    ],
)
def test_a_fork_is_published_under_its_own_address(
    tmp_path: Path, repository: str, variable: str, address: str
) -> None:
    add_program(tmp_path / ".venv/bin/invoke", 'echo "$1 $SITE_URL $REPO_URL"')
    said = run_script(
        script("publish", "build", "Build the report"),
        tmp_path,
        SITE_URL=variable,
        GITHUB_SERVER_URL="https://github.com",
        GITHUB_REPOSITORY=repository,
        GITHUB_REPOSITORY_OWNER=repository.partition("/")[0],
    )
    assert said == f"build-report {address} https://github.com/{repository}\n"


@needs_bash
@needs_git
def test_the_notebooks_branch_holds_the_executed_notebooks_alone(tmp_path: Path) -> None:
    """The push runs for real, twice, into a repository beside it; only `gh` is a stand-in."""
    for name in ("scratch", "concise"):
        page = tmp_path / f"built/en/{name}"
        page.mkdir(parents=True)
        (page / f"{name}.ipynb").write_text(name)
        (page / "index.html").touch()
    with tarfile.open(tmp_path / "kept.tar", "w") as archive:
        archive.add(tmp_path / "built", arcname=".")
    add_program(tmp_path / "bin/gh", '[[ $1 == auth ]] || cp "$KEPT" artifact.tar')
    branch = tmp_path / "me/report"
    git(tmp_path, "init", "--bare", "--quiet", str(branch))
    for run in ("first", "second"):
        (tmp_path / run).mkdir()
        (tmp_path / run / "bin").symlink_to(tmp_path / "bin")
        run_script(
            script("publish", "notebooks", 'Push them as the one commit of the branch "notebooks"'),
            tmp_path / run,
            KEPT=str(tmp_path / "kept.tar"),
            GITHUB_SERVER_URL=str(tmp_path),
            GITHUB_REPOSITORY="me/report",
            GITHUB_RUN_ID="1",
            GITHUB_SHA=run,
        )
    files = git(branch, "ls-tree", "-r", "--name-only", "notebooks")
    assert files.split() == ["en/concise.ipynb", "en/scratch.ipynb"]
    assert git(branch, "log", "--format=%s", "notebooks") == "Executed notebooks of second\n"


# Versions and licences


def test_the_changelog_and_the_citation_know_the_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(
        rf"^## \[{re.escape(PROJECT['version'])}\] - \d{{4}}-\d\d-\d\d$", changes, re.M
    )
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"] == "MIT"


def test_the_citation_fits_its_schema() -> None:
    check_with(
        "check-jsonschema", "--builtin-schema", "vendor.citation-file-format", "CITATION.cff"
    )


def test_outside_a_checkout_one_line_says_so(tmp_path: Path) -> None:
    """A wheel has the code and neither pages nor their words."""
    shutil.copytree(ROOT / "wd", tmp_path / "wd", ignore=shutil.ignore_patterns("__pycache__"))
    for command in (["-c", "import wd.pipeline"], ["-m", "wd.report.site.prose"]):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 1
        assert done.stdout == ""
        said = done.stderr.splitlines()[-1]
        assert said.startswith(f"wd.errors.SiteError: {tmp_path} has no mkdocs.yml: ")


@pytest.mark.parametrize(
    ("failing", "says"),
    [
        (".* format ", "ruff format --check\\.\nRun: ruff format"),
        (".*(prose|mypy)", "wd.report.site.prose, mypy\\.\nSee above"),
        (".*", "prose, .*search, .*translations, ruff .*, mypy\\.\nRun: ruff format"),
    ],
)
def test_lint_runs_every_check_its_own_first_and_ends_with_what_to_mend(failing, says) -> None:
    ends = {re.compile(failing): Result(exited=1), re.compile(""): Result()}
    context = MockContext(run=ends, repeat=True)
    tasks, _ = FilesystemLoader(start=str(ROOT)).load("tasks")
    with pytest.raises(Exit, match=says):
        tasks.lint(context)
    modules = [call.args[0].partition(" -m ")[2].split()[0] for call in context.run.call_args_list]
    own = [f"wd.report.site.{name}" for name in ("prose", "search", "translations")]
    assert modules == [*own, "ruff", "ruff", "mypy"]


def test_lint_says_nothing_where_nothing_is_found() -> None:
    tasks, _ = FilesystemLoader(start=str(ROOT)).load("tasks")
    tasks.lint(MockContext(run=Result(), repeat=True))


def test_ci_is_a_program() -> None:
    assert (ROOT / ".ci/run").read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    if sys.platform != "win32":
        assert os.access(ROOT / ".ci/run", os.X_OK)
