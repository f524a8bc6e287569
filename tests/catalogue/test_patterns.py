"""No regular expression of the package takes long over a long text.

A pattern that looks at each place of a run again from each other place of it takes four times as
long for twice the run. Every pattern is found in the source itself, and tried on long runs of each
character that it names, alone, followed by what cannot match, and in pairs.
"""

import ast
import json
import re
import time
from itertools import product
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "notebooks" / "prepaid"
CALLS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
LONG = 20_000  # a pattern that is quadratic takes seconds over it
SECONDS = 0.5


def patterns_of(module: Path) -> dict[str, re.Pattern]:
    """Those of a module, by the line that calls them."""
    found = {}
    tree = ast.parse(module.read_text("utf-8"))
    texts: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = written(node.value, texts)
            if text is not None:
                texts[node.targets[0].id] = text
    for node in ast.walk(tree):
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                and node.func.attr in CALLS and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re" and node.args):
            text = written(node.args[0], texts)
            if text is not None:
                found[f"{module.name}:{node.lineno}"] = re.compile(text, re.IGNORECASE)
    return found


def patterns_of_tables() -> dict[str, re.Pattern]:
    """Those that cells of our tables keep to."""
    package = json.loads((ROOT / "content" / "datapackage.json").read_text("utf-8"))
    return {pattern: re.compile(pattern)
            for table in package["resources"]
            for column in [*table["schema"]["fields"], *table.get("joinedFields", [])]
            if (pattern := column.get("constraints", {}).get("pattern"))}


def written(node: ast.expr, texts: dict[str, str]) -> str | None:
    """The text of an expression of literals, f-strings and names of texts in the same module."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return texts.get(node.id)
    if isinstance(node, ast.JoinedStr):
        parts = [written(part.value if isinstance(part, ast.FormattedValue) else part, texts)
                 for part in node.values]
        return None if None in parts else "".join(parts)
    return None


def characters(pattern: re.Pattern) -> list[str]:
    """What the pattern names itself, and one of each kind that it may mean."""
    literal = re.sub(r"\\[A-Za-z]|\[\^?|\]|[(){}|*+?^$\\]", "", pattern.pattern)
    return sorted({*literal.lower(), *" 0a-.,;:(\t"} - {"\n"})[:60]


def test_the_patterns_of_the_package_are_found():
    assert patterns_of(PACKAGE / "catalogue" / "cells.py")
    label = patterns_of(PACKAGE / "catalogue" / "label.py")
    assert "[FM][0-9]{10}[A-Za-z0-9]{1,15}" in {one.pattern for one in label.values()}
    assert patterns_of_tables()


@pytest.mark.parametrize("module", [
    *sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py")), "tables"])
def test_a_pattern_takes_no_time_over_long_runs(module):
    found = patterns_of_tables() if module == "tables" else patterns_of(PACKAGE / module)
    for name, pattern in found.items():
        named = characters(pattern)
        runs = [one * LONG for one in named]
        runs += [(one + other) * (LONG // 2) for one, other in product(named[:12], repeat=2)]
        for run in runs:
            for text in (run, "1" + run + "\x00", "a" + run + "!"):
                begun = time.process_time()
                pattern.fullmatch(text)
                pattern.search(text)
                assert time.process_time() - begun < SECONDS, (name, pattern.pattern, text[:4])


def test_the_test_sees_a_quadratic_pattern():
    slow = re.compile("[0-9]+ *(?:USD)? *(?:/mo)?")
    begun = time.process_time()
    slow.fullmatch("1" + " " * (LONG // 2) + "x")
    assert time.process_time() - begun > SECONDS
