// The story with @rudderstack/rudder-sdk-node.
import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { done, tell, told } from "./story.mjs";

const errors = [];
const analytics = new RudderAnalytics(told.writeKey, {
  dataPlaneUrl: told.base,
  errorHandler: (error) => errors.push(String(error)),
});
tell(analytics);
await analytics.flush();
done({ errors });
