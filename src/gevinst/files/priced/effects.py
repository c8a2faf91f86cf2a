"""Effects from elsewhere: what is stated of them, when they are there, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from gevinst.files.container import Container
from gevinst.files.priced.lines import shares_of
from gevinst.files.priced.money import is_unit, written_unit
from gevinst.files.priced.restated import money_of, restated_of
from gevinst.files.stated import Contents, Stated, distribution_of, drawn_by, payer_of
from gevinst.files.tables import Row, Table
from gevinst.files.toml import Section, check_known
from gevinst.model.horizons import CONVENTIONS
from gevinst.sources.lines.effects import Effects
from gevinst.stats.yes_no.measures import RATIOS
from gevinst.study.elsewhere.effects import (
    FACTOR_LAWS,
    FACTORS,
    MEASURES,
    Consequence,
    Effect,
    Elsewhere,
    Factor,
    Presence,
    with_elsewhere,
)
from gevinst.study.prices import Rate
from gevinst.study.study import Study
from gevinst.text.language import LANGUAGES
from gevinst.text.numerals import Numeral

SKEW = 0.05
"""An estimate this part of an interval's width off its middle is said to be so."""

MOST_SE = 5.0
"""Largest standard error of a ratio's logarithm: its 95 % interval then ends 18,000 times off."""

SEEN = 1e-6
"""A share that leaves 0 to 1 less often than this is not spoken of."""


def read_elsewhere(container: Container, top: Section, stated: Stated, contents: Contents) -> None:
    """Read effects, their course over time, what they come to, and what comes off them."""
    table = container.needed("effects")
    fits = not (stated.ids("status") or len(stated.strata) > 1 or container.has("summaries"))
    if not fits:
        table.problem("E290")
    rows = table.rows(
        ("effect", "measure", "estimate", "source"),
        ("low", "high", "level", "se", "baseline", "transfer", *LANGUAGES),
        ("effect",),
        {"estimate": table.style.is_number},
    )
    effects = tuple(each for row in rows if (each := _effect(row, stated)) is not None)
    # One that is wrong is known all the same: its own problems are enough.
    known = tuple(filter(None, (row.text("effect") for row in rows)))
    course = container.table("persistence")
    presence = () if course is None else _presence(course, stated, known)
    priced = container.needed("consequences")
    consequences = _consequences(priced, stated, contents, known) if fits else ()
    factors = tuple(_factor(name, section, known) for name, section in top.named("effects").items())
    if table.faulty or priced.faulty or (course is not None and course.faulty):
        return
    contents.elsewhere = Elsewhere(effects, presence, consequences, factors)
    _say(table, stated, contents.elsewhere)


def check_elsewhere(study: Study, top: Section) -> Study:
    """Lay the effects into the study's lines; refuse what they have no meaning in."""
    elsewhere = study.elsewhere
    if elsewhere is None:
        return study
    if not study.stated:
        said = study.comparison
        top.section("comparison").problem("E291", said.kind if said else "")
        return study
    horizon = study.conventions.horizon
    if not CONVENTIONS[horizon].contrast_only:
        known = [name for name, each in CONVENTIONS.items() if each.contrast_only]
        top.section("conventions").problem("E292", horizon, known=known)
        return study
    return with_elsewhere(study, elsewhere)


def _say(table: Table, stated: Stated, elsewhere: Elsewhere) -> None:
    """Say what of the effects is taken as it stands, or held back."""
    spread = any(effect.standard_error for effect in elsewhere.effects)
    spread |= any(factor.high > factor.low for factor in elsewhere.factors)
    if spread and Effects.name not in (source.name for source in stated.sources):
        table.problem("W290", Effects.name)
    used = {each.effect for each in elsewhere.consequences}
    for effect in elsewhere.effects:
        if effect.id not in used:
            table.problem("W291", effect.id, effect=effect.id)
        numbers = {"point": effect.point, "mean": effect.law.mean}
        said: dict[str, Any] = {
            key: table.style.turned(f"{effect.scale * each:.4g}") for key, each in numbers.items()
        }
        if effect.law.beyond > SEEN:
            part = table.style.turned(f"{100.0 * effect.law.beyond:.2g}")
            table.problem("W293", effect.id, part=part, **said)
        elif effect.measure in RATIOS and effect.standard_error:
            table.problem("N292", effect.id, **said)
    if bare := [each.id for each in elsewhere.effects if not each.standard_error]:
        table.problem("N290", ", ".join(bare))
    there = {(each.effect, each.time) for each in elsewhere.presence}
    for effect in elsewhere.effects:
        missing = [time for time in stated.ids("time") if (effect.id, time) not in there]
        if missing:
            table.problem("N291", effect.id, effect=effect.id, times=missing)


def _effect(row: Row, stated: Stated) -> Effect | None:
    """Read one effect; None where something in its row is wrong."""
    before = len(row.table.problems.errors)
    own = written_unit("kr", stated.currency)
    names = {**{each: each for each in MEASURES[:-1]}, own: "kr", stated.currency: "kr"}
    measure = names.get(row.choice("measure", tuple(dict.fromkeys(names))) or "", "")
    estimate = row.number("estimate")
    transfer = row.number_or("transfer", 1.0)
    if not 0.0 <= transfer <= 1.0:
        row.problem("E059", Numeral(row.text("transfer")), column="transfer")
    effect = Effect(
        row.needed("effect"),
        {lang: row.text(lang) for lang in LANGUAGES if row.text(lang)},
        measure,
        estimate or 0.0,
        row.needed("source"),
        transfer=transfer,
    )
    if not effect.label.get(stated.language):
        row.problem("E014", column=stated.language)
    if estimate is None or not measure:
        return None
    effect = replace(effect, baseline=_baseline(row, effect))
    effect = _spread(row, effect)
    ratio = measure in RATIOS
    for column in ("estimate", *(("low", "high") if effect.level else ())):
        if ratio and getattr(effect, column) <= 0.0:
            row.problem("E295", Numeral(row.text(column)), column=column)
    if len(row.table.problems.errors) > before:
        return None
    if ratio and effect.standard_error > MOST_SE:
        row.problem("E309", row.table.style.write(effect.standard_error), most=MOST_SE)
        return None
    low, high = effect.law.limits
    if not low <= float(effect.law.free(effect.estimate)) <= high:
        row.problem("E294", Numeral(row.text("estimate")))
        return None
    if effect.level:
        _middle(row, effect)
    return effect


def _baseline(row: Row, effect: Effect) -> float | None:
    """Read the share without the intervention, which a ratio needs and an amount has not."""
    if not row.text("baseline"):
        if effect.measure in RATIOS:
            row.problem("E293", column="baseline")
        return None
    found = row.number("baseline")
    if not effect.of_share:
        row.problem("E296", Numeral(row.text("baseline")), measure=row.text("measure"))
        return None
    inside = found is not None and 0.0 <= found <= 1.0
    if found is not None and (not inside or (effect.measure in RATIOS and found in (0.0, 1.0))):
        row.problem("E293", Numeral(row.text("baseline")), column="baseline")
        return None
    return found


def _spread(row: Row, effect: Effect) -> Effect:
    """Read an interval with its level, or a standard error, or neither."""
    ranged = bool(row.text("low") or row.text("high"))
    if ranged and row.text("se"):
        row.problem("E297", Numeral(row.text("se")))
        return effect
    if row.text("level") and not ranged:
        row.problem("E274", Numeral(row.text("level")))
    if row.text("se"):
        se = row.number("se")
        if se is not None and se < 0.0:
            row.problem("E022", Numeral(row.text("se")), column="se")
        return replace(effect, se=se or 0.0)
    if not ranged:
        return effect
    low, high, level = (row.number(column) for column in ("low", "high", "level"))
    if low is None or high is None or level is None:
        return effect
    if not 0.0 < level < 1.0:
        row.problem("E263", Numeral(row.text("level")))
        return effect
    if not low <= effect.estimate <= high:
        row.problem("E298", _interval(row), estimate=row.text("estimate"))
        return effect
    return replace(effect, low=low, high=high, level=level)


def _interval(row: Row) -> Numeral:
    return Numeral(f"{row.text('low')} - {row.text('high')}")


def _middle(row: Row, effect: Effect) -> None:
    """Say where an estimate is not in the middle of its interval, but for rounding."""
    low, estimate, high = effect.low, effect.estimate, effect.high
    digit = row.last_digit("estimate")
    if effect.measure in RATIOS:
        low, estimate, high = map(math.log, (low, estimate, high))
        digit /= effect.estimate
    if abs((low + high) / 2.0 - estimate) > SKEW * (high - low) + digit:
        row.problem("W292", _interval(row), estimate=row.text("estimate"))


def _presence(table: Table, stated: Stated, known: Sequence[str]) -> tuple[Presence, ...]:
    """Read how much of an effect is there at a time."""
    rows = table.rows(("effect", "time", "share", "source"), (), ("effect", "time"))
    found = []
    for row in rows:
        effect, time = row.choice("effect", known), row.choice("time", stated.ids("time"))
        share, source = row.number("share"), row.needed("source")
        if share is not None and not 0.0 <= share <= 1.0:
            row.problem("E059", Numeral(row.text("share")), column="share")
        elif effect is not None and time is not None and share is not None:
            found.append(Presence(effect, time, share, source))
    return tuple(found)


def _consequences(
    table: Table, stated: Stated, contents: Contents, known: Sequence[str]
) -> tuple[Consequence, ...]:
    """Read what one of an effect comes to: each is a line of the treated arm, with its price."""
    contents.rated.append(table)
    rows = table.rows(
        ("effect", "item", "amount", "unit", "distribution", "assumption", "source"),
        (
            *("time", "direction", "rate", "paid_by", "shares", "price_year"),
            *("cv", "low", "high", "drawn_by"),
        ),
        ("item", "time"),
        {"effect": known.__contains__, "item": stated.ids("line").__contains__}
        | {"amount": table.style.is_number, "unit": is_unit(("kr",), stated.currency)},
    )
    lengths = {round(time.span[1] - time.span[0], 9) for time in stated.times if time.span}
    if len(lengths) > 1 and (same := [row.text("item") for row in rows if not row.text("time")]):
        table.problem("N313", ", ".join(dict.fromkeys(same)))
    found: list[Consequence] = []
    lines: dict[tuple[int, ...], int] = {}
    first: dict[str, tuple[int, Rate]] = {}
    many = [row.text("item") for row in rows]
    for row in rows:
        each = _consequence(row, stated, known, many.count(row.text("item")) > 1)
        if each is None:
            continue
        consequence, rate, shares = each
        if not _free(row, consequence, lines, stated, contents):
            continue
        if rate.id in first:
            line, before = first[rate.id]
            if replace(before, source=rate.source) != rate:
                row.problem("E299", rate.id, rate=rate.id, first=line)
        elif rate.id in contents.positions:
            row.problem("E300", rate.id, rate=rate.id)
        else:
            first[rate.id] = row.line, rate
            contents.add_rate(rate)
        for cell in _cells(consequence, stated):
            for rate_map in contents.rate_maps.values():
                rate_map[cell] = contents.positions[rate.id]
            contents.share[cell] = [shares.get(each, 0.0) for each in stated.ids("payer")]
        found.append(consequence)
    return tuple(found)


def _consequence(
    row: Row, stated: Stated, known: Sequence[str], several: bool
) -> tuple[Consequence, Rate, dict[str, float]] | None:
    """Read one consequence, its price and who pays; None where something is wrong."""
    before = len(row.table.problems.errors)
    effect, item = row.choice("effect", known), row.choice("item", stated.ids("line"))
    time = row.choice("time", stated.ids("time")) if row.text("time") else ""
    falls = row.choice_or("direction", ("with", "against")) == "against"
    amount, (unit, currency) = row.number("amount"), money_of(row, "unit", ("kr",), stated)
    if amount is not None and amount < 0.0:
        row.problem("E022", Numeral(row.text("amount")), column="amount")
    shares = shares_of(row, "shares", stated)
    if shares and row.text("paid_by"):
        row.problem("E301", row.text("paid_by"))
    elif not shares:
        shares = {stated.ids("payer")[payer_of(row, stated)]: 1.0}
    source = row.needed("source")
    if len(row.table.problems.errors) > before or amount is None or not unit:
        return None
    money = restated_of(row, "amount", amount, currency, stated)
    factor = money.factor if money else 1.0
    name = row.text("rate") or "/".join(filter(None, (str(item), str(time) if several else "")))
    rate = Rate(
        name,
        amount * factor,
        "kr",
        distribution_of(row, amount * factor, factor, stated),
        drawn_by(row, stated),
        source,
        rounding=row.last_digit("amount") * factor / 2.0 if amount else 0.0,
        restated=money,
    )
    if len(row.table.problems.errors) > before:
        return None
    return Consequence(str(effect), str(item), str(time), name, falls, source), rate, shares


def _cells(consequence: Consequence, stated: Stated) -> Iterator[tuple[int, int, int, int]]:
    """Go through the cells of a consequence: lines of the treated arm."""
    at, said = stated.at, stated.comparison
    arm = stated.arms[0].id if said is None else said.contrast.treated
    for time in (consequence.time,) if consequence.time else stated.ids("time"):
        yield at("arm", arm), 0, at("time", time), at("item", consequence.item)


def _free(
    row: Row,
    consequence: Consequence,
    lines: dict[tuple[int, ...], int],
    stated: Stated,
    contents: Contents,
) -> bool:
    """Say whether no amount and no other consequence is in its cells; and if one is, which."""
    for cell in _cells(consequence, stated):
        place = " / ".join((consequence.item, stated.times[cell[2]].id))
        if contents.lines[cell] or contents.group_lines[cell] or contents.uncounted[cell]:
            amounts = next(table for table in contents.rated if table is not row.table)
            row.problem("E266", place, other=amounts.name, first=contents.line_of[cell])
            return False
        if lines.setdefault(cell, row.line) != row.line:
            row.problem("E302", place, first=lines[cell])
            return False
    return True


def _factor(name: str, section: Section, known: Sequence[str]) -> Factor:
    """Read what comes off an effect: a share with its range."""
    if name not in FACTORS:
        section.problem("E030", name, column="effects", known=FACTORS)
    before, numbers = len(section.problems.errors), {}
    for key in ("share", "low", "high", "level"):
        value = section.values.get(key)
        section.used.add(key)
        if value is None and key != "share":
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            section.problem("E303", value, key=key, name=name)
            continue
        numbers[key] = float(value)
    of = section.strings("of") if "of" in section.values else ()
    check_known(section, "of", of, known)
    law = section.choice("law", FACTOR_LAWS, FACTOR_LAWS[0])
    source = section.text("source")
    if ("low" in numbers) != ("high" in numbers) or ("level" in numbers and "low" not in numbers):
        section.problem("E304", name)
    elif "level" in numbers and ("law" in section.values or not 0.0 < numbers["level"] < 1.0):
        section.problem("E305", numbers["level"])
    factor = Factor(name, numbers.pop("share", 0.0), source, **numbers, law=law, of=of)
    section.done()
    if len(section.problems.errors) > before:
        return factor
    try:
        held = factor.low <= factor.share <= factor.high or not factor.high
        middle = abs(factor.spread.mean - factor.share) <= 1e-9
    except ValueError:
        held = middle = False
    if not (held and middle):
        section.problem("E306", f"{factor.low:g} - {factor.high:g}", share=f"{factor.share:g}")
    return factor
