// A real issuer of OpenID Connect (npm's oidc-provider) on 127.0.0.1, for the tests in Rust and in the browser.
//
// Prints `{"issuer": …}` when it listens, and ends with its standard input. People sign in there by a link with their name.
// `POST /tests` changes how it behaves, `POST /tests/sign` signs whatever a test wants signed.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import Provider from "oidc-provider";

// What the provider itself signs with.
const require = createRequire(createRequire(import.meta.url).resolve("oidc-provider"));
const { SignJWT, UnsecuredJWT, importJWK } = await import(pathToFileURL(require.resolve("jose")).href);

// Standard output is for whoever started this; the provider's notices go where its warnings go.
console.info = console.warn;

const people = {
  alice: { name: "Alice Example", preferred_username: "alice", email: "alice@example.org", email_verified: true },
  // Says that Alice's address is theirs; nobody has checked.
  eve: { name: "Eve", preferred_username: "eve", email: "alice@example.org", email_verified: false },
  mallory: { name: "Mallory", preferred_username: "mallory", email: "mallory@example.net", email_verified: true },
  olga: { name: "Olga", preferred_username: "olga", email: "olga@example.org", email_verified: true },
};

const client = { client_secret: "a-secret-of-32-characters-or-more", grant_types: ["authorization_code"], response_types: ["code"] };
const behaviour = { redirect_uris: ["http://localhost/nowhere"], token_status: 0 };
const cookies = { keys: [randomBytes(16).toString("hex")] };
let key;
let provider;

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.writeHead(500).end(String(error)));
});
server.listen(0, "127.0.0.1", () => {
  rotate();
  console.log(JSON.stringify({ issuer: issuer() }));
});
process.stdin.resume().on("end", () => process.exit());

function issuer() {
  return `http://127.0.0.1:${server.address().port}`;
}

function rotate() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  key = { ...privateKey.export({ format: "jwk" }), kid: randomBytes(4).toString("hex"), use: "sig", alg: "RS256" };
  renew();
}

/** The same provider with what was changed: what it has given out lives on outside of it. */
function renew() {
  provider = new Provider(issuer(), {
    // One that needs PKCE, and one as LinkedIn has it.
    clients: ["thon", "thon-plain"].map((client_id) => ({ ...client, client_id, redirect_uris: behaviour.redirect_uris })),
    pkce: { required: (_, { clientId }) => clientId === "thon" },
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    jwks: { keys: [key] },
    cookies,
  });
}

async function answer(request, response) {
  const [path] = request.url.split("?");
  const [, area, uid, act, who] = path.split("/");
  if (path === "/tests") {
    const { rotate: another, ...changed } = await body(request);
    Object.assign(behaviour, changed);
    if (another) rotate();
    else renew();
    return void response.end();
  }
  if (path === "/tests/sign") return void response.end(await signed(await body(request)));
  if (path === "/token" && behaviour.token_status) return void response.writeHead(behaviour.token_status).end("out of order");
  if (area !== "interaction") return void provider.callback()(request, response);
  if (act === "as") return interact(request, response, who);
  if (act === "refuse") return void provider.interactionFinished(request, response, { error: "access_denied" });
  response.setHeader("content-type", "text/html");
  const links = Object.entries(people).map(([id, { name }]) => `<li><a href="/interaction/${uid}/as/${id}">Continue as ${name}</a>`);
  response.end(`<!doctype html><link rel="icon" href="data:,"><title>Example University</title><ul>${links.join("")}</ul><a href="/interaction/${uid}/refuse">Refuse</a>`);
}

async function interact(request, response, accountId) {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope("openid profile email");
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { login: { accountId }, consent });
}

/** A token with these claims: by the issuer's key, by `secret`, by a key that only looks like the issuer's, or by none. */
async function signed({ claims, by = "issuer", secret }) {
  if (by === "nobody") return new UnsecuredJWT(claims).encode();
  const jwt = new SignJWT(claims);
  if (by === "secret") return jwt.setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(secret));
  const other = () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const signer = by === "issuer" ? await importJWK(key, "RS256") : other();
  return jwt.setProtectedHeader({ alg: "RS256", kid: key.kid }).sign(signer);
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}
