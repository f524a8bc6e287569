"""Lessons to notebooks, one way: content/lessons/*.md become executed notebooks.

    python content/build.py             every lesson
    python content/build.py 02 03       those whose names start so
    python content/build.py --to DIR    into DIR; nothing else is written
    python content/build.py --public-address https://github.com/owner/name
                                        with links to nbviewer and Binder from now on

A lesson is a MyST text notebook. It begins with the question that it answers, for the tables of
lessons. Prose stands twice under one slug, code stands once:

    ---
    question:
      en: Which package, and when?
      zh-CN: 买哪个套餐，什么时候买？
    ---
    +++ {"lang": "en", "slug": "title"}
    # Pick a package
    +++ {"lang": "zh-CN", "slug": "title"}
    # 选套餐
    ```{code-cell}
    :slug: setup
    import prepaid
    tutorial = prepaid.tutorial("en")
    ```

It gives one notebook per language, with the slugs as cell ids; the `setup` cell gets the
notebook's language. A lesson whose front matter says `languages: both` gives one notebook with
all its blocks, those without `lang` included. Two builds of the same lesson are byte-identical.
"""

import argparse
import asyncio
import contextlib
import csv
import hashlib
import io
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError, DeadKernelError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import check
import launch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "notebooks"))

from checks import census  # noqa: E402
from checks.files import Files  # noqa: E402
from lesson_file import Block, BuildError, Lesson, lesson_paths, read_lesson  # noqa: E402
from prepaid import i18n  # noqa: E402
from prepaid.analysis import stored  # noqa: E402
from prepaid.i18n import LANGUAGES  # noqa: E402
from prepaid.steps.compare.model import CompareModel  # noqa: E402

DATA_PACKAGE = ROOT / "content" / "datapackage.json"
NOTEBOOKS = ROOT / "notebooks"
READMES = (ROOT / "README.md", NOTEBOOKS / "README.md")
AT_ONCE = 2
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
MACHINE_SETTINGS = ("PYTHON", "IPYTHON", "JUPYTER", "JPY_", "VOILA", "LANG", "LC_")


def notebooks(
    lesson: Lesson, filling: Mapping[tuple[str, str], str] | None = None
) -> dict[str, nbformat.NotebookNode]:
    """The lesson's notebooks by file name, not executed yet, with the tables of :func:`tables`."""
    filling = filling or {}
    try:
        if lesson.both:
            marked = (marked_as_foreign(block, block.lang) for block in lesson.blocks)
            return {lesson.notebook(""): _notebook(marked, filling)}
        return {
            lesson.notebook(language): _notebook(
                (in_its_language(block, language) for block in lesson.in_language(language)),
                filling,
            )
            for language in LANGUAGES
        }
    except BuildError as error:
        raise BuildError(f"{lesson.name}, {error}") from error


def in_its_language(block: Block, language: str) -> Block:
    """The block as it stands in the notebook of `language`; the code of `setup` names it."""
    source = block.source
    if block.kind == "code" and block.slug == "setup":
        if source.count('tutorial("en")') != 1:
            raise BuildError('setup: must hold prepaid.tutorial("en") once')
        source = source.replace('tutorial("en")', f'tutorial("{language}")')
    alone = Block(block.kind, block.slug, None, source, block.metadata)
    return marked_as_foreign(alone, language)


def marked_as_foreign(block: Block, language: str | None) -> Block:
    """The block; prose that is not English says so, since viewers take every page for English, and
    voices and fonts go by the language. The empty lines let them read on in Markdown. The title
    stands before, since programs look for it at the very start of a notebook."""
    if block.kind == "code" or language in (None, "en"):
        return block
    title, rest = "", block.source
    if rest.startswith("# "):
        first, _, rest = rest.partition("\n")
        title = f'# <span lang="{language}">{first.removeprefix("# ")}</span>\n\n'
    return replace(block, source=f'{title}<div lang="{language}">\n\n{rest.strip()}\n\n</div>')


def _notebook(
    blocks: Iterable[Block], filling: Mapping[tuple[str, str], str]
) -> nbformat.NotebookNode:
    new_cell = {"code": new_code_cell, "markdown": new_markdown_cell}
    cells = [
        new_cell[block.kind](
            launch.filled(block.source, filling, markers=False).rstrip(),
            id=f"{block.slug}-{block.lang}" if block.lang else block.slug,
            metadata=block.metadata,
        )
        for block in blocks
    ]
    for cell_id, times in Counter(cell.id for cell in cells).items():
        if times > 1:
            raise BuildError(f"{cell_id}: stands {times} times in one notebook")
    heading = next(cell.source for cell in cells if cell.cell_type == "markdown")
    title = re.sub(r"<[^>]+>", "", re.search(r"^# (.*)$", heading, re.MULTILINE)[1])
    return new_notebook(cells=cells, metadata=METADATA | {"title": title})


async def execute(notebook: nbformat.NotebookNode) -> None:
    """Run the notebook in place, in notebooks/, in a kernel that knows nothing of this machine's
    language, time zone or settings; BuildError for an error or a word on stderr."""
    client = NotebookClient(
        notebook,
        timeout=120,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )
    scratch_folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    # A failed cell is told of below, by its slug.
    with scratch_folder as scratch, contextlib.suppress(CellExecutionError):
        await client.async_execute(env=kernel_environment(scratch))
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise BuildError(f"{cell.id}: {output.ename}: {output.evalue}")
            if output.get("name") == "stderr":
                raise BuildError(f"{cell.id}: writes to stderr: {output.text.strip()}")


def kernel_environment(ipython_folder: str) -> dict[str, str]:
    """This process's environment without the machine's locale, time zone and Python settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(MACHINE_SETTINGS)}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC", "IPYTHONDIR": ipython_folder}


def settle(notebook: nbformat.NotebookNode) -> None:
    """Drop what differs from run to run: widget views (ids are random) and run metadata."""
    title = {key: notebook.metadata[key] for key in ("title",) if key in notebook.metadata}
    notebook.metadata = nbformat.from_dict(METADATA | title)
    code_cells = (cell for cell in notebook.cells if cell.cell_type == "code")
    for count, cell in enumerate(code_cells, 1):
        cell.execution_count = count
        for output in cell.outputs:
            output.get("data", {}).pop(WIDGET_VIEW, None)
            if output.output_type == "execute_result":
                output.execution_count = count


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 with the same line ends on every machine."""
    path.write_text(text, encoding="utf-8", newline="\n")


async def build(name: str, notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Execute a notebook and write it to `folder`; BuildError says which cell failed and why."""
    try:
        await execute(notebook)
    except (BuildError, CellControlSignal, DeadKernelError) as error:
        raise BuildError(f"{name}, {error}") from error
    settle(notebook)
    nbformat.validate(notebook)
    write_text(folder / name, nbformat.writes(notebook) + "\n")


async def build_all(named: dict[str, nbformat.NotebookNode], folder: Path) -> list[BuildError]:
    """Build the notebooks, `AT_ONCE` at a time; what went wrong."""
    turn = asyncio.Semaphore(AT_ONCE)
    failures = []

    async def in_turn(name: str) -> None:
        async with turn:
            try:
                await build(name, named[name], folder)
            except BuildError as error:
                failures.append(error)

    await asyncio.gather(*map(in_turn, named))
    return failures


def described(package_path: Path) -> str:
    """The Data Package descriptor with `sources`, `census`, `bytes` and `hash` as the files are."""
    package = json.loads(package_path.read_text(encoding="utf-8"))
    sources: dict[str, str] = {}
    for resource in package["resources"]:
        data = (package_path.parent / resource["path"]).read_bytes()
        resource["bytes"] = len(data)
        resource["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
        for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"))):
            for address in (row.get("source_url") or "").split(";"):
                if address.startswith("http"):
                    title = row.get("source_title") or urlsplit(address).hostname
                    sources.setdefault(address, title or address)
    package["sources"] = [
        {"title": title, "path": address} for address, title in sorted(sources.items())
    ]
    package["census"] = census.taken(Files(package_path.parent))
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def tables(where: launch.Repository | None) -> dict[tuple[str, str], str]:
    """The tables of lessons and of links for lesson 00, by kind and language; see :mod:`launch`."""
    found = {}
    read = [read_lesson(path) for path in lesson_paths()]
    for language in LANGUAGES:
        words = i18n.words(language)
        titles = {lesson.notebook(language): lesson.title(language) for lesson in read}
        questions = {
            lesson.notebook(language): (lesson.questions[language], lesson.numbered(language))
            for lesson in read if not lesson.both  # the start lesson lists the others
        }
        found["launch", language] = launch.table(where, titles, words)
        found["lessons", language] = launch.lessons(questions, words)
    return found


def readme_tables(where: launch.Repository | None) -> dict[tuple[str, str], str]:
    """What the READMEs hold between markers, for readers of all languages; see :mod:`launch`."""
    rows = [
        {language: (lesson.questions[language], f"notebooks/{lesson.notebook(language)}")
         for language in LANGUAGES}
        for lesson in map(read_lesson, lesson_paths())
    ]
    words = {language: i18n.words(language) for language in LANGUAGES}
    return {("lessons", "both"): launch.all_lessons(rows, words),
            ("launch", "site"): launch.site(where, words),
            ("launch", "places"): launch.places(where, words)}


def main(arguments: list[str] | None = None) -> int | str:
    """The command line; 0, or what went wrong."""
    parser = argparse.ArgumentParser(description="Build the notebooks from content/lessons.")
    parser.add_argument("lesson", nargs="*", help="only lessons whose names start so, e.g. 02")
    parser.add_argument("--to", type=Path, metavar="DIR", help="write the notebooks there instead")
    parser.add_argument("--public-address", metavar="URL",
                        help="where the repository is, for links to nbviewer and Binder")
    options = parser.parse_args(arguments)
    paths = lesson_paths(options.lesson)
    if not paths:
        return f"no lesson starts with {' or '.join(options.lesson)}"
    if options.to:
        options.to.mkdir(parents=True, exist_ok=True)
    named = {}
    try:
        if options.public_address is not None:
            launch.set_address(options.public_address)
        faults = [str(one) for one in check.faults() if not one.warning]
        if faults:
            return "\n".join(faults)
        where = launch.setting()
        if not options.to:
            stored.refresh(stored.PARTS | CompareModel().answer.parts())
            write_text(DATA_PACKAGE, described(DATA_PACKAGE))
            in_readmes = readme_tables(where)
            for readme in READMES:
                write_text(readme, launch.filled(readme.read_text("utf-8"), in_readmes))
        filling = tables(where)
        for path in paths:
            named |= notebooks(read_lesson(path), filling)
    except (BuildError, launch.AddressError) as error:
        return str(error)
    failures = asyncio.run(build_all(named, options.to or NOTEBOOKS))
    return "\n".join(map(str, failures)) if failures else 0


if __name__ == "__main__":
    sys.exit(main())
