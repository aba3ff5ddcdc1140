// A page's own script with @segment/analytics-next from npm: `settings` are those of load().
import { AnalyticsBrowser } from "@segment/analytics-next";

window.load = async (settings, options) => {
  const analytics = AnalyticsBrowser.load(settings, options);
  const [ready] = await analytics;
  window.analytics = ready;
};
