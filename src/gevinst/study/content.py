"""Content: what an evaluation states and what is uncertain about it, as plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gevinst.model.axes import Contrast
from gevinst.model.discounting import Discounting
from gevinst.study.claims import Activity, ActivityItem, Published, Survey, YearlyAccount
from gevinst.study.comparison import Comparison
from gevinst.study.conventions import Conventions
from gevinst.study.elsewhere.effects import Elsewhere
from gevinst.study.named import Arm, Design, Item, Named, Note, SourceSpec, Stratification, Time
from gevinst.study.outcomes import Outcome
from gevinst.study.prices import Amount, Correlation, Rate, Summary
from gevinst.study.restated import Exchange, IndexYear
from gevinst.text.language import Label
from gevinst.text.voice import DKK

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Content:
    """What a study states, as plain frozen values.

    Parameters
    ----------
    id, language, title, price_year
        Who it is.
    arms, strata, times, items, payers
        The axes, with labels.
    groups : mapping
        Named groups of statuses: id -> (label, member ids).
    rates : tuple of Rate
        Every price, benefits and lines.
    rate_maps : mapping of str to ndarray of int, shape (arm, stratum, time, item)
        Per rate basis: position in `rates` of each cell's rate; -1 where there is none.
    counts : ndarray of int, shape (arm, time, item)
        Citizens per status; zero for lines, and everywhere in a study of lines only. Counted
        from `paths` where there are any.
    lines : ndarray, shape (arm, stratum, time, item)
        Units of each cost line per citizen of the stratum (probability x units).
    group_lines : ndarray, shape (arm, stratum, time, item)
        Units of each cost line per whole arm, divided by `heads` when used.
    shares : mapping of str to ndarray, shape (arm, stratum, time, item, payer)
        Per reading of the payers: the part of each price that each payer pays.
    weights : mapping of str to ndarray, shape (arm, stratum)
        Per weighting: stratum shares of the population the arm stands for.
    amounts
        The printed amounts behind the lines.
    summaries
        The printed means, each of which is a rate too, of one unit per citizen.
    elsewhere : Elsewhere or None
        Effects that were measured elsewhere, and what follows from them: cost lines of the treated
        arm, which stand in `lines` too.
    activity, activity_items, survey, outcomes
        The accounts kept beside the headline, and what is counted in units other than money.
    accounts, account_groups
        Totals by year that are of no persons, and those whose they are.
    paths : mapping of str to ndarray of int, shape (n, time), or None
        Paired data: per arm the position in `items` of each analysed citizen's status at each
        time, in the order of `citizens`. None where the data are margins: `counts` alone.
    citizens : mapping of str to mapping of str to tuple of str
        Paired data: per arm the columns that came with the citizens (``id``, ``stratum``, ...),
        one text per analysed citizen; a number is a `gevinst.text.numerals.Numeral`.
    uncounted : ndarray, shape (arm, stratum, time, item)
        Units, per citizen who has them, of lines that the calculation leaves out; empty where
        there are none.
    masked : mapping of str to tuple of ndarray of int, shape (set, item)
        Per arm whose tables leave counts open (suppressed, rounded, percentages) and per time: the
        sets of counts that add up to the arm's citizens. `counts` then holds the set nearest to
        their mean.
    start_strata : ndarray of int, shape (item,)
        Of a study divided into strata by the status at start: each status's stratum, or -1.
    citizen_strata : mapping of str to ndarray of int, shape (n,)
        Of paired data divided by a column: per arm each citizen's stratum.
    stratum_counts : ndarray of int, shape (arm, stratum, time, item)
        Of margins counted per stratum of `stratification`: citizens per status, who add up to
        `counts`. Nobody goes from one stratum to another. Empty where they are not.
    dropout_starts : ndarray of int, shape (arm, item)
        Dropouts whose start is known, by status then; empty where nobody's is.
    correlations : tuple of Correlation
        Rates that move together; the others do not.
    assumed : mapping of str to mapping
        What `assume` says of sources, beside what they declare.
    published, conventions, alternatives, sources, assumptions, notes, references
        What is said about the numbers.
    stratification : Stratification or None
        What citizens are compared within, where the study says so.
    comparison : Comparison or None
        Which arm is held against which, and how, where the study says so.
    declared : Conventions or None
        Those of its files, where others were chosen.
    compared : Contrast or None
        Which arms are compared, where others than the study says were chosen.
    exchange, index
        What amounts of other currencies and other years' prices were restated with.
    number_style : str
        How its files write numbers, ``da`` or ``en``.
    design : mapping of str to Design
        Per one of `gevinst.text.result.DESIGNS` what no calculation honours.
    currency : str
        Three letters of ISO 4217: the unit of all amounts, of which ``kr`` is the name in code.
    citizen : mapping of str to mapping of str to str
        Per language the word for a citizen in the forms of `gevinst.text.voice.FORMS`; empty where
        it is that.
    discount : Discounting or None
        How later amounts are discounted, where it says so.
    """

    id: str
    language: str
    title: Label
    price_year: int
    arms: tuple[Arm, ...]
    strata: tuple[Named, ...]
    times: tuple[Time, ...]
    items: tuple[Item, ...]
    payers: tuple[Named, ...]
    groups: Mapping[str, tuple[Label, tuple[str, ...]]]
    rates: tuple[Rate, ...]
    rate_maps: Mapping[str, Integers]
    counts: Integers
    lines: Floats
    group_lines: Floats
    shares: Mapping[str, Floats]
    weights: Mapping[str, Floats]
    conventions: Conventions
    alternatives: Mapping[str, tuple[Named, ...]]
    sources: tuple[SourceSpec, ...]
    assumptions: Mapping[str, Label]
    notes: tuple[Note, ...]
    references: Mapping[str, Label]
    published: tuple[Published, ...] = ()
    amounts: tuple[Amount, ...] = ()
    activity: tuple[Activity, ...] = ()
    activity_items: tuple[ActivityItem, ...] = ()
    survey: Survey | None = None
    paths: Mapping[str, Integers] | None = None
    citizens: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    stratification: Stratification | None = None
    uncounted: Floats = field(default_factory=lambda: np.zeros((0, 0, 0, 0)))
    masked: Mapping[str, tuple[Integers, ...]] = field(default_factory=dict)
    start_strata: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    citizen_strata: Mapping[str, Integers] = field(default_factory=dict)
    stratum_counts: Integers = field(default_factory=lambda: np.zeros((0, 0, 0, 0), dtype=np.int64))
    dropout_starts: Integers = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    correlations: tuple[Correlation, ...] = ()
    assumed: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    comparison: Comparison | None = None
    outcomes: tuple[Outcome, ...] = ()
    summaries: tuple[Summary, ...] = ()
    elsewhere: Elsewhere | None = None
    declared: Conventions | None = None
    compared: Contrast | None = None
    exchange: tuple[Exchange, ...] = ()
    index: tuple[IndexYear, ...] = ()
    number_style: str = "da"
    design: Mapping[str, Design] = field(default_factory=dict)
    currency: str = DKK
    citizen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    accounts: tuple[YearlyAccount, ...] = ()
    account_groups: tuple[Named, ...] = ()
    discount: Discounting | None = None
