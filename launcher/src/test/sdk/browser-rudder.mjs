// The story with @rudderstack/analytics-js in a page. The source's configuration, which its vendor's
// control plane would serve, is handed over by the page itself.
import { browse } from "./browser.mjs";
import { done, told } from "./story.mjs";

async function visit(page) {
  await page.evaluate(
    ([writeKey, base]) => {
      const source = {
        id: "web",
        name: "Web",
        writeKey,
        enabled: true,
        workspaceId: "local",
        config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
        destinations: [],
      };
      return window.load(writeKey, base, {
        getSourceConfig: () => ({ source, updatedAt: "2025-01-01T00:00:00Z" }),
        loadIntegration: false,
      });
    },
    [told.writeKey, told.base],
  );
  const anonymous = await page.evaluate((story) => {
    const analytics = window.analytics;
    analytics.page("Docs", "Pricing");
    analytics.track("Product Viewed", { sku: "A1" });
    const anonymousId = analytics.getAnonymousId();
    analytics.identify(story.user, {
      email: story.email,
      plan: "pro",
      address: { city: "Zürich" },
    });
    analytics.track("Product Viewed", { sku: "B2" });
    analytics.track("Order Completed", {
      revenue: 22.5,
      products: [{ sku: "A1", price: 22.5 }],
    });
    analytics.group(story.group, { industry: "Software" });
    analytics.alias(story.user, "old-" + story.user);
    return anonymousId;
  }, told);
  await page.clock.runFor(told.minutes * 60_000);
  await page.waitForLoadState("networkidle");
  return { anonymous };
}

done(await browse("page-rudder.js", told.chromium, visit));
