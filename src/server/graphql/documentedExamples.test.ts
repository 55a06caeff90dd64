import { connect } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { tokenStringPattern } from "#domain/token/tokenString.ts";
import { openTestStore, type TestStore } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

/**
 * The bodies that the scripts of LogScale's documentation send, each script language in its way. A document is what stands in the script, line
 * breaks and all, with its quotes escaped by hand.
 */
const forms = {
  "curl with a here-document": {
    // `-d @-` drops every line break of what it reads.
    body: (document: string) => `{"query" : "${escaped(document)}"\n}\n`.replaceAll(/[\r\n]/gu, ""),
    scheme: "Bearer",
    type: "application/json",
  },
  "curl on PowerShell": {
    body: (document: string) => `{"query" : "${escaped(document)}"\n}`,
    scheme: "Bearer",
    type: "application/json",
  },
  "Python's requests with a text": {
    body: (document: string) => `\n{"query" : "${escaped(document)}"\n}\n`,
    scheme: "Bearer",
    type: "application/json",
  },
  "Python's requests on Windows": {
    body: (document: string) => `{"query" : "${escaped(document)}"\n}`.replaceAll("\n", "\r\n").replaceAll("  ", "\t"),
    scheme: "Bearer",
    type: "application/json",
  },
  "Python's requests with a value": {
    body: (document: string) => JSON.stringify({ query: `${document}\n` }),
    scheme: "Bearer",
    type: "application/json",
  },
  "Node.js": {
    body: (document: string) => JSON.stringify({ query: document }),
    scheme: "BEARER",
    type: "application/json",
  },
  "Perl with line breaks": {
    body: (document: string) => `{"query" : "${escaped(document)}"\n}`,
    scheme: "Bearer",
    type: "application/json; charset=utf-8",
  },
  "Perl with spaces instead": {
    body: (document: string) => `{"query" : "${escaped(document).replaceAll("\n", " ")}"}`,
    scheme: "bearer",
    type: "application/json",
  },
} as const;

const formNames = Object.keys(forms) as (keyof typeof forms)[];

function escaped(document: string): string {
  return document.replaceAll('"', String.raw`\"`);
}

interface Answer {
  readonly status: number;
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly { readonly message: string }[] | undefined;
}

let store: TestStore;
let server: TestServer;
let port: number;
/** Root's personal token as it is now. */
let root: string;
beforeAll(async () => {
  store = await openTestStore("pglite");
  server = await testServer(store);
  port = Number(new URL(await server.app.listen({ host: "127.0.0.1", port: 0 })).port);
  root = (await server.token({ kind: "personal" })).tokenString;
});
afterAll(async () => {
  await server.app.close();
  await store.close();
});

/** Writes a request to the server's socket byte by byte as given, and reads the answer. */
async function send(path: string, authorization: string, type: string, body: string): Promise<Answer> {
  const bytes = Buffer.from(body);
  const answer = await new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(
        [
          `POST ${path} HTTP/1.1`,
          `Host: 127.0.0.1:${port}`,
          `Authorization: ${authorization}`,
          `Content-Type: ${type}`,
          `Content-Length: ${bytes.length}`,
          "Connection: close",
          "",
          "",
        ].join("\r\n"),
      );
      socket.write(bytes);
    });
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
  const [head = "", text = ""] = answer.split("\r\n\r\n", 2);
  const { data, errors } = JSON.parse(text) as Omit<Answer, "status">;
  return { status: Number(head.split(" ", 2)[1]), data, errors };
}

/** Runs a document as the scripts of a language do, as root. */
function run(form: keyof typeof forms, document: string, path = "/graphql"): Promise<Answer> {
  const { body, scheme, type } = forms[form];
  return send(path, `${scheme} ${root}`, type, body(document));
}

async function searchDomainIds(): Promise<string[]> {
  return (await store.db.selectFrom("searchDomains").select("id").orderBy("name").execute()).map(({ id }) => id);
}

describe.each(formNames)("documented examples as sent by %s", (form) => {
  it("createPersonalUserToken gives a new token, and the one it was called with is dead", async () => {
    const before = root;
    const { status, data, errors } = await run(
      form,
      `mutation {
  createPersonalUserToken(input:
      { expireAt: null } )
}`,
    );
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    root = String(data?.["createPersonalUserToken"]);
    expect(root).toMatch(tokenStringPattern);
    const old = await server.app.inject({ url: "/session", headers: { authorization: `Bearer ${before}` } });
    expect(old.statusCode).toBe(401);
    const { data: own } = await run(form, "{ viewer { token { name } } }");
    expect(own).toEqual({ viewer: { token: { name: "admin" } } });
  });

  it("createViewPermissionsToken gives a token for the views named", async () => {
    const [first = "", second = ""] = await searchDomainIds();
    const { status, data, errors } = await run(
      form,
      `mutation {
  createViewPermissionsToken(input:
    { name: "reader for ${form}",
      expireAt: null,
      viewIds: [ "${first}",
                 "${second}" ],
      permissions: [ ReadAccess ]
    } )
}`,
    );
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    const [id = ""] = String(data?.["createViewPermissionsToken"]).split("~");
    const token = await store.db.selectFrom("tokens").select(["name", "viewIds"]).where("id", "=", id).executeTakeFirstOrThrow();
    expect(token.name).toBe(`reader for ${form}`);
    expect(token.viewIds?.toSorted()).toEqual([first, second].toSorted());
  });

  it("updateTokenSecurityPolicies takes commas at every line's end and answers with the organization's id", async () => {
    const { status, data, errors } = await run(
      form,
      `mutation {
  updateTokenSecurityPolicies( input:
    {
      personalUserTokensEnabled: true,
      viewPermissionTokensEnabled: true,
      viewPermissionTokensAllowPermissionUpdates: true,
      organizationPermissionTokensEnabled: true,
      organizationPermissionTokensAllowPermissionUpdates: true,
    }
  )
  { id }
}`,
    );
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    expect(data).toEqual({ updateTokenSecurityPolicies: { id: "SINGLE_ORGANIZATION_ID" } });
    const rows = await store.db.selectFrom("tokenPolicies").select(["kind", "enabled", "allowPermissionUpdates"]).execute();
    expect(rows).toContainEqual({ kind: "view", enabled: true, allowPermissionUpdates: true });
    await store.db.updateTable("tokenPolicies").set({ allowPermissionUpdates: false }).execute();
  });

  it("enableFeature switches a feature on, after which addIngestTokenV3 takes a value of one's own", async () => {
    await store.db.deleteFrom("featureFlags").execute();
    const name = `MyIngestToken of ${form}`;
    const value = `myCustomToken-${formNames.indexOf(form)}`;
    const add = `mutation {
  addIngestTokenV3(input: {
    repositoryName:"sandbox",
    name:"${name}",
    parser:"kv",
    customToken:"${value}"
  })
  { name token }
}`;
    const refused = await run(form, add);
    expect([refused.status, refused.data, refused.errors?.length]).toEqual([200, null, 1]);

    const enabled = await run(
      form,
      `mutation {
  enableFeature( feature: CustomIngestTokens )
}`,
    );
    expect(enabled).toEqual({ status: 200, data: { enableFeature: true }, errors: undefined });
    expect(await run(form, add)).toEqual({
      status: 200,
      data: { addIngestTokenV3: { name, token: value } },
      errors: undefined,
    });
  });

  it("addIngestTokenV3 takes commas between the fields that are asked for", async () => {
    const { status, data, errors } = await run(
      form,
      `mutation {
  addIngestTokenV3(input: {
       repositoryName: "sandbox",
       name: "plain of ${form}"} )
     { name, token, parser { id, name, displayName} }
}`,
    );
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    expect(data).toMatchObject({ addIngestTokenV3: { name: `plain of ${form}`, parser: null } });
  });

  it("createFleetInstallToken gives both forms of a token for a configuration that exists, and an error for one that does not", async () => {
    const create = (configuration: string) =>
      run(
        form,
        `mutation {
  createFleetInstallToken(
        name: "my-token",
        configId: "${configuration}")
  { token, jwtToken }
}`,
      );
    const missing = await create("123456");
    expect([missing.status, missing.data, missing.errors?.length]).toEqual([200, null, 1]);

    const made = await run(form, `mutation { createLogCollectorConfiguration(name: "for ${form}") { id } }`);
    const configuration = made.data?.["createLogCollectorConfiguration"] as { id: string } | undefined;
    const { status, data, errors } = await create(configuration?.id ?? "");
    expect({ status, errors }).toEqual({ status: 200, errors: undefined });
    const token = data?.["createFleetInstallToken"] as { token: string; jwtToken: string };
    expect(token.token).toMatch(/^[A-Za-z0-9]{32}$/u);
    expect(token.jwtToken.split(".")).toHaveLength(3);
  });

  it("an operation's name in the address changes nothing", async () => {
    const named = await run(form, "{ organization { id } }", "/graphql?id=SomethingElse&x=%ff");
    expect(named).toEqual({ status: 200, data: { organization: { id: "SINGLE_ORGANIZATION_ID" } }, errors: undefined });
  });
});

describe("what a browser sends", () => {
  it("is read strictly: a raw line break in a session's body is refused", async () => {
    const signedIn = await server.signIn({ token: root });
    const [cookie] = signedIn.cookies;
    const ask = (payload: string) =>
      server.app.inject({
        method: "POST",
        url: "/graphql",
        headers: {
          "content-type": "application/json",
          origin: "http://localhost:80",
          cookie: `${cookie?.name}=${cookie?.value}`,
        },
        payload,
      });
    expect((await ask('{"query": "{ organization {\\n id } }"}')).json()).toMatchObject({ data: { organization: {} } });
    expect((await ask('{"query": "{ organization {\n id } }"}')).statusCode).toBe(400);
  });
});
