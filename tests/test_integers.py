"""Integers of the rule are 64-bit by name: a browser's Python has 32 bits where nothing is said."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "notebooks" / "prepaid"
OF_THE_PLATFORM = {"int", "int_", "intp", "uint", "uintp", "long", "ulong", "'int'", "'uint'"}
TAKES_A_TYPE = {
    "arange", "array", "asarray", "astype", "empty", "full", "ones", "to_numpy", "zeros", "Series",
    "zeros_like", "empty_like", "full_like", "ones_like",
}  # fmt: skip


def name_of(node: ast.expr) -> str:
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(_, name):
            return name
        case ast.Constant(str(text)):
            return repr(text)
    return ""


def platform_sized(code: str) -> list[int]:
    """The lines on which an array gets integers of the platform's size."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        types = [word.value for word in node.keywords if word.arg == "dtype"]
        if name_of(node.func) in TAKES_A_TYPE:
            types += node.args[:1] if name_of(node.func) == "astype" else node.args[1:]
        found += [node.lineno for one in types if name_of(one) in OF_THE_PLATFORM]
    return found


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_array_takes_its_size_from_the_platform(path):
    assert not platform_sized(path.read_text("utf-8"))


@pytest.mark.parametrize("code", [
    "np.zeros(3, int)", "np.array(x, dtype=int)", "x.astype(int)", "x.astype('int')",
    "np.full(3, 0, np.intp)", "pd.Series(x, dtype='int')", "np.empty(n, dtype=np.int_)",
])  # fmt: skip
def test_it_is_found(code):
    assert platform_sized(code) == [1]


@pytest.mark.parametrize("code", [
    "np.zeros(3, np.int64)", "x.astype('int64')", "np.zeros(3, bool)", "np.full(3, int(x))",
])  # fmt: skip
def test_it_is_not_found(code):
    assert not platform_sized(code)
