"""What a study's settings hold: its axes, and what else its tables can name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import starmap

import numpy as np
from numpy.typing import NDArray

from gevinst.files.choices import read_comparison, read_design
from gevinst.files.counted.accounts import read_account
from gevinst.files.counted.outcomes import read_outcome
from gevinst.files.priced.money import read_exchange
from gevinst.files.stated import Stated
from gevinst.files.tables import YEARS
from gevinst.files.toml import Section, check_known
from gevinst.model.horizons import ONE_OFF, RECURRING
from gevinst.sources import settings
from gevinst.sources.registry import SOURCES
from gevinst.study.claims import Survey, YearlyAccount
from gevinst.study.named import Arm, Item, Named, Note, SourceSpec, Time
from gevinst.text.form import one_form
from gevinst.text.language import LANGUAGES, language
from gevinst.text.numerals import STYLES
from gevinst.text.problems import WrongValueError
from gevinst.text.voice import CURRENCY, DKK, FORMS, NEUTER

ALTERNATIVES = {"basis": "rates", "weights": "weights", "payers": "payers"}
"""Kinds of alternatives a study can name (rate bases, weightings, readings of the payers), and what
its file calls them."""

ONE_STRATUM = (Named("all", {"da": "alle", "en": "all"}),)
"""Where none are stated."""

ONE_TIME = Time("end", {"da": "ved slutningen", "en": "at the end"}, None)
"""Where none is stated, of a study of outcomes or accounts alone that counts nobody in statuses."""

MOST_ROUNDED = 1000
"""Counts are rounded so that small ones do not show."""

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
    if top.values.get("language", lang) != lang:  # or every label would lack in another
        return None
    top.problems.language = language(lang).code
    study_id = top.text("id")
    if isinstance(top.values.get("id"), str) and not _PLAIN.fullmatch(study_id):
        top.problem("E077", study_id)
    own = top.text("currency", DKK)
    if isinstance(top.values.get("currency", ""), str) and not CURRENCY.fullmatch(own):
        top.problem("E220", own, column="currency")
    year = top.values.get("price_year")
    times = _times(top, lang, priced=priced)
    counted, measured = "statuses" in top.values, "outcomes" in top.values
    unpriced = measured or "accounts" in top.values
    if unpriced and not (times or priced or counted):
        times = (ONE_TIME,)
    strata = _entries(top, "strata", lang)
    kept = strata if counted and not paired and len(strata) > 1 else ()
    axes = Stated(
        id=study_id,
        language=lang,
        design=read_design(top, lang),
        style=STYLES[top.choice("number_style", tuple(STYLES), next(iter(STYLES)))],
        currency=own,
        price_year=year if type(year) is int and year in YEARS else 0,
        exchange=read_exchange(top, own),
        arms=tuple(_arm(section, lang, paired=paired) for section in top.sections("arms")),
        payers=_entries(top, "payers", lang),
        strata=strata if strata and not kept else ONE_STRATUM,
        counted=kept,
        times=times,
        sources=tuple(_source(section, lang) for section in top.sections("sources")),
        items=(
            *(_item(section, lang, status=True) for section in top.sections("statuses")),
            *(_item(section, lang, status=False) for section in top.sections("items")),
        ),
    )
    alone = not (priced or axes.ids("line")) and (counted or unpriced)
    axes = replace(axes, priced=not alone)
    _check_ids(axes, top, peopled=not alone or counted or measured)
    alternatives = {
        kind: tuple(starmap(Named, top.section("alternatives").labels(key, lang).items()))
        for kind, key in ALTERNATIVES.items()
    }
    assumptions = top.labels("assumptions", lang)
    groups = {
        name: (section.label(lang), _members(section, axes.ids("status")))
        for name, section in top.named("groups").items()
    }
    comparison = read_comparison(top, axes)
    accounts, account_groups = _accounts(top, lang)
    outcomes = tuple(read_outcome(each, axes, groups) for each in top.sections("outcomes"))
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
        accounts=accounts,
        account_groups=account_groups,
        activity=tuple(top.section("activity").values),
        survey=_survey(top.section("survey"), lang),
        least_masked=0 if top.flag("suppressed_zeros") else 1,
        rounded=_rounded(top) if "rounded_counts" in top.values and not paired else 0,
    )
    if stated.ids("status") and len(stated.strata) > 1:
        top.problems.add("E061", top.file)
    return stated


def _rounded(top: Section) -> int:
    """Read what counts are rounded to."""
    top.used.add("rounded_counts")
    unit = top.values["rounded_counts"]
    if type(unit) is not int or not 2 <= unit <= MOST_ROUNDED:
        top.problem("E285", unit, most=MOST_ROUNDED)
        return 0
    return unit


def read_citizen(top: Section) -> dict[str, dict[str, str]]:
    """Read the word for a citizen: per language in all its forms."""
    found = {}
    for lang, section in top.named("citizen").items():
        if lang not in FORMS:
            top.problem("E030", lang, column="citizen", known=LANGUAGES)
            continue
        stated = {form: one_form(section.text(form, "")) for form in FORMS[lang]}
        if missing := [form for form, word in stated.items() if not word]:
            section.problem("E241", lang=lang, missing=missing)
            continue
        neuter = {NEUTER: "yes"} if lang == "da" and section.flag(NEUTER) else {}
        section.done()
        found[lang] = stated | neuter
    return found


def _accounts(top: Section, lang: str) -> tuple[tuple[YearlyAccount, ...], tuple[Named, ...]]:
    """Read what accounts by year are, and whose they are."""
    groups = tuple(starmap(Named, top.labels("account_groups", lang).items()))
    sections, others = top.named("accounts"), [group.id for group in groups]
    others += sections
    _check_once(top, "account_groups / accounts", others)
    return tuple(read_account(n, each, lang, others) for n, each in sections.items()), groups


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
    check_known(section, "members", members, statuses)
    return members


def _check_ids(axes: Stated, top: Section, *, peopled: bool) -> None:
    """Name an axis without ids, and ids that are there twice; accounts alone are of no arm."""
    ids = {
        "arms": axes.ids("arm"),
        "strata": axes.ids("counted") or axes.ids("stratum"),
        "times": axes.ids("time"),
        "statuses / items": axes.ids("item"),
        "payers": axes.ids("payer"),
        "sources": tuple(source.name for source in axes.sources),
    }
    of_money = () if axes.priced else ("statuses / items", "payers")
    may_lack = ("sources", *of_money, *(() if peopled else ("arms",)))
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


def _times(top: Section, lang: str, *, priced: bool) -> tuple[Time, ...]:
    """Read the times: points, whose years must grow in the order they stand in, and periods."""
    times, latest, over = [], -1.0, 0.0
    spans: list[tuple[Section, tuple[float, float]]] = []
    for section in top.sections("times"):
        years, span = section.years("years"), _span(section)
        time = Time(section.text("id"), section.label(lang), years, span)
        section.done()
        times.append(time)
        if years is not None:
            if span is not None:
                section.problem("E310", years)
            if years <= latest:
                section.problem("E068", section.values["years"])
            latest = max(latest, years)
        if span is not None:
            if span[0] < over:
                section.problem("W310", section.values["from"], until=f"{over:g}")
            over = max(over, span[1])
            spans.append((section, span))
    for section, (begins, _) in spans:
        if not any(low < begins <= high for _, (low, high) in spans) and begins > 0.0:
            earlier = [high for _, (_, high) in spans if high < begins]
            since = max(earlier, default=0.0)
            section.problem("W313", section.values["from"], since=f"{since:g}", until=f"{begins:g}")
    points = [time.years for time in times if time.years is not None]
    ordered = points == sorted(points)  # else that is what is wrong
    if priced and ordered and len(points) == len(times) > 1 and points[0] > 0.0:
        first = top.sections("times")[0]
        first.problem("W313", first.values["years"], since=0, until=f"{points[0]:g}")
    return tuple(times)


def _span(section: Section) -> tuple[float, float] | None:
    """Read from when to when a period is; None where it does not say."""
    stated = [key for key in ("from", "to") if key in section.values]
    begins, ends = section.years("from"), section.years("to")
    if len(stated) == 1:
        section.problem("E311", section.values[stated[0]], key=stated[0])
    if begins is None or ends is None:
        return None
    if begins >= ends:
        section.problem("E312", section.values["from"], to=section.values["to"])
        return None
    return begins, ends


def _item(section: Section, lang: str, *, status: bool) -> Item:
    item = Item(
        section.text("id"),
        section.label(lang),
        kind=RECURRING if status else section.choice("kind", (RECURRING, ONE_OFF), RECURRING),
        status=status,
        lost=status and section.flag("lost"),
        investment=not status and section.flag("investment"),
        income=section.flag("income"),
    )
    for other in ("lost", "investment"):
        if item.income and getattr(item, other):
            section.problem("E242", item.id, other=other)
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
            read = error.read if key in settings.of(SOURCES[name]) else key
            section.problem("E080", read, key=key, section=section.name, known=what)
            del stated[key]
    return SourceSpec(name, basis, stated)


def _entries(top: Section, key: str, lang: str) -> tuple[Named, ...]:
    return tuple(Named(s.text("id"), s.label(lang)) for s in top.sections(key))


def read_notes(top: Section, lang: str) -> tuple[Note, ...]:
    """Read what a reader must know."""
    notes = []
    for name, section in top.named("notes").items():
        label = section.label(lang)
        notes.append(Note(name, label, section.text("source"), section.text("quote", "")))
        section.done()
    return tuple(notes)
