// Zones and clocks: switching them, and the day on which they change.

import { strict as assert } from "node:assert";
import { WIDTHS, anew, link, run } from "./harness.mjs";

await run(async ({ open }) => {
  for (const width of WIDTHS) {
    await anew();
    const path = await link();
    let page = await open({ width, zone: "America/New_York", locale: "en-US" });
    await page.visit(`${path}?from=2058-03-04`);
    await page.getByRole("link", { name: "Monday 4 March, 9:00 AM EST" }).waitFor();
    // Another zone: the same week, at once, and it is said.
    await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
    await page.getByRole("link", { name: "Monday 4 March, 11:00 PM JST" }).waitFor();
    assert.match(page.url(), /tz=Asia%2FTokyo/);
    assert.match(page.url(), /from=2058-03-04/);
    assert.match(await page.getByRole("status").textContent(), /Asia\/Tokyo, JST \(UTC\+9\)/);
    assert.equal(await page.evaluate(() => document.activeElement.id), "tz", "the focus stays");
    await page.getByLabel("Clock").selectOption("24");
    await page.getByRole("link", { name: "Monday 4 March, 23:00 JST" }).waitFor();
    // Weeks change in place, and the browser's back goes back.
    await page.getByRole("link", { name: "Later" }).click();
    await page.getByRole("link", { name: "Monday 11 March, 22:00 JST" }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "week");
    await page.goBack();
    await page.getByRole("link", { name: "Monday 4 March, 23:00 JST" }).waitFor();
    await page.getByRole("link", { name: "Monday 4 March, 23:00 JST" }).click();
    await page.getByText("23:00 – 23:30 JST (UTC+9)").waitFor();
    await page.done();

    // Clocks are set back in New York on 3 November 2058 at two, to one.
    const night = await link({ working_hours: { sun: [{ start: "00:00", end: "03:00" }] }, questions: [] });
    page = await open({ width, zone: "America/New_York", locale: "en-US" });
    await page.visit(`${night}?from=2058-11-03`);
    const shown = await page.locator("a.slot").allInnerTexts();
    assert.deepEqual(shown, [
      "12:00 AM EDT", "12:30 AM EDT", "1:00 AM EDT", "1:30 AM EDT", "1:00 AM EST", "1:30 AM EST", "2:00 AM EST", "2:30 AM EST",
    ]);
    await page.getByText("The clocks change on this day.").waitFor();
    await page.shot("clocks-change");
    await page.getByRole("link", { name: "Sunday 3 November, 1:30 AM EST" }).click();
    await page.getByText("1:30 AM – 2:00 AM EST (UTC−5)").waitFor();
    await page.done();
  }
});
