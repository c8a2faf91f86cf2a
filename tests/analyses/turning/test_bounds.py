"""What tables prove about people: sharp, attained, and asked in words that are read or refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.turning.query import read_query
from gevinst.study.transitions import barred_steps
from gevinst.text.problems import StudyError, WrongValueError
from tests.analyses.turning.few import mixed_up, not_refuted
from tests.conftest import four_who_move, run

QUERIES = (
    *("cheaper", "dearer at 1", "unchanged from 1", "cheaper at the end"),
    *("cash_benefit_all -> resource_programme_all", "* -> ordinary_employment from 1"),
    *("resource_programme -> * at 1", "cash_benefit -> cash_benefit"),
)


def by_brute_force(study, a: int, query: str, moved: str, impossible=()) -> tuple[int, int]:
    """Fewest and most over every way to line the citizens of all times up."""
    asked = read_query(study, query, moved)
    barred = barred_steps(study, impossible) if impossible else ()
    slots = [np.repeat(np.arange(len(study.items)), n) for n in study.counts[a]]
    pairs, found = asked.pairs(study, a), set()
    for middle, last in product(*(set(permutations(each.tolist())) for each in slots[1:])):
        courses = list(zip(slots[0].tolist(), middle, last, strict=True))
        if barred and any(barred[t][c[t], c[t + 1]] for c in courses for t in (0, 1)):
            continue
        ends = [(c[asked.first], c[asked.last]) for c in courses]
        left = [e for e in ends if moved == "as_published" or not set(e) & set(study.lost)]
        found.add(sum(bool(pairs[e]) for e in left))
    return min(found), max(found)


@pytest.mark.parametrize(
    ("basis", "moved", "intervention", "control"),
    [
        ("published", "left_out", (10, 19, 27), (3, 8, 25)),
        ("printed", "left_out", (8, 19, 27), (3, 8, 25)),
        ("published", "as_published", (11, 20, 28), (4, 9, 26)),
        ("printed", "as_published", (9, 20, 28), (4, 9, 26)),
    ],
)
def test_published_tables(ishoj, basis, moved, intervention, control) -> None:
    """Who of Ishøj's citizens cost less at the end, calculated independently."""
    found = gv.bounds(ishoj.choose(basis=basis), "cheaper at the end", moved=moved)
    for arm, expected in (("intervention", intervention), ("control", control)):
        count = found.arms[arm]
        assert (count.low, count.high, count.seen[0], count.seen[1]) == (*expected, expected[2])
    assert (found.low, found.high) == tuple(
        one + other for one, other in zip(intervention[:2], control[:2], strict=True)
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("moved", ["left_out", "as_published"])
def test_equal_to_every_table(ishoj, seed: int, moved: str) -> None:
    """Two of three times, and all three with switches: as by going through every table."""
    study = mixed_up(ishoj, seed)
    kept = not_refuted(study, ("moved", "*"), ("ordinary_employment", "resource_programme"))
    for query, impossible in product(QUERIES[:6], {(), kept}):
        found = gv.bounds(study, query, moved=moved, impossible=impossible)
        for a, count in enumerate(found.arms.values()):
            expected = by_brute_force(study, a, query, moved, impossible)
            assert (count.low, count.high) == expected, (query, impossible)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("impossible", [(), (("early_retirement", "*"),)])
def test_witnesses_fit_and_attain(ishoj, query: str, impossible) -> None:
    """Every witness has the printed margins, takes no barred step, and counts what was said."""
    found = gv.bounds(ishoj, query, impossible=impossible)
    plain = found.to_dict()["witness"]
    times = [ishoj.axes.at("time", time) for time in plain["times"]]
    at = ishoj.axes.at
    for a, (arm, count) in enumerate(found.arms.items()):
        pairs = found.query.pairs(ishoj, a)
        for end in ("low", "high"):
            margins = np.zeros((len(times), len(ishoj.items)), dtype=int)
            counted = 0
            for row in plain[end][arm]:
                path = [at("item", name) for name in row["path"]]
                for t, i in enumerate(path):
                    margins[t, i] += row["citizens"]
                seen = not {path[0], path[-1]} & set(ishoj.lost)
                counted += row["citizens"] * bool(pairs[path[0], path[-1]] and seen)
                for before, after in zip(row["path"], row["path"][1:], strict=False):
                    assert not impossible or before != "early_retirement" or after == before
            assert (margins == ishoj.counts[a, times]).all()
            assert counted == getattr(count, end)


def test_citizens_own_paths_are_counted(paired) -> None:
    """Of paired data both ends are the count itself."""
    for query in QUERIES:
        found = gv.bounds(paired, query, moved="as_published")
        for a, arm in enumerate(paired.axes.arms):
            pairs, paths = found.query.pairs(paired, a), paired.paths[arm]
            exact = int(pairs[paths[:, found.query.first], paths[:, found.query.last]].sum())
            assert found.arms[arm].low == found.arms[arm].high == exact
    open_ = gv.bounds(paired.as_margins(), "cheaper")
    known = gv.bounds(paired, "cheaper")
    assert open_.low <= known.low <= known.high <= open_.high
    assert "settle" in known.summary()
    assert "settle" not in open_.summary()


def test_three_classes_are_everybody(ishoj) -> None:
    """In any one table the cheaper, the dearer and the unchanged are all who are seen."""
    found = {cost: gv.bounds(ishoj, cost) for cost in ("cheaper", "dearer", "unchanged")}
    for arm in ishoj.axes.arms:
        counts = {cost: each.arms[arm] for cost, each in found.items()}
        assert sum(c.low for c in counts.values()) <= counts["cheaper"].seen[0]
        assert sum(c.high for c in counts.values()) >= counts["cheaper"].seen[1]


def test_suppressed_counts_are_any_that_fit(masked) -> None:
    """The bounds are those over every set of counts that the suppressed ones can be."""
    found = gv.bounds(masked, "* -> ordinary_employment").arms["intervention"]
    ends = []
    for last in masked.masked["intervention"][-1]:
        counts = masked.counts.copy()
        counts[0, -1] = last
        each = gv.bounds(replace(masked, counts=counts, masked={}), "* -> ordinary_employment")
        ends.append(each.arms["intervention"])
    assert len(ends) > 1
    assert found.low == min(each.low for each in ends)
    assert found.high == max(each.high for each in ends)


def test_how_many_are_seen_can_be_open(ishoj) -> None:
    """One moved at each of two times may be one citizen or two, unless the moved stay away."""
    assert gv.bounds(ishoj, "cheaper from 1").arms["intervention"].seen == (26, 27)
    gone = gv.bounds(ishoj, "cheaper from 1", impossible=[("moved", "*")])
    assert gone.arms["intervention"].seen == (27, 27)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["cheaper", "dearer", "unchanged"]),
        ("cheapest", ["cheaper", "->"]),
        ("cash_benefit ->", ["cheaper", "->"]),
        ("-> cash_benefit", ["cheaper", "->"]),
        ("cash_benefitt -> flexjob", ["cash_benefit", "*"]),
        ("cheaper at 2", ["0", "1", "1.5", "the start", "the end"]),
        ("cheaper from", ["the end"]),
        ("cheaper at the start", ["at", "from"]),
        ("cheaper from 1.5", ["at", "from"]),
        ("* -> moved", ["as_published"]),
    ],
)
def test_a_wrong_query_is_one_message(ishoj, capsys, query: str, names: list[str]) -> None:
    """What was read, and the words, ids and times there are: in both languages."""
    with pytest.raises(WrongValueError) as caught:
        gv.bounds(ishoj, query)
    english, danish = caught.value.say("en"), caught.value.say("da")
    assert english != danish
    for said in (english, danish):
        assert said.startswith("query: ")
        assert [name for name in names if name not in said] == []
    code, out, err = run(capsys, "bounds", "ishoj-smc", query, "--lang", "en")
    assert (code, out) == (2, "")
    assert "query" in err.lower()


def test_a_study_of_lines_is_refused_by_number(capsys) -> None:
    """Where nobody is counted there is nobody to ask about, and the advice is a command."""
    code, _, err = run(capsys, "bounds", "gladsaxe", "cheaper")
    assert code == 1
    assert "E151" in err
    with pytest.raises(WrongValueError, match="moved: read 'gone'"):
        gv.bounds(gv.load("ishoj-smc"), "cheaper", moved="gone")


def test_switches_that_margins_refute_are_refused(ishoj) -> None:
    """A refuted switch is an error by number, and paired data leave nothing open."""
    with pytest.raises(StudyError, match="E111"):
        gv.bounds(ishoj, "cheaper", impossible=[("*", "early_retirement")])


def test_command_gives_the_shape(ishoj, capsys) -> None:
    """`--json` has the ends of both arms together, each arm's, and both tables."""
    import json

    code, out, _ = run(capsys, "bounds", "ishoj-smc", "cheaper at the end", "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["low"], found["high"]) == (13, 27)
    assert found["arms"]["intervention"] == {"low": 10, "high": 19, "seen": 27, "seen_low": 27}
    for end in ("low", "high"):
        assert tuple(found["witness"][end]) == ishoj.axes.arms


def test_few_who_move_have_known_bounds(ishoj) -> None:
    """Four citizens at three times: by hand, from the costs 349, 159, 144 and 0."""
    study = four_who_move(ishoj)
    count = gv.bounds(study, "cheaper").arms["control"]
    # starts 144, 144, 349, 0; ends 144, 159, 0, 0
    assert (count.low, count.high) == (1, 3)


@pytest.mark.parametrize(
    ("query", "da", "en"),
    [
        ("cheaper", "blev billigere (ved start – efter 1,5 år)", "cost less (at start – "),
        ("dearer at 1", "blev dyrere (ved start – efter 1 år)", "after 1 year)"),
        ("* -> flexjob from 1", "fra «enhver status» til «Fleksjob» (efter 1 år – efter", "«any"),
    ],
)
def test_a_query_is_said_with_labels(ishoj, query: str, da: str, en: str) -> None:
    """In words of either language, with the labels of the study; figures are called by it."""
    label = read_query(ishoj, query).label
    assert da in label["da"]
    assert en in label["en"]
    assert label["da"] in gv.bounds(ishoj, query).picture(lang="da").title
