"""Settings of a study, as study.toml holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import combinations
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.files.settings import ONE_STRATUM
from gevinst.files.written.effects import factors
from gevinst.files.written.numbers import plain
from gevinst.files.written.priced import base_shares
from gevinst.files.written.rows import zeros_are_suppressed
from gevinst.model.discounting import NONE, OWN, Discounting
from gevinst.study.claims import YearlyAccount
from gevinst.study.named import Item, Named, Time
from gevinst.study.outcomes import Outcome
from gevinst.study.study import Study
from gevinst.text.voice import DKK, NEUTER

_MOST_CITIZENS = 10**6
"""Of so many citizens at most, shares of them are made whole again."""


def settings_of(study: Study) -> dict[str, Any]:
    """Return what a study's settings would hold, with the conventions that it carries."""
    of_none = [1] * len(study.strata)  # without an arm there are no shares
    weights = {
        name: citizens(shares[0]) if len(shares) else of_none
        for name, shares in study.weights.items()
    }
    return _there(
        {
            "id": study.id,
            "language": study.language,
            "price_year": study.price_year or None,
            "design": {
                kind: _there({**each.label, "column": each.column or None})
                for kind, each in study.design.items()
            },
            "currency": None if study.currency == DKK else study.currency,
            "citizen": {
                lang: {k: True if k == NEUTER else word for k, word in forms.items()}
                for lang, forms in study.citizen.items()
            },
            "number_style": None if study.number_style == "da" else study.number_style,
            "exchange": [
                _there({"currency": e.currency, "rate": plain(e.rate), "source": e.source})
                | _there({"year": e.year})
                for e in study.exchange
            ],
            "suppressed_zeros": zeros_are_suppressed(study) or None,
            "title": dict(study.title),
            "references": _texts(study.references),
            "arms": [
                {
                    "id": arm.id,
                    "enrolled": arm.enrolled,
                    "analysed": arm.analysed,
                    **arm.label,
                    "source": arm.source,
                }
                for arm in study.arms
            ],
            "payers": _named(study.payers),
            "strata": _strata(study, next(iter(weights.values()))),
            "times": [
                _there({"id": time.id, "years": plain(time.years), **_span(time), **time.label})
                for time in study.times
            ],
            "statuses": [_item(item) for item in study.items if item.status],
            "items": [_item(item) for item in study.items if not item.status],
            "groups": {
                name: {**label, "members": list(members)}
                for name, (label, members) in study.groups.items()
            },
            "stratification": _stratification(study),
            "comparison": _comparison(study),
            "effects": factors(study),
            "conventions": _conventions(study),
            "discount": _discount(study.discount),
            "alternatives": _alternatives(study, weights),
            "sources": [
                {"name": spec.name, **spec.basis, **_settings(spec.settings)}
                for spec in study.sources
            ],
            "assumptions": _texts(study.assumptions),
            "notes": {
                note.id: _there({**note.label, "source": note.source, "quote": note.quote or None})
                for note in study.notes
            },
            "activity": {
                each.id: _there({**each.label, "counted": dict(each.counted)})
                for each in study.activity_items
            },
            "survey": _survey(study),
            "outcomes": list(map(_outcome, study.outcomes)),
            "account_groups": {each.id: dict(each.label) for each in study.account_groups},
            "accounts": {each.id: _account(each) for each in study.accounts},
        }
    )


def _there(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not there."""
    return {key: value for key, value in values.items() if value not in (None, {}, [])}


def _texts(labels: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {name: dict(label) for name, label in labels.items()}


def _named(entries: Iterable[Named]) -> list[dict[str, Any]]:
    return [{"id": each.id, **each.label} for each in entries]


def _strata(study: Study, counted: list[int]) -> list[dict[str, Any]] | None:
    """Return the strata; None where there is the one that nobody stated."""
    if study.stratification and study.stratification.strata:
        kept = _named(study.stratification.strata)
        number = study.stratification.citizens or (None,) * len(kept)
        return [_there({**s, "citizens": n}) for s, n in zip(kept, number, strict=True)]
    if study.strata == ONE_STRATUM:
        return None
    pairs = zip(_named(study.strata), counted, strict=True)
    return [{**stratum, "citizens": n} for stratum, n in pairs]


def _item(item: Item) -> dict[str, Any]:
    flags = {"lost": item.lost, "investment": item.investment, "income": item.income}
    kind = None if item.status else item.kind
    stated = {"id": item.id, "kind": kind, **{key: True for key, is_ in flags.items() if is_}}
    return _there({**stated, **item.label})


def _outcome(outcome: Outcome) -> dict[str, Any]:
    per = plain(outcome.per) if outcome.per != 1.0 else None
    places = {"status": outcome.status, "time": outcome.time, "column": outcome.column}
    stated = {key: value for key, value in places.items() if value}
    flags = {"events": outcome.events or None, "shares": outcome.shares or None}
    said = {"per": per, **flags, "unit": dict(outcome.unit)}
    return _there({"id": outcome.id, **stated, **said, **outcome.label})


def _account(account: YearlyAccount) -> dict[str, Any]:
    per = plain(account.per) if account.per != 1.0 else None
    said = {"unit": dict(account.unit), "base": dict(account.base), "per": per}
    years = {"start": account.start, "price_year": account.price_year}
    held = {"compared_with": account.compared_with or None}
    return _there({**years, **held, **said, **account.label})


def _stratification(study: Study) -> dict[str, Any] | None:
    stated = study.stratification
    if stated is None:
        return None
    said = {"column": stated.column} if stated.column else {"groups": list(stated.groups)}
    return {**stated.label, **said}


def _comparison(study: Study) -> dict[str, Any] | None:
    stated = study.comparison
    if stated is None:
        return None
    pair = {"treated": stated.contrast.treated, "reference": stated.contrast.reference}
    markers = [{"share": m.share, "source": m.source, **m.label} for m in stated.markers]
    said = {"over": dict(stated.over), "chosen": dict(stated.chosen), "marker": markers}
    return _there({"kind": stated.kind, **pair, **stated.basis, **said})


def _conventions(study: Study) -> dict[str, Any]:
    chosen = study.conventions
    kinds = ("horizon", "heads", "perspective", "weights", "payers")
    stated = NONE if study.discount is None else study.discount.schedule
    other = {"discount": chosen.discount} if chosen.discount != stated else {}
    return {"rates": chosen.basis, **{kind: getattr(chosen, kind) for kind in kinds}, **other}


def _span(time: Time) -> dict[str, Any]:
    """Return from when to when a period is, where that is stated."""
    return dict(zip(("from", "to"), map(plain, time.span or ()), strict=False))


def _discount(stated: Discounting | None) -> dict[str, Any] | None:
    if stated is None:
        return None
    own = stated.schedule == OWN
    rates = [_there({"to": plain(to), "rate": plain(rate)}) for to, rate in stated.rates if own]
    said = {"schedule": stated.schedule, "timing": stated.timing, "rates": rates}
    return _there({**said, "source": stated.source or None})


def _alternatives(study: Study, weights: Mapping[str, list[int]]) -> dict[str, Any]:
    labels = {
        kind: {n.id: dict(n.label) for n in each} for kind, each in study.alternatives.items()
    }
    strata = study.axes.strata
    of_weights = {
        name: {**label, "citizens": dict(zip(strata, weights[name], strict=True))}
        for name, label in labels.get("weights", {}).items()
    }
    of_payers = {
        name: {**label, **_swap(study, study.shares[name])}
        for name, label in labels.get("payers", {}).items()
    }
    found = {"rates": labels.get("basis", {}), "weights": of_weights, "payers": of_payers}
    return _there(found)


def _swap(study: Study, shares: NDArray[np.float64]) -> dict[str, Any]:
    """Say which two payers change places, and in which strata, against what the tables say."""
    base = base_shares(study)
    other = np.flatnonzero((shares != base).any(axis=(0, 2, 3, 4))).tolist()
    for pair in combinations(range(len(study.payers)), 2):
        swapped = base[:, other].copy()
        swapped[..., pair] = base[:, other][..., pair[::-1]]
        if other and np.array_equal(swapped, shares[:, other]):
            payers = [study.payers[p].id for p in pair]
            return {"swap": payers, "strata": [study.strata[k].id for k in other]}
    return {}


def citizens(shares: NDArray[np.float64]) -> list[int]:
    """Return the fewest citizens of whom strata have these shares, per stratum.

    Examples
    --------
    >>> citizens(np.array([7, 10, 16, 2, 11]) / 46)
    [7, 10, 16, 2, 11]
    """
    parts = [Fraction(float(share)).limit_denominator(_MOST_CITIZENS) for share in shares]
    whole = lcm(*(part.denominator for part in parts))
    return [int(part * whole) for part in parts]


def _settings(stated: Mapping[str, object]) -> dict[str, Any]:
    return {key: list(each) if isinstance(each, tuple) else each for key, each in stated.items()}


def _survey(study: Study) -> dict[str, Any] | None:
    if study.survey is None:
        return None
    kinds = {
        "questions": study.survey.questions,
        "answers": study.survey.answers,
        "times": study.survey.times,
    }
    return {kind: {each.id: dict(each.label) for each in named} for kind, named in kinds.items()}
