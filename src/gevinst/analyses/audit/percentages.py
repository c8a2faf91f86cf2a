"""Percentages of people: can any count give them, and what do changes between them rest on?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from gevinst.analyses.audit.evidence import Evidence, StudyEvidence
from gevinst.analyses.audit.finding import Finding, Listed, Quantity
from gevinst.stats.yes_no.printed import beside, can_add, counts_of, fitting_bases
from gevinst.study.claims import Published

_SHARES = ("share", "survey_share")


def _asked(evidence: Evidence, figure: Published) -> int | None:
    """Of how many people a percentage is."""
    if figure.of is not None:
        return figure.of
    if figure.measure == "share" and isinstance(evidence, StudyEvidence):
        return evidence.study.arms[evidence.study.axes.at("arm", figure.arm)].analysed
    return None


def _others(evidence: Evidence, figure: Published) -> list[int]:
    """Other numbers of people the study or its figures speak of."""
    numbers = {f.of for f in evidence.figures if f.of}
    if isinstance(evidence, StudyEvidence):
        arms = evidence.study.arms
        numbers |= {arm.analysed for arm in arms} | {arm.enrolled for arm in arms}
        if evidence.study.statuses:  # else both arms are the same people
            numbers |= {sum(arm.analysed for arm in arms), sum(arm.enrolled for arm in arms)}
    return sorted(n for n in numbers if n and n != _asked(evidence, figure))


def _fitting(figure: Published, of: int) -> range:
    return counts_of(figure.value, figure.rounding, of)


def grim(evidence: Evidence) -> Iterator[Finding]:
    """Percentages that no count of the stated people gives, or that fit another count."""
    for figure in evidence.figures:
        of = _asked(evidence, figure)
        if figure.measure not in _SHARES or figure.relation != "=":
            continue
        if of is None:
            yield from _nobody_says(evidence, figure)
            continue
        fitting, stated = _fitting(figure, of), evidence.recomputed.get(figure.id)
        if not fitting:
            fits = [n for n in _others(evidence, figure) if _fitting(figure, n)]
            code = "no_count_but" if fits else "no_count"
            values = {"of": of, "others": Listed.of(fits), **_nearest(figure, of)}
            yield evidence.finding(code, figure, **values).tied(f"asked {of}")
        elif stated is not None and not evidence.agrees(figure):
            people = {"of": of, "count": fitting[0], "counted": round(stated * of / 100.0)}
            found = evidence.finding("other_count", figure, stated, **people)
            yield found.tied(*evidence.ties(figure))


def _nearest(figure: Published, of: int) -> dict[str, object]:
    """The percentages nearest to one that no count gives, and the counts that give them."""
    fewer, more = beside(figure.value, of)
    digits = figure.digits + 1
    below, above = (Quantity(100.0 * k / of, "pct", digits) for k in (fewer, more))
    return {"below": below, "fewer": fewer, "above": above, "more": more}


def common(evidence: Evidence) -> Iterator[Finding]:
    """Percentages that no count of the people asked gives, and one smaller number gives them all.

    So it is where not everybody answered. It takes two such percentages: one alone fits many.
    """
    asked: dict[int, list[Published]] = defaultdict(list)
    for figure in evidence.figures:
        of = _asked(evidence, figure)
        if figure.measure in _SHARES and figure.relation == "=" and of and not _fitting(figure, of):
            asked[of].append(figure)
    for of, members in asked.items():
        shares = ((member.value, member.rounding) for member in members)
        fitting = list(fitting_bases(shares, range(2, of)))
        if len(members) > 1 and fitting:
            values = {"shares": len(members), "of": of, "fitting": Listed.of(fitting)}
            about = f"asked.{of}", members[0].source
            found = Finding("common_base", *about, values=values, ties=(f"asked {of}",))
            yield replace(found, consequence=True)


def _nobody_says(evidence: Evidence, figure: Published) -> Iterator[Finding]:
    """A percentage of people whose number is not stated, against every number that is."""
    known = _others(evidence, figure)
    if (figure.id.rpartition(".")[0], None) in _wholes(evidence):
        return  # `parts` says it of all of them together
    if known and not any(_fitting(figure, n) for n in known):
        found = evidence.finding("no_known_count", figure, others=Listed.of(known))
        yield found.tied("of whom")


def parts(evidence: Evidence) -> Iterator[Finding]:
    """Shares that look like the parts of one whole: do whole people give them all?

    Shares with the same stem of their ids and the same number asked, that add to 100 within their
    roundings, are such parts. The counts each can be must be able to add to the number asked.
    """
    for (stem, of), members in _wholes(evidence).items():
        values: dict[str, object] = {"stem": stem, "of": of, "parts": len(members)}
        about = stem, members[0].source, sum(member.value for member in members)
        if of is not None:
            possible = all(_fitting(member, of) for member in members)
            if possible and not _are_parts(members, of):
                yield Finding("parts", *about, values=values)
            continue
        known = _others(evidence, members[0])
        if known and not any(_are_parts(members, n) for n in known):
            fitting = [n for n in range(2, max(known) + 1) if _are_parts(members, n)]
            values |= {"others": Listed.of(known), "fitting": Listed.of(fitting)}
            yield Finding("parts_of_whom", *about, values=values, ties=("of whom",))


def _wholes(evidence: Evidence) -> dict[tuple[str, int | None], list[Published]]:
    """Groups of shares that look like the parts of one whole."""
    groups: dict[tuple[str, int | None], list[Published]] = defaultdict(list)
    for figure in evidence.figures:
        if figure.measure == "survey_share" and figure.relation == "=":
            groups[figure.id.rpartition(".")[0], figure.of].append(figure)
    return {
        name: members
        for name, members in groups.items()
        if len(members) > 2 and abs(sum(m.value for m in members) - 100.0) <= len(members) / 2
    }


def _are_parts(members: list[Published], of: int) -> bool:
    """Whether whole numbers of people that round to the shares can add to the number asked."""
    return can_add([_fitting(member, of) for member in members], of)


def changes(evidence: Evidence) -> Iterator[Finding]:
    """Changes between shares: other people asked, and growth that rests on one or two of them."""
    for name, formula in evidence.formulas.items():
        shares = [evidence.by_id[part] for part in formula.names]
        if not set("-/") & set(formula.text):
            continue  # a sum of shares claims no change
        if not shares or any(f.measure != "survey_share" or not f.of for f in shares):
            continue
        figure = evidence.by_id[name]
        asked = [share.of or 0 for share in shares]
        counted = [_fitting(share, of) for share, of in zip(shares, asked, strict=True)]
        if len(set(asked)) > 1:
            found = evidence.finding("denominators", figure, asked=Listed.of(asked, " / "))
            yield found.tied("denominators", f"change {name}")
        if all(fitting and fitting[0] <= 2 for fitting in counted):
            people = Listed.of((fitting[0] for fitting in counted), " / ")
            found = evidence.finding("few_people", figure, people=people)
            yield found.tied(f"change {name}")
