"""Templates become pages; a misspelt look-up fails with the template's name and line."""

import re

import numpy as np
import pytest

from wd.errors import SiteError
from wd.report.publish import CONTENT
from wd.report.read.claims import Finding
from wd.report.read.parts import worst
from wd.report.read.registry import Registry
from wd.report.tell import rulings
from wd.report.tell.drawings import Drawings
from wd.report.tell.pages import Pages

ORDER = ["index", "soft", "hard"]


@pytest.fixture
def write_pages(tmp_path, monkeypatch, invent, labels):
    """A function that writes templates (and references) and prepares their pages."""
    monkeypatch.setattr(rulings, "CLAIMS", Registry("claims"))
    folder = tmp_path / "docs"
    folder.mkdir()

    def write(studies=None, references=None, document=None, **templates):
        for name, text in templates.items():
            (folder / f"{name}.md.j2").write_text(text, encoding="utf-8")
        if references:
            (folder / "references.toml").write_text(references, encoding="utf-8")
        readings = invent(studies or {"mine": {"seeds": 1}}, **(document or {}))
        drawings = Drawings(readings, labels, tmp_path / "cache", CONTENT)
        return Pages(folder, ORDER, readings, labels, drawings, CONTENT)

    return write


# What fails


@pytest.mark.parametrize(
    "look_up",
    [
        "{{ nubmer('runs_trained') }}",
        "{{ number('runs_traind') }}",
        "{{ config.n_trian }}",
        "{{ config.n_train.x }}",
        "{{ figure('swep_norm') }}",
        "{{ table('nroms') }}",
        "{{ table('study_norms', studdy='mine') }}",
        "{{ table('study_norms') }}",
        "{{ eq('bwol') }}",
        "{{ cite('nobody2000') }}",
        "{{ term('nonsense') }}",
        "{{ claim('nonsense') }}",
        "{{ studies.nonsense.more }}",
        "{{ number('runs_trained' }}",
        "{% if x %}",
        "{{ nothing }}",
        "{% for each in nothing %}{% endfor %}",
        "{{ missing() }}",
    ],
)
def test_a_misspelt_look_up_fails_with_template_and_line(write_pages, look_up):
    pages = write_pages(index="# Home\n", soft=f"# Soft\n\nA line.\n{look_up}\n\nMore.\n")

    with pytest.raises(SiteError) as error:
        pages.render()
    message = str(error.value)
    # an unclosed block is only noticed at the end of the file
    assert (
        re.match(r"soft\.md\.j2, line (4|5|6|7): .", message)
        if "if" in look_up
        else (message.startswith("soft.md.j2, line 4: "))
    )
    assert error.value.exit_code == 1


@pytest.mark.parametrize(
    ("look_up", "told", "right"),
    [
        ("number('book', 'lr')", "without names", '"book", of="lr"'),
        ("table('study_norms', 'mine')", "without names", '"study_norms", study="mine"'),
        ("number('runs_trained', 3, 'x')", "no arguments", '"runs_trained"'),
    ],
)
def test_an_argument_without_its_name_is_refused_with_the_look_up_as_it_should_be(
    write_pages, look_up, told, right
):
    with pytest.raises(SiteError) as error:
        write_pages(soft=f"{{{{ {look_up} }}}}\n").render()

    what, remedy = str(error.value).splitlines()
    assert what.startswith("soft.md.j2, line 1: the ")
    assert told in what
    assert re.fullmatch(rf"Write: \{{\{{ \w+\({re.escape(right)}\) \}}\}}", remedy)


@pytest.mark.parametrize(
    "look_up", ["number('nonsense')", "figure('nonsense')", "config.nonsense", "nonsense()"]
)
def test_a_name_that_is_not_there_is_named(write_pages, look_up):
    with pytest.raises(SiteError, match="nonsense"):
        write_pages(soft=f"{{{{ {look_up} }}}}\n").render()


def test_a_failure_inside_an_equation_has_its_own_line(write_pages):
    pages = write_pages(
        soft='# Soft\n\n{% call equation("bowl") %}\nx\n{{ nonsense }}\n{% endcall %}\n'
    )

    with pytest.raises(SiteError, match=r"^soft\.md\.j2, line 5: 'nonsense' is undefined"):
        pages.render()


# Equations

BOWL = '{% call equation("bowl") %}\nw^\\top H w\n{% endcall %}\n'
PULL = '{% call equation("pull") %}\n-\\nabla L\n{% endcall %}\n'


def test_equations_are_numbered_by_their_pages_place_and_their_own(write_pages):
    pages = write_pages(index="Home\n", hard=f"{BOWL}{PULL}").render()

    assert "\\tag{3.1}" in pages["hard.md"]
    assert "\\tag{3.2}" in pages["hard.md"]
    assert pages["hard.md"].index("H w \\tag{3.1}") < pages["hard.md"].index("L \\tag{3.2}")
    assert 'id="eq-bowl"' in pages["hard.md"]


def test_an_equation_is_referred_to_from_any_page_even_before_it(write_pages):
    link = "[(2.1)](soft.md#eq-bowl)"
    pages = write_pages(
        index="See {{ eq('bowl') }}.\n", soft=BOWL, hard="{{ eq('bowl') }}"
    ).render()

    assert pages["index.md"].startswith(f"See {link}.\n")
    assert pages["hard.md"].startswith(link)


def test_what_links_lead_to_is_kept_at_the_end_of_other_pages_once(write_pages):
    """So that it can be shown beside the link, from disk as well."""
    pages = write_pages(
        index="{{ eq('bowl') }} {{ eq('bowl') }} {{ term('seed') }}\n",
        soft=f"{BOWL}\nSee {{{{ eq('bowl') }}}}.\n",
        notation='<span id="term-seed">seed</span> {{ term("seed", "seeds") }}\n',
    ).render()

    kept = pages["index.md"].partition('<section class="previews" hidden')[2]
    assert kept.count('<div id="preview-eq-bowl" markdown>') == 1
    assert kept.count('<div id="preview-term-seed" markdown>') == 1
    assert "preview-" not in pages["soft.md"]
    assert "preview-" not in pages["notation.md"]
    assert "[seeds](notation.md#term-seed){ .term }" in pages["notation.md"]


def test_the_order_of_files_plays_no_part_in_the_numbers(write_pages):
    """Alphabetically hard comes before soft; in the navigation it comes after."""
    pages = write_pages(hard=BOWL, soft=PULL).render()

    assert "\\tag{3.1}" in pages["hard.md"]
    assert "\\tag{2.1}" in pages["soft.md"]


@pytest.mark.parametrize(
    "templates", [{"soft": BOWL + BOWL}, {"soft": BOWL, "hard": BOWL}, {"hard": PULL + BOWL + PULL}]
)
def test_two_equations_of_one_name_are_refused(write_pages, templates):
    with pytest.raises(SiteError, match=r"two equations are named '(bowl|pull)'"):
        write_pages(**templates).render()


def test_rendering_is_pure(write_pages):
    pages = write_pages(index=f"{{{{ eq('bowl') }}}} {BOWL} {{{{ number('runs_trained') }}}}\n")

    assert pages.render() == pages.render()


# Look-ups


def test_settings_are_looked_up_as_they_were_written(write_pages):
    pages = write_pages(
        document={"defaults": {"lr": 0.003, "n_train": [20, 40], "true_w": 1.0}},
        index="{{ config.n_train }} {{ config.lr }} {{ config.true_w }} {{ config.n_test }}",
    ).render()

    assert pages["index.md"] == "20, 40 0.003 1 100"


def test_a_source_is_named_by_its_authors_and_its_year(write_pages):
    references = "\n".join(
        f'[{key}]\nauthors = "{authors}"\ntitle = "t"\n{year}\n'
        for key, authors, year in [
            ("one", "Ada Lovelace", "year = 1843"),
            ("two", "Ada Lovelace, Charles Babbage", "year = 1843"),
            ("three", "A. B. One, C. Two, D. Three", "year = 1970"),
            ("undated", "The Course", ""),
        ]
    )
    index = "{{ cite('one') }}|{{ cite('two') }}|{{ cite('three') }}|{{ cite('undated') }}"

    text = write_pages(references=references, index=index).render()["index.md"]

    assert re.findall(r"\[(.*?)\]", text) == [
        "Lovelace 1843",
        "Lovelace & Babbage 1843",
        "One et al. 1970",
        "Course",
    ]
    assert "(references.md#ref-two)" in text


def test_a_look_up_of_a_missing_study_says_so_where_it_stands(write_pages):
    """In a sentence in brackets, in place of a figure or table in a box with the study's name."""
    page = write_pages(
        index="Seeds: {{ number('chapter_seeds') }}.\n\n"
        "{{ table('norms') }}\n\n{{ figure('sweep_norm') }}\n\n{{ missing('sweep') }}\n"
    ).render()["index.md"]

    sentence, table, figure, said = page.strip().split("\n\n")
    assert sentence == "Seeds: (not in this build)."
    assert table.startswith('!!! info ""\n    ')
    assert "“chapter”" in table
    assert figure == said
    assert "“sweep”" in said


def test_a_template_can_ask_which_studies_there_are(write_pages):
    page = write_pages(
        studies={"mine": {"seeds": 1}, "yours": {"seeds": 1}},
        index="{{ has_study('mine') }} {{ has_study('sweep') }}"
        "{% for study in studies %} {{ study.name }}{% endfor %}",
    ).render()["index.md"]

    assert page == "True False mine yours"


def test_a_table_and_a_figure_of_a_study_that_is_there_are_placed(write_pages):
    page = write_pages(
        studies={"mine": {"weight_decay": [0, 3], "seeds": 2}},
        index="{{ table('study_norms', study='mine') }}",
    ).render()["index.md"]

    assert page.count("\n") == 3
    assert page.startswith("| program | λ |")


# Claims


def test_a_claim_that_no_page_places_fails_the_build(write_pages, monkeypatch):
    rulings.CLAIMS.register("lonely")(lambda _: None)

    with pytest.raises(SiteError, match="no page places the claims lonely"):
        write_pages(index="# Home\n").render()


NAME = "half-square-is-recognised"


def judge(readings):
    readings.cells("mine")
    parts = [
        worst(name, np.array([2.0, 4.0]), above=1 / (1 + index))
        for index, name in enumerate(("undecayed", "decayed"))
    ]
    numbers = dict.fromkeys(("bare", "bare_usual", "half", "usual"), "1 – 2")
    return Finding(tuple(parts), numbers)


@pytest.fixture
def claimed(write_pages):
    """Pages on which one claim is shown, cited, and listed with all others."""
    rulings.CLAIMS.register(NAME)(judge)
    place = f"{{{{ claim('{NAME}') }}}}"
    return write_pages(
        index=f"---\nclaims: cited\n---\n# Home\n\n{place}\n",
        hard=f"---\ndescription: x\n---\n# Hard\n\n{place}\n",
        study="# Study {{ study.name }}\n",
        all="# All\n\n{{ claim_filter }}\n{% for claim in claims %}\n"
        "<div {{ claim.about }}>{{ claim.block }}</div>\n{% endfor %}\n",
    ).render()


def test_a_page_that_only_cites_a_claim_has_a_line_that_leads_to_its_box(claimed):
    (line,) = [each for each in claimed["index.md"].splitlines() if "claim--line" in each]
    (box,) = [each for each in claimed["hard.md"].splitlines() if 'class="claim ' in each]

    assert f"](hard.md#claim-{NAME})" in line
    assert f'id="claim-{NAME}"' in line
    assert "<svg" not in line
    assert f'id="claim-{NAME}"' in box
    assert "claim--line" not in box


def test_a_box_shows_its_parts_its_data_its_code_and_its_address(claimed):
    (box,) = [each for each in claimed["hard.md"].splitlines() if 'class="claim ' in each]

    _, told = box.split("<details")
    assert box.count("<svg") == 1 + told.count("<li")
    assert "more than 1<" in told
    assert "[`mine`](study-mine.md)" in told
    assert "tests/report/test_pages.py" in told
    assert f"](#claim-{NAME})" in told


def test_the_page_of_all_claims_knows_what_to_filter_by(claimed):
    page = claimed["all.md"]

    assert 'data-page="index" data-verdict="holds" data-basis="worst" data-margin="0.5"' in page
    assert re.findall('<select name="(.*?)"', page) == ["page", "verdict", "basis", "order"]
    assert '<form class="claim-filter" hidden' in page


def test_a_page_s_card_states_a_claim_of_it(claimed):
    assert claimed["hard.md"].startswith('---\ncard_statement: "Half the squared norm')
