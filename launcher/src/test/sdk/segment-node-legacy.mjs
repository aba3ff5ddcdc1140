// The story with analytics-node, which is retired and still in use.
import Analytics from "analytics-node";
import { done, tell, told } from "./story.mjs";

const errors = [];
const analytics = new Analytics(told.writeKey, {
  host: told.base,
  errorHandler: (error) => errors.push(String(error)),
});
tell(analytics);
await analytics.flush();
done({ errors });
