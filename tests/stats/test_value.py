"""The value of information from arrays: known answers, exact laws, errors that are true."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from gevinst.stats import evpi, evppi, normal_evpi

TOY = {"evpi": 0.892062, "p1": 0.398942, "p2": 0.797885}
"""Net benefit p1 + p2, normal with mean 0 and sd 1 and 2."""
N = 100_000


@pytest.fixture(scope="module")
def toy() -> dict[str, np.ndarray]:
    """Draws of the toy."""
    rng = np.random.default_rng(2018)
    p1, p2 = rng.normal(0.0, 1.0, N), rng.normal(0.0, 2.0, N)
    return {"nb": p1 + p2, "p1": p1, "p2": p2}


def test_the_normal_toy_in_closed_form() -> None:
    """The unit normal loss gives the three known values to all their digits."""
    assert normal_evpi(0.0, math.sqrt(5.0)).value == pytest.approx(TOY["evpi"], abs=5e-7)
    assert normal_evpi(0.0, 1.0).value == pytest.approx(TOY["p1"], abs=5e-7)
    assert normal_evpi(0.0, 2.0).value == pytest.approx(TOY["p2"], abs=5e-7)
    assert normal_evpi(3.0, 0.0).to_dict() == {"value": 0.0, "error": 0.0, "bias": 0.0}


@pytest.mark.parametrize("mean", [-2.5, -0.3, 0.0, 0.7, 9.0])
def test_the_unit_normal_loss_is_its_integral(mean: float) -> None:
    """The closed form equals E max(NB, 0) - max(E NB, 0) by quadrature."""
    law = stats.norm(mean, 1.5)
    expected = integrate.quad(lambda x: x * law.pdf(x), 0.0, mean + 20.0, points=[abs(mean)])[0]
    assert normal_evpi(mean, 1.5).value == pytest.approx(expected - max(mean, 0.0), abs=1e-8)


def test_the_normal_toy_by_draws(toy) -> None:
    """Draws and regressions are within 5 errors (false alarm 6e-7 each), which are small."""
    found = {
        "evpi": evpi(toy["nb"]),
        "p1": evppi(toy["nb"], toy["p1"], rng=1),
        "p2": evppi(toy["nb"], toy["p2"], rng=1),
    }
    for name, each in found.items():
        assert 0.0 < each.error < 0.006
        assert abs(each.value - TOY[name]) < 5.0 * each.error
        assert 0.0 <= each.bias < 0.003


def test_conditional_means_have_the_value_of_what_they_are_given(toy) -> None:
    """The EVPI of E[NB | p2] = p2 is the EVPPI of p2, with less error than a regression."""
    known, fitted = evpi(toy["p2"]), evppi(toy["nb"], toy["p2"], rng=1)
    assert abs(known.value - TOY["p2"]) < 5.0 * known.error
    assert known.error < fitted.error


def test_knowing_all_inputs_is_knowing_all(toy) -> None:
    """A regression on all that NB is made of fits it, so its value is EVPI to rounding."""
    both = evppi(toy["nb"], np.column_stack([toy["p1"], toy["p2"]]), rng=1)
    assert both.value == pytest.approx(evpi(toy["nb"]).value, abs=1e-9)
    assert both.error == pytest.approx(evpi(toy["nb"]).error, rel=1e-6)


def test_more_inputs_are_worth_no_less(toy) -> None:
    """p1, p2 and both rise, and none is above EVPI, by more than 5 errors."""
    one, two, both = (
        evppi(toy["nb"], x, rng=1).value
        for x in (toy["p1"], toy["p2"], np.column_stack([toy["p1"], toy["p2"]]))
    )
    assert 0.0 <= one < two < both <= evpi(toy["nb"]).value + 1e-9


@pytest.mark.parametrize("mean", [0.4, -0.7])
def test_errors_are_the_spread_of_estimates(mean: float) -> None:
    """Over 400 sets of draws the sd is the stated error, and the mean the known value.

    The sd of 400 estimates is known to 3.5 %, and 25 % is seven of that; the mean is held to 5
    errors of it.
    """
    found = []
    for seed in range(400):
        rng = np.random.default_rng([seed, 7])
        x = rng.normal(mean, 1.0, 5_000)
        found.append(evppi(x + rng.normal(0.0, 2.0, 5_000), x, rng=seed))
    values = np.array([each.value for each in found])
    stated = np.mean([each.error for each in found])
    assert values.std() == pytest.approx(stated, rel=0.25)
    bias = np.mean([each.bias for each in found])
    expected = normal_evpi(mean, 1.0).value
    assert abs(values.mean() - expected) < 5.0 * stated / 20.0 + bias


def test_the_bias_line_is_what_nothing_to_know_gives() -> None:
    """An input that NB does not depend on has a value of the size of its bias line.

    Both are the same statistic of two random pairings; over 200 pairs their means differ by less
    than 6 of their errors.
    """
    values, biases = [], []
    for seed in range(200):
        rng = np.random.default_rng([seed, 3])
        found = evppi(rng.normal(0.0, 1.0, 2_000), rng.normal(0.0, 1.0, 2_000), rng=[seed, 4])
        values.append(found.value)
        biases.append(found.bias)
    error = math.hypot(np.std(values), np.std(biases)) / math.sqrt(200)
    assert abs(np.mean(values) - np.mean(biases)) < 6.0 * error
    assert np.mean(biases) > 6.0 * np.std(biases) / math.sqrt(200)


def test_an_exact_law_has_an_exact_value() -> None:
    """With probabilities the value is a sum, without an error; the side of the mean decides."""
    assert evpi([-3.0, 1.0, 4.0], [0.5, 0.25, 0.25]).to_dict() == {
        "value": 1.25,
        "error": 0.0,
        "bias": 0.0,
    }
    assert evpi([-3.0, 1.0, 9.0], [0.5, 0.25, 0.25]).value == 1.5


def test_what_does_not_vary_is_worth_nothing() -> None:
    """A known net benefit, and inputs that do not move, are worth exactly nothing to know."""
    assert evpi([3.0, 3.0]).to_dict() == {"value": 0.0, "error": 0.0, "bias": 0.0}
    assert evppi([3.0] * 100, np.arange(100.0)).value == 0.0
    assert evppi(np.arange(100.0) - 50.0, np.ones((100, 2))).value == 0.0


def test_what_changes_no_choice_is_worth_nothing_to_the_last_bit() -> None:
    """A net benefit that only comes near zero leaves no rounding of a regression as a value."""
    rng = np.random.default_rng(3)
    known = rng.uniform(0.0, 1.0, 20_000)
    found = evppi(1e5 * known, known, rng=1)  # zero at its end, where the fit is zero but for bits
    assert (found.value, found.error) == (0.0, 0.0)


def test_inputs_that_are_sums_of_others_add_nothing(toy) -> None:
    """A column twice, and one that does not vary, change no more than rounding does."""
    x = np.column_stack([toy["p1"], 2.0 * toy["p1"] + 1.0, np.ones(N)])
    assert evppi(toy["nb"], x, rng=1).value == pytest.approx(
        evppi(toy["nb"], toy["p1"], rng=1).value, abs=1e-6
    )


def test_units_and_order_of_draws_do_not_matter(toy) -> None:
    """The value scales with the net benefit; inputs and rows turned, change nothing."""
    here = evppi(toy["nb"], toy["p1"], rng=1).value
    assert evppi(1e6 * toy["nb"], 1e-9 * toy["p1"] - 5e-9, rng=1).value == pytest.approx(
        1e6 * here, rel=1e-9
    )
    assert evppi(toy["nb"][::-1], toy["p1"][::-1], rng=1).value == pytest.approx(here, rel=1e-9)


def test_wrong_arrays_are_named() -> None:
    """What does not fit is one message that says what was read."""
    with pytest.raises(ValueError, match="net_benefit: read no draws"):
        evpi([])
    with pytest.raises(ValueError, match="not finite"):
        evpi([1.0, math.nan])
    with pytest.raises(ValueError, match="probabilities: write one for each"):
        evpi([1.0, 2.0], [0.5, 0.6])
    with pytest.raises(ValueError, match=r"read shapes \(3,\) and \(2,\)"):
        evppi([1.0, 2.0, 3.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="degree: read 0"):
        evppi([1.0, 2.0], [1.0, 2.0], degree=0)
    with pytest.raises(ValueError, match="make 462 terms of degree 5, too many for 1000 draws"):
        evppi(np.arange(1000.0), np.random.default_rng(1).normal(size=(1000, 6)))
    with pytest.raises(ValueError, match=r"standard_deviation: read 1\.0, -1\.0"):
        normal_evpi(1.0, -1.0)
