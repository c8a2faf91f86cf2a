"""The house: imports point down one order, and nothing heavy is imported before it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

import gevinst

ROOT = Path(gevinst.__file__).parent

LAYERS = (
    ("gevinst.text.language",),
    (
        "gevinst.model.axes",
        "gevinst.text.numerals",
        "gevinst.stats.streams",
        "gevinst.model.horizons",
        "gevinst.sources.latents",
        "gevinst.text.problems",
    ),
    ("gevinst.model.inputs", "gevinst.stats.laws", "gevinst.model.ledger"),
    ("gevinst.stats.copula", "gevinst.stats.distributions"),
    ("gevinst.stats.mean.atoms", "gevinst.stats.lattice", "gevinst.stats.mean.series"),
    (
        "gevinst.stats.mean.many",
        "gevinst.stats.mean.bayesian",
        "gevinst.stats.mean.law",
        "gevinst.model.evaluate",
        "gevinst.stats.sobol",
        "gevinst.stats.margins.tables",
        "gevinst.stats.weights",
    ),
    (
        "gevinst.stats.margins.band",
        "gevinst.stats.intervals",
        "gevinst.stats.margins.largest_variance",
        "gevinst.stats.permutation",
        "gevinst.stats.standardisation",
    ),
    (
        "gevinst.stats.mean.estimate",
        "gevinst.stats.resampling",
        "gevinst.stats.margins.stratum_bounds",
    ),
    ("gevinst.stats.mean.coverage", "gevinst.stats.mean.coverage_rows"),
    ("gevinst.study.study",),
    ("gevinst.rows.citizens",),
    (
        "gevinst.build",
        "gevinst.sources.couplings",
        "gevinst.sources.registry",
        "gevinst.study.strata",
        "gevinst.sources.terms",
        "gevinst.study.transitions",
    ),
    (
        "gevinst.analyses.adjustment",
        "gevinst.audit",
        "gevinst.baseline",
        "gevinst.bootstrap",
        "gevinst.analyses.simulate",
        "gevinst.analyses.fits",
        "gevinst.analyses.audit.formulas",
        "gevinst.gain",
        "gevinst.analyses.outcome_tests",
        "gevinst.analyses.provenance",
        "gevinst.analyses.published",
        "gevinst.analyses.tornado",
        "gevinst.analyses.draws",
        "gevinst.standardise",
        "gevinst.stratify",
        "gevinst.analyses.stratum_gains",
        "gevinst.analyses.variance",
    ),
    ("gevinst.plots", "gevinst.files"),
    ("gevinst.report",),
    ("gevinst.cli.main", "gevinst.__main__"),
)
"""From the ground up; a module may import its own layer and those below."""

DOORS = {
    (
        "gevinst.study.study",
        "gevinst.gain",
    ),  # gv.gain(study): a study is what a user holds in the hand
    ("gevinst.analyses.tornado", "gevinst.plots"),  # tornado(...).plot(): so is a result
    ("gevinst.bootstrap", "gevinst.plots"),
    ("gevinst.analyses.variance", "gevinst.plots"),
    ("gevinst.analyses.draws", "gevinst.files"),  # a result writes itself
    ("gevinst.baseline", "gevinst.plots"),
    ("gevinst.standardise", "gevinst.plots"),
    ("gevinst.stratify", "gevinst.plots"),
}
"""The only imports that point up, each inside one method."""


def _layer(module: str) -> int:
    for height, names in enumerate(LAYERS):
        if any(module == name or module.startswith(name + ".") for name in names):
            return height
    raise AssertionError(f"{module} stands in no layer")


def _modules() -> dict[str, Path]:
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _imports(path: Path) -> set[str]:
    """Modules of ours a file imports when it runs; not those for the type checker alone."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("gevinst"):
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            modules = _modules()
            found |= {name if name in modules else node.module for name in names}
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("gevinst")}
    return found - {"gevinst"}


def test_imports_point_down() -> None:
    """No module imports one from a layer above its own, but through the two named doors."""
    upward = set()
    for module, path in _modules().items():
        if module == "gevinst":
            continue
        for other in _imports(path):
            if _layer(other) > _layer(module):
                upward.add((module, ".".join(other.split(".")[:2])))
    assert upward == DOORS


def test_the_model_is_short_and_plain() -> None:
    """The whole calculation is under 120 lines, without randomness, labels or files."""
    text = (ROOT / "model.py").read_text("utf-8")
    assert len(text.splitlines()) < 120
    code = text.split('"""', 2)[2]
    for word in ("np.random", "rng", "label", "open(", "einsum", "matmul", "@ "):
        assert word not in code


def test_only_files_opens_files() -> None:
    """No module outside `files` reads or writes a study's or a report's file."""
    for module, path in _modules().items():
        if not module.startswith(("gevinst.files", "gevinst.text.language")):
            text = path.read_text("utf-8")
            for word in ("open(", "read_text(", "write_text(", "read_bytes(", "write_bytes("):
                assert word not in text, module


def test_no_branch_on_a_study() -> None:
    """No code names a study, a status or a rate basis of one."""
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        for word in ("resource_programme", "cash_benefit", "low_after_start", "smc", "gladsaxe"):
            assert word not in text.replace('"ishoj-smc"', "").replace("low_after_start ...", "")


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
