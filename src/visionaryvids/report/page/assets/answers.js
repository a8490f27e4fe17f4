// The list: every query with its verdict and a small curve; the chosen one opens its moments.

function momentRow(moment, index) {
  const bar = element("span", { class: "bar" }, element("span", {}));
  bar.firstChild.style.width = `${moment.score * 100}%`;
  const picture = moment.picture ? [element("img", { src: moment.picture, alt: "", width: 96, height: 54 })] : [];
  const button = element("button", { type: "button", class: "moment" },
    element("span", { class: "rank" }, `${index + 1}`), ...picture,
    element("span", { class: "when" }, element("span", { class: "span" }, span(moment)), bar),
    element("span", { class: "score", title: "score out of 100" }, percent(moment.score)));
  button.setAttribute("aria-label", `Moment ${index + 1}: ${span(moment)}, score ${percent(moment.score)} of 100`);
  button.addEventListener("click", (event) => { playMoment(index); letGo(event); });
  return element("li", {}, button);
}

// After a click by hand the space key belongs to the player; who came by keyboard keeps the focus.
function letGo(event) {
  if (event.detail > 0) event.currentTarget.blur();
}

function answerRow(shown, index) {
  const head = element("button", { type: "button", class: "query", "aria-expanded": "false" },
    element("span", { class: "sentence" }, shown.title), sparkline(shown),
    element("span", { class: `verdict ${shown.level}` }, shown.verdict));
  head.addEventListener("click", (event) => { turnTo(index); letGo(event); });
  return element("article", { class: shown.level }, element("h2", {}, head), element("div", { class: "found" }));
}

function openRow(row, shown) {
  const list = element("ol", {}, ...shown.moments.map(momentRow));
  const note = shown.note ? [element("p", { class: "note" }, shown.note)] : [];
  row.querySelector(".found").replaceChildren(...note, list);
}

function chooseAnswer(index) {
  chosen.answer = index;
  chosen.moment = -1;
  bound = null;
  [...$("answers").children].forEach((row, at) => {
    row.querySelector(".query").setAttribute("aria-expanded", String(at === index));
    row.classList.toggle("open", at === index);
    if (at === index) openRow(row, answer());
    else row.querySelector(".found").replaceChildren();
  });
  drawCurve();
}

function turnTo(index) {
  chooseAnswer(index);
  $("answers").children[index].scrollIntoView({ block: "nearest" }); // rows above it may have closed
}

function stepAnswer(by) {
  const count = video().answers.length;
  if (count) turnTo((chosen.answer + by + count) % count);
}

function markMoment() {
  const mark = (nodes) => nodes.forEach((node, at) => node.classList.toggle("now", at === chosen.moment));
  mark([...$("bands").children]);
  const rows = [...document.querySelectorAll(".moment")];
  mark(rows);
  rows.forEach((row, at) => row.setAttribute("aria-current", String(at === chosen.moment)));
  rows[chosen.moment]?.scrollIntoView({ block: "nearest" });
}

function drawWarnings() {
  $("warnings").hidden = !video().warnings.length;
  $("warnings").replaceChildren(...video().warnings.map((text) => element("li", {}, text)));
}

function drawVideos() {
  $("videos").hidden = VIDEOS.length < 2;
  $("videos").replaceChildren(...VIDEOS.map((each, index) => {
    const button = element("button", { type: "button", "aria-pressed": String(index === chosen.video) }, each.name);
    button.addEventListener("click", (event) => { chooseVideo(index); letGo(event); });
    return button;
  }));
}

function chooseVideo(index) {
  Object.assign(chosen, { video: index, answer: 0, moment: -1 });
  document.title = $("name").textContent = video().name;
  $("facts").textContent = `${clock(video().duration_s)} · model ${video().model}`;
  $("answers").replaceChildren(...video().answers.map(answerRow));
  drawWarnings();
  drawVideos();
  openVideo();
  chooseAnswer(0);
  drawPlayhead(0);
}
