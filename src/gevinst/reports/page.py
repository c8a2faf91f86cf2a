"""Render every section, and put them on one page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from gevinst.reports.alone import Alone
from gevinst.reports.figures import kept
from gevinst.reports.front.page_one import page_one
from gevinst.reports.results import Results
from gevinst.reports.sections import (
    alone,
    audit,
    calculation,
    cases,
    deadweight,
    lost,
    scenarios,
    sources,
    stratify,
    surer,
    turning,
    unsaid,
    value,
)
from gevinst.reports.sections.accounts import (
    activity,
    elsewhere,
    outcomes,
    progression,
    survey,
    yearly,
)
from gevinst.reports.sections.appendix import (
    assumptions,
    bootstrap,
    made,
    reading,
    uncertainty,
    years,
)
from gevinst.reports.sliders import section as sliders
from gevinst.reports.sliders.script import policy, script
from gevinst.text.form import isolated
from gevinst.text.language import Lang, Language, language, written
from gevinst.text.voice import spoken

if TYPE_CHECKING:
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
    "sliders": sliders.context,
    "sources": sources.context,
    "elsewhere": elsewhere.context,
    "calculation": calculation.context,
    "scenarios": scenarios.context,
    "outcomes": outcomes.context,
    "accounts": yearly.context,
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
    """What a page is made of: its first page and that one's templates, sections, and appendix."""

    front: Section
    template: str
    plain: str
    sections: dict[str, Section]
    appendix: dict[str, Section]
    more: dict[str, tuple[str, ...]]


PRICED = Plan(page_one, "front.html", "front_plain.html", SECTIONS, APPENDIX, MORE)
ALONE = Plan(
    alone.front,
    "front_alone.html",
    "front_alone.html",
    {
        "whereabouts": alone.whereabouts,
        "start": alone.start,
        "accounts": alone.accounts,
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
"""Of a study that prices nothing, whose first page holds all its outcomes, or its accounts."""


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
    plain : str
        The same page as plain HTML, where it was asked for: what is side by side on a screen one
        below the other, and in the place of each figure an empty ``<figure data-name="...">``.
    drawn : dict of str to bytes
        For it, each figure by its name: a PNG without words around it.
    """

    html: str
    shown: dict[str, dict[str, list[float]]]
    words: dict[str, dict[str, str]]
    figures: dict[str, bytes]
    plain: str = ""
    drawn: Mapping[str, bytes] = MappingProxyType({})


def render(results: Results | Alone, lang: Lang) -> str:
    """Render the page as one HTML text that needs nothing beside it."""
    return made_page(results, lang).html


def made_page(
    results: Results | Alone, lang: Lang, *, figures: bool = False, plain: bool = False
) -> Page:
    """Render the page, and keep the numbers it shows.

    Where asked for, its figures as files too, and the page as plain HTML.
    """
    with spoken(results.study.voice):
        return _made_page(results, lang, figures, plain)


def _made_page(results: Results | Alone, lang: Lang, figures: bool, plain: bool) -> Page:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

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
    figure: dict[str, str] = {}
    drawn: dict[str, bytes] = {}

    def show(picture: Picture) -> Markup:
        """Draw a picture, keep it, and hold its place."""
        name = picture.name
        if name not in figure:
            drawing = Drawing(picture)
            figure[name] = _figure(drawing)
            words[name] = {part: getattr(picture, part) for part in ("title", "caption", "alt")}
            if plain:
                drawn[name] = drawing.png()
            if figures:
                files.update(kept(drawing, results.study, text))
        return _place(name)

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
    sections, appendix = rendered(plan.sections), rendered(plan.appendix)
    scripted = "sliders" in sections
    # On the first page in a form of its own.
    dots = ""
    if isinstance(results, Results) and "dots" in results.simulation.pictures:
        dots = show(results.simulation.picture("dots", text.code))
    context = {
        "policy": policy(scripted),
        "script": Markup(script()) if scripted else "",  # noqa: S704 - our own
        "front": front,
        "dots": dots,
        "version": results.made.versions["gevinst"],
        "hash": results.made.study_hash[:8],
        "seed": results.made.seed,
        "title": text.label(results.study.title),
        "sections": sections,
        "appendix": appendix,
        "more": plan.more,
    }

    def whole(template: str, first: str) -> str:
        return environment.get_template(template).render(context, front_page=first)

    html = _PLACE.sub(lambda place: figure[place[1]], whole("page.html", plan.template))
    sections.pop("sliders", None)  # a document calculates nothing
    below = whole("plain.html", plan.plain) if plain else ""
    return Page(html, shown, words, files, below, drawn)


_PLACE = re.compile(r'<figure data-name="(\w+)"></figure>')
"""Where a figure stands; nothing that a study says can look so, for its marks are escaped."""


def _place(name: str) -> Markup:
    """Hold the place of a figure."""
    from markupsafe import Markup

    return Markup(f'<figure data-name="{name}"></figure>')  # noqa: S704 - a name of ours


def _isolated(shown: Any) -> Any:
    """Isolate what a study says from the words around it; what is markup already is so."""
    return isolated(shown) if type(shown) is str else shown


def _figure(drawing: Drawing) -> str:
    """Show a drawing with its caption."""
    from markupsafe import escape

    caption = f"<figcaption>{escape(drawing.picture.caption)}</figcaption>"
    return f"<figure>\n{drawing.svg()}\n{caption}\n</figure>"
