"""Picture: a figure as a value, with its title, what it shows in words, and how it is painted.

The report, a notebook and the command line get the same one: on axes, as SVG, or as a file's bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gevinst.plots.style import SETTINGS, WIDTH

FORMATS = ("svg", "png", "pdf")
CM = 2.54


@dataclass(frozen=True)
class Picture:
    """A figure.

    Parameters
    ----------
    title : str
        What it is.
    alt : str
        What it shows, in words and numbers, for whom cannot see it.
    height : float
        Inches, at 16 cm of width.
    paint : callable
        Draws it on axes.
    caption : str
        What its marks mean.
    """

    title: str
    alt: str
    height: float
    paint: Callable[[Axes], None]
    caption: str = ""

    def on(self, ax: Axes | None = None) -> Axes:
        """Draw it on axes, on a figure of its own by default; pyplot's state is not touched."""
        with mpl.rc_context(SETTINGS):
            if ax is None:
                figure = Figure(figsize=(WIDTH, self.height), layout="constrained")
                ax = figure.add_subplot()
            self.paint(ax)
        return ax

    def svg(self) -> str:
        """Write it as an SVG element that scales with a page, with a title and a description."""
        drawn = self._saved("svg").decode("utf-8")
        drawn = drawn[drawn.index("<svg") :]
        # The browser scales it to the page: the width stays as the most, the height follows.
        width = re.search(r'width="([\d.]+)pt"', drawn)
        most = width.group(1) if width else f"{72 * WIDTH}"
        drawn = re.sub(r'(<svg[^>]*?) height="[\d.]+pt"', r"\1", drawn, count=1)
        drawn = re.sub(
            r'(<svg[^>]*?) width="[\d.]+pt"',
            rf'\1 role="img" aria-label="{escape(self.title)}" '
            rf'style="width:100%;max-width:{most}pt"',
            drawn,
            count=1,
        )
        head = f"<title>{escape(self.title)}</title><desc>{escape(self.alt)}</desc>"
        return re.sub(r"(<svg[^>]*>)", lambda m: m.group(1) + head, drawn, count=1)

    def _saved(self, kind: str) -> bytes:
        buffer = io.BytesIO()
        figure = self.on().figure
        with mpl.rc_context(SETTINGS):
            figure.savefig(buffer, format=kind, metadata={"Date": None, "Creator": None})  # type: ignore[union-attr]
        return buffer.getvalue()
