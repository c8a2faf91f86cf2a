"""The reference: what every public function's own words say, and that its example runs."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
from pathlib import Path

import pytest

import gevinst as gv

ROOT = Path(__file__).parents[1]

FUNCTIONS = {
    name: found
    for of, prefix in ((gv, ""), (gv.stats, "stats."))
    for name, found in ((f"{prefix}{each}", getattr(of, each)) for each in of.__all__)
    if inspect.isfunction(found)
}
"""Every public function, by its name after `gv.`."""

NEVER_REFUSE = ("audit", "bundled", "check", "gallery")
"""What takes every study that there is, or says in what it returns what is wrong."""

SOURCES = (
    *("activity", "adjust", "ask", "baseline", "bootstrap", "deadweight", "misclassification"),
    *("missing", "outcome_test", "outcomes", "plan", "scenarios", "standardise", "survey"),
    *("variance_shares", "stats.bootstrap_mean_difference", "stats.evpi", "stats.evppi"),
    *("stats.fieller_interval", "stats.mantel_haenszel", "stats.normal_evpi"),
    *("stats.permutation_test", "stats.random_table", "stats.resample_statistic"),
    *("stats.rogan_gladen", "stats.sign_flip_test", "stats.sobol_shares"),
    *("stats.standard_error_band", "stats.swap_blocks"),
)
"""Functions whose method somebody published: they say who, and when."""


def documented(name: str) -> str:
    """Return the docstring of a public function."""
    said = inspect.getdoc(FUNCTIONS[name])
    assert said
    return said


def section(said: str, title: str) -> str:
    """Return a section of a docstring, empty where there is none."""
    found = re.search(rf"^{title}\n-+\n((?:.*\n?)*?)(?=^\w+\n-{{3,}}$|\Z)", said, re.MULTILINE)
    return found[1] if found else ""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_docstring_says_all(name: str) -> None:
    """Every parameter, what is returned, what is refused, and an example."""
    said, signature = documented(name), inspect.signature(FUNCTIONS[name])
    named = re.findall(r"^(\S.*?)(?: : |$)", section(said, "Parameters"), re.MULTILINE)
    assert sorted(re.findall(r"\w+", " ".join(named))) == sorted(signature.parameters)
    told = section(said, "Returns") or section(said, "Yields")
    assert bool(told) == (signature.return_annotation != "None")
    assert bool(section(said, "Raises")) == (name not in NEVER_REFUSE)
    assert ">>> " in section(said, "Examples")


@pytest.mark.parametrize("name", SOURCES)
def test_a_method_has_a_source(name: str) -> None:
    """Who published the method, and in which year, outside of the example."""
    said = documented(name).partition("\nExamples\n")[0]
    assert re.search(r"[A-Z]\w+.{0,60}\b(?:19|20)\d\d\b", said, re.DOTALL)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_example_runs(name: str) -> None:
    """What an example shows is what it prints, with nothing but what it imports itself."""
    test = doctest.DocTestParser().get_doctest(documented(name), {}, name, None, None)
    told: list[str] = []
    failed, tried = doctest.DocTestRunner().run(test, out=told.append)
    assert tried
    assert not failed, "".join(told)


def test_the_list_of_functions_is_that_of_the_code() -> None:
    """Each row of the reference's tables has the parameters and defaults that the code has."""
    page = (ROOT / "docs/reference/python.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `gv\.([\w.]+)(\(.*?\))` \|", page, re.MULTILINE))
    assert rows.keys() == FUNCTIONS.keys()
    for name, shown in rows.items():
        signature = inspect.signature(FUNCTIONS[name])
        plain = [each.replace(annotation=each.empty) for each in signature.parameters.values()]
        code = str(inspect.Signature(plain))
        assert ast.dump(ast.parse(f"def f{shown}: 0")) == ast.dump(ast.parse(f"def f{code}: 0")), (
            f"gv.{name}{code}"
        )
