"""Render every section, and write the page."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gevinst.files.output import write_folder
from gevinst.reports.front.page_one import page_one, to_dict
from gevinst.reports.results import Results, analyse
from gevinst.reports.sections import (
    alternatives,
    assumptions,
    audit,
    bootstrap,
    calculation,
    cases,
    headline,
    lost,
    stratify,
    surer,
    tornado,
    turning,
    uncertainty,
    unsaid,
    value,
    variance,
)
from gevinst.reports.sections.accounts import activity, progression, survey
from gevinst.stats import streams
from gevinst.study.study import Study
from gevinst.text.form import isolated
from gevinst.text.language import Lang, Language, language
from gevinst.text.result import Result

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from gevinst.plots.picture import Picture

SECTIONS: dict[str, Callable[[Results, Language], dict[str, Any] | None]] = {
    "cases": cases.context,
    "stratify": stratify.context,
    "lost": lost.context,
    "audit": audit.context,
    "turning": turning.context,
    "surer": surer.context,
    "value": value.context,
    "uncertainty": uncertainty.context,
    "variance": variance.context,
    "tornado": tornado.context,
    "bootstrap": bootstrap.context,
    "headline": headline.context,
    "calculation": calculation.context,
    "progression": progression.context,
    "activity": activity.context,
    "survey": survey.context,
    "alternatives": alternatives.context,
    "unsaid": unsaid.context,
    "assumptions": assumptions.context,
}
"""The report's sections in the order of a reader's questions: a function and a template each. One
whose context is None is left out: the study has nothing for it."""


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


def render(results: Results, lang: Lang) -> str:
    """Render the page as one HTML text that needs nothing beside it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    text = language(lang)
    environment = Environment(
        loader=PackageLoader("gevinst.reports", "templates"),
        autoescape=True,
        finalize=_isolated,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=text, lang=lang, show=_figure)
    sections = []
    for name, section in SECTIONS.items():
        context = section(results, text)
        if context is None:
            continue
        body = environment.get_template(f"{name}.html").render(context)
        sections.append({"id": name, "title": text(f"report.{name}.title"), "body": body})
    made = results.simulation.provenance
    return environment.get_template("page.html").render(
        front=page_one(results, text),
        version=made.versions["gevinst"],
        hash=made.study_hash[:8],
        seed=made.seed,
        title=text.label(results.study.title),
        sections=sections,
        provenance=_made_from(results, text),
    )


def _isolated(shown: Any) -> Any:
    """Isolate what a study says from the words around it; what is markup already is so."""
    return isolated(shown) if type(shown) is str else shown


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
    text = language(lang or study.language)
    folder = Path(out) if out is not None else Path(f"{study.id}-report")
    write_folder(folder, None)  # refuse before the work, not after it
    results = analyse(study, n=n, rng=rng)
    contents = {
        "report.html": render(results, text.code),
        "numbers.json": _json({"front": to_dict(results), **results.to_dict(text.code)}),
        "robustness.json": _json(results.robustness.to_dict()),
    }
    write_folder(folder, contents)
    return Written(
        folder / "report.html",
        folder / "numbers.json",
        results,
        headline.told(results, text),
    )


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


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
