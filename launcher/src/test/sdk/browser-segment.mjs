// The story with @segment/analytics-next in a page. `told.settings` and `told.options` go to load()
// as they are; `told.minutes` pass on the page's clock before it is closed.
import { browse } from "./browser.mjs";
import { done, told } from "./story.mjs";

async function visit(page) {
  await page.evaluate(([settings, options]) => window.load(settings, options), [
    told.settings,
    told.options,
  ]);
  const anonymous = await page.evaluate(async (story) => {
    const analytics = window.analytics;
    await analytics.page("Docs", "Pricing");
    await analytics.track("Product Viewed", { sku: "A1" });
    const anonymousId = analytics.user().anonymousId();
    await analytics.identify(story.user, {
      email: story.email,
      plan: "pro",
      address: { city: "Zürich" },
    });
    await analytics.track("Product Viewed", { sku: "B2" });
    await analytics.track("Order Completed", {
      revenue: 22.5,
      products: [{ sku: "A1", price: 22.5 }],
    });
    await analytics.group(story.group, { industry: "Software" });
    await analytics.alias("new-" + story.user);
    return anonymousId;
  }, told);
  // Longer than any timer of the library: what it measures about itself would be sent by now.
  await page.clock.runFor(told.minutes * 60_000);
  await page.waitForLoadState("networkidle");
  return { anonymous };
}

done(await browse("page-segment.js", told.chromium, visit));
