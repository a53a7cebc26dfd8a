/** The code as a square for one's own phone, made here: fetched only when somebody asks for it. */

import { generate } from "lean-qr";

/** The square as an SVG path, and its width in modules. @param {string} text */
export function square(text) {
  const code = generate(text);
  let path = "";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`;
  }
  return { path, size: code.size };
}
