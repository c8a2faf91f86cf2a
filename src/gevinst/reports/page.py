"""Render every section, and write the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gevinst.files.output import write_folder
from gevinst.reports.alone import Alone
from gevinst.reports.alone import alone as analyse_alone
from gevinst.reports.figures import FOLDER, kept
from gevinst.reports.front.page_one import page_one, to_dict
from gevinst.reports.results import STEPS, Results, analyse
from gevinst.reports.sections import (
    alone,
    audit,
    calculation,
    cases,
    deadweight,
    headline,
    lost,
    scenarios,
    sources,
    stratify,
    surer,
    turning,
    unsaid,
    value,
)
from gevinst.reports.sections.accounts import activity, outcomes, progression, survey
from gevinst.reports.sections.appendix import (
    assumptions,
    bootstrap,
    made,
    reading,
    uncertainty,
    years,
)
from gevinst.stats import streams
from gevinst.study.study import Study
from gevinst.text.form import isolated
from gevinst.text.language import Lang, Language, language, written
from gevinst.text.result import Result
from gevinst.text.voice import spoken

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from gevinst.plots.picture import Drawing, Picture

Section = Callable[[Any, Language], dict[str, Any] | None]
"""What a section shows; None leaves it out: the study has nothing for it."""

SECTIONS: dict[str, Section] = {
    "cases": cases.context,
    "deadweight": deadweight.context,
    "stratify": stratify.context,
    "lost": lost.context,
    "audit": audit.context,
    "turning": turning.context,
    "sources": sources.context,
    "calculation": calculation.context,
    "scenarios": scenarios.context,
    "outcomes": outcomes.context,
    "unsaid": unsaid.context,
    "surer": surer.context,
}
"""The report's sections in the order of a reader's questions: a function and a template each."""

APPENDIX: dict[str, Section] = {
    "reading": reading.context,
    "cases_all": cases.every,
    "weights": stratify.weights,
    "assumed": lost.assumed,
    "turning_all": turning.every,
    "shares": sources.shares,
    "value": value.context,
    "uncertainty": uncertainty.context,
    "bootstrap": bootstrap.context,
    "progression": progression.context,
    "years": years.context,
    "activity": activity.context,
    "survey": survey.context,
    "assumptions": assumptions.context,
    "rates": assumptions.rates,
    "made": made.context,
}
"""What stands behind them, each in a fold: long tables, methods, assumptions, and how it was made.
A browser prints the folds that are open."""

MORE: dict[str, tuple[str, ...]] = {
    "cases": ("cases_all",),
    "stratify": ("weights",),
    "lost": ("assumed",),
    "turning": ("turning_all",),
    "sources": ("shares", "uncertainty", "bootstrap"),
    "calculation": ("rates", "progression"),
    "scenarios": ("years", "assumptions"),
    "surer": ("value",),
}
"""Where in the appendix a section goes on."""


class Plan(NamedTuple):
    """What a page is made of: its first page and that one's template, sections, and appendix."""

    front: Section
    template: str
    sections: dict[str, Section]
    appendix: dict[str, Section]
    more: dict[str, tuple[str, ...]]


PRICED = Plan(page_one, "front.html", SECTIONS, APPENDIX, MORE)
ALONE = Plan(
    alone.front,
    "front_alone.html",
    {
        "whereabouts": alone.whereabouts,
        "start": alone.start,
        "audit": audit.context,
    },
    {
        "reading": alone.reading,
        "activity": activity.context,
        "survey": survey.context,
        "assumptions": alone.notes,
        "made": alone.made,
    },
    {},
)
"""Of a study that prices nothing, whose first page holds all its outcomes."""


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
    figures : Path or None
        The folder of its figures, where they were written.
    """

    page: Path
    numbers: Path
    results: Results | Alone
    headline: str
    figures: Path | None = None

    def summary(self, lang: Lang = "en") -> str:
        """Say the headline, and where the page is."""
        return f"{self.headline}\n{language(lang)('report.written', path=self.page)}"

    def to_dict(self) -> dict[str, Any]:
        """Where the files are, and the headline."""
        paths = {"report": str(self.page), "numbers": str(self.numbers)}
        figures = None if self.figures is None else str(self.figures)
        return {**paths, "figures": figures, "headline": self.headline}

    def to_frame(self) -> pd.DataFrame:
        """One row: the same."""
        import pandas as pd

        return pd.DataFrame([self.to_dict()])

    def _repr_html_(self) -> str:
        """Link to the page."""
        from html import escape

        link = f'<a href="{escape(self.page.as_posix())}">{escape(str(self.page))}</a>'
        return f"<p>{escape(self.headline)}</p><p>{link}</p>"


class Page(NamedTuple):
    """A page as text, and what is kept beside it.

    Attributes
    ----------
    html : str
        The page.
    shown : dict
        The numbers that each of its sections shows: as written -> values.
    words : dict
        Title, caption and description of each figure, by its name.
    figures : dict of str to bytes
        The figures' files by their path; empty where none were asked for.
    """

    html: str
    shown: dict[str, dict[str, list[float]]]
    words: dict[str, dict[str, str]]
    figures: dict[str, bytes]


def render(results: Results | Alone, lang: Lang) -> str:
    """Render the page as one HTML text that needs nothing beside it."""
    return made_page(results, lang).html


def made_page(results: Results | Alone, lang: Lang, *, figures: bool = False) -> Page:
    """Render the page, and keep the numbers it shows; its figures as files too where asked for."""
    with spoken(results.study.voice):
        return _made_page(results, lang, figures)


def _made_page(results: Results | Alone, lang: Lang, figures: bool) -> Page:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from gevinst.plots.picture import Drawing

    text = language(lang)
    environment = Environment(
        loader=PackageLoader("gevinst.reports", "templates"),
        autoescape=True,
        finalize=_isolated,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words: dict[str, dict[str, str]] = {}
    files: dict[str, bytes] = {}

    def show(picture: Picture) -> Markup:
        """Draw a picture with its caption, and keep it beside the page."""
        drawing = Drawing(picture)
        said = _figure(drawing)
        words[picture.name] = {name: getattr(picture, name) for name in ("title", "caption", "alt")}
        if figures:
            files.update(kept(drawing, results.study, text))
        return said

    environment.globals.update(t=text, lang=lang, show=show)
    shown: dict[str, dict[str, list[float]]] = {}

    def rendered(sections: dict[str, Section]) -> dict[str, dict[str, str]]:
        bodies = {}
        for name, section in sections.items():
            with written() as shown[name]:
                if (context := section(results, text)) is None:
                    del shown[name]
                    continue
                body = environment.get_template(f"{name}.html").render(context)
            bodies[name] = {"title": text(f"report.{name}.title"), "body": body}
        return bodies

    plan = ALONE if isinstance(results, Alone) else PRICED
    with written() as shown["front"]:
        front = plan.front(results, text)
    html = environment.get_template("page.html").render(
        front=front,
        front_page=plan.template,
        version=results.made.versions["gevinst"],
        hash=results.made.study_hash[:8],
        seed=results.made.seed,
        title=text.label(results.study.title),
        sections=rendered(plan.sections),
        appendix=rendered(plan.appendix),
        more=plan.more,
    )
    # On the first page in a form of its own.
    if isinstance(results, Results) and "dots" in results.simulation.pictures:
        show(results.simulation.picture("dots", text.code))
    return Page(html, shown, words, files)


def _isolated(shown: Any) -> Any:
    """Isolate what a study says from the words around it; what is markup already is so."""
    return isolated(shown) if type(shown) is str else shown


def _figure(drawing: Drawing) -> Markup:
    """Show a drawing with its caption."""
    from markupsafe import Markup, escape

    caption = f"<figcaption>{escape(drawing.picture.caption)}</figcaption>"
    return Markup(f"<figure>\n{drawing.svg()}\n{caption}\n</figure>")  # noqa: S704 - our own


def report(
    study: Study,
    out: str | Path | None = None,
    *,
    lang: Lang | None = None,
    n: int = 100_000,
    rng: streams.Rng = None,
    figures: bool = True,
    progress: Callable[[int, int, str], None] | None = None,
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
    figures : bool
        Whether the page's figures are written beside it too, into ``figures``: each as SVG and as
        PNG of 300 dots per inch, 16 cm wide, with its title, its caption and what it is of.
    progress : callable, optional
        Called as each step begins with (its number, how many there are, what it does in words).

    Returns
    -------
    Written

    Raises
    ------
    StudyError
        If the folder exists and is not a report of ours, or a file in it was changed since;
        nothing is then written.
    """
    with spoken(study.voice):
        text = language(lang or study.language)
        return _report(study, out, text, n=n, rng=rng, figures=figures, progress=progress)


def _report(
    study: Study,
    out: str | Path | None,
    text: Language,
    *,
    n: int,
    rng: streams.Rng,
    figures: bool,
    progress: Callable[[int, int, str], None] | None,
) -> Written:
    folder = Path(out) if out is not None else Path(f"{study.id}-report")
    write_folder(folder, None)  # refuse before the work, not after it
    steps = (*STEPS, "page")

    def begin(step: str) -> None:
        if progress is not None:
            progress(steps.index(step) + 1, len(steps), text(f"report.step.{step}"))

    results: Results | Alone
    results = analyse(study, n=n, rng=rng, begin=begin) if study.priced else analyse_alone(study)
    begin("page")
    page = made_page(results, text.code, figures=figures)
    priced: dict[str, Any] = {}
    contents: dict[str, str | bytes] = {"report.html": page.html, **page.figures}
    if isinstance(results, Results):
        priced = {"front": to_dict(results)}
        contents["robustness.json"] = _json(results.robustness.to_dict())
        said = headline.told(results, text)
    else:
        said = text("report.front_alone.title", study=text.label(study.title))
    shown = {"figures": page.words, "shown": page.shown}
    contents["numbers.json"] = _json({**priced, **results.to_dict(text.code), **shown})
    write_folder(folder, contents)
    return Written(
        folder / "report.html",
        folder / "numbers.json",
        results,
        said,
        folder / FOLDER if figures else None,
    )


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
