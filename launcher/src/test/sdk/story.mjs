// What every client here does, told with the names the test on the Java side chose; see
// ClientStory. Arguments come as one JSON object, the outcome goes out as one line of JSON.

export const told = JSON.parse(process.argv[2]);

export function done(outcome) {
  process.stdout.write(JSON.stringify(outcome) + "\n");
}

/** The calls of the story for a client whose verbs take one object. */
export function tell(client) {
  const { user, anonymous, email, group } = told;
  client.page({
    anonymousId: anonymous,
    category: "Docs",
    name: "Pricing",
    properties: { url: "https://shop.example/pricing", path: "/pricing" },
  });
  client.track({ anonymousId: anonymous, event: "Product Viewed", properties: { sku: "A1" } });
  client.identify({
    userId: user,
    anonymousId: anonymous,
    traits: { email, plan: "pro", address: { city: "Zürich" } },
  });
  client.track({ userId: user, event: "Product Viewed", properties: { sku: "B2" } });
  client.track({
    userId: user,
    event: "Order Completed",
    properties: { revenue: 22.5, products: [{ sku: "A1", price: 22.5 }] },
  });
  client.group({ userId: user, groupId: group, traits: { industry: "Software" } });
  client.alias({ userId: user, previousId: "old-" + user });
}
