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
    def copied(path):
        copy = tmp_path / path.parent.name / path.name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
        return copy

    monkeypatch.setattr(launch, "SETTING", copied(launch.SETTING))
    monkeypatch.setattr(build, "READMES", tuple(map(copied, build.READMES)))
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


def readmes() -> str:
    """The text of both READMEs."""
    return "\n".join(path.read_text("utf-8") for path in build.READMES)


def test_one_command_links_every_notebook_in_lesson_00_and_every_place_in_the_readmes(project):
    before = readmes()
    told, built = project("--public-address", ADDRESS, "00")
    assert told == 0
    assert f'public_address = "{ADDRESS}"' in launch.SETTING.read_text("utf-8")
    text = prose(built["00-start.ipynb"])
    found = links(text)
    for name in NOTEBOOKS:
        for address in expected(name):
            assert found.count(address) == (2 if name.startswith("00") else 1), address
    wanted = len(SERVICES) * (len(NOTEBOOKS) + 1)  # the one that is in both languages, twice
    assert sum(address.count(service) for address in found for service in SERVICES) == wanted
    assert "![" not in text
    after = readmes()
    for address in (
        "https://some-one.github.io/us.prepaid_data/",
        expected("00-start.ipynb")[1],
        "https://codespaces.new/some-one/us.prepaid_data",
        "https://hub.example.org/hub/user-redirect/git-pull?repo=https%3A%2F%2Fgithub.com%2F"
        "some-one%2Fus.prepaid_data"
        "&urlpath=lab%2Ftree%2Fus.prepaid_data%2Fnotebooks%2F00-start.ipynb",
    ):
        assert after.count(f"]({address})") == len(build.LANGUAGES), address
        assert address not in before
    assert project("00")[0] == 0
    assert readmes() == after
    assert project("--public-address", "", "00")[0] == 0
    assert readmes() == before


def test_a_repository_named_after_its_owner_is_published_at_the_root():
    where = launch.repository("https://github.com/Some-One/some-one.github.io")
    assert where.pages() == "https://some-one.github.io/"


def test_no_link_while_there_is_no_address(project):
    told, built = project()
    assert told == 0
    assert sorted(built) == NOTEBOOKS
    for text in [readmes(), *map(prose, built.values())]:
        assert not any(map(text.count, SERVICES[:1] if text == readmes() else SERVICES))
    for text in map(prose, built.values()):
        assert "<!--" not in re.sub("<!-- /?lab -->", "", text)  # of content/app.py


def test_the_languages_have_the_same_links(project):
    _, built = project("--public-address", ADDRESS, "00")
    english, chinese = prose(built["00-start.ipynb"]).split("\n## 简体中文")
    here = [[url for url in links(part) if any(map(url.count, SERVICES))]
            for part in (english, chinese)]
    assert here[0]
    assert here[0] == [url.replace("zh-CN", "en") for url in here[1]]


def test_the_readmes_are_fresh():
    tables = build.readme_tables(launch.setting())
    text = readmes()
    assert launch.filled(text, tables) == text, "a README is stale, run: python content/build.py"
    assert {match.groups() for match in launch.MARKED.finditer(text)} == set(tables)


def test_readme_and_start_lesson_list_every_lesson_with_its_question(project):
    _, built = project()
    start, readme = prose(built["00-start.ipynb"]), readmes()
    lists = {"start": links_in_cells(start), "readme": re.findall(r"\]\(notebooks/(.*?)\)", readme)}
    for path in build.lesson_paths():
        lesson = build.read_lesson(path)
        for language in build.LANGUAGES:
            name = lesson.notebook(language)
            assert lists["readme"].count(name) == 1 + lesson.both
            assert lists["start"].count(name) == (0 if lesson.both else 1)
            assert lesson.questions[language] in readme
            assert lesson.both or lesson.questions[language] in start


def test_a_lesson_without_its_question_is_refused(tmp_path):
    path = tmp_path / "02-pick.md"
    text = (build.lesson_paths(["02"])[0]).read_text("utf-8")
    path.write_text(text.replace("  zh-CN: ", "  fr: ", 1), "utf-8")
    with pytest.raises(build.BuildError, match=r"02-pick: the front matter needs.*zh-CN"):
        build.read_lesson(path)


@pytest.mark.parametrize("address", BAD)
def test_a_bad_address_is_refused_in_one_sentence_and_nothing_is_written(project, address):
    before = [path.read_bytes() for path in (launch.SETTING, *build.READMES)]
    told, built = project("--public-address", address, "00")
    assert told.startswith("project.toml: public_address is ")
    assert "https://github.com/owner/name" in told
    assert len(told) < 300
    assert "\n" not in told
    assert built == {}
    assert [path.read_bytes() for path in (launch.SETTING, *build.READMES)] == before


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
