"""Questions to the authors: each range by hand, all of them together by brute force."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import gevinst as gv
from gevinst.analyses.planning.ask import MOST
from gevinst.analyses.planning.unknowns import HEARSAY, LOST, Open, contributed
from gevinst.study.prices import Distribution
from gevinst.text.language import LANGUAGES, rounded
from gevinst.text.problems import WrongValueError
from tests.analyses.test_arms import arms_of
from tests.conftest import four_citizens, many_lost, persons, run


@pytest.fixture(scope="module")
def few(three):
    """Four citizens against four, one lost and one dropout in each group."""
    return replace(three, arms=tuple(replace(arm, enrolled=5) for arm in three.arms))


def courses(study, arm: str, basis: str):
    """Every mean gain that an arm of a few citizens can have, before lines: lost, reports -> kr.

    By plain loops over what each citizen can have cost: nothing or the dearest price for the lost,
    the status of a report or cash benefit.
    """
    a, (first, last) = study.axes.at("arm", arm), (0, len(study.times) - 1)

    def cost(b: int, t: int, i: int) -> float:
        rate = study.rate_maps[basis][b, 0, t, i]
        return study.rates[rate].kr if rate >= 0 else 0.0

    dearest = max(cost(b, last, i) for b in (0, 1) for i in study.statuses)
    ends = {name: study.axes.at("item", name) for name in ("moved", "cash_benefit")}
    doubted = [study.axes.at("item", name) for name in ("ordinary_employment", "flexjob")]
    seen = [i for i in study.statuses if study.counts[a, first, i]]
    start = sum(cost(a, first, i) * study.counts[a, first, i] for i in seen)
    lost, reports, fixed = [], [], 0.0
    for i in study.statuses:
        for _ in range(study.counts[a, last, i]):
            if i == ends["moved"]:
                lost.append((0.0, dearest))
            elif i in doubted:
                reports.append((cost(a, last, i), cost(a, last, ends["cash_benefit"])))
            else:
                fixed += cost(a, last, i)
    dropouts = study.arms[a].enrolled - study.arms[a].analysed
    gone = [cost(a, first, i) - end for i in seen for end in (0.0, dearest)]
    return {
        (of_lost, of_reports): (
            start - fixed - sum(of_lost[: len(lost)]) - sum(of_reports) + sum(of_lost[len(lost) :])
        )
        / study.arms[a].enrolled
        for of_lost in product(*lost, *[gone] * dropouts)
        for of_reports in product(*reports)
    }


def everything(study):
    """Every difference there can be: basis, lost, reports, investment, measures elsewhere -> kr."""
    found = {}
    for basis in study.rate_maps:
        treated, reference = (courses(study, arm, basis) for arm in study.contrast.arms)
        lines = [
            (invested, elsewhere)
            for invested in (2_250_000.0, 2_350_000.0)
            for elsewhere in (0.0, 0.39285714 * 92_664.0)
        ]
        for (one, ours), (other, theirs), (invested, elsewhere) in product(
            treated.items(), reference.items(), lines
        ):
            counted = 0.0 if basis == "printed" else elsewhere
            kr = ours - theirs - invested / study.arms[0].enrolled - counted
            found[basis, (one[0], other[0]), (one[1], other[1]), invested, elsewhere] = kr
    return found


def test_all_that_is_open_by_brute_force(few) -> None:
    """Every rate basis, price, false report and course of each of the lost: the same ends."""
    every = everything(few)
    open_ = Open(few)
    assert {each.name for each in gv.ask(few).moving} == {
        *("basis", "heads", "uncounted.other_provider", "amount.investment", LOST, HEARSAY)
    }
    assert open_.range() == pytest.approx((min(every.values()), max(every.values())))
    for basis in few.rate_maps:
        under = [kr for key, kr in every.items() if key[0] == basis]
        at = list(few.rate_maps).index(basis)
        assert open_.range({"basis": at}) == pytest.approx((min(under), max(under)))


@pytest.mark.parametrize(
    ("name", "place"), [("basis", 0), ("amount.investment", 3), ("uncounted.other_provider", 4)]
)
def test_what_is_left_by_brute_force(few, name: str, place: int) -> None:
    """The widest range over the rest, under any of the answers."""
    by_answer: dict[object, list[float]] = {}
    for key, kr in everything(few).items():
        by_answer.setdefault(key[place], []).append(kr)
    widest = max(max(each) - min(each) for each in by_answer.values())
    assert gv.ask(few).of(name).left == pytest.approx(widest)


@pytest.mark.parametrize(("name", "place"), [(LOST, 1), (HEARSAY, 2)])
def test_what_people_leave_under_one_basis(few, name: str, place: int) -> None:
    """Under one set of rates the width that is left is the same, whatever is known of people."""
    study = replace(few, rate_maps={"published": few.rate_maps["published"]}, alternatives={})
    by_answer: dict[object, list[float]] = {}
    for key, kr in everything(study).items():
        by_answer.setdefault(key[place], []).append(kr)
    widths = [max(each) - min(each) for each in by_answer.values()]
    assert widths == pytest.approx([widths[0]] * len(widths))
    assert gv.ask(study).of(name).left == pytest.approx(widths[0])


def test_suppressed_counts_join_the_others_by_brute_force(masked) -> None:
    """Each set that adds up, as if it were printed, with the lost and the reports at their worst.

    A set that is worst by itself need not be it where some of its citizens are reports.
    """
    moved = []
    for which, end in (("worst", min), ("best", max)):
        others = dict.fromkeys((LOST, HEARSAY), which)
        found = []
        for sets in product(*masked.masked["intervention"]):
            counts = masked.counts.copy()
            counts[0] = sets
            found.append(contributed(replace(masked, counts=counts, masked={}), others))
        assert len(found) == 3
        joint = contributed(masked, {**others, "hidden_counts": which})
        assert joint == pytest.approx(end(found))
        moved.append(max(found) - min(found))
    assert min(moved) > 1.0


def test_the_lost_are_those_of_missing(ishoj, paired) -> None:
    """Alone, what can have become of them gives the bounds that `missing` prints."""
    later = replace(ishoj.choose(horizon="cumulative_left"))
    for study in (ishoj, paired, four_citizens(ishoj), many_lost(ishoj), later):
        found = gv.ask(study).of(LOST)
        assert (found.low, found.high) == pytest.approx(gv.missing(study).manski)


def test_listed_answers_are_the_study_under_them(ishoj) -> None:
    """Rates, weights, payers and heads: the published calculation under each, in its order."""
    for study in (ishoj, gv.load("gladsaxe")):
        for name in ("basis", "weights", "payers", "heads"):
            if (found := gv.ask(study).of(name)) is None:
                continue
            choices = study.choices[name] if name != "heads" else ("analysed", "enrolled")
            for choice, (label, kr) in zip(choices, found.answers, strict=True):
                assert kr == pytest.approx(gv.gain(study.choose(**{name: choice})).difference)
                assert set(label) == set(LANGUAGES)
            each = [kr for _, kr in found.answers]
            assert (found.low, found.high) == (min(each), max(each))
    assert {each.what for each in gv.ask(gv.load("gladsaxe")).moving} == {
        *("basis", "weights", "payers")
    }


def test_amounts_by_hand(ishoj) -> None:
    """2.25 to 2.35 million over 28; 92,664 kr. for 11 of 28, or for nobody."""
    found = gv.ask(ishoj)
    now = found.difference
    invested = found.of("amount.investment")
    assert invested.high - invested.low == pytest.approx(100_000 / 28)
    elsewhere = found.of("uncounted.other_provider")
    assert elsewhere.high == pytest.approx(now)
    assert elsewhere.low == pytest.approx(now - 92_664 * 0.39285714)
    assert gv.ask(ishoj.choose(basis="printed")).of("uncounted.other_provider") is None


def test_what_moves_nothing_alone_is_open_all_the_same(ishoj) -> None:
    """As printed, measures elsewhere are in the rate; were the rates others, they would not be.

    With the basis open the ends over everything are the same, whichever it is counted with.
    """
    for basis in ishoj.rate_maps:
        chosen = ishoj.choose(basis=basis)
        assert gv.ask(chosen).open == pytest.approx(gv.ask(ishoj).open)
    known = gv.ask(ishoj, answered={"basis": "printed"}).answered.open
    assert known[1] < gv.ask(ishoj).open[1]


def test_suppressed_counts_alone(masked) -> None:
    """What is behind them moves the difference as far as `gain` says."""
    found = gv.ask(masked).of("hidden_counts")
    assert (found.low, found.high) == pytest.approx(gv.gain(masked).bounds)


def test_paths_have_a_width_of_the_interval_and_none_of_the_difference(ishoj, paired) -> None:
    """Welch's widths, narrowest to widest; known paths are no question."""
    found = gv.ask(ishoj, confidence_level=0.9).of("paths")
    exact = gv.bootstrap(ishoj, confidence_level=0.9)
    widths = [i.high - i.low for i in (exact.intervals(c)[0] for c in exact.difference)]
    assert found.interval == pytest.approx((min(widths), max(widths)))
    assert found.low == found.high == gv.ask(ishoj).difference
    low, high = gv.ask(ishoj).open
    assert found.left == high - low
    assert gv.ask(paired).of("paths") is None
    assert gv.ask(gv.load("gladsaxe")).of("paths") is None


def test_nothing_is_left_over_more_than_all(ishoj, paired, masked, two_types) -> None:
    """Knowing one thing never opens more; the widest comes first, what moves nothing last."""
    for study in (ishoj, paired, masked, two_types, gv.load("gladsaxe"), many_lost(ishoj)):
        found = gv.ask(study)
        low, high = found.open
        for each in found.questions:
            assert 0.0 <= each.left <= high - low + 1e-6
        widths = [each.high - each.low for each in found.questions]
        assert widths == sorted(widths, reverse=True)


def test_percentages_without_a_base_are_asked_about(ishoj) -> None:
    """58 of a hundred of 46 is no whole number, and of 8 it is not said of how many."""
    (found,) = [each for each in gv.ask(gv.load("gladsaxe")).questions if each.low == each.high]
    assert found.name == "percentages"
    for lang, shares in (
        ("da", ("58\u00a0pct.", "8\u00a0pct.")),
        ("en", ("58\u00a0%", "8\u00a0%")),
    ):
        said = found.to_dict(lang)["question"]
        assert all(share in said for share in shares)
    assert gv.ask(ishoj).of("percentages") is None


def test_seven_are_asked_in_words_and_all_are_kept(ishoj) -> None:
    """With more amounts in doubt the words stop at seven, who went where among them."""
    line = ishoj.rates[0]
    doubt = Distribution("uniform", "printed_rounding", low=0.0, high=1e6)
    more = [replace(line, id=f"line_{k}", distribution=doubt) for k in range(5)]
    rates = (*ishoj.rates, *more)
    maps = {}
    for basis, each in ishoj.rate_maps.items():
        maps[basis] = np.concatenate([each, np.full((*each.shape[:3], 5), -1)], axis=3)
        maps[basis][..., -5:] = np.arange(len(ishoj.rates), len(rates))
    items = tuple(
        replace(ishoj.items[-1], id=f"line_{k}", label={"da": f"l{k}", "en": f"l{k}"})
        for k in range(5)
    )

    def wider(array: np.ndarray, fill: float) -> np.ndarray:
        shape = (*array.shape[:-1], 5)
        return np.concatenate([array, np.full(shape, fill, dtype=array.dtype)], axis=-1)

    lines = wider(ishoj.lines, 0.0)
    lines[0, ..., -5:] = 0.01
    shares = {
        k: np.moveaxis(wider(np.moveaxis(v, 3, -1), 1.0), -1, 3) for k, v in ishoj.shares.items()
    }
    study = replace(
        ishoj,
        rates=rates,
        rate_maps=maps,
        items=(*ishoj.items, *items),
        counts=wider(ishoj.counts, 0),
        lines=lines,
        group_lines=wider(ishoj.group_lines, 0.0),
        uncounted=wider(ishoj.uncounted, 0.0),
        shares=shares,
        start_strata=np.concatenate([ishoj.start_strata, np.full(5, -1)]),
        published=(),
    )
    found = gv.ask(study)
    assert len(found.questions) == 12
    assert [each.name for each in found.asked][-1] == "paths"
    for lang in LANGUAGES:
        said = found.summary(lang)
        assert f"\n{MOST}. " in said
        assert f"\n{MOST + 1}. " not in said
        assert "5" in next(line for line in said.splitlines() if "--json" in line)


def test_a_reading_that_was_answered(ishoj) -> None:
    """The question is gone, and all the rest is that of the study under the answer."""
    found = gv.ask(ishoj, answered={"Basis": "printed"})
    chosen = ishoj.choose(basis="printed")
    assert found.answered.difference == pytest.approx(gv.gain(chosen).difference)
    assert found.answered.of("basis") is None
    assert found.difference == gv.ask(ishoj).difference
    fixed = Open(ishoj).range({"basis": 1})
    assert found.answered.open == pytest.approx(fixed)
    plain = found.to_dict("da")
    assert plain["gone"] == ["basis", "uncounted.other_provider"]
    for lang, said in (("da", "merudgift på 51.320"), ("en", "extra cost of 51,320")):
        assert said in found.summary(lang)


def test_paths_that_were_found(ishoj, paired) -> None:
    """Citizens with the published counts: nothing moves but the interval, which is between."""
    paired = replace(paired, dropout_starts=ishoj.dropout_starts)
    found = gv.ask(ishoj, answered=paired)
    now = found.answered
    assert found.to_dict()["gone"] == ["paths"]
    assert now.difference == pytest.approx(found.difference)
    assert now.open == pytest.approx(found.open)
    least, most = found.of("paths").interval
    low, high = now.interval
    assert least <= high - low <= most
    assert "leave it at" in found.summary("en")


def test_nothing_to_ask_is_one_sentence(ishoj) -> None:
    """Everybody's path known, nobody lost, one set of rates and amounts: nothing is left."""
    few = four_citizens(ishoj)
    known = replace(
        few,
        arms=tuple(replace(arm, enrolled=arm.analysed) for arm in few.arms),
        rate_maps={"published": few.rate_maps["published"]},
        alternatives={},
        sources=(),
        published=(),
        rates=tuple(replace(r, distribution=Distribution("fixed", "")) for r in few.rates),
    )
    study = persons(known)
    found = gv.ask(study)
    assert found.questions == ()
    assert found.open == (found.difference, found.difference)
    assert found.pictures == ()
    for lang in LANGUAGES:
        assert len(found.summary(lang).splitlines()) == 2
    assert len(found.to_frame()) == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_study_is_asked_in_words(ishoj, paired, masked, two_types, lang: str) -> None:
    """No blank, no id and no number that is none; both ends of each range are said, rounded."""
    alone = replace(arms_of(ishoj, {"project": 0}, None), published=())
    nobody_moved = replace(ishoj, counts=ishoj.counts.copy())
    nobody_moved.counts[..., ishoj.axes.at("item", "cash_benefit")] += nobody_moved.counts[
        ..., ishoj.axes.at("item", "moved")
    ]
    nobody_moved.counts[..., ishoj.axes.at("item", "moved")] = 0
    studies = (ishoj, paired, masked, two_types, gv.load("gladsaxe"), alone, nobody_moved)
    for study in (*studies, ishoj.choose(basis="printed"), many_lost(ishoj)):
        found = gv.ask(study)
        said = found.summary(lang)
        for wrong in ("{", "nan", "∞", "..", "published", "basis", "uncounted"):
            assert wrong not in said.replace("as published", "")
        for each in found.moving:
            assert rounded(each.low) != rounded(each.high)
        assert all(each.to_dict(lang)["question"].endswith("?") for each in found.questions)
        json.dumps(found.to_dict(lang), allow_nan=False)


def test_zero_variance_leaves_paths_of_the_other_arm(ishoj) -> None:
    """An arm in one status has no paths to tell; with both so, who went where is no question."""
    counts = ishoj.counts.copy()
    for a in (1, 0):
        counts[a] = 0
        counts[a, :, ishoj.axes.at("item", "cash_benefit")] = ishoj.arms[a].analysed
        found = gv.ask(replace(ishoj, counts=counts))
        assert (found.of("paths") is None) == (a == 0)


def test_what_cannot_be_an_answer_is_named(ishoj) -> None:
    """A question that is not asked, an answer that there is none of, another study."""
    for answered in ({"weights": "stated"}, {"basis": "other"}, {"lost": "0"}, gv.load("gladsaxe")):
        with pytest.raises(WrongValueError, match=r"^answered: read "):
            gv.ask(ishoj, answered=answered)
    with pytest.raises(ValueError, match="confidence_level"):
        gv.ask(ishoj, confidence_level=1.5)


def test_the_command_line_asks(capsys, folder) -> None:
    """The JSON is that of Python in the study's language; answers are readings, or a study."""
    code, out, _ = run(capsys, "ask", "ishoj-smc", "--json")
    assert code == 0
    study = gv.load("ishoj-smc")
    assert json.loads(out) == json.loads(json.dumps(gv.ask(study).to_dict("da")))
    first = json.loads(out)["questions"][0]
    assert first["question"].startswith("Hvad blev der af de frafaldne (6)")
    assert {"question", "low", "high", "left"} <= first.keys()
    again = ("ask", "ishoj-smc", "--json", "--answered")
    code, out, _ = run(capsys, *again, "basis=printed", "--answered", "heads=enrolled")
    expected = gv.gain(study.choose(basis="printed", heads="enrolled")).difference
    assert json.loads(out)["answered"]["difference"] == pytest.approx(expected)
    path = folder / "lines.csv"
    exact = path.read_text("utf-8").replace("2.250.000;2.350.000", "2.300.000;2.310.000")
    path.write_text(exact, "utf-8")
    code, out, _ = run(capsys, *again, str(folder))
    answered = json.loads(out)["answered"]
    assert answered["difference"] == pytest.approx(gv.gain(study).difference)
    (left,) = [each for each in answered["questions"] if each["name"] == "amount.investment"]
    assert left["high"] - left["low"] == pytest.approx(10_000 / 28)
    assert run(capsys, *again, str(folder), "--answered", "basis=printed")[0] == 2
    assert run(capsys, "ask", "gladsaxe")[0] == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_figure_has_a_bar_per_question_that_moves_it(ishoj, lang: str) -> None:
    """Rounded as in words, the paths not among them."""
    found = gv.ask(ishoj)
    alt = found.picture("questions", lang).alt
    assert alt.count(";") == len(found.moving) - 1
    assert ("139" in alt) is False
    assert ("68,800" if lang == "en" else "68.800") in alt
