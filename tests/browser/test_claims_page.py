"""The page of all claims in a browser: a plain list, which a script can filter and order."""

import pytest


@pytest.fixture(scope="module")
def seen(browse, built_site):
    """What was in sight: see `claims.cjs`."""
    return browse("claims.cjs", built_site)


def test_without_scripts_all_claims_are_listed_and_no_form_is_shown(seen):
    assert seen["still"] == {"form": False, "entries": seen["first"]["all"]}


def test_at_first_all_claims_are_there(seen):
    assert seen["first"]["form"]
    assert len(seen["first"]["entries"]) == seen["first"]["all"] > 0


def test_a_filter_leaves_what_fits_under_its_headings_and_counts_it(seen):
    proved = [each for each in seen["first"]["entries"] if "proved" in each["basis"].split()]
    assert seen["proved"]["entries"] == proved
    assert set(seen["proved"]["headings"]) == {each["page"] for each in proved}
    assert seen["hard"]["entries"] == [each for each in proved if each["page"] == "hard"]
    for state in ("proved", "hard"):
        assert seen[state]["said"].startswith(f"{len(seen[state]['entries'])} of ")


def test_the_claims_nearest_to_a_bound_come_first_and_go_back_to_their_places(seen):
    margins = [each["margin"] for each in seen["margin"]["entries"]]
    known = [float(margin) for margin in margins if margin]
    assert known == sorted(known)
    assert not any(margins[len(known) :])
    assert seen["margin"]["headings"] == []
    assert seen["again"] == seen["first"]


def test_the_script_makes_no_error(seen):
    assert seen["errors"] == []
