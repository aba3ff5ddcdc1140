// A page's own script with @rudderstack/analytics-js from npm: the build that brings its own parts, as
// the usual one loads them from its vendor.
import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";

window.load = (writeKey, dataPlaneUrl, options) => {
  window.analytics = new RudderAnalytics();
  return new Promise((resolve) => {
    window.analytics.load(writeKey, dataPlaneUrl, { ...options, onLoaded: resolve });
  });
};
