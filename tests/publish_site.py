"""The site of content/site.py for tests, and a server of files to see it."""

import contextlib
import functools
import importlib.util
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

from conftest import ROOT


def command() -> ModuleType:
    """content/site.py; its name is that of a module of Python, so it is loaded by its place."""
    spec = importlib.util.spec_from_file_location("site_command", ROOT / "content" / "site.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Quiet(SimpleHTTPRequestHandler):
    """Shows files and says nothing."""

    def log_message(self, *_):
        """Say nothing."""


@contextlib.contextmanager
def shown(folder: Path) -> Iterator[str]:
    """The address where a server shows a folder."""
    handler = functools.partial(Quiet, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
