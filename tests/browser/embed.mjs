// The page in a frame of somebody else's page: on the origins that the operator allows, and on no other.

import { strict as assert } from "node:assert";
import { WIDTHS, given, run } from "./harness.mjs";

await run(async ({ open }) => {
  for (const width of WIDTHS) {
    let page = await open({ width, expected: [new URL(given.allowed).origin] });
    await page.goto(given.allowed, { waitUntil: "networkidle" });
    const frame = page.frameLocator("iframe");
    await frame.getByRole("heading", { level: 1, name: "Office hour" }).waitFor();
    await frame.getByRole("link", { name: "Monday 4 March, 15:00 CET" }).click();
    await frame.getByRole("heading", { name: "Your details" }).waitFor();
    await page.shot("embedded");
    await page.done();

    page = await open({ width, expected: [new URL(given.other).origin] });
    await page.goto(given.other, { waitUntil: "networkidle" });
    assert.equal(await page.frameLocator("iframe").getByRole("heading", { level: 1, name: "Office hour" }).count(), 0);
    assert.equal(page.wrong.length, 1, page.wrong.join("\n"));
    assert.match(page.wrong.pop(), /frame-ancestors/);
    await page.done();
  }
});
