"""What a notebook shows of a study."""

from __future__ import annotations

from html import escape
from typing import Any

from gevinst.text.language import language


def shown(study: Any) -> str:
    """Show the title, the groups with their counts, and what is uncertain."""
    label = language(study.language).label
    statuses = (
        f"<tr><td>{escape(label(study.items[i].label))}</td>"
        + "".join(f"<td>{n}</td>" for a in range(len(study.arms)) for n in study.counts[a, :, i])
        + "</tr>"
        for i in study.statuses
    )
    arms = "".join(
        f"<th colspan={len(study.times)}>{escape(label(arm.label))} "
        f"({arm.analysed}/{arm.enrolled})</th>"
        for arm in study.arms
    )
    times = "".join(f"<th>{escape(label(time.label))}</th>" for time in study.times)
    heads = f"<tr><th></th>{arms}</tr><tr><th></th>{times * len(study.arms)}</tr>"
    sources = ", ".join(spec.name for spec in study.sources)
    caption = f"<caption>{escape(label(study.title))} ({escape(study.id)})</caption>"
    said = f"<p>{escape(sources)}; {study.hash[:16]}</p>"
    return f"<table>{caption}{heads}{''.join(statuses)}</table>{said}"
