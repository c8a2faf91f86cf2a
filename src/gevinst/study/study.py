"""Study: what an evaluation states, and what a calculation reads of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gevinst.model.axes import Axes, Contrast
from gevinst.model.discounting import NONE, SCHEDULES, Discounting, discounting_as
from gevinst.model.horizons import CONVENTIONS, horizon
from gevinst.study.comparison import USUAL, contrast_of
from gevinst.study.content import Content
from gevinst.study.conventions import ALL, HEADS, Heads
from gevinst.study.digest import digest
from gevinst.study.named import Arm, SourceSpec, unlike_years
from gevinst.study.prices import Event, events_of
from gevinst.text.form import one_form
from gevinst.text.language import Label, language
from gevinst.text.problems import Problem, StudyError, WrongValueError, unknown_source
from gevinst.text.voice import Voice

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LONG = 2.0
"""Years from which on it matters whether later amounts are discounted."""


@dataclass(frozen=True, eq=False, repr=False)
class Study(Content):
    """A study: immutable, and complete without its files.

    What it states are the fields of `gevinst.study.content.Content`; the rest follows from them.
    """

    @cached_property
    def contrast(self) -> Contrast:
        """Which arm is held against which: as chosen, as stated, else the first two."""
        if self.compared is not None:
            return self.compared
        if self.comparison is not None:
            return self.comparison.contrast
        ids = tuple(arm.id for arm in self.arms)
        return USUAL if set(USUAL.arms) <= set(ids) else Contrast(*(ids[:2] or ("",)))

    @cached_property
    def voice(self) -> Voice:
        """How texts speak of the study."""
        citizen = tuple((lang, tuple(forms.items())) for lang, forms in self.citizen.items())
        alone, means = self.contrast.reference is None, bool(self.summaries)
        return Voice(alone, self.currency, citizen, means, self.elsewhere is not None)

    @property
    def stated(self) -> bool:
        """Whether the reference is a course that somebody wrote down: nobody was compared."""
        kind = self.comparison.kind if self.comparison is not None else ""
        return kind == "stated" and self.contrast.reference is not None

    @cached_property
    def axes(self) -> Axes:
        """Names and order of the axes."""
        axes = (self.arms, self.strata, self.times, self.items, self.payers)
        arms, strata, times, items, payers = (tuple(each.id for each in axis) for axis in axes)
        return Axes(arms, strata, times, items, payers, self.contrast)

    @cached_property
    def statuses(self) -> tuple[int, ...]:
        """Positions of the items that citizens are counted in."""
        return tuple(i for i, item in enumerate(self.items) if item.status)

    @cached_property
    def lost(self) -> tuple[int, ...]:
        """Positions of the statuses of those lost to follow-up."""
        return tuple(i for i, item in enumerate(self.items) if item.lost)

    @property
    def blocks(self) -> Integers:
        """Counts per status within which citizens stay, shape (arm, block, time, item).

        Of each stratum that counts are kept in, else of everybody.
        """
        return self.stratum_counts if self.stratum_counts.size else self.counts[:, np.newaxis]

    @cached_property
    def labels(self) -> dict[str, Label]:
        """Labels by id: of arms, strata, times, items, payers, groups, and rate bases."""
        axes = (self.arms, self.strata, self.times, self.items, self.payers, self.activity_items)
        kept = self.stratification.strata if self.stratification else ()
        of_accounts = (*self.accounts, *self.account_groups)
        named = [*(each for axis in (*axes, kept) for each in axis), *of_accounts]
        named += self.alternatives.get("basis", ())
        groups = {name: label for name, (label, _) in self.groups.items()}
        return {**groups, **{each.id: each.label for each in reversed(named)}}

    @property
    def priced(self) -> bool:
        """Whether anything has a price; else it is a study of outcomes alone."""
        return bool(self.rates)

    def need_prices(self) -> None:
        """Refuse what is of money, all of which asks here, in a study that prices nothing.

        E256 of outcomes alone, E348 of accounts alone, which are of no citizens.
        """
        if not self.priced:
            raise StudyError([Problem("E256" if self.arms else "E348", self.id)])

    @cached_property
    def horizon(self) -> Floats:
        """What a cost at each time counts for, shape (time, item)."""
        self.need_prices()
        return horizon(
            self.conventions.horizon,
            [time.years for time in self.times],
            [item.kind for item in self.items],
            [time.span for time in self.times],
            self.discounting,
        )

    @property
    def discounting(self) -> Discounting:
        """How later amounts are discounted, under its conventions."""
        return discounting_as(self.conventions.discount, self.discount)

    @property
    def placed(self) -> bool:
        """Whether it says of every time when it is."""
        return all(time.until is not None for time in self.times)

    @property
    def undiscounted(self) -> bool:
        """Whether its times span `LONG` years or more and nothing says how those are discounted."""
        if self.discount is not None or self.conventions.discount != NONE or not self.priced:
            return False
        return max((time.until or 0.0 for time in self.times), default=0.0) >= LONG

    @property
    def rate_of(self) -> Integers:
        """Each cell's position in `rates`, shape (arm, stratum, time, item); -1 for none."""
        self.need_prices()
        return self.rate_maps[self.conventions.basis]

    @cached_property
    def kr(self) -> Floats:
        """kr. per unit of each rate, shape (rate,)."""
        return np.array([rate.kr for rate in self.rates], dtype=np.float64)

    @cached_property
    def payer_shares(self) -> Floats:
        """Part of each price that each payer pays, shape (arm, stratum, time, item, payer).

        Negative where the payer has it coming in; 0 for the payers that the perspective leaves out.
        """
        signs = np.array([-1.0 if item.income else 1.0 for item in self.items])
        stated: Floats = self.shares[self.conventions.payers] * signs[:, np.newaxis]
        if self.conventions.perspective == ALL:
            return stated
        counts = [payer.id == self.conventions.perspective for payer in self.payers]
        share: Floats = stated * np.array(counts, dtype=float)
        return share

    @property
    def stratum_shares(self) -> Floats:
        """Stratum shares of the population each arm stands for, shape (arm, stratum)."""
        return self.weights[self.conventions.weights]

    @cached_property
    def status_costs(self) -> Floats:
        """Cost of each cell of counted statuses, shape (arm, time, item).

        kr. per citizen-year; 0 where nothing prices the cell. The first stratum's rates: studies
        with counted statuses have one.
        """
        kr = np.append(self.kr, 0.0)  # position -1: no rate, no cost
        costs: Floats = kr[self.rate_of[:, 0]] * self.payer_shares[:, 0].sum(axis=-1)
        return costs

    @cached_property
    def dearest(self) -> Floats:
        """Cost of the dearest status of any arm at each time, kr. per citizen-year, (time,)."""
        found: Floats = self.status_costs[..., list(self.statuses)].max(axis=(0, 2), initial=0.0)
        return found

    @cached_property
    def cheapest(self) -> Floats:
        """The same of the cheapest, which costs nothing, or less where it brings in, (time,)."""
        found: Floats = self.status_costs[..., list(self.statuses)].min(axis=(0, 2), initial=0.0)
        return found

    @property
    def status_horizon(self) -> Floats:
        """What a status's cost counts for at each time, shape (time,)."""
        return self.horizon[:, self.statuses[0]]

    @property
    def counted_times(self) -> int:
        """At how many times the cost of a status counts for something."""
        return int(np.count_nonzero(self.status_horizon))

    @property
    def whose_money(self) -> Label:
        """Label of the payer whose money the difference is; empty where it is everybody's."""
        payers = {payer.id: payer.label for payer in self.payers}
        whose = self.conventions.perspective if len(payers) > 1 else "".join(payers)
        return payers.get(whose, {})

    def heads(self, arm: Arm) -> int:
        """Citizens of an arm whom an amount paid for the whole group is spread over.

        Where no dropouts are counted; `gevinst.rows.build` knows where they are.
        """
        return arm.enrolled if self.conventions.heads == "enrolled" else arm.analysed

    def members(self, name: str) -> tuple[int, ...]:
        """Positions of the items that an id of one, or of a group of statuses, names.

        Raises
        ------
        KeyError
            If there is no such id.
        """
        ids = self.groups[name][1] if name in self.groups else (name,)
        return tuple(self.axes.at("item", member) for member in ids)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Lines that may not come: one estimate is one event, at its times."""
        return events_of(self.amounts)

    def event_cells(self, event: Event) -> tuple[tuple[int, int, int, int], ...]:
        """Cells of an event: positions of arm, stratum, time and item."""
        at = self.axes.at
        strata = [at("stratum", event.stratum)] if event.stratum else range(len(self.strata))
        a, i = at("arm", event.arm), at("item", event.item)
        return tuple((a, k, at("time", time), i) for time in event.times for k in strata)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the study's content: the same whatever the files' formatting."""
        return digest(self)

    def choose(
        self,
        *,
        basis: str | None = None,
        horizon: str | None = None,
        heads: Heads | None = None,
        perspective: str | None = None,
        weights: str | None = None,
        payers: str | None = None,
        discount: str | None = None,
    ) -> Study:
        """Return the same study under other conventions.

        Parameters
        ----------
        basis, horizon, heads, perspective, weights, payers, discount : str, optional
            As in `gevinst.study.conventions.Conventions`; what is not given stays.

        Raises
        ------
        ValueError
            If the study has no such alternative; the message lists those it has.
        """
        wanted = {"basis": basis, "horizon": horizon, "heads": heads, "perspective": perspective}
        wanted |= {"weights": weights, "payers": payers, "discount": discount}
        chosen = {name: one_form(str(v)) for name, v in wanted.items() if v is not None}
        for name, value in chosen.items():
            known = self.choices[name]
            if value not in known:
                raise WrongValueError(name, value, "study_has", known=known)
        conventions = replace(self.conventions, **chosen)
        return replace(self, conventions=conventions, declared=self.declared or self.conventions)

    def compare(self, treated: str, reference: str | None = None) -> Study:
        """Return the same study with two others of its arms compared, or one looked at alone.

        Parameters
        ----------
        treated : str
            Id of the arm whose gain counts.
        reference : str, optional
            Id of the arm it is held against; without one the result is the treated's own change.

        Raises
        ------
        ValueError
            If there is no such arm, the two are the same, or a time convention needs two.
        """
        chosen = contrast_of(self.axes.arms, treated, reference)
        if chosen.reference is None and CONVENTIONS[self.conventions.horizon].contrast_only:
            raise WrongValueError("compare", treated, "contrast_only")
        return replace(self, compared=chosen)

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """What each convention can be in this study."""
        points, statuses = all(time.years is not None for time in self.times), bool(self.statuses)
        alone = self.contrast.reference is None
        own = NONE if self.discount is None else self.discount.schedule
        unlike = bool(statuses and unlike_years(self.times))
        fits = (c for c in CONVENTIONS.values() if c.fits(points, statuses))
        return {
            "basis": tuple(self.rate_maps),
            "horizon": tuple(c.name for c in fits if not (c.contrast_only and (alone or unlike))),
            "heads": HEADS,
            "perspective": (ALL, *self.axes.payers),
            "weights": tuple(self.weights),
            "payers": tuple(self.shares),
            "discount": tuple(dict.fromkeys((own, NONE, *(SCHEDULES if self.placed else ())))),
        }

    def assume(self, source: str, **settings: object) -> Study:
        """Return the same study with other settings of one of its sources.

        Parameters
        ----------
        source : str
            Name of a declared source: ``outcomes``, ``missing`` ...
        **settings
            As its class in `gevinst.sources` names them: ``law="rubin"``, ``moved="last_status"``.

        Raises
        ------
        ValueError
            If the study declares no such source. What a setting allows is said when it is used.
        """
        source, declared = one_form(source), [spec.name for spec in self.sources]
        if source not in declared:
            raise unknown_source("assume", source, declared)
        assumed = {**self.assumed.get(source, {}), **settings}
        return replace(self, assumed={**self.assumed, source: assumed})

    def with_source(self, source: Any, *, basis: Label | str = "") -> Study:
        """Return the same study with one more source of uncertainty, which need not be ours.

        Parameters
        ----------
        source : gevinst.sources.source.Source
            A frozen dataclass with a ``name`` that no other source of the study has.
        basis : str or mapping of str to str
            In words what it rests on, for the report.

        Raises
        ------
        ValueError
            If the study declares a source of that name.
        TypeError
            If it is no frozen dataclass with a name.
        """
        name = getattr(source, "name", None)
        if not dataclasses.is_dataclass(source) or not isinstance(name, str):
            raise TypeError("source: write a frozen dataclass with a field 'name'")
        if name in (spec.name for spec in self.sources):
            raise ValueError(f"source: read '{name}', which is there already; name it otherwise")
        said = {"da": basis, "en": basis} if isinstance(basis, str) else basis
        spec = SourceSpec(name, said, own=source)
        return replace(self, sources=(*self.sources, spec))

    def as_margins(self) -> Study:
        """Return the study as its counts alone tell it: nobody's path, or number, is known."""
        counted = tuple(outcome for outcome in self.outcomes if not outcome.column)
        return replace(self, paths=None, citizens={}, outcomes=counted)

    def _repr_html_(self) -> str:
        """Show the title, the groups with their counts, and what is uncertain."""
        label = language(self.language).label
        statuses = (
            f"<tr><td>{escape(label(self.items[i].label))}</td>"
            + "".join(f"<td>{n}</td>" for a in range(len(self.arms)) for n in self.counts[a, :, i])
            + "</tr>"
            for i in self.statuses
        )
        arms = "".join(
            f"<th colspan={len(self.times)}>{escape(label(arm.label))} "
            f"({arm.analysed}/{arm.enrolled})</th>"
            for arm in self.arms
        )
        times = "".join(f"<th>{escape(label(time.label))}</th>" for time in self.times)
        heads = f"<tr><th></th>{arms}</tr><tr><th></th>{times * len(self.arms)}</tr>"
        sources = ", ".join(spec.name for spec in self.sources)
        caption = f"<caption>{escape(label(self.title))} ({escape(self.id)})</caption>"
        said = f"<p>{escape(sources)}; {self.hash[:16]}</p>"
        return f"<table>{caption}{heads}{''.join(statuses)}</table>{said}"

    def __repr__(self) -> str:
        sizes = ", ".join(f"{arm.id} {arm.analysed}" for arm in self.arms)
        sizes = sizes or ", ".join(account.id for account in self.accounts)
        return f"<Study {self.id}: {sizes}; hash {self.hash[:8]}>"
