"""Would the tests notice? Small faults put into the schedule and its analyses, one at a time.

    python tests/mutants.py                        # 200 mutants, spread evenly over the modules
    python tests/mutants.py --sample 30 --seed 7   # other ones, or fewer
    python tests/mutants.py --own --seconds 60     # only the tests of its own module: faster

Each mutant is one change in a copy of this tree: a comparison's boundary, an arithmetic operator, a
constant one more or less, a boolean turned round, a statement left out. The quick tests of both
parts run against it, those of its own module first, and stop at the first that fails. What survives
is either a hole in the tests or a change that no answer can feel: look at each.
"""

import argparse
import ast
import importlib
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from math import ceil
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "notebooks" / "prepaid"
PARTS = ("schedule", "analysis")
COPIED = ("content", "notebooks", "tests", "pyproject.toml", "README.md")
LIBRARIES = ("pandas", "hypothesis", "playwright.sync_api", "babel.dates", "babel.numbers",
             "IPython.display", "ipywidgets", "htpy", "icalendar", "jsonschema")
OTHER = {  # comparisons by their boundary, or turned round
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult, ast.Mod: ast.FloorDiv, ast.And: ast.Or, ast.Or: ast.And,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}


class Mutant(NamedTuple):
    path: Path
    line: int
    what: str
    source: str


def places(path: Path) -> list[tuple[int, int]]:
    """Every mutant of a module: a node's number and that of a change to it."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return [(number, change) for number, node in enumerate(nodes)
            for change, _ in enumerate(changes(node))]


def mutant(path: Path, number: int, change: int) -> Mutant | None:
    """One of them; ``None`` where there is nothing to change."""
    tree = ast.parse(path.read_text("utf-8"))
    node = next(node for at, node in enumerate(ast.walk(tree)) if at == number)
    what = list(changes(node))[change](node)
    source = ast.unparse(ast.fix_missing_locations(tree))
    return what and Mutant(path, node.lineno, what, source)


def changes(node: ast.AST):
    """What can be changed at a node: functions that do it and say what they did."""
    if isinstance(node, ast.Compare):
        for place in range(len(node.ops)):
            yield lambda one, place=place: swap(one.ops, place)
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
        yield lambda one: swap_operator(one)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield lambda one: set_value(one, not one.value)
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield lambda one: set_value(one, one.value + 1)
        yield lambda one: set_value(one, one.value - 1)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield drop_not
    elif isinstance(node, ast.FunctionDef | ast.If | ast.For | ast.While):
        for place, statement in enumerate(node.body):
            if isinstance(statement, ast.Assign | ast.AugAssign | ast.If | ast.Expr) and not (
                isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            ):
                yield lambda one, place=place: drop(one, place)


def swap(operators: list, place: int) -> str:
    before = type(operators[place])
    operators[place] = OTHER[before]()
    return f"{before.__name__} -> {OTHER[before].__name__}"


def swap_operator(node) -> str | None:
    before = type(node.op)
    if before not in OTHER:
        return None
    node.op = OTHER[before]()
    return f"{before.__name__} -> {OTHER[before].__name__}"


def set_value(node: ast.Constant, value) -> str:
    before, node.value = node.value, value
    return f"{before} -> {value}"


def drop_not(node: ast.UnaryOp) -> str:
    node.op = ast.UAdd()
    node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
    return "not left out"


def drop(node, place: int) -> str:
    said = ast.unparse(node.body[place]).splitlines()[0]
    node.body[place] = ast.Pass()
    return f"left out: {said}"


def sample(size: int, seed: int) -> list[Mutant]:
    """So many mutants, as many of each module as can be, drawn by a seed."""
    rng, found = random.Random(seed), []
    modules = [path for part in PARTS for path in sorted((PACKAGE / part).glob("[!_]*.py"))]
    left = {path: rng.sample(every, len(every)) for path in modules if (every := places(path))}
    while len(found) < size and left:
        for path in list(left):
            one = mutant(path, *left[path].pop())
            if not left[path]:
                del left[path]
            if one and len(found) < size:
                found.append(one)
    return found


def tests_of(path: Path, own_only: bool) -> list[str]:
    """The folders and files of tests to run, those of the module first, or no other."""
    own = f"tests/{path.parent.name}/test_{path.stem}.py"
    every = [f"tests/{part}" for part in (path.parent.name, *PARTS)]
    own = [own, *naming(path)] if (ROOT / own).exists() else [f"tests/{path.parent.name}"]
    own.append("tests/test_examples.py")
    return own if own_only else list(dict.fromkeys([*own, *every]))


def naming(path: Path) -> list[str]:
    """The other files of tests that import a module or something of it by name."""
    room = f"prepaid.{path.parent.name}"
    said = re.compile(
        rf"^(?:from {room}\.{path.stem} import|from {room} import .*\b{path.stem}\b)", re.MULTILINE)
    return [str(one.relative_to(ROOT)) for part in PARTS
            for one in sorted((ROOT / "tests" / part).glob("test_*.py"))
            if one.stem != f"test_{path.stem}" and said.search(one.read_text("utf-8"))]


def run(tree: Path, tests: list[str], seconds: float, leave_out: list[str]) -> str:
    """``killed`` with the test that did it, ``killed by time`` or ``survived``."""
    told, child = tree / "told.txt", os.fork()  # loads no library again, as a new Python would
    if not child:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (ceil(seconds), ceil(seconds)))
        os.chdir(tree)
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        sys.dont_write_bytecode = True
        sys.path[:] = [one for one in sys.path if not one.startswith(str(ROOT / "tests"))]
        out = os.open(told, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = 3
        try:
            code = pytest.main([
                *tests, "-x", "-q", "-n0", "-p", "no:cacheprovider", "-p", "no:randomly",
                "--tb=no", "-m", "not slow and not browser",
                *(f"--deselect={name}" for name in leave_out)])
        finally:
            sys.stdout.flush()
            os._exit(code)
    give_up = time.monotonic() + 10 * seconds  # on a busy machine, or where it waits for ever
    while not (ended := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > give_up:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return "killed by time"
        time.sleep(0.05)
    code = os.waitstatus_to_exitcode(ended[1])
    if code == 0:
        return "survived"
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "killed by time"
    said = told.read_text("utf-8", "replace").splitlines()
    by = [line.split()[1] for line in said if line.startswith(("FAILED ", "ERROR "))]
    return f"killed by {by[0]}" if by else f"killed ({said[-1] if said else '?'})"


def judge(mutant: Mutant, tree: Path, own: bool, seconds: float, leave_out: list[str]) -> bool:
    """Whether a mutant is killed in a copy of the tree, which is as before afterwards."""
    place, begun = mutant.path.relative_to(ROOT), time.monotonic()
    (tree / place).write_text(mutant.source, "utf-8")
    try:
        said = run(tree, tests_of(mutant.path, own), seconds, leave_out)
    finally:
        shutil.copy(mutant.path, tree / place)
    print(f"{place}:{mutant.line}: {mutant.what}: {said}, {time.monotonic() - begun:.0f} s",
          flush=True)
    return said != "survived"


def _in_turn(mutants: list[Mutant], *how) -> list[bool]:
    return [judge(one, *how) for one in mutants]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sample", type=int, default=200, help="how many mutants")
    options.add_argument("--seed", type=int, default=0, help="which ones")
    options.add_argument("--cores", type=int, default=2, help="how many at once")
    options.add_argument("--seconds", type=float,
                         help="of a core for one; four times the tests by default")
    options.add_argument("--own", action="store_true",
                         help="only the tests of the mutant's own module: faster, sees less")
    options.add_argument("--deselect", nargs="*", default=[], help="tests that fail anyway")
    asked = options.parse_args()
    chosen = sample(asked.sample, asked.seed)
    for name in LIBRARIES:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        trees = [Path(folder) / str(number) for number in range(asked.cores)]
        for tree in trees:
            tree.mkdir()
            for name in COPIED:
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
                copy(ROOT / name, tree / name)
        seconds = asked.seconds
        if seconds is None:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            said = run(trees[0], [f"tests/{part}" for part in PARTS], 3600, asked.deselect)
            if said != "survived":
                sys.exit(f"The tests fail without any mutant: {said}")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
            seconds = 4 * took + 20
            print(f"Without a mutant the tests take {took:.0f} s.", flush=True)

        with multiprocessing.get_context("fork").Pool(asked.cores) as pool:
            parts = pool.starmap(_in_turn, [
                (chosen[number::asked.cores], tree, asked.own, seconds, asked.deselect)
                for number, tree in enumerate(trees)])
        killed = sum(map(sum, parts))
    print(f"{killed} of {len(chosen)} mutants were killed, {len(chosen) - killed} survived.")


if __name__ == "__main__":
    main()
