// The saliency curve: drawing it, the moments as bands, the playhead, and seeking by hand.

const across = (seconds) => clamp(seconds / (video().duration_s || 1), 0, 1);

function points({ curve, curve_s }) {
  const inside = curve.map((value, i) => [across(((i + 0.5) * curve_s) / curve.length) * 1000, 98 - 94 * value]);
  if (!inside.length) return "0,98 1000,98";
  const ends = [[0, inside[0][1]], ...inside, [across(curve_s) * 1000, inside.at(-1)[1]]];
  return ends.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
}

function drawing(shown) {
  const line = points(shown);
  const [first, last] = [line.split(",")[0], line.split(" ").at(-1).split(",")[0]];
  return [
    shape("polygon", { class: "area", points: `${first},100 ${line} ${last},100` }),
    shape("polyline", { class: "line", points: line }),
  ];
}

const sparkline = (shown) =>
  shape("svg", { class: "spark", viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...drawing(shown));

function band(moment, index) {
  const made = element("div", { class: "band", "data-moment": index }, element("span", {}, `${index + 1}`));
  made.style.left = `${across(moment.start_s) * 100}%`;
  made.style.width = `${(across(moment.end_s) - across(moment.start_s)) * 100}%`;
  made.style.zIndex = moments().length - index; // where two meet, the better one is in front
  return made;
}

function drawAxis() {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
  const most = Math.max(2, Math.floor($("curve").clientWidth / 90));
  const step = steps.find((each) => video().duration_s / each <= most) ?? 14400;
  const ticks = [];
  for (let at = 0; at <= video().duration_s; at += step) {
    const tick = element("span", {}, clock(at));
    tick.style.left = `${across(at) * 100}%`;
    if (across(at) < 0.97) ticks.push(tick);
  }
  $("axis").replaceChildren(...ticks);
}

function drawCurve() {
  const half = shape("line", { class: "half", x1: 0, x2: 1000, y1: 51, y2: 51 });
  $("plot").replaceChildren(half, ...(answer() ? drawing(answer()) : []));
  $("bands").replaceChildren(...moments().map(band));
  $("caption").textContent = answer()?.title ?? "";
  drawAxis();
}

function drawPlayhead(seconds) {
  $("playhead").style.left = `${across(seconds) * 100}%`;
  $("readout").textContent = `${clock(seconds)} / ${clock(video().duration_s)}`;
  $("curve").setAttribute("aria-valuemax", Math.round(video().duration_s));
  $("curve").setAttribute("aria-valuenow", Math.round(seconds));
  $("curve").setAttribute("aria-valuetext", `${clock(seconds)} of ${clock(video().duration_s)}`);
}

function secondsAt(event) {
  const box = $("curve").getBoundingClientRect();
  return clamp((event.clientX - box.left) / box.width, 0, 1) * video().duration_s;
}

function scoreAt(seconds) {
  const { curve, curve_s } = answer();
  return curve[Math.floor((seconds / curve_s) * curve.length)];
}

function showPointer(event) {
  const seconds = secondsAt(event);
  const score = answer() ? scoreAt(seconds) : undefined;
  $("pointer").style.left = `${across(seconds) * 100}%`;
  $("pointer").dataset.says = score === undefined ? clock(seconds) : `${clock(seconds)} · ${percent(score)}`;
}

// A short press plays the moment under it, or from there; a drag looks for a place.
function followHand() {
  const curve = $("curve");
  let pressed = null;
  curve.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pressed = { x: event.clientX, moment: event.target.closest("[data-moment]")?.dataset.moment, dragged: false };
    curve.setPointerCapture(event.pointerId);
  });
  curve.addEventListener("pointermove", (event) => {
    showPointer(event);
    if (!pressed) return;
    pressed.dragged ||= Math.abs(event.clientX - pressed.x) > 6;
    if (pressed.dragged) seek(secondsAt(event));
  });
  curve.addEventListener("pointerup", (event) => {
    const press = pressed;
    pressed = null;
    if (!press || press.dragged) return;
    if (press.moment !== undefined) playMoment(Number(press.moment));
    else playFrom(secondsAt(event));
  });
  curve.addEventListener("pointercancel", () => { pressed = null; });
}
