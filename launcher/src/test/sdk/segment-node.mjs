// The story with @segment/analytics-node.
import { Analytics } from "@segment/analytics-node";
import { done, tell, told } from "./story.mjs";

const analytics = new Analytics({ writeKey: told.writeKey, host: told.base });
const errors = [];
const tries = [];
analytics.on("error", (error) => errors.push(String(error.reason ?? error.code)));
analytics.on("http_request", (request) => tries.push(request.headers["X-Retry-Count"] ?? "0"));
tell(analytics);
await analytics.closeAndFlush({ timeout: 120_000 });
done({ errors, tries });
