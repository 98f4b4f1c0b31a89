// An identity service for the tests: the certified `oidc-provider`, set up as FranceConnect and ProConnect are:
// addresses under /api/v2, userinfo answered as a signed JWT, state and nonce of 32 characters, no unknown parameter.
//
// Prints {"url": …} once ready. `POST /faults` with {"id_token": {…}, "userinfo": {…}, "code_ttl": n} makes the next
// answers wrong (re-signed with the same key unless `key` is "stranger", or with another `alg`); `{}` mends them.

import http from "node:http";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import * as jose from "jose";
import Provider from "oidc-provider";

const settings = JSON.parse(process.argv[2]);
const ALLOWED = new Set([
  "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "acr_values", "prompt", "claims",
  ...(settings.extra_parameters ?? []),
]);
let faults = {};

function key(algorithm, options) {
  const kind = algorithm === "ES256" ? ["ec", { namedCurve: "P-256" }] : ["rsa", { modulusLength: 2048 }];
  const { privateKey } = generateKeyPairSync(...kind);
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: algorithm, ...options };
}

const own = { ES256: key("ES256"), RS256: key("RS256") };
const stranger = { ES256: key("ES256"), RS256: key("RS256") };

async function retouch(token, fault) {
  const header = jose.decodeProtectedHeader(token);
  const claims = { ...jose.decodeJwt(token), ...fault.claims };
  for (const name of fault.without ?? []) delete claims[name];
  if (fault.alg === "none") {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part({ alg: "none", kid: header.kid })}.${part(claims)}.`;
  }
  if (fault.alg === "HS256") {
    const secret = new TextEncoder().encode(settings.client.client_secret);
    return new jose.SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: header.kid }).sign(secret);
  }
  const jwk = (fault.key === "stranger" ? stranger : own)[header.alg];
  const kid = fault.kid ?? header.kid;
  return new jose.SignJWT(claims).setProtectedHeader({ alg: header.alg, kid }).sign(await jose.importJWK(jwk, header.alg));
}

function page(res, status, body) {
  res.writeHead(status, { "content-type": "text/html; charset=utf-8" });
  res.end(`<!doctype html><html lang="fr"><title>Identité</title>${body}</html>`);
}

async function body(req) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(`${origin}/api/v2`, {
    clients: [settings.client],
    jwks: { keys: Object.values(own) },
    acrValues: ["eidas1"],
    claims: { acr: null, ...settings.claims },
    conformIdTokenClaims: true,
    cookies: { keys: [randomUUID()] },
    features: {
      devInteractions: { enabled: false },
      jwtUserinfo: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = form.replace("</form>", '<input type="hidden" name="logout" value="yes"></form>');
        },
      },
    },
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...settings.accounts[id] }),
    }),
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => Boolean(settings.pkce) },
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope(settings.client.scope);
      await grant.save();
      return grant;
    },
    routes: {
      authorization: "/api/v2/authorize",
      token: "/api/v2/token",
      userinfo: "/api/v2/userinfo",
      jwks: "/api/v2/jwks",
      end_session: "/api/v2/session/end",
    },
    ttl: { AuthorizationCode: () => faults.code_ttl ?? 30, AccessToken: 60, Session: 300, Grant: 300, Interaction: 300, IdToken: 60 },
  });

  provider.use(async (ctx, next) => {
    if (ctx.path === "/api/v2/authorize" && ctx.method === "GET") {
      const unknown = Object.keys(ctx.query).filter((name) => !ALLOWED.has(name));
      const short = ["state", "nonce"].filter((name) => String(ctx.query[name] ?? "").length < 32);
      if (unknown.length || short.length) {
        ctx.status = 400;
        ctx.body = `Y000400 ${[...unknown, ...short].join(" ")}`;
        return;
      }
    }
    await next();
    if (faults.id_token && ctx.path === "/api/v2/token" && ctx.body?.id_token) {
      ctx.body = { ...ctx.body, id_token: await retouch(ctx.body.id_token, faults.id_token) };
    }
    if (faults.userinfo && ctx.path === "/api/v2/userinfo" && typeof ctx.body === "string") {
      ctx.body = faults.userinfo.plain ? jose.decodeJwt(ctx.body) : await retouch(ctx.body, faults.userinfo);
    }
  });

  const answer = provider.callback();
  server.on("request", async (req, res) => {
    const { pathname, searchParams } = new URL(req.url, origin);
    if (pathname === "/faults") {
      faults = JSON.parse(await body(req));
      return page(res, 200, "");
    }
    const interaction = pathname.match(/^\/interaction\/[^/]+(\/login|\/cancel)?$/);
    if (!interaction) return answer(req, res);
    if (interaction[1] === "/cancel") {
      return provider.interactionFinished(req, res, { error: "access_denied", error_description: "User auth aborted" });
    }
    if (interaction[1] === "/login") {
      const login = { accountId: searchParams.get("account"), acr: settings.acr ?? "eidas1", amr: ["pwd"] };
      return provider.interactionFinished(req, res, { login });
    }
    return page(res, 200, `<h1>Qui êtes-vous ?</h1><p>${pathname}</p>`);
  });
  process.stdout.write(`${JSON.stringify({ url: `${origin}/api/v2` })}\n`);
});
