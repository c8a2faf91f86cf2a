"""What a study is, in one number: the same whatever the formatting of its files."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sized
from typing import Any

import numpy as np

from gevinst.study.claims import Published
from gevinst.study.comparison import Comparison
from gevinst.study.named import Item, SourceSpec, Stratification, Time
from gevinst.study.outcomes import Outcome
from gevinst.study.prices import Amount, Rate
from gevinst.text.numerals import in_danish
from gevinst.text.voice import DKK

_MAY_LACK = (
    *("paths", "citizens", "uncounted", "masked", "start_strata", "citizen_strata"),
    *("correlations", "stratification", "comparison", "survey", "exchange", "index", "citizen"),
    *("dropout_starts", "outcomes", "design", "summaries", "accounts", "account_groups"),
    *("elsewhere", "stratum_counts", "discount"),
)
"""Fields that are no part of a study's hash where they are empty: what it has not."""

_MAY_LACK_OF: dict[type, tuple[str, ...]] = {
    Published: ("low", "high"),
    Rate: ("label", "restated"),
    Amount: ("restated",),
    Item: ("income",),
    Time: ("span",),
    Comparison: ("markers", "chosen"),
    Outcome: ("shares",),
    Stratification: ("strata", "citizens"),
}
"""The same of what is in it."""

_IN_FILES = {"basis": "rates"}
"""Kinds of alternatives that study files call otherwise."""


def digest(study: Any) -> str:
    """Return the SHA-256 of a study's content, a dataclass; see `gevinst.study.study.Study`."""
    content = _fields(study)
    for name in _MAY_LACK:
        if _lacks(content[name]):
            del content[name]  # what a study has not does not change what it is
    if study.citizens:  # a number as a table holds it, so that both are one study
        content["citizens"] = {
            arm: {name: list(map(in_danish, cells)) for name, cells in columns.items()}
            for arm, columns in study.citizens.items()
        }
    # What is chosen about a study, and how its files are written, is carried beside the hash.
    for choice in ("conventions", "declared", "assumed", "compared", "number_style"):
        del content[choice]
    # A study file calls its rate bases its alternative rates.
    content["alternatives"] = {_IN_FILES.get(k, k): v for k, v in study.alternatives.items()}
    if study.currency == DKK:  # as it was before a study could have another
        del content["currency"]
    text = json.dumps(content, default=_plain, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """Turn a value of a study into what JSON can write."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, SourceSpec):
        stated = {name: each for name, each in vars(value).items() if name != "own"}
        own = value.own
        return stated if own is None else {**stated, "own": [type(own).__qualname__, repr(own)]}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        may_lack = _MAY_LACK_OF.get(type(value), ())
        return {k: v for k, v in _fields(value).items() if k not in may_lack or not _lacks(v)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a study holds no {type(value).__name__}")


def _lacks(value: object) -> bool:
    """Whether a value says that there is nothing; a number of 0 says something."""
    return value is None or value is False or (isinstance(value, Sized) and not len(value))


def _fields(value: Any) -> dict[str, Any]:
    """Return a dataclass's fields as they are: what is in them is turned in its own time."""
    return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
