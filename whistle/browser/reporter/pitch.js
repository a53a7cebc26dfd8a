/** A voice made higher or lower, and a recording as a file without anything but sound. Fetched only when somebody records. */

// @ts-expect-error the package describes no types
import { SimpleFilter, SoundTouch } from "soundtouchjs";

const FRAMES = 8192;
const [LEAST, MOST] = [3, 5]; // semitones: less changes little, more is hard to understand
const OVERLAP = 8; // milliseconds from one piece of sound to the next: the library's own figure
const TEMPO = 0.06; // at most so much faster or slower

/** Between 0 and 1, not to be guessed. */
const chance = () => crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;

/** The same words in another pitch and at another pace, differently each time. @param {Float32Array} samples @param {number} rate samples a second */
export function changed(samples, rate) {
  const touch = new SoundTouch();
  touch.pitchSemitones = (LEAST + (MOST - LEAST) * chance()) * (chance() < 0.5 ? -1 : 1);
  touch.tempo = 1 + TEMPO * (2 * chance() - 1);
  touch.stretch.setParameters(rate, 0, 0, OVERLAP);
  const source = {
    // both sides of a stereo pair carry the one voice
    extract(/** @type {Float32Array} */ into, /** @type {number} */ frames, /** @type {number} */ at) {
      const here = Math.max(0, Math.min(frames, samples.length - at));
      for (let n = 0; n < here; n++) into[2 * n] = into[2 * n + 1] = samples[at + n];
      return here;
    },
  };
  const filter = new SimpleFilter(source, touch);
  const [piece, pieces] = [new Float32Array(2 * FRAMES), /** @type {Float32Array[]} */ ([])];
  for (let got = filter.extract(piece, FRAMES); got > 0; got = filter.extract(piece, FRAMES)) {
    pieces.push(Float32Array.from({ length: got }, (_, n) => piece[2 * n]));
  }
  const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const each of pieces) {
    whole.set(each, at);
    at += each.length;
  }
  return whole;
}

/** A WAV file of one channel, 16 bits a sample. @param {Float32Array} samples @param {number} rate @returns {ArrayBuffer} */
export function wav(samples, rate) {
  const octets = new ArrayBuffer(44 + 2 * samples.length);
  const view = new DataView(octets);
  const text = (/** @type {number} */ at, /** @type {string} */ said) => [...said].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // not packed
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, n) => view.setInt16(44 + 2 * n, 32767 * Math.max(-1, Math.min(1, sample)), true));
  return octets;
}
