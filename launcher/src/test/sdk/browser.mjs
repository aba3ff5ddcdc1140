// A page in headless Chromium, told what to do by the other files here. Everything it asks for is
// written down by host, and whatever would leave this machine ends at a proxy that refuses it.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function listen(server) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
}

/** Serves one page with one script, which esbuild makes of a file here as a shop's build would. */
async function serve(script) {
  const bundle = await build({
    entryPoints: [new URL(script, import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "iife",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  const page = `<!doctype html><title>Pricing</title><script src="/page.js"></script><p>Hello`;
  const server = createServer((request, response) => {
    const isScript = request.url.startsWith("/page.js");
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html; charset=utf-8");
    response.end(isScript ? bundle.outputFiles[0].text : page);
  });
  return { server, url: `http://127.0.0.1:${await listen(server)}/pricing?utm_source=news` };
}

/** A proxy that connects to nothing and remembers what it was asked for. */
async function refusingProxy(refused) {
  const server = createServer((request, response) => {
    refused.push(new URL(request.url, "http://unknown").host);
    response.writeHead(403).end();
  });
  server.on("connect", (request, socket) => {
    refused.push(request.url);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  return { server, port: await listen(server) };
}

/**
 * Opens a page with the script and hands it to `visit(page)`.
 *
 * @returns hosts: of every request the page made; refused: what the proxy was asked for, by the
 *     page or by Chromium; requests: method, address and status of each; outcome: visit's
 */
export async function browse(script, executablePath, visit) {
  const hosts = new Set();
  const refused = [];
  const requests = [];
  const { server, url } = await serve(script);
  const proxy = await refusingProxy(refused);
  const profile = await mkdtemp(join(tmpdir(), "traitflow-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [...FLAGS, `--proxy-server=http://127.0.0.1:${proxy.port}`],
  });
  context.on("request", (request) => hosts.add(new URL(request.url()).host));
  context.on("response", (response) =>
    requests.push(`${response.request().method()} ${response.url()} ${response.status()}`),
  );
  try {
    const page = await context.newPage();
    await page.clock.install();
    await page.goto(url);
    const outcome = await visit(page);
    await page.close({ runBeforeUnload: true });
    await context.close();
    hosts.delete(new URL(url).host);
    return { hosts: [...hosts].sort(), refused, requests, outcome };
  } finally {
    await context.close();
    server.close();
    server.closeAllConnections();
    proxy.server.close();
    proxy.server.closeAllConnections();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
