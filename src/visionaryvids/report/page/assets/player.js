// The player: where its video comes from, playing a moment and what happens at its end.

let held = null; // the object URL that the player shows, to be given back
let bound = null; // the moment that is playing

// A blob and not a data: address: browsers cap the length of those, and seek badly in them.
function blobOf(source) {
  const text = $(source.element).textContent;
  const parts = [];
  for (let from = 0; from < text.length; from += 1 << 20) {
    const binary = atob(text.slice(from, from + (1 << 20)));
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
    parts.push(bytes);
  }
  return new Blob(parts, { type: source.type });
}

function show(address, isObject) {
  if (held) URL.revokeObjectURL(held);
  held = isObject ? address : null;
  bound = null;
  $("missing").hidden = true;
  $("player").src = address;
}

function openVideo() {
  const { source, poster } = video();
  if (poster) $("player").poster = poster;
  else $("player").removeAttribute("poster");
  $("looked").textContent = source.url ? decodeURIComponent(source.url) : "";
  $("other").textContent = source.preview ? "Small preview · choose the original" : "Choose the video file";
  if (source.element) show(URL.createObjectURL(blobOf(source)), true);
  else show(source.url, false);
}

function chooseFile() {
  const [file] = $("file").files;
  if (file) show(URL.createObjectURL(file), true);
  $("file").value = "";
}

function seek(seconds) {
  $("player").currentTime = clamp(seconds, 0, video().duration_s);
  drawPlayhead($("player").currentTime);
}

const play = () => $("player").play().catch(() => {}); // refused without a video or a gesture: the button stays

function playFrom(seconds) {
  bound = null;
  seek(seconds);
  play();
}

function playMoment(index) {
  const moment = moments()[index];
  if (!moment) return;
  chosen.moment = index;
  bound = moment;
  seek(moment.start_s);
  play();
  markMoment();
  $("said").textContent = `Moment ${index + 1}, ${span(moment)}`;
}

const stepMoment = (by) => playMoment(clamp(chosen.moment + by, 0, moments().length - 1));
const toggle = () => ($("player").paused ? play() : $("player").pause());

function endMoment() {
  bound = null;
  const goesOn = chosen.moment + 1 < moments().length;
  if ($("after").value === "next" && goesOn) stepMoment(1);
  else if ($("after").value !== "on") $("player").pause();
}

function follow() {
  const now = $("player").currentTime;
  drawPlayhead(now);
  if (bound && !$("player").seeking && now >= bound.end_s) endMoment();
}

function followWhilePlaying() {
  follow();
  if (!$("player").paused) requestAnimationFrame(followWhilePlaying);
}

function showState() {
  const playing = !$("player").paused;
  $("toggle").setAttribute("aria-label", playing ? "Pause" : "Play");
  $("toggle").classList.toggle("playing", playing);
}

function connectPlayer() {
  const player = $("player");
  player.addEventListener("play", () => { showState(); followWhilePlaying(); });
  player.addEventListener("pause", showState);
  player.addEventListener("timeupdate", follow); // a hidden tab draws no frames, yet moments end
  player.addEventListener("ended", () => { if (bound) endMoment(); });
  player.addEventListener("seeking", () => {
    const now = player.currentTime; // whoever leaves the moment by hand is not stopped at its end
    if (bound && (now < bound.start_s - 0.25 || now > bound.end_s)) bound = null;
  });
  player.addEventListener("error", () => { $("missing").hidden = false; });
  $("file").addEventListener("change", chooseFile);
  for (const button of document.querySelectorAll("[data-choose]")) {
    button.addEventListener("click", () => $("file").click());
  }
}
