"""Events: probabilities that vary around those stated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import gevinst as gv
from gevinst.rows.build import build
from gevinst.sources.registry import chosen
from gevinst.stats import streams
from gevinst.study.study import Study
from tests.conftest import SIX, alone


def _with_events(folder, stratum: str = "") -> Study:
    """The bundled study with a cost that comes at two times with one probability, certain later."""
    lines = (folder / "lines.csv").read_text("utf-8").splitlines()
    header = [*lines[0].split(";"), "stratum", "probability"]
    rows = [dict(zip(header, [*row.split(";"), "", ""], strict=True)) for row in lines[1:2]]
    for time, probability in (("0", "0,5"), ("1", "0,5"), ("1.5", "")):
        row = dict.fromkeys(header, "") | {
            "arm": "intervention",
            "item": "other_provider",
            "time": time,
            "unit": "kr",
            "amount": "10.000",
            "distribution": "fixed",
            "assumption": "measures_in_rate",
            "source": "made up",
            "probability": probability,
            "stratum": stratum,
        }
        rows.append(row)
    written = [";".join(header), *(";".join(row[column] for column in header) for row in rows)]
    (folder / "lines.csv").write_text("\n".join(written) + "\n", "utf-8")
    text = (folder / "study.toml").read_text("utf-8")
    start = text.index('[[sources]]\nname = "uncounted"')
    text = text[:start] + text[text.index("[[sources]]", start + 1) :]
    events = '[[sources]]\nname = "events"\nda = "skøn"\nen = "estimates"\n\n[[sources]]'
    (folder / "study.toml").write_text(text.replace("[[sources]]", events, 1), "utf-8")
    return gv.read(folder)


def test_events_keep_their_probability(two_types) -> None:
    """The mean is the published one, and a new group's events are whole citizens."""
    study = gv.load("gladsaxe")
    rows = alone(study, "events")["none"]
    assert abs(rows["mean"] - gv.gain(study).difference) < SIX * rows["mcse"]["mean"]
    (source,) = chosen(study, ["events"])
    drawn = source.draw(study, 50_000, streams.stream(2, "events", 0))
    for event in study.events:
        p = event.probability
        ours = drawn[f"event:{event.id}"] * p
        law = stats.beta(10 * p, 10 * (1 - p))
        assert stats.kstest(ours, law.cdf).pvalue > 1e-6
    (group,) = chosen(study, ["events"], "new_group")
    drawn = group.draw(study, 100, streams.stream(2, "events", 0))
    share = study.weights[study.conventions.weights][1, study.axes.at("stratum", "case_2")]
    citizens = drawn["event:control:case_2:hostel:0.1"] * 0.1 * share * 46
    np.testing.assert_allclose(citizens, np.rint(citizens))
    assert two_types.events


def test_an_event_leaves_certain_times_alone() -> None:
    """A line that is certain at one time and uncertain at another varies at the other alone."""
    study = gv.load("gladsaxe")
    event = next(e for e in study.events if len(e.times) == 2 and e.item == "hostel")
    first = next(
        a
        for a in study.amounts
        if (a.arm, a.stratum, a.item, a.time)
        == (event.arm, event.stratum, "hostel", event.times[0])
    )
    amounts = tuple(replace(a, probability=1.0) if a is first else a for a in study.amounts)
    certain = replace(study, amounts=amounts)
    (source,) = chosen(certain, ["events"])
    drawn = source.draw(certain, 50, streams.stream(1, "events", 0))
    at = study.axes.at
    cell = (slice(None), at("arm", event.arm), at("stratum", event.stratum))
    quantity = build(certain, drawn).quantity[cell][..., at("item", "hostel")]
    assert np.ptp(quantity[:, at("time", event.times[0])]) == 0.0
    assert np.ptp(quantity[:, at("time", event.times[1])]) > 0.0


@pytest.mark.parametrize("stratum", ["", "all"])
def test_one_estimate_is_one_event(folder, stratum: str) -> None:
    """One probability for the times that name it and for all strata; what is certain stays."""
    study = _with_events(folder, stratum)
    # 20,000 kr. with probability from Beta(5, 5): sd 20,000 sqrt(0.25/11).
    for asked in ({}, {"weights": "pooled"}):
        found = gv.simulate(study, n=40_000, vary=["events"], rng=2, **asked)
        for draws in found.by_coupling.values():
            row = draws.to_dict()
            error = SIX * row["mcse"]["standard_deviation"]
            assert abs(row["standard_deviation"] - 20_000 * (0.25 / 11) ** 0.5) < error
    exact = gv.variance_shares(study, vary=["events"]).by_coupling["widest"]
    assert exact.variance == pytest.approx(20_000**2 * 0.25 / 11)
