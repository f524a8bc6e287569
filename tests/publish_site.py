"""The site of content/site.py for tests. Its name is that of a module of Python itself, so that
it is loaded by its place."""

import importlib.util
from types import ModuleType

from conftest import ROOT


def command() -> ModuleType:
    """content/site.py."""
    spec = importlib.util.spec_from_file_location("site_command", ROOT / "content" / "site.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
