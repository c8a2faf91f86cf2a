"""Adjusting for covariates: against formulas on the frame, without strata and with, and refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import gevinst as gv
from gevinst.study.comparison import Comparison
from gevinst.text.language import language
from tests.conftest import persons, to_csv

WHO = {"pooled": [1, 0], "intervention": [1], "control": [0]}
"""Standard populations, by the column ``treated``."""


def ages(frame: pd.DataFrame) -> np.ndarray:
    """Ages that are higher in the first group, and go with the first status."""
    rng = np.random.default_rng(1)
    return rng.integers(18, 60, len(frame)) + 6 * (frame["arm"] == "intervention").to_numpy()


def sexes(frame: pd.DataFrame) -> np.ndarray:
    """Text of two values, both in every cell."""
    return np.array(["f", "m", "m"])[np.arange(len(frame)) % 3]


@pytest.fixture(scope="module")
def study(ishoj) -> gv.Study:
    """Invented citizens with an age and a sex."""
    return persons(ishoj, age=ages, sex=sexes)


@pytest.fixture(scope="module")
def frame(study) -> pd.DataFrame:
    """A row per citizen."""
    return gv.citizen_frame(study)


def rows_of(found) -> dict[str, object]:
    """The rows by their method."""
    return {row.method: row for row in found.rows}


@pytest.mark.parametrize("weights", WHO)
@pytest.mark.parametrize("kind", ["HC2", "HC3"])
def test_lin_by_a_formula(study, frame, weights, kind) -> None:
    """The arm's coefficient of a formula, every number centred at the standard population."""
    of = frame["treated"].isin(WHO[weights])
    frame = frame.assign(
        years=frame["age"] - frame["age"][of].mean(),
        men=(frame["sex"] == "m") - (frame["sex"][of] == "m").mean(),
        dear=(frame["stratum"] == "resource_programme_all")
        - (frame["stratum"][of] == "resource_programme_all").mean(),
    )
    for strata, formula in (((), "years + men"), (None, "dear + years + men")):
        fitted = smf.ols(f"gain ~ treated * ({formula})", frame).fit(cov_type=kind, use_t=True)
        found = rows_of(gv.adjust(study, covariates=["age", "sex"], strata=strata, weights=weights))
        row = found[f"lin_{kind.lower()}"]
        low, high = fitted.conf_int().loc["treated"]
        assert row.estimate == pytest.approx(fitted.params["treated"], rel=1e-9)
        assert (row.standard_error, row.low, row.high) == pytest.approx(
            (fitted.bse["treated"], low, high), rel=1e-9
        )
        assert row.degrees_of_freedom == fitted.df_resid
        assert found["g_computation"].estimate == pytest.approx(row.estimate, rel=1e-9)


@pytest.mark.parametrize("weights", WHO)
def test_shares_by_a_formula(study, frame, weights) -> None:
    """Both groups' logistic regressions predict every citizen of the standard population."""
    outcome = "cash_benefit_all"
    members = study.groups[outcome][1]
    ended = {
        name: study.axes.items[path[-1]] in members
        for arm in study.contrast.arms
        for name, path in zip(study.citizens[arm]["id"], study.paths[arm], strict=True)
    }
    frame = frame.assign(yes=frame["id"].map(ended).astype(float))
    standard = frame[frame["treated"].isin(WHO[weights])]
    first, second = (
        smf.logit("yes ~ age + sex", frame[frame["treated"] == a]).fit(disp=0, tol=1e-12)
        for a in (1, 0)
    )
    found = gv.adjust(study, covariates=("age", "sex"), strata=(), outcome=outcome, weights=weights)
    expected = (first.predict(standard) - second.predict(standard)).mean()
    rows = rows_of(found)
    assert rows["logistic"].estimate == pytest.approx(expected, abs=1e-8)
    assert rows["logistic"].low < expected < rows["logistic"].high
    raw = frame.groupby("treated")["yes"].mean()
    assert rows["raw_share"].estimate == pytest.approx(raw[1] - raw[0])


def test_which_rows_there_are(study) -> None:
    """Strata give their rows, covariates theirs; a study that declares none needs none."""
    strata = ["direct", "weights", "bootstrap", "hc2", "hc3"]
    mine = ["lin_hc2", "lin_hc3", "g_computation"]
    asked = {"covariates": "age", "outcome": "flexjob"}
    shares = ["raw_share", "logistic"]
    bare = replace(study, stratification=None)
    for found, expected in (
        (gv.adjust(study, **asked), ["raw", *strata, *mine, "mantel_haenszel", *shares]),
        (gv.adjust(study, covariates="age", strata=[]), ["raw", *mine]),
        (gv.adjust(bare, **asked), ["raw", *mine, *shares]),
        (gv.adjust(study, outcome="flexjob"), ["raw", *strata, "mantel_haenszel"]),
    ):
        assert [row.method for row in found.rows] == expected
    with pytest.raises(gv.StudyError, match="E122"):
        gv.adjust(bare)
    with pytest.raises(ValueError, match="strata: read none"):
        gv.adjust(study, strata=())


def test_strata_are_numbers_too(study) -> None:
    """A column of text as the one covariate is the same as its strata, but for the jackknife."""
    by_column = rows_of(gv.adjust(study, strata="sex"))
    found = rows_of(gv.adjust(study, strata=(), covariates="sex"))
    for kind in ("hc2", "hc3"):
        assert found[f"lin_{kind}"].estimate == pytest.approx(by_column[kind].estimate)
        assert found[f"lin_{kind}"].low == pytest.approx(by_column[kind].low)


@pytest.mark.parametrize("moved", ["as_published", "left_out"])
@pytest.mark.parametrize("weights", ["pooled", "intervention", "control", "overlap", "own"])
def test_one_number_for_one_thing(study, moved, weights) -> None:
    """Every row by strata is what `standardise` says, whoever is left out and whatever weighs."""
    rows = rows_of(gv.adjust(study, weights=weights, moved=moved))
    one = gv.standardise(study, weights=weights, moved=moved)
    for method in ("direct", "weights", "bootstrap", "hc2", "hc3"):
        assert rows[method].estimate == pytest.approx(one.estimate, abs=1e-6)
    assert rows["direct"].standard_error == pytest.approx(one.found.standard_error)
    assert rows["weights"].standard_error == pytest.approx(one.with_weights)


def test_left_out_are_of_the_population(study, frame) -> None:
    """Who is not seen at the end is in no model, and in the population all the same."""
    moved = study.axes.at("item", "moved")
    seen = {
        name: not (path == moved).any()
        for arm in study.contrast.arms
        for name, path in zip(study.citizens[arm]["id"], study.paths[arm][:, [0, 2]], strict=True)
    }
    kept = frame[frame["id"].map(seen)]
    assert len(kept) == 52
    first, second = (smf.ols("gain ~ age", kept[kept["treated"] == a]).fit() for a in (1, 0))
    found = rows_of(gv.adjust(study, strata=(), covariates="age", moved="left_out"))
    expected = (first.predict(frame) - second.predict(frame)).mean()
    assert found["lin_hc2"].estimate == pytest.approx(expected)
    assert found["g_computation"].estimate == pytest.approx(expected)


def test_scale_and_place_change_nothing(ishoj) -> None:
    """Years, days and years since 1900 hold the same equal, to 1e-9."""
    asked = {"strata": (), "covariates": "age"}
    found = [
        gv.adjust(persons(ishoj, age=lambda f, c=change: c(ages(f).astype(float))), **asked)
        for change in (
            lambda x: x,
            lambda x: 365.25 * x,
            lambda x: x - 1900.0,
            lambda x: 1e12 + x,
            lambda x: 1e-9 * x,
        )
    ]
    for other in found[1:]:
        for one, two in zip(found[0].rows, other.rows, strict=True):
            assert (one.estimate, one.low) == pytest.approx((two.estimate, two.low), rel=1e-9)


def test_balance(study, frame) -> None:
    """Means, shares and standardised differences by hand; what is left is none."""
    found = gv.adjust(study, strata=(), covariates=("age", "sex"), weights="control")
    age, men = found.balance
    by = frame.groupby("treated")["age"]
    assert list(age.means.values()) == pytest.approx([by.mean()[1], by.mean()[0]])
    assert age.population == pytest.approx(by.mean()[0])
    expected = (by.mean()[1] - by.mean()[0]) / (by.var().sum() / 2) ** 0.5
    assert age.smd == pytest.approx(expected)
    share = (frame["sex"] == "m").groupby(frame["treated"]).mean()
    spread = (share * (1 - share)).sum() / 2
    assert men.smd == pytest.approx((share[1] - share[0]) / spread**0.5)
    assert (men.column, men.value, men.base) == ("sex", "m", "f")


@pytest.mark.parametrize("lang", ["da", "en"])
def test_what_is_said(study, lang) -> None:
    """For whom, of what, under which assumption, in both languages; JSON, frame and figure."""
    found = gv.adjust(study, covariates=("age", "sex"), outcome="flexjob", weights="intervention")
    text, said = language(lang), found.summary(lang)
    numbers = f"{text.label(study.stratification.label)}, age, sex"
    assert said.splitlines()[0] == text("adjust.heading_covariates", numbers=numbers)
    assert said.splitlines()[-1] == text("adjust.assumes", numbers=numbers)
    assert text("adjust.whom.intervention") in said
    assert text("adjust.of_text", column="sex", base="f") in said
    assert text("adjust.of_text", column="age", base="") not in said
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    lin = next(row for row in plain["methods"] if row["method"] == "lin_hc2")
    assert lin["unit"] == "kr"
    assert numbers in lin["estimand"][lang]
    assert [each["column"] for each in plain["covariates"]] == ["age", "sex"]
    assert found.to_frame(lang).loc["logistic", "unit"] == "share"
    drawn = found.picture(lang=lang)
    assert numbers in drawn.caption
    assert text("adjust.method.g_computation") in drawn.alt


def test_no_logistic_regression_is_said(study) -> None:
    """Nobody of a group has it: no answer, with the reason in the row, the words and the JSON."""
    found = gv.adjust(study, strata=(), covariates="age", outcome="flexjob", time="0")
    row = rows_of(found)["logistic"]
    assert np.isnan(row.estimate)
    assert found.to_dict()["methods"][-1]["reason"] == "separated"
    assert language("en")("adjust.reason.separated") in found.summary("en")
    assert gv.adjust(study, strata=(), covariates="age").to_dict()["methods"][-1]["reason"] is None


def test_one_citizen_alone_is_said(ishoj) -> None:
    """A citizen alone in a stratum of one group: no interval by strata or covariates, and why."""
    lone = persons(ishoj, kind=lambda f: ["a", "a", "b", *("c", "d") * 20, *"bcdaa" * 3][: len(f)])
    for asked in ({"strata": "kind"}, {"strata": (), "covariates": "kind"}):
        found = gv.adjust(lone, **asked)
        raw, *others = found.rows
        assert raw.reason is None
        assert {row.reason for row in others} == {"one-citizen"}
        assert all(np.isfinite(row.estimate) and np.isnan(row.low) for row in others)
        assert language("da")("adjust.reason.one-citizen") in found.summary("da")


def one_arm(frame: pd.DataFrame) -> np.ndarray:
    """A number that is the same for all of one group."""
    return np.where(frame["arm"] == "control", 1, np.arange(len(frame)))


def hole(frame: pd.DataFrame) -> list[str]:
    """A column with an empty cell."""
    return ["", *("x", "y") * 27][: len(frame)]


WRONG = {
    "E125": {"covariates": "ag"},
    "E180": {"covariates": ["age", "hole"]},
    "E181": {"covariates": "same"},
    "E182": {"covariates": "unlike"},
    "E183": {"covariates": "one_arm"},
    "E184": {"covariates": ["age", "birth"]},
}
"""Code -> what is asked."""


@pytest.fixture(scope="module")
def odd(ishoj) -> gv.Study:
    """Columns with whatever can be wrong with them."""
    return persons(
        ishoj,
        age=ages,
        hole=hole,
        same="yes",
        unlike=lambda f: [f"k{k}" for k in range(len(f))],
        one_arm=one_arm,
        birth=lambda f: 2016 - f["age"],
    )


@pytest.mark.parametrize("code", WRONG)
def test_refused(odd, code) -> None:
    """Each kind of column that cannot be held equal has one message, which says what to write."""
    with pytest.raises(gv.StudyError) as caught:
        gv.adjust(odd, strata=(), **WRONG[code])
    found = caught.value.problems
    assert {problem.code for problem in found} == {code}
    assert len(found) == (2 if code == "E182" else 1)  # too many numbers for either arm
    for lang in ("da", "en"):
        assert "{" not in found[0].say(lang)


def test_refused_together(odd, study) -> None:
    """All that is wrong with columns is said at once; a stratum's own column follows from it."""
    with pytest.raises(gv.StudyError) as caught:
        gv.adjust(odd, covariates=["same", "hole", "x", "id"])
    assert [p.code for p in caught.value.problems] == ["E181", "E180", "E125", "E125"]
    alone = persons(study, kind=lambda f: np.where(f["arm"] == "control", "x", ages(f) % 2))
    with pytest.raises(gv.StudyError, match="E183"):
        gv.adjust(alone, strata="kind", covariates="kind")
    with pytest.raises(gv.StudyError, match=r"E184.*sex: m"):
        gv.adjust(study, strata="sex", covariates="sex")


@pytest.mark.parametrize("weights", ["overlap", "own", "x", [1, 2], {"all": 1}])
def test_weights_are_citizens(study, weights) -> None:
    """What is no citizens has no means to read the groups off at."""
    with pytest.raises(ValueError, match="covariates are read off at citizens"):
        gv.adjust(study, covariates="age", weights=weights)


def test_no_two_groups_of_citizens(study, ishoj) -> None:
    """Margins, one group, lines alone and a course that somebody wrote down: a sentence each."""
    for asked, code in (
        (ishoj, "E129"),
        (study.compare("intervention"), "E132"),
        (gv.load("gladsaxe"), "E121"),
    ):
        with pytest.raises(gv.StudyError) as caught:
            gv.adjust(asked, covariates="age", strata=())
        assert [problem.code for problem in caught.value.problems] == [code]
    written = replace(study, comparison=Comparison("stated", study.contrast))
    with pytest.raises(ValueError, match="somebody wrote down"):
        gv.adjust(written, covariates="age")


def test_numbers_stay_numbers(ishoj, folder) -> None:
    """From a file and from a frame: numbers, decimals too, ids in their order; text is text."""
    made = persons(ishoj, age=lambda f: ages(f) + 0.5, post=lambda f: ["007", "1.234"] * 27)
    frame = gv.citizen_frame(made)
    assert frame["age"].dtype == float
    assert not pd.api.types.is_numeric_dtype(frame["post"])
    rows = frame.assign(arm=frame["arm"], age=[f"{x:.1f}".replace(".", ",") for x in frame["age"]])
    paths = {
        name: [made.axes.items[i] for i in path]
        for arm in made.contrast.arms
        for name, path in zip(made.citizens[arm]["id"], made.paths[arm], strict=True)
    }
    for t, time in enumerate(made.axes.times):
        rows[time] = [paths[name][t] for name in rows["id"]]
    to_csv(rows[["id", "arm", *made.axes.times, "age", "post"]], folder)
    read = gv.read(folder)
    asked = {"strata": (), "covariates": ["age", "post"]}
    assert [row.estimate for row in gv.adjust(read, **asked).rows] == pytest.approx(
        [row.estimate for row in gv.adjust(made, **asked).rows]
    )
    assert [b.base for b in gv.adjust(read, **asked).balance] == ["", "007"]
