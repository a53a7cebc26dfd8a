// What the desk uses of Turbo, which comes without types.
declare module "@hotwired/turbo" {
  export function visit(location: string, options?: { action?: "advance" | "replace" }): void;
  export const cache: { clear(): void };
  export const config: { drive: { progressBarDelay: number }; forms: { mode: "on" | "off" | "optin" } };
}
