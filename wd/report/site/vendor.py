"""What the site takes from the npm packages: the few files it needs, and their licences.

Nothing of theirs is committed. The build takes it from `node_modules`, so that the site
asks no other server for a font, a style or a script.
"""

import base64
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from wd.errors import SiteError
from wd.report.read.faces import FAMILIES, open_cut
from wd.report.site.node import NODE_MODULES

# Any browser that can show the site reads woff2; the older formats are fallbacks for it.
OLDER_FONTS = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)')
FONT_FACE = re.compile(r"/\* \S+? \*/\s*@font-face \{.*?\}\s*", re.DOTALL)
FONT_URL = re.compile(r"url\((?:\./)?([^):]+\.woff2)\)")
TEXT_FACE = "source-sans-3"
SUBSETS = tuple(f"{TEXT_FACE}-{subset}-wght" for subset in ("latin-ext", "latin"))
# Raised and lowered letters: its style promises them, and for one that its file lacks, such as ⱼ,
# a browser would fetch the file in vain. Those that it has are among the signs.
_UNWRITTEN = re.compile(r",U\+(?:1D00-1DBF|2C60-2C7F)")
# Where the text face lacks these in its Latin files, a Han face would write them as wide as Han.
SIGNS = "‖⁰⁴⁵⁶⁷⁸⁹⁻₀ᵀᵗ→←≤≥√∞∂●■" + "".join(map(chr, range(0x391, 0x3CA)))
# A face that comes late moves the lines under the reader's eyes. Those of almost every line
# come inside their styles; gzip takes back what base64 adds.
EMBEDDED = {
    f"{TEXT_FACE}-latin-wght-normal",
    f"{TEXT_FACE}-latin-wght-italic",
    "KaTeX_Main-Regular",
    "KaTeX_Math-Italic",
}


def vendored_files(node_modules: Path = NODE_MODULES) -> Iterator[tuple[str, bytes]]:
    """Yield each file's address in the site and its content.

    Raises:
        SiteError: A package is missing.
    """
    try:
        yield from _katex(node_modules / "katex")
        yield from _text_face(node_modules / "@fontsource-variable" / TEXT_FACE)
    except FileNotFoundError as error:
        raise SiteError(
            f"{error.filename} is missing: `npm ci` in the project's folder installs it."
        ) from None


def _katex(package: Path) -> Iterator[tuple[str, bytes]]:
    css = OLDER_FONTS.sub("", (package / "dist/katex.min.css").read_text(encoding="utf-8"))
    yield from _style("assets/katex/katex.min.css", css, package / "dist")
    # Copying a formula gives its TeX instead of the text of both its renderings.
    script = package / "dist/contrib/copy-tex.min.js"
    yield "assets/katex/copy-tex.min.js", script.read_bytes()
    yield "assets/katex/LICENSE.txt", (package / "LICENSE").read_bytes()


def _text_face(package: Path) -> Iterator[tuple[str, bytes]]:
    faces = "".join(
        face
        for style in ("wght.css", "wght-italic.css")
        for face in FONT_FACE.findall((package / style).read_text(encoding="utf-8"))
        if face.split()[1].startswith(SUBSETS)
    )
    # A word in a face that isn't there yet keeps the one it was first shown in.
    css = faces.replace("font-display: swap", "font-display: optional")
    css = _UNWRITTEN.sub("", css)
    css += "".join(
        _face_of_signs(FAMILIES[0][weight], weights)
        for weight, weights in ((400, "200 549"), (600, "550 900"))
    )
    yield from _style(f"assets/{TEXT_FACE}/{TEXT_FACE}.css", css, package)
    yield f"assets/{TEXT_FACE}/LICENSE.txt", (package / "LICENSE").read_bytes()


@cache
def _face_of_signs(file: Path, weights: str) -> str:
    """Write a face of the signs alone, which are few enough to stand inside the style."""
    written = io.BytesIO()
    with open_cut(file, SIGNS) as font:
        font.flavor = "woff"  # woff2 needs a package more
        font.save(written)
    data = base64.b64encode(written.getvalue()).decode()
    signs = ", ".join(f"U+{ord(sign):X}" for sign in SIGNS)
    return (
        f'@font-face {{font-family: "Source Sans 3 Signs"; font-weight: {weights}; '
        f"font-display: optional; unicode-range: {signs}; "
        f'src: url(data:font/woff;base64,{data}) format("woff");}}\n'
    )


def _style(address: str, css: str, package: Path) -> Iterator[tuple[str, bytes]]:
    """A style and the fonts it names, some of them inside it."""

    def embed(found: re.Match[str]) -> str:
        if Path(found[1]).stem not in EMBEDDED:
            return found[0]
        data = base64.b64encode((package / found[1]).read_bytes()).decode()
        return f"url(data:font/woff2;base64,{data})"

    css = FONT_URL.sub(embed, css)
    yield address, css.encode()
    for font in dict.fromkeys(FONT_URL.findall(css)):
        yield f"{address.rpartition('/')[0]}/{font}", (package / font).read_bytes()
