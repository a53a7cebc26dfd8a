/** One opened message, note or event as a part of the page. Text is text: nothing in it is ever read as HTML. */

import { copy, day, hasWord, locale, one, size, word } from "../reporter/dom.js";
import { besides } from "./contact.js";
import { chip } from "./files.js";
import { page } from "./keeper.js";

/** When something was written: to the minute for colleagues, the date for the reporter. @param {{on: string, at: string | null}} each */
export function moment({ on, at }) {
  const language = page().language ?? "nb";
  if (!at) return day(on, language, !on.startsWith(String(new Date().getFullYear())));
  const parts = new Intl.DateTimeFormat(locale(language), { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: "Europe/Oslo" });
  const said = parts.format(new Date(at));
  return language === "en" ? said : said.replace(/(\d\d):(\d\d)/, "$1.$2");
}

/** @param {any} each */
export function author(each) {
  if (each.by === "me") return word("you");
  if (each.by === "officer") return each.name || word("unknown-author");
  if (each.reporter) return word("reporter-n", { n: each.reporter });
  return word(each.by === "server" ? "reporter-plain" : "reporter");
}

/** @param {string} text */
function paragraphs(text) {
  return text.trim().split(/\n{2,}/).map((part) => {
    const made = document.createElement("p");
    made.textContent = part;
    return made;
  });
}

/** @param {any} each @param {{fresh?: boolean}} how */
export function shown(each, { fresh = false }) {
  const said = each.removed ? tombstone(each.removed) : each.event ? word(["granted", "rekeyed"].includes(each.event) ? each.event : "event", { name: each.who }) : each.text;
  const made = copy("message", { author: author(each), time: moment(each), title: about(each) });
  one('[data-slot="text"]', made).replaceChildren(...paragraphs([said, ...besides(each)].filter(Boolean).join("\n\n")));
  one('[data-slot="time"]', made).dateTime = each.at ?? each.on;
  one('[data-slot="files"]', made).replaceChildren(...each.files.map((/** @type {any} */ file) => chip(file)));
  if (fresh) one('[data-slot="marks"]', made).append(one("#mark-new").content.cloneNode(true));
  made.classList.toggle("new", fresh);
  made.classList.toggle("mine", ["me", "officer"].includes(each.by) && each.type !== "");
  made.classList.toggle("event", Boolean(each.event));
  return made;
}

/** What is said where something was removed. @param {any} removed */
export function tombstone({ on, by, agreed, ground, size: octets }) {
  const language = page().language ?? "nb";
  return word("removed", { date: day(on, language, true), by, agreed, size: size(octets, language), ground: word(`removal-${ground}`) });
}

/** @param {any} each */
function about(each) {
  const type = hasWord(`type-${each.type}`) ? `type-${each.type}` : "";
  const to = ["me", "officer"].includes(each.by) && each.reporter ? word("to-reporter-n", { n: each.reporter }) : "";
  return [each.by === "officer" ? each.title : "", to, type ? word(type) : "", each.internal ? word("internal") : "", each.by === "server" ? word("plain-note") : ""].filter(Boolean).join(" · ");
}
