"""Links to nbviewer and Binder: all of them when the address is set, none while it is not."""

import re

import pytest
from markdown_it import MarkdownIt

import build
import check
import launch

ADDRESS = "https://github.com/some-one/us.prepaid_data"
NOTEBOOKS = sorted(path.name for path in build.NOTEBOOKS.glob("*.ipynb"))
SERVICES = ("nbviewer.org/", "mybinder.org/")
BAD = [
    "github.com/a/b", "http://github.com/a/b", "https://gitlab.com/a/b", "https://github.com/a",
    "https://github.com/a/b/", "https://github.com/a/b.git", "https://github.com/a/b/tree/main",
    "https://github.com/a/b?x=1", "https://github.com/a/b#c", "https://github.com/-a/b",
    "https://github.com/a/..", "https://github.com.evil.example/a/b", "https://github.com/a b/c",
    "javascript:alert(1)", "https://github.com/a/b)<script>alert(1)</script>",
    "https://github.com/a/b\n", " https://github.com/a/b", "https://github.com/a/用户",
    "https://github.com/a/" + "b" * 5000,
]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A setting and a README of one's own, and `build(*arguments)`: what the command line says and
    which notebooks it would execute, by name."""
    for name, owner in (("SETTING", launch), ("README", build)):
        copy = tmp_path / getattr(owner, name).name
        copy.write_bytes(getattr(owner, name).read_bytes())
        monkeypatch.setattr(owner, name, copy)
    launch.set_address("")
    monkeypatch.setattr(check, "faults", lambda: [])

    def run(*arguments):
        built = {}

        async def build_all(named, folder):
            built.update(named)
            return []

        monkeypatch.setattr(build, "build_all", build_all)
        return build.main(list(arguments)), built

    return run


def links(markdown: str) -> list[str]:
    """Where the links in tables lead, as a viewer renders them."""
    html = MarkdownIt().enable("table").render(markdown)
    return re.findall(r'<td><a href="([^"]*)">', html)


def links_in_cells(markdown: str) -> list[str]:
    """Where links in tables lead to a notebook beside the text."""
    return [address for address in links(markdown) if address.endswith(".ipynb")
            and not address.startswith("https")]


def prose(notebook) -> str:
    """All Markdown of a notebook."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def expected(name: str) -> tuple[str, str]:
    """The two addresses of a notebook."""
    return (
        f"https://nbviewer.org/github/some-one/us.prepaid_data/blob/HEAD/notebooks/{name}",
        "https://mybinder.org/v2/gh/some-one/us.prepaid_data/HEAD"
        f"?urlpath=lab/tree/notebooks/{name}",
    )


def test_one_command_links_every_notebook_in_readme_and_lesson_00(project):
    before = build.README.read_text("utf-8")
    told, built = project("--public-address", ADDRESS, "00")
    assert told == 0
    assert f'public_address = "{ADDRESS}"' in launch.SETTING.read_text("utf-8")
    for text in (build.README.read_text("utf-8"), prose(built["00-start.ipynb"])):
        found = links(text)
        for name in NOTEBOOKS:
            for address in expected(name):
                assert found.count(address) == (2 if name.startswith("00") else 1), address
        wanted = len(SERVICES) * (len(NOTEBOOKS) + 1)  # the one that is in both languages, twice
        assert sum(address.count(service) for address in found for service in SERVICES) == wanted
        assert "![" not in text.partition("<!-- launch")[2].partition("<!-- /launch")[0]
    after = build.README.read_bytes()
    assert project("00")[0] == 0
    assert build.README.read_bytes() == after
    assert project("--public-address", "", "00")[0] == 0
    assert build.README.read_text("utf-8") == before


def test_no_link_while_there_is_no_address(project):
    told, built = project()
    assert told == 0
    assert sorted(built) == NOTEBOOKS
    texts = [build.README.read_text("utf-8"), *map(prose, built.values())]
    for text in texts:
        assert not [address for address in links(text) if any(map(address.count, SERVICES))]
    for text in texts[1:]:
        assert "<!--" not in text


def test_the_languages_have_the_same_links(project):
    project("--public-address", ADDRESS)
    english, chinese = build.README.read_text("utf-8").split("\n## 简体中文")
    here = [[url for url in links(part) if any(map(url.count, SERVICES))]
            for part in (english, chinese)]
    assert here[0] == [url.replace("zh-CN", "en") for url in here[1]]


def test_the_readme_is_fresh():
    tables = build.tables(launch.setting(), "notebooks/")
    text = build.README.read_text("utf-8")
    assert launch.filled(text, tables) == text, "README.md is stale, run: python content/build.py"
    marked = {match.groups() for match in launch.MARKED.finditer(text)}
    assert marked == set(tables)


def test_readme_and_start_lesson_list_every_lesson_with_its_question(project):
    _, built = project()
    for text in (build.README.read_text("utf-8"), prose(built["00-start.ipynb"])):
        linked = [address.removeprefix("notebooks/") for address in links_in_cells(text)]
        for path in build.lesson_paths():
            lesson = build.read_lesson(path)
            for language in build.LANGUAGES:
                own = lesson.both and text.startswith("# Start here")
                assert linked.count(lesson.notebook(language)) == (0 if own else 1 + lesson.both)
                assert own or lesson.questions[language] in text


def test_a_lesson_without_its_question_is_refused(tmp_path):
    path = tmp_path / "02-pick.md"
    text = (build.lesson_paths(["02"])[0]).read_text("utf-8")
    path.write_text(text.replace("  zh-CN: ", "  fr: ", 1), "utf-8")
    with pytest.raises(build.BuildError, match=r"02-pick: the front matter needs.*zh-CN"):
        build.read_lesson(path)


@pytest.mark.parametrize("address", BAD)
def test_a_bad_address_is_refused_in_one_sentence_and_nothing_is_written(project, address):
    before = [path.read_bytes() for path in (launch.SETTING, build.README)]
    told, built = project("--public-address", address, "00")
    assert told.startswith("project.toml: public_address is ")
    assert "https://github.com/owner/name" in told
    assert len(told) < 300
    assert "\n" not in told
    assert built == {}
    assert [path.read_bytes() for path in (launch.SETTING, build.README)] == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("public_address = 5", "public_address is '5'"),
        ("", "public_address is 'None'"),
        ("public_address = ", "cannot be read"),
        ('public_address = "https://github.com/a/b/"', "without a slash"),
    ],
)
def test_a_setting_spoilt_by_hand_is_refused(project, text, told):
    launch.SETTING.write_text(text, "utf-8")
    said, built = project("00")
    assert said.startswith("project.toml: ")
    assert told in said
    assert built == {}


def test_a_setting_without_its_line_is_not_guessed_at(project):
    launch.SETTING.write_text("[other]\n", "utf-8")
    assert "needs one line" in project("--public-address", ADDRESS)[0]
