"""A source written outside the package goes all the way: draws, shares, tornado, report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

import gevinst as gv
from gevinst.sources.settings import one_id, span
from gevinst.sources.source import Source


@dataclass(frozen=True)
class Overhead(Source):
    """A share comes on top of one price."""

    name: str = "overhead"
    rate: str = one_id()
    share: tuple[float, float] = span((0.0, 0.2), 0.0, 1.0)

    label: ClassVar[dict[str, str]] = {"da": "Overhead", "en": "Overheads"}

    def keeps(self, study):
        """No status matters to it."""
        return ()

    def draw(self, study, rows, rng):
        """Draw the price per stated price."""
        return {f"overhead:{self.rate}": 1.0 + rng.uniform(*self.share, rows)}

    def apply(self, cells, drawn):
        """Multiply the price by what was drawn."""
        if (factor := drawn.get(f"overhead:{self.rate}")) is not None:
            place = [rate.id for rate in cells.study.rates].index(self.rate)
            cells.rates[place] = cells.rates[place] * factor

    def factor(self, study, terms, kind):
        """Mean and covariance of the factor on that rate's terms."""
        its = np.array([study.rates[r].id == self.rate for r in terms.rate])
        low, high = self.share
        mean = np.where(its, 1.0 + (low + high) / 2, 1.0)
        return mean, np.outer(its, its) * (high - low) ** 2 / 12

    @property
    def moves_mean(self):
        """It comes on top."""
        return self.share[1] > 0.0


@pytest.fixture(scope="module")
def study(ishoj):
    """Ishøj with overheads on the investment."""
    return ishoj.with_source(Overhead(rate="investment"), basis={"da": "skøn", "en": "a guess"})


def test_it_is_drawn_and_applied(study) -> None:
    """Alone it lowers the mean by half its widest share of the investment, uniformly."""
    draws = gv.simulate(study, n=20_000, vary="overhead", rng=1).by_coupling["widest"]
    each = 2_300_000 / 28
    found = draws.found
    point = gv.gain(study).difference
    assert abs(found.mean - (point - 0.1 * each)) < 6 * found.mcse["mean"]
    assert abs(found.standard_deviation - 0.2 * each / 12**0.5) < (
        6 * found.mcse["standard_deviation"]
    )


def test_it_composes_with_the_investments_own_source(study) -> None:
    """Two sources on one price multiply: the mean is the product's."""
    found = gv.simulate(study, n=20_000, vary=["overhead", "investment"], rng=1)
    drawn = found.by_coupling["widest"].found
    assert abs(drawn.mean - (gv.gain(study).difference - 0.1 * 2_300_000 / 28)) < (
        6 * drawn.mcse["mean"]
    )


def test_it_has_its_share_in_closed_form_and_by_swapping(study) -> None:
    """Both ways give it the same share; its label is its own."""
    vary = ["rates", "outcomes", "overhead"]
    exact = gv.variance_shares(study, vary=vary, method="closed_form")
    swapped = gv.variance_shares(study, vary=vary, method="swapping", n=30_000, rng=2)
    for coupling, shares in exact.by_coupling.items():
        other = swapped.by_coupling[coupling]
        assert abs(shares.first[2] - other.first[2]) < 6 * other.first_error[2]
    assert "Overheads" in exact.summary("en")
    assert "Overhead" in exact.summary("da")


def test_it_stands_in_the_tornado_and_the_report(study, tmp_path) -> None:
    """Figures, words and assumptions name it by its label, and nothing of ours was touched."""
    bars = gv.tornado(study, n=200, rng=1)
    assert "overhead" in bars.alone
    written = gv.report(study, tmp_path / "out", lang="en", n=500, rng=1, figures=False)
    page = written.page.read_text("utf-8")
    assert page.count("Overheads") >= 3
    assert "a guess" in page


def test_a_source_given_to_simulate_is_one_more(ishoj) -> None:
    """`sources=` adds to the study's own; the stream law holds: their draws do not move."""
    alone = gv.simulate(ishoj, n=50, vary="rates", rng=1)
    beside = gv.simulate(
        ishoj, n=50, vary=["rates", "overhead"], sources=[Overhead(rate="investment")], rng=1
    )
    assert beside.varied[-1].label["en"] == "Overheads"
    none = Overhead(rate="investment", share=(0.0, 0.0))
    same = gv.simulate(ishoj, n=50, vary=["rates", "overhead"], sources=[none], rng=1)
    for coupling, draws in alone.by_coupling.items():
        assert (draws.net_gain == same.by_coupling[coupling].net_gain).all()


def test_names_without_a_label_stand_for_themselves(ishoj) -> None:
    """A source that says nothing of itself is called by its name; assumptions change it."""

    @dataclass(frozen=True)
    class Quiet(Overhead):
        name: str = "quiet"
        label: ClassVar[dict[str, str]] = {}

    found = ishoj.with_source(Quiet(rate="investment")).assume("quiet", share=(0.0, 0.4))
    draws = gv.simulate(found, n=5_000, vary="quiet", rng=1)
    assert draws.varied[0].label == {"da": "quiet", "en": "quiet"}
    drawn = draws.by_coupling["widest"].found
    assert abs(drawn.mean - (gv.gain(found).difference - 0.2 * 2_300_000 / 28)) < (
        6 * drawn.mcse["mean"]
    )
    assert found.hash != ishoj.hash


def test_bad_sources_are_named(study, ishoj) -> None:
    """A name that is there already, or no frozen dataclass with a name, is refused."""
    with pytest.raises(ValueError, match="source: read 'overhead'"):
        study.with_source(Overhead(rate="investment"))
    with pytest.raises(TypeError, match="frozen dataclass"):
        ishoj.with_source(object())
