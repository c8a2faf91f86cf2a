"""What knowing one switch would be worth: as every table with that many says."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

import gevinst as gv
from gevinst.text.problems import WrongValueError
from tests.conftest import four_citizens

SWITCH = "cash_benefit_all -> resource_programme_all"


def test_the_curve_covers_what_is_unknown(ishoj) -> None:
    """The outermost ends over all numbers are those while nobody knows, in either arm."""
    found = gv.switch_worth(ishoj, SWITCH)
    errors = [e.standard_error for e in gv.bootstrap(ishoj).difference.values()]
    raw = gv.standardise(ishoj)
    assert found.unknown.standard_error == pytest.approx((min(errors), max(errors)))
    assert found.unknown.standardised == pytest.approx((raw.low, raw.high))
    counted = gv.bounds(ishoj, SWITCH, moved="as_published")
    for arm in ishoj.axes.arms:
        rows = [worth for worth in found.rows if worth.arm == arm]
        ends = counted.arms[arm]
        assert [w.citizens for w in rows] == list(range(ends.low, ends.high + 1))
        for name in ("standard_error", "standardised"):
            each = np.array([getattr(worth, name) for worth in rows])
            assert each[:, 0].min() == pytest.approx(getattr(found.unknown, name)[0])
            assert each[:, 1].max() == pytest.approx(getattr(found.unknown, name)[1])


def test_equal_to_every_table_with_that_many(ishoj) -> None:
    """Standard errors of one arm's every lining-up of starts and ends, by how many switched."""
    study, query = four_citizens(ishoj), "resource_programme -> ordinary_employment"
    found = gv.switch_worth(study, query)
    at = study.axes.at
    start, end = at("item", "resource_programme"), at("item", "ordinary_employment")
    of_arm: list[dict[int, set[float]]] = []
    for a in (0, 1):
        slots = [np.repeat(np.arange(len(study.items)), study.counts[a, t]) for t in (0, 2)]
        errors: dict[int, set[float]] = {}
        for ends in set(permutations(slots[1].tolist())):
            gains = study.status_costs[a, 0, slots[0]] - study.status_costs[a, 2, list(ends)]
            n = sum(pair == (start, end) for pair in zip(slots[0], ends, strict=True))
            errors.setdefault(n, set()).add(gains.var(ddof=1) / 4)
        of_arm.append(errors)
    anything = [set().union(*errors.values()) for errors in of_arm]
    for worth in found.rows:
        a = at("arm", worth.arm)
        both = product(of_arm[a][worth.citizens], anything[1 - a])
        sums = [np.sqrt(one + other) for one, other in both]
        assert worth.standard_error == pytest.approx((min(sums), max(sums)))
    assert len(found.rows) == sum(map(len, of_arm))


def test_standardised_ends_equal_every_table_with_that_many(ishoj) -> None:
    """The standardised difference over one arm's tables with that many, and all of the other's."""
    study, query = four_citizens(ishoj), "cash_benefit_all -> ordinary_employment"
    found = gv.switch_worth(study, query)
    cash, job = (study.axes.at("item", i) for i in ("cash_benefit", "ordinary_employment"))
    of_arm: list[dict[int, set[float]]] = []
    raw = 0.0
    for a, sign in ((0, 1.0), (1, -1.0)):
        slots = [np.repeat(np.arange(len(study.items)), study.counts[a, t]) for t in (0, 2)]
        means: dict[int, set[float]] = {}
        for ends in set(permutations(slots[1].tolist())):
            gains = study.status_costs[a, 0, slots[0]] - study.status_costs[a, 2, list(ends)]
            n = sum(pair == (cash, job) for pair in zip(slots[0], ends, strict=True))
            of_cash = slots[0] == cash  # half of all citizens start in either stratum
            mean = (gains[of_cash].mean() + gains[~of_cash].mean()) / 2
            means.setdefault(n, set()).add(float(mean))
        of_arm.append(means)
        raw += sign * float(gains.mean())
    shift = gv.gain(study).difference - raw
    for worth in found.rows:
        a = study.axes.at("arm", worth.arm)
        anything = set().union(*of_arm[1 - a].values())
        pairs = product(of_arm[a][worth.citizens], anything)
        each = [(one - other) * (1 - 2 * a) + shift for one, other in pairs]
        assert worth.standardised == pytest.approx((min(each), max(each)))


def test_what_is_no_switch_is_refused(ishoj, paired) -> None:
    """A comparison of costs is no switch; known paths leave nothing open."""
    with pytest.raises(WrongValueError, match="write a switch"):
        gv.switch_worth(ishoj, "cheaper")
    with pytest.raises(WrongValueError, match="own path is known"):
        gv.switch_worth(paired, SWITCH)
