"""The page's one script, and the policy under which a browser runs no other."""

from __future__ import annotations

import base64
import hashlib
from functools import cache


@cache
def script() -> str:
    """Return the script, to be put into the page to the byte."""
    from jinja2 import Environment, PackageLoader

    templates = PackageLoader("gevinst.reports", "templates")
    return templates.get_source(Environment(autoescape=True), "sliders.js")[0].strip()


def policy(scripted: bool) -> str:
    """Return the page's Content-Security-Policy: nothing from elsewhere, no script but ours.

    Styles are not held by their hash: pictures place what they show by a style of its own.

    Examples
    --------
    >>> policy(scripted=False)
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    """
    allowed = ["default-src 'none'", "style-src 'unsafe-inline'"]
    if scripted:
        digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
        allowed.append(f"script-src 'sha256-{digest}'")
    return "; ".join([*allowed, "base-uri 'none'", "form-action 'none'"])
