"""Accounts by year: changes by hand, what is held against what, words and figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import gevinst as gv
from gevinst.analyses.accounts.yearly import Accounts
from gevinst.reports.page import render
from gevinst.reports.results import analyse
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import StudyError
from tests.conftest import DATA

TOWN = (192_000.0, 201_600.0, 216_000.0, 180_000.0, 8_400_000 / 55)
"""kr. of 2023 per 1,000 of 50,000 inhabitants: 8,000,000 x 120 / 100 / 50, and so on."""


@pytest.fixture(scope="module")
def study() -> Study:
    """A budget line of a municipality and of the country, and a number of stays."""
    return gv.read(DATA / "accounts")


@pytest.fixture(scope="module")
def found(study: Study) -> Accounts:
    """Its accounts."""
    return gv.accounts(study)


def made(rows: dict[str, Any], **account: Any) -> Study:
    """Return a study with one account of two groups."""
    return gv.from_tables(
        id="made",
        title="Made",
        account_groups=["town", "country"],
        account_items={"beds": {"unit": "beds", **account}},
        accounts={"account": "beds", "source": "s", **rows},
    )


def test_each_change_by_hand(found: Accounts) -> None:
    """Per 1,000 inhabitants in 2023 prices: all years, until the start, and from before it."""
    town = found.of("hostels", "town")
    assert town.values == pytest.approx(TOWN)
    whole = town.whole
    assert whole is not None
    assert (whole.first, whole.last) == (2017, 2022)
    assert whole.amount == pytest.approx(TOWN[-1] - TOWN[0])
    assert whole.share == pytest.approx(TOWN[-1] / TOWN[0] - 1.0)
    spans = town.to_dict()
    assert spans["until_start"]["change"] == pytest.approx(24_000)
    assert (spans["since_start"]["first"], spans["since_start"]["last"]) == (2019, 2022)
    assert spans["since_start"]["change"] == pytest.approx(TOWN[-1] - TOWN[2])
    assert town.earlier == pytest.approx((9_600, 14_400))
    assert town.lacking == (2021,)
    assert found.of("stays", "town").values == (120, 131, 128, 96)
    assert found.of("stays", "town").earlier == (-3, 11)


def test_like_is_held_against_like(found: Accounts) -> None:
    """Over the years that both have, and from the last before the start: kr. and points."""
    country = {2018: 180_000.0, 2019: 192_000.0, 2022: 1_050_000 / 6 * 12 / 11}
    last = TOWN[-1]
    both, since = found.held
    assert [change.first for change in both.changes] == [2018, 2018]
    assert both.gap == pytest.approx((last - TOWN[1]) - (country[2022] - country[2018]))
    assert since.gap == pytest.approx((last - TOWN[2]) - (country[2022] - country[2019]))
    shares = last / TOWN[2] - 1.0, country[2022] / country[2019] - 1.0
    assert since.points == pytest.approx(100.0 * (shares[0] - shares[1]))


def test_another_account_can_be_held_against() -> None:
    """Two accounts of one unit, group by group."""
    study = gv.from_tables(
        id="two",
        title="Two",
        account_items={
            "hostels": {"unit": "stays", "compared_with": "hotels"},
            "hotels": {"unit": "stays"},
        },
        accounts=[
            {"account": name, "year": year, "amount": n, "source": "s"}
            for name, numbers in {"hostels": (10, 4), "hotels": (20, 25)}.items()
            for year, n in zip((2020, 2021), numbers, strict=True)
        ],
    )
    (held,) = gv.accounts(study).held
    assert (held.other.account, held.gap, held.points) == ("hotels", -11, pytest.approx(-85.0))


def test_nothing_has_no_percentage() -> None:
    """From 0, or from less, a change has an amount and no percentage, and no points."""
    rows = {"group": ["town", "town", "country", "country"], "year": [2020, 2021] * 2}
    found = gv.accounts(made({**rows, "amount": [0, 5, -3, 5]}, compared_with="country"))
    assert [each.whole and each.whole.share for each in found.found] == [None, None]
    (held,) = found.held
    assert (held.gap, held.points) == (-3, None)
    for lang in LANGUAGES:
        assert "%" not in found.summary(lang)
        assert "pct." not in found.summary(lang)


def test_one_year_has_no_change() -> None:
    """Of one year there is a number, no figure, and a sentence that says so."""
    found = gv.accounts(made({"group": "town", "year": [2020], "amount": [7]}))
    assert found.pictures == ()
    assert "One year has no change." in found.summary("en")
    assert found.of("beds", "town").to_dict()["change"] is None


@pytest.mark.filterwarnings("ignore::gevinst.StudyWarning")
@pytest.mark.parametrize("start", [2020, 2023])
def test_a_start_outside_the_years(start: int) -> None:
    """Without a year on either side there is no change over the start; that is a warning."""
    rows = {"group": "town", "year": [2020, 2021, 2022], "amount": [7, 8, 9]}
    study = made(rows, start=start)
    spans = gv.accounts(study).of("beds", "town").to_dict()
    assert "when the intervention began" not in gv.accounts(study).summary("en")
    assert spans["since_start"] is None


def test_no_word_of_an_effect_and_no_interval(found: Accounts) -> None:
    """Words say why there is no interval, and never what did it."""
    for lang, words in {"en": ("effect", "caus"), "da": ("effekt", "skyldes")}.items():
        said = found.summary(lang)  # type: ignore[arg-type]
        assert not [word for word in words if word in said.lower()]
        assert language(lang)("accounts.why") in said
    assert "interval" not in str(found.to_dict()).lower()


def test_numbers_are_shown_alike() -> None:
    """Decimals are those the numbers have; a rise has its sign."""
    rows = {"group": "town", "year": [2020, 2021], "amount": [12.5, 13]}
    said = gv.accounts(made(rows)).summary("en").replace("\u00a0", " ")
    assert "12.5 beds in 2020, 13.0 beds in 2021: a rise of 0.5 beds (+4.0 %)." in said


def test_the_figure_has_a_line_per_group_and_a_mark(found: Accounts) -> None:
    """A panel per account, as many lines as groups, and an upright line at the start."""
    picture = found.picture("accounts", "en")
    assert "190,909" in picture.alt
    panels = picture.on().child_axes
    assert [len(panel.get_lines()) for panel in panels] == [3, 2]
    for panel in panels:
        assert list(panel.get_lines()[-1].get_xdata()) == [2020, 2020]


def test_it_speaks_of_the_studys_money() -> None:
    """An account without a unit is in the study's currency."""
    study = gv.from_tables(
        id="eur",
        title="Eur",
        currency="EUR",
        account_items=["beds"],
        accounts={"account": "beds", "year": [2020, 2021], "amount": [1, 2], "source": "s"},
    )
    said = gv.accounts(study).summary("en")
    assert "EUR" in said
    assert "kr." not in said


def test_what_is_published_is_held_against_it(study: Study) -> None:
    """As stated or restated, per its base, and the change between two years, in percent."""
    found = gv.audit(study)
    # 7,000,000 over 9,000,000 as stated: -22 %; restated it is -29 %.
    assert (found.reproduced, found.deviating) == (5, 0)


def test_accounts_beside_persons(ishoj: Study, study: Study, tmp_path: Path) -> None:
    """Beside a priced study they stand in a section of their own, and change nothing else."""
    told = gv.to_tables(study)
    own = {name: told[name] for name in ("account_items", "account_groups", "accounts")}
    del own["account_items"]["hostels"]["price_year"]
    both = gv.from_tables(**gv.to_tables(ishoj), **own)
    assert gv.gain(both).difference == gv.gain(ishoj).difference
    assert both.hash != ishoj.hash
    gv.write(both, tmp_path / "both")
    assert gv.read(tmp_path / "both").hash == both.hash
    page = render(analyse(both, n=100, rng=1), "da")
    assert 'id="accounts"' in page
    assert gv.accounts(both.compare("intervention")).held[0].gap  # said in the voice of a change
    assert "first change minus" in gv.accounts(both.compare("intervention")).summary("en")


def test_accounts_alone(study: Study, tmp_path: Path) -> None:
    """They are written and read again, have a page, and what is of citizens is refused."""
    gv.write(study, tmp_path / "again")
    assert gv.read(tmp_path / "again").hash == study.hash
    assert gv.from_tables(**gv.to_tables(study)).hash == study.hash
    written = gv.report(study, tmp_path / "page", lang="en", figures=False)
    assert "accounts by year" in written.headline
    assert "The first change minus the second" in written.page.read_text("utf-8")
    for asked in (gv.gain, gv.simulate, gv.value_of_information):
        with pytest.raises(StudyError, match="E348"):
            asked(study)
    with pytest.raises(StudyError, match="E349"):
        gv.accounts(gv.load("ishoj-smc"))
