"""Every page has the one policy of its site, which names the scripts that it may run."""

import base64
import hashlib

from wd.report.site.policy import POLICY, make_policy, write_policies


def digest(script):
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


PAGE = '<!doctype html><html><head><meta charset="utf-8"><title>x</title></head>{}</html>'


def test_all_pages_allow_the_inline_scripts_of_all_and_no_other(tmp_path):
    for name, script in {"one": "1 < 2 && 3", "two": "\n two \n"}.items():
        (tmp_path / f"{name}.html").write_text(PAGE.format(f"<script>{script}</script>"))
    write_policies(tmp_path)

    found = {POLICY.findall(page.read_text())[0] for page in tmp_path.iterdir()}
    (policy,) = found
    assert f"'sha256-{digest('1 < 2 && 3')}'" in policy
    assert f"'sha256-{digest(chr(10) + ' two ' + chr(10))}'" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]


def test_data_and_files_need_no_hash():
    pages = ['<script type="application/json">{}</script>', '<script src="a.js"></script>']

    assert "script-src 'self';" in make_policy(pages)


def test_no_script_in_an_article_is_allowed_nor_one_that_seems_to_stand_after_it():
    html = PAGE.format("<script>1</script><body><article>{}</article><script>2</script>")
    planted = html.format("<script>3</script></article><script>4</script>")

    assert make_policy([planted]) == make_policy([html])
    assert f"'sha256-{digest('2')}'" in make_policy([planted])


def test_it_stands_before_every_script_and_after_the_encoding(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(PAGE.format("<script>1</script>"))
    write_policies(tmp_path)

    text = page.read_text()
    assert text.index("charset") < text.index("Content-Security-Policy") < text.index("<script")
