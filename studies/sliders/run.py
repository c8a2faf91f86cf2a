"""Whether the report's script calculates what the package calculates.

    python studies/sliders/run.py                 200 random states a study, then results.csv
    python studies/sliders/run.py --states 20

A state is what a reader can make of a study by its fields: other prices, other conventions,
citizens moved, some added. The script of the page runs in V8 (``pip install mini-racer``); beside
it the study is changed in the same way, and asked by `gevinst.bootstrap` and `gevinst.break_even`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from py_mini_racer import MiniRacer

import gevinst as gv
from gevinst.reports.sliders.numbers import CHOICES, Numbers, numbers
from gevinst.reports.sliders.script import script
from gevinst.study.named import Named
from gevinst.study.study import Study

HERE = Path(__file__).parent
SEED = 1852
LEVEL = 0.95


def published() -> Study:
    """The bundled study of counts."""
    return gv.load("ishoj-smc")


def paired() -> Study:
    """Invented citizens with its margins, whose paths are known."""
    study, rng = published(), np.random.default_rng(SEED)
    rows = []
    for counts, arm in zip(study.counts, study.axes.arms, strict=True):
        times = [rng.permutation(np.repeat(study.axes.items, n)) for n in counts]
        rows += [(f"{arm}-{k}", arm, *path) for k, path in enumerate(zip(*times, strict=True))]
    return gv.from_persons(pd.DataFrame(rows, columns=["id", "arm", *study.axes.times]), study)


def alone() -> Study:
    """Its first group, held against nobody."""
    return published().compare("intervention")


def two_payers() -> Study:
    """Its citizens, a status that brings in, and two who pay, a share of each status invented."""
    study, rng = published(), np.random.default_rng(SEED)
    own = next(iter(study.shares.values()))
    part = rng.uniform(size=own.shape[3])[:, np.newaxis]
    shares = {
        name: np.concatenate([own * part, own * (1 - part)], axis=-1) for name in study.shares
    }
    payers = (*study.payers, Named("state", {"da": "Staten", "en": "State"}))
    earns = study.axes.at("item", "flexjob")
    items = tuple(replace(item, income=k == earns) for k, item in enumerate(study.items))
    return replace(study, payers=payers, shares=shares, items=items)


def large() -> Study:
    """Groups of thousands, each status at each time as often as anybody's."""
    study, rng = published(), np.random.default_rng(SEED)
    shares = rng.dirichlet(np.ones(len(study.statuses)), size=study.counts.shape[:2])
    counts = np.zeros_like(study.counts)
    for a, n in enumerate((4_000, 2_500)):
        for t in range(len(study.times)):
            counts[a, t, list(study.statuses)] = rng.multinomial(n, shares[a, t])
    return _sized(replace(study, counts=counts, stratification=None))


INVENTED: dict[str, Callable[[], Study]] = {
    "ishoj": published,
    "paired": paired,
    "alone": alone,
    "two payers": two_payers,
    "large": large,
}


def _sized(study: Study) -> Study:
    """Let the groups be as large as their counts are."""
    arms = tuple(
        replace(arm, analysed=int(counts[0].sum()), enrolled=int(counts[0].sum()) + arm.dropouts)
        for arm, counts in zip(study.arms, study.counts, strict=True)
    )
    return replace(study, arms=arms)


def states(study: Study, found: Numbers, n: int, seed: int) -> Iterator[dict[str, Any]]:
    """Draw what a reader may type."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        chosen = [int(rng.integers(options)) for options in found.plain["choices"]]
        kr = [
            float(np.round(kr * rng.lognormal(0.0, 0.4), 2)) if rng.random() < 0.4 else kr
            for kr in found.plain["kr"]
        ]
        yield {"kr": kr, "chosen": chosen, "counts": _moved(found, chosen, rng)}


def _moved(found: Numbers, chosen: list[int], rng: np.random.Generator) -> Any:
    """Move some citizens at each time to where somebody says what it costs, and add some."""
    if found.plain["counts"] is None:
        return None
    counts = np.array(found.plain["counts"])
    priced = np.array(found.plain["rateOf"][chosen[0]]) >= 0
    for a in range(len(counts)):
        more = int(rng.integers(0, 4)) if rng.random() < 0.3 else 0
        for t in range(counts.shape[1]):
            places = np.flatnonzero(priced[a, t])
            for _ in range(int(rng.integers(0, 6))):
                counts[a, t, rng.choice(np.flatnonzero(counts[a, t]))] -= 1
                counts[a, t, rng.choice(places)] += 1
            np.add.at(counts[a, t], rng.choice(places, more), 1)
    return counts.tolist()


def changed(study: Study, found: Numbers, state: dict[str, Any]) -> Study:
    """Change a study as a state says."""
    choices = {
        name: axis.choices[k]
        for name, axis, k in zip(CHOICES, found.axes, state["chosen"], strict=True)
        if axis is not None
    }
    kr = dict(zip(found.rates, state["kr"], strict=True))
    rates = tuple(replace(rate, kr=kr.get(k, rate.kr)) for k, rate in enumerate(study.rates))
    study = replace(study.choose(**choices), rates=rates)
    if state["counts"] is None:
        return study
    counts = study.counts.copy()
    for arm, each in zip(study.contrast.arms, state["counts"], strict=True):
        counts[study.axes.at("arm", arm)][:, list(study.statuses)] = each
    return _sized(replace(study, counts=counts))


def by_package(study: Study) -> dict[str, float]:
    """Return what the package says."""
    made = gv.bootstrap(study, methods="welch", confidence_level=LEVEL)
    told = {"difference": made.estimate}
    for coupling, each in made.difference.items():
        interval = each.interval("welch")
        told |= {f"{coupling} error": each.standard_error}
        told |= {f"{coupling} low": interval.low, f"{coupling} high": interval.high}
    near = (
        each
        for each in gv.break_even(study).inputs
        if each.kind == "rate" and each.possible and each.current > 0.0
    )
    if (first := next(near, None)) is not None:
        rate = next(rate for rate in study.rates if f"rate.{rate.id}" == first.input)
        told["turn"] = first.value * rate.per
    return told


def by_script(engine: MiniRacer, plain: dict[str, Any], state: dict[str, Any]) -> dict[str, float]:
    """Return what the page's script says."""
    call = f"JSON.stringify(gevinst.calculate({json.dumps(plain)}, {json.dumps(state)}))"
    said = json.loads(engine.eval(call))
    if said["reason"]:
        raise ValueError(said["reason"])
    told = {"difference": said["difference"]}
    for coupling, each in said["intervals"].items():
        told |= {f"{coupling} {name}": each[name] for name in ("error", "low", "high")}
    return told | ({"turn": said["turn"]["kr"]} if said["turn"] else {})


def engine() -> MiniRacer:
    """Return V8 with the page's script."""
    made = MiniRacer()
    made.eval(script())
    return made


def run(n: int, seed: int = SEED) -> pd.DataFrame:
    """Return the largest error of each study and quantity, kr."""
    v8, rows = engine(), []
    for name, make in INVENTED.items():
        study = make()
        found = numbers(study, LEVEL)
        errors: dict[str, float] = {}
        for state in states(study, found, n, seed):
            right, told = (
                by_package(changed(study, found, state)),
                by_script(v8, found.plain, state),
            )
            if right.keys() != told.keys():
                raise ValueError(f"{name}: {sorted(right.keys() ^ told.keys())}")
            for key, value in right.items():
                errors[key] = max(errors.get(key, 0.0), abs(told[key] - value))
        rows += [
            {"study": name, "quantity": key, "states": n, "largest_error": f"{error:.1e}"}
            for key, error in errors.items()
        ]
    return pd.DataFrame(rows)


def main() -> None:
    """Write the table beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", type=int, default=200)
    states_ = parser.parse_args().states
    found = run(states_)
    print(found.to_string(index=False))
    if states_ == 200:
        found.to_csv(HERE / "results.csv", sep=";", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
