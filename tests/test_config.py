"""Bad input is refused in a few clear lines, and a grid is what its author wrote."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from wd import config
from wd.config import Config
from wd.declarations import HYPERPARAMETERS, IMPLEMENTATIONS, MATRIX, list_read
from wd.errors import ConfigError

ROOT = Path(__file__).parents[1]


def study(**table: object) -> config.Study:
    return config.parse({"study": {"a": table}}).studies[0]


def column(found: config.Study, *names: str) -> list[tuple]:
    return [tuple(getattr(setting, name) for name in names) for setting in found.settings]


def refused(tmp_path: Path, text: str | bytes) -> str:
    """The refusal of a file without the file's name, which it must begin with."""
    path = tmp_path / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as error:
        config.load(path)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    assert message.count("\n") <= 2
    assert error.value.exit_code == 2
    return message.removeprefix(f"{path}: ")


# Values that aren't allowed

NUMBERS = {
    "weight_decay": "a finite number at least 0",
    "theta": "a finite number above 1e-30",
    "noise_std": "a finite number at least 0",
    "true_w": "a finite number",
    "true_b": "a finite number",
    "init_std": "a finite number at least 0",
    "lr": "a finite number above 0",
}
COUNTS = ("n_train", "n_test", "n_features", "batch_size", "epochs", "seeds", "curves_every")


@pytest.mark.parametrize("where", ["[defaults]", "[study.a]"])
@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize(
    "value", ["nan", "inf", "-inf", "true", '"3"', "1979-05-27", "{x = 1}", "[1, [2]]"]
)
def test_what_is_no_finite_number_is_refused_where_one_belongs(tmp_path, where, key, value):
    text = f"{where}\n{key} = {value}\n" + ("" if "study" in where else "[study.a]\n")

    message = refused(tmp_path, text)

    assert message.startswith(f"{where} {key} = ")
    assert f"isn't allowed.\nAllowed: {NUMBERS[key]}" in message


@pytest.mark.parametrize("key", ["weight_decay", "theta", "noise_std", "init_std", "lr"])
def test_a_negative_number_is_refused_where_it_makes_no_sense(tmp_path, key):
    message = refused(tmp_path, f"[study.a]\n{key} = [1, -0.5]\n")

    assert message.startswith(f"[study.a] {key} = -0.5 isn't allowed.\nAllowed: {NUMBERS[key]}")


@pytest.mark.parametrize("key", ["lr", "theta"])
def test_zero_is_refused_where_nothing_would_move(tmp_path, key):
    assert f"Allowed: {NUMBERS[key]}" in refused(tmp_path, f"[study.a]\n{key} = 0\n")


@pytest.mark.parametrize("key", COUNTS)
@pytest.mark.parametrize("value", ["0", "-1", "1.0", "true", '"5"', "nan", "1" + "0" * 30])
def test_what_is_no_count_is_refused_where_one_belongs(tmp_path, key, value):
    message = refused(tmp_path, f"[study.a]\n{key} = {value}\n")

    assert message.startswith(f"[study.a] {key} = ")
    assert "Allowed: a whole number at least 1 and at most" in message


@pytest.mark.parametrize("key", ["weight_decay", "lr", "true_w", "n_train", "seeds"])
@pytest.mark.parametrize("digits", [309, 5000])
def test_a_number_of_absurd_length_is_refused_like_any_other(tmp_path, key, digits):
    """Python itself refuses the one as a float and the other as a string."""
    message = refused(tmp_path, f"[study.a]\n{key} = 1{'0' * digits}\n")

    assert len(message) < 300


def test_no_product_of_lr_and_weight_decay_overflows_float32(tmp_path):
    """Torch's optimiser would stop the matrix at 1e39 instead of letting one run diverge."""
    for key in ("lr", "weight_decay"):
        assert "at most 1,000,000,000" in refused(tmp_path, f"[study.a]\n{key} = 1e39\n")


@pytest.mark.parametrize("key", [*NUMBERS, "bias_init_std", "bias_decay"])
def test_no_square_of_a_number_overflows_float32(tmp_path, key):
    """Neither that of a sum over as many features as are allowed."""
    for value in ("1.1e9", "1e300", "-1e300"):
        message = refused(tmp_path, f"[study.a]\n{key} = {value}\n")

        assert message.startswith(f"[study.a] {key} = ")
        assert message.endswith("at most 1,000,000,000.")
    assert getattr(
        study(**{key: 1e9}, implementation=["scratch", "projected"]).settings[0], key
    ) in (
        1e9,
        None,
    )


@pytest.mark.parametrize("value", ["1", '"true"', "[true, false]"])
def test_whether_runs_are_decomposed_is_true_or_false(tmp_path, value):
    message = refused(tmp_path, f"[study.a]\ndecompose = {value}\n")

    assert message.startswith("[study.a] decompose = ")
    assert message.endswith("isn't allowed.\nAllowed: true, false.")


@pytest.mark.parametrize(
    ("text", "begins", "meant"),
    [
        ("[study.a]\nkind = 'on_step'\n", "[study.a] kind = 'on_step' isn't allowed.", "one_step"),
        ("[study.a]\n[checks]\nbest_deca = 3\n", "[checks] has an unknown key", "best_decay"),
    ],
)
def test_a_kind_that_there_is_not_is_refused_with_the_one_that_is_meant(
    tmp_path, text, begins, meant
):
    message = refused(tmp_path, text)

    assert message.startswith(begins)
    assert f"Did you mean {meant!r}?" in message


def test_an_empty_file_is_said_to_be_empty(tmp_path):
    assert refused(tmp_path, "# nothing\n").startswith("the file is empty.")


UNREAD = [
    (program, name)
    for program, declared in IMPLEMENTATIONS.items()
    for each in IMPLEMENTATIONS.values()
    for name in dict.fromkeys(each.reads)
    if name not in declared.reads
]


@pytest.mark.parametrize(("program", "key"), sorted({*UNREAD}))
def test_what_none_of_a_study_s_programs_reads_is_refused(tmp_path, program, key):
    """It would train as if nothing had been said; kinds refuse the same."""
    default = HYPERPARAMETERS[key].default
    value = json.dumps("uniform" if default is None else default)
    told = f"{key} = {value}\n"

    message = refused(tmp_path, f"[study.a]\nimplementation = '{program}'\n{told}")

    what, remedy = message.splitlines()
    assert what.startswith(f"[study.a] {key} is read by ")
    assert what.endswith(f", not by {program}.")
    assert remedy.endswith(f"Allowed: {', '.join(list_read(MATRIX, program))}.")
    lenient = f"[defaults]\n{told}[study.a]\nimplementation = '{program}'\n"
    assert config.parse(tomllib.loads(lenient)).studies[0].settings


@pytest.mark.parametrize("key", [*NUMBERS, "n_train", "seeds", "implementation", "dtype"])
def test_an_empty_grid_is_refused(tmp_path, key):
    message = refused(tmp_path, f"[study.a]\n{key} = []\n")

    assert message == f"[study.a] {key} = [] is empty.\nGive at least one value."


@pytest.mark.parametrize(
    ("key", "values"),
    [("weight_decay", "[3, 3.0]"), ("seeds", "[1, 0, 1]"), ("dtype", '["float32", "float32"]')],
)
def test_a_value_that_is_named_twice_is_refused(tmp_path, key, values):
    message = refused(tmp_path, f"[study.a]\n{key} = {values}\n")

    assert message.startswith(f"[study.a] {key} names a value twice.")


@pytest.mark.parametrize(
    ("seeds", "shown"),
    [("[0, -1]", "-1"), ("[true]", "true"), ('["0"]', "'0'"), ("[[0]]", "[0]"), ("[2.0]", "2.0")],
)
def test_a_seed_is_a_whole_number_from_zero(tmp_path, seeds, shown):
    message = refused(tmp_path, f"[study.a]\nseeds = {seeds}\n")

    assert message.startswith(f"[study.a] seeds = {shown} isn't allowed.")


def test_seeds_are_no_more_than_the_draws_can_tell_apart(tmp_path):
    assert study(seeds=[2**28 - 1]).seeds == (2**28 - 1,)
    assert "at most 268,435,455" in refused(tmp_path, f"[study.a]\nseeds = [{2**28}]\n")


@pytest.mark.parametrize("value", ["[5]", "[5, 10]"])
def test_the_spacing_of_curves_is_no_grid(tmp_path, value):
    message = refused(tmp_path, f"[study.a]\ncurves_every = {value}\n")

    assert message.startswith("[study.a] curves_every can't be a list.")


def test_curves_that_would_have_no_point_are_refused(tmp_path):
    message = refused(tmp_path, "[study.a]\nepochs = [50, 4]\ncurves_every = 5\n")

    assert "curves_every = 5 isn't allowed" in message
    assert "at most 4" in message


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("[study.a]\nbatch_size = 21\n", 21),
        ("[study.a]\nn_train = [20, 4]\n", 5),
        ("[defaults]\nn_train = 3\n[study.a]\n", 5),
        ("[defaults]\nbatch_size = [5, 30]\n[study.a]\nn_train = [30, 29]\n", 30),
    ],
)
def test_a_batch_larger_than_the_training_set_is_refused(tmp_path, text, size):
    assert f"[study.a] batch_size = {size} is larger than n_train = " in refused(tmp_path, text)


@pytest.mark.parametrize(
    "table",
    [
        'implementation = "projected"',
        'implementation = ["ridge", "constant"]',
        "bias_decay = [0.5, 1]",
    ],
)
def test_a_study_that_has_nothing_to_decompose_is_refused(tmp_path, table):
    message = refused(tmp_path, f"[study.a]\n{table}\ndecompose = true\n")

    assert message == (
        "[study.a] decompose = true has nothing to measure here.\n"
        'It needs concise or scratch with bias_decay = 0 and init = "normal"; or leave it out.'
    )


def test_only_the_runs_that_theory_knows_are_decomposed():
    """A default that some studies can't follow is followed by those that can."""
    both = study(
        implementation=["projected", "scratch", "concise", "ridge"],
        bias_decay=[0, 1],
        init=["normal", "uniform"],
        decompose=True,
    )
    defaults = {"decompose": True, "implementation": "ridge"}
    neither = config.parse({"defaults": defaults, "study": {"a": {}}}).studies[0]

    known = [setting for setting in both.settings if both.decomposes(setting)]
    assert [(each.implementation, each.bias_decay, each.init) for each in known] == [
        ("scratch", 0, None),
        ("concise", 0, "normal"),
    ]
    assert not any(map(neither.decomposes, neither.settings))


@pytest.mark.parametrize("true_w", ["0", "1e-200", "[0, 1]"])
def test_a_best_decay_is_not_looked_for_without_a_signal(tmp_path, true_w):
    text = f"[defaults]\ntrue_w = {true_w}\n[study.a]\n[checks]\nbest_decay = 3\n"

    assert refused(tmp_path, text).startswith("[study.best_decay] true_w = ")


def test_a_batch_size_is_no_matter_where_nothing_is_trained():
    assert column(study(implementation="ridge", n_train=3), "n_train") == [(3,)]


# Names


@pytest.mark.parametrize(
    ("text", "word", "meant"),
    [
        ("[study.a]\nweigth_decay = 3\n", "weigth_decay", "weight_decay"),
        ("[defaults]\nbatchsize = 3\n[study.a]\n", "batchsize", "batch_size"),
        ("[studies.a]\n", "studies", "study"),
        ("[study.a]\n[claims]\non_fail = 1\n", "on_fail", "on_failure"),
        ('[study.a]\nimplementation = "sratch"\n', "sratch", "scratch"),
        ('[study.a]\nimplementation = ["scratch", "Concise"]\n', "Concise", "concise"),
        ('[study.a]\ndtype = "float46"\n', "float46", "float64"),
        ('[claims]\non_failure = "fails"\n[study.a]\n', "fails", "fail"),
    ],
)
def test_for_a_misspelt_name_the_refusal_says_which_was_meant(tmp_path, text, word, meant):
    first, second = refused(tmp_path, text).split("\n")

    assert repr(word) in first
    assert second.startswith(f"Did you mean {meant!r}? Allowed: ")


def test_for_a_name_that_resembles_none_the_refusal_lists_all(tmp_path):
    message = refused(tmp_path, '[study.a]\nimplementation = "quantum"\n')

    assert message.endswith(f"Allowed: {', '.join(IMPLEMENTATIONS)}.")
    assert "Did you mean" not in message


@pytest.mark.parametrize("name", ["A", "a b", "", "ä", "a/b", "a.b", "a\\n\\n\\nb", "../a"])
def test_a_study_is_named_in_plain_letters(tmp_path, name):
    message = refused(tmp_path, f'[study."{name}"]\n')

    assert message.endswith("isn't allowed.\nUse lower-case letters, digits, - and _.")


def test_names_with_line_breaks_stay_on_one_line(tmp_path):
    refused(tmp_path, '[study.a]\n"x\\n\\n\\ny" = 3\n')
    refused(tmp_path, '[study.a]\nimplementation = "x\\n\\n\\ny"\n')


def test_a_study_that_is_asked_for_must_be_there():
    found = config.parse({"study": {"chapter": {}, "sweep": {}}})

    with pytest.raises(ConfigError, match=r"no study 'chaper' here\.\nDid you mean 'chapter'"):
        found.only("chaper")
    assert [study.name for study in found.only("sweep").studies] == ["sweep"]
    assert found.only(None) is found


# Files


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment\n",
        "study",
        "[study.a\n",
        "[study.a]\nlr = 1\nlr = 2\n",
        "[defaults]\nlr = 1\n",
        "[study]\n",
        "study = 3\n",
        "[study]\na = 3\n",
        "[[study]]\nlr = 1\n",
        "[[study.a]]\nlr = 1\n",
        "[study.a.lr]\nx = 1\n",
        "[study.a.b]\nlr = 1\n",
        "[defaults.a]\nlr = 1\n[study.a]\n",
        "defaults = 1\n[study.a]\n",
        "claims = true\n[study.a]\n",
        "[study.a]\nlr = " + "[" * 3000 + "]" * 3000 + "\n",
        b"\xff\xfe[study.a]",
        b"[study.a]\n# caf\xe9\n",
        b"\x00",
    ],
)
def test_what_is_no_configuration_is_refused(tmp_path, text):
    refused(tmp_path, text)


def test_a_study_that_is_no_table_is_told_how_to_be_one(tmp_path):
    assert refused(tmp_path, "[study]\na = 3\n").endswith("Write [study.a] on a line of its own.")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    for path in (tmp_path, tmp_path / "none.toml", tmp_path / ("n" * 300)):
        with pytest.raises(ConfigError) as error:
            config.load(path)
        assert str(error.value).startswith(f"{path}: ")
        assert str(error.value).count("\n") <= 2


def test_a_file_as_windows_writes_it_is_read(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf[study.a]\r\nlr = 1\r\n")

    assert column(config.load(path).studies[0], "lr") == [(1.0,)]


# Grids


def test_a_grid_unfolds_in_the_order_it_was_written_in():
    """The implementation turns slowest; λ = 3 before 0 stays so."""
    found = study(implementation=["concise", "scratch"], weight_decay=[3, 0], lr=[0.2, 0.1])

    assert column(found, "implementation", "lr", "weight_decay") == [
        (implementation, lr, weight_decay)
        for implementation in ("concise", "scratch")
        for lr in (0.2, 0.1)
        for weight_decay in (3.0, 0.0)
    ]


def test_an_implementation_is_not_repeated_over_what_it_does_not_read():
    found = study(
        implementation=["scratch", "ridge", "constrained", "constant"],
        weight_decay=[0, 1, 3],
        lr=[0.1, 0.2],
        theta=[1, 2],
    )

    counts = [name for (name,) in column(found, "implementation")]
    assert [counts.count(name) for name in ("scratch", "ridge", "constrained", "constant")] == [
        6, 3, 2, 1,
    ]  # fmt: skip
    for setting in found.settings:
        read = IMPLEMENTATIONS[setting.implementation].reads
        unread = {"weight_decay", "theta", "lr", "batch_size", "epochs", "init_std"} - set(read)
        assert all(getattr(setting, name) is None for name in unread)
        assert all(getattr(setting, name) is not None for name in read)


def test_a_study_overrides_the_defaults_and_they_the_built_in_values():
    found = config.parse(
        {"defaults": {"lr": 0.5, "epochs": 7, "seeds": 3}, "study": {"a": {"epochs": 9}, "b": {}}}
    )

    assert [column(each, "lr", "epochs", "batch_size") for each in found.studies] == [
        [(0.5, 9, 5)],
        [(0.5, 7, 5)],
    ]
    assert [each.seeds for each in found.studies] == [(0, 1, 2)] * 2


def test_whole_numbers_and_minus_zero_are_the_same_setting_as_their_floats():
    """Otherwise the same run would have two keys."""
    assert study(lr=1, weight_decay=0).settings == study(lr=1.0, weight_decay=-0.0).settings
    assert repr(study(weight_decay=-0.0).settings) == repr(study(weight_decay=0).settings)


def test_a_range_of_seeds_begins_anywhere_in_a_study_and_in_the_defaults(tmp_path):
    there = {"first": 100_000, "count": 3}

    assert study(seeds=there).seeds == (100_000, 100_001, 100_002)
    found = config.parse({"defaults": {"seeds": there}, "study": {"a": {}}})
    assert found.studies[0].seeds == (100_000, 100_001, 100_002)


@pytest.mark.parametrize(
    ("seeds", "told"),
    [
        ("{first = 5}", "lacks key 'count'"),
        ("{first = 5, count = 2, step = 3}", "has an unknown key 'step'"),
        ("{first = -1, count = 2}", "first = -1 isn't allowed"),
        ("{first = 5, count = 0}", "count = 0 isn't allowed"),
        ("{first = 5, count = true}", "count = True isn't allowed"),
        ("{first = 268435455, count = 2}", "end at 268,435,456"),
    ],
)
@pytest.mark.parametrize("table", ["study.a", "defaults"])
def test_a_range_of_seeds_that_is_none_is_refused(tmp_path, table, seeds, told):
    message = refused(tmp_path, f"[{table}]\nseeds = {seeds}\n[study.b]\n")

    assert told in message
    assert len(message.splitlines()) <= 3


def test_a_count_of_seeds_means_from_zero_and_a_list_just_those():
    assert study(seeds=4).seeds == (0, 1, 2, 3)
    assert study(seeds=[7, 2]).seeds == (7, 2)


# The published report


@pytest.fixture(scope="module")
def published() -> Config:
    return config.load(ROOT / "report.toml")


def test_the_published_report_has_the_chapter_a_thousand_times(published):
    chapter = next(each for each in published.studies if each.name == "chapter")

    cells = column(chapter, "implementation", "weight_decay")
    assert cells == [(name, decay) for name in ("scratch", "concise") for decay in (0.0, 3.0)]
    assert chapter.seeds == tuple(range(1000))
    assert chapter.curves_every == 5
    assert set(
        column(chapter, "n_train", "n_test", "n_features", "noise_std", "true_w", "true_b")
    ) == {(20, 100, 200, 0.01, 0.01, 0.05)}
    assert set(column(chapter, "init_std", "lr", "batch_size", "epochs", "dtype")) == {
        (1.0, 0.003, 5, 100, "float32")
    }


def test_the_published_report_sweeps_both_implementations_over_the_strength(published):
    sweep = next(each for each in published.studies if each.name == "sweep")

    decays = {
        name: {setting.weight_decay for setting in sweep.settings if setting.implementation == name}
        for name in ("scratch", "concise")
    }
    assert decays["scratch"] == decays["concise"]
    assert len(decays["scratch"]) >= 24
    assert {0, 0.05, 1, 1.5, 3, 9, 100} <= decays["scratch"]
    assert (min(decays["scratch"]), max(decays["scratch"])) == (0, 100)
    assert sweep.seeds == tuple(range(200))


def test_the_published_report_fails_on_a_claim_that_does_not_hold(published):
    assert published.fail_on_claims
    assert not config.parse({"study": {"a": {}}}).fail_on_claims
