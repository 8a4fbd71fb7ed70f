// Plots over time (uPlot) of what the page carries in data-plot, and the quotation of a figure while it is pointed at.

import { make } from "/static/desk.js";

const DAY = 86400;
const HIGH = 240;
const DAYS = [1, 2, 4, 7, 14, 28, 61, 91, 182, 365, 730, 1826, 3652]; // between two marks of the axis
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const seconds = (day) => Date.parse(`${day}T00:00:00Z`) / 1000;
const dayOf = (second) => new Date(second * 1000).toISOString().slice(0, 10);
const told = (number) => number.toLocaleString("en");

// ---- plots over time -------------------------------------------------------------------

const drawn = new Map();

function draw(figure) {
  const data = JSON.parse(figure.dataset.plot);
  const state = { voice: "", data };
  const said = make("p", { className: "said", role: "status" });
  const place = make("div");
  if (data.voices.length) figure.append(voiceField(state, data, figure));
  figure.append(place, said);
  const plot = new uPlot(options(state, said, figure.clientWidth), columns(data), place);
  place.querySelector("canvas").setAttribute("aria-hidden", "true");
  drawn.set(figure, plot);
  state.plot = plot;
}

function voiceField(state, data, figure) {
  const id = `voice-${drawn.size}`;
  const select = make("select", { id }, make("option", { value: "" }, "none"));
  for (const [key, name] of data.voices) select.append(make("option", { value: key }, name));
  select.addEventListener("change", () => {
    state.voice = select.value;
    drawn.get(figure).redraw();
  });
  return make("p", { className: "picked" }, make("label", { for: id }, "Steps of one source:"), select);
}

/** Days, low ends, high ends of the steps; where there are none, the days of the points alone. */
function columns(data) {
  if (!data.steps.length) {
    const days = [...new Set(data.points.map((point) => seconds(point.day)))].sort((a, b) => a - b);
    const tops = days.map((day) => Math.max(...data.points.filter((p) => seconds(p.day) === day).map((p) => p.high ?? p.low ?? 0)));
    return [days, days.map(() => 0), tops];
  }
  // What holds last goes on to the right edge.
  const last = data.steps.at(-1), first = data.steps[0];
  const more = Math.max(DAY, (seconds(last.day) - seconds(first.day)) * 0.04);
  const steps = [...data.steps, { ...last, day: dayOf(seconds(last.day) + more) }];
  return [steps.map((step) => seconds(step.day)), steps.map((step) => step.low), steps.map((step) => step.most)];
}

function options(state, said, width) {
  const { data } = state;
  const banded = data.steps.length > 0;
  const stepped = uPlot.paths.stepped({ align: 1 });
  const line = (label) => ({ label, stroke: () => (banded ? colour("--accent") : "transparent"), width: banded ? 1.5 : 0, paths: stepped, points: { show: false } });
  return {
    width: Math.max(width, 260), height: HIGH, tzDate: (second) => uPlot.tzDate(new Date(second * 1000), "UTC"),
    legend: { show: false }, cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: true, range: (plot, min, max) => padded(data, min, max) }, y: { range: (plot, min, max) => [0, topOf(data, max)] } },
    axes: [axis({ space: 76, size: 34, incrs: DAYS.map((days) => days * DAY), values: (plot, marks) => marks.map(dayOf) }), axis({ size: 62, values: (plot, marks) => marks.map(told) })],
    series: [{}, line("low"), line("high")],
    bands: banded ? [{ series: [2, 1], fill: () => `${colour("--accent")}2e` }] : [],
    hooks: { draw: [(plot) => drawPoints(plot, state)], setCursor: [(plot) => say(plot, state, said)] },
  };
}

const axis = (more) => ({ stroke: () => colour("--faint"), grid: { stroke: () => colour("--line"), width: 1 }, ticks: { stroke: () => colour("--line"), width: 1 }, font: "12px system-ui, sans-serif", ...more });

function padded(data, min, max) {
  const days = data.points.map((point) => seconds(point.day));
  const low = Math.min(min, ...days), high = Math.max(max, ...days);
  const more = Math.max(DAY, (high - low) * 0.04);
  return [low - more, high + more];
}

const topOf = (data, max) => 1.08 * Math.max(1, max, ...data.points.map((point) => point.high ?? point.low ?? 0));

/** Each figure as a dot or an upright interval, an arrow where it is open; then the steps of the source that was chosen. */
function drawPoints(plot, state) {
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  if (state.data.steps.length) drawOpen(plot, state.data.steps);
  for (const point of state.data.points) drawPoint(plot, ctx, ratio, point, state.voice);
  if (state.voice) drawSteps(plot, ctx, ratio, state);
  ctx.restore();
}

function drawOpen(plot, steps) {
  const open = steps.filter((step) => step.high === null);
  if (!open.length) return;
  const { ctx } = plot;
  ctx.fillStyle = colour("--faint");
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "left";
  const x = Math.min(plot.valToPos(seconds(open[0].day), "x", true) + 4 * devicePixelRatio, plot.bbox.left + plot.bbox.width - 92 * devicePixelRatio);
  ctx.fillText("↑ open above", x, plot.bbox.top + 13 * devicePixelRatio);
}

function drawPoint(plot, ctx, ratio, point, voice) {
  const x = plot.valToPos(seconds(point.day), "x", true);
  const low = plot.valToPos(point.low ?? 0, "y", true);
  const high = point.high === null ? plot.bbox.top + 4 * ratio : plot.valToPos(point.high, "y", true);
  const stroke = !point.counts ? colour("--faint") : !voice || voice === point.voice ? colour("--accent") : colour("--line");
  ctx.strokeStyle = ctx.fillStyle = stroke;
  ctx.lineWidth = 2 * ratio;
  ctx.setLineDash(point.counts ? [] : [4 * ratio, 3 * ratio]);
  ctx.beginPath();
  if (point.low === point.high) ctx.arc(x, low, 4 * ratio, 0, 7);
  else { ctx.moveTo(x, low); ctx.lineTo(x, high); }
  ctx.stroke();
  if (point.low === point.high && point.counts) ctx.fill();
  ctx.setLineDash([]);
  if (point.low !== point.high) {
    if (point.low) bar(ctx, x, low, ratio); else head(ctx, x, low, ratio, 1);
    if (point.high === null) head(ctx, x, high, ratio, -1); else bar(ctx, x, high, ratio);
  }
}

function bar(ctx, x, y, ratio) {
  ctx.beginPath(); ctx.moveTo(x - 4 * ratio, y); ctx.lineTo(x + 4 * ratio, y); ctx.stroke();
}

function head(ctx, x, y, ratio, direction) {
  ctx.beginPath(); ctx.moveTo(x, y); ctx.lineTo(x - 4 * ratio, y - direction * 6 * ratio); ctx.lineTo(x + 4 * ratio, y - direction * 6 * ratio); ctx.closePath(); ctx.fill();
}

function drawSteps(plot, ctx, ratio, state) {
  const own = state.data.points.filter((point) => point.counts && point.voice === state.voice);
  ctx.strokeStyle = colour("--warn");
  ctx.lineWidth = 2 * ratio;
  for (const end of ["low", "high"]) {
    ctx.beginPath();
    let before = null;
    for (const point of own) {
      const x = plot.valToPos(seconds(point.day), "x", true);
      const y = plot.valToPos(point[end] ?? (end === "low" ? 0 : point.low ?? 0), "y", true);
      if (before === null) ctx.moveTo(x, y); else { ctx.lineTo(x, before); ctx.lineTo(x, y); }
      before = y;
    }
    if (before !== null) ctx.lineTo(plot.bbox.left + plot.bbox.width, before);
    ctx.stroke();
  }
}

/** What the step and the figures nearest to the pointer say. */
function say(plot, state, said) {
  const { left } = plot.cursor;
  if (left === null || left === undefined || left < 0) return;
  const at = plot.posToVal(left, "x");
  const { steps, points } = state.data;
  const parts = [];
  const step = steps.filter((one) => seconds(one.day) <= at).pop();
  if (step) parts.push(`From ${step.day}: ${told(step.low)} to ${step.high === null ? `${told(step.most)}, open above` : told(step.high)}`);
  const nearest = points.toSorted((a, b) => Math.abs(seconds(a.day) - at) - Math.abs(seconds(b.day) - at))[0];
  if (nearest) parts.push(...points.filter((point) => point.day === nearest.day).slice(0, 4).map((point) => point.told));
  said.textContent = parts.join(" · ");
}

// A plot is drawn when it can be seen, and drawn anew when its room or the colours change.
const seen = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    if (!contentRect.width) continue;
    const plot = drawn.get(target);
    if (!plot) draw(target);
    else if (Math.abs(plot.width - contentRect.width) > 2) plot.setSize({ width: Math.max(contentRect.width, 260), height: HIGH });
  }
});
for (const figure of document.querySelectorAll("figure[data-plot]")) seen.observe(figure);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawn.forEach((plot) => plot.redraw()));

// ---- the quotation of a figure ---------------------------------------------------------

const peek = make("div", { className: "peek", hidden: true, dir: "auto" });
document.body.append(peek);

function show(summary) {
  const quotation = summary.parentElement.querySelector("blockquote");
  if (!quotation || summary.parentElement.open) return hide();
  peek.textContent = quotation.textContent;
  peek.hidden = false;
  const box = summary.getBoundingClientRect();
  const below = box.bottom + peek.offsetHeight + 8 < innerHeight;
  peek.style.left = `${Math.max(8, Math.min(box.left + 24, innerWidth - peek.offsetWidth - 8))}px`;
  peek.style.top = `${below ? box.bottom + 4 : Math.max(4, box.top - peek.offsetHeight - 4)}px`;
}

const hide = () => { peek.hidden = true; };
const summaryOf = (event) => event.target instanceof Element && event.target.closest(".plot summary");
document.addEventListener("pointerover", (event) => (summaryOf(event) && event.pointerType === "mouse" ? show(summaryOf(event)) : hide()));
document.addEventListener("focusin", (event) => (summaryOf(event)?.matches(":focus-visible") ? show(summaryOf(event)) : hide()));
document.addEventListener("focusout", hide);
document.addEventListener("click", hide);
document.addEventListener("scroll", hide, { passive: true });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

// On paper every figure has its quotation.
addEventListener("beforeprint", () => { for (const one of document.querySelectorAll(".plot details, .overtime")) one.open = true; });
