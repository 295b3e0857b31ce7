"""The picture that stands for a page where its address is shared.

It has the page's title and what it is of, and where there are such its main figure and a claim.
"""

from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL import __version__ as pillow

from wd.report.read.cache_key import digest
from wd.report.site.node import NODE_MODULES
from wd.report.site.vendor import TEXT_FACE

SIZE = (1200, 630)
"""Width and height in pixels, as the sites that show such pictures ask for."""

_PAPER, _INK, _MUTED, _ACCENT = "#fdfdfb", "#1b2125", "#566068", "#0b6470"
_MARGIN = 88
_TITLE_WIDTH = 720  # the motif stands beside it
_TITLE_SIZES = (96, 84, 72, 60)
_LINE_SIZE = 42
_SPLIT = {"margin": 64, "width": 500, "titles": (64, 56, 48, 40), "line": 28, "said": (30, 26, 22)}
"""Of a card with a figure: the words stand in a column of this width."""
_PICTURE = (612, 44, 1164, 586)
_FULL = NODE_MODULES / "@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf"
"""The face with all its signs, such as λ."""
_COLOURS = 48  # of the palette: enough for smooth edges of three hues
_LOGO = ((17, 15, 11), (14, 18, 7.2), (11.2, 20.8, 3.6))
"""The logo's circles, on a square of 32: centre and radius; the last is a disc."""
_FINE = 2  # circles are drawn so many times larger and scaled down, which smooths them


def find_face(node_modules: Path = NODE_MODULES) -> Path:
    """The site's own face; where it isn't installed or readable, the one that Matplotlib brings."""
    files = node_modules / "@fontsource-variable" / TEXT_FACE / "files"
    own = files / f"{TEXT_FACE}-latin-wght-normal.woff2"
    try:
        ImageFont.truetype(own, 20)
    except OSError:  # not there, or this Pillow reads no WOFF2
        return Path(find_spec("matplotlib").origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf"
    return own


def take_card(
    title: str, line: str, folder: Path | None = None, statement: str = "", picture: bytes = b""
) -> bytes:
    """Take a card from a folder of earlier ones, or draw it and put it there.

    Args:
        title: The page's title.
        line: What makes it stand alone: the site's name, or for the site itself its promise.
        folder: The cards drawn before, named by all that decides them.
        statement: A claim of the page, if it has one.
        picture: Its main figure as a PNG, if it has one.

    Returns:
        A PNG image of `SIZE`.
    """
    if folder is None:
        return draw_card(title, line, statement, picture)
    words = (title, line, statement, hashlib.sha256(picture).hexdigest(), pillow)
    kept = folder / f"{digest([Path(__file__), find_face()], *words)[:32]}.png"
    if not kept.is_file():
        card = draw_card(title, line, statement, picture)
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(card)
    return kept.read_bytes()


def draw_card(title: str, line: str, statement: str = "", picture: bytes = b"") -> bytes:
    """Draw a card; words that the face can't write are left out.

    Returns:
        A PNG image of `SIZE`.
    """
    image = _split(title, line, statement, picture) if picture else _plain(title, line)
    buffer = io.BytesIO()
    flat = image.quantize(_COLOURS, Image.Quantize.FASTOCTREE)
    flat.save(buffer, "png", optimize=True)
    return buffer.getvalue()


def _plain(title: str, line: str) -> Image.Image:
    image = _ground().copy()
    pen = ImageDraw.Draw(image)
    if _writes(title):
        font, lines = _fit(title)
        pen.multiline_text((_MARGIN, 104), "\n".join(lines), _INK, font, spacing=14)
    if _writes(line):
        font = _font(_LINE_SIZE, 600)
        place = (_MARGIN + 78, SIZE[1] - 96)
        text = "\n".join(_wrap(line, font, _TITLE_WIDTH - 78))
        pen.multiline_text(place, text, _MUTED, font, anchor="lm", spacing=8)
    return image


def _split(title: str, line: str, statement: str, picture: bytes) -> Image.Image:
    """The words in one column, the figure beside them."""
    image = Image.new("RGB", SIZE, _PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 14), _ACCENT)
    margin, width = _SPLIT["margin"], _SPLIT["width"]
    bottom = 56
    if _writes(title):
        font, lines = _fit(title, _SPLIT["titles"], width, 3)
        place, text = (margin, bottom), "\n".join(lines)
        pen.multiline_text(place, text, _INK, font, spacing=8)
        bottom = pen.multiline_textbbox(place, text, font, spacing=8)[3] + 28
    foot = SIZE[1] - 92
    for size in _SPLIT["said"] if statement else ():
        font = ImageFont.truetype(_FULL if _FULL.is_file() else find_face(), size)
        lines, height = _wrap(statement, font, width), round(1.3 * size)
        room = (foot - 24 - bottom) // height
        if len(lines) <= room:
            break
    else:
        lines = [*lines[: room - 1], f"{lines[room - 1]} …"] if statement else []
    for index, text in enumerate(lines if statement else ()):
        pen.text((margin, bottom + index * height), text, _INK, font)
    _square(image, (margin, foot), 44)
    _motif(image, (margin, foot), 44, _ACCENT, _PAPER, shares=(0.55, 0.8, 1), width=3)
    if _writes(line):
        font = _font(_SPLIT["line"], 600)
        text = "\n".join(_wrap(line, font, width - 60))
        pen.multiline_text((margin + 60, foot + 22), text, _MUTED, font, anchor="lm", spacing=4)
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
        pixels = (Image.new("RGB", (1, 1), each) for each in (ground, colour))
        image.paste(Image.blend(*pixels, share).getpixel((0, 0)), corner, mask)


@cache
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(find_face(), size)
    with suppress(OSError):  # a face of one weight
        font.set_variation_by_axes([weight])
    return font


def _fit(
    title: str, sizes: tuple[int, ...] = _TITLE_SIZES, width: int = _TITLE_WIDTH, most: int = 3
) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """Choose the largest size at which a title has no more lines of this width."""
    for size in sizes:
        font = _font(size, 650)
        lines = _wrap(title, font, width)
        if len(lines) <= most and all(font.getlength(line) <= width for line in lines):
            break
    return font, lines[:4]


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _writes(text: str) -> bool:
    """Whether the face has all letters of a text; those it lacks are all one box."""
    font = _font(20, 400)
    box = bytes(font.getmask("\ue000"))
    return all(letter.isspace() or bytes(font.getmask(letter)) != box for letter in text)
