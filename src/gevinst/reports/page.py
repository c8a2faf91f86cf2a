"""Run the analyses once, render every section, write the page."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gevinst.analyses.audit.registry import Audit, audit
from gevinst.analyses.bootstrap import Bootstrap, bootstrap
from gevinst.analyses.gain import Gain, gain, under_alternatives
from gevinst.analyses.simulate import Simulation, simulate
from gevinst.analyses.start.stratify import Stratified, stratify
from gevinst.analyses.tornado import Tornado, tornado
from gevinst.analyses.variance import VarianceShares, variance_shares
from gevinst.files.output import write_folder
from gevinst.stats import streams
from gevinst.study.study import Study
from gevinst.text.language import Lang, Language, language
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from gevinst.plots.picture import Picture

SECTIONS = (
    "headline",
    "uncertainty",
    "variance",
    "tornado",
    "bootstrap",
    "stratify",
    "calculation",
    "audit",
    "alternatives",
    "assumptions",
)
"""The report's sections in their order: a module and a template each. A section whose context is
None is left out: the study has nothing for it."""


@dataclass(frozen=True)
class Results:
    """What the report is written from: each analysis, run once with one seed.

    Parameters
    ----------
    gain : Gain
        The calculation under the study's conventions.
    simulation : Simulation
        All sources.
    bootstrap : Bootstrap
        Citizens alone, exactly.
    variance : VarianceShares
        What each source has of the uncertainty.
    tornado : Tornado
        One source at a time.
    alternatives : dict of (str, str) to Gain
        The calculation under each stated alternative: (kind, name).
    audit : Audit
        Which published figures do not follow.
    stratified : Stratified or None
        The difference with the same mix in both groups, where the study declares strata.
    """

    gain: Gain
    simulation: Simulation
    bootstrap: Bootstrap
    variance: VarianceShares
    tornado: Tornado
    alternatives: dict[tuple[str, str], Gain]
    audit: Audit
    stratified: Stratified | None = None

    @property
    def study(self) -> Study:
        """The study the results are of."""
        return self.gain.study

    def to_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Every number of the report as plain values, ready for JSON; sentences in `lang`."""
        return {
            "gain": self.gain.to_dict(),
            "simulate": {**self.simulation.to_dict(), "sources": self.variance.to_dict()},
            "bootstrap": self.bootstrap.to_dict(),
            **({"stratify": self.stratified.to_dict()} if self.stratified else {}),
            "tornado": self.tornado.to_dict(),
            "audit": self.audit.to_dict(lang),
            "alternatives": [
                {"kind": kind, "name": name, "difference": found.difference}
                for (kind, name), found in self.alternatives.items()
            ],
        }


@dataclass(frozen=True, repr=False)
class Written(Result):
    """Where a report was written, and what it says first.

    Parameters
    ----------
    page, numbers : Path
        The HTML page, and its numbers as JSON.
    results : Results
        What it was written from.
    headline : str
        The sentence at its top.
    """

    page: Path
    numbers: Path
    results: Results
    headline: str

    def summary(self, lang: Lang = "en") -> str:
        """Say the headline, and where the page is."""
        return f"{self.headline}\n{language(lang)('report.written', path=self.page)}"

    def to_dict(self) -> dict[str, Any]:
        """Where the files are, and the headline."""
        paths = {"report": str(self.page), "numbers": str(self.numbers)}
        return {**paths, "headline": self.headline}

    def to_frame(self) -> pd.DataFrame:
        """One row: the same."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])

    def _repr_html_(self) -> str:
        """Link to the page."""
        from html import escape

        link = f'<a href="{escape(self.page.as_posix())}">{escape(str(self.page))}</a>'
        return f"<p>{escape(self.headline)}</p><p>{link}</p>"


def analyse(study: Study, *, n: int = 100_000, rng: streams.Rng = None) -> Results:
    """Run what the report shows.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    n : int
        Draws per coupling, and per source in the tornado.
    rng : what `numpy.random.default_rng` takes, optional
        One seed for all.
    """
    seed = streams.entropy(rng)
    return Results(
        gain=gain(study),
        simulation=simulate(study, n=n, rng=seed),
        bootstrap=bootstrap(study),
        variance=variance_shares(study, rng=seed),
        tornado=tornado(study, n=n, rng=seed),
        alternatives=under_alternatives(study),
        audit=audit(study),
        stratified=stratify(study) if study.stratification else None,
    )


def render(results: Results, lang: Lang) -> str:
    """Render the page as one HTML text that needs nothing beside it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    text = language(lang)
    environment = Environment(
        loader=PackageLoader("gevinst.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=text, lang=lang, show=_figure)
    sections = []
    for name in SECTIONS:
        context = import_module(f"gevinst.reports.sections.{name}").context(results, text)
        if context is None:
            continue
        body = environment.get_template(f"{name}.html").render(context)
        sections.append({"id": name, "title": text(f"report.{name}.title"), "body": body})
    return environment.get_template("page.html").render(
        title=text.label(results.study.title),
        sections=sections,
        provenance=_made_from(results, text),
    )


def _figure(picture: Picture) -> Markup:
    """Show a picture with its caption."""
    from markupsafe import Markup, escape

    caption = f"<figcaption>{escape(picture.caption)}</figcaption>"
    return Markup(f"<figure>\n{picture.svg()}\n{caption}\n</figure>")  # noqa: S704 - our own


def report(
    study: Study,
    out: str | Path | None = None,
    *,
    lang: Lang | None = None,
    n: int = 100_000,
    rng: streams.Rng = None,
) -> Written:
    """Write a study's report into a folder.

    Parameters
    ----------
    study : Study
        Under the conventions it carries.
    out : str or Path, optional
        The folder, ``<study>-report`` by default. A report of ours that is there is replaced
        whole; anything else is left alone.
    lang : str, optional
        ``da`` or ``en``; the study's own language by default.
    n, rng
        As in `analyse`.

    Returns
    -------
    Written

    Raises
    ------
    StudyError
        If the folder exists and is not a report of ours, or a file in it was changed since;
        nothing is then written.
    """
    from gevinst.reports.sections.headline import sentence

    text = language(lang or study.language)
    folder = Path(out) if out is not None else Path(f"{study.id}-report")
    write_folder(folder, None)  # refuse before the work, not after it
    results = analyse(study, n=n, rng=rng)
    numbers = json.dumps(results.to_dict(text.code), ensure_ascii=False, indent=2)
    write_folder(
        folder, {"report.html": render(results, text.code), "numbers.json": numbers + "\n"}
    )
    return Written(
        folder / "report.html",
        folder / "numbers.json",
        results,
        sentence(results.simulation, text, results.bootstrap.reason, results.stratified),
    )


def _made_from(results: Results, text: Language) -> dict[str, str]:
    """Provenance as the report's last lines."""
    made = results.simulation.provenance
    conventions = dataclasses.asdict(made.conventions)
    return {
        text("report.made.study"): f"{made.study}, SHA-256 {made.study_hash[:16]}",
        text("report.made.versions"): ", ".join(f"{k} {v}" for k, v in made.versions.items()),
        text("report.made.seed"): f"{made.seed}",
        text("report.made.draws"): text.number(results.simulation.draws),
        text("report.made.conventions"): ", ".join(f"{k} = {v}" for k, v in conventions.items()),
        **{text("report.made.assumed"): said for said in made.settings()},
    }
