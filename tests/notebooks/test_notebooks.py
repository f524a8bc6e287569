"""The committed notebooks: fresh, small, the same in both languages, and fit for every viewer."""

import ast
import asyncio
import html
import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

import build
import prose
from static_pages import Parsed

NOTEBOOKS = {path.name: path for path in sorted(build.NOTEBOOKS.glob("*.ipynb"))}
ENGLISH = [name for name in NOTEBOOKS if name.endswith(".en.ipynb")]
LARGEST_BYTES = 235_000
# Words of the outputs of a lesson: what is seen unasked, and with all folds open. Lessons 4 and 5
# have a fold for each provider and for each question: a reader opens one.
MOST_UNASKED, MOST_WORDS = 1500, 6000
MOST_IN_FOLDS = {"04-renew": 8_300, "05-help": 11_100}
CHARACTERS_PER_WORD = 1.6  # of Chinese
LONGEST_CODE = 5
IMPORTABLE = {"prepaid", "pandas", "matplotlib"}
NOT_COMPARED = {build.WIDGET_VIEW, "image/png", "image/jpeg"}
STALE = "the notebooks are stale, run: python content/build.py"
NBVAL_WAIVER = re.compile(r"nbval|PYTEST_VALIDATE_IGNORE_OUTPUT|raises-exception", re.IGNORECASE)

each_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def read(name: str) -> nbformat.NotebookNode:
    """A committed notebook."""
    return nbformat.read(NOTEBOOKS[name], as_version=4)


def code_cells(name: str) -> list[nbformat.NotebookNode]:
    """The code cells of a committed notebook."""
    return [cell for cell in read(name).cells if cell.cell_type == "code"]


def prose_cells(name: str) -> list[nbformat.NotebookNode]:
    """The Markdown cells of a committed notebook."""
    return [cell for cell in read(name).cells if cell.cell_type == "markdown"]


def html_outputs(name: str) -> list[tuple[str, Parsed]]:
    """Every HTML output of a notebook, with the id of its cell."""
    return [
        (cell.id, Parsed(output.data["text/html"]))
        for cell in code_cells(name)
        for output in cell.outputs
        if "text/html" in output.get("data", ())
    ]


def compared_cells(name: str) -> list[str]:
    """The cells of which nbval compares an output: run, and showing more than it leaves out."""
    return [
        cell.id
        for cell in code_cells(name)
        if cell.execution_count
        and any("text" in output or {*output.data} - NOT_COMPARED for output in cell.outputs)
    ]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all notebooks built just now."""
    folder = tmp_path_factory.mktemp("fresh")
    command = [sys.executable, str(build.ROOT / "content/build.py"), "--to", str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return folder


def test_a_fresh_build_gives_the_committed_notebooks_and_no_others(fresh):
    assert sorted(path.name for path in fresh.iterdir()) == list(NOTEBOOKS), STALE


@each_notebook
def test_the_notebook_equals_a_fresh_build(name, fresh):
    committed, built = NOTEBOOKS[name].read_bytes(), (fresh / name).read_bytes()
    if committed != built:
        pytest.fail(f"{STALE}\n{first_difference(committed, built)}", pytrace=False)


def first_difference(committed: bytes, built: bytes) -> str:
    """Where two notebooks first differ: the cell, and the text around the place."""
    old, new = (json.loads(notebook)["cells"] for notebook in (committed, built))
    for before, after in zip(old, new, strict=False):
        if before != after:
            texts = [json.dumps(cell, ensure_ascii=False) for cell in (before, after)]
            letters = enumerate(zip(*texts, strict=False))
            place = next((place for place, (one, other) in letters if one != other), 0)
            told = (f"...{text[max(place - 80, 0) : place + 80]}..." for text in texts)
            return "cell {}\ncommitted: {}\nfresh:     {}".format(before["id"], *told)
    return f"{len(old)} cells committed, {len(new)} fresh, or other metadata"


GOOD_LESSON = """\
---
question:
  en: Which?
  zh-CN: 哪个？
---
+++ {"lang": "en", "slug": "title"}
# Title
+++ {"lang": "zh-CN", "slug": "title"}
# 标题
```{code-cell}
:slug: setup
tutorial = prepaid.tutorial("en")
```
"""


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("slug: setup", "slug: set up", "lesson, set up: needs a slug"),
        ("slug: setup", "slug: other", "lesson: needs a code cell setup"),
        ('"lang": "en", ', "", "lesson, title: prose needs a lang"),
        ('"zh-CN"', '"zh"', "lesson, title: lang is 'zh'"),
        ('"zh-CN"', '"en"', "lesson, title: stands 2 times"),
        ('"en")', '"fr")', "lesson, setup: must hold"),
        ("  zh-CN: ", "  fr: ", "lesson: the front matter needs the question"),
    ],
)
def test_the_build_refuses_a_lesson_that_breaks_the_form(tmp_path, good, bad, told):
    path = tmp_path / "lesson.md"
    path.write_text(GOOD_LESSON.replace(good, bad), encoding="utf-8")
    with pytest.raises(build.BuildError, match=re.escape(told)):
        build.notebooks(build.read_lesson(path))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("1 / 0", "cell: ZeroDivisionError: division by zero"),
        ("import sys; print('oh', file=sys.stderr)", "cell: writes to stderr: oh"),
    ],
)
def test_the_build_refuses_errors_and_warnings(code, told):
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code, id="cell")], metadata=build.METADATA
    )
    with pytest.raises(build.BuildError, match=re.escape(told)):
        asyncio.run(build.execute(notebook))


def test_the_data_package_knows_its_files():
    assert build.DATA_PACKAGE.read_text("utf-8") == build.described(build.DATA_PACKAGE), (
        "content/datapackage.json is stale, run: python content/build.py"
    )


def test_nbval_runs_strictly_on_every_notebook(pytestconfig):
    option = pytestconfig.option
    assert option.nbval
    assert option.nbval_current_env
    assert not option.nbval_lax
    assert option.nbval_sanitize_with is None
    assert "notebooks" in pytestconfig.getini("testpaths")


@each_notebook
def test_nbval_compares_outputs_in_every_notebook(name):
    assert compared_cells(name)
    for cell in code_cells(name):
        assert cell.execution_count, f"{cell.id} was not run"
        assert not NBVAL_WAIVER.search(cell.source + json.dumps(cell.metadata)), cell.id


@pytest.mark.parametrize("name", ENGLISH)
def test_both_languages_have_the_same_cells_and_compare_the_same(name):
    chinese = name.replace(".en.", ".zh-CN.")
    assert [same_in_both(cell) for cell in read(name).cells] == [
        same_in_both(cell) for cell in read(chinese).cells
    ]
    assert compared_cells(name) == compared_cells(chinese)


def same_in_both(cell: nbformat.NotebookNode) -> tuple:
    """What a cell shares with the other language's: id, kind, and code but for the language."""
    code = cell.source if cell.cell_type == "code" else ""
    if cell.id == "setup":
        code = code.replace('"zh-CN"', '"en"')
    return cell.id, cell.cell_type, code, cell.metadata


@each_notebook
def test_the_file_is_small_and_holds_no_state(name):
    assert NOTEBOOKS[name].stat().st_size <= LARGEST_BYTES
    heading = re.search("^# (.*)$", read(name).cells[0].source, re.MULTILINE)[1]
    title = re.sub("<[^>]+>", "", heading)  # what a page made of it is called
    assert read(name).metadata == build.METADATA | {"title": title}
    assert build.WIDGET_VIEW not in NOTEBOOKS[name].read_text("utf-8")


def words_in(page: str) -> float:
    """How many words some HTML says, the text instead of pictures left out."""
    text = html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))
    return (len(re.findall(r"[A-Za-z][\w'’-]*", text))
            + len(re.findall(f"[{prose.HAN}]", text)) / CHARACTERS_PER_WORD)


def without_folds(page: str) -> str:
    """Some HTML without what is folded, the innermost fold first."""
    inner = re.compile(r"<details(?:(?!<details).)*?</details>", re.DOTALL)
    while inner.search(page):
        page = inner.sub(" ", page)
    return page


@each_notebook
def test_a_lesson_is_read_to_the_end(name):
    pages = [output.data["text/html"] for cell in code_cells(name) for output in cell.outputs
             if "text/html" in output.get("data", ())]
    assert sum(words_in(without_folds(page)) for page in pages) <= MOST_UNASKED
    most = MOST_IN_FOLDS.get(name.partition(".")[0], MOST_WORDS)
    assert sum(map(words_in, pages)) <= most


def test_words_are_counted():
    page = "<p>One <b>two</b>, 3 GB</p><details>four<details>five</details>six</details>三四"
    assert words_in(page) == 3 + 3 + 2 / CHARACTERS_PER_WORD
    assert words_in(without_folds(page)) == 3 + 2 / CHARACTERS_PER_WORD


@each_notebook
def test_code_is_short_and_imports_only_what_is_taught(name):
    for cell in code_cells(name):
        assert len(cell.source.splitlines()) <= LONGEST_CODE, cell.id
        imported = {
            module.split(".")[0]
            for node in ast.walk(ast.parse(cell.source))
            for module in _modules(node)
        }
        assert imported <= IMPORTABLE, cell.id


def _modules(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module):
            return [module or "."]
    return []


@each_notebook
def test_no_dollar_sign_where_a_viewer_would_set_a_formula(name):
    for cell in prose_cells(name):
        unfenced = re.sub(r"^(`{3,}|~{3,}).*?^\1", "", cell.source, flags=re.DOTALL | re.MULTILINE)
        assert "$" not in unfenced, cell.id
    for slug, page in html_outputs(name):
        assert "$" not in page.text, slug


@each_notebook
def test_outputs_need_no_script_and_style_sheets_only_lay_out_tables(name):
    for slug, page in html_outputs(name):
        assert not page.tags & {"script", "link", "iframe"}, slug
        assert not page.scripts, slug
    for cell in code_cells(name):
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html", "")
            sheets = re.findall(r"<style>(.*?)</style>", html)
            assert len(sheets) == html.count("<style"), cell.id
            for sheet in sheets:
                lists = re.findall(r"([^{};]+)\{", re.sub(r"\([^)]*\)", "", sheet))
                selectors = [one for each in lists for one in each.split(",")]
                assert all(one.startswith((".pp", "@container")) for one in selectors), cell.id
                assert not re.search(r"url\(|@import|color", sheet), cell.id


@each_notebook
def test_ids_are_unique_on_the_page(name):
    ids = [name for _, page in html_outputs(name) for name in page.ids]
    assert len(ids) == len(set(ids)), sorted(ids)


@each_notebook
def test_outputs_show_something_without_a_kernel(name):
    for cell in code_cells(name):
        for output in cell.outputs:
            assert output.output_type != "error", cell.id
            plain = output.get("data", {}).get("text/plain", "")
            if "text/html" not in output.get("data", ()):
                assert not re.match(r"\w+\(", plain), f"{cell.id} shows only {plain[:40]}"


@each_notebook
def test_headings_step_down_one_at_a_time_from_one_title(name):
    levels = [
        int(part[1])
        for cell in prose_cells(name)
        for part in prose.taken_apart(cell.source).skeleton
        if re.fullmatch(r"h[1-6]", part)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


@each_notebook
def test_links_between_files_lead_somewhere(name):
    targets = {
        target
        for cell in prose_cells(name)
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", cell.source)
    }
    assert {target for target in targets if not (build.NOTEBOOKS / target).exists()} == set()


@each_notebook
def test_pictures_have_a_text(name):
    for cell in prose_cells(name):
        assert not re.search(r"!\[\s*\]\(", cell.source), cell.id
