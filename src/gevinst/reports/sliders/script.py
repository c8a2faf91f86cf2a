"""The page's one script, and the policy under which a browser runs no other."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files


@cache
def script() -> str:
    """Return the script, to be put into the page to the byte."""
    return (files("gevinst.reports") / "templates" / "sliders.js").read_text("utf-8").strip()


def policy(scripted: bool) -> str:
    """Return the page's Content-Security-Policy: nothing from elsewhere, no script but ours.

    Styles are not held by their hash: pictures place what they show by a style of its own.

    Examples
    --------
    >>> policy(scripted=False)
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    """
    ours = ""
    if scripted:
        digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
        ours = f" script-src 'sha256-{digest}';"
    return f"default-src 'none';{ours} style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
