"use strict";
/* The report's sliders: the study's calculation again, with a reader's own numbers.
   `calculate` is the whole of it and knows no page; `show` is the page. */

const gevinst = (() => {
  const MOST_CITIZENS = 1e6, MOST_KR = 1e15;
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);

  /* ln gamma(x), Lanczos with g = 7 and nine terms. */
  const LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028,
    771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
    9.9843695780195716e-6, 1.5056327351493116e-7];
  function lnGamma(x) {
    const t = x + 6.5;
    const series = sum(LANCZOS.map((c, k) => (k ? c / (x - 1 + k) : c)));
    return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(t) - t + Math.log(series);
  }

  /* Student's t that a share `level` lies within. With t = sqrt(df) tan(a) the density is
     proportional to cos(a)^(df - 1): falling, so Newton's steps from zero never pass the root. */
  function student(level, df) {
    const scale = 2 * Math.exp(lnGamma((df + 1) / 2) - lnGamma(df / 2)) / Math.sqrt(Math.PI);
    const density = (a) => scale * Math.cos(a) ** (df - 1);
    const PANELS = 512;
    let angle = 0;
    for (let tries = 0; tries < 60; tries += 1) {
      let within = 0; // Simpson
      for (let k = 0; k <= PANELS; k += 1) {
        const weight = k % PANELS ? 2 + 2 * (k % 2) : 1;
        within += weight * density(angle * k / PANELS);
      }
      const step = (level - within * angle / PANELS / 3) / density(angle);
      angle += step;
      if (Math.abs(step) < 1e-12) { break; }
    }
    return Math.sqrt(df) * Math.tan(angle);
  }

  /* A tally is a list of [value, citizens]. */
  function variance(tally, n) {
    const mean = sum(tally.map(([value, of]) => value * of)) / n;
    return sum(tally.map(([value, of]) => of * (value - mean) ** 2)) / (n - 1);
  }
  function isFlat(tally) {
    const values = tally.map(([value]) => value);
    const high = Math.max(...values), low = Math.min(...values);
    return high - low <= 1e-9 * Math.max(1, Math.abs(high), Math.abs(low));
  }
  /* The first citizen of each time with the first of the others, and so on to the last. */
  function paired(times) {
    const left = times.map((tally) => tally.map((each) => [...each])), found = [];
    while (left.every((tally) => tally.length)) {
      const of = Math.min(...left.map(([[, citizens]]) => citizens));
      found.push([sum(left.map(([[value]]) => value)), of]);
      left.forEach((tally) => {
        tally[0][1] -= of;
        if (!tally[0][1]) { tally.shift(); }
      });
    }
    return found;
  }

  /* Who went where: the gains of one group's citizens, as independent parts of their mean. */
  function matched(kind, costs, horizon) {
    const worth = costs.map((tally, t) => tally.map(([cost, of]) => [horizon[t] * cost, of]));
    if (kind === "independent") {
      const counted = worth.filter((_, t) => horizon[t]);
      return counted.length ? counted : [worth[0]];
    }
    /* Where every time counts the same way, every second one offsets the one before. */
    const counts = horizon.map(Math.sign).filter(Boolean), alike = new Set(counts).size < 2;
    let counted = 0;
    const turns = horizon.map((of) => (alike && of && counted++ % 2 ? -1 : 1));
    const turned = costs.map((tally, t) => tally.map(([cost, of]) => [turns[t] * cost, of]));
    const keys = kind === "widest" ? worth : turned;
    return [paired(worth.map((tally, t) => {
      const order = tally.map((_, k) => k).sort((a, b) => keys[t][a][0] - keys[t][b][0]);
      return order.map((k) => tally[k]);
    }))];
  }

  /* The difference, what chance in small groups alone leaves open, and the nearest rate at which
     nothing is left; or a reason why there is no number. `state`: counts, kr and chosen. */
  function calculate(study, state) {
    const [basis, time, heads, payer, whose] = state.chosen;
    const horizon = study.horizon[time], share = study.share[payer][whose];
    const slopes = state.kr.map(() => 0), groups = [];
    let difference = 0;
    for (const [a, arm] of study.arms.entries()) {
      const totals = study.paths
        ? [sum(study.paths[a].map(([of]) => of))] : state.counts[a].map(sum);
      const n = totals[0];
      if (totals.some((total) => total !== n)) { return { reason: "unequal", arm: a, totals }; }
      if (n < 2) { return { reason: "few", arm: a }; }
      const cost = (t, i) => {
        const rate = study.rateOf[basis][a][t][i];
        return rate < 0 ? 0 : state.kr[rate] * share[a][t][i];
      };
      const add = (rate, units) => {
        slopes[rate] += arm.sign * units;
        difference += arm.sign * units * state.kr[rate];
      };
      /* Count citizens of a status; false where no price is stated of it. */
      const count = (of, t, i) => {
        const rate = study.rateOf[basis][a][t][i];
        if (of && rate >= 0) { add(rate, horizon[t] * share[a][t][i] * of / n); }
        return !of || rate >= 0;
      };
      const parts = {};
      if (study.paths) {
        study.paths[a].forEach(([of, ...path]) => path.forEach((i, t) => count(of, t, i)));
        parts.observed = [study.paths[a].map(([of, ...path]) =>
          [sum(path.map((i, t) => horizon[t] * cost(t, i))), of])];
      } else {
        for (const [t, counts] of state.counts[a].entries()) {
          const i = counts.findIndex((of, each) => !count(of, t, each));
          if (i >= 0) { return { reason: "unpriced", arm: a, time: t, status: i }; }
        }
        const costs = state.counts[a].map((counts, t) =>
          counts.map((of, i) => [cost(t, i), of]).filter(([, of]) => of));
        for (const kind of ["narrowest", "independent", "widest"]) {
          parts[kind] = matched(kind, costs, horizon);
        }
      }
      study.lines.filter((line) => line.arm === a).forEach((line) => {
        const units = line.each + line.group / (n + study.heads[heads] * arm.dropouts);
        add(line.rate[basis], line.horizon[time] * line.share[payer][whose] * units);
      });
      groups.push({ n, parts });
    }
    const intervals = {};
    for (const kind of Object.keys(groups[0].parts)) {
      const flat = groups.map(({ parts }) => parts[kind].every(isFlat));
      const squares = groups.map(({ n, parts }) =>
        sum(parts[kind].map((part) => variance(part, n))) / n);
      const total = sum(squares), error = Math.sqrt(total);
      if (flat.every(Boolean)) {
        intervals[kind] = { reason: "no-spread" };
        continue;
      }
      const df = 1 / sum(squares.map((each, g) => (each / total) ** 2 / (groups[g].n - 1)));
      const reach = student(study.level, df) * error;
      const reason = flat.includes(true) ? `no-spread-in-${flat[0] ? "x" : "y"}` : null;
      intervals[kind] = { error, df, low: difference - reach, high: difference + reach, reason };
    }
    let turn = null;
    slopes.forEach((slope, rate) => {
      const now = state.kr[rate], kr = now - difference / slope;
      const moves = Math.abs(slope) * Math.max(1, now) > 1e-12 * Math.max(1, Math.abs(difference));
      const far = Math.abs(kr - now) / now;
      if (now > 0 && moves && kr >= 0 && (!turn || far < turn.far)) { turn = { rate, kr, far }; }
    });
    const times = horizon.filter(Boolean).length;
    return { reason: null, difference, intervals, turn, times };
  }

  /* What has no sign, with so many decimals; of two as near the even one, as Python takes it. */
  function fixed(size, digits) {
    const text = size.toFixed(digits), rest = size.toFixed(100).split(".")[1].slice(digits);
    const odd = /^50*$/.test(rest) && Number(text.at(-1)) % 2;
    return odd ? text.slice(0, -1) + (Number(text.at(-1)) - 1) : text;
  }

  /* Numbers as the page writes them. */
  function written(language) {
    const [thousands, decimal] = language.marks;
    const number = (value, digits = 0) => {
      const [whole, rest] = fixed(Math.abs(value), digits).split(".");
      const text = whole.replace(/\B(?=(\d{3})+$)/g, thousands) + (rest ? decimal + rest : "");
      return (value < 0 && /[1-9]/.test(text) ? "\u2212" : "") + text;
    };
    /* No digit below the first one of an error. */
    const earned = (value, error) => {
      if (error <= 1e-9 * Math.abs(value)) { return number(value); }
      const place = Math.floor(Math.log10(error)), unit = 10 ** Math.max(place, 0);
      if (place < 0) { return number(value, -place); }
      const size = Math.abs(value), steps = Number(fixed(size / unit, 0));
      return number(Math.sign(value) * steps * unit);
    };
    /* A price with the decimals it has, two at most; of one with more, three digits below a
       hundred, without zeros at the end, and whole numbers above. */
    const rate = (value, unit) => {
      const size = Math.abs(value), off = (digits) => Math.abs(fixed(size, digits) - size);
      let digits = [0, 1, 2].find((each) => off(each) <= 1e-12 * Math.max(1, size));
      if (digits === undefined) {
        const places = size < 100 ? Math.min(2 - Math.floor(Math.log10(size)), 12) : 0;
        digits = ((fixed(size, places).match(/\.(\d*[1-9])?/) || [])[1] || "").length;
      }
      return `${number(value, digits)}\u00a0${unit}`;
    };
    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])
      .replace(/(\w)\.\.(?!\.)/g, "$1.");
    return { number, earned, rate, fill, kr: (value) => `${number(value)}\u00a0${language.money}` };
  }

  /* What is found, in sentences: what it is, what would turn it, and what to know of it. */
  function sentences(study, state, found) {
    const { texts, labels } = study, write = written(study), { fill } = write;
    if (found.reason) {
      const values = { arm: labels.arms[found.arm], totals: (found.totals || []).join(" / "),
        time: labels.times[found.time], status: labels.statuses[found.status] };
      return { said: fill(texts[found.reason], values), turn: "", notes: "" };
    }
    const every = Object.values(found.intervals);
    const reasons = [...new Set(every.map((each) => each.reason).filter(Boolean))];
    const said = [fill(texts.found, { kr: write.kr(found.difference) })];
    if (!reasons.includes("no-spread")) {
      const [inner, outer] = [...every].sort((a, b) => a.error - b.error)
        .filter((_, k, all) => k === 0 || k === all.length - 1);
      const wide = outer || inner, within = (each) => each.low <= 0 && each.high >= 0;
      const round = (value) => write.earned(value, wide.error / 100);
      said.push(fill(texts.sampled, { low: round(wide.low), high: round(wide.high),
        inner_low: round(inner.low), inner_high: round(inner.high) }));
      const verdict = !within(wide) ? (wide.low > 0 ? "above" : "below")
        : within(inner) ? "both" : "depends";
      said.push(texts[verdict]);
    }
    const notes = reasons.map((reason) => texts[reason]);
    if (!study.paths && found.times > 2) { notes.unshift(texts.at_most); }
    let turn = "";
    if (Math.abs(found.difference) > 1e-6) {
      const { rate, kr } = found.turn || {};
      turn = !found.turn ? texts.no_turn : fill(texts.turn, {
        rate: labels.rates[rate],
        value: write.rate(kr / study.per[rate], labels.units[rate]),
        now: write.rate(state.kr[rate] / study.per[rate], labels.units[rate]) });
    }
    return { said: said.join(" "), turn, notes: notes.join(" ") };
  }

  /* Every number that can be changed has a code: k3 a price, o1 a choice, c0.2.5 citizens of a
     group, time and status. Where it stands, and what can stand there; null of no such number. */
  function slot(state, study, code) {
    const [, kind, first, t, i] = /^([koc])(\d+)(?:\.(\d+)\.(\d+))?$/.exec(code) || [];
    const counts = ((state.counts || [])[first] || [])[t];
    const found = {
      k: { list: state.kr, at: first, most: MOST_KR, per: study.per[first] },
      o: { list: state.chosen, at: first, most: study.choices[first] - 1, per: 1, whole: true },
      c: { list: counts, at: i, most: MOST_CITIZENS, per: 1, whole: true },
    }[kind];
    const fits = found && found.list && found.at in found.list && (kind === "c") === Boolean(i);
    return fits ? found : null;
  }
  const get = (state, study, code) => {
    const { list, at } = slot(state, study, code);
    return list[at];
  };
  /* Put a number where it can stand; else say no. */
  function put(state, study, code, number) {
    const place = slot(state, study, code);
    const least = place && Math.min(0, get(study, study, code));
    const good = place && number >= least && number <= place.most
      && (!place.whole || Number.isInteger(number));
    if (good) { place.list[place.at] = number; }
    return Boolean(good);
  }
  function changedCodes(study, state) {
    const counts = (study.counts || []).flatMap((arm, a) => arm.flatMap((time, t) =>
      time.map((_, i) => `c${a}.${t}.${i}`)));
    return [...study.kr.map((_, k) => `k${k}`), ...study.chosen.map((_, k) => `o${k}`), ...counts]
      .filter((code) => get(state, study, code) !== get(study, study, code));
  }
  function changes(study, state) {
    const { labels, texts } = study, write = written(study);
    return changedCodes(study, state).map((code) => {
      const [first, t, i] = code.slice(1).split(".");
      const [name, say] = {
        k: [labels.rates[first], (kr) => write.rate(kr / study.per[first], labels.units[first])],
        o: [(labels.choices[first] || [])[0], (k) => labels.choices[first][1][k]],
        c: [`${labels.arms[first]}, ${labels.times[t]}: ${labels.statuses[i]}`, write.number],
      }[code[0]];
      const [before, after] = [study, state].map((each) => say(get(each, study, code)));
      return write.fill(texts.change, { name, before, after });
    });
  }

  /* A state as a fragment of the address, and back; null of one that is not of this study. */
  function toFragment(study, state) {
    const parts = changedCodes(study, state).map((code) =>
      `${code}=${Number(get(state, study, code).toFixed(6))}`);
    return parts.length ? `#sliders=${[study.hash, ...parts].join(";")}` : "";
  }
  function fromFragment(study, fragment) {
    const [hash, ...parts] = fragment.replace("#sliders=", "").split(";");
    const state = start(study);
    const good = parts.every((part) => {
      const [, code, number] = /^(\w[\d.]+)=(-?\d+(?:\.\d+)?)$/.exec(part) || [];
      return code && put(state, study, code, Number(number));
    });
    return hash === study.hash && parts.length && good ? state : null;
  }
  const start = ({ kr, chosen, counts }) => JSON.parse(JSON.stringify({ kr, chosen, counts }));

  /* The page: fields into a state, a state into fields and words. */
  function show(root) {
    const study = JSON.parse(root.dataset.numbers), write = written(study);
    const { texts, labels } = study, shown = ["changed", "said", "turn", "notes"];
    const one = (name) => root.querySelector(`[data-${name}]`);
    const all = (name) => [...root.querySelectorAll(`[data-${name}]`)];
    const fields = all("field");
    let state = start(study), wrong = new Set(), timer = 0;

    function fillIn(except) {
      fields.forEach((field) => {
        const code = field.dataset.field, { list, at, per } = slot(state, study, code);
        field.setAttribute("aria-invalid", wrong.has(code));
        if (field === except || wrong.has(code)) { return; }
        const value = list[at] / per;
        field.value = field.type === "number" ? Number(value.toFixed(2)) : value;
        if (field.type === "range") {
          field.setAttribute("aria-valuetext", write.rate(value, labels.units[at]));
        }
      });
    }
    function speak(said) {
      clearTimeout(timer);
      timer = setTimeout(() => { one("status").textContent = said; }, 800);
    }
    function update(except) {
      fillIn(except);
      const found = wrong.size ? { reason: "invalid" } : calculate(study, state);
      const told = sentences(study, state, found), changed = changes(study, state).join("; ");
      const own = wrong.size ? "" : texts.unchanged;
      told.changed = changed ? write.fill(texts.changed, { changes: changed }) : own;
      shown.forEach((name) => { one(name).textContent = told[name]; });
      one("table").hidden = Boolean(found.reason);
      if (!found.reason) {
        one("difference").textContent = write.number(found.difference);
        all("coupling").forEach((row) => {
          const { error, low, high } = found.intervals[row.dataset.coupling];
          const limits = { low: write.number(low), high: write.number(high) };
          row.cells[1].textContent = error ? write.number(error) : "\u2013";
          row.cells[2].textContent = error ? write.fill(texts.limits, limits) : texts.none;
        });
      }
      const rest = location.hash.startsWith("#sliders=") ? "" : location.hash;
      const address = toFragment(study, state) || rest || location.pathname + location.search;
      try {
        history.replaceState(null, "", address);
      } catch { /* a frame without an address of its own */ }
      speak(`${told.said} ${told.turn}`);
    }
    function restart(next) {
      state = next;
      wrong = new Set();
      update(null);
    }
    function restore() {
      const next = fromFragment(study, location.hash);
      if (next) { restart(next); }
      return Boolean(next);
    }

    fields.forEach((field) => field.addEventListener("input", () => {
      const code = field.dataset.field, { per } = slot(state, study, code);
      const good = field.value !== "" && put(state, study, code, Number(field.value) * per);
      wrong[good ? "delete" : "add"](code);
      update(field);
    }));
    one("reset").addEventListener("click", () => restart(start(study)));
    if (one("move")) {
      one("move").addEventListener("click", () => {
        const [a, t] = one("where").value.split("."), counts = state.counts[a][t];
        if (!counts[one("from").value]) {
          speak(texts.nobody);
          return;
        }
        counts[one("from").value] -= 1;
        counts[one("to").value] += 1;
        restart(state);
      });
    }
    addEventListener("hashchange", restore);
    one("controls").hidden = false;
    one("off").hidden = true;
    fillIn(null);
    if (restore()) { root.closest("section").scrollIntoView(); }
  }

  return { student, written, calculate, sentences, changes, toFragment, fromFragment, show };
})();

if (typeof document !== "undefined") {
  document.querySelectorAll("[data-numbers]").forEach(gevinst.show);
}
