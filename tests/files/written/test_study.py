"""A study is written as what it is read from, whole, and what cannot be is refused."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gevinst as gv
from gevinst.files.output import MANIFEST
from gevinst.files.written.rows import listed_by
from gevinst.files.written.study import in_toml
from gevinst.sources.source import Source
from tests.conftest import DATA, PAIRS, four_citizens, many_lost, person_rows, ranged, relabelled
from tests.files.written.invented import invented


def _sourced(study: gv.Study, source: str) -> gv.Study:
    """Let an arm have another source."""
    return replace(study, arms=(replace(study.arms[0], source=source), *study.arms[1:]))


STUDIES = {
    "counts": lambda get: get("ishoj"),
    "lines in strata": lambda get: gv.load("gladsaxe"),
    "two payers": lambda get: get("two_types"),
    "persons": lambda get: get("paired"),
    "suppressed": lambda get: get("masked"),
    "every distribution": lambda get: get("mixed"),
    "correlations": lambda get: replace(get("mixed"), correlations=PAIRS),
    "few": lambda get: four_citizens(get("ishoj")),
    "two times": lambda get: replace(get("three"), stratification=None),
    "many lost": lambda get: many_lost(get("ishoj")),
    "a source with a range": lambda get: ranged(gv.load("gladsaxe"), share=[0.8, 1.1]),
    "one arm": lambda get: gv.read(DATA / "one_arm"),
    "a source over lines": lambda get: _sourced(get("ishoj"), "page 1\rpage 2\r\npage 3\n"),
    "other conventions": lambda get: get("ishoj").choose(basis="printed", heads="enrolled"),
}
"""Studies of the tests, by what they have."""


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
@pytest.mark.parametrize("name", STUDIES)
def test_a_study_is_read_again_as_it_was(request, tmp_path: Path, name: str) -> None:
    """From a folder and from frames: the same hash, conventions, and difference to the last bit."""
    study = STUDIES[name](request.getfixturevalue)
    gv.write(study, tmp_path / "again")
    for again in (gv.read(tmp_path / "again"), gv.from_tables(**gv.to_tables(study))):
        assert again.hash == study.hash
        assert again.conventions == study.conventions
        assert gv.gain(again).difference == gv.gain(study).difference


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
@pytest.mark.parametrize("seed", [*range(24), 348])  # the last: one price under two bases
def test_invented_studies_are_read_again_as_they_were(tmp_path: Path, seed: int) -> None:
    """Persons, suppressed counts, strata, alternatives, accounts: none is chosen."""
    study = gv.from_tables(**invented(seed))
    gv.write(study, tmp_path / "study")
    assert gv.read(tmp_path / "study").hash == study.hash
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash


def test_what_is_written_is_plain(ishoj, tmp_path: Path) -> None:
    """Tables are Danish and have no column that nothing stands in; settings are TOML."""
    gv.write(ishoj, tmp_path / "study")
    with (tmp_path / "study" / "rates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert rows[0]["rate"] == "cash_benefit"
    assert rows[0]["kr"] == "144372,81"
    assert rows[0]["cv"] == "0,1"
    assert all(any(row[column] for row in rows) for column in rows[0])
    stated = tomllib.loads((tmp_path / "study" / "study.toml").read_text("utf-8"))
    assert [arm["analysed"] for arm in stated["arms"]] == [28, 26]


@dataclass(frozen=True)
class Own(Source):
    """A source that somebody else wrote."""

    name: str = "own"


REFUSED = {
    "assumed": (lambda s: s.assume("missing", moved="last_status"), "assumed"),
    "a source of one's own": (lambda s: s.with_source(Own(), basis="a guess"), "sources"),
    "another order": (lambda s: relabelled(s, [14, *range(14), 15]), "items"),
    "weights of nobody": (lambda s: replace(s, weights={"stated": np.zeros((2, 1))}), "weights"),
}
"""Study -> one that tables cannot hold, and what it differs in."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_tables_cannot_hold_is_refused(ishoj, tmp_path: Path, name: str) -> None:
    """The message says what would be lost, and nothing is written."""
    change, what = REFUSED[name]
    for call in (gv.to_tables, lambda study: gv.write(study, tmp_path / "study")):
        with pytest.raises(gv.StudyError, match=f"E204 ishoj-smc: .*{what}"):
            call(change(ishoj))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_anothers_is_left_alone(ishoj, two_types, tmp_path: Path) -> None:
    """What is not ours stays, what was changed is not replaced, and ours is replaced whole."""
    folder = tmp_path / "study"
    gv.write(ishoj, folder)
    (folder / "notes.txt").write_text("mine", "utf-8")
    gv.write(two_types, folder)
    assert {path.name for path in folder.iterdir()} == {
        *("study.toml", "lines.csv", "notes.txt", MANIFEST)
    }
    (folder / "lines.csv").write_text("changed", "utf-8")
    with pytest.raises(gv.StudyError, match="E071"):
        gv.write(ishoj, folder)
    assert (folder / "lines.csv").read_text("utf-8") == "changed"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").touch()
    with pytest.raises(gv.StudyError, match="E070"):
        gv.write(ishoj, tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["a.txt"]


def test_dropouts_stay_dropouts(ishoj, tmp_path: Path) -> None:
    """Of dropouts the rows are not kept, their number is."""
    with pytest.warns(gv.StudyWarning, match="W14"):
        study = gv.from_persons(person_rows(ishoj).assign(age=range(60)), ishoj)
    gv.write(study, tmp_path / "study")
    with pytest.warns(gv.StudyWarning, match="W14"):
        again = gv.read(tmp_path / "study")
    assert [arm.dropouts for arm in again.arms] == [arm.dropouts for arm in study.arms] == [2, 4]
    assert again.hash == study.hash


TEXTS = st.text(st.characters(codec="utf-8"))
PLAIN = (
    st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.lists(TEXTS)
)
SETTINGS = st.recursive(
    PLAIN,
    lambda inner: (
        st.dictionaries(TEXTS, inner, max_size=4)
        | st.lists(st.dictionaries(TEXTS, inner, max_size=2), min_size=1, max_size=3)
    ),
    max_leaves=12,
)
"""What settings can hold."""


@given(SETTINGS)
def test_toml_is_read_again(value: object) -> None:
    """Whatever settings hold is the same after TOML, as Python's own reader reads it."""
    assert tomllib.loads(in_toml({"x": value, "y z": 1})) == {"x": value, "y z": 1}


@given(st.data())
def test_the_order_of_sets_is_found(data: st.DataObject) -> None:
    """Columns are put so that the sets of every time are listed as they were made."""
    order = data.draw(st.permutations(range(4)))
    times = []
    for _ in range(data.draw(st.integers(1, 3))):
        rows = data.draw(st.lists(st.lists(st.integers(0, 2), min_size=4, max_size=4), min_size=1))
        kept = {tuple(row[i] for i in order): row for row in rows}
        times.append(np.array([kept[key] for key in sorted(kept)]))
    found = listed_by(times)
    assert sorted(found) == [i for i in range(4) if any(np.ptp(sets[:, i]) for sets in times)]
    for sets in times:
        listed = [tuple(row[i] for i in found) for row in sets.tolist()]
        assert listed == sorted(listed)
