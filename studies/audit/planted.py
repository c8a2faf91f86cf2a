"""One error planted at a random place of a consistent study, and the codes that count as found.

An error must be visible: it is at least three units of the figure's last printed digit, and where
the audit only knows rounded amounts more than twice all the roundings that meet in the figure (its
own half unit, and half a krone, or the other payer's part of it, for each amount below it). Closer
than that no reader could tell it from rounding.

Only what is planted is changed; other figures stay as they were, unless the kind says that they
follow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from consistent import (
    ARMS,
    FAMILIES,
    PAYERS,
    Lines,
    Statuses,
    half_up,
    print_lines,
    print_statuses,
)

from gevinst.analyses.audit.registry import Audit
from gevinst.study.claims import Published
from gevinst.study.study import Study

Found = tuple[Study, set[str]] | None
"""The study with its error and the ids that name it or its place; None where there is no place."""


def named(audit: Audit, kind: str, places: set[str]) -> list[str]:
    """Codes of the suitable findings that name the planted error."""
    codes = KINDS[kind].codes
    return [f.code for f in audit.findings if f.code in codes and f.figure in places]


def plant(kind: str, seed: int) -> Found:
    """Plant an error of a kind in the study of a seed."""
    family = KINDS[kind].family
    draw, print_ = FAMILIES[family]
    draft = draw(seed)
    return KINDS[kind].plant(draft, print_(draft), np.random.default_rng([seed, 3]))


def _with(study: Study, values: dict[str, float]) -> Study:
    figures = (replace(f, value=values[f.id]) if f.id in values else f for f in study.published)
    return replace(study, published=tuple(figures))


def _off(rng: np.random.Generator, figure: Published, room: float = 2.0) -> float:
    """A value off by a thousandth to a half of the figure, and by more than `room`."""
    size = abs(figure.value) * 10.0 ** rng.uniform(-3.0, -0.3)
    return figure.value + rng.choice([-1.0, 1.0]) * half_up(max(size, room + 1.0))


def _one(rng: np.random.Generator, found: list[Any]) -> Any:
    return found[int(rng.integers(len(found)))]


def _published(study: Study, wanted: Callable[[Published], bool]) -> list[Published]:
    return [figure for figure in study.published if wanted(figure)]


def _value(*starts: str, item: bool | None = None) -> Callable[..., Found]:
    """Plant another value of a figure whose id starts so."""

    def planted(draft: Any, study: Study, rng: np.random.Generator) -> Found:
        found = _published(
            study,
            lambda f: f.id.startswith(starts) and (item is None or bool(f.item) == item),
        )
        if not found:
            return None
        figure = _one(rng, found)
        value = _off(rng, figure, max(2.0, _room(draft, figure)))
        return _with(study, {figure.id: value}), {figure.id}

    return planted


def _room(draft: Any, figure: Published) -> float:
    """Twice the roundings that meet in a figure of cost lines."""
    if isinstance(draft, Statuses) or not figure.stratum:
        return len(getattr(draft, "citizens", ())) + 1.0
    at: dict[str, int] = {"stratum": int(figure.stratum[1:])}
    if figure.arm:
        at["arm"] = ARMS.index(figure.arm)
    for axis in ("item", "time"):
        if name := getattr(figure, axis):
            at[axis] = int(name[1:])
    payer = PAYERS.index(figure.payer) if figure.payer else None
    keep = lambda line: all(getattr(line, axis) == k for axis, k in at.items())  # noqa: E731
    return 1.0 + 2.0 * draft.total(keep, payer)[1]


# --- citizens in statuses ------------------------------------------------------------


def _per_head(draft: Statuses, study: Study, rng: np.random.Generator) -> Found:
    places = [
        (arm, half_up(draft.gain[a] / heads))
        for a, arm in enumerate(ARMS)
        for heads in (draft.enrolled[a], draft.analysed[1 - a])
        if abs(draft.gain[a] / heads - draft.gain[a] / draft.analysed[a]) >= 3.0
    ]
    if not places:
        return None
    arm, value = _one(rng, places)
    name = f"gain_per_citizen.{arm}"
    return _with(study, {name: value}), {name}


def _swapped(draft: Statuses, study: Study, rng: np.random.Generator) -> Found:
    cells = _published(study, lambda f: f.measure == "cost" and bool(f.item))
    one = _one(rng, cells)
    others = [
        f
        for f in cells
        if (f.arm, f.time) == (one.arm, one.time) and abs(f.value - one.value) >= 3.0
    ]
    if not others:
        return None
    other = _one(rng, others)
    return _with(study, {one.id: other.value, other.id: one.value}), {one.id, other.id}


def _row_rate(draft: Statuses, study: Study, rng: np.random.Generator) -> Found:
    """A row calculated with another rate from some time on; every total, gain and text follows."""
    times = draft.counts.shape[1]
    since = int(rng.integers(times))
    places = [
        (a, i)
        for a in range(2)
        for i in range(draft.counts.shape[2])
        if draft.counts[a, since:, i].any() and draft.kr[draft.printed_of[i]]
    ]
    if not places:
        return None
    a, i = _one(rng, places)
    factor = float(rng.choice([rng.uniform(0.4, 0.95), rng.uniform(1.05, 2.0)]))
    rate_of = draft.rate_of.copy()
    rate_of[a, since:, i] = len(draft.kr)
    kr = np.append(draft.kr, draft.kr[draft.printed_of[i]] * factor)
    names = {f"cost.{ARMS[a]}.t{t}.s{i}" for t in range(since, times) if draft.counts[a, t, i]}
    return print_statuses(replace(draft, rate_of=rate_of, kr=kr)), names


def _printed_rate(*, citizens: bool) -> Callable[..., Found]:
    """Another printed rate, beside a row with or without citizens in its arm."""

    def planted(draft: Statuses, study: Study, rng: np.random.Generator) -> Found:
        people = draft.counts.any(axis=1)
        found = [
            figure
            for figure in _published(study, lambda f: f.measure == "rate")
            if people[ARMS.index(figure.arm), int(figure.item[1:])] == citizens
        ]
        if not found:
            return None
        figure = _one(rng, found)
        cells = {f"cost.{figure.arm}.{time.id}.{figure.item}" for time in study.times}
        value = abs(_off(rng, figure))  # a rate of nothing becomes a small one
        return _with(study, {figure.id: value}), {figure.id, *cells}

    return planted


def _no_count(measure: str) -> Callable[..., Found]:
    def planted(draft: Any, study: Study, rng: np.random.Generator) -> Found:
        figure = _one(rng, _published(study, lambda f: f.measure == measure))
        of = figure.of or 1
        shares = 100.0 * np.arange(of + 1) / of
        never = [float(p) for p in range(101) if np.abs(shares - p).min() > 0.5 + 1e-6]
        return (_with(study, {figure.id: _one(rng, never)}), {figure.id}) if never else None

    return planted


def _other_count(draft: Statuses, study: Study, rng: np.random.Generator) -> Found:
    figure = _one(rng, _published(study, lambda f: f.measure == "share"))
    of = figure.of or 1
    values = {half_up(100.0 * k / of) for k in range(of + 1)}
    values = {v for v in values if abs(v - figure.value) >= 2.0}
    return _with(study, {figure.id: _one(rng, sorted(values))}), {figure.id}


def _text_count(draft: Statuses, study: Study, rng: np.random.Generator) -> Found:
    found = _published(study, lambda f: f.id.startswith("text.") and not f.follows)
    if not found:
        return None
    figure = _one(rng, found)
    value = abs(figure.value + float(rng.choice([-2, -1, 1, 2])))
    if value == figure.value:
        value += 1.0
    return _with(study, {figure.id: value}), {figure.id}


def _text_sum(draft: Statuses, study: Study, rng: np.random.Generator) -> Found:
    figure = _one(rng, _published(study, lambda f: f.id.startswith("reasons.")))
    value = figure.value + float(rng.choice([-2, -1, 1, 2]))
    value = figure.value + 1.0 if value < 0 else value
    return _with(study, {figure.id: value}), {f"reasons.{figure.id.split('.')[1]}.all"}


def _reversed(draft: Any, study: Study, rng: np.random.Generator) -> Found:
    claims = _published(study, lambda f: f.relation != "=")
    claim = _one(rng, claims)
    other = replace(claim, relation="<" if claim.relation == ">" else ">")
    figures = (other if f is claim else f for f in study.published)
    return replace(study, published=tuple(figures)), {claim.id}


# --- cost lines ------------------------------------------------------------


def _amount(draft: Lines, study: Study, rng: np.random.Generator) -> Found:
    """A line's amount misprinted: it is what the study knows, so its totals no longer follow."""
    figure = _one(rng, _published(study, lambda f: f.id.startswith("amount.")))
    index = [f.id for f in study.published].index(figure.id)
    place = f"{figure.arm}.{figure.stratum}"
    line = f"line.{place}.{figure.item}.{figure.payer}"
    total = next(f for f in study.published if f.id == line)
    value = abs(_off(rng, figure, _room(draft, total)))
    if abs(value - figure.value) <= _room(draft, total):
        value = figure.value + _room(draft, total) + 1.0
    lines = list(draft.lines)  # in the order of their figures
    lines[index] = replace(lines[index], kr=half_up(value))
    inputs = print_lines(replace(draft, lines=tuple(lines)))
    names = {line, f"period.{place}.{figure.time}.{figure.payer}", f"payer.{place}.{figure.payer}"}
    figures = _with(study, {figure.id: half_up(value)}).published
    return replace(inputs, published=figures), names


def _hidden(draft: Lines, study: Study, rng: np.random.Generator) -> Found:
    """A payer's total with an amount in it that no line shows."""
    figure = _one(rng, _published(study, lambda f: f.id.startswith("payer.")))
    amount = max(rng.uniform(500, 50_000), _room(draft, figure) + 1.0)
    return _with(study, {figure.id: figure.value + half_up(amount)}), {figure.id}


def _other_part(draft: Lines, study: Study, rng: np.random.Generator) -> Found:
    """An amount that is the other payer's part of the price; every total follows it."""
    lines = draft.lines
    places = [
        index
        for index, line in enumerate(lines)
        if line.share not in (0.5, 1.0) and sum(other.item == line.item for other in lines) > 1
    ]
    index = _one(rng, places)
    line = lines[index]
    kr = line.kr * (1.0 - line.share) / line.share
    changed = (*lines[:index], replace(line, kr=kr), *lines[index + 1 :])
    name = f"i{line.item}.{ARMS[line.arm]}.c{line.stratum}.t{line.time}"
    return print_lines(replace(draft, lines=changed)), {name}


def _weighted_copy(draft: Lines, study: Study, rng: np.random.Generator) -> Found:
    """A case's value taken from another case; products and totals follow it."""
    values = [half_up(draft.saving(k, 0)) for k in range(len(draft.citizens))]
    pairs = [
        (k, j)
        for k, one in enumerate(values)
        for j, other in enumerate(values)
        if abs(one - other) >= 3.0
    ]
    if not pairs:
        return None
    k, j = _one(rng, pairs)
    savings = [draft.saving(j if i == k else i, 0) for i in range(len(values))]
    totals = [n * saving for n, saving in zip(draft.citizens, savings, strict=True)]
    changed = {
        f"weighted.c{k}.value": values[j],
        f"weighted.c{k}.total": half_up(totals[k]),
        "weighted.total": half_up(sum(totals)),
        "weighted.per_citizen": half_up(sum(totals) / sum(draft.citizens)),
    }
    return _with(study, changed), {f"weighted.c{k}.value"}


def _saving_copy(draft: Lines, study: Study, rng: np.random.Generator) -> Found:
    """A saving copied from another payer's row of the same case."""
    figures = {f.id: f for f in study.published}
    places = []
    for k in range(len(draft.citizens)):
        rows = [figures[f"saving.c{k}.{payer}"] for payer in (*PAYERS, "all")]
        places += [
            (one, other)
            for one in rows
            for other in rows
            if abs(one.value - other.value) > _room(draft, one)
        ]
    if not places:
        return None
    one, other = _one(rng, places)
    return _with(study, {one.id: other.value}), {one.id}


def _weights(draft: Lines, study: Study, rng: np.random.Generator) -> Found:
    k = int(rng.integers(len(draft.citizens)))
    n = draft.citizens[k] + int(rng.choice([-1, 1, 2, 3]))
    places = {"weighted.citizens", f"weighted.c{k}.total"}
    return _with(study, {f"weighted.c{k}.citizens": float(n)}), places


def _denominators(draft: Lines, study: Study, rng: np.random.Generator) -> Found:
    """The second round asked another number of people; its shares are right, and so the changes."""
    changes = np.flatnonzero(draft.answered)
    if not len(changes):
        return None
    asked = _one(rng, [n for n in range(12, 60) if n != draft.asked])
    after = rng.multinomial(asked, draft.survey[1] / draft.asked)
    share = 100.0 * after / asked
    before = 100.0 * draft.survey[0] / draft.asked
    values = {f"survey.phase_1.a{c}": half_up(share[c]) for c in range(len(share))}
    for c in changes:
        values[f"survey.change.a{c}"] = half_up(share[c] - before[c])
    figures = (
        replace(f, of=asked) if f.id.startswith("survey.phase_1.") else f
        for f in _with(study, values).published
    )
    return replace(study, published=tuple(figures)), {f"survey.change.a{c}" for c in changes}


def _few_people(draft: Lines, study: Study, rng: np.random.Generator) -> Found:
    """A change between shares that are one or two people, or none."""
    c = int(rng.integers(draft.survey.shape[1]))
    survey = draft.survey.copy()
    for phase, people in enumerate(_one(rng, [(0, 1), (0, 2), (1, 2), (2, 1), (1, 0)])):
        rest = np.delete(np.arange(survey.shape[1]), c)
        largest = rest[np.argmax(survey[phase, rest])]
        survey[phase, largest] += survey[phase, c] - people
        survey[phase, c] = people
    if (survey < 0).any():
        return None
    answered = draft.answered.copy()
    answered[c] = True
    return print_lines(replace(draft, survey=survey, answered=answered)), {f"survey.change.a{c}"}


def _survey_other(draft: Lines, study: Study, rng: np.random.Generator) -> Found:
    """A share of one person more or fewer than answered so."""
    places = [
        (f"survey.phase_{phase}.a{c}", k + step)
        for phase, answers in enumerate(draft.survey)
        for c, k in enumerate(answers)
        for step in (-1, 1)
        if 0 <= k + step <= draft.asked
    ]
    name, k = _one(rng, places)
    stem, _, category = name.rpartition(".")
    value = half_up(100.0 * k / draft.asked)
    return _with(study, {name: value}), {stem, f"survey.change.{category}"}


@dataclass(frozen=True)
class Kind:
    """A kind of error: the family it is planted in, how, and which findings say it."""

    family: str
    codes: tuple[str, ...]
    plant: Callable[..., Found]


_AMOUNT = ("headline", "figure", "formula", "together", "rate")

KINDS: dict[str, Kind] = {
    "cell": Kind("statuses", _AMOUNT, _value("cost.", item=True)),
    "total": Kind("statuses", _AMOUNT, _value("cost.", item=False)),
    "gain": Kind("statuses", _AMOUNT, _value("gain.", "annual_gain.")),
    "per_head_of_others": Kind("statuses", _AMOUNT, _per_head),
    "difference": Kind("statuses", _AMOUNT, _value("difference")),
    "two_cells_swapped": Kind("statuses", _AMOUNT, _swapped),
    "row_with_another_rate": Kind("statuses", ("rate",), _row_rate),
    "printed_rate": Kind("statuses", ("rate",), _printed_rate(citizens=True)),
    "printed_rate_of_empty_row": Kind("statuses", ("figure",), _printed_rate(citizens=False)),
    "share_no_count": Kind("statuses", ("no_count", "no_count_but"), _no_count("share")),
    "share_other_count": Kind("statuses", ("other_count",), _other_count),
    "text_count": Kind("statuses", ("figure", "two_counts"), _text_count),
    "text_sum": Kind("statuses", ("formula",), _text_sum),
    "claim_reversed": Kind("statuses", ("claim",), _reversed),
    "cost_change": Kind("statuses", ("figure",), _value("change.")),
    "line_amount": Kind("lines", ("figure",), _amount),
    "period_total": Kind("lines", ("figure",), _value("period.")),
    "line_total": Kind("lines", ("figure",), _value("line.")),
    "payer_total_hidden_amount": Kind("lines", ("figure",), _hidden),
    "other_payers_part": Kind("lines", ("payer_part",), _other_part),
    "weighted_value_of_other_case": Kind("lines", ("formula", "provenance_copy"), _weighted_copy),
    "saving_of_other_payer": Kind("lines", ("figure", "provenance_copy"), _saving_copy),
    "weights_do_not_add": Kind("lines", ("formula",), _weights),
    "weighted_total": Kind("lines", ("formula",), _value("weighted.total")),
    "line_claim_reversed": Kind("lines", ("claim",), _reversed),
    "change_of_other_people": Kind("lines", ("denominators",), _denominators),
    "growth_of_two_people": Kind("lines", ("few_people",), _few_people),
    "survey_share_no_count": Kind("lines", ("no_count", "no_count_but"), _no_count("survey_share")),
    "survey_share_other_count": Kind("lines", ("parts", "formula"), _survey_other),
}
"""Every kind of planted error."""
