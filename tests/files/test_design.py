"""What a study says of its design and no calculation honours: every answer says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.cli.commands import COMMANDS
from gevinst.text.language import LANGUAGES
from gevinst.text.problems import StudyError
from gevinst.text.result import DESIGNS, OF_NUMBERS
from tests.conftest import run

SAID = "twelve of something"
STATED = "".join(f'\n[design.{kind}]\nda = "{SAID}"\nen = "{SAID}"\n' for kind in DESIGNS)
MORE = {"bounds": ["cheaper"], "simulate": ["--draws", "200"], "sensitivity": ["--draws", "200"]}
MORE["years"] = ["--draws", "200"]
NUMBERS = ("gain", "cases", "progression", "bounds", "robustness")
"""Commands whose answers are no intervals: clusters, pairs and waves change none of them."""
NONE = (
    *("audit", "activity", "accounts", "survey", "outcomes", "verify", "sentence"),
    *("check", "report", "figure", "studies", "gallery", "new", "batch"),
)
"""Commands of what is printed, of no study, or with a test of their own."""


@pytest.fixture
def tied(tmp_path: Path) -> Path:
    """Ishøj, with a design of every kind."""
    folder = Path(shutil.copytree(gv.bundled()["ishoj-smc"], tmp_path / "tied"))
    with (folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write(STATED)
    return folder


@pytest.mark.parametrize("command", [c.name for c in COMMANDS if c.name not in NONE])
def test_every_answer_says_what_it_does_not_honour(capsys, tied: Path, command: str) -> None:
    """Each kind once, in its own sentence; and none that would change nothing in the answer."""
    code, said, aside = run(capsys, command, str(tied), *MORE.get(command, ()))
    if code:
        assert aside.startswith("E")
        return
    kinds = OF_NUMBERS if command in NUMBERS else DESIGNS
    assert said.count(f"({SAID})") == len(kinds), said[:1500]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_says_it(capsys, tied: Path, tmp_path: Path, lang: str) -> None:
    """Before the verdict, and in the numbers beside the page."""
    out = tmp_path / "report"
    more = ["--draws", "500", "--no-figures", "--lang", lang]
    assert run(capsys, "report", str(tied), "-o", str(out), *more)[0] == 0
    page = (out / "report.html").read_text("utf-8")
    first = page[: page.index("</section>")]
    assert first.count(f"({SAID})") == len(DESIGNS)
    plain = json.loads((out / "numbers.json").read_text("utf-8"))
    assert set(plain["simulate"]["provenance"]["design"]) == set(DESIGNS)


def test_no_number_moves(tied: Path) -> None:
    """Said, and nothing more: the numbers are as without it; the hash is another."""
    study, own = gv.read(tied), gv.load("ishoj-smc")
    assert gv.gain(study).difference == gv.gain(own).difference
    drawn, same = (gv.simulate(each, n=100, rng=1).by_coupling["widest"] for each in (study, own))
    assert drawn.difference.tolist() == same.difference.tolist()
    assert study.hash != own.hash


def test_written_and_read_back(tied: Path, tmp_path: Path) -> None:
    """A folder, frames and a file of draws keep it."""
    study = gv.read(tied)
    gv.write(study, tmp_path / "copy")
    assert gv.read(tmp_path / "copy").hash == study.hash
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash
    drawn = gv.simulate(study, n=50, rng=1)
    gv.write_draws(drawn, tmp_path / "draws.npz")
    assert gv.read_draws(tmp_path / "draws.npz").summary("da") == drawn.summary("da")


def test_what_is_no_design_is_refused(tied: Path) -> None:
    """A kind that there is not, and a column that did not come with citizens."""
    top = tied / "study.toml"
    text = top.read_text("utf-8")
    top.write_text(text.replace("[design.pairs]", "[design.pair]"), "utf-8")
    with pytest.raises(StudyError, match="E030") as caught:
        gv.read(tied)
    assert "pairs" in str(caught.value)
    top.write_text(text.replace("[design.pairs]", '[design.pairs]\ncolumn = "pair"'), "utf-8")
    with pytest.raises(StudyError, match="E125"):
        gv.read(tied)


def test_a_declared_column_is_no_warning(recwarn) -> None:
    """A column of weights is warned of where nothing says what it is, and not where it is said."""
    rows = [
        {"id": f"{arm}{k}", "arm": arm, "0": "a", "1": "b" if k % 2 else "a", "weight": k + 1}
        for arm in ("intervention", "control")
        for k in range(8)
    ]
    stated = {"fixed": "known"}
    common = {
        "id": "weighed",
        "title": "weighed",
        "price_year": 2020,
        "arms": [{"id": arm, "en": arm, "source": "s"} for arm in ("intervention", "control")],
        "payers": ["all"],
        "times": ["0", "1"],
        "statuses": ["a", "b"],
        "assumptions": stated,
        "persons": rows,
        "rates": [
            {"rate": s, "kr": kr, "unit": "kr/year", "distribution": "fixed"}
            | {"assumption": "fixed", "source": "s"}
            for s, kr in (("a", 100), ("b", 0))
        ],
        "prices": [{"status": s, "rate": s, "source": "s"} for s in "ab"],
        "sources": [{"name": "outcomes", "en": "few"}],
    }
    with pytest.warns(gv.StudyWarning, match="W142"):
        gv.from_tables(**common)
    recwarn.clear()
    weights = {"weights": {"en": "for the country", "column": "weight"}}
    study = gv.from_tables(**common, design=weights)
    assert not [each for each in recwarn if "W142" in str(each.message)]
    assert "for the country" in gv.gain(study).summary()
    assert "for the country" in gv.bootstrap(study).summary()
