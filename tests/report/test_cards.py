"""A page's card is a small picture of the right size, drawn from the title and kept."""

import io

import pytest
from PIL import Image, ImageChops

from wd.report.read.readings import Missing
from wd.report.site import cards
from wd.report.tell.shares import picture_programs

SITE = "Weight decay, measured"


def read(card):
    return Image.open(io.BytesIO(card)).convert("RGB")


@pytest.mark.parametrize("title", ["Notation", "What the famous run really shows", "word " * 60])
def test_a_card_has_the_asked_size_and_few_bytes(title):
    card = cards.draw_card(title, SITE)

    assert read(card).size == (1200, 630)
    assert len(card) < 60_000


def test_cards_differ_by_their_titles_and_are_the_same_bytes_again():
    assert cards.draw_card("Notation", SITE) == cards.draw_card("Notation", SITE)
    assert cards.draw_card("Notation", SITE) != cards.draw_card("References", SITE)


def test_a_long_title_stays_left_of_the_motif_and_above_the_name():
    title = "A long title of many words that fills the lines it may have"
    long = read(cards.draw_card(title, SITE))
    ground = read(cards.draw_card("", ""))

    difference = ImageChops.difference(long, ground).convert("L").point(lambda value: value > 60)
    left, top, right, bottom = difference.crop((0, 0, 1200, 490)).getbbox()
    assert (left, top) >= (80, 100)
    assert right < 88 + 720
    assert bottom < 470


def test_a_title_that_the_face_lacks_leaves_no_row_of_boxes():
    assert cards.draw_card("\ue001\ue002", SITE) == cards.draw_card("", SITE)
    assert cards.draw_card("Notation", "\ue001\ue002") == cards.draw_card("Notation", "")


@pytest.mark.parametrize("line", [SITE, "derived, then tested on runs that you can repeat"])
def test_the_line_stays_beside_the_logo_and_left_of_the_motif(line):
    difference = ImageChops.difference(
        read(cards.draw_card("", line)), read(cards.draw_card("", ""))
    )
    left, top, right, bottom = difference.convert("L").point(lambda value: value > 60).getbbox()
    assert left >= 88 + 56 + 16
    assert right < 88 + 720
    assert (top >= 470, bottom <= 610) == (True, True)


def test_without_the_site_s_own_face_another_one_writes(tmp_path, monkeypatch):
    face = cards.find_face(tmp_path)
    assert face.name == "DejaVuSans.ttf"

    monkeypatch.setattr(cards, "find_face", lambda: face)
    for cached in (cards._fonts, cards._ground):
        cached.cache_clear()
    try:
        assert cards.draw_card("Notation", SITE) != cards.draw_card("", SITE)
    finally:
        cards._fonts.cache_clear()


def test_a_card_is_drawn_once(tmp_path, monkeypatch):
    first = cards.take_card("Notation", SITE, tmp_path)
    monkeypatch.setattr(cards, "draw_card", lambda *_: pytest.fail("drawn again"))

    assert cards.take_card("Notation", SITE, tmp_path) == first


def test_a_card_shows_a_figure_beside_a_claim_in_all_its_words(monkeypatch):
    said = []
    text = cards.ImageDraw.ImageDraw.text
    monkeypatch.setattr(
        cards.ImageDraw.ImageDraw,
        "text",
        lambda pen, place, words, *rest, **more: (
            said.append((place, words)),
            text(pen, place, words, *rest, **more),
        ),
    )
    red = io.BytesIO()
    Image.new("RGBA", (660, 300), (255, 0, 0, 255)).save(red, "png")
    statement = "At λ = 3 the typical run tests worse than the mean of its targets. " * 3

    card = read(cards.draw_card("What the test loss is", SITE, statement, red.getvalue()))

    assert " ".join(words for _, words in said if words in statement) == statement.strip()
    assert max(place[1] for place, words in said if words in statement) < 500
    left, top, right, bottom = (
        ImageChops.difference(card.convert("RGB"), Image.new("RGB", card.size, "#fdfdfb"))
        .split()[1]
        .point(lambda value: 255 * (value > 250))
        .getbbox()
    )
    assert (left >= 600, right <= 1180, top >= 40, bottom <= 600) == (True,) * 4
    assert (right - left) / (bottom - top) == pytest.approx(2.2, abs=0.05)


@pytest.mark.parametrize("width", range(120, 400, 20))
def test_no_line_of_a_card_begins_with_a_percent_sign(width):
    fonts = cards._fonts(26, 400, ())
    text = "ten-fold does in less than 15 %, leave-one-out in 20 %. 五折在超过 20 % 的数据上"

    assert not [line for line in cards._wrap(text, fonts, width) if line.startswith("%")]


def test_a_claim_that_is_too_long_ends_above_the_logo():
    plain = cards.draw_card("Title", SITE, "", _pixel())
    card = cards.draw_card("Title", SITE, "many words " * 100, _pixel())

    changed = ImageChops.difference(read(plain), read(card)).convert("L")
    assert changed.point(lambda value: value > 60).getbbox()[3] <= 630 - 92


def _pixel():
    buffer = io.BytesIO()
    Image.new("RGBA", (1, 1), (0, 0, 0, 0)).save(buffer, "png")
    return buffer.getvalue()


def test_a_program_s_card_shows_its_losses_where_a_figure_and_this_build_have_them():
    class Drawings:
        def take_picture(self, name):
            if name == "chapter_loss_concise":
                raise Missing("seeds", study="chapter", other="another")
            return name.encode()

    figures = ["chapter_loss_scratch", "chapter_loss_concise"]
    pictures = picture_programs(["scratch", "concise", "own"], figures, Drawings())
    assert pictures == {"cards/scratch.png": b"chapter_loss_scratch"}
