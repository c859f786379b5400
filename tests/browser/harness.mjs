// A browser, and what holds for whatever it is shown: nothing is asked of another host, nothing is complained of on the
// console, and axe finds nothing.

import { strict as assert } from "node:assert";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const tools = process.env.KALENDS_BROWSER;
const require = createRequire(join(tools, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const shots = join(tools, "shots");
mkdirSync(shots, { recursive: true });

/** What the test that runs us has prepared: `base`, `access` (Ana's token), and what a case needs besides. */
export const given = JSON.parse(process.env.KALENDS_GIVEN);

/** A phone and a desk. */
export const WIDTHS = [390, 1280];

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** Asks the API, as Ana where `access` is told. */
export async function api(method, path, body, access) {
  const headers = { "content-type": "application/json", ...(access && { authorization: `Bearer ${access}` }) };
  const answer = await fetch(given.base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

/** Gives Ana an empty calendar, for the links that are made from now on. */
export async function anew() {
  given.calendar = (await api("POST", "/calendars", { name: "Work" }, given.access)).calendar.id;
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"];

/** Makes a link, by default with half hours from nine to twelve and from two to five in New York, and answers with its path. */
export async function link(settings = {}) {
  const hours = [{ start: "09:00", end: "12:00" }, { start: "14:00", end: "17:00" }];
  const body = {
    title: "Office hour",
    description: "Half an hour about anything in the course.\nRoom 12, or online: the link comes with the reminder.",
    duration_minutes: 30,
    timezone: "America/New_York",
    working_hours: Object.fromEntries(WEEKDAYS.map((day) => [day, hours])),
    questions: [{ label: "What is it about?", required: true }, { label: "Student number", required: false }],
    ...settings,
  };
  const made = await api("POST", `/calendars/${given.calendar}/booking-link`, body, given.access);
  return `/book/${made.token}`;
}

/** Takes a slot before anybody else can. */
export async function take(path, start, minutes = 30) {
  const end = new Date(Date.parse(start) + minutes * 60_000).toISOString();
  const body = { name: "Cleo", email: "cleo@example.com", slot_start: start, slot_end: end, answers: { "What is it about?": "Me" } };
  return api("POST", `${path.replace("/book/", "/booking/")}/reserve`, body);
}

/** How many bookings stand in Ana's calendar between two instants. */
export async function bookings(start, end) {
  const query = new URLSearchParams({ start, end });
  return (await api("GET", `/calendars/${given.calendar}/bookings?${query}`, undefined, given.access)).items;
}

/** A browser for one case. */
export async function run(body) {
  const browser = await chromium.launch({ executablePath: given.chromium, headless: true, args: FLAGS });
  try {
    await body({ open: (options) => open(browser, options) });
  } finally {
    await browser.close();
  }
}

/** A page of a fresh visitor, watched until it is closed. */
async function open(browser, { width = 1280, script = true, theme = "light", zone = "Europe/Berlin", locale = "en-GB", expected = [] } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 844 : 900 },
    javaScriptEnabled: script,
    colorScheme: theme,
    timezoneId: zone,
    locale,
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
  const wrong = [];
  const origins = [new URL(given.base).origin, ...expected];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && !origins.includes(url.origin)) wrong.push(`asked ${request.url()}`);
  });
  context.on("weberror", (error) => wrong.push(`threw ${error.error()}`));
  context.on("console", (message) => {
    // A page with a status such as 409 is told like a part that is missing.
    const status = /the server responded with a status of (400|404|409)/.exec(message.text());
    const ownPage = status && /\/(book|booking)\//.test(message.location().url);
    if (["error", "warning"].includes(message.type()) && !ownPage) wrong.push(`console: ${message.text()}`);
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return Object.assign(page, {
    /** Goes to one of our addresses and waits until the script has done what it does. */
    async visit(path, status = 200) {
      const answer = await page.goto(given.base + path, { waitUntil: "networkidle" });
      assert.equal(answer.status(), status, path);
    },
    /** Keeps what is seen. */
    shot: (name) => page.screenshot({ path: join(shots, `${name}-${width}-${theme}.png`), fullPage: true }),
    /** Panics unless the page is sound for people who do not see it, and fits. */
    async sound(name) {
      await page.evaluate(axe);
      const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      const told = found.violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => `${node.html} ${node.failureSummary}`).join("\n  ")}`);
      assert.equal(told.length, 0, `${name} at ${width} in ${theme}:\n${told.join("\n")}`);
      const [seen, whole] = await page.evaluate(() => [document.documentElement.clientWidth, document.documentElement.scrollWidth]);
      assert.ok(whole <= seen, `${name} at ${width} must be scrolled sideways: ${whole} of ${seen}`);
      const small = await page.evaluate(() => {
        const all = [...document.querySelectorAll("a, button, select, input:not([type=hidden], [type=radio])")];
        const sizes = all.map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width > 1);
        // Links within a text are as high as the text.
        return sizes.filter(([one, box]) => box.height < 44 && !one.closest(".alert")).map(([one, box]) => `${one.outerHTML} ${box.height}`);
      });
      assert.deepEqual(small, [], `${name} at ${width} has targets that are lower than 44 px`);
    },
    /** Closes it; panics if anything was wrong. */
    async done() {
      await context.close();
      assert.deepEqual(wrong, []);
    },
    /** What was wrong so far, for a case that expects it. */
    wrong,
  });
}
