"""What a study's settings hold: its axes, what else it names, and the choices it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import starmap

import numpy as np
from numpy.typing import NDArray

from gevinst.files.stated import Stated
from gevinst.files.toml import Section
from gevinst.model.axes import Contrast
from gevinst.model.horizons import CONVENTIONS, ONE_OFF, RECURRING
from gevinst.sources import settings
from gevinst.sources.registry import SOURCES
from gevinst.study.claims import Survey
from gevinst.study.comparison import KINDS, PAIRED, USUAL, Comparison, Marker
from gevinst.study.conventions import ALL, HEADS, STATED, Conventions
from gevinst.study.named import MOST, Arm, Item, Named, Note, SourceSpec, Stratification, Time
from gevinst.study.outcomes import Outcome
from gevinst.text.language import LANGUAGES, language
from gevinst.text.problems import WrongValueError, suggest

ALTERNATIVES = {"basis": "rates", "weights": "weights", "payers": "payers"}
"""Kinds of alternatives a study can name (rate bases, weightings, readings of the payers), and what
its file calls them."""

ONE_STRATUM = (Named("all", {"da": "alle", "en": "all"}),)
"""Where none are stated."""

ONE_TIME = Time("end", {"da": "ved slutningen", "en": "at the end"}, None)
"""Where none is stated, of a study of outcomes alone that counts nobody in statuses."""

_PLAIN = re.compile(r"[^\W_][\w-]*")
"""A study's id becomes the name of a folder."""

Floats = NDArray[np.float64]


def read_stated(top: Section, *, paired: bool, priced: bool = True) -> Stated | None:
    """Read what the settings name; None where the tables cannot be read against it.

    Parameters
    ----------
    top : Section
        The settings.
    paired : bool
        Whether there are person rows, which then say how large the arms are.
    priced : bool
        Whether there are tables of prices; where there are none, outcomes alone can be stated.
    """
    lang = top.choice("language", LANGUAGES, "en")
    if top.values.get("language", lang) == lang:
        top.problems.language = language(lang).code
    study_id = top.text("id")
    if isinstance(top.values.get("id"), str) and not _PLAIN.fullmatch(study_id):
        top.problem("E077", study_id)
    times, counted, measured = _times(top, lang), "statuses" in top.values, "outcomes" in top.values
    if measured and not (times or priced or counted):
        times = (ONE_TIME,)
    axes = Stated(
        id=study_id,
        language=lang,
        arms=tuple(_arm(section, lang, paired=paired) for section in top.sections("arms")),
        payers=_entries(top, "payers", lang),
        strata=_entries(top, "strata", lang) or ONE_STRATUM,
        times=times,
        sources=tuple(_source(section, lang) for section in top.sections("sources")),
        items=(
            *(_item(section, lang, status=True) for section in top.sections("statuses")),
            *(_item(section, lang, status=False) for section in top.sections("items")),
        ),
    )
    alone = not (priced or axes.ids("line")) and (counted or measured)
    axes = replace(axes, priced=not alone)
    _check_ids(axes, top)
    alternatives = {
        kind: tuple(starmap(Named, top.section("alternatives").labels(key, lang).items()))
        for kind, key in ALTERNATIVES.items()
    }
    assumptions = top.labels("assumptions", lang)
    groups = {
        name: (section.label(lang), _members(section, axes.ids("status")))
        for name, section in top.named("groups").items()
    }
    comparison = _comparison(top, axes)
    outcomes = tuple(_outcome(each, axes, groups) for each in top.sections("outcomes"))
    _check_once(top, "outcomes", [outcome.id for outcome in outcomes])
    if top.problems.errors:
        return None
    stated = replace(
        axes,
        alternatives=alternatives,
        assumptions=assumptions,
        groups=groups,
        comparison=comparison,
        outcomes=outcomes,
        activity=tuple(top.section("activity").values),
        survey=_survey(top.section("survey"), lang),
        least_masked=0 if top.flag("suppressed_zeros") else 1,
    )
    if stated.ids("status") and len(stated.strata) > 1:
        top.problems.add("E061", top.file)
    return stated


def _survey(section: Section, lang: str) -> Survey:
    """Read what the questions, answers and times of a survey are called."""
    questions, answers, times = (
        tuple(starmap(Named, section.labels(kind, lang).items()))
        for kind in ("questions", "answers", "times")
    )
    section.done()
    return Survey(questions, answers, times)


def _members(section: Section, statuses: Sequence[str]) -> tuple[str, ...]:
    """Read the statuses of a group, each of which there must be."""
    members = section.strings("members")
    _check_known(section, "members", members, statuses)
    return members


def _check_known(section: Section, column: str, ids: Sequence[str], known: Sequence[str]) -> None:
    """Name, once, each id of a list that is not known."""
    for unknown in (name for name in dict.fromkeys(ids) if name not in known):
        section.problem("E030", unknown, column=column, known=suggest(unknown, known))


def _check_ids(axes: Stated, top: Section) -> None:
    """Name an axis without ids, and ids that are there twice."""
    ids = {
        "arms": axes.ids("arm"),
        "strata": axes.ids("stratum"),
        "times": axes.ids("time"),
        "statuses / items": axes.ids("item"),
        "payers": axes.ids("payer"),
        "sources": tuple(source.name for source in axes.sources),
    }
    may_lack = ("sources",) if axes.priced else ("sources", "statuses / items", "payers")
    for axis, found in ids.items():
        if not found and axis not in may_lack:
            top.problem("E050", key=axis, section=top.file)
        _check_once(top, axis, found)


def _check_once(top: Section, axis: str, ids: Iterable[str]) -> None:
    """Name ids that are there twice."""
    for twice in sorted(name for name, times in Counter(ids).items() if times > 1):
        top.problem("E013", twice, first=axis)


def _arm(section: Section, lang: str, *, paired: bool) -> Arm:
    """Read an arm; with person rows its sizes may be left out, and are then 0 until counted."""
    before = len(section.problems.errors)
    enrolled, analysed = (
        0 if paired and key not in section.values else section.whole(key)
        for key in ("enrolled", "analysed")
    )
    sized = len(section.problems.errors) == before
    arm = Arm(section.text("id"), section.label(lang), enrolled, analysed, section.text("source"))
    section.done()
    if paired:
        for key in ("enrolled", "analysed"):
            if section.values.get(key, 1) == 0:
                section.problem("E069", 0, column=key, least=1)
    if paired or not sized:
        return arm
    if arm.analysed > arm.enrolled or arm.analysed < 1:
        section.problem("E055", arm.analysed, arm=arm.id, enrolled=arm.enrolled)
    return arm


def _times(top: Section, lang: str) -> tuple[Time, ...]:
    """Read the times, whose years must grow in the order they stand in."""
    times, latest = [], -1.0
    for section in top.sections("times"):
        time = Time(section.text("id"), section.label(lang), section.years("years"))
        section.done()
        times.append(time)
        if time.years is not None:
            if time.years <= latest:
                section.problem("E068", section.values["years"])
            latest = max(latest, time.years)
    return tuple(times)


def _item(section: Section, lang: str, *, status: bool) -> Item:
    item = Item(
        section.text("id"),
        section.label(lang),
        kind=RECURRING if status else section.choice("kind", (RECURRING, ONE_OFF), RECURRING),
        status=status,
        lost=status and section.flag("lost"),
        investment=not status and section.flag("investment"),
    )
    section.done()
    return item


def _source(section: Section, lang: str) -> SourceSpec:
    """Read a source with the settings that it states; each is held against what it allows."""
    name = section.choice("name", tuple(SOURCES), "rates")
    basis = section.label(lang)
    stated = {key: value for key, value in section.values.items() if key not in section.used}
    section.used.update(stated)
    for key in list(stated):
        try:
            settings.read(SOURCES[name], {key: stated[key]})
        except WrongValueError as error:
            what = error.write.values["what"]
            section.problem("E080", error.read, key=key, section=section.name, known=what)
            del stated[key]
    return SourceSpec(name, basis, stated)


def _entries(top: Section, key: str, lang: str) -> tuple[Named, ...]:
    return tuple(Named(s.text("id"), s.label(lang)) for s in top.sections(key))


def _outcome(section: Section, axes: Stated, groups: Iterable[str]) -> Outcome:
    """Read an outcome, which is of one kind; what there was of it stands in tables."""
    name, label, lang = section.text("id"), section.label(axes.language), axes.language
    kinds = [key for key in ("status", "column") if key in section.values]
    events, column = section.flag("events"), section.text("column", "")
    if len(kinds) + events > 1:
        section.problem("E250", ", ".join([*kinds, *(["events"] if events else [])]))
    status, time, per = "", "", 1.0
    if "status" in kinds:
        status = section.choice("status", (*axes.ids("status"), *groups), "")
        if "time" in section.values:
            time = section.choice("time", axes.ids("time"), "")
    else:
        per = _per(section)
        if "unit" not in section.values:
            section.problem("E050", key="unit", section=section.name)
    unit = section.optional_label("unit", lang)
    section.done()
    return Outcome(name, label, unit, per, events, status, time, column)


def _per(section: Section) -> float:
    """Read how many citizens rates are of."""
    section.used.add("per")
    per = section.values.get("per", 1)
    if isinstance(per, bool) or not isinstance(per, (int, float)) or not 0.0 < per <= MOST:
        section.problem("E251", per)
        return 1.0
    return float(per)


def read_notes(top: Section, lang: str) -> tuple[Note, ...]:
    """Read what a reader must know."""
    notes = []
    for name, section in top.named("notes").items():
        label = section.label(lang)
        notes.append(Note(name, label, section.text("source"), section.text("quote", "")))
        section.done()
    return tuple(notes)


def _comparison(top: Section, stated: Stated) -> Comparison | None:
    """Read what is compared with what, and how; None where the settings do not say."""
    section, arms, lang = top.section("comparison"), stated.ids("arm"), stated.language
    said = "comparison" in top.values
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
            (section if said else top).problem("E190", known=arms)
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


def read_conventions(top: Section, stated: Stated) -> Conventions:
    """Read the choices that the published calculation rests on."""
    section = top.section("conventions")
    conventions = Conventions(
        section.choice("rates", stated.bases, stated.bases[0]),
        section.choice("horizon", tuple(CONVENTIONS), next(iter(CONVENTIONS))),
        section.choice("heads", HEADS, HEADS[0]),
        section.choice("perspective", (ALL, *stated.ids("payer")), ALL),
        *(
            section.choice(kind, known, known[0])
            for kind in ("weights", "payers")
            for known in [tuple(top.section("alternatives").named(kind)) or (STATED,)]
        ),
    )
    section.done()
    if not stated.priced:
        return conventions  # which nothing is then calculated by
    if CONVENTIONS[conventions.horizon].needs_years and any(
        time.years is None for time in stated.times
    ):
        section.problem("E062", conventions.horizon)
    falls = not CONVENTIONS[conventions.horizon].contrast_only
    if falls and stated.ids("status") and len(stated.times) == 1:
        top.problems.add("E206", top.file, None, stated.times[0].id)
    return conventions


def read_weights(top: Section, stated: Stated) -> dict[str, Floats]:
    """Read stratum shares: of the citizens each stratum counts, and of each alternative."""
    strata = stated.ids("stratum")
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
                _check_known(section, axis, ids, stated.ids(axis))
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
    """Read what citizens are compared within: groups of statuses at start, or a column."""
    if "stratification" not in top.values:
        return None
    section = top.section("stratification")
    label = section.label(stated.language)
    stated_by = [key for key in ("groups", "column") if key in section.values]
    groups = section.strings("groups") if "groups" in section.values else ()
    column = section.text("column", "")
    if len(stated_by) != 1 or not (groups or column):
        section.problem("E128", ", ".join(stated_by))
    known = (*stated.groups, *stated.ids("status"))
    _check_known(section, "groups", groups, known)
    section.done()
    return Stratification(label, groups, column)
