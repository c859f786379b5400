// How every page looks: screenshots, and axe, in both themes at both widths.

import { strict as assert } from "node:assert";
import { WIDTHS, anew, link, run, take } from "./harness.mjs";

const path_of = (url) => new URL(url).pathname;

await run(async ({ open }) => {
  for (const width of WIDTHS) {
    for (const theme of ["light", "dark"]) {
      await anew();
      const path = await link();
      const page = await open({ width, theme });
      const see = async (name) => {
        await page.shot(name);
        await page.sound(name);
      };
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await page.visit(`${path}?from=2058-03-04`);
      await see("week");
      await page.evaluate(() => document.documentElement.removeAttribute("lang"));
      await assert.rejects(page.sound("a page without a language"), /html-has-lang/, "axe is awake");
      const own = await ground();
      await page.visit(`${path}?from=2058-03-04&theme=${theme === "light" ? "dark" : "light"}`);
      assert.notEqual(await ground(), own, "?theme decides");
      await page.visit(`${path}?from=2058-03-09&tz=UTC&clock=12`);
      await page.visit(`${await link({ working_hours: {}, date_overrides: { "2058-03-04": [{ start: "09:00", end: "10:00" }] } })}?from=2058-02-18`);
      await see("week-empty");
      await page.visit(`${path}?slot=2058-03-04T15:00:00Z`);
      await see("form");
      await page.getByLabel("Your name").fill("Bob Ray");
      await page.getByLabel("E-mail address").fill("bob");
      await page.getByRole("button", { name: "Book this time" }).click();
      await page.getByRole("alert").waitFor();
      await see("form-wrong");
      await page.getByLabel("E-mail address").fill("bob@example.com");
      await page.getByLabel("What is it about?").fill("Exercise 3");
      const made = await take(path, "2058-03-04T15:00:00Z");
      await page.getByRole("button", { name: "Book this time" }).click();
      await page.getByRole("radio").first().waitFor();
      await see("taken");
      await page.getByRole("radio", { name: "16:30" }).check();
      await page.getByRole("button", { name: "Book this time" }).click();
      await page.getByRole("heading", { level: 1, name: "Booked" }).waitFor();
      await see("booked");
      const reschedule = path_of(made.booking.reschedule_url);
      await page.visit(`${reschedule}?from=2058-03-04`);
      await see("reschedule");
      await page.visit(`${reschedule}?slot=2058-03-05T15:00:00Z`);
      await see("reschedule-confirm");
      await page.visit(path_of(made.booking.cancel_url));
      await see("cancel");
      await page.getByRole("button", { name: "Yes, cancel it" }).click();
      await page.getByRole("heading", { level: 1, name: "Cancelled" }).waitFor();
      await see("cancelled");
      await page.visit("/book/unknown", 404);
      await see("unknown");
      await page.visit(`${path}?tz=Mars`, 400);
      await see("bad-address");
      await page.done();
    }
  }
});
