"""The site: the pages of this folder, the studies' own, and a page for each public name.

`.ci/docs` builds it. The pages are those that tests/test_documents.py runs, so nothing is written
twice; what only the site needs (its contents, links of names to their page) is added here.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from docutils import nodes
from pygments.lexers.special import TextLexer
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

import gevinst as gv

HERE = Path(__file__).parent

project = "gevinst"
author = "The gevinst developers"
release = gv.__version__
extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
root_doc = "docs/index"
include_patterns = ["README.md", "docs/**.md", "docs/reference/api/*.rst", "studies/*/README.md"]
exclude_patterns = [".*", "src", "tests", "docs/_build"]
nitpicky = True

html_theme = "furo"
html_title = "gevinst"
html_static_path = ["site/site.css"]
html_css_files = ["site.css"]
html_extra_path = ["site/index.html"]
html_copy_source = False

myst_heading_anchors = 4
default_role = "code"
autodoc_typehints = "none"  # docstrings say them, with shapes and units
numpydoc_show_class_members = False

NAMES = [name for name in gv.__all__ if name != "stats"]
NAMES += [f"stats.{name}" for name in gv.stats.__all__]
"""Every public name, as it is written after `gv.`."""

CONTENTS = {
    root_doc: {
        "Begin": ["tutorial", "tutorial-gladsaxe"],
        "På dansk": ["da/index", "da/*"],
        "How to": ["how-to/*"],
        "Look up": ["reference/*"],
        "Understand": ["explanation/*", "decisions", "changelog"],
        "Measured": ["../studies/*/README", "../README"],
    },
    "docs/reference/python": {"Each name": ["api/*"]},
}
"""The pages below a page, under which heading."""


def write_api(_: Sphinx) -> None:
    """Write a page for each public name, beside the page that lists them."""
    folder = HERE / "reference" / "api"
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        found = gv.stats if name.startswith("stats.") else gv
        kind = "class" if inspect.isclass(getattr(found, name.split(".")[-1])) else "function"
        text = f"gv.{name}\n{'=' * 60}\n\n.. auto{kind}:: gevinst.{name}\n"
        if name == "Study":
            text += "   :members:\n\n.. autoclass:: gevinst.study.content.Content\n"
        (folder / f"{name}.rst").write_text(text, "utf-8")


def add(_: Sphinx, docname: str, source: list[str]) -> None:
    """Name a file above what is in it, and add the contents that only the site needs."""
    text = re.sub(
        r"^```(\w+) (\S+)$", r"```{code-block} \1\n:caption: \2\n", source[0], flags=re.MULTILINE
    )
    for caption, pages in CONTENTS.get(docname, {}).items():
        rows = "\n".join(pages)
        text += f"\n```{{toctree}}\n:hidden:\n:glob:\n:caption: {caption}\n\n{rows}\n```\n"
    source[0] = text


class LinkNames(SphinxTransform):
    """Lead from `gv.<name>`, wherever it is written, to the page of that name."""

    default_priority = 500

    def apply(self) -> None:
        """Link each literal that is a public name, alone or with its arguments."""
        for literal in list(self.document.findall(nodes.literal)):
            found = re.fullmatch(r"(?:gv|gevinst)\.((?:stats\.)?\w+)(\(.*)?", literal.astext())
            own = isinstance(literal.parent, (nodes.title, nodes.reference))
            if found and found[1] in NAMES and not own:
                link = pending_xref("", literal.deepcopy(), refdomain="py", reftype="obj")
                link.attributes |= {"reftarget": f"gevinst.{found[1]}", "refexplicit": True}
                link.attributes |= {"refdoc": self.env.docname, "refwarn": True}
                literal.replace_self(link)


def speak(app: Sphinx, page: str, template: str, context: dict, tree: object) -> None:
    """Say that a page is in Danish, for whoever has it read aloud."""
    if page.startswith("docs/da/"):
        context["language"] = "da"


def setup(app: Sphinx) -> None:
    """Hang the above on the build."""
    app.add_lexer("csv", TextLexer)
    app.add_transform(LinkNames)
    app.connect("builder-inited", write_api, priority=100)
    app.connect("source-read", add)
    app.connect("html-page-context", speak)
