"""Check robustness.json by adding witnesses and proofs up anew: plain loops, no module of ours."""

import json
from hashlib import sha256
from math import copysign, fsum, inf
from typing import Any


def digest(doc: Any) -> str:
    """Return the SHA-256 of all but the digest itself."""
    return sha256(json.dumps(doc | {"digest": None}, sort_keys=True).encode()).hexdigest()


def refused(doc: Any) -> list[str]:
    """Name the rows that do not hold, and the digest where anything was changed."""
    rows, rule = enumerate(doc["rows"], start=1), {"fragility": _fragility, "bounds": _bounds}
    wrong = [f"{k} ({r['kind']})" for k, r in rows if not rule.get(r["kind"], _line)(doc, r)]
    return wrong if doc["digest"] == digest(doc) else ["digest", *wrong]


def _close(found: list[float], said: list[float]) -> bool:
    return all(abs(one - other) < 0.005 for one, other in zip(found, said, strict=True))


def _total(doc: Any, changed: Any) -> float:
    parts, rates = [], doc["rates"] | changed
    for arm in doc["arms"].values():
        parts += [arm["sign"] * units * rates[rate] for rate, units in arm["lines"].items()]
        for weight, cells in zip(doc["weights"], arm["times"], strict=True):
            each = arm["sign"] * weight / arm["citizens"]
            parts += [each * c["share"] * c["citizens"] * rates[c["rate"]] for c in cells.values()]
    return fsum(parts)


def _line(doc: Any, row: Any) -> bool:
    now, there = _total(doc, {}), _total(doc, row["claim"]["rates"])
    return _close([now, there, there], [row["proof"], row["witness"], row["claim"]["kr"]])


def _fragility(doc: Any, row: Any) -> bool:
    k, now, kr, best = row["claim"]["citizens"], _total(doc, {}), dict[Any, float](), []
    arms = {name: doc["arms"][name] for name in row["claim"]["arms"]}
    for name, arm in arms.items():
        cells, unit = arm["times"][-1], arm["sign"] * doc["weights"][-1] / arm["citizens"]
        cost = {s: doc["rates"][c["rate"]] * c["share"] for s, c in cells.items()}
        for before in (s for s, c in cells.items() if row["claim"]["moved"] or not c["lost"]):
            gaps = {s: end - cost[before] for s, end in {"": 0.0, **cost}.items()}
            kr |= {(name, before, s): copysign(unit, -now * unit) * g for s, g in gaps.items()}
            best.append((max(kr[name, before, s] for s in gaps), cells[before]["citizens"]))
    who, left, fewer = row["witness"], inf if k is None else max(k - 1, 0), 0.0
    for gap, n in sorted(best, reverse=True):
        fewer, left = fewer + min(n, left) * gap, left - min(n, left)
    moves = [kr[name, before, after] for name, before, after, _ in who]
    moved, each = fsum(n * kr[a, s, e] for a, s, e, n in who), [n for *_, n in who]
    seats = {(a, s): sum(n for b, t, _, n in who if (a, s) == (b, t)) for a, s, *_ in who}
    fits = all(n <= arms[a]["times"][-1][s]["citizens"] for (a, s), n in seats.items())
    enough = k is None or (sum(each) == k and min([1, *each]) > 0 and moved >= abs(now) - 1e-6)
    holds = fits and enough and (fewer < abs(now) - 1e-6 or k == 0)
    return holds and _close([abs(now), fewer, moved, *moves], row["proof"])


def _bounds(doc: Any, row: Any) -> bool:
    times, rates, holds = doc["arms"][row["claim"]["arm"]]["times"], doc["rates"], True
    first, last = ({s: c for s, c in t.items() if c["citizens"]} for t in (times[0], times[-1]))
    for end, sign in (("low", 1), ("high", -1)):
        table, (u, v), value = row["witness"][end], row["proof"][end], row["claim"][end]
        if not u.keys() == table.keys() == first.keys() or v.keys() != last.keys():
            return False
        for s, a in first.items():
            for e, b in last.items():
                fall = rates[a["rate"]] * a["share"] - rates[b["rate"]] * b["share"]
                counts = sign * (fall > 0.005 and not a["lost"] and not b["lost"])
                holds &= u[s] + v[e] <= counts and table[s][e] >= 0
                value -= sign * counts * table[s][e]
        dual = [w[s] * c["citizens"] for w, t in ((u, first), (v, last)) for s, c in t.items()]
        holds &= all(sum(table[s].values()) == a["citizens"] for s, a in first.items())
        holds &= all(sum(t[e] for t in table.values()) == b["citizens"] for e, b in last.items())
        holds &= value == 0 and sum(dual) == sign * row["claim"][end]
    return holds
