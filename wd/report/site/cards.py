"""The picture that stands for a page where its address is shared.

It has the page's title and what it is of, and where there are such its main figure and a claim.
"""

from __future__ import annotations

import hashlib
import io
import re
from contextlib import suppress
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any, cast

from PIL import Image, ImageDraw, ImageFont
from PIL import __version__ as pillow

from wd.report.read.cache_key import digest
from wd.report.site.node import NODE_MODULES
from wd.report.site.vendor import TEXT_FACE

SIZE = (1200, 630)
"""Width and height in pixels, as the sites that show such pictures ask for."""

_PAPER, _INK, _MUTED, _ACCENT = "#fdfdfb", "#1b2125", "#566068", "#0b6470"
_MARGIN, _LINE_SIZE = 88, 42
_TITLE_WIDTH = 720  # the motif stands beside it
_TITLE_SIZES = (96, 84, 72, 60)
_SPLIT: Any = {"left": 64, "width": 500, "head": (64, 56, 48, 40), "line": 28, "said": (30, 26, 22)}
"""Of a card with a figure: the words stand in a column of this width."""
_PICTURE = (612, 44, 1164, 586)
_FULL = NODE_MODULES / "@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf"
"""The face with all its signs, such as λ."""
_COLOURS = 48  # of the palette: enough for smooth edges of three hues
_LOGO = ((17, 15, 11), (14, 18, 7.2), (11.2, 20.8, 3.6))
"""The logo's circles, on a square of 32: centre and radius; the last is a disc."""
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"  # Han letters, and punctuation as wide
_PIECE = re.compile(  # what stays on one line: a word or a Han letter, its punctuation, its %
    rf"[“‘（「『《]*(?:[^\s{_WIDE}“‘”’]+(?: %[^\s{_WIDE}“‘”’]*)?|[{_WIDE}])"
    r"[”’。，、；：！？）」』》…]* ?|\S ?"
)
Fonts = tuple[ImageFont.FreeTypeFont, ...]
_FINE = 2  # circles are drawn so many times larger and scaled down, which smooths them


def find_face(node_modules: Path = NODE_MODULES) -> Path:
    """The site's own face; where it isn't installed or readable, the one that Matplotlib brings."""
    files = node_modules / "@fontsource-variable" / TEXT_FACE / "files"
    own = files / f"{TEXT_FACE}-latin-wght-normal.woff2"
    try:
        ImageFont.truetype(own, 20)
    except OSError:  # not there, or this Pillow reads no WOFF2
        return Path(import_module("matplotlib").get_data_path(), "fonts/ttf/DejaVuSans.ttf")
    return own


def take_card(
    title: str,
    line: str,
    folder: Path | None = None,
    statement: str = "",
    picture: bytes = b"",
    faces: tuple[Path, ...] = (),
) -> bytes:
    """Take a card from a folder of earlier ones, or draw it and put it there.

    Args:
        title: The page's title.
        line: What makes it stand alone: the site's name, or for the site itself its promise.
        folder: The cards drawn before, named by all that decides them.
        statement: A claim of the page, if it has one.
        picture: Its main figure as a PNG, if it has one.
        faces: Files of faces for letters that the site's own lacks, in the order of asking.

    Returns:
        A PNG image of `SIZE`.
    """
    if folder is None:
        return draw_card(title, line, statement, picture, faces)
    files = [Path(__file__), find_face(), *faces]
    words = (title, line, statement, hashlib.sha256(picture).hexdigest(), pillow)
    kept = folder / f"{digest(files, *words)[:32]}.png"
    if not kept.is_file():
        card = draw_card(title, line, statement, picture, faces)
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(card)
    return kept.read_bytes()


def draw_card(
    title: str,
    line: str,
    statement: str = "",
    picture: bytes = b"",
    faces: tuple[Path, ...] = (),
) -> bytes:
    """Draw a card; words that no face can write are left out.

    Returns:
        A PNG image of `SIZE`.
    """
    parts = (title, line, statement, picture, faces)
    image = _split(*parts) if picture else _plain(title, line, faces)
    buffer = io.BytesIO()
    flat = image.quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    flat.save(buffer, "png", optimize=True)
    return buffer.getvalue()


def _plain(title: str, line: str, faces: tuple[Path, ...]) -> Image.Image:
    image = _ground().copy()
    pen = ImageDraw.Draw(image)
    if _writes(title, faces):
        fonts, lines = _fit(title, faces)
        _write(pen, (_MARGIN, 104), lines, _INK, fonts, spacing=14)
    if _writes(line, faces):
        fonts = _fonts(_LINE_SIZE, 600, faces)
        lines = _wrap(line, fonts, _TITLE_WIDTH - 78)
        above = len(lines) * _LINE_SIZE * 1.35 / 2
        _write(pen, (_MARGIN + 78, SIZE[1] - 100 - above), lines, _MUTED, fonts, spacing=8)
    return image


def _split(
    title: str, line: str, statement: str, picture: bytes, faces: tuple[Path, ...]
) -> Image.Image:
    """The words in one column, the figure beside them."""
    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 14), _ACCENT)
    margin, width = _SPLIT["left"], _SPLIT["width"]
    bottom = 56.0
    if _writes(title, faces):
        fonts, lines = _fit(title, faces, _SPLIT["head"], width)
        bottom = _write(pen, (margin, bottom), lines, _INK, fonts, spacing=8) + 28
    foot = SIZE[1] - 92
    full = (_FULL,) if _FULL.is_file() else ()
    for size in _SPLIT["said"] if statement else ():
        fonts = _fonts(size, 400, (*full, *faces), own=not full)
        lines, height = _wrap(statement, fonts, width), round(1.3 * size)
        room = int(foot - 24 - bottom) // height
        if len(lines) <= room:
            break
    else:
        lines = [*lines[: room - 1], f"{lines[room - 1]} …"] if statement else []
    for index, text in enumerate(lines if statement else ()):
        _write(pen, (margin, bottom + index * height), [text], _INK, fonts, spacing=0)
    _square(image, (margin, foot), 44)
    _motif(image, (margin, foot), 44, _ACCENT, _PAPER, shares=(0.55, 0.8, 1), width=3)
    if _writes(line, faces):
        fonts = _fonts(_SPLIT["line"], 600, faces)
        lines = _wrap(line, fonts, width - 60)
        above = len(lines) * _SPLIT["line"] * 1.35 / 2
        _write(pen, (margin + 60, foot + 20 - above), lines, _MUTED, fonts, spacing=4)
    figure = Image.open(io.BytesIO(picture)).convert("RGBA")
    left, top, right, low = _PICTURE
    scale = min((right - left) / figure.width, (low - top) / figure.height)
    size = (round(figure.width * scale), round(figure.height * scale))
    corner = ((left + right - size[0]) // 2, (top + low - size[1]) // 2)
    figure = figure.resize(size, Image.Resampling.LANCZOS)
    image.paste(figure, corner, figure)
    return image


@cache
def _ground() -> Image.Image:
    """What all cards have: paper, the accent along the top, the logo small and its motif large."""
    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 14), _ACCENT)
    _motif(image, (760, 60), 640, _PAPER, _ACCENT, shares=(0.3, 0.55, 0.9), width=5)
    corner = (_MARGIN, SIZE[1] - 124)
    _square(image, corner, 56)
    _motif(image, corner, 56, _ACCENT, _PAPER, shares=(0.55, 0.8, 1), width=3)
    return image


def _square(image: Image.Image, corner: tuple[int, int], side: int) -> None:
    mask = Image.new("L", (side * _FINE, side * _FINE))
    radius = side * _FINE * 7 // 32
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *(n - 1 for n in mask.size)), radius, 255)
    image.paste(_ACCENT, corner, mask.resize((side, side), Image.Resampling.LANCZOS))


def _motif(
    image: Image.Image,
    corner: tuple[int, int],
    side: int,
    ground: str,
    colour: str,
    shares: tuple[float, ...],
    width: int,
) -> None:
    """Draw the logo's circles, each in a mixture of colour and ground."""
    unit = side * _FINE / 32
    for (x, y, radius), share in zip(_LOGO, shares, strict=True):
        mask = Image.new("L", (side * _FINE, side * _FINE))
        box = [unit * (x - radius), unit * (y - radius), unit * (x + radius), unit * (y + radius)]
        disc = radius == _LOGO[-1][2]
        pen = ImageDraw.Draw(mask)
        pen.ellipse(box, 255 if disc else None, None if disc else 255, width * _FINE)
        mask = mask.resize((side, side), Image.Resampling.LANCZOS)
        one, other = (Image.new("RGB", (1, 1), each) for each in (ground, colour))
        image.paste(cast(Any, Image.blend(one, other, share).getpixel((0, 0))), corner, mask)


@cache
def _fonts(size: int, weight: int, faces: tuple[Path, ...], *, own: bool = True) -> Fonts:
    """Open the faces in which a text is written; first the site's own, if it is among them."""
    latin = find_face()
    greek = latin.with_name(latin.name.replace("-latin-", "-greek-"))
    files = dict.fromkeys((latin, greek, *faces) if own else faces)
    fonts = [ImageFont.truetype(face, size) for face in files]
    for font in fonts:
        with suppress(OSError):  # a face of one weight
            font.set_variation_by_axes([weight])
    return tuple(fonts)


def _write(
    pen: ImageDraw.ImageDraw,
    place: tuple[float, float],
    lines: list[str],
    colour: str,
    fonts: Fonts,
    spacing: int,
) -> float:
    """Write lines below each other, each letter in the first face that has it.

    Returns:
        Where the last one ends.
    """
    left, top = place
    ascent, descent = fonts[0].getmetrics()
    step = fonts[0].getbbox("A")[3] + spacing
    for number, line in enumerate(lines):
        x, y = left, top + ascent + number * step
        for font, text in _runs(line, fonts):
            pen.text((x, y), text, colour, font, anchor="ls")
            x += font.getlength(text)
    return top + (len(lines) - 1) * step + ascent + descent


def _runs(text: str, fonts: Fonts) -> list[tuple[ImageFont.FreeTypeFont, str]]:
    """Cut a text where its letters need another face."""
    pairs = [
        (next((font for font in fonts if _has(font, letter)), fonts[0]), letter) for letter in text
    ]
    return [
        (font, "".join(letter for _, letter in run))
        for font, run in groupby(pairs, key=lambda pair: pair[0])
    ]


def _measure(text: str, fonts: Fonts) -> float:
    return sum(font.getlength(part) for font, part in _runs(text, fonts))


def _fit(
    title: str,
    faces: tuple[Path, ...],
    sizes: tuple[int, ...] = _TITLE_SIZES,
    width: int = _TITLE_WIDTH,
    most: int = 3,
) -> tuple[Fonts, list[str]]:
    """Choose the largest size at which a title has no more lines of this width."""
    for size in sizes:
        fonts = _fonts(size, 650, faces)
        lines = _wrap(title, fonts, width)
        if len(lines) <= most and all(_measure(line, fonts) <= width for line in lines):
            break
    return fonts, lines[:4]


def _wrap(text: str, fonts: Fonts, width: int) -> list[str]:
    """Break a text into lines: at spaces, and around Han letters where the rules allow it."""
    lines = [""]
    for piece in _PIECE.findall(" ".join(text.split())):
        longer = lines[-1] + piece
        if lines[-1] and _measure(longer.rstrip(), fonts) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append(piece)
        else:
            lines[-1] = longer
    return [*lines[:-1], lines[-1].rstrip()]


def _writes(text: str, faces: tuple[Path, ...]) -> bool:
    """Whether the faces have all letters of a text."""
    fonts = _fonts(20, 400, faces)
    return all(any(_has(font, letter) for font in fonts) for letter in text)


@cache
def _has(font: ImageFont.FreeTypeFont, letter: str) -> bool:
    """Whether a face has a letter; those it lacks are all one box."""
    return letter.isspace() or bytes(font.getmask(letter)) != bytes(font.getmask("\ue000"))
