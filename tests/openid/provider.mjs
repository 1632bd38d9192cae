// A clinic's own OpenID provider, as real as it gets: npm oidc-provider on loopback, with one login form of its own.
// Told by arguments: --port N --client ID --secret TEXT --redirect ADDRESS (may be repeated). Says "ready" when it is.
// Whoever is typed into the form exists; what was asked for (password, or password and code) is chosen there, too.
import { parseArgs } from "node:util";
import { Provider } from "oidc-provider";

const { values: told } = parseArgs({
  options: {
    port: { type: "string" },
    client: { type: "string" },
    secret: { type: "string" },
    redirect: { type: "string", multiple: true },
  },
});
const issuer = `http://localhost:${told.port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: told.client,
      client_secret: told.secret,
      redirect_uris: told.redirect,
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub", "acr", "amr", "auth_time"] },
  cookies: { keys: ["only for tests"] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  ttl: { AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600, AccessToken: 600 },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  // Nobody is asked for consent: the clinic itself runs both sides.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});

const form = (uid) => `<!doctype html><html lang="ja"><meta charset="utf-8"><title>医院のログイン</title>
<h1>医院のログイン</h1><form method="post" action="/interaction/${uid}">
<label>社員番号 <input name="who" autofocus></label>
<label><input type="checkbox" name="code" value="yes"> コードも確認した</label>
<button>ログイン</button> <button name="leave" value="yes">やめる</button></form></html>`;

provider.use(async (ctx, next) => {
  const uid = /^\/interaction\/([\w-]+)$/.exec(ctx.path)?.[1];
  if (!uid) return next();
  if (ctx.method === "GET") {
    ctx.type = "html";
    ctx.body = form(uid);
    return undefined;
  }
  const chunks = [];
  for await (const chunk of ctx.req) chunks.push(chunk);
  const typed = new URLSearchParams(Buffer.concat(chunks).toString());
  const amr = typed.get("code") ? ["pwd", "otp", "mfa"] : ["pwd"];
  const answer = typed.get("leave")
    ? { error: "access_denied", error_description: "the person went back" }
    : { login: { accountId: typed.get("who"), amr, remember: true } };
  ctx.respond = false;
  return provider.interactionFinished(ctx.req, ctx.res, answer, { mergeWithLastSubmission: false });
});

provider.listen(Number(told.port), "127.0.0.1", () => console.log("ready"));
