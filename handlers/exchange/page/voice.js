// What can be heard, once somebody has switched it on: the voice of the call,
// read by the browser in the language of each sentence, and reception's bell.

let speaks = false;
let rings = false;
let ringing = false;
let audio = null;
let timer = null;

// aloud switches the voice on or off.
export function aloud(on) {
  speaks = on && "speechSynthesis" in window;
  if (!speaks) hush();
}

// say reads a sentence after those that wait. A language the browser has no
// voice for is left to the transcript.
export function say(text, language = "en-GB") {
  if (!speaks) return;
  const sentence = new SpeechSynthesisUtterance(text);
  sentence.lang = language;
  sentence.rate = 0.9;
  sentence.voice = speechSynthesis.getVoices().find((v) => v.lang.replace("_", "-").startsWith(language.slice(0, 2))) || null;
  speechSynthesis.speak(sentence);
}

// hush stops the voice in mid-sentence, as a key does.
export function hush() {
  if ("speechSynthesis" in window) speechSynthesis.cancel();
}

// bellOn switches reception's bell on or off.
export function bellOn(on) {
  rings = on;
  if (on) audio ||= new AudioContext();
  bell(ringing);
}

// bell begins or ends to ring: two short strokes every three seconds.
export function bell(on) {
  ringing = on;
  clearInterval(timer);
  if (!on || !rings) return;
  const strokes = () => { stroke(0); stroke(0.6); };
  strokes();
  timer = setInterval(strokes, 3000);
}

function stroke(after) {
  const begin = audio.currentTime + after;
  const loudness = audio.createGain();
  loudness.connect(audio.destination);
  loudness.gain.setValueAtTime(0, begin);
  loudness.gain.linearRampToValueAtTime(0.08, begin + 0.02);
  loudness.gain.setValueAtTime(0.08, begin + 0.38);
  loudness.gain.linearRampToValueAtTime(0, begin + 0.4);
  for (const pitch of [400, 450]) {
    const tone = audio.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(loudness);
    tone.start(begin);
    tone.stop(begin + 0.42);
  }
}
