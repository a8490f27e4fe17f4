// The player: where its video comes from, playing a moment and what happens at its end.

let held = null; // the object URL that the player shows, to be given back
let bound = null; // the moment that is playing
let shift_s = 0; // the player's time of the video's second 0

// A blob and not a data: address: browsers cap the length of those, and seek badly in them.
function blobOf(inside) {
  const text = $(`video-${chosen.video}`).textContent;
  const parts = [];
  for (let from = 0; from < text.length; from += 1 << 20) {
    const binary = atob(text.slice(from, from + (1 << 20)));
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
    parts.push(bytes);
  }
  return new Blob(parts, { type: inside.type });
}

function show(address, isObject, shift) {
  if (held) URL.revokeObjectURL(held);
  held = isObject ? address : null;
  bound = null;
  shift_s = shift;
  $("missing").hidden = true;
  $("player").src = address;
}

function openVideo() {
  const { url, inside, shift_s: original_s, poster } = video();
  if (poster) $("player").poster = poster;
  else $("player").removeAttribute("poster");
  $("looked").textContent = video().name;
  $("other").textContent = inside?.preview ? "This is a small copy · choose the video file" : "Choose the video file";
  if (inside) show(URL.createObjectURL(blobOf(inside)), true, inside.preview ? 0 : original_s);
  else show(url, false, original_s);
}

function chooseFile() {
  const [file] = $("file").files;
  if (file) show(URL.createObjectURL(file), true, video().shift_s);
  $("file").value = "";
}

const now = () => $("player").currentTime - shift_s;

function seek(seconds) {
  const inside_s = clamp(seconds, 0, video().duration_s);
  $("player").currentTime = inside_s + shift_s;
  drawPlayhead(inside_s);
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
  drawPlayhead(now());
  if (bound && !$("player").seeking && now() >= bound.end_s) endMoment();
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
  player.addEventListener("seeking", () => { // whoever leaves the moment by hand is not stopped at its end
    if (bound && (now() < bound.start_s - 0.25 || now() > bound.end_s)) bound = null;
  });
  player.addEventListener("error", () => { $("missing").hidden = false; });
  $("file").addEventListener("change", chooseFile);
  for (const button of document.querySelectorAll("[data-choose]")) {
    button.addEventListener("click", () => $("file").click());
  }
}
