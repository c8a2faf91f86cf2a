"""What a study compares, and the choices its calculation rests on, as its settings hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gevinst.files.stated import Stated
from gevinst.files.toml import Section, check_known
from gevinst.model.axes import Contrast
from gevinst.model.discounting import NONE, OWN, SCHEDULES, TIMINGS, Discounting, Rates
from gevinst.model.horizons import CONVENTIONS
from gevinst.study.comparison import KINDS, PAIRED, USUAL, Comparison, Marker
from gevinst.study.conventions import ALL, HEADS, STATED, Conventions
from gevinst.study.named import STRATUM, Design, Stratification, unlike_years
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import suggest
from gevinst.text.result import DESIGNS

Floats = NDArray[np.float64]


def read_comparison(top: Section, stated: Stated) -> Comparison | None:
    """Read what is compared with what, and how; None where the settings do not say."""
    section, arms, lang = top.section("comparison"), stated.ids("arm"), stated.language
    said = "comparison" in top.values
    if top.problems.errors and (not all(arms) or len(set(arms)) != max(len(arms), 1)):
        return None  # of what its names would be said again
    kind = section.choice("kind", KINDS, PAIRED[0] if len(arms) > 1 else KINDS[-1])
    named: dict[str, str] = {
        key: section.choice(key, arms, "")
        for key in ("treated", "reference")
        if key in section.values
    }
    if len(arms) == 1 and kind in PAIRED:
        section.problem("E191", kind, arm=arms[0], known=[k for k in KINDS if k not in PAIRED])
    elif kind not in PAIRED and "reference" in named:
        section.problem("E192", named["reference"], kind=kind)
    contrast = _contrast(arms, named, alone=kind not in PAIRED)
    if contrast is None:
        if all(named.values()):  # else it is said already which name there is not
            section.problem("E190", known=arms)
        contrast = Contrast(arms[0])
    elif contrast.treated == contrast.reference:
        section.problem("E159", contrast.treated)
    over = section.optional_label("over", lang)
    chosen = section.optional_label("chosen", lang)
    basis = section.label(lang) if {"da", "en"} & set(section.values) else {}
    markers = tuple(_marker(marker, lang) for marker in section.sections("marker"))
    section.done()
    if not said:
        return None
    return Comparison(KINDS[KINDS.index(kind)], contrast, basis, over, markers, chosen)


def _contrast(arms: Sequence[str], named: Mapping[str, str], *, alone: bool) -> Contrast | None:
    """Tell who is held against whom; None where only the study can say."""
    if len(arms) < 2:
        return Contrast("".join(arms))  # that there is none is said elsewhere
    treated, reference = named.get("treated"), named.get("reference")
    if alone:
        return Contrast(treated) if treated else None
    if set(arms) == set(USUAL.arms):
        return Contrast(treated or USUAL.treated, reference or USUAL.reference)
    if len(arms) == 2 and (treated or reference):
        treated = treated or next(arm for arm in arms if arm != reference)
        reference = reference or next(arm for arm in arms if arm != treated)
    return Contrast(treated, reference) if treated and reference else None


def _marker(section: Section, lang: str) -> Marker:
    """Read a share from elsewhere."""
    share = section.values.get("share")
    section.used.add("share")
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0.0 <= share <= 1.0:
        section.problem("E194", share)
        share = 0.0
    marker = Marker(float(share), section.label(lang), section.text("source"))
    section.done()
    return marker


def read_discount(top: Section) -> Discounting | None:
    """Read how later amounts are discounted; None where the settings do not say."""
    if "discount" not in top.values:
        return None
    section = top.section("discount")
    schedule = section.text("schedule")
    if schedule:
        schedule = section.choice("schedule", (NONE, *SCHEDULES, OWN), "")
    timing = section.choice("timing", TIMINGS, TIMINGS[0])
    source = section.text("source", None if schedule == OWN else "")
    rates = SCHEDULES.get(schedule, ())
    if schedule == OWN or "rates" in section.values:
        own = _own_rates(section)
        if schedule == OWN:
            rates = own
        elif schedule:
            section.problem("E314", schedule)
    section.done()
    return Discounting(schedule, rates, TIMINGS[TIMINGS.index(timing)], source)


def _own_rates(section: Section) -> Rates:
    """Read rates a year, each until a year; the last goes on."""
    found: list[tuple[float | None, float]] = []
    latest, entries = 0.0, section.sections("rates")
    for entry in entries:
        to, rate = entry.years("to"), entry.values.get("rate")
        entry.used.add("rate")
        entry.done()
        known = not isinstance(rate, bool) and isinstance(rate, (int, float)) and 0.0 <= rate < 1.0
        grows = entry is entries[-1] if to is None else to > latest
        if not (known and grows):
            section.problem("E315", "" if rate is None else rate)
            return ()
        latest = to or latest
        found.append((to, float(rate or 0.0)))
    if not found:
        if "rates" not in section.values or section.values["rates"] == []:
            section.problem("E315")
        return ()
    return (*found[:-1], (None, found[-1][1]))


def read_conventions(
    top: Section, stated: Stated, discount: Discounting | None = None
) -> Conventions:
    """Read the choices that the published calculation rests on."""
    section = top.section("conventions")
    schedule = NONE if discount is None else discount.schedule
    named = top.section("alternatives")
    schedules = tuple(dict.fromkeys((schedule, NONE, *SCHEDULES)))
    conventions = Conventions(
        section.choice("rates", stated.bases, stated.bases[0]),
        section.choice("horizon", tuple(CONVENTIONS), next(iter(CONVENTIONS))),
        section.choice("heads", HEADS, HEADS[0]),
        section.choice("perspective", (ALL, *stated.ids("payer")), ALL),
        *(
            section.choice(kind, known, known[0])
            for kind, known in (
                *((k, tuple(named.named(k)) or (STATED,)) for k in ("weights", "payers")),
                ("discount", schedules),
            )
        ),
    )
    section.done()
    if not stated.priced:
        return conventions  # which nothing is then calculated by
    unplaced = [time.id for time in stated.times if time.until is None]
    if unplaced and {schedule, conventions.discount} - {NONE, ""}:
        (top if discount is None else top.section("discount")).problem("E313", times=unplaced)
    if CONVENTIONS[conventions.horizon].needs_years and any(
        time.years is None for time in stated.times
    ):
        section.problem("E062", conventions.horizon)
    falls = not CONVENTIONS[conventions.horizon].contrast_only
    if not falls and stated.ids("status") and (unlike := unlike_years(stated.times)):
        section.problem("E323", conventions.horizon, times=unlike)
    if falls and stated.ids("status") and len(stated.times) == 1:
        top.problems.add("E206", top.file, None, stated.times[0].id)
    return conventions


def read_weights(top: Section, stated: Stated) -> dict[str, Floats]:
    """Read stratum shares: of the citizens each stratum counts, and of each alternative."""
    strata = stated.ids("stratum")
    if stated.counted:  # their shares are the counts'
        for name, section in top.section("alternatives").named("weights").items():
            section.problem("E336", name)
        return {STATED: np.ones((len(stated.arms), 1))}
    counted = {section.text("id"): section.whole("citizens") for section in top.sections("strata")}
    readings = {
        name: {stratum: section.section("citizens").whole(stratum) for stratum in strata}
        for name, section in top.section("alternatives").named("weights").items()
    } or {STATED: counted or {strata[0]: 1}}
    weights = {}
    for name, reading in readings.items():
        citizens = np.array([float(reading[stratum]) for stratum in strata])
        if citizens.sum() == 0.0:
            top.problem("E058", 0, key=f"{name} citizens")
        weights[name] = np.tile(citizens / max(citizens.sum(), 1.0), (len(stated.arms), 1))
    return weights


def read_shares(top: Section, stated: Stated, share: Floats) -> dict[str, Floats]:
    """Read whose each amount is: as the tables say, and with two payers swapped in some strata."""
    shares = {}
    for name, section in top.section("alternatives").named("payers").items():
        shares[name] = share.copy()
        if "swap" in section.values:
            swap, strata = section.strings("swap"), section.strings("strata")
            for axis, ids in (("payer", swap), ("stratum", strata)):
                check_known(section, axis, ids, stated.ids(axis))
            if len(swap) != 2:
                section.problem("E051", swap, key="swap", section=section.name)
            if top.problems.errors:
                continue
            pair = [stated.at("payer", payer) for payer in swap]
            for stratum in strata:
                k = stated.at("stratum", stratum)
                shares[name][:, k, :, :, pair] = share[:, k, :, :, pair[::-1]]
    return shares or {STATED: share}


def read_stratification(top: Section, stated: Stated) -> Stratification | None:
    """Read what citizens are compared within: groups of statuses at start, a column, or counts."""
    if "stratification" not in top.values:
        label = {lang: language(lang)("stratify.stratum") for lang in LANGUAGES}
        return _counted(top, stated, Stratification(label)) if stated.counted else None
    section = top.section("stratification")
    label = section.label(stated.language)
    stated_by = [key for key in ("groups", "column") if key in section.values]
    groups = section.strings("groups") if "groups" in section.values else ()
    column = section.text("column", "")
    if len(stated_by) != 1 or not (groups or column):
        section.problem("E128", ", ".join(stated_by))
    known = (*stated.groups, *stated.ids("status"))
    check_known(section, "groups", groups, known)
    section.done()
    if stated.counted and column != STRATUM:
        section.problem("E333", column or ", ".join(groups))
    found = Stratification(label, groups, column)
    return _counted(top, stated, found) if stated.counted else found


def _counted(top: Section, stated: Stated, said: Stratification) -> Stratification:
    """Name the strata that counts are kept in, with the population's citizens of each if stated."""
    sections = top.sections("strata")
    given = tuple(each.whole("citizens") for each in sections if "citizens" in each.values)
    if given and len(given) < len(sections):
        lacking = [each.text("id") for each in sections if "citizens" not in each.values]
        top.problem("E338", ", ".join(lacking))
    elif given and not sum(given):
        top.problem("E058", 0, key="citizens")
    return replace(said, column=STRATUM, strata=stated.counted, citizens=given)


def read_design(top: Section, lang: str) -> dict[str, Design]:
    """Read what a study says of its citizens that no calculation honours."""
    found = {}
    for kind, section in top.named("design").items():
        if kind not in DESIGNS:
            top.problem("E030", kind, column="design", known=suggest(kind, DESIGNS))
            continue
        found[kind] = Design(section.label(lang), section.text("column", ""))
        section.done()
    return found
