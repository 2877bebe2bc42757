"use strict";
// The live page. The gate's data comes from one event stream, /events: first "history", then a "sample" each second.

const KEPT_SECONDS = 600;
const ENDS = ["admitted", "refused", "expired", "abandoned", "shed"];
const byId = (id) => document.getElementById(id);
const gates = new Map(); // name -> {samples: [...], now: {...}}
let shown; // the name of the displayed gate

function seconds(value) {
  if (value == null) return "–";
  if (value < 1) return Math.round(value * 1000) + " ms";
  return value < 100 ? value.toFixed(1) + " s" : Math.round(value) + " s";
}

const count = (value) => (value == null ? "–" : value.toLocaleString("en"));

function bytes(value) {
  return value < 0 ? "–" : value < 1024 ? value + " B" : (value / 1024).toFixed(1) + " KiB";
}

// ---- charts

const line = (label, field, color, dash, draw) => ({ label, field, color, dash, draw });
const CHARTS = [
  { id: "load", unit: count, lines: [
    line("limit", "limit", "--red", [6, 4]), line("served", "active", "--blue"), line("waiting", "waiting", "--orange", [2, 3])] },
  { id: "waits", unit: seconds, lines: [
    line("median", "p50", "--blue"), line("p95", "p95", "--violet", [6, 4]), line("p99", "p99", "--orange", [2, 3])] },
  { id: "rates", unit: count, lines: [
    line("arrived", "arrived", "--grey", [6, 4]), line("admitted", "admitted", "--blue"), line("refused", "refused", "--red", [2, 3]),
    line("expired", "expired", "--orange"), line("abandoned", "abandoned", "--violet", [8, 3, 2, 3]), line("shed", "shed", "--green")] },
];

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function axis(size, space, values) {
  const grid = { stroke: color("--grid"), width: 1 };
  return { stroke: color("--faint"), grid, ticks: grid, size, space, font: "12px system-ui, sans-serif", values };
}

function draw(chart) {
  const host = byId(chart.id);
  chart.plot?.destroy();
  chart.plot = new uPlot({
    width: host.clientWidth, height: 200, padding: [null, 28, null, null],
    scales: { y: { range: (u, min, max) => [0, Math.max(max ?? 0, chart.id === "waits" ? 0.01 : 1) * 1.08] } },
    axes: [axis(32, 80, (u, at) => at.map((t) => new Date(t * 1000).toLocaleTimeString("en-GB"))),
      axis(62, 30, (u, at) => at.map(chart.unit))],
    series: [{ label: "time", value: (u, t) => (t == null ? "–" : new Date(t * 1000).toLocaleTimeString("en-GB")) },
      ...chart.lines.map((l) => ({
        label: l.label, stroke: color(l.color), dash: l.dash, width: 2, points: { show: false },
        value: (u, v) => (v == null ? "–" : chart.unit(Math.round(v * 1000) / 1000)) }))],
  }, columns(chart), host);
}

function columns(chart) {
  const samples = gates.get(shown)?.samples ?? [];
  return [samples.map((s) => s.t), ...chart.lines.map((l) => samples.map((s) => s[l.field]))];
}

function redraw() {
  for (const chart of CHARTS) draw(chart);
}

function describe(chart, sample) {
  const text = chart.lines.map((l) => l.label + " " + (sample[l.field] == null ? "none" : chart.unit(sample[l.field]))).join(", ");
  byId(chart.id).setAttribute("aria-label", "Chart over the last ten minutes. Now: " + text);
}

new ResizeObserver(() => CHARTS.forEach((c) => c.plot?.setSize({ width: byId(c.id).clientWidth, height: 200 }))).observe(document.body);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

// ---- tables

function row(...cells) {
  const tr = document.createElement("tr");
  for (const text of cells) tr.insertCell().textContent = text;
  return tr;
}

function show() {
  const gate = gates.get(shown);
  if (!gate?.now) return;
  const { now, samples } = gate;
  const sample = samples[samples.length - 1];
  for (const figure of ["limit", "active", "waiting"]) byId(figure).textContent = count(now[figure]);
  byId("p50").textContent = seconds(sample.p50);
  byId("p99").textContent = seconds(sample.p99);
  byId("policy").textContent = byId("policy").title = now.policy;
  document.body.classList.toggle("paused", now.paused);
  byId("pause").setAttribute("aria-pressed", now.paused);
  byId("pause").textContent = now.paused ? "Paused: resume" : "Pause";
  for (const [id, value] of [["new-limit", now.limit], ["new-policy", now.policy]]) {
    if (!byId(id).dataset.touched) byId(id).value = value;
  }
  byId("waiters").replaceChildren(
    ...gate.room.map((w, i) => row(i + 1, w.source, w.class, seconds(w.waits), bytes(w.sent))));
  byId("room-note").textContent = now.waiting === 0 ? "No connection is waiting."
    : now.waiting > gate.room.length ? `The next ${gate.room.length} of ${count(now.waiting)}, in the order of ${now.policy}.` : "";
  byId("sources").replaceChildren(...gate.sources.map((s) => row(s.source, count(s.connections))));
  byId("totals").replaceChildren(...["arrived", ...ENDS].map((name) => row(name, count(now[name]))));
  for (const chart of CHARTS) {
    describe(chart, sample);
    chart.plot.setData(columns(chart));
  }
}

// ---- the stream

function choose(name) {
  shown = name;
  byId("gate").value = name;
  delete byId("new-limit").dataset.touched;
  delete byId("new-policy").dataset.touched;
  redraw();
  show();
}

function listGates() {
  byId("gate").replaceChildren(...[...gates.keys()].map((name) => new Option(name, name)));
  byId("chooser").hidden = gates.size < 2;
  choose(gates.has(shown) ? shown : gates.keys().next().value);
}

function take(sampled) {
  const gate = gates.get(sampled.now.name) ?? { samples: [] };
  gate.now = sampled.now;
  gate.room = sampled.room;
  gate.sources = sampled.sources;
  // The first sample after the history may repeat the last one of the history.
  if (!(gate.samples.at(-1)?.t >= sampled.sample.t)) gate.samples.push(sampled.sample);
  while (gate.samples[0].t < sampled.sample.t - KEPT_SECONDS) gate.samples.shift();
  return gates.has(sampled.now.name) || gates.set(sampled.now.name, gate) && listGates();
}

function live(isLive, text) {
  byId("link").textContent = text;
  byId("link").classList.toggle("live", isLive);
}

const events = new EventSource("events");
events.addEventListener("history", (event) => {
  const history = JSON.parse(event.data);
  byId("policies").replaceChildren(...history.policies.map((name) => new Option(name)));
  gates.clear();
  for (const gate of history.gates) gates.set(gate.name, { samples: gate.samples, room: [], sources: [] });
  if (gates.size > 0) listGates();
});
events.addEventListener("sample", (event) => {
  const sampled = JSON.parse(event.data);
  sampled.gates.forEach(take);
  live(true, sampled.draining ? "draining" : "live");
  show();
});
events.onerror = () => live(false, events.readyState === EventSource.CLOSED ? "closed; reload the page" : "reconnecting");

// ---- the fleet, if the gateway has one

const FLEET_STATES = {
  joining: "has no slots yet",
  settling: "keeps its slots while the state in Redis, which may have been lost, is rebuilt",
  held: "has a lease",
  lapsed: "cannot reach Redis and admits no more than its fallback",
  taken: "has no slots: another node uses its name",
  superseded: "has no slots: another node with its name replaced it",
  mismatched: "has no slots: its lease time differs from that of the fleet",
};

async function showFleet() {
  const response = await fetch("api/fleet").catch(() => null);
  const fleet = await response?.json().catch(() => null);
  if (response?.ok && fleet === null) return; // this gateway has no fleet
  setTimeout(showFleet, 1000);
  byId("fleet").hidden = false;
  if (!response?.ok || !fleet) {
    byId("fleet-note").textContent = fleet?.error ?? "The gateway does not respond.";
    return;
  }
  byId("limit-form").hidden = true; // the fleet sets the limit
  if (!byId("fleet-limit").dataset.touched) byId("fleet-limit").value = fleet.limit;
  const lapsed = fleet.nodes.filter((n) => n.lapsed).map((n) => n.name);
  byId("fleet-note").textContent = `${count(fleet.lent)} of ${count(fleet.limit)} slots are lent. This node ${FLEET_STATES[fleet.state]}.`
    + (fleet.settlingMillis > 0 ? ` No slots are lent for another ${seconds(fleet.settlingMillis / 1000)}.` : "")
    + (lapsed.length > 0 ? ` Silent: ${lapsed.join(", ")}. A silent node keeps its slots until it returns or is declared gone.` : "");
  byId("nodes").replaceChildren(...fleet.nodes.map((n) => row(n.name, count(n.lent), count(n.served), count(n.waiting), n.weight,
    n.lapsed ? `ended ${seconds(-n.leaseMillis / 1000)} ago` : seconds(n.leaseMillis / 1000))));
}
showFleet();

// ---- changes

async function patch(path, body, answer, describe) {
  try {
    const response = await fetch(path, {
      method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const result = await response.json();
    answer.classList.toggle("bad", !response.ok);
    answer.textContent = response.ok ? describe(result) : result.error;
    return response.ok;
  } catch (failure) {
    answer.classList.add("bad");
    answer.textContent = "The gateway did not respond: " + failure.message;
    return false;
  }
}

const change = (body) => patch("api/gates/" + encodeURIComponent(shown), body, byId("answer"),
  (gate) => `Limit ${gate.limit}, policy ${gate.policy}${gate.paused ? ", paused" : ""}.`);
const changeFleet = (body) => patch("api/fleet", body, byId("fleet-answer"), (fleet) => `Limit of all nodes ${fleet.limit}.`);

function changeBy(form, field, value, changing = change) {
  const input = byId(field);
  input.addEventListener("input", () => { input.dataset.touched = "yes"; });
  byId(form).addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await changing(value(input.value))) delete input.dataset.touched;
  });
}

changeBy("limit-form", "new-limit", (text) => ({ limit: /^\d+$/.test(text) ? Number(text) : text }));
changeBy("fleet-form", "fleet-limit", (text) => ({ limit: Number(text) }), changeFleet);
changeBy("policy-form", "new-policy", (text) => ({ policy: text }));
byId("pause").addEventListener("click", () => change({ paused: byId("pause").getAttribute("aria-pressed") !== "true" }));
byId("gate").addEventListener("change", (event) => choose(event.target.value));
