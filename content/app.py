"""The lessons as an app: Voilà with a start page in every language and a bound on its visitors.

    python content/app.py [options of Voilà]

Three things that Voilà's settings in voila.json cannot say are said here: a page has the language
of its lesson, sentences about a menu that an app does not have are left out, and whoever comes when
the house is full is told so at once instead of slowing down all others.
"""

import os
import re
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from traitlets import Integer, Set
from traitlets.config import Config
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
sys.path[:0] = [str(ROOT / "content"), str(NOTEBOOKS)]

from prepaid import i18n  # noqa: E402
from prepaid.i18n import LANGUAGES  # noqa: E402
from publish import pages  # noqa: E402

FULL = 503
START = "00-start.ipynb"
OF_THE_LAB = re.compile(r"<!-- lab -->.*?<!-- /lab -->", re.DOTALL)  # what lessons say of its menu
HTML = Environment(loader=FileSystemLoader(ROOT / "content" / "publish"), autoescape=True)


class Visitors(AsyncMappingKernelManager):
    """Starts a Python for each visitor's page, up to a bound."""

    most = Integer(50, config=True, help="How many pages may be open at once.")
    _starting = Set()  # a kernel may be listed before it has started

    async def start_kernel(self, **asked) -> str:
        """Start one.

        Raises:
            web.HTTPError: there are as many as there may be.
        """
        if len({*self.list_kernel_ids(), *self._starting}) >= self.most:
            raise web.HTTPError(FULL)
        kernel = asked.setdefault("kernel_id", self.new_kernel_id())
        self._starting.add(kernel)
        try:
            return await super().start_kernel(**asked)
        finally:
            self._starting.discard(kernel)


class Page(TornadoVoilaHandler):
    """A lesson: its page says its language, and a full house says so."""

    async def get(self, path: str | None = None) -> None:
        """Answer with the page; the start page stands for the lesson that leads to the others."""
        language = (path or "").removesuffix(".ipynb").partition(".")[2]
        if path == START:
            self.redirect(self.base_url)
            return
        self.traitlet_config = deepcopy(self.traitlet_config)
        # nbconvert takes no region here.
        self.traitlet_config.HTMLExporter.language_code = language.partition("-")[0] or "en"
        await super().get(path)

    def write_error(self, status_code: int, **options) -> None:
        """Tell what is wrong."""
        if status_code != FULL:
            super().write_error(status_code, **options)
            return
        self.set_header("Retry-After", "60")
        self.finish(page(told="app.full"))


class Start(web.RequestHandler):
    """The start page."""

    def get(self, path: str = "") -> None:
        """Answer with the page, whatever folder is asked for."""
        self.finish(page(self.settings["base_url"]))


def page(base: str = "/", told: str = "") -> str:
    """The start page, or one that tells something, in every language."""
    there = {language: [
        (f"{base}voila/render/{one.notebook.name}", nbformat.read(one.notebook, 4).metadata.title)
        for one in pages.lessons(NOTEBOOKS, language) if one.notebook.name.count(".") > 1
    ] for language in LANGUAGES}
    style = (ROOT / "content" / "publish" / "style.css").read_text("utf-8")
    return HTML.get_template("app.html").render(
        told=told, lessons=there, style=style, names=pages.NAMES,
        words={language: i18n.words(language) for language in LANGUAGES})


def without_menu(_, notebook: nbformat.NotebookNode, **__) -> nbformat.NotebookNode:
    """The lesson without what it says of the menu of JupyterLab, which an app does not have."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = OF_THE_LAB.sub("", cell.source)
    return notebook


class App(Voila):
    """Voilà with our pages."""

    name = "voila"
    classes = (*Voila.classes, Visitors)

    def init_handlers(self) -> list:
        """Voilà's, with our pages instead of its own."""
        ours = {TornadoVoilaHandler: Page, TornadoVoilaTreeHandler: Start}
        return [(path, ours[kind], *(rest if kind is TornadoVoilaHandler else ()))
                if kind in ours else (path, kind, *rest)
                for path, kind, *rest in super().init_handlers()]


if __name__ == "__main__":
    os.chdir(ROOT)  # where voila.json is
    App.launch_instance(["notebooks", *sys.argv[1:]], config=Config(VoilaConfiguration={
        "multi_kernel_manager_class": Visitors, "prelaunch_hook": without_menu}))
