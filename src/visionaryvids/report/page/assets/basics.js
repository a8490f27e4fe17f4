// What the other scripts share: the content, what is chosen, building elements, writing times.
// Text from outside (names, queries, warnings) becomes text nodes only, never markup.

const VIDEOS = JSON.parse(document.getElementById("content").textContent);
const chosen = { video: 0, answer: 0, moment: -1 };

const $ = (id) => document.getElementById(id);
const video = () => VIDEOS[chosen.video];
const answer = () => video().answers[chosen.answer];
const moments = () => answer()?.moments ?? [];

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function shape(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds + 1e-6));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const span = (moment) => `${clock(moment.start_s)} – ${clock(moment.end_s)}`;
const percent = (share) => `${Math.round(share * 100)}`;
const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
