"""The section of the sliders: what stands in it before a reader changes anything."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from gevinst.analyses.swing import unit_said, value_said
from gevinst.analyses.turning.ends import TIE
from gevinst.reports.results import Results
from gevinst.reports.sliders.numbers import Numbers, numbers
from gevinst.study.people import OBSERVED
from gevinst.study.prices import rate_name
from gevinst.study.study import Study
from gevinst.text.language import Language

_FIRST = 5
"""Rates that stand outside the fold: what is paid for the intervention, and what moves most."""

_STEPS = 200
"""Steps of a slider, about: each is one, two or five with zeros."""

_BOOTSTRAP = ("above", "below", "depends", "at_most", "limits", "none")
_REASONS = ("no-spread", "no-spread-in-x", "no-spread-in-y")
_WORDS = (
    *("turn", "no_turn", "changed", "unchanged", "change"),
    *("unequal", "few", "unpriced", "invalid", "nobody"),
)
_BLANKS = (
    *("kr", "low", "high", "inner_low", "inner_high", "rate", "value", "now"),
    *("arm", "totals", "time", "status", "name", "before", "after", "changes"),
)
"""What the script fills in."""


def context(results: Results, text: Language) -> dict[str, Any] | None:
    """The calculation as it is, and a field for everything that can be changed in it."""
    study, bootstrap = results.study, results.bootstrap
    found = numbers(study, bootstrap.level)
    if found is None or bootstrap.reason:
        return None
    rates = _rates(results, found, text)
    first = sorted(rates, key=lambda rate: rate["order"])[:_FIRST]
    arms = [study.arms[study.axes.at("arm", arm)] for arm in study.contrast.arms]
    labels = {
        "arms": [text.label(arm.label) for arm in arms],
        "times": [text.label(time.label) for time in study.times],
        "statuses": [text.label(study.items[i].label) for i in study.statuses],
        "rates": [rate["label"] for rate in rates],
        "units": [rate["unit"] for rate in rates],
        "choices": [
            axis and (axis.title(text), [axis.label(each, text) for each in axis.choices])
            for axis in found.axes
        ],
    }
    plain = {
        **found.plain,
        "per": [rate["per"] for rate in rates],
        "labels": labels,
        "texts": _texts(results, text),
        "marks": [".", ","] if text.code == "da" else [",", "."],
        "money": text.voice.money,
    }
    return {
        "numbers": json.dumps(plain, separators=(",", ":"), allow_nan=False),
        "said": bootstrap.sentence(text.code),
        "turn": _turn(results, text),
        "notes": " ".join(_notes(results, text)),
        "difference": text.number(bootstrap.estimate),
        "rows": [
            (coupling, text.number(each.standard_error), each.interval("welch").written(text))
            for coupling, each in bootstrap.difference.items()
        ],
        "level": text.level(bootstrap.level),
        "first": first,
        "rest": [rate for rate in rates if rate not in first],
        "chosen": found.plain["chosen"],
        "counts": found.plain["counts"],
        "labels": labels,
    }


def _rates(results: Results, found: Numbers, text: Language) -> list[dict[str, Any]]:
    """Each rate with its field: what a citizen costs by the month, as readers know it."""
    study = results.study
    near = {each.input: each.nearness[1] for each in results.sensitivity.break_even.inputs}
    invested = study.rate_of[..., [item.investment for item in study.items]]
    largest = {
        once: max(abs(study.rates[k].kr) for k in found.rates if _once(study, k) == once)
        for once in {_once(study, k) for k in found.rates}
    }
    rates = []
    for n, k in enumerate(found.rates):
        rate, once = study.rates[k], _once(study, k)
        per, unit = (1.0, "kr") if once else (12.0, "kr/month")
        value = rate.kr / per
        reach = 2.0 * abs(value) or largest[once] / per or 1.0
        step = _round(reach / _STEPS)
        # From where it is in whole steps: a slider that cannot stand at its number moves it.
        low = value % step
        rates.append(
            {
                "k": n,
                "label": rate_name(study, k, text),
                "unit": unit_said(unit, text),
                "per": per,
                "value": value,
                "shown": f"{value:.12g}" if value != round(value, 2) else f"{round(value, 2):.12g}",
                "said": value_said(value, unit, text),
                "low": low,
                "high": low + step * round(reach / step),
                "step": step,
                "order": (not (invested == k).any(), near.get(f"rate.{rate.id}", math.inf)),
            }
        )
    return rates


def _once(study: Study, k: int) -> bool:
    """Whether a rate is of an amount, and not of a time."""
    return study.rates[k].unit == "kr"


def _round(size: float) -> float:
    """Return the next lower of 1, 2 and 5 with zeros, or with decimals.

    Examples
    --------
    >>> _round(137.0), _round(0.7)
    (100.0, 0.5)
    """
    zeros = 10.0 ** math.floor(math.log10(size))
    return max(digit * zeros for digit in (1.0, 2.0, 5.0) if digit * zeros <= size)


def _turn(results: Results, text: Language) -> str:
    """Say the nearest rate at which nothing is left."""
    if abs(results.bootstrap.estimate) <= TIE:
        return ""
    study = results.study
    places = {f"rate.{rate.id}": k for k, rate in enumerate(study.rates)}
    for each in results.sensitivity.break_even.inputs:
        if each.kind == "rate" and each.possible and each.current > 0.0:
            k = places[each.input]
            per, unit = (1.0, "kr") if _once(study, k) else (12.0, "kr/month")
            value, now = (kr * study.rates[k].per / per for kr in (each.value, each.current))
            said = {"value": value_said(value, unit, text), "now": value_said(now, unit, text)}
            return text("sliders.turn", rate=rate_name(study, k, text), **said)
    return text("sliders.no_turn")


def _notes(results: Results, text: Language) -> list[str]:
    """Say what must stand beside the numbers."""
    found = results.bootstrap.difference
    times = np.count_nonzero(results.study.status_horizon)
    reasons = dict.fromkeys(each.reason for each in found.values() if each.reason)
    said = [text(f"reason.{reason}") for reason in reasons]
    return [text("bootstrap.at_most"), *said] if times > 2 and OBSERVED not in found else said


def _texts(results: Results, text: Language) -> dict[str, str]:
    """Return the sentences of the script, with blanks to fill in."""
    paired = OBSERVED in results.bootstrap.difference
    own, band = ("_one", "") if paired else ("", "_band")
    level = text.level(results.bootstrap.level)
    blanks = {name: f"{{{name}}}" for name in _BLANKS}
    return {
        "found": text(f"bootstrap.found{own}", **blanks),
        "sampled": text(f"bootstrap.sampled{own}", level=level, **blanks),
        "both": text(f"bootstrap.both{band}"),
        **{key: text(f"bootstrap.{key}", **blanks) for key in _BOOTSTRAP},
        **{key: text(f"reason.{key}") for key in _REASONS},
        **{key: text(f"sliders.{key}", **blanks) for key in _WORDS},
    }
