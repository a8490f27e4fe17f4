// The keys, and the start of the page.

const step = (event) => (event.shiftKey ? 5 : 1);
const fullScreen = () =>
  document.fullscreenElement ? document.exitFullscreen() : $("player").requestFullscreen?.();

const KEYS = {
  " ": toggle,
  ArrowLeft: (event) => seek(now() - step(event)),
  ArrowRight: (event) => seek(now() + step(event)),
  n: () => stepMoment(1),
  j: () => stepMoment(1),
  p: () => stepMoment(-1),
  k: () => stepMoment(-1),
  q: (event) => stepAnswer(event.shiftKey ? -1 : 1),
  f: fullScreen,
  m: () => { $("player").muted = !$("player").muted; },
  "?": () => $("help").showModal(),
};
for (let digit = 1; digit <= 9; digit += 1) KEYS[digit] = () => playMoment(digit - 1);

// What a slider understands besides, while the curve has the focus.
const CURVE_KEYS = {
  ArrowDown: KEYS.ArrowLeft,
  ArrowUp: KEYS.ArrowRight,
  Home: () => seek(0),
  End: () => seek(video().duration_s),
  Enter: play,
};

function action(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open) return undefined;
  if (event.target.matches("select, input")) return undefined;
  if (event.key === " " && event.target.matches("button")) return undefined; // a button's own key
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return (event.target.id === "curve" && CURVE_KEYS[key]) || KEYS[key];
}

// Before the player sees a key (capture): its own controls would also act on arrows and space.
addEventListener("keydown", (event) => {
  const act = action(event);
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act(event);
}, { capture: true });

for (const [id, act] of Object.entries({
  toggle, previous: () => stepMoment(-1), next: () => stepMoment(1), keys: () => $("help").showModal(),
})) {
  $(id).addEventListener("click", (event) => { act(); letGo(event); });
}
addEventListener("resize", drawAxis);
connectPlayer();
followHand();
chooseVideo(0);
