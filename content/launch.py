"""Tables of the lessons, and links that open every notebook without installing anything.

Where a text holds two markers, what stands between them is a table in the language that they name.
`lessons`: which question each lesson answers. `launch`: links to nbviewer and Binder, or nothing
while `content/project.toml` names no public address. They are plain links: the picture of a badge
would be fetched from somebody else whenever the text is read.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

HUB = "hub.example.org"  # readers put the address of their own in its place
SETTING = Path(__file__).parent / "project.toml"
ADDRESS = re.compile(
    r"https://github\.com/(?P<owner>[A-Za-z0-9][A-Za-z0-9-]{0,38})/(?P<name>[A-Za-z0-9._-]{1,100})"
)
MARKED = re.compile(r"<!-- (launch|lessons) (\S+) -->\n.*?<!-- /\1 -->\n?", re.DOTALL)


class AddressError(Exception):
    """The setting cannot be used; says what is wrong and what is allowed."""


@dataclass(frozen=True)
class Repository:
    """A public repository on GitHub; links follow its default branch."""

    owner: str
    name: str

    def nbviewer(self, notebook: str) -> str:
        """Where a notebook can be read."""
        return f"https://nbviewer.org/github/{self.owner}/{self.name}/blob/HEAD/notebooks/{notebook}"

    def binder(self, notebook: str) -> str:
        """Where a notebook can be run."""
        return (f"https://mybinder.org/v2/gh/{self.owner}/{self.name}/HEAD"
                f"?urlpath=lab/tree/notebooks/{notebook}")

    def pages(self) -> str:
        """Where GitHub Pages publishes what content/site.py builds."""
        host = f"{self.owner.lower()}.github.io"
        return f"https://{host}/" + ("" if self.name.lower() == host else f"{self.name}/")

    def codespaces(self) -> str:
        """Where a machine of GitHub's opens it, as .devcontainer says."""
        return f"https://codespaces.new/{self.owner}/{self.name}"

    def nbgitpuller(self, hub: str) -> str:
        """A link that lays a copy into a reader's folder on a JupyterHub and opens it there."""
        asked = {"repo": f"https://github.com/{self.owner}/{self.name}",
                 "urlpath": f"lab/tree/{self.name}/notebooks/00-start.ipynb"}
        return f"https://{hub}/hub/user-redirect/git-pull?{urlencode(asked)}"


def repository(address: object) -> Repository | None:
    """The repository of an address, or none for an empty one; AddressError for another form."""
    if address == "":
        return None
    found = ADDRESS.fullmatch(address) if isinstance(address, str) else None
    if not found or found["name"].endswith((".git", ".")):
        raise AddressError(
            f"{SETTING.name}: public_address is {str(address)[:100]!r}; write it as "
            "https://github.com/owner/name, without a slash or .git at its end, or leave it empty")
    return Repository(found["owner"], found["name"])


def setting() -> Repository | None:
    """The repository that the setting names; AddressError says what is wrong with it."""
    try:
        settings = tomllib.loads(SETTING.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise AddressError(f"{SETTING.name}: cannot be read: {error}") from error
    return repository(settings.get("public_address"))


def set_address(address: str) -> None:
    """Write the setting; AddressError if it cannot be used, and then nothing is written."""
    repository(address)
    text, times = re.subn(r"^public_address =.*$", f"public_address = {json.dumps(address)}",
                          SETTING.read_text("utf-8"), flags=re.MULTILINE)
    if times != 1:
        raise AddressError(f"{SETTING.name}: needs one line that starts with public_address =")
    SETTING.write_text(text, encoding="utf-8", newline="\n")


def table(where: Repository | None, titles: Mapping[str, str], words) -> str:
    """Markdown: what the services do, then a row of links for each notebook, by file name; an empty
    text without a repository. ``words`` is a :class:`prepaid.i18n.Words`, here and below."""
    if where is None:
        return ""
    rows = [
        [title, f"[nbviewer]({where.nbviewer(name)})", f"[Binder]({where.binder(name)})"]
        for name, title in titles.items()
    ]
    head = [words(f"launch.{column}") for column in ("notebook", "read", "run")]
    return f"\n{words('launch.about')}\n{_rows(head, rows)}"


def lessons(questions: Mapping[str, tuple[str, str]], words) -> str:
    """Markdown: a row for each lesson, with the question that it answers and a link. ``questions``
    has question and title of each notebook, by file name."""
    head = [words(f"launch.{column}") for column in ("question", "notebook")]
    return _rows(head, [
        [question, f"[{title}]({name})"] for name, (question, title) in questions.items()
    ])


def all_lessons(rows: Sequence[Mapping[str, tuple[str, str]]], words: Mapping) -> str:
    """Markdown: a row for each lesson and a column for each language. ``rows`` have for each
    language the question and where its notebook is."""
    head = [_said(one, words[one]("launch.question")) for one in words]
    return _rows(head, [
        [_said(language, f"[{question}]({where})") for language, (question, where) in row.items()]
        for row in rows
    ])


def site(where: Repository | None, words: Mapping) -> str:
    """Markdown: a line that leads to the published site, in all languages; empty without one."""
    if where is None:
        return ""
    links = (_said(language, f"[{one('launch.site')}]({where.pages()})")
             for language, one in words.items())
    return f"\n{' · '.join(links)}\n\n"


def places(where: Repository | None, words: Mapping) -> str:
    """Markdown: a line for each place that runs the lessons without installing anything; an empty
    text without a repository."""
    if where is None:
        return ""
    start = "00-start.ipynb"
    links = {"binder": where.binder(start), "codespaces": where.codespaces(),
             "hub": where.nbgitpuller(HUB)}
    lines = (" · ".join(_said(language, f"[{one(f'launch.place.{name}')}]({link})")
                        for language, one in words.items()) for name, link in links.items())
    return "\n".join(["", *(f"- {line}" for line in lines), "", ""])


def _said(language: str, text: str) -> str:
    return text if language == "en" or "<span" in text else f'<span lang="{language}">{text}</span>'


def _rows(head: list[str], rows: list[list[str]]) -> str:
    lines = (f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))
    return "\n".join(["", *lines, "", ""])


def filled(
    text: str, tables: Mapping[tuple[str, str], str], *, markers: bool = True
) -> str:
    """The text with a table between its markers, by the kind and the language that they name; the
    ``markers`` stay where the text is to be filled again."""

    def put(found: re.Match) -> str:
        kind, language = found[1], found[2]
        inner = tables.get((kind, language), "")
        return f"<!-- {kind} {language} -->\n{inner}<!-- /{kind} -->\n" if markers else inner

    return MARKED.sub(put, text)
