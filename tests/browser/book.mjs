// Booking: with script and without, by keyboard alone, and when somebody else was faster.

import { strict as assert } from "node:assert";
import { WIDTHS, anew, bookings, link, run, take } from "./harness.mjs";

const MONDAY = ["2058-03-04T00:00:00Z", "2058-03-05T00:00:00Z"];

async function fill(page) {
  await page.getByLabel("Your name").fill("Bob Ray");
  await page.getByLabel("E-mail address").fill("bob@example.com");
  await page.getByLabel("What is it about?").fill("Exercise 3");
}

await run(async ({ open }) => {
  for (const width of WIDTHS) {
    await anew();
    const path = await link();

    // With script: the visitor's own zone, without asking.
    let page = await open({ width });
    await page.visit(`${path}?from=2058-03-04`);
    assert.equal(await page.getByLabel("Time zone").inputValue(), "Europe/Berlin");
    assert.match(page.url(), /tz=Europe%2FBerlin/);
    assert.match(await page.title(), /4 – 10 March 2058/);
    await page.getByRole("link", { name: "Monday 4 March, 15:00 CET" }).click();
    await page.getByText("15:00 – 15:30 CET (UTC+1)").waitFor();
    assert.match(await page.title(), /Your details/);
    await fill(page);
    await page.getByLabel("Anything else").fill("Thank you");
    await page.getByRole("button", { name: "Book this time" }).click();
    await page.getByRole("heading", { level: 1, name: "Booked" }).waitFor();
    assert.match(await page.title(), /^Booked/);
    await page.getByText("Monday 4 March 2058").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Add to my calendar" }).click(),
    ]);
    assert.equal(file.suggestedFilename(), "booking.ics");
    // Loading the page again sends the form again, and books nothing more.
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Booked" }).waitFor();
    await page.done();
    assert.equal((await bookings(...MONDAY)).length, 1);

    // Without script: links and forms.
    page = await open({ width, script: false });
    const noScript = await link({ working_hours: { tue: [{ start: "09:00", end: "12:00" }] } });
    await page.visit(`${noScript}?from=2058-03-04`);
    await page.getByRole("link", { name: "Later" }).click();
    await page.waitForURL(/from=2058-03-11/);
    await page.getByRole("link", { name: "Earlier" }).click();
    await page.waitForURL(/from=2058-03-04/);
    await page.getByLabel("Time zone").selectOption("Asia/Kathmandu");
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("link", { name: "Tuesday 5 March, 19:45 UTC+5:45" }).click();
    await page.getByRole("button", { name: "Book this time" }).click();
    // Nothing was typed: every field is named, and the message has the focus.
    const alert = page.getByRole("alert");
    await alert.getByText("Your name – Please fill this in.").waitFor();
    assert.equal(await alert.getByRole("link").count(), 3);
    assert.equal(await alert.evaluate((one) => one === document.activeElement), true);
    assert.equal(await page.getByLabel("Your name").getAttribute("aria-describedby"), "f-name-wrong");
    assert.match(await page.title(), /^Error/);
    await fill(page);
    await page.getByRole("button", { name: "Book this time" }).click();
    await page.getByRole("heading", { level: 1, name: "Booked" }).waitFor();
    await page.getByText("19:45 – 20:15 UTC+5:45").waitFor();
    await page.done();

    // Somebody is faster.
    for (const script of [true, false]) {
      page = await open({ width, script });
      const day = script ? "2058-03-06" : "2058-03-07";
      await page.visit(`${path}?from=${day}&tz=UTC&clock=24`);
      await page.locator(`a.slot[href*="${day}T15%3A00"]`).click();
      await fill(page);
      await take(path, `${day}T15:00:00Z`);
      await page.getByRole("button", { name: "Book this time" }).click();
      await page.getByRole("heading", { name: "That time is no longer free" }).waitFor();
      assert.equal(await page.getByLabel("Your name").inputValue(), "Bob Ray");
      assert.equal(await page.getByLabel("What is it about?").inputValue(), "Exercise 3");
      assert.equal(await page.getByRole("radio").count(), 6);
      assert.equal(await page.getByRole("radio", { name: "15:00 UTC" }).count(), 0);
      await page.getByRole("radio", { name: "15:30 UTC" }).check();
      await page.getByRole("button", { name: "Book this time" }).click();
      await page.getByRole("heading", { level: 1, name: "Booked" }).waitFor();
      await page.getByText("15:30 – 16:00 UTC").waitFor();
      await page.done();
    }

    // By keyboard alone.
    page = await open({ width });
    await page.visit(`${path}?from=2058-03-11&tz=UTC&clock=24`);
    const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.name ?? document.activeElement.textContent);
    const until = async (what) => {
      for (let step = 0; step < 60; step++) {
        if ((await focused()) === what) return;
        await page.keyboard.press("Tab");
      }
      assert.fail(`no Tab leads to ${what}, but to ${await focused()}`);
    };
    await until("Monday 11 March, 13:00 UTC");
    await page.keyboard.press("ArrowRight");
    assert.equal(await focused(), "Monday 11 March, 13:30 UTC");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, "solid", "the focus is seen");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Your details" }).waitFor();
    await until("name");
    await page.keyboard.type("Bob Ray");
    await page.keyboard.press("Tab");
    await page.keyboard.type("bob@example.com");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Exercise 3");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Booked" }).waitFor();
    await page.done();

    // While it is sent, the button says so and cannot be pressed again.
    page = await open({ width });
    await page.visit(`${path}?slot=2058-03-12T14:00:00Z&tz=UTC&clock=24`);
    await fill(page);
    // A form that goes nowhere, so that the page can be looked at meanwhile.
    await page.evaluate(() => document.addEventListener("submit", (event) => event.preventDefault()));
    await page.getByRole("button", { name: "Book this time" }).click();
    const button = page.getByRole("button", { name: "One moment …" });
    await button.waitFor();
    assert.equal(await button.isDisabled(), true);
    // Whoever comes back to the page can press it again.
    await page.evaluate(() => dispatchEvent(new Event("pageshow")));
    assert.equal(await page.getByRole("button", { name: "Book this time" }).isEnabled(), true);
    await page.done();
  }
});
