"""Reading the lessons: prose in every language and code, block by block; see build.py."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import jupytext

from prepaid.i18n import LANGUAGES

CONTENT = Path(__file__).resolve().parent
LESSONS = CONTENT / "lessons"


class BuildError(Exception):
    """A lesson that cannot become a notebook; says which, where and why."""


@dataclass(frozen=True)
class Block:
    """One block of a lesson: prose in one language (`lang`), prose for all or code (`None`)."""

    kind: str
    slug: str
    lang: str | None
    source: str
    metadata: dict


@dataclass(frozen=True)
class Lesson:
    """A lesson source: its name, whether both languages share a notebook, its blocks in order, and
    by language the question that it answers, as the tables of lessons show it."""

    name: str
    both: bool
    blocks: tuple[Block, ...]
    questions: Mapping[str, str]

    def in_language(self, language: str) -> list[Block]:
        """The blocks that a reader of `language` gets."""
        return [block for block in self.blocks if block.lang in (None, language)]

    def notebook(self, language: str) -> str:
        """The file name of the notebook for a reader of `language`."""
        return f"{self.name}.ipynb" if self.both else f"{self.name}.{language}.ipynb"

    def title(self, language: str) -> str:
        """The heading of that notebook."""
        return self.in_language(language)[0].source.splitlines()[0].removeprefix("# ")

    def numbered(self, language: str) -> str:
        """The heading, with the number of the lesson before it where the lesson has one."""
        number = self.name.partition("-")[0].lstrip("0")
        return f"{number}. {self.title(language)}" if number.isdigit() else self.title(language)


def read_lesson(path: Path) -> Lesson:
    """Read one lesson and check its form; BuildError names the block that breaks it."""
    source = jupytext.read(path, fmt="md:myst")
    both = source.metadata.get("languages") == "both"
    blocks = tuple(_block(cell) for cell in source.cells)
    for block in blocks:
        where = f"{path.stem}, {block.slug or 'the block starting ' + repr(block.source[:40])}"
        if not re.fullmatch(r"[a-zA-Z0-9-_]{1,50}", block.slug):
            raise BuildError(f"{where}: needs a slug of letters, digits, - and _")
        if block.lang not in (None, *LANGUAGES):
            raise BuildError(f"{where}: lang is {block.lang!r}, not one of {LANGUAGES}")
        if not both and (block.kind == "markdown") != (block.lang is not None):
            raise BuildError(f"{where}: prose needs a lang, code has none")
    if not both and not any(block.slug == "setup" for block in blocks):
        raise BuildError(f"{path.stem}: needs a code cell setup, where the language is set")
    questions = dict(source.metadata.get("question", {}))
    for language in LANGUAGES:
        if not questions.get(language):
            raise BuildError(f"{path.stem}: the front matter needs the question that it answers, "
                             f"question, {language}, for the tables of lessons")
    return Lesson(path.stem, both, blocks, questions)


def _block(cell) -> Block:
    metadata = dict(cell.metadata)
    slug, lang = str(metadata.pop("slug", "")), metadata.pop("lang", None)
    return Block(cell.cell_type, slug, lang, cell.source, metadata)


def lesson_paths(prefixes: Iterable[str] = ()) -> list[Path]:
    """The lesson files in order: all, or those whose names start with one of `prefixes`."""
    starts = tuple(prefixes) or ("",)
    return [path for path in sorted(LESSONS.glob("*.md")) if path.stem.startswith(starts)]
