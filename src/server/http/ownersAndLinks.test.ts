import { sql } from "kysely";
import { afterEach, beforeAll, expect, it } from "vitest";

import { noteLimits } from "#domain/inventory/noteTexts.ts";
import type { SuccessorLink, TokenKey, WrittenOwner } from "#domain/inventory/notes.ts";
import type { NoteChange } from "#domain/inventory/noteSchemas.ts";
import { tokenKinds } from "#domain/token/kinds.ts";
import { handleOf } from "#logscale/fleetHandle.ts";
import { findingNotesSchema, type FindingNotesAnswer } from "#logscale/findingNotes.ts";
import { findingNotesPath } from "#logscale/findingNotesPath.ts";
import {
  ask,
  askNotes,
  callerNames,
  dump,
  makeCallers,
  restore,
  type CallerName,
  type Callers,
} from "#server/testing/callers.ts";
import { describeOnBothDatabasesInTime } from "#server/testing/databases.ts";
import { testServer, type TestServer } from "#server/testing/server.ts";

describeOnBothDatabasesInTime("Owners and links of tokens", (open) => {
  let server: TestServer;
  let world: Callers;
  let before: Awaited<ReturnType<typeof dump>>;
  /** Two tokens of each kind that takes owners and links, the older one second. */
  let pairs: readonly (readonly [TokenKey, TokenKey])[];
  beforeAll(async () => {
    server = await testServer(await open(), { limits: { failedRequests: 1e6 } });
    world = await makeCallers(server);
    const createdAt = server.now;
    const governed = (["view", "organization", "system"] as const).map(
      (kind) =>
        [
          { kind, id: world.bearer[`${kind}+`].split("~")[0] ?? "", createdAt },
          { kind, id: world.tokens[kind], createdAt },
        ] as const,
    );
    const made = await ask(
      server,
      world.bearer.root,
      `mutation {
        createFleetInstallToken(name: "next") { token }
        addIngestTokenV3(input: { repositoryName: "sandbox", name: "next" }) { name }
      }`,
    );
    const fleet = made.data?.["createFleetInstallToken"] as { token: string };
    pairs = [
      ...governed,
      [
        { kind: "ingest", repository: "sandbox", name: "next" },
        { kind: "ingest", repository: "sandbox", name: "shipper" },
      ],
      [
        { kind: "fleet", handle: handleOf(fleet.token) },
        { kind: "fleet", handle: handleOf(world.fleet.token) },
      ],
    ];
    before = await dump(server.store.db);
    return () => server.app.close();
  });
  afterEach(() => restore(server.store.db, before));

  const as = (caller: CallerName) => ({ authorization: `Bearer ${world.bearer[caller]}` });
  const send = (change: NoteChange, caller: CallerName = "root") => askNotes(server, as(caller), change);

  async function written(change: NoteChange, caller: CallerName = "root"): Promise<{ owner: WrittenOwner; link: SuccessorLink }> {
    const { status, text } = await send(change, caller);
    expect([status, text]).toEqual([200, expect.any(String)]);
    return JSON.parse(text) as { owner: WrittenOwner; link: SuccessorLink };
  }

  async function read(caller: CallerName = "root"): Promise<FindingNotesAnswer> {
    const response = await server.app.inject({ url: findingNotesPath, headers: as(caller) });
    expect(response.statusCode).toBe(200);
    return findingNotesSchema.parse(response.json());
  }

  const own = (token: TokenKey, owner = "ops@example.com", seen: string | null = null): NoteChange => ({
    type: "own",
    token,
    owner,
    seen,
  });
  const link = ([token, replaces]: readonly [TokenKey, TokenKey], seen: string | null = null): NoteChange => ({
    type: "link",
    token,
    replaces,
    seen,
  });
  const pairOf = (kind: TokenKey["kind"]) => pairs.find(([token]) => token.kind === kind) ?? expect.unreachable();

  it("are written by whoever administers the tokens, root and owners, and by nobody else", async () => {
    const kinds = pairs.map(([{ kind }]) => kind);
    const writers: Readonly<Record<string, readonly string[]>> = {
      "view+": ["view", "ingest"],
      "organization+": ["view", "organization", "fleet"],
      "system+": ["system"],
      delegate: ["view", "ingest"],
      member: ["view", "ingest"],
      owner: kinds.filter((kind) => kind !== "system"),
      root: kinds,
      local: kinds,
    };
    for (const caller of callerNames) {
      const wrote: string[] = [];
      for (const pair of pairs) {
        const statuses = [(await send(own(pair[0]), caller)).status, (await send(link(pair), caller)).status];
        expect([
          [200, 200],
          [404, 404],
        ]).toContainEqual(statuses);
        if (statuses[0] === 200) wrote.push(pair[0].kind);
      }
      expect(wrote, caller).toEqual(writers[caller] ?? []);
      const { owners, links, mayAssign } = await read(caller);
      expect([owners.length, links.length], caller).toEqual([wrote.length, wrote.length]);
      for (const kind of wrote) expect(mayAssign, caller).toContain(kind);
      await server.store.db.deleteFrom("tokenNotes").execute();
    }
  });

  it("of fleet tokens are not written by who may only look at them", async () => {
    const { id, tokenString } = await server.token({ kind: "organization", permissions: ["ViewFleetManagement"] });
    const headers = { authorization: `Bearer ${tokenString}` };
    const fleet = pairOf("fleet");
    for (const change of [own(fleet[0]), link(fleet)]) {
      const { status, errors } = await askNotes(server, headers, change);
      expect([status, errors[0]?.message]).toEqual([403, expect.stringMatching(/^Only who administers these tokens/u)]);
    }
    const seen = findingNotesSchema.parse((await server.app.inject({ url: findingNotesPath, headers })).json());
    expect([seen.mayWrite, seen.mayAssign]).toEqual([false, ["view", "organization", "system", "ingest"]]);
    await server.store.db.deleteFrom("tokens").where("id", "=", id).execute();
  });

  it("are read with who wrote them and when, and a link only where both of its tokens may be listed", async () => {
    for (const pair of pairs) {
      const { owner } = await written(own(pair[0]));
      expect(owner).toEqual({
        token: pair[0],
        owner: "ops@example.com",
        by: "admin",
        at: server.now,
        version: expect.any(String),
      });
      const made = (await written(link(pair))).link;
      expect(made).toMatchObject({ token: pair[0], replaces: pair[1], by: "admin", at: server.now });
    }
    const { owners, links } = await read();
    expect(owners.map(({ token }) => token.kind).toSorted()).toEqual(pairs.map(([{ kind }]) => kind).toSorted());
    expect(links).toHaveLength(pairs.length);
    // Of a repository that view+ and the delegate do not administer.
    await server.store.db
      .updateTable("tokens")
      .set({ viewIds: [world.sandbox, world.vault] })
      .where("id", "=", world.tokens.view)
      .execute();
    const seen = await read("delegate");
    expect(seen.owners.map(({ token }) => token.kind).toSorted()).toEqual(["ingest", "view"]);
    expect(seen.links.map(({ token }) => token.kind)).toEqual(["ingest"]);
    const hidden = await send(link([pairOf("view")[0], pairOf("view")[0]]), "delegate");
    expect(hidden.status).toBe(400);
    const { id } = await server.token({ kind: "view", permissions: ["ReadAccess"], viewIds: [world.sandbox] });
    const other = await send(link([pairOf("view")[0], { kind: "view", id, createdAt: server.now }]), "delegate");
    expect([other.status, other.errors[0]?.message]).toEqual([403, expect.stringMatching(/^This token replaces another one/u)]);
    await server.store.db.deleteFrom("tokens").where("id", "=", id).execute();
  });

  it("are changed and taken away only by who saw what is there", async () => {
    for (const pair of pairs) {
      const [token, old] = pair;
      const { owner } = await written(own(token));
      expect((await send(own(token, "others"))).status).toBe(409);
      const second = (await written(own(token, "others", owner.version))).owner;
      expect((await send({ type: "disown", token, seen: owner.version })).status).toBe(409);
      expect((await send({ type: "disown", token, seen: second.version })).data).toEqual({ owner: null });
      const made = (await written(link(pair))).link;
      const stale = await send(link(pair));
      expect([stale.status, stale.text]).toEqual([409, expect.stringContaining(JSON.stringify(made))]);
      const ring = await send(link([old, token]));
      expect([ring.status, ring.errors[0]?.message]).toEqual([400, expect.stringMatching(/Remove that link first/u)]);
      expect((await send({ type: "unlink", token, seen: "x" })).status).toBe(409);
      expect((await send({ type: "unlink", token, seen: made.version })).data).toEqual({ link: null });
    }
    expect(await dump(server.store.db)).toEqual(before);
  });

  it("are not written of a token that is not there, or for one of another kind", async () => {
    const [view, old] = pairOf("view");
    const gone: TokenKey = { kind: "view", id: "x".repeat(32), createdAt: server.now };
    for (const change of [own(gone), link([view, gone]), link([gone, old])]) expect((await send(change)).status).toBe(404);
    const personal: TokenKey = { kind: "personal", id: world.tokens.personal, createdAt: server.now };
    const ingest = pairOf("ingest");
    for (const change of [
      own(personal),
      link([personal, view]),
      link([view, pairOf("system")[1]]),
      link([ingest[0], { kind: "ingest", repository: "vault", name: "next" }]),
    ]) {
      expect((await send(change)).status).toBe(400);
    }
    expect((await send(link([ingest[0], { kind: "ingest", repository: "sandbox", name: "none" }]))).status).toBe(404);
    expect(await dump(server.store.db)).toEqual(before);
  });

  it("go over to the token that a rotation makes, a link on both its sides", async () => {
    server.now += 5000;
    const rotated = new Map<string, string>();
    for (const pair of pairs) {
      if (!("id" in pair[0])) continue;
      await written(own(pair[0]));
      await written(link(pair));
    }
    for (const key of pairs.flat()) {
      if (!("id" in key)) continue;
      const { data } = await ask(server, world.bearer.local, `mutation { rotateToken(input: { id: "${key.id}" }) }`);
      rotated.set(key.id, String(data?.["rotateToken"]).split("~")[0] ?? "");
    }
    const { owners, links } = await read();
    const now = (key: TokenKey) => ("id" in key ? { ...key, id: rotated.get(key.id), createdAt: server.now } : key);
    const governed = pairs.filter(([{ kind }]) => tokenKinds.some((one) => one === kind));
    expect(owners.map(({ token }) => token)).toEqual(expect.arrayContaining(governed.map(([token]) => now(token))));
    expect(links.map(({ token, replaces }) => [token, replaces])).toEqual(
      expect.arrayContaining(governed.map((pair) => pair.map(now))),
    );
    expect([owners.length, links.length]).toEqual([governed.length, governed.length]);
    server.now -= 5000;
  });

  it("go with their token, and a link with either of its two", async () => {
    const text = (value: string) => JSON.stringify(value);
    const removal = (key: TokenKey) => {
      if (key.kind === "ingest")
        return `removeIngestToken(repositoryName: ${text(key.repository)}, name: ${text(key.name)}) { result }`;
      return key.kind === "fleet" ? undefined : `deleteToken(input: { id: ${text(key.id)} })`;
    };
    for (const pair of pairs) {
      await written(own(pair[0]));
      await written(link(pair));
    }
    const noted = await dump(server.store.db);
    const left = async () => {
      const rows = await server.store.db.selectFrom("tokenNotes").select(["kind", "type"]).execute();
      return rows.map(({ kind, type }) => `${kind} ${type}`).toSorted();
    };
    const all = pairs.flatMap(([{ kind }]) => [`${kind} link`, `${kind} owner`]).toSorted();
    expect(await left()).toEqual(all);
    for (const [token, old] of pairs) {
      for (const [gone, lost] of [
        [token, ["link", "owner"]],
        [old, ["link"]],
      ] as const) {
        const mutation = removal(gone);
        if (mutation === undefined) {
          const name = gone === token ? "next" : "fleet token";
          await server.store.db.deleteFrom("fleetTokens").where("name", "=", name).execute();
        } else {
          expect((await ask(server, world.bearer.local, `mutation { ${mutation} }`)).errors).toEqual([]);
        }
        expect(await left(), gone.kind).toEqual(all.filter((note) => !lost.some((type) => note === `${gone.kind} ${type}`)));
        await restore(server.store.db, noted);
      }
    }
  });

  it("are bounded each for itself, and what is beyond is refused whole", async () => {
    expect([noteLimits.owners, noteLimits.links]).toEqual([10_000, 10_000]);
    await sql`
      insert into token_notes (cluster, kind, token_id, token_created_at, type, rule, text, written_by, written_at, version, replaces_id)
      select '', 'view', place::text, 0, type, '', '', '', 0, '1', case when type = 'link' then 'old' end
      from generate_series(1, 10000) as place, unnest(array['owner', 'link']) as type`.execute(server.store.db);
    const [view, old] = pairOf("view");
    const full = [await send(own(view)), await send(link([view, old]))];
    expect(full.map(({ status, errors }) => [status, errors[0]?.message])).toEqual([
      [400, expect.stringMatching(/^There are 10,000 owners/u)],
      [400, expect.stringMatching(/^There are 10,000 links/u)],
    ]);
    expect((await send({ type: "dismiss", token: view, rule: "old", note: "n", until: null, seen: null })).status).toBe(200);
  });
});
