"""Do the tests of a room see a fault in it? Random faults, each against the room's own tests.

Needs cosmic-ray, which says what may be changed in a line:

    pip install cosmic-ray
    python studies/mutation/run.py [--mutants 400] [--workers 2]

Writes results.csv row by row; what stands there is not tried again.
"""

from __future__ import annotations

import argparse
import ast
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from itertools import count, islice
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[2]
RESULTS = Path(__file__).with_name("results.csv")
SEED = 20_26
TIMEOUT = 600.0
"""Seconds; a change that makes a loop endless is seen by it."""

PARTS = {
    "stats": (("stats",), ("tests/stats",), 0.5),
    "model": (("model",), ("tests/model", "tests/laws"), 0.1),
    "rows": (("rows",), ("tests/rows", "tests/laws"), 0.1),
    "sources": (("sources",), ("tests/sources",), 0.2),
    "bounds": (
        ("analyses/turning/bounds.py", "analyses/lost/missing.py"),
        ("tests/analyses/turning/test_bounds.py", "tests/analyses/lost"),
        0.05,
    ),
    "standardisation": (("analyses/start",), ("tests/analyses/start",), 0.05),
}
"""Room -> its code under src/gevinst, its tests, and its share of the faults."""

TABLES = "coverage_rows.py"
"""Rows that a study writes are no code."""


@dataclass(frozen=True)
class Mutant:
    """A fault: one change in one line of one file."""

    room: str
    module: str
    line: int
    operator: str
    before: str
    after: str
    outcome: str = ""
    seconds: float = 0.0

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What tells it from others, wherever its line has moved."""
        return (self.module, self.operator, self.before, self.after)


def plain(code: str) -> str | None:
    """Code without what does nothing when it runs: annotations and docstrings; None if it is none.

    A star that keeps parameters apart is no multiplication, and changed it is no code.
    """
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(None)
    return ast.unparse(tree)


def places(code: str) -> list[tuple[int, list[tuple[str, int]]]]:
    """Where a file can be changed: the line, and each operator that can, with its occurrence."""
    from cosmic_ray.ast import ast_nodes
    from cosmic_ray.plugins import get_operator, operator_names
    from parso import parse

    nodes, lines = list(ast_nodes(parse(code))), code.splitlines()
    found: dict[tuple[tuple[int, int], tuple[int, int]], list[tuple[str, int]]] = {}
    for name in operator_names():
        if "Variable" in name:  # needs to be told which
            continue
        operator, seen = get_operator(name)(), count()
        for place in (place for node in nodes for place in operator.mutation_positions(node)):
            found.setdefault(place, []).append((name, next(seen)))
    # A frozen class that thaws changes nothing.
    return [
        (line, found[start, end])
        for start, end in sorted(found)
        if not lines[(line := start[0]) - 1].lstrip().startswith("@")
    ]


def mutants(room: str, rng: random.Random) -> Iterator[tuple[Mutant, str]]:
    """Faults of a room in random order, each place of its code once, with the changed file."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    package = ROOT / "src/gevinst"
    code = {
        path: path.read_text("utf-8")
        for place in PARTS[room][0]
        for path in sorted((package / place).rglob("*.py")) or [package / place]
        if path.name not in ("__init__.py", TABLES)
    }
    every = [(path, *each) for path in code for each in places(code[path])]
    rng.shuffle(every)
    for path, number, ways in every:
        name, occurrence = rng.choice(ways)
        changed = mutate_code(code[path], get_operator(name)(), occurrence)
        if changed is None or plain(changed) in (plain(code[path]), None):
            continue
        line = (text.splitlines()[number - 1].strip() for text in (code[path], changed))
        module = path.relative_to(package).as_posix()
        yield Mutant(room, module, number, name.rpartition("/")[2], *line), changed


def chosen(n: int) -> list[tuple[Mutant, str]]:
    """Draw so many faults: each room its share, each place of it as likely as another."""
    found: list[tuple[Mutant, str]] = []
    for room, (_, _, share) in PARTS.items():
        rng = random.Random(f"{SEED} {room}")  # noqa: S311 - a sample, no secret
        found += islice(mutants(room, rng), round(n * share))
    return found


def tests_of(mutant: Mutant, copy: Path) -> list[str]:
    """The room's tests, those that are named as the module first."""
    paths = PARTS[mutant.room][1]
    named = f"test_{Path(mutant.module).stem}.py"
    first = [p for path in paths for p in (copy / path).rglob(named)]
    return [*(p.relative_to(copy).as_posix() for p in first), *paths]


def tried(mutant: Mutant, changed: str, copy: Path) -> Mutant:
    """Put a fault in a copy, run the tests until one fails, and take it out."""
    path, begun = copy / "src/gevinst" / mutant.module, time.monotonic()
    own = path.read_text("utf-8")
    path.write_text(changed, "utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    settings = {**os.environ, "PYTHONPATH": f"{copy / 'src'}", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own tests
            [*command, *tests_of(mutant, copy)],
            cwd=copy,
            env=settings,
            capture_output=True,
            timeout=TIMEOUT,
        )
        outcome = "killed" if done.returncode else "survived"
    except subprocess.TimeoutExpired:
        outcome = "timeout"
    finally:
        path.write_text(own, "utf-8")
    return replace(mutant, outcome=outcome, seconds=round(time.monotonic() - begun, 1))


def known() -> list[Mutant]:
    """What was tried before."""
    if not RESULTS.exists():
        return []
    with RESULTS.open(encoding="utf-8", newline="") as file:
        return [
            Mutant(**{**row, "line": int(row["line"]), "seconds": float(row["seconds"])})
            for row in csv.DictReader(file)
        ]


def main() -> None:
    """Try what is left to try, and say how many were seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=400)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    before = {mutant.place for mutant in known()}
    left = [each for each in chosen(asked.mutants) if each[0].place not in before]
    random.Random(SEED).shuffle(left)  # noqa: S311 - so that a stop leaves a sample
    print(f"{len(left)} to try", flush=True)
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory() as folder, RESULTS.open("a", encoding="utf-8") as file:
        for k in range(asked.workers):
            copy = Path(folder, str(k))
            for part in ("src", "tests", "studies"):
                shutil.copytree(ROOT / part, copy / part)
            shutil.copy(ROOT / "pyproject.toml", copy)
            copies.put(copy)
        table = csv.DictWriter(file, [field.name for field in fields(Mutant)])
        if not before:
            table.writeheader()

        def one(each: tuple[Mutant, str]) -> Mutant:
            copy = copies.get()
            try:
                return tried(*each, copy)
            finally:
                copies.put(copy)

        with ThreadPoolExecutor(asked.workers) as pool:
            for done in pool.map(one, left):
                table.writerow(asdict(done))
                file.flush()
                print(done.outcome, done.module, done.line, done.after, flush=True)
    for room in PARTS:
        rows = [mutant for mutant in known() if mutant.room == room]
        seen = sum(mutant.outcome != "survived" for mutant in rows)
        print(f"{room}: {seen} of {len(rows)} seen")


if __name__ == "__main__":
    main()
