"""Draw every figure of the bundled studies, write the page that shows them, and some more.

Run ``python docs/reference/gallery.py`` after a change of a figure; it writes gallery.md beside
itself, the pictures into docs/pictures/figures, and those that evaluations.md shows into
docs/pictures/evaluations. A test holds that every figure is shown.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

import gevinst as gv
from gevinst.cli.options import SEED
from gevinst.plots.picture import Picture
from gevinst.reports.figures import FIGURES, Figure, draw, footer
from gevinst.text.language import language
from gevinst.text.problems import StudyError, WrongValueError

HERE = Path(__file__).parent
PAGE = HERE / "gallery.md"
PICTURES = HERE.parent / "pictures" / "figures"
EVALUATIONS = HERE.parent / "pictures" / "evaluations"
WIDE = 680
"""Dots across a picture."""
EN = language("en")

SWITCH = {"query": "* -> flexjob"}
GIVEN: dict[tuple[str, str], dict[str, str]] = {
    ("bounds", "ishoj-smc"): {"query": "cheaper at the end"},
    ("switch-worth", "ishoj-smc"): SWITCH,
    ("switch-worth-difference", "ishoj-smc"): SWITCH,
    ("two-way", "ishoj-smc"): {"inputs": "rate.resource_programme,heads.intervention"},
    ("two-way", "gladsaxe"): {"inputs": "citizens.case_3,rate.cash_benefit_6757"},
}
"""What a figure that cannot do without is asked with, by its name and study."""

LACKS = {
    "methods": "the course of each citizen",
    "accounts": "accounts by year",
    "outcomes": "outcomes in units other than money",
}
"""What a figure takes that no bundled study has."""

SHOWN = {"ips-costs": "difference", "ips-work": "outcomes", "peterborough": "outcomes"}
"""The figure that an evaluation is shown with, where its numbers let one say something."""

HEAD = """# Every figure

Each figure of the package, drawn of the two bundled studies: the question it answers, and the \
command that writes it. `gevinst figure` lists them; as `.svg`, `.png` (300 dots an inch) or \
`.pdf` a figure is sharper than here. `gevinst report` writes those of its page into `figures/`. \
In Python each is `result.plot(name)`, with `_` in the place of `-`. What a study has nothing for \
is refused in words.
"""


def command(figure: Figure, study: str) -> str:
    """Return the command line that writes a figure."""
    given = GIVEN.get((figure.name, study), {})
    words = [f'--{name} "{said}"' for name, said in given.items()]
    return " ".join(["gevinst", "figure", figure.name, study, "--lang", "en", *words])


def drawn(figure: Figure, name: str) -> tuple[Picture, bytes] | None:
    """Draw a figure of a study; None where the study has nothing for it."""
    study = gv.load(name)
    said = GIVEN.get((figure.name, name), {})
    given = {key: value.split(",") if key == "inputs" else value for key, value in said.items()}
    if "rng" in figure.takes:
        given["rng"] = SEED
    try:
        picture = draw(figure, study, EN, given)
    except (StudyError, WrongValueError):
        return None
    with Image.open(
        io.BytesIO(picture.file("png", footer=footer(figure, study, EN, given)))
    ) as png:
        small = png.convert("RGB").resize((WIDE, round(png.height * WIDE / png.width)))
    buffer = io.BytesIO()
    small.quantize(64, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        buffer, "png", optimize=True
    )
    return picture, buffer.getvalue()


def page(titles: Mapping[tuple[str, str], str]) -> str:
    """Write the page, from the titles of the figures by name and study."""
    parts = [HEAD]
    for figure in FIGURES:
        parts.append(f"## {figure.name}\n\nShows {figure.about(EN)}.\n")
        shown = [study for study in gv.bundled() if (figure.name, study) in titles]
        for study in shown:
            title = titles[figure.name, study]
            path = f"../pictures/figures/{study}-{figure.name}.png"
            parts.append(f"```sh\n{command(figure, study)}\n```\n\n![{study}: {title}]({path})\n")
        if not shown:
            parts.append(f"Neither bundled study has what it takes: {LACKS[figure.name]}.\n")
    return "\n".join(parts)


def evaluations() -> dict[str, tuple[Picture, bytes]]:
    """Draw the figure that each evaluation is shown with."""
    figures = {figure.name: figure for figure in FIGURES}
    found = {name: drawn(figures[shown], f"gallery/{name}") for name, shown in SHOWN.items()}
    return {name: each for name, each in found.items() if each}


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for left in PICTURES.iterdir():
        left.unlink()
    titles = {}
    for figure in FIGURES:
        for study in gv.bundled():
            if found := drawn(figure, study):
                titles[figure.name, study] = found[0].title
                (PICTURES / f"{study}-{figure.name}.png").write_bytes(found[1])
    PAGE.write_text(page(titles), "utf-8")
    EVALUATIONS.mkdir(exist_ok=True)
    for name, content in evaluations().items():
        (EVALUATIONS / f"{name}.png").write_bytes(content[1])
