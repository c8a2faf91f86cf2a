"""The page of a study that prices nothing, and the section of one that does."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import gevinst as gv
from gevinst.cli.main import main
from gevinst.reports.alone import alone
from gevinst.reports.page import ALONE, made_page, render
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, language
from tests.cli.test_change import assert_a_change, words
from tests.conftest import DATA, analysed
from tests.reports.test_report import _Checker
from tests.reports.test_words import FOREIGN, _said, _unknown
from tests.test_forms import unpriced

pytestmark = pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")


@pytest.fixture(scope="module")
def study() -> Study:
    """Persons, counts and four outcomes, without a price."""
    return gv.read(DATA / "outcomes")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole(study: Study, lang: str) -> None:
    """Well formed, fetching nothing, every section there, and every outcome on the first page."""
    page = render(alone(study), lang)
    checker = _Checker()
    checker.feed(page)
    assert checker.open == checker.fetched == []
    for name in ALONE.sections.keys() - {"accounts"}:
        assert f'<section id="{name}">' in page
    front = page[: page.index("<header>")]
    places = [front.index(outcome.label[lang]) for outcome in study.outcomes]
    assert places == sorted(places)
    assert "kr." not in words(front)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_numbers_and_words(study: Study, lang: str) -> None:
    """Every number stands in numbers.json, and no word of the other language."""
    margins = unpriced(gv.load("ishoj-smc"))
    for each in (study, margins):
        page = made_page(alone(each), lang)
        unknown, seen = _unknown(page, each, lang)
        assert unknown == {}
        assert seen > 30
        for name, said in _said(page, each, own=False).items():
            found = set(said.lower().split()) & set(FOREIGN[lang].split())
            assert found == set() or name == "made", name


def test_it_is_written_with_its_numbers_and_figure(study: Study, tmp_path: Path, capsys) -> None:
    """By the command line too; the JSON holds the outcomes and nothing of money."""
    assert main(["report", str(DATA / "outcomes"), "-o", str(tmp_path / "r"), "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["outcomes"]["found"][0]["id"] == "in_work"
    assert (tmp_path / "r" / "figures" / "outcomes.svg").is_file()
    assert not (tmp_path / "r" / "robustness.json").exists()
    numbers = json.loads((tmp_path / "r" / "numbers.json").read_text("utf-8"))
    assert {"outcomes", "baseline", "whereabouts", "audit", "shown"} <= numbers.keys()
    assert (
        gv.report(study, tmp_path / "again").headline
        == "Opfundet: resultater alene: resultater side om side"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_arm_is_a_change(study: Study, lang: str) -> None:
    """No word of a difference, an effect or another group, on the page or in the figure."""
    one = replace(study, outcomes=study.outcomes[:1], published=()).compare("mentor")
    one = replace(one, arms=one.arms[:1], counts=one.counts[:1], comparison=None, compared=None)
    one = replace(one, citizens={}, paths=None, stratification=None, rate_maps={})
    page = made_page(alone(one), lang)
    assert_a_change(words(page.html))
    assert_a_change(gv.outcomes(one).summary(language(lang).code))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_study_with_prices_has_a_section(ishoj: Study, lang: str) -> None:
    """After the money, and with nothing of it."""
    outcome = replace(gv.read(DATA / "outcomes").outcomes[0], status="ordinary_employment")
    results = analysed(replace(ishoj, outcomes=(outcome,)))
    page = render(results, lang)
    assert page.index('<section id="calculation">') < page.index('<section id="outcomes">')
    assert results.to_dict()["outcomes"]["found"][0]["id"] == "in_work"


def test_a_script_to_start_from_asks_for_outcomes(tmp_path: Path, capsys) -> None:
    """`gevinst new --like` of a study without prices writes a script that runs."""
    path = tmp_path / "own.py"
    assert main(["new", str(path), "--like", str(DATA / "outcomes")]) == 0
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", str(path)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == gv.outcomes(gv.read(DATA / "outcomes")).summary("da").strip()
