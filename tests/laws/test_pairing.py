"""The pairing law: other pairs with the same margins are, read as margins, the same data."""

from __future__ import annotations

from dataclasses import replace

import gevinst as gv
from gevinst.study.people import OBSERVED
from tests.conftest import person_rows, persons


def test_pairing_law(ishoj, paired) -> None:
    """Two data sets with the same margins and other pairs, read as margins, are one (law)."""
    other = gv.from_persons(person_rows(ishoj, seed=2), ishoj)
    assert other.hash != paired.hash
    results = []
    for study in (paired, other):
        margins = study.as_margins()
        assert margins.hash == replace(ishoj, dropout_starts=paired.dropout_starts).hash
        results.append(
            (
                gv.bootstrap(margins).to_dict(),
                gv.simulate(margins, n=200, rng=1).to_dict(),
                gv.gain(margins).to_dict(),
            )
        )
    assert results[0] == results[1]
    observed = [gv.bootstrap(s).difference[OBSERVED].standard_error for s in (paired, other)]
    assert observed[0] != observed[1]


def test_pairing_law_with_strata(ishoj) -> None:
    """Law: two pairings of the same margins, read as margins, give identical output."""
    one, two = (gv.standardise(persons(ishoj, seed).as_margins()).row() for seed in (1, 2))
    assert one == two
