// What a booker does later: cancel, and move to another time.

import { strict as assert } from "node:assert";
import { WIDTHS, anew, bookings, link, run, take } from "./harness.mjs";

const path_of = (url) => new URL(url).pathname;

await run(async ({ open }) => {
  for (const width of WIDTHS) {
    for (const script of [true, false]) {
      await anew();
      const path = await link();
      const made = await take(path, "2058-03-04T15:00:00Z");
      const cancel = path_of(made.booking.cancel_url);
      let page = await open({ width, script });
      await page.visit(`${path_of(made.booking.reschedule_url)}?from=2058-03-04&tz=UTC&clock=24`);
      await page.getByText("15:00 – 15:30 UTC").waitFor();
      assert.equal(await page.getByRole("link", { name: "Monday 4 March, 15:00 UTC" }).count(), 0, "its own time");
      await page.getByRole("link", { name: "Monday 4 March, 14:30 UTC" }).click();
      await page.getByText("14:30 – 15:00 UTC").waitFor();
      // Meanwhile somebody takes it.
      await take(path, "2058-03-04T14:30:00Z");
      await page.getByRole("button", { name: "Move it to this time" }).click();
      await page.getByRole("heading", { name: "That time is no longer free" }).waitFor();
      await page.getByRole("radio", { name: "Monday 4 March, 16:00 UTC" }).check();
      await page.getByRole("button", { name: "Move it to this time" }).click();
      await page.getByRole("heading", { level: 1, name: "Moved" }).waitFor();
      await page.getByText("16:00 – 16:30 UTC").waitFor();
      const link_to = (name) => page.getByRole("link", { name });
      const moved = await link_to("Cancel the booking").getAttribute("href");
      assert.notEqual(moved.split("?")[0], cancel, "the links are new");
      await page.visit(cancel, 404);
      await page.getByRole("heading", { level: 1, name: "This link leads nowhere now" }).waitFor();

      await page.visit(moved);
      await page.getByRole("heading", { level: 1, name: "Cancel this booking?" }).waitFor();
      await page.getByRole("button", { name: "Yes, cancel it" }).click();
      await page.getByRole("heading", { level: 1, name: "Cancelled" }).waitFor();
      await page.getByRole("link", { name: "Book another time" }).click();
      await page.getByRole("heading", { level: 1, name: "Office hour" }).waitFor();
      const left = await bookings("2058-03-04T00:00:00Z", "2058-03-05T00:00:00Z");
      assert.deepEqual(left.map((one) => one.start), ["2058-03-04T14:30:00Z"]);
      await page.done();
    }
  }
});
