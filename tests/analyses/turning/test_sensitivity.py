"""What would turn it, together, in the shapes that others read."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

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
    assert found["break_even"][0]["input"] == "stated.control"
    for lang in ("da", "en"):
        assert run(capsys, "sensitivity", "gladsaxe", "--draws", "200", "--lang", lang)[0] == 0


def test_figures_show_what_the_tables_say(ishoj) -> None:
    """Break-even, stairs, bounds and worth draw the numbers of their answers."""
    even = gv.break_even(ishoj)
    drawn = [patch.get_width() + patch.get_x() * 2 for patch in even.plot().patches]
    near = [100.0 * i.distance / i.scale for i in even.nearest()]
    assert drawn == pytest.approx(near[: len(drawn)])
    assert len(drawn) == 8
    said = even.picture(lang="da").alt
    assert (
        "163.824 kr. pr. år → 169.532 kr. pr. år: +3,5\u00a0pct. (0,35 sd)"
        in said.replace("\u00a0kr", " kr")
        or len(near) > 12
    )
    printed = gv.fragility(ishoj.choose(basis="printed"))
    ends = [(p.get_x(), p.get_x() + p.get_width()) for p in printed.plot().patches]
    assert len(ends) == 1 + 4
    turn = printed.both[0]
    assert ends[-1][1] == pytest.approx(turn.enough - turn.needed)
    assert printed.picture().alt.endswith("then 477.2")
    people = gv.bounds(ishoj, "cheaper at the end")
    widths = [(p.get_x(), p.get_x() + p.get_width()) for p in people.plot().patches]
    assert widths == [(0, 27), (10, 19), (0, 25), (3, 8)]
    worth = gv.switch_worth(ishoj, "cash_benefit_all -> resource_programme_all")
    assert worth.pictures == ("switch_worth", "switch_worth_difference")
    assert "Control group, 4 went: from 29,436 to 41,686" in worth.picture().alt
    assert (
        "Control group, 0 went: from −33,630 to −13,172"
        in worth.picture("switch_worth_difference").alt
    )
    bare = replace(ishoj, stratification=None)
    assert gv.switch_worth(bare, "* -> flexjob").pictures == ("switch_worth",)


def test_a_sign_that_cannot_turn_has_its_figure(ishoj) -> None:
    """All changes together fall short, and the title says so; a zero difference has none."""
    far = replace(ishoj, lines=ishoj.lines, group_lines=ishoj.group_lines * 100)
    found = gv.fragility(far)
    assert found.citizens is None
    assert "do not turn" in found.picture().title
    assert len(found.plot().patches) <= 13
    same = replace(ishoj, counts=np.zeros_like(ishoj.counts), group_lines=ishoj.group_lines * 0)
    same.counts[:, :, ishoj.axes.at("item", "cash_benefit")] = 5
    arms = tuple(replace(arm, analysed=5) for arm in ishoj.arms)
    assert gv.fragility(replace(same, arms=arms)).pictures == ()
