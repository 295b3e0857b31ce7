"""A key follows all that decides a number, and nothing else.

What decides it is found by running it: which modules of the lab a process holds once it has made a
few numbers of each kind, and which libraries those modules have imported.
"""

import importlib.metadata
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from wd import config
from wd.config import Setting
from wd.config.settings import list_read
from wd.declarations import HYPERPARAMETERS, IMPLEMENTATIONS, KINDS, MATRIX
from wd.evidence import keys, processor
from wd.evidence.keys import find_code, plan

ROOT = Path(__file__).parents[2]
LAB = ROOT / "wd/lab"
TARGETS = {
    **{name: (MATRIX, name, False) for name in IMPLEMENTATIONS},
    **{
        f"{name}, decomposed": (MATRIX, name, True)
        for name, declared in IMPLEMENTATIONS.items()
        if declared.theory
    },
    **{kind: (kind, None, False) for kind in KINDS if kind != MATRIX},
}
"""Whatever makes numbers: arguments of `find_code`."""

RUN_THEM = """
import builtins, json, os, sys
from pathlib import Path
import numpy, scipy.linalg, scipy.optimize, sklearn.linear_model, torch
from wd import config
from wd.config import Setting
from wd.declarations import MATRIX

torch.set_num_threads(1)
torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1).step()  # imports much, here once
small = config.load(Path("tests/small.toml"))
usual, imported = builtins.__import__, set()

def note(name, namespace=None, *rest):
    if namespace and str(namespace.get("__name__")).startswith("wd.lab."):
        imported.add(name.partition(".")[0])
    return usual(name, namespace, *rest)

def make(kind, implementation, decomposed):
    from wd.lab.chunks import Chunk, compute
    if kind == MATRIX:
        sizes = {"epochs": 2, "n_test": 5, "n_train": 6, "n_features": 4}
        settings, seeds = (Setting.of(implementation, **sizes),), (0, 1)
    else:
        study = next((study for study in small.studies if study.kind == kind), None)
        assert study, f"no study in tests/small.toml has kind = {kind!r}: give it one"
        settings, seeds = study.settings[:1], study.seeds[:1]
    chunk = Chunk("a", kind, settings, seeds, torch.device("cpu"), 1, decomposed)
    for _, outcomes in compute(chunk)[0]:
        list(outcomes)

for target, arguments in json.loads(sys.argv[1]).items():
    if os.fork() == 0:
        builtins.__import__ = note
        make(*arguments)
        modules = [sys.modules[name].__file__ for name in sys.modules if name.startswith("wd.lab.")]
        print(json.dumps([target, modules, sorted(imported)]), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0, target
"""


@pytest.fixture(scope="module")
def ran(run_python):
    """Of each target the modules of the lab that it ran, and the libraries that those import."""
    said = run_python(RUN_THEM, json.dumps(TARGETS))
    found = {}
    for target, files, libraries in map(json.loads, said.splitlines()):
        modules = {Path(file).relative_to(LAB).as_posix() for file in files}
        found[target] = {name for name in modules if not name.endswith("__init__.py")}, libraries
    return found


def forget():
    find_code.cache_clear()
    keys._read_module.cache_clear()
    keys.library_version.cache_clear()


@pytest.fixture
def afresh():
    """Keys are computed from what the test makes of the code and the libraries."""
    forget()
    yield
    forget()


def find_codes():
    return {
        target: find_code(kind, name, decomposed=decomposed)
        for target, (kind, name, decomposed) in TARGETS.items()
    }


# Code and libraries


@pytest.mark.parametrize("target", TARGETS)
def test_the_code_of_a_key_is_what_runs(ran, target):
    kind, implementation, decomposed = TARGETS[target]
    modules, _ = ran[target]

    assert set(find_code(kind, implementation, decomposed=decomposed).modules) == modules
    assert {"chunks.py", "outcomes.py"} <= modules


def test_a_changed_module_makes_again_what_ran_it_and_nothing_else(ran, afresh, monkeypatch):
    """Every module of the lab in turn; those that make no number make nothing again."""
    before, read = find_codes(), keys._read_module
    for path in LAB.rglob("*.py"):

        def read_changed(asked, path=path):
            text, *rest = read(asked)
            return (text + "CHANGED = 1" if asked == path else text, *rest)

        monkeypatch.setattr(keys, "_read_module", read_changed)
        find_code.cache_clear()
        after = find_codes()
        changed = {target for target in TARGETS if before[target].digest != after[target].digest}
        name = path.relative_to(LAB).as_posix()
        assert changed == {target for target, (modules, _) in ran.items() if name in modules}, name


def test_a_changed_library_makes_again_what_imports_it_and_nothing_else(ran, afresh, monkeypatch):
    """Every library that the lab imports, whatever it is."""
    distributions = importlib.metadata.packages_distributions()
    libraries = {
        target: {
            distributions[name][0] for name in imported if name in distributions and name != "wd"
        }
        for target, (_, imported) in ran.items()
    }
    before, version = find_codes(), keys.version
    for library in set().union(*libraries.values()):
        monkeypatch.setattr(
            keys, "version", lambda name, library=library: version(name) + "1" * (name == library)
        )
        find_code.cache_clear()
        keys.library_version.cache_clear()
        after = find_codes()
        changed = {
            target for target in TARGETS if before[target].versions != after[target].versions
        }
        assert changed == {target for target, used in libraries.items() if library in used}, library
    assert {"torch", "numpy", "scipy", "scikit-learn"} <= set().union(*libraries.values())


def test_the_version_of_every_library_is_known():
    for target, code in find_codes().items():
        assert "unknown" not in code.versions, target


@pytest.fixture
def change_lab(tmp_path, monkeypatch, afresh):
    """A function that changes a copy of the lab: it takes a module, a pattern and a text."""
    shutil.copytree(LAB, tmp_path / "wd/lab")
    monkeypatch.setattr(keys, "_LAB", tmp_path / "wd/lab")
    forget()

    def change(module, pattern, text):
        path = tmp_path / "wd/lab" / module
        code, found = re.subn(pattern, text, path.read_text(encoding="utf-8"))
        assert found
        path.write_text(code, encoding="utf-8")
        forget()

    return change


def test_code_is_read_from_its_files(change_lab):
    before = find_codes()
    change_lab("outcomes.py", r"\Z", "\nCHANGED = 1\n")

    after = find_codes()
    assert all(before[target].digest != after[target].digest for target in TARGETS)


@pytest.mark.parametrize("module", ["outcomes.py", "programs/scratch.py", "data.py"])
def test_a_better_comment_or_docstring_makes_nothing_again(change_lab, module):
    before = find_codes()
    change_lab(module, r'"""(?=[A-Z])', '"""Said better: ')
    change_lab(module, r"\n\n\n", "\n\n\n# A comment.\n\n")

    assert find_codes() == before


def test_the_lab_reads_no_single_declaration():
    """Then a key would have to follow it as well: code reads `IMPLEMENTATIONS` and `KINDS`."""
    instead = "ask `HYPERPARAMETERS[NAME].default`, or what else it is, from `wd.declarations`"
    for path in LAB.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found = re.search(r"(from|import) wd\.declarations\.\S+", text)
        assert not found, f"{path.name}: {found[0]}: {instead}"


# Values


def change_value(name, value):
    """Another value that the hyperparameter may have."""
    declared = HYPERPARAMETERS[name]
    if declared.choices:
        return next(each for each in declared.choices if each != value)
    return value + 1 if declared.check(value + 1) is None else value - 1


def key_of(kind, setting):
    study = config.Study("a", kind, (setting,), (0,))
    return plan(study)[0].key


READ = [
    *((MATRIX, each, name) for each in IMPLEMENTATIONS for name in list_read(MATRIX, each)),
    *((kind, None, name) for kind in KINDS if kind != MATRIX for name in list_read(kind)),
]


@pytest.mark.parametrize(("kind", "implementation", "name"), sorted(READ, key=str))
def test_every_hyperparameter_that_is_read_is_part_of_the_key(kind, implementation, name):
    setting = Setting.read(kind, {"implementation": implementation})
    if name == "implementation":
        return  # whose code is another
    changed = setting.change(**{name: change_value(name, getattr(setting, name))})

    assert changed != setting
    assert key_of(kind, changed) != key_of(kind, setting)


def test_the_same_cell_has_the_same_key_in_every_study_and_with_every_seed(parse):
    one, two = parse(a={"seeds": 3}, b={"seeds": [7]}).studies

    assert plan(one)[0].key == plan(two)[0].key


def test_what_is_recorded_besides_the_end_is_part_of_the_key(cells):
    recorded = ({}, {"curves_every": 5}, {"curves_every": 10}, {"decompose": True})
    found = {cells(**each)[0].key for each in recorded}

    assert len(found) == len(recorded)


def test_what_is_only_recorded_of_training_is_no_part_of_a_solution_s_key(cells):
    plain, curves = ({}, {"curves_every": 5})

    assert (
        cells(implementation="ridge", **plain)[0].key
        == cells(implementation="ridge", **curves)[0].key
    )


@pytest.mark.parametrize("changed", [{"tile": 99}, {"theory": None}])
def test_what_a_declaration_decides_about_numbers_is_part_of_the_key(cells, monkeypatch, changed):
    before = cells(decompose=True)[0].key
    declared = IMPLEMENTATIONS | {"scratch": replace(IMPLEMENTATIONS["scratch"], **changed)}
    monkeypatch.setattr(keys, "IMPLEMENTATIONS", declared)

    assert cells(decompose=True)[0].key != before


# What is added


PLAN = """
import json, sys
from pathlib import Path
from wd import config
from wd.evidence.keys import plan
from wd.evidence.pending import pending
from wd.evidence.store import Evidence
studies = config.parse(json.loads(sys.argv[1])).studies
print(json.dumps([[cell.study, cell.key] for study in studies for cell in plan(study)]))
"""
ASKED = {
    "study": {
        "some": {
            "implementation": list(IMPLEMENTATIONS),
            "weight_decay": [0, 3],
            "decompose": True,
        },
        **{
            kind: {"kind": kind, "n_features": 2} if kind == "landscape" else {"kind": kind}
            for kind in ("decay_alone", "landscape", "conventions", "best_decay", "one_step")
        },
    }
}


def test_another_program_kind_hyperparameter_number_or_series_changes_no_key(grown, run_python):
    before = run_python(PLAN, json.dumps(ASKED))

    assert json.loads(run_python(PLAN, json.dumps(ASKED), tree=grown)) == json.loads(before)
    added = {"study": {"zebra": {"implementation": "zebra"}, "grevy": {"kind": "grevy"}}}
    assert len(json.loads(run_python(PLAN, json.dumps(added), tree=grown))) == 2


def test_a_processor_is_named_by_the_widest_instructions_it_has(monkeypatch):
    facts = {"vendor_id": "AuthenticAMD", "flags": "fpu avx sse avx2"}
    monkeypatch.setattr(processor, "_read_cpuinfo", lambda: facts)
    monkeypatch.setattr(processor.platform, "machine", lambda: "x86_64")
    for name in processor._CHOICES:
        monkeypatch.delenv(name, raising=False)

    assert processor.name_processor.__wrapped__() == "x86_64 AuthenticAMD avx2"
