"""Claims that anybody can add up: a verifier of its own refuses what was changed."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import gevinst as gv
from gevinst.analyses.turning import verify as verifier
from gevinst.model.axes import Contrast
from gevinst.study.comparison import Comparison
from tests.analyses.turning.few import mixed_up
from tests.conftest import run

STUDIES = {
    "published": lambda: gv.load("ishoj-smc"),
    "printed": lambda: gv.load("ishoj-smc").choose(basis="printed"),
    "cumulative": lambda: gv.load("ishoj-smc").choose(horizon="cumulative_left"),
    "gladsaxe": lambda: gv.load("gladsaxe").choose(perspective="state"),
    "few": lambda: mixed_up(gv.load("ishoj-smc"), 3),
}


def plain(study) -> dict[str, Any]:
    """Claims as they are read from a file."""
    found: dict[str, Any] = json.loads(json.dumps(gv.robustness(study).to_dict(), allow_nan=False))
    return found


def numbers(content: Any, at: tuple = ()) -> Iterator[tuple]:
    """Where each number of a file stands."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in pairs:
        if isinstance(value, (dict, list)):
            yield from numbers(value, (*at, key))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            yield (*at, key)


def with_another(content: dict[str, Any], at: tuple) -> dict[str, Any]:
    """The same file with one number changed."""
    changed = copy.deepcopy(content)
    place: Any = changed
    for key in at[:-1]:
        place = place[key]
    place[at[-1]] = (
        place[at[-1]] * 1.5 + 1_000 if isinstance(place[at[-1]], float) else place[at[-1]] + 1
    )
    return changed


@pytest.mark.parametrize("name", STUDIES)
def test_what_is_written_holds(name: str) -> None:
    """Nothing is refused, whatever the study and its conventions; of one arm neither."""
    assert gv.verify(plain(STUDIES[name]())) == []


@pytest.mark.parametrize("seed", range(40))
def test_what_is_written_of_any_study_holds(ishoj, seed: int) -> None:
    """Few citizens at few prices and nothing invested: changes that reach zero to the krone."""
    for invested in (0.0, 8_000.0):
        study = mixed_up(ishoj, seed, citizens=3 + seed % 4, invested=invested)
        for basis in study.rate_maps:
            assert gv.verify(plain(study.choose(basis=basis))) == []


def test_one_arm_holds(ishoj) -> None:
    """A study whose only arm is held against nobody has claims too."""
    assert (
        gv.verify(plain(replace(ishoj, comparison=Comparison("control", Contrast("intervention")))))
        == []
    )


@pytest.mark.parametrize("name", ["printed", "gladsaxe"])
def test_any_one_number_changed_is_refused(name: str) -> None:
    """Each number of the file in turn."""
    content = plain(STUDIES[name]())
    places = list(numbers(content))
    assert len(places) > 100
    for at in places:
        assert "digest" in gv.verify(with_another(content, at)), at


@pytest.mark.parametrize("name", ["published", "printed", "few"])
def test_what_is_claimed_is_checked_and_not_only_signed(name: str) -> None:
    """With a digest made anew each number of a claim, witness or proof is refused all the same.

    So is each rate that somebody's cost rests on, and each count that stands in a gain.
    """
    content = plain(STUDIES[name]())
    places = [at for at in numbers(content) if at[0] in ("rows", "arms", "rates")]
    for at in places:
        changed = with_another(content, at)
        changed["digest"] = verifier.digest(changed)
        if not _moves_nothing(content, at):
            assert gv.verify(changed), at


def _moves_nothing(content: dict[str, Any], at: tuple) -> bool:
    """Whether a number is of nobody: a rate or share of no citizen, or citizens at no cost."""
    cells = [c for arm in content["arms"].values() for t in arm["times"] for c in t.values()]
    if at[0] == "rates":
        lines = [rate for arm in content["arms"].values() for rate in arm["lines"]]
        used = [cell["rate"] for cell in cells if cell["citizens"]]
        return at[1] not in (*lines, *used)
    if at[0] == "arms" and at[-1] in ("share", "citizens") and len(at) == 6:
        cell = content["arms"][at[1]]["times"][at[3]][at[4]]
        return not content["rates"][cell["rate"]] or (at[-1] == "share" and not cell["citizens"])
    return False


def test_a_claim_that_is_not_the_best_is_refused(ishoj) -> None:
    """A path of one citizen too many, and bounds that are too wide or too narrow."""
    content = plain(ishoj.choose(basis="printed"))
    rows = content["rows"]
    both = next(row for row in rows if row["kind"] == "fragility")
    arm = next(r for r in rows if r["kind"] == "fragility" and r["claim"]["citizens"] == 5)
    more = {**copy.deepcopy(arm), "claim": {**both["claim"], "citizens": 5}}
    assert verifier.refused({**content, "rows": [more]}) == ["digest", "1 (fragility)"]
    count = next(row for row in rows if row["kind"] == "bounds")
    for end, step in (("low", 1), ("low", -1), ("high", 1), ("high", -1)):
        wrong = copy.deepcopy(count)
        wrong["claim"][end] += step
        assert "1 (bounds)" in verifier.refused({**content, "rows": [wrong]})
    swapped = copy.deepcopy(count)
    swapped["witness"]["low"] = swapped["witness"]["high"]
    assert "1 (bounds)" in verifier.refused({**content, "rows": [swapped]})


def test_the_verifier_shares_nothing_with_the_search() -> None:
    """It is under 80 lines and imports no module of ours, nor one that solves anything."""
    code = Path(verifier.__file__).read_text("utf-8")
    assert len(code.splitlines()) < 80
    names = {
        alias.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(code))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    assert names == {"json", "hashlib", "math", "typing"}


def test_what_is_no_such_file_is_refused() -> None:
    """Other JSON is one message."""
    for content in ({}, [], {"rows": [{}], "digest": ""}, {"rows": [{"kind": "x"}], "digest": 1}):
        with pytest.raises(ValueError, match="content: this is no file"):
            gv.verify(content)  # type: ignore[arg-type]


def test_commands(tmp_path, capsys) -> None:
    """What `robustness --json` prints is what `verify` holds; a changed file exits with 1."""
    code, out, _ = run(capsys, "robustness", "ishoj-smc", "--json")
    assert code == 0
    path = tmp_path / "robustness.json"
    path.write_text(out, "utf-8")
    code, out, _ = run(capsys, "verify", str(path), "--json")
    assert (code, json.loads(out)) == (0, {"holds": True, "refused": []})
    path.write_text(path.read_text("utf-8").replace('"citizens": 28', '"citizens": 29'), "utf-8")
    for lang, word in (("da", "ændret"), ("en", "changed")):
        code, out, _ = run(capsys, "verify", str(path), "--lang", lang)
        assert code == 1
        assert word in out
        assert "1 (difference)" in out
    for content in ("{", "[" * 100_000, '"x"', "[1]", '{"rows": []}', "\x00", ""):
        path.write_text(content, "utf-8")
        _not_ours(capsys, path)
    _not_ours(capsys, tmp_path / "none.json")
    _not_ours(capsys, tmp_path)


def _not_ours(capsys, path: Path) -> None:
    """One message, and exit code 2."""
    code, out, err = run(capsys, "verify", str(path), "--lang", "en")
    assert (code, out) == (2, "")
    assert err.startswith("gevinst: claims: read ")
    assert err.endswith("this is no file that `gevinst robustness --json` wrote\n")


@pytest.mark.parametrize("lang", ["da", "en"])
def test_no_rate_is_claimed_to_be_what_it_cannot_be(ishoj, lang: str) -> None:
    """A rate that would have to be negative is counted, not claimed; the others by their labels."""
    found = gv.robustness(ishoj)
    rates = [each for each in gv.break_even(ishoj).inputs if each.kind == "rate"]
    impossible = [each for each in rates if not each.possible]
    claimed = [r["claim"]["rates"] for r in found.to_dict()["rows"] if r["kind"] == "break_even"]
    assert impossible
    assert found.beyond == len(impossible)
    assert len(claimed) == len(rates) - len(impossible)
    assert all(kr >= 0 for each in claimed for kr in each.values())
    told = found.summary(lang).replace("\xa0", " ")
    assert "15,621 kr. a year" in told or "15.621 kr. pr. år" in told
    assert not any(rate.id in told for rate in ishoj.rates if "_" in rate.id)
