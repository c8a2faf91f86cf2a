"""Data frames of any form are the study that a folder is, and what is none is named."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import gevinst as gv
from gevinst.files.made.cells import written
from gevinst.text.numerals import in_danish
from tests.conftest import person_rows

STATED: dict[str, Any] = {
    "id": "small",
    "title": "A small study",
    "price_year": 2024,
    "arms": {
        "intervention": {"label": "With", "enrolled": 5, "analysed": 4, "source": "table 1"},
        "control": {"label": "Without", "enrolled": 3, "analysed": 3, "source": "table 1"},
    },
    "payers": ["municipality"],
    "times": {"start": 0, "end": 1.5},
    "statuses": {"benefit": "Cash benefit", "job": "A job"},
    "items": {"help": {"kind": "one_off", "investment": True, "label": "The help"}},
    "sources": {"rates": "An average.", "outcomes": "They are few."},
    "assumptions": {"because": "It is printed so."},
}
COUNTS = pd.DataFrame(
    {
        "arm": ["intervention", "intervention", "control", "control"],
        "status": ["benefit", "job", "benefit", "job"],
        "start": [4, 0, 3, 0],
        "end": [1, 3, 2, 1],
        "source": "table 1",
    }
)
RATES = pd.DataFrame(
    {
        "rate": ["benefit", "none"],
        "kr": [12_500.5, 0.0],
        "unit": "kr/month",
        "distribution": ["gamma", "fixed"],
        "cv": [0.1, np.nan],
        "drawn_by": ["rates", None],
        "assumption": "because",
        "source": "table 2",
    }
)
PRICES = pd.DataFrame(
    {"status": ["benefit", "job"], "rate": ["benefit", "none"], "source": "table 2"}
)
LINES = pd.DataFrame(
    {
        "arm": ["intervention"],
        "item": "help",
        "time": "start",
        "amount": 90_000,
        "unit": "kr",
        "per": "group",
        "distribution": "fixed",
        "assumption": "because",
        "source": "page 3",
    }
)
GIVEN = {**STATED, "counts": COUNTS, "rates": RATES, "prices": PRICES, "lines": LINES}


class Foreign:
    """A table of another library, which gives a pandas frame when asked."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame

    def to_pandas(self) -> pd.DataFrame:
        """Give it."""
        return self.frame


def _long(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of counts in long form, without those of nobody, in another order."""
    long = frame.melt(["arm", "status", "source"], var_name="time", value_name="citizens")
    return long[long.citizens > 0].sample(frac=1, random_state=1)


FORMS: dict[str, Callable[[], dict[str, Any]]] = {
    "another library": lambda: {"counts": Foreign(COUNTS), "lines": Foreign(LINES)},
    "a dict of columns": lambda: {"counts": COUNTS.to_dict("list"), "rates": RATES.to_dict("list")},
    "rows": lambda: {"rates": RATES.to_dict("records"), "lines": LINES.to_dict("records")},
    "ids in the index": lambda: {
        "counts": COUNTS.set_index(["arm", "status"]),
        "rates": RATES.set_index("rate"),
    },
    "an index without a name": lambda: {"prices": PRICES.set_index("status").rename_axis(None)},
    "a categorical index": lambda: {
        "prices": PRICES.astype({"status": "category"}).set_index("status").rename_axis(None)
    },
    "a filtered frame": lambda: {"counts": pd.concat([COUNTS, COUNTS])[4:]},
    "long form": lambda: {"counts": _long(COUNTS)},
    "labels": lambda: {
        "counts": COUNTS.replace({"intervention": "With", "benefit": "Cash benefit"}),
        "prices": PRICES.replace({"job": "A job"}),
        "lines": LINES.replace({"help": "The help"}),
    },
    "categories": lambda: {
        "counts": COUNTS.astype({"arm": "category", "status": "category", "end": "category"})
    },
    "nullable columns": lambda: {
        "counts": COUNTS.convert_dtypes(),
        "rates": RATES.convert_dtypes(),
    },
    "objects": lambda: {"counts": COUNTS.astype(object), "rates": RATES.astype(object)},
    "decimals": lambda: {"rates": RATES.assign(kr=[Decimal("12500.5"), Decimal(0)])},
    "small kinds of numbers": lambda: {"counts": COUNTS.astype({"start": np.int8, "end": "f4"})},
    "Danish text": lambda: {"rates": RATES.assign(kr=["12.500,5", "0"])},
    "yes and no": lambda: {"lines": LINES.assign(counted=True, included=[False], itemised=True)},
    "arms as a frame": lambda: {
        "arms": pd.DataFrame(STATED["arms"]).T.rename_axis("id"),
    },
    "arms as rows": lambda: {
        "arms": [{"id": name, **arm} for name, arm in STATED["arms"].items()],
    },
    "lists of dicts, as in TOML": lambda: {
        "statuses": [{"id": k, "en": v} for k, v in STATED["statuses"].items()],
        "times": [{"id": "start", "years": 0.0}, {"id": "end", "years": np.float64(1.5)}],
        "sources": [{"name": k, "en": v} for k, v in STATED["sources"].items()],
        "title": {"en": "A small study"},
    },
    "times as a frame": lambda: {
        "times": pd.DataFrame({"id": ["start", "end"], "years": [0, 1.5]})
    },
}


@pytest.fixture(scope="module")
def small() -> gv.Study:
    """The small study, in the form that needs the fewest words."""
    return gv.from_tables(**GIVEN)


def test_the_small_study(small) -> None:
    """The gain is the sum that one can do by hand, and the sizes, labels and years are as given."""
    gain = (3 * 12 * 12_500.5 - 90_000) / 4 - 12 * 12_500.5 / 3
    assert gv.gain(small).difference == pytest.approx(gain, rel=1e-12)
    assert [(arm.enrolled, arm.label["en"]) for arm in small.arms] == [(5, "With"), (3, "Without")]
    assert [(time.years, time.label) for time in small.times] == [
        (0.0, {"en": "start"}),
        (1.5, {"en": "end"}),
    ]
    assert small.payers[0].label == {"en": "municipality"}


@pytest.mark.parametrize("form", FORMS)
def test_a_frame_in_any_form_is_the_same_study(small, form: str) -> None:
    """Whatever holds the numbers, the study's hash is one."""
    assert gv.from_tables(**{**GIVEN, **FORMS[form]()}).hash == small.hash


def test_a_sequence_of_times(small) -> None:
    """Times that are numbers alone are ids, with columns of those names; years are not guessed."""
    counts = COUNTS.rename(columns={"start": 0, "end": 18})
    lines = LINES.assign(time=0)
    study = gv.from_tables(**{**GIVEN, "times": [0, 18], "counts": counts, "lines": lines})
    assert study.axes.times == ("0", "18")
    assert [time.years for time in study.times] == [None, None]
    assert gv.gain(study).difference == gv.gain(small).difference


def test_a_reason_must_be_said() -> None:
    """Things are called as their ids where nothing is said; reasons, sources and notes are not."""
    for argument in ("sources", "assumptions"):
        with pytest.raises(gv.StudyError, match=f"E052 {argument}: .* has no text") as caught:
            gv.from_tables(**{**GIVEN, argument: list(STATED[argument])})
        assert {problem.code for problem in caught.value.problems} == {"E052"}


NONE: dict[str, tuple[dict[str, Any], str]] = {
    "a number": ({"counts": 5}, "E200 counts: "),
    "text": ({"rates": "rates.csv"}, "E200 rates: "),
    "columns of unlike length": ({"prices": {"status": ["a"], "rate": []}}, "E200 prices: "),
    "single values": ({"lines": {"arm": "control"}}, "E200 lines: "),
    "rows without names": ({"counts": [(1, 2)]}, "E200 counts: "),
    "an array": ({"persons": np.eye(2), "counts": None}, "E200 persons: "),
    "no rows": ({"counts": COUNTS[:0]}, "E005 counts: "),
    "nothing": ({"rates": pd.DataFrame()}, "E005 rates: "),
    "no table": ({"prices": None}, "E003 prices: "),
    "arms of another kind": ({"arms": 2}, "E051 settings: .*'arms'"),
    "a setting of another kind": (
        {"arms": {**STATED["arms"], "control": {"enrolled": "3", "analysed": 3, "source": "s"}}},
        r"E051 arms: Read «3». 'enrolled' in \[\[arms\]\] control",
    ),
    "an argument that there is not": ({"count": COUNTS, "id": ""}, "E077 settings"),
    "a count of two kinds": ({"counts": COUNTS.assign(end=[1.5, 3, 2, 1])}, "E023 counts, .* 1: "),
    "a status that there is not": (
        {"counts": COUNTS.replace({"job": "jobb"})},
        "E030 counts, line 2: Read «jobb»",
    ),
    "long: a time that there is not": (
        {"counts": _long(COUNTS).replace({"end": "later"})},
        "E030 counts, line .: Read «later»",
    ),
    "long: one twice": (
        {"counts": pd.concat([_long(COUNTS)] * 2)},
        "E013 counts, line 7: .*first: 1",
    ),
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_table_is_named(name: str) -> None:
    """One message, which names the argument, the row and what was read."""
    given, says = NONE[name]
    with pytest.raises(gv.StudyError, match=says) as caught:
        gv.from_tables(**{**GIVEN, **given})
    assert all("{" not in problem.say("da") for problem in caught.value.problems)


def test_an_unknown_argument_is_warned_of() -> None:
    """A word that nothing reads is said, with those there are."""
    with pytest.warns(gv.StudyWarning, match="W053 settings: Read «cuonts»"):
        gv.from_tables(**GIVEN, cuonts=COUNTS)


# --- persons ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows(ishoj) -> pd.DataFrame:
    """Person rows with ids that are numbers, in any order, and columns of several kinds."""
    frame = person_rows(ishoj)
    rng = np.random.default_rng(1)
    return frame.assign(
        id=rng.permutation(np.arange(1, 61)),
        age=rng.integers(20, 25, 60),
        bmi=np.where(rng.random(60) < 0.3, np.nan, np.round(rng.uniform(20, 21, 60), 1)),
        code=[f"0{k % 3}" for k in range(60)],
        since=pd.to_datetime("2016-01-01") + pd.to_timedelta(rng.integers(3, size=60), "D"),
        sex=pd.Categorical(["m", "f"] * 30),
        vaccinated=[True, False] * 30,
    )


def _long_persons(frame: pd.DataFrame) -> pd.DataFrame:
    """Person rows in long form: only what was seen, and each dropout's start."""
    others = [column for column in frame.columns if column not in ("0", "1", "1.5")]
    long = frame.melt(others, var_name="time", value_name="status")
    return long.dropna(subset="status").sample(frac=1, random_state=3)


PERSONS: dict[str, Callable[[pd.DataFrame], tuple[Any, dict[str, Any]]]] = {
    "another library": lambda f: (Foreign(f), {}),
    "a dict": lambda f: (f.to_dict("list"), {}),
    "ids in the index": lambda f: (f.set_index("id"), {}),
    "ids in an index of another name": lambda f: (
        f.set_index("id").rename_axis("who"),
        {"id": "who"},
    ),
    "long form": lambda f: (_long_persons(f), {}),
    "long form by numbers": lambda f: (
        _long_persons(f).assign(time=lambda long: long["time"].astype(float)),
        {},
    ),
    "another order": lambda f: (f[::-1], {}),
    "arms of numbers": lambda f: (
        f.assign(arm=(f.arm == "control").astype(int)),
        {"arms": {0: "intervention", 1: "control"}},
    ),
    "labels": lambda f: (
        f.replace({"control": "Kontrolgruppen", "flexjob": "Fleksjob"}).rename(
            columns={"1.5": "efter 1,5 år"}
        ),
        {},
    ),
    "times in their order": lambda f: (
        f.rename(columns={"0": 0, "1": 12, "1.5": 18}),
        {"times": [0, 12, 18]},
    ),
    "times by name": lambda f: (
        f.rename(columns={"0": "start", "1.5": "end"}),
        {"times": {"start": 0, "end": 1.5}},
    ),
    "categories": lambda f: (f.astype({"arm": "category", "1": "category"}), {}),
    "nullable columns": lambda f: (f.convert_dtypes(), {}),
}


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
@pytest.mark.parametrize("form", PERSONS)
def test_person_rows_in_any_form_are_the_same_study(ishoj, rows, form: str) -> None:
    """Long or wide, by label or id, wherever the ids stand: the study's hash is one."""
    frame, named = PERSONS[form](rows)
    assert gv.from_persons(frame, ishoj, **named).hash == gv.from_persons(rows, ishoj).hash


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
def test_person_rows_are_an_argument_too(ishoj, rows) -> None:
    """from_tables(persons=...) is what from_persons gives, and sizes need not be stated."""
    tables = gv.to_tables(ishoj)
    del tables["counts"]
    arms = [
        {k: v for k, v in arm.items() if k not in ("enrolled", "analysed")}
        for arm in tables["arms"]
    ]
    expected = gv.from_persons(rows, ishoj).hash
    assert gv.from_tables(**{**tables, "arms": arms}, persons=rows).hash == expected
    assert gv.from_tables(**{**tables, "arms": arms}, persons=_long_persons(rows)).hash == expected


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
def test_numbers_stay_numbers(ishoj, rows, tmp_path) -> None:
    """Ids and covariates of numbers are so in citizen_frame, from a frame and from a folder."""
    study = gv.from_persons(rows, ishoj)
    gv.write(study, tmp_path / "study")
    given = rows.set_index("id")
    for each in (study, gv.read(tmp_path / "study")):
        frame = gv.citizen_frame(each)
        assert frame["id"].dtype == frame["age"].dtype == np.int64
        assert frame["bmi"].dtype == np.float64
        for arm, of_arm in frame.groupby("arm"):
            assert of_arm["id"].is_monotonic_increasing
            own = given.loc[of_arm["id"]]
            assert (own["arm"] == arm).all()
            assert own["age"].tolist() == of_arm["age"].tolist()
            np.testing.assert_array_equal(own["bmi"].to_numpy(), of_arm["bmi"].to_numpy())
        assert set(frame["code"]) == {"00", "01", "02"}
        assert set(frame["sex"]) == {"m", "f"}
        assert set(frame["vaccinated"]) == {"yes", "no"}
        assert set(frame["since"]) == {"2016-01-01", "2016-01-02", "2016-01-03"}
        assert each.hash == study.hash


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
def test_a_regression_has_one_slope_for_age(ishoj, rows) -> None:
    """A formula with an age gets one term of it, and not one for each age."""
    smf = pytest.importorskip("statsmodels.formula.api")
    fit = smf.ols("gain ~ treated + age", gv.citizen_frame(gv.from_persons(rows, ishoj))).fit()
    assert list(fit.params.index) == ["Intercept", "treated", "age"]


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
def test_text_of_digits_stays_text(ishoj, rows) -> None:
    """What a frame holds as text is no number, whatever it looks like; in one form it is one id."""
    study = gv.from_persons(rows.assign(id=rows["id"].astype(str)), ishoj)
    frame = gv.citizen_frame(study)
    assert all(isinstance(name, str) for name in frame["id"])
    assert study.hash == gv.from_persons(rows, ishoj).hash


WRONG: dict[str, tuple[Callable[[pd.DataFrame], Any], dict[str, Any], str, int]] = {
    "arms that nobody named": (
        lambda f: f.assign(arm=(f.arm == "control").astype(int)),
        {},
        r"E202 frame: Read «\d, \d». .*'arm'.*'arms'.*intervention, control",
        1,
    ),
    "an arm misspelt": (
        lambda f: f.replace({"control": "kontrol"}),
        {},
        "E030 frame, line .*Read «kontrol»",
        1,
    ),
    "a time that there is not": (
        lambda f: f,
        {"times": {"0": 7}},
        "E030 frame: Read «7».*'times'",
        1,
    ),
    "fewer times": (lambda f: f, {"times": [0, 12]}, "E201 frame: Read «0, 12». .*: 0, 1, 1.5", 1),
    "no frame": (lambda _: 7, {}, "E200 frame: ", 1),
    "no ids": (lambda f: f.drop(columns="id"), {}, "E010 frame: .*'id'", 1),
    "long: two arms": (
        lambda f: _long_persons(f).assign(arm=["control", "intervention"] * 84),
        {},
        "E203 frame, line .*'arm' in row",
        0,
    ),
    "long: no time": (
        lambda f: _long_persons(f).replace({"time": {"1.5": None}}),
        {},
        "E014 frame, line .*'time'",
        0,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_person_rows_is_named(ishoj, rows, name: str) -> None:
    """One message where one thing is wrong, however many citizens it is of."""
    change, named, says, number = WRONG[name]
    with pytest.raises(gv.StudyError, match=says) as caught:
        gv.from_persons(change(rows), ishoj, **named)
    errors = [p for p in caught.value.problems if p.severity == "error"]
    assert not number or len(errors) == number, [p.say() for p in errors]


def test_money_in_any_form() -> None:
    """Person rows of money are taken from any library, with ids in the index."""
    frame = pd.DataFrame({"who": ["x", "y"], "arm": ["a", "b"], "y0": [9, 5], "y1": [2, None]})
    for given in (Foreign(frame), frame.set_index("who"), frame.to_dict("list")):
        with pytest.raises(gv.StudyError, match="E104"):
            gv.person_gains(given, "y0", "y1", id="who")
        assert gv.person_gains(frame[:1], "y0", "y1", id="who")["a"].tolist() == [7.0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (36.5, "36,5"),
        (1e-7, "0,0000001"),
        (np.float32(0.1), "0,1"),
        (np.int64(12), "12"),
        (True, "yes"),
        (np.bool_(False), "no"),
        (pd.NA, ""),
        (pd.NaT, ""),
        (pd.Timestamp("2018-02-03"), "2018-02-03"),
        (pd.Timestamp("2018-02-03 04:05"), "2018-02-03T04:05:00"),
        (Decimal("1.50"), "1,50"),
        (" a ", "a"),
        (float("inf"), "inf"),
        (10**400, str(10**400)),
    ],
)
def test_a_cell_is_written_as_a_table_holds_it(value: object, text: str) -> None:
    """Numbers in full and without doubt, days without hours, and nothing for what is missing."""
    assert in_danish(written(value)) == text


def test_toml_is_what_settings_are() -> None:
    """What tomllib reads of a study.toml is taken as it is."""
    tables = gv.to_tables(gv.load("ishoj-smc"))
    text = (gv.bundled()["ishoj-smc"] / "study.toml").read_text("utf-8")
    stated = tomllib.loads(text)
    stated["activity_items"] = stated.pop("activity")
    frames = {name: table for name, table in tables.items() if isinstance(table, pd.DataFrame)}
    assert gv.from_tables(**stated, **frames).hash == gv.load("ishoj-smc").hash
