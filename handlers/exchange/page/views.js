// What the page shows. Each function draws one part from what it is given;
// none keeps anything, and words only ever become text, never markup.

const $ = (id) => document.getElementById(id);

// make builds an element: make("li", {class: "key"}, "text", child).
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

// national writes a British number as people do.
export function national(number) {
  const rest = /^\+44(\d{4})(\d{6})$/.exec(number || "");
  return rest ? `0${rest[1]} ${rest[2]}` : number || "a withheld number";
}

export function trouble(text) { $("trouble").textContent = text; }

export function place(state) {
  const line = state.lines[0];
  $("place").textContent = line ? line.label : "Telephones";
  document.title = line ? `Telephones: ${line.label}` : "Telephones";
  $("text-to").textContent = line ? `${line.label}, ${line.national}` : "";
  $("desk").hidden = !state.desk;
  if (state.desk) {
    $("desk-label").textContent = state.desk.label;
    desk(state, state.of.get(state.desk.number));
  }
}

const kinds = { landline: "Landline", mobile: "Mobile", withheld: "Hides its number", reception: "Reception" };

// phones draws the choice of telephones; what happens on the others shows there.
export function phones(state, hold) {
  const group = $("phones");
  if (group.childElementCount !== state.phones.length) {
    group.replaceChildren(...state.phones.map((p, i) => {
      const input = make("input", { type: "radio", name: "phone", id: `phone-${i}`, value: p.number });
      input.addEventListener("change", () => hold(p.number));
      return make("div", { class: "phone", "data-kind": p.kind }, input,
        make("label", { for: `phone-${i}` },
          make("span", { class: "phone-icon", "aria-hidden": "true" }),
          make("span", { class: "phone-label" }, p.label),
          make("span", { class: "phone-number" }, make("span", { class: "kind" }, `${kinds[p.kind]} `), make("span", { class: "whole" }, p.kind === "withheld" ? "" : p.national)),
          make("span", { class: "phone-news" })));
    }));
  }
  state.phones.forEach((p, i) => {
    const at = state.of.get(p.number);
    const input = $(`phone-${i}`);
    input.checked = p === state.held;
    const busy = at.call && at.call.state !== "over";
    const news = busy ? (at.call.state === "ringing" ? "rings" : "in a call") : at.fresh ? (at.fresh === 1 ? "1 new text" : `${at.fresh} new texts`) : "";
    input.parentElement.querySelector(".phone-news").textContent = news;
  });
}

const letters = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ" };
const names = { "*": "Star", "#": "Hash" };

// keypad draws the twelve keys, once.
export function keypad(press) {
  $("keys").replaceChildren(...[..."123456789*0#"].map((key) => {
    const button = make("button", { type: "button", class: "key", "data-key": key, "aria-label": names[key] || key },
      make("span", { class: "digit", "aria-hidden": "true" }, key === "*" ? "∗" : key),
      make("span", { class: "letters", "aria-hidden": "true" }, letters[key] || ""));
    button.addEventListener("click", () => press(key));
    return button;
  }));
}

// flash shows a key go down, also when the keyboard pressed it.
export function flash(key) {
  const button = document.querySelector(`.key[data-key="${key}"]`);
  button.classList.remove("down");
  void button.offsetWidth; // begins the movement anew
  button.classList.add("down");
}

const statuses = {
  calling: "Calling …", ringing: "Ringing", answered: "Answered", talking: "Connected", transfer: "Putting you through …", over: "Call ended",
};
const waiting = { keys: "Press a key", "keys or speech": "Press a key, or speak", speech: "Speak now", recording: "Recording: speak after the tone" };

// handset draws the telephone in hand: its display and what its buttons do.
export function handset(state) {
  const phone = state.held;
  const call = state.of.get(phone.number).call;
  const live = call && call.state !== "over";
  const set = $("handset");
  set.dataset.kind = phone.kind;
  set.dataset.state = call ? call.state : "idle";
  $("set-title").textContent = `${phone.label}’s telephone`;
  if (phone.kind === "withheld") $("set-title").textContent = "A telephone that hides its number";
  const line = state.lines[0];
  let top = [line.label, line.national];
  if (state.dialled) top = [state.dialled];
  else if (live) top = named(state, call.with);
  $("display-line").replaceChildren(...top.map((text) => make("span", {}, text)));
  $("display-line").classList.toggle("typed", Boolean(state.dialled));
  let status = "Ready to call";
  if (state.dialled) status = "Dialling";
  else if (call) status = (live && waiting[call.waits]) || statuses[call.state];
  if ($("display-status").textContent !== status) $("display-status").textContent = status;
  timer(call);
  $("call").textContent = call?.state === "ringing" ? "Answer" : "Call";
  $("call").disabled = Boolean(live && call.state !== "ringing");
  $("hangup").disabled = !live && !state.dialled;
  $("hangup").textContent = !live && state.dialled ? "Clear" : "Hang up";
  $("say").disabled = !live;
  $("say-form").querySelector("button").disabled = !live;
}

// named is how the display shows a number: whose it is, and the number.
function named(state, number) {
  const who = state.lines.find((l) => l.number === number) || (state.desk?.number === number && state.desk);
  return who ? [who.label, who.national] : [national(number)];
}

// timer counts the minutes of a conversation.
export function timer(call) {
  let text = "";
  if (call && call.since && call.state !== "over") {
    const seconds = Math.max(0, Math.floor((Date.now() - call.since) / 1000));
    text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
  if ($("display-timer").textContent !== text) $("display-timer").textContent = text;
}

// drawLine makes one line of a transcript.
function drawLine(line) {
  if (line.who === "note") return make("li", { class: line.divider ? "note-line divider" : "note-line" }, line.text);
  if (line.keys) return make("li", { class: "mine keyed", "data-keyed": "" }, make("span", { class: "sr" }, "You pressed "), make("kbd", {}, line.keys));
  const mine = line.who === "caller";
  const words = line.play ? `♪ ${line.play}` : line.text;
  return make("li", { class: mine ? "mine" : "theirs", lang: line.language || undefined },
    make("span", { class: "sr" }, mine ? "You said: " : ""), make("p", {}, words));
}

// append adds a line; keys pressed in a row stand together.
function append(list, line) {
  const before = list.lastElementChild;
  if (line.keys && before && "keyed" in before.dataset) before.append(make("kbd", {}, line.keys));
  else list.append(drawLine(line));
}

// atEnd keeps the newest in sight, unless somebody has scrolled back.
function atEnd(list, change) {
  const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  change();
  if (follows) list.scrollTop = list.scrollHeight;
}

export function addLine(line) {
  $("lines").querySelector(".empty")?.remove();
  atEnd($("lines"), () => append($("lines"), line));
}

// silently draws a whole list without a screen reader telling it all again.
function silently(list, draw) {
  list.setAttribute("aria-live", "off");
  list.replaceChildren();
  draw();
  list.scrollTop = list.scrollHeight;
  setTimeout(() => list.setAttribute("aria-live", "polite"), 100);
}

export function transcript(said) {
  silently($("lines"), () => {
    for (const line of said) append($("lines"), line);
    if (said.length === 0) $("lines").append(make("li", { class: "empty" }, "Press Call. What is said will appear here, word for word."));
  });
}

const oneOrMore = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

function drawText(phone, text, zone) {
  const mine = text.from === phone.number;
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(text.at));
  const from = text.carrier ? "The network: " : mine ? "You: " : "";
  return make("li", { class: `${mine ? "mine" : "theirs"}${text.carrier ? " carrier" : ""}` },
    make("span", { class: "sr" }, from), make("p", {}, text.body),
    make("span", { class: "fine" }, `${text.carrier ? "From the network · " : ""}${time} · ${oneOrMore(text.segments, "segment")}${text.alphabet === "UCS-2" ? ", UCS-2" : ""}`));
}

export function addText(phone, text, zone) {
  $("thread").querySelector(".empty")?.remove();
  atEnd($("thread"), () => $("thread").append(drawText(phone, text, zone)));
}

export function thread(phone, texts, zone) {
  $("texts").dataset.can = phone.canText;
  $("no-texts").hidden = phone.canText;
  $("no-texts").textContent = phone.kind === "withheld" ? "A telephone that hides its number cannot send texts." : "A landline takes no texts. Pick up a mobile to send one.";
  $("text-form").hidden = !phone.canText;
  $("thread").hidden = !phone.canText;
  silently($("thread"), () => {
    for (const text of texts) $("thread").append(drawText(phone, text, zone));
    if (texts.length === 0) $("thread").append(make("li", { class: "empty" }, "No texts yet."));
  });
  count($("text").value);
}

// gsm is the alphabet of texts: these characters count one, and the second
// row two; any other moves the whole text to UCS-2.
const gsm = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const gsmTwo = "^{}\\[~]|€\f";

// count tells what a text will be sent as.
export function count(body) {
  const characters = [...body];
  const plain = characters.every((c) => gsm.includes(c) || gsmTwo.includes(c));
  const size = (c) => (plain ? (gsmTwo.includes(c) ? 2 : 1) : c.length);
  const [alone, each] = plain ? [160, 153] : [70, 67];
  const total = characters.reduce((sum, c) => sum + size(c), 0);
  let segments = total ? 1 : 0;
  if (total > alone) {
    let used = 0;
    for (const c of characters) {
      if (used + size(c) > each) { segments++; used = 0; }
      used += size(c);
    }
  }
  $("text-count").textContent = `${total} characters, ${oneOrMore(segments, "segment")}${plain ? "" : " (UCS-2)"}`;
}

// desk draws reception's telephone: the bell, the note, the conversation.
export function desk(state, at) {
  const call = at.call;
  const kind = call ? call.state : "idle";
  const live = call && kind !== "over";
  const section = $("desk");
  $("desk-number").textContent = state.desk.national;
  const caller = call ? callerName(state, call.with) : "";
  const texts = {
    ringing: `Ringing: a call from ${caller}`, answered: `Answered. ${caller} will be connected after the note.`,
    talking: `In a call with ${caller}`, over: "The call has ended.",
  };
  const status = texts[kind] || "Quiet. A call that is transferred rings here.";
  if ($("desk-status").textContent !== status) $("desk-status").textContent = status;
  section.dataset.state = kind;
  $("banner").hidden = kind !== "ringing";
  for (const button of section.querySelectorAll("[data-desk]")) {
    button.hidden = button.dataset.desk === "hangup" ? !live || kind === "ringing" : kind !== "ringing";
  }
  if (section.dataset.sid !== (call?.sid || "")) {
    section.dataset.sid = call?.sid || "";
    $("note-lines").replaceChildren();
    $("desk-lines").replaceChildren();
  }
  const said = call ? at.said.filter((l) => l.sid === call.sid && l.who !== "note") : [];
  const note = said.filter((l) => l.note && l.who === "voice");
  $("note").hidden = note.length === 0;
  refill($("note-lines"), note, (l) => make("p", { lang: l.language || undefined }, l.text));
  refill($("desk-lines"), said.filter((l) => !l.note), drawLine);
  $("desk-form").hidden = kind !== "talking";
}

function callerName(state, number) {
  const phone = state.phones.find((p) => p.number === number && p.kind !== "withheld");
  return phone ? `${phone.national}` : national(number);
}

// refill adds what is new to a list.
function refill(list, items, draw) {
  for (const item of items.slice(list.childElementCount)) list.append(draw(item));
}

// local is a moment on the practice's wall, as if the wall were in UTC.
export function local(moment, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
  }).formatToParts(new Date(moment));
  const of = (type) => Number(parts.find((p) => p.type === type).value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"));
}

// clock shows the time at the practice.
export function clock(state) {
  const now = new Date(Date.now() + state.skew);
  const part = (options) => new Intl.DateTimeFormat("en-GB", { ...options, timeZone: state.zone }).format(now);
  const day = part({ weekday: "long" }) + " " + part({ day: "numeric", month: "long", year: "numeric" });
  const text = `${day}, ${part({ hour: "2-digit", minute: "2-digit" })}`;
  $("clock").hidden = false;
  if ($("clock-time").textContent === text) return;
  $("clock-time").textContent = text;
  $("clock-time").dateTime = now.toISOString();
  if (!$("jump").open) $("jump-to").value = new Date(local(now, state.zone)).toISOString().slice(0, 16);
}
