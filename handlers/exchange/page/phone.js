// The handset page: which telephone is held, what is done with it, and what
// the exchange says happens. Everything shown follows from the exchange's
// events, so that a page opened later, or twice, shows the same.

import * as view from "./views.js";
import * as voice from "./voice.js";

const api = "/phone/api";
const state = {
  lines: [], phones: [], held: null, desk: null,
  dialled: "", last: 0, skew: null, zone: "UTC",
  of: new Map(), // by number: {call, said, texts, fresh}
};

const $ = (id) => document.getElementById(id);
const told = (number) => state.of.get(number);

// act asks the exchange to do something, and shows why if it will not.
async function act(what, body) {
  view.trouble("");
  try {
    const answer = await fetch(`${api}/${what}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    if (answer.ok) return true;
    const why = await answer.json().catch(() => ({}));
    view.trouble(sentence(why.error || `The exchange answered ${answer.status}.`));
  } catch {
    view.trouble("The exchange does not answer. Is it still running?");
  }
  return false;
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1).replace(/\.?$/, ".");

// hold picks up another telephone.
function hold(number) {
  state.held = state.phones.find((p) => p.number === number);
  told(number).fresh = 0;
  state.dialled = "";
  voice.hush();
  view.handset(state);
  view.transcript(told(number).said);
  view.thread(state.held, told(number).texts, state.zone);
  view.phones(state, hold);
}

// press is a key: dialling before a call, a tone in it.
function press(key) {
  const call = told(state.held.number).call;
  view.flash(key);
  if (call && call.state !== "over" && call.state !== "ringing") {
    voice.hush();
    queue(() => act("press", { phone: state.held.number, keys: key }));
    return;
  }
  state.dialled = (state.dialled + key).slice(0, 20);
  view.handset(state);
}

// queue keeps keys in the order in which they were pressed.
let busy = Promise.resolve();
const queue = (job) => { busy = busy.then(job, job); };

function call() {
  const at = told(state.held.number).call;
  if (at && at.state === "ringing") return act("answer", { phone: state.held.number });
  const to = state.dialled || state.lines[0].number;
  state.dialled = "";
  $("handset").focus({ preventScroll: true });
  return act("call", { phone: state.held.number, to });
}

function hangUp() {
  const at = told(state.held.number).call;
  voice.hush();
  if (at && at.state !== "over") return act("hangup", { phone: state.held.number });
  state.dialled = "";
  view.handset(state);
}

// happened applies an event; news is shown and heard, history only kept.
function happened(event, news) {
  if (event.kind === "clock") {
    state.skew = Date.parse(event.at) - Date.now();
    if (news) view.clock(state);
    return;
  }
  const at = told(event.phone);
  if (!at) return;
  const held = news && event.phone === state.held.number;
  const desk = news && state.desk && event.phone === state.desk.number;
  if (event.kind === "call") {
    const before = at.call;
    at.call = { ...event.call, since: sinceWhen(before, event), at: event.at };
    if (before?.sid !== event.call.sid) begin(at, event, held);
    if (event.call.state === "over") end(at, event, held);
    if (held) view.handset(state);
    if (desk) view.desk(state, told(state.desk.number));
    if (desk) voice.bell(event.call.state === "ringing");
  } else if (event.kind === "line") {
    const line = { ...event.line, at: event.at, note: at.call?.state === "answered" };
    at.said.push(line);
    if (held) view.addLine(line);
    if (held && line.who === "voice" && line.text) voice.say(line.text, line.language);
    if (desk) view.desk(state, at);
  } else if (event.kind === "text") {
    at.texts.push(event.text);
    if (held) view.addText(state.held, event.text, state.zone);
    else if (news) at.fresh++;
  }
  if (news) view.phones(state, hold);
}

// sinceWhen is when a conversation began, for the display's timer.
function sinceWhen(before, event) {
  if (before?.sid === event.call.sid && before.since) return before.since;
  return event.call.state === "talking" ? Date.now() : null;
}

function begin(at, event, held) {
  const who = state.lines.find((l) => l.number === event.call.with)?.label;
  const text = event.call.state === "ringing" ? "A call comes in." : `Calling ${who || view.national(event.call.with)}.`;
  const line = { who: "note", text, divider: true, at: event.at };
  at.said.push(line);
  if (held) view.addLine(line);
}

const endings = { busy: "Engaged.", "no-answer": "The call was not answered.", failed: "The call failed." };

function end(at, event, held) {
  const line = { who: "note", text: endings[event.call.ending] || "The call has ended.", at: event.at };
  at.said.push(line);
  if (held) view.addLine(line);
}

// jumps are the moments that are often wanted, in the practice's own time.
function jumpTo(kind) {
  const now = view.local(Date.now() + state.skew, state.zone); // as if it were UTC
  const day = 24 * 3600e3;
  let to = now;
  if (kind === "hour") to = now + 3600e3;
  else {
    const midnight = Math.floor(now / day) * day;
    const weekday = new Date(midnight).getUTCDay();
    to = midnight + (kind === "tomorrow" ? 1 : ((8 - weekday) % 7 || 7)) * day + 9 * 3600e3;
  }
  return new Date(to).toISOString().slice(0, 16);
}

async function jump(to) {
  if (await act("clock", { to })) $("jump").open = false;
}

// listen connects the controls.
function listen() {
  view.keypad(press);
  $("call").addEventListener("click", call);
  $("hangup").addEventListener("click", hangUp);
  $("aloud").addEventListener("change", (e) => voice.aloud(e.target.checked));
  $("bell").addEventListener("change", (e) => voice.bellOn(e.target.checked));
  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, summary");
    if (typing || e.ctrlKey || e.metaKey || e.altKey || !$("typing").checked) return;
    if (/^[0-9*#]$/.test(e.key)) {
      e.preventDefault();
      press(e.key);
    } else if (e.key === "Backspace" && state.dialled) {
      state.dialled = state.dialled.slice(0, -1);
      view.handset(state);
    }
  });
  form("say-form", "say", (words) => {
    voice.hush();
    return act("say", { phone: state.held.number, words });
  });
  form("text-form", "text", (words) => act("text", { phone: state.held.number, to: state.lines[0].number, words }));
  form("desk-form", "desk-say", (words) => act("say", { phone: state.desk.number, words }));
  $("text").addEventListener("input", (e) => view.count(e.target.value));
  $("text").addEventListener("keydown", (e) => {
    if (e.key === "Enter" && !e.shiftKey) {
      e.preventDefault();
      $("text-form").requestSubmit();
    }
  });
  for (const button of document.querySelectorAll("[data-desk]")) {
    button.addEventListener("click", () => act(button.dataset.desk, { phone: state.desk.number }));
  }
  for (const button of document.querySelectorAll("[data-jump]")) {
    button.addEventListener("click", () => jump(jumpTo(button.dataset.jump)));
  }
  $("jump-form").addEventListener("submit", (e) => {
    e.preventDefault();
    jump($("jump-to").value);
  });
  $("jump").addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    $("jump").open = false;
    $("jump").querySelector("summary").focus();
  });
}

// form sends a field's words, and empties it once they are sent.
function form(id, field, send) {
  $(id).addEventListener("submit", async (e) => {
    e.preventDefault();
    const words = $(field).value.trim();
    if (!words || !(await send(words))) return;
    $(field).value = "";
    if (field === "text") view.count("");
    $(field).focus();
  });
}

async function start() {
  const answer = await fetch(`${api}/state`);
  const got = await answer.json();
  state.lines = got.lines;
  state.desk = got.phones.find((p) => p.kind === "reception");
  state.phones = got.phones.filter((p) => p.kind !== "reception");
  state.last = got.last;
  for (const p of got.phones) state.of.set(p.number, { call: null, said: [], texts: [], fresh: 0 });
  if (got.clock) {
    state.skew = Date.parse(got.clock.now) - Date.now();
    state.zone = got.clock.zone;
    setInterval(() => view.clock(state), 1000);
    view.clock(state);
  }
  listen();
  view.place(state);
  hold(state.phones[0].number);
  follow();
  setInterval(() => view.timer(told(state.held.number).call), 500);
}

// follow takes the events from the first: up to the newest at the start they
// are history.
function follow() {
  const events = new EventSource(`${api}/events?after=0`);
  events.onmessage = (message) => {
    const event = JSON.parse(message.data);
    happened(event, event.id > state.last);
    if (event.id === state.last) {
      hold(state.held.number);
      if (state.desk) view.desk(state, told(state.desk.number));
    }
  };
  events.onerror = () => view.trouble("The exchange does not answer. Trying again.");
  events.onopen = () => {
    view.trouble("");
    document.documentElement.dataset.ready = "true";
  };
}

start().catch(() => view.trouble("The exchange does not answer. Is it still running?"));
