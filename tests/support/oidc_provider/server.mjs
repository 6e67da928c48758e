// A real OpenID Connect provider on a loopback port: whoever types a name is that person there.
// Arguments: port, redirect address, client secret. The group stands behind the name: chen.yu+qa.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [port, redirect, secret] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

const account = (id) => {
  const [person, group] = id.split("+");
  return { accountId: id, claims: async () => ({ sub: id, preferred_username: person, name: `Foreign ${person}`, groups: [group] }) };
};

const provider = new Provider(issuer, {
  clients: [{ client_id: "coldlane", client_secret: secret, redirect_uris: [redirect], grant_types: ["authorization_code"], response_types: ["code"] }],
  claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["one test's cookies"] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_, id) => account(id),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  pkce: { required: () => true },
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});
const rest = provider.callback();

async function interact(request, response) {
  await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html");
    return response.end("<!doctype html><title>There</title><form method=post><input name=login aria-label=Name><button>Sign in there</button></form>");
  }
  let body = "";
  for await (const part of request) body += part;
  const login = { accountId: new URLSearchParams(body).get("login") };
  return provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}

createServer((request, response) => (request.url.startsWith("/interaction/") ? interact(request, response) : rest(request, response)))
  .listen(Number(port), "127.0.0.1", () => console.log("ready"));
