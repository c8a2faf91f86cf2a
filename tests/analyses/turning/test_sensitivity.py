"""What would turn it, together, in the shapes that others read."""

from __future__ import annotations

import json

import gevinst as gv
from tests.conftest import run


def test_command_gives_the_shape(ishoj, capsys) -> None:
    """`--json` has the four parts, each with its keys, and the numbers of each by itself."""
    code, out, _ = run(capsys, "sensitivity", "ishoj-smc", "--draws", "200", "--json")
    found = json.loads(out)
    assert code == 0
    for bar in found["tornado"]:
        assert list(bar) == [
            *("source", "coupling", "low", "high", "input_low", "input_high", "unit"),
        ]
    by_itself = gv.tornado(ishoj, n=200, rng=2018)
    inputs = {swing.input for swing in by_itself.inputs}
    assert {bar["source"] for bar in found["tornado"]} == set(by_itself.alone) | inputs
    for bar in found["tornado"]:
        assert (bar["unit"] is None) == (bar["input_low"] is None) == (bar["source"] not in inputs)
    assert len([b for b in found["tornado"] if b["source"] == "outcomes"]) == 3
    (investment,) = (b for b in found["tornado"] if b["source"] == "investment")
    assert investment["coupling"] is None
    keys = {"input", "value", "current", "unit", "distance", "distance_sd"}
    assert all(keys <= row.keys() for row in found["break_even"])
    assert found["break_even"] == gv.break_even(ishoj).rows()
    assert found["fragility"]["citizens"] == found["fragility"]["citizens_moved_fixed"] == 1
    assert found["fragility"]["density"] == {"turning": 99, "possible": 270}
    assert found["fragility"]["by_arm"].keys() == set(ishoj.axes.arms)
    assert {"path", "proof"} <= found["fragility"].keys()
    alone = gv.stress(ishoj).by_coupling
    assert found["stress"] == {coupling: each.citizens for coupling, each in alone.items()}


def test_a_study_of_lines_is_answered_without_citizens(capsys) -> None:
    """Where nobody is counted the sources and numbers stay, and no citizen is asked for."""
    code, out, _ = run(capsys, "sensitivity", "gladsaxe", "--draws", "200", "--json")
    found = json.loads(out)
    assert (code, found["fragility"], found["stress"]) == (0, None, {})
    assert {bar["coupling"] for bar in found["tornado"]} == {None}
    assert found["break_even"][0]["input"] == "citizens.case_3"
    for lang in ("da", "en"):
        assert run(capsys, "sensitivity", "gladsaxe", "--draws", "200", "--lang", lang)[0] == 0
