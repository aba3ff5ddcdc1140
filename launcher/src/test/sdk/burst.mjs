// Many calls of @segment/analytics-node while the server comes and goes; "half" is said when half of
// them were handed over, and the other half follows when a line comes back.
import { once } from "node:events";
import { Analytics } from "@segment/analytics-node";
import { done, told } from "./story.mjs";

const analytics = new Analytics({ writeKey: told.writeKey, host: told.base, maxRetries: 60 });
const errors = [];
analytics.on("error", (error) => errors.push(String(error.reason ?? error.code)));

function send(from, to) {
  for (let number = from; number < to; number++) {
    analytics.track({ userId: told.user, event: "Step", properties: { number } });
  }
}

send(0, told.events / 2);
await analytics.flush();
done({ half: true });
await once(process.stdin, "data");
process.stdin.unref?.();
send(told.events / 2, told.events);
done({ sent: true });
await analytics.closeAndFlush({ timeout: 240_000 });
done({ errors });
process.exit(0);
