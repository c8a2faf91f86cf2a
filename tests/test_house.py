"""The house: which room knows which, and nothing heavy is imported before it is used."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import gevinst
from tests.conftest import script

ROOT = Path(gevinst.__file__).parent

ROOMS = (
    *("text", "stats", "model", "study", "plots", "sources", "rows"),
    *("analyses", "files", "reports", "cli"),
)
"""A room knows itself and the rooms before it."""

KNOWS = {"stats": {"text"}, "model": {"text", "stats"}, "plots": {"text", "stats"}}
"""Rooms that know less than all before them."""

FACE = {"cli": {""}}
"""Rooms that ask by the public names: the command line is a user of the package."""

ASKED = (
    '"missing": self.missing',
    '"outcomes": self.outcomes',
    '"outcomes": outcomes',
    'drawn: ClassVar[tuple[str, ...]] = ("outcomes",)',
    'Figure("outcomes", outcomes',
)
"""Where a question has the name of a source."""

LONG: dict[str, str] = {"gevinst.stats.mean.coverage_rows": "a table that a study script writes"}
"""Files of more than 420 lines, each with the reason."""


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module(path): path for path in sorted(ROOT.rglob("*.py"))}


def _imports(path: Path) -> set[str]:
    """Modules of ours that a file imports when it runs, lazily or not."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gevinst"):
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {name if name in MODULES else node.module for name in names}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("gevinst")}
    return found


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_rooms_know_only_those_before_them() -> None:
    """No import points up, lazy ones included; the package and `python -m` hold the door."""
    wrong: list[tuple[str, str]] = []
    for module, path in MODULES.items():
        room = _room(module)
        if room not in ROOMS:
            assert module in ("gevinst", "gevinst.__main__")
            continue
        known = KNOWS.get(room, set(ROOMS[: ROOMS.index(room)])) | {room} | FACE.get(room, set())
        wrong += [(module, other) for other in _imports(path) if _room(other) not in known]
    assert wrong == []


def test_no_circle_between_files() -> None:
    """Following imports never leads back to the file one started from."""
    left = {module: _imports(path) & MODULES.keys() for module, path in MODULES.items()}
    while free := [module for module, others in left.items() if not others & left.keys()]:
        for module in free:
            del left[module]
    assert left == {}


@pytest.mark.parametrize(
    "package", ["matplotlib", "jinja2", "statsmodels", "joblib", "openpyxl", "xlsxwriter", "docx"]
)
def test_packages_are_used_where_they_belong(package: str) -> None:
    """Figures are drawn in `plots` alone, and so on; type checkers may look further."""
    allowed = {
        "matplotlib": ("gevinst.plots",),
        "jinja2": ("gevinst.reports",),
        "statsmodels": ("gevinst.stats.copula", "gevinst.stats.regression"),
        "joblib": ("gevinst.rows.workers",),
        "openpyxl": ("gevinst.files.workbook",),
        "xlsxwriter": ("gevinst.files.workbook", "gevinst.reports.workbook"),
        "docx": ("gevinst.reports.word",),
    }[package]
    for module, path in MODULES.items():
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
                node.body = []
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            if any(name.split(".")[0] == package for name in names):
                assert module.startswith(allowed), module


def test_only_files_opens_files() -> None:
    """No room but `files` reads or writes a file; texts and templates are package data."""
    for module, path in MODULES.items():
        if not module.startswith(("gevinst.files", "gevinst.text")):
            code = path.read_text("utf-8")
            for word in ("open(", "read_text(", "write_text(", "read_bytes(", "write_bytes("):
                assert word not in code, module


def test_chance_is_made_in_one_place() -> None:
    """A random generator is made in `stats.streams` and handed in."""
    for module, path in MODULES.items():
        if module != "gevinst.stats.streams":
            code = path.read_text("utf-8")
            for word in ("default_rng(", "SeedSequence(", "RandomState(", "np.random.seed"):
                assert word not in code, module


def _code(path: Path) -> str:
    """A file without the examples of its docstrings."""
    return re.sub(r"^ *(?:>>>|\.\.\.) .*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)


def test_no_study_and_no_source_is_named() -> None:
    """No code names a study, a status or a rate basis; no engine or answer names a source."""
    for path in MODULES.values():
        code = _code(path).replace('"ishoj-smc"', "")
        for word in ("resource_programme", "cash_benefit", "low_after_start", "smc", "gladsaxe"):
            assert word not in code.replace("low_after_start ...", ""), (path, word)
    sources = ("outcomes", "missing", "reported", "uncounted", "events", "suppressed")
    for module, path in MODULES.items():
        if _room(module) in ("rows", "model", "analyses", "reports"):
            # Those who are missing and what came out are questions, too, of the same names.
            code = _code(path)
            for own in ASKED:
                code = code.replace(own, "")
            for word in sources:
                assert f'"{word}"' not in code, (module, word)
                assert f"gevinst.sources.{word}" not in code, (module, word)
            assert "gevinst.sources.lines" not in code, module


def test_rooms_can_be_held_in_the_head() -> None:
    """A room has at most 15 files, a file about 400 lines at most, but for those with a reason."""
    for folder in {path.parent for path in MODULES.values()}:
        assert len(list(folder.glob("*.py"))) <= 16, folder  # with its __init__
    long = {m for m, p in MODULES.items() if len(p.read_text("utf-8").splitlines()) > 420}
    assert long == LONG.keys()


def test_the_model_is_short_and_plain() -> None:
    """The whole calculation is under 120 lines, without randomness, labels or files."""
    text = (ROOT / "model" / "evaluate.py").read_text("utf-8")
    assert len(text.splitlines()) < 120
    code = text.split('"""', 2)[2]
    for word in ("np.random", "rng", "label", "open(", "einsum", "matmul", "@ "):
        assert word not in code


def test_no_public_name_is_a_rooms() -> None:
    """A public function never carries the name of a room, nor of a module in its own room."""
    assert not set(gevinst.__all__) & (set(ROOMS) - {"stats"})
    modules = {module.rsplit(".", 1)[-1] for module in MODULES if _room(module) == "stats"}
    assert not set(gevinst.stats.__all__) & modules


@pytest.mark.parametrize("room", ["stats", "model"])
def test_arrays_need_numpy_and_scipy_alone(room: str) -> None:
    """`stats` and `model` are imported whole where there is no pandas and no matplotlib."""
    modules = [module for module in MODULES if _room(module) in (room, "text")]
    code = (
        "import sys\n"
        "for name in ('pandas', 'matplotlib', 'statsmodels', 'jinja2', 'joblib'):\n"
        "    sys.modules[name] = None\n"
        f"for module in {modules}:\n"
        "    __import__(module)\n"
        "assert not [m for m in sys.modules if m.startswith('gevinst.')"
        " and m.split('.')[1] not in ('text', 'stats', 'model')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_import_is_light() -> None:
    """Importing the package imports neither numpy nor anything that needs it."""
    code = (
        "import sys, gevinst; print([m for m in ('numpy', 'pandas', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_imports_nothing_heavy() -> None:
    """`gevinst --help` answers without numpy; a second is far above what it takes."""
    code = (
        "import sys; from gevinst.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert 'numpy' not in sys.modules"
    )
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert time.perf_counter() - start < 10


def test_the_picture_is_that_of_the_code() -> None:
    """The picture of the house shows the imports that the code has today."""
    house = script(Path(__file__).parents[1] / "docs" / "explanation" / "house.py")
    assert tuple(house.ROOMS) == ROOMS
    assert house.said() in house.PICTURE.read_text("utf-8")
