"""Draw the rooms of the package and who knows whom, from the code's own imports.

Run ``python docs/explanation/house.py`` after a change of rooms; it writes house.svg beside itself.
A test holds that the picture is that of the code.
"""

from __future__ import annotations

import ast
import io
from collections import Counter
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

HERE = Path(__file__).parent
ROOT = HERE.parents[1] / "src" / "gevinst"
PICTURE = HERE / "house.svg"
ROOMS = {
    "text": "every word and number a user reads or types",
    "stats": "statistics of arrays; knows no study",
    "model": "arrays in, kroner out",
    "study": "what an evaluation states, and what follows at once",
    "plots": "figures of plain numbers",
    "sources": "what is uncertain, a file each",
    "rows": "a study and its draws as rows of inputs",
    "analyses": "one question each",
    "files": "the only place that opens a file",
    "reports": "sections, a page",
    "cli": "the command line",
}
SETTINGS = {"font.family": ["DejaVu Sans"], "svg.fonttype": "none", "svg.hashsalt": "gevinst"}


def imports() -> Counter[tuple[str, str]]:
    """Count the files of one room that import from another; lazy imports count."""
    found: Counter[tuple[str, str]] = Counter()
    for path in sorted(ROOT.rglob("*.py")):
        room = path.relative_to(ROOT).parts[0]
        if room not in ROOMS:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
                node.body = []
        modules = {
            node.module.split(".")[1]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gevinst.")
        }
        found.update((room, other) for other in modules - {room})
    return found


def sizes() -> dict[str, tuple[int, int]]:
    """Files and lines of each room."""
    files = {room: sorted((ROOT / room).rglob("*.py")) for room in ROOMS}
    return {
        room: (len(paths), sum(len(p.read_text("utf-8").splitlines()) for p in paths))
        for room, paths in files.items()
    }


def said() -> str:
    """Return what the picture shows, in words: it is the picture's description."""
    return "; ".join(f"{a} imports {b} ({n})" for (a, b), n in sorted(imports().items()))


def draw() -> str:
    """Draw the house as SVG: each room knows only rooms above it."""
    places = {room: -i for i, room in enumerate(ROOMS)}
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(6.3, 6.3))
        ax = figure.add_axes((0, 0, 1, 1))
        for (first, other), number in sorted(imports().items()):
            low, high = places[first], places[other]
            ax.add_patch(
                FancyArrowPatch(
                    *((5.05, low), (5.05, high)),
                    connectionstyle=f"arc3,rad={0.25 + 0.03 * (high - low):.3f}",
                    arrowstyle="-|>,head_length=4,head_width=2",
                    linewidth=0.5 + 0.12 * min(number, 20),
                    color="#4a90c2",
                    alpha=0.75,
                )
            )
        for room, (files, lines) in sizes().items():
            y = places[room]
            box = FancyBboxPatch((0, y - 0.33), 5, 0.66, "round,pad=0.02,rounding_size=0.1")
            box.set(facecolor="#eef4f9", edgecolor="#0b4f7d", linewidth=1.0)
            ax.add_patch(box)
            ax.text(0.15, y + 0.08, room, fontsize=11, fontweight="bold", va="center")
            ax.text(0.15, y - 0.18, ROOMS[room], fontsize=7.5, va="center", color="#444444")
            ax.text(4.85, y + 0.08, f"{files} files", fontsize=7.5, va="center", ha="right")
            ax.text(4.85, y - 0.18, f"{lines:,} lines", fontsize=7.5, va="center", ha="right")
        ax.set_xlim(-0.15, 7.15)
        ax.set_ylim(-len(ROOMS) + 0.4, 0.6)
        ax.axis("off")
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Description": said()})
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(draw(), "utf-8")
