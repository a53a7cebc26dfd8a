/**
 * A voice recorded in the page, changed in the worker, and heard before it goes along like any other file.
 * Nothing of it leaves the device before it is added, and the recording as it was is forgotten then.
 */

import { all, one, word } from "./dom.js";
import { ask, modules } from "./sealer.js";

const RATE = 16_000; // samples a second: enough for speech
const LONGEST = 600; // seconds
const able = () => Boolean(navigator.mediaDevices && "MediaRecorder" in window && "AudioContext" in window);

let recordings = 0; // names them, for as long as the page lives

export class Voice {
  /** @type {any} */ #recorder;
  /** @type {Float32Array<ArrayBuffer> | undefined} */ #said;
  /** @type {{samples: Float32Array<ArrayBuffer>, file: Blob} | undefined} */ #made;
  /** @type {AudioContext | undefined} */ #context;
  /** @type {AudioBufferSourceNode | undefined} */ #playing;

  /** @param {any} root @param {(file: File) => void} add */
  constructor(root, add) {
    if (!root || !able()) return;
    this.root = root;
    this.add = add;
    root.hidden = false;
    this.#on("begin", () => this.#begin());
    this.#on("stop", () => this.#recorder.stop());
    this.#on("listen", () => this.#listen());
    this.#on("use", () => this.#use());
    this.#on("drop", () => this.#drop());
    one("[data-voice-change]", root).addEventListener("change", () => this.#make());
  }

  /** @param {string} name @param {() => void} act */
  #on(name, act) {
    one(`[data-voice-${name}]`, this.root).addEventListener("click", act);
  }

  /** @param {string} part @param {string} [wrong] */
  #show(part, wrong = "") {
    for (const each of all("[data-voice-part]", this.root)) each.hidden = each.dataset.voicePart !== part;
    const error = one("[data-voice-error]", this.root);
    error.hidden = !wrong;
    error.textContent = wrong && word(`voice-${wrong}`);
    one(`[data-voice-part="${part}"] button`, this.root)?.focus();
  }

  async #begin() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return this.#show("begin", "refused");
    }
    const pieces = /** @type {Blob[]} */ ([]);
    const started = performance.now();
    this.#recorder = new MediaRecorder(stream);
    this.#recorder.ondataavailable = (/** @type {BlobEvent} */ { data }) => pieces.push(data);
    const tick = setInterval(() => this.#tell(started), 250);
    this.#recorder.onstop = () => {
      clearInterval(tick);
      for (const track of stream.getTracks()) track.stop();
      void this.#take(new Blob(pieces));
    };
    this.#recorder.start();
    this.#show("recording");
    this.#tell(started);
  }

  /** @param {number} started */
  #tell(started) {
    const seconds = Math.floor((performance.now() - started) / 1000);
    const clock = (/** @type {number} */ n) => `${Math.floor(n / 60)}:${String(n % 60).padStart(2, "0")}`;
    one("[data-voice-time]", this.root).textContent = `${clock(seconds)} / ${clock(LONGEST)}`;
    if (seconds >= LONGEST && this.#recorder.state === "recording") this.#recorder.stop();
  }

  /** @param {Blob} recorded */
  async #take(recorded) {
    this.#context ??= new AudioContext({ sampleRate: RATE });
    try {
      const sound = await this.#context.decodeAudioData(await recorded.arrayBuffer());
      this.#said = sound.getChannelData(0);
    } catch {
      return this.#show("begin", "failed");
    }
    one("[data-voice-change]", this.root).checked = true;
    await this.#make();
  }

  async #make() {
    this.#silence();
    this.#show("working");
    try {
      const change = one("[data-voice-change]", this.root).checked;
      this.#made = await ask("voice", { samples: this.#said, rate: RATE, change, pitch: modules.pitch });
      this.#show("ready");
    } catch {
      this.#show("begin", "failed");
    }
  }

  #listen() {
    if (this.#playing || !this.#made || !this.#context) return this.#silence();
    const sound = this.#context.createBuffer(1, this.#made.samples.length, RATE);
    sound.copyToChannel(this.#made.samples, 0);
    this.#playing = new AudioBufferSourceNode(this.#context, { buffer: sound });
    this.#playing.connect(this.#context.destination);
    this.#playing.onended = () => this.#silence();
    void this.#context.resume();
    this.#playing.start();
    one("[data-voice-listen]", this.root).textContent = word("voice-silence");
  }

  #silence() {
    this.#playing?.stop();
    this.#playing = undefined;
    one("[data-voice-listen]", this.root).textContent = word("voice-listen");
  }

  #use() {
    if (this.#made) this.add?.(new File([this.#made.file], `${word("voice-name", { n: ++recordings })}.wav`, { type: "audio/wav" }));
    this.#drop();
  }

  #drop() {
    this.#silence();
    this.#said = this.#made = undefined;
    this.#show("begin");
  }
}
