"""What would turn it: one citizen, one number, and those who were lost."""

from __future__ import annotations

from gevinst.analyses.alone.deadweight import Deadweight
from gevinst.analyses.swing import value_said
from gevinst.analyses.turning.inputs import Input, brings_in, unlike
from gevinst.reports.front.verdict import end
from gevinst.reports.results import Results
from gevinst.text.language import Language, rounded

_MOST = 3
"""Columns of the page."""


def turns(results: Results, text: Language) -> list[tuple[str, str]]:
    """Return up to three columns: a bold start, and a sentence."""
    if results.study.elsewhere is not None:
        found = [_effect(results, text), _part(results, text), _rate(results, text)]
    elif results.study.stated:
        found = [_case(results, text), _estimate(results, text), _readings(results, text)]
    elif results.deadweight is not None:
        found = [_citizen(results, text), *_anyway(results.deadweight, text), _rate(results, text)]
    else:
        found = [_citizen(results, text), _rate(results, text), _lost(results, text)]
    return [each for each in found if each is not None][:_MOST]


def _anyway(found: Deadweight, text: Language) -> list[tuple[str, str]]:
    """Say how much may have come without the intervention, and what the choice of citizens does."""
    said = found.said(text)[:1] if found.reason else found.held(text) + found.elsewhere(text)[:1]
    dear = found.unusual(text)
    columns = [(text("front.anyway"), " ".join(said))]
    return [*columns, (text("front.dear"), dear)] if dear else columns


def _citizen(results: Results, text: Language) -> tuple[str, str] | None:
    """Say what the fewest citizens of the treated arm do to the difference."""
    found = results.sensitivity.fragility
    if found is None or found.difference == 0.0:
        return None
    turn = found.arms[results.study.contrast.treated][0]
    label = text("front.one_citizen")
    if turn.citizens is None or not turn.path:
        return label, text("front.no_citizen", arm=text.label(found.labels[_arm(results)]))
    if turn.citizens > 1:
        arm = text.label(found.labels[_arm(results)])
        return label, text("front.citizens", n=text.number(turn.citizens), arm=arm)
    (change,) = turn.path
    sign = -1.0 if found.difference > 0.0 else 1.0
    after = text.label(found.labels[change.after]) if change.after else text("fragility.nothing")
    said = text(
        "front.citizen",
        arm=text.label(found.labels[change.arm]),
        before=text.label(found.labels[change.before]),
        after=after,
        now=end(found.difference, text, exact=True),
        then=end(found.difference + sign * change.kr, text, exact=True),
    )
    return label, said


def _arm(results: Results) -> str:
    return results.study.contrast.treated


def _rate(results: Results, text: Language) -> tuple[str, str] | None:
    """Say at which value of a rate nothing is left: of the nearest that one arm alone has, if any.

    A rate that only one of the groups is counted with is what a reader will ask about first.
    """
    study = results.study
    found = results.sensitivity.break_even.inputs
    rates = [i for i in found if i.kind == "rate" and i.possible and i.value > 0.0]
    if not rates:
        return None
    arms = [study.labels[arm] for arm in study.contrast.arms]
    own = [each for each in rates if any(part in arms for part in each.place)]
    near = min(own or rates, key=lambda each: each.nearness)
    yearly = near.unit == "kr/year"  # a citizen's, which a reader knows by the month
    per = "" if near.unit == "kr" else f" {text('front.per_month')}"
    months = 12.0 if yearly else 1.0
    income = brings_in(study, near)
    said = None if income else _both(results, near, per, months, text)
    if said is not None:
        return text("front.one_rate"), said
    kind, way = "income" if income else "rate", "more" if near.value > near.current else "less"
    return text("front.one_rate"), text(
        f"front.{kind}_{way}",
        place=", ".join(text.label(part) for part in near.place),
        value=text.kr(near.value / months),
        current=text.number(near.current / months),
        per=per,
    )


def _both(results: Results, near: Input, per: str, months: float, text: Language) -> str | None:
    """Say what each of the groups is counted with; None where they have not two rates for one."""
    study, found = results.study, unlike(results.study, near)
    if found is None:
        return None
    own = study.labels[found.arm]
    what, *rest = near.place
    times = [text.label(part) for part in rest if part != own]
    return text(
        "front.rate_own" if near.value > near.current else "front.rate_own_less",
        what=text.label(what),
        current=text.number(near.current / months),
        per=per,
        arm=text.label(own),
        other=text.number(found.other / months),
        against=text.label(study.labels[found.against]),
        when=text("front.when", times=", ".join(times)) if times else "",
        value=text.number(near.value / months),
        now=text(f"front.the_{'saving' if results.gain.difference > 0.0 else 'cost'}"),
        then=end(found.difference, text),
    )


def _lost(results: Results, text: Language) -> tuple[str, str] | None:
    """Say how far the difference can reach, whatever became of those who were lost."""
    found = results.missing
    if found.manski is None:
        return None
    arms = found.flow.arms
    numbers = {
        "dropped": [arm.dropouts for arm in arms],
        "gone": [arm.analysed - found.flow.seen(arm) for arm in arms],
    }
    who = []
    for key, each in numbers.items():
        of = (
            text("front.who", n=text.number(n), arm=text.label(arm.label))
            for arm, n in zip(arms, each, strict=True)
            if n
        )
        if any(each):
            who.append(text(f"front.{key}", n=", ".join(of)))
    low, high = (text.number(rounded(kr)) for kr in found.manski)
    said = text("front.lost", who=text("front.or").join(who), low=low, high=high)
    return text("front.the_lost"), said


def _effect(results: Results, text: Language) -> tuple[str, str] | None:
    """Say what the nearest effect from elsewhere would have to be."""
    inputs = results.sensitivity.break_even.inputs
    found = [each for each in inputs if each.kind == "effect" and each.possible]
    if not found or not results.gain.difference:
        return None
    near = min(found, key=lambda each: each.nearness)
    now = value_said(near.current, near.unit, text)
    return text("front.the_effect"), text(
        f"front.effect_{'less' if near.value < near.current else 'more'}",
        effect=text.label(near.place[0]),
        value=value_said(near.value, near.unit, text),
        current=now,
        now=text(f"front.the_{'saving' if results.gain.difference > 0.0 else 'cost'}"),
    )


def _part(results: Results, text: Language) -> tuple[str, str] | None:
    """Say what part of all effects would have to come."""
    inputs = results.sensitivity.break_even.inputs
    found = [each for each in inputs if each.kind == "effects" and each.possible]
    if not found or not results.gain.difference:
        return None
    (part,) = found
    now = text(f"front.the_{'saving' if results.gain.difference > 0.0 else 'cost'}")
    key = "front.part_less" if part.value < 1.0 else "front.part_more"
    return text("front.the_part"), text(key, share=text.percent(part.value), now=now)


def _case(results: Results, text: Language) -> tuple[str, str] | None:
    """Say for how many citizens a case could stand at most."""
    inputs = [
        i for i in results.sensitivity.break_even.inputs if i.kind == "citizens" and i.possible
    ]
    if not inputs:
        return None
    near = min(inputs, key=lambda each: each.nearness)
    key = "front.case_fewer" if near.value < near.current else "front.case_more"
    return text("front.one_case"), text(
        key,
        case=text.label(near.place[0]),
        value=text.number(near.value, 1),
        current=text.number(near.current),
    )


def _estimate(results: Results, text: Language) -> tuple[str, str] | None:
    """Say how much too dear, or too cheap, the stated course would have to be written."""
    gain, study = results.gain, results.study
    if not gain.contrast_only or study.contrast.reference is None:
        return None
    a = study.axes.at("arm", study.contrast.reference)
    cost = -float(gain.net_gain_per_citizen[a])
    if cost <= 0.0 or not gain.difference:
        return None
    key = "front.estimate_dear" if gain.difference > 0.0 else "front.estimate_cheap"
    share = text.percent(abs(gain.difference) / cost)
    arm = text.label(study.labels[study.contrast.reference])
    return text("front.the_estimate"), text(
        key, arm=arm, kr=text.kr(abs(gain.difference)), share=share
    )


def _readings(results: Results, text: Language) -> tuple[str, str] | None:
    """Say what other readings of the publication give."""
    ways = results.scenarios
    if not ways.axes:
        return None
    low, high = (end(kr, text) for kr in (ways.low, ways.high))
    n = text.number(len(ways.specifications))
    return text("front.the_readings"), text("front.readings", n=n, low=low, high=high)
