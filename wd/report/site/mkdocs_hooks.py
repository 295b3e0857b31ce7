"""What the site asks of MkDocs beyond Markdown: `hooks:` in mkdocs.yml names this file.

A page passes through here five times. Its tables are counted (`on_page_markdown`), its formulas
are typeset and set aside (`on_page_content`), links to its own source are added
(`on_page_context`), its final HTML is inspected and the formulas are put back (`on_post_page`).
After the last page the links between the pages are followed (`on_post_build`), and all problems
stop the build at once, with the names of their pages.
"""

import json
import logging
import re
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit

from jinja2 import Environment
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation

from wd.errors import SiteError
from wd.report.site.address import is_public, open_in_colab, source_of
from wd.report.site.aside import Aside, find_kept
from wd.report.site.breaks import keep_together, mark_breaks
from wd.report.site.editions import Editions, find_root
from wd.report.site.inspection import Page
from wd.report.site.lines import join_lines
from wd.report.site.links import dead_links
from wd.report.site.mathematics import Shelf, Typesetter, typeset_page
from wd.report.site.narrow import offer_narrow
from wd.report.site.notebook_page import list_anchors, name_headings, plain_page
from wd.report.site.policy import ARTICLE
from wd.report.site.search import complete_index, leave_out_repeats, list_aliases
from wd.report.site.sharing import find_first_words, name_page, order_card
from wd.report.site.sheets import frame_tables
from wd.report.site.vendor import vendored_files
from wd.report.site.widget_script import join_scripts, list_assets, list_scripts
from wd.report.site.wording import table_problems
from wd.report.site.words import CACHE, cut, teach

HTML_LANGUAGE = re.compile('(<html lang=")[^"]*(")')
FORMULA_IN_TITLE = re.compile(r"\\\(|\\[A-Za-z]|\$")
LARGEST = 1_000_000
"""Characters of a page's HTML: many times what the longest one of this report has."""
_UNFOUND = "the front matter has words for the search, but no such section is in its index"


class Build:
    """What one build of the site holds from its first page to its last."""

    def __init__(self, kept: Path | None = None) -> None:
        self.typesetter = Typesetter()
        self.shelf = Shelf(self.typesetter)
        self.pages: dict[str, Page] = {}
        self.problems: dict[str, list[str]] = {}  # which a page's HTML doesn't tell
        self.aside = Aside(kept)
        self.descriptions: dict[str, str] = {}
        self.aliases: dict[str, str] = {}
        self.editions: Editions  # this and what follows come while MkDocs builds
        self.words: dict[str, list[str]] = {}
        self.env: Environment
        self.files: Files
        self.nav: Navigation

    def close(self) -> None:
        """End the processes that help with it; single pages are built again without them."""
        self.typesetter.close()
        self.aside.close()


build = Build()
log = get_plugin_logger("wd")

# nbconvert looks at a notebook's images before they are given their descriptions here.
logging.getLogger("traitlets").addFilter(
    lambda record: "Alternative text is missing" not in record.getMessage()
)


def on_config(config):
    """Without a repository there is nothing to edit; MkDocs would warn on every page."""
    global build
    if not config.repo_url:
        config.edit_uri = None
    build.close()
    build = Build(find_kept(config))  # with nothing from an earlier build in this process
    if config.extra.get("aside"):
        build.aside.begin()
    build.editions = Editions(
        Path(config.docs_dir),
        Path(config.site_dir),
        config.extra.get("languages", ()),
        folders=config.use_directory_urls,
    )
    if cache := config.extra.get("cache"):
        build.words = teach(config.extra.get("words", {}), Path(cache).parent / CACHE)
    config.nav = build.editions.mark_navigation(config.nav)
    config.extra["alternate"] = len(config.extra.get("languages", ())) > 1  # shown in the header
    return config


def on_files(files, config):
    """Add the site's own styles and scripts, and what it takes from npm's packages."""
    added = [
        *(File.generated(config, name, abs_src_path=str(path)) for name, path in list_assets()),
        *(File.generated(config, name, content=content) for name, content in vendored_files()),
    ]
    if list_scripts():
        added.append(File.generated(config, "assets/explore.js", content=join_scripts()))
    for file in added:
        if files.get_file_from_path(file.src_uri) is None:
            files.append(file)
    return files


def on_nav(nav, config, files):
    """Keep the navigation for pages that are built again."""
    build.nav = nav
    return nav


def on_env(env, config, files):
    """Keep the theme's templates and the site's files for the notebooks' downloads."""
    build.env, build.files = env, files
    return env


def on_page_markdown(markdown, page, config, files):
    """Look at what its HTML won't tell any more; mark links to pages of the first language."""
    build.problems[page.file.dest_uri] = list(table_problems(markdown))
    return build.editions.mark_markdown(markdown)


def on_page_content(html, page, config, files):
    """Order the page's card, give notebooks the site's markup, and set every formula."""
    name = page.file.src_uri
    _refuse_formulas_in_titles(page)
    card, page.card = order_card(page, config)
    if card:
        build.aside.draw(card)  # now: later there are pages to inspect
    if name.endswith(".ipynb"):
        notebook = json.loads(Path(page.file.abs_src_path).read_text(encoding="utf-8"))
        name_headings(page.toc, list_anchors(notebook))
        html = build.editions.mark_notebook(plain_page(html, notebook, name))
    html = leave_out_repeats(frame_tables(offer_narrow(html)))
    return typeset_page(join_lines(html), build.shelf, name)


def on_page_context(context, page, config, nav):
    """Tell of description, card and the page's source, and add a notebook's downloads."""
    # The theme puts it into an attribute as it is.
    page.meta["description"] = escape(
        page.meta.get("description") or find_first_words(page.content)
    )
    build.descriptions[page.file.dest_uri] = page.meta["description"]
    build.aliases |= list_aliases(page.meta, page.url)
    name = PurePosixPath(page.file.src_uri).stem
    context["editions"] = build.editions.list_editions(page.file.dest_uri, name)
    context["alternates"] = build.editions.list_alternates(name, config.site_url)
    context["share_title"] = " – ".join(name_page(page, config))
    context["card"] = page.card
    if not is_public(config.site_url):
        page.canonical_url = None  # the sitemap, which instant navigation reads, is written already
    if config.repo_url and config.edit_uri:
        source = config.edit_uri + source_of(page.meta.get("written_in", page.file.src_uri))
        page.edit_url = urljoin(config.repo_url.rstrip("/") + "/", source)
    if page.file.src_uri.endswith(".ipynb"):
        template = build.env.get_template("partials/downloads.html")
        row = template.render(context, downloads=_downloads(page.file, config))
        page.content = page.content.replace("</h1>", f"</h1>\n{row}", 1)
    return context


def on_post_page(output, page, config):
    """Inspect the finished page, then put its formulas back.

    The frame around its article is the theme's, and the same on each page: it is read on the
    first one, and on those that the theme makes by itself.
    """
    address = page.file.dest_uri
    article = ARTICLE.search(output)
    first = not (build.pages or build.aside.inspects)
    build.aside.inspect(address, article[0] if article and not first else output)
    output = ARTICLE.sub(lambda found: keep_together(found[0]), output, count=1)
    output = _finish(build.shelf.put_back(mark_breaks(output, cut)), address, config)
    if len(output) > LARGEST:
        build.problems.setdefault(address, []).append(
            f"{len(output):,} characters, more than a page may have ({LARGEST:,})"
        )
    return output


def on_template_context(context, template_name, config):
    """Tell the theme's own pages where they and others are in other languages."""
    root = find_root(config.site_url)
    context["editions"] = build.editions.list_homes(root)
    context["translations"] = lambda file: build.editions.list_alternates(
        PurePosixPath(file.src_uri).stem, config.site_url
    )
    return context


def on_post_template(output_content, template_name, config):
    """Inspect the pages that the theme makes by itself."""
    if not template_name.endswith(".html"):
        return output_content
    build.aside.inspect(template_name, output_content)
    return _finish(output_content, template_name, config, find_root(config.site_url))


def _finish(html, address, config, root=""):
    """Name the language, and let marked links lead to the first one's pages."""
    language = Path(config.site_dir).name
    html = HTML_LANGUAGE.sub(rf"\g<1>{language}\g<2>", html, count=1)
    return build.editions.lead(html, address, config.extra["labels"].get("elsewhere", ""), root)


def on_post_build(config):
    """Stop the build with every problem of every page, or finish it."""
    refuse(
        [
            *list_problems(config),
            *(
                (address, _UNFOUND)
                for address in complete_index(
                    Path(config.site_dir, "search"),
                    build.aliases,
                    config.extra["spellings"],
                    build.editions.list_elsewhere(config.nav),
                    build.words,
                )
            ),
        ]
    )


def list_problems(config):
    """List what is wrong with the pages as they are now, and between them, each with its page."""
    build.pages |= build.aside.gather()
    site = Path(config.site_dir)
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    prefix = urlsplit(config.site_url or "/").path or "/"
    pages: dict[str, list[str]] = {}
    for address, description in build.descriptions.items():
        pages.setdefault(description, []).append(address)
    return [
        *((address, each) for address, page in build.pages.items() for each in page.problems),
        *((address, each) for address, found in build.problems.items() for each in found),
        *dead_links(build.pages, files, prefix),
        *(("", problem) for problem in build.editions.problems),
        *(
            (alike[0], f"its description is also that of {', '.join(alike[1:])}")
            for description, alike in pages.items()
            if description and len(alike) > 1
        ),
    ]


def refuse(problems):
    """Stop where there are problems.

    Raises:
        SiteError: With a line for each.
    """
    lines = [f"{address}: {problem}" for address, problem in problems]
    for line in lines:
        log.warning(line)
    if lines:
        raise SiteError("\n".join(lines))


def on_shutdown():
    """Leave no process behind, however the build has ended."""
    build.close()


def _refuse_formulas_in_titles(page):
    items = list(page.toc)
    for item in items:
        if FORMULA_IN_TITLE.search(item.title):
            raise SiteError(
                f'{page.file.src_uri}: the heading "{item.title}" holds a formula, '
                "which contents and search can't show: write it in words."
            )
        items += item.children


def _downloads(notebook, config):
    """Addresses of the executed notebook, of its program, and at Colab, where there are such."""
    name = PurePosixPath(notebook.src_uri)
    program = build.files.get_file_from_path(name.with_suffix(".py").as_posix())
    return {
        "notebook": PurePosixPath(notebook.dest_uri).with_name(name.name).as_posix(),
        "program": program and program.url,
        "colab": open_in_colab(config.repo_url, f"{Path(config.site_dir).name}/{name}"),
    }
