import { expect, it } from "vitest";

import { dump } from "#server/testing/callers.ts";
import { callersForEach, done, refusal } from "#server/testing/callersForEach.ts";
import { describeOnBothDatabasesInTime } from "#server/testing/databases.ts";

describeOnBothDatabasesInTime("Administration of repositories and views", (open) => {
  const org = callersForEach(open);
  const { as } = org;

  const lastRecord = async () => {
    const newest = org.server.store.db.selectFrom("auditRecords").select("record").orderBy("number", "desc").limit(1);
    return (await newest.executeTakeFirstOrThrow()).record;
  };

  it("creates them with retention in LogScale's units, once for each name", async () => {
    const create =
      "mutation ($name: String!) { createRepository(name: $name, retentionInMillis: 172800000, retentionInStorageSizeBytes: 5000000000) { repository { name type timeBasedRetention ingestSizeBasedRetention storageSizeBasedRetention } } }";
    expect(done(await as("owner", create, { name: "logs" }))).toEqual({
      createRepository: {
        repository: {
          name: "logs",
          type: "DEFAULT",
          timeBasedRetention: 2,
          ingestSizeBasedRetention: null,
          storageSizeBasedRetention: 5,
        },
      },
    });
    expect(refusal(await as("owner", create, { name: "logs" }))).toEqual({ code: "BAD_INPUT", field: "name" });
    expect(refusal(await as("owner", create, { name: "" }))).toEqual({ code: "BAD_INPUT", field: "name" });
    expect(refusal(await as("owner", `mutation { createView(name: "logs") { id } }`))).toEqual({
      code: "BAD_INPUT",
      field: "name",
    });
  });

  it("connects a view to repositories that the caller may connect", async () => {
    const create = (name: string) =>
      `mutation { createView(name: "${name}", connections: [{ repositoryName: "vault", filter: "a=1" }]) { connections { filter repository { name } } isFederated } }`;
    expect(done(await as("owner", create("one")))).toEqual({
      createView: { connections: [{ filter: "a=1", repository: { name: "vault" } }], isFederated: false },
    });
    const role = { id: "creator", displayName: "creator", organizationPermissions: ["CreateRepository"] };
    await org.server.store.db.insertInto("roles").values(role).execute();
    await org.server.store.db
      .insertInto("userRoles")
      .values({ userId: org.world.users.user, searchDomainId: org.world.sandbox, roleId: role.id })
      .execute();
    expect(refusal(await as("user", create("two")))).toEqual({ code: "BAD_INPUT", field: "connections" });
    expect(refusal(await as("owner", `mutation { searchDomain: createView(name: "one", connections: []) { id } }`))).toEqual({
      code: "BAD_INPUT",
      field: "name",
    });
    const names = await org.server.store.db.selectFrom("searchDomains").select("name").where("name", "=", "two").execute();
    expect(names).toEqual([]);
  });

  it("changes the retention that is named in days and gigabytes, takes one off by null, and leaves the others", async () => {
    const fields = "timeBasedRetention ingestSizeBasedRetention storageSizeBasedRetention";
    const update = (values: string) =>
      as(
        "owner",
        `mutation { updateRetention(repositoryName: "sandbox", ${values}) { repository { ... on Repository { ${fields} } } } }`,
      );
    const retention = (time: number | null, ingest: number | null, storage: number | null) => ({
      updateRetention: {
        repository: { timeBasedRetention: time, ingestSizeBasedRetention: ingest, storageSizeBasedRetention: storage },
      },
    });
    expect(done(await update("timeBasedRetention: 30.5"))).toEqual(retention(30.5, null, null));
    expect(done(await update("ingestSizeBasedRetention: 1.5, storageSizeBasedRetention: 2"))).toEqual(retention(30.5, 1.5, 2));
    expect(done(await update("timeBasedRetention: null"))).toEqual(retention(null, 1.5, 2));
    const before = await dump(org.server.store.db);
    for (const [value, field, message] of [
      ["timeBasedRetention: 0", "timeBasedRetention", /more than nothing/u],
      ["ingestSizeBasedRetention: -1", "ingestSizeBasedRetention", /more than nothing/u],
      ["ingestSizeBasedRetention: -1e308", "ingestSizeBasedRetention", /more than nothing/u],
      ["storageSizeBasedRetention: 1e300", "storageSizeBasedRetention", /at most/u],
      ["timeBasedRetention: 1e308", "timeBasedRetention", /at most/u],
      ["timeBasedBackupRetention: 1", "timeBasedBackupRetention", /no backups/u],
    ] as const) {
      const refused = await update(value);
      expect(refusal(refused), value).toEqual({ code: "BAD_INPUT", field });
      expect(refused.errors[0]?.message, value).toMatch(message);
    }
    expect(await dump(org.server.store.db)).toEqual(before);
  });

  it("changes what a repository or view is for, and whether a search begins when it is opened", async () => {
    const ask = `{ searchDomain(name: "overview") { description automaticSearch } }`;
    expect(done(await as("owner", ask))).toEqual({ searchDomain: { description: null, automaticSearch: true } });
    expect(
      done(
        await as(
          "owner",
          `mutation { updateDescriptionForSearchDomain(name: "overview", newDescription: "All of it") { description }
            setAutomaticSearching(name: "overview", automaticSearch: false) { automaticSearch } }`,
        ),
      ),
    ).toEqual({
      updateDescriptionForSearchDomain: { description: "All of it" },
      setAutomaticSearching: { automaticSearch: false },
    });
    expect(done(await as("owner", ask))).toEqual({ searchDomain: { description: "All of it", automaticSearch: false } });
    const describe = `mutation ($text: String!) { updateDescriptionForSearchDomain(name: "overview", newDescription: $text) { description } }`;
    // What would be kept as something else, or not at all.
    for (const text of ["x".repeat(10_001), "half of \uD83D", "\0"]) {
      expect(refusal(await as("owner", describe, { text })), text).toEqual({ code: "BAD_INPUT", field: "newDescription" });
    }
    expect(done(await as("owner", describe, { text: "two\nlines \u{1F600}" }))).toEqual({
      updateDescriptionForSearchDomain: { description: "two\nlines \u{1F600}" },
    });
  });

  it("sets the connections of a view, each once, and takes no right anew to those that stay", async () => {
    const { db } = org.server.store;
    const set = (connections: string) =>
      `mutation { updateView(viewName: "overview", connections: [${connections}]) { connections { filter repository { name } } } }`;
    const of = (repository: string, filter: string) => `{ repositoryName: "${repository}", filter: "${filter}" }`;
    expect(done(await as("owner", set(`${of("vault", "a=1")}, ${of("vault", "a=1")}`)))).toEqual({
      updateView: { connections: [{ filter: "a=1", repository: { name: "vault" } }] },
    });
    const { record } = await db
      .selectFrom("auditRecords")
      .select("record")
      .orderBy("number", "desc")
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(record)).toMatchObject({ before: { connections: [] }, after: { connections: ["vault: a=1"] } });
    const role = { id: "connector", displayName: "connector", viewPermissions: ["ChangeConnections", "ReadAccess"] };
    await db.insertInto("roles").values(role).execute();
    await db
      .insertInto("userRoles")
      .values({ userId: org.world.users.user, searchDomainId: org.world.overview, roleId: role.id })
      .execute();
    // The vault is not to be seen by who changes its connection's filter.
    expect(done(await as("user", set(of("vault", "a=2"))))).toEqual({ updateView: { connections: [] } });
    // But that there is one, or who sets the others would take it away unknowingly.
    expect(done(await as("user", `{ searchDomain(name: "overview") { ... on View { connectionCount } } }`))).toEqual({
      searchDomain: { connectionCount: 1 },
    });
    expect(await db.selectFrom("viewConnections").select(["repositoryId", "filter"]).execute()).toEqual([
      { repositoryId: org.world.vault, filter: "a=2" },
    ]);
    expect(refusal(await as("user", set(of("sandbox", "*"))))).toEqual({ code: "BAD_INPUT", field: "connections" });
    expect(refusal(await as("owner", set(of("nowhere", "*"))))).toEqual({ code: "BAD_INPUT", field: "connections" });
    expect(refusal(await as("owner", set(of("overview", "*"))))).toEqual({ code: "BAD_INPUT", field: "connections" });
    expect((await as("owner", set(`${of("vault", "*")}, ${of("nowhere", "*")}`))).errors[0]?.message).toMatch(
      /^The repository nowhere does not exist/u,
    );
    const filtered = `mutation ($filter: String!) { updateView(viewName: "overview", connections: [{ repositoryName: "vault", filter: $filter }]) { id } }`;
    for (const filter of ["x".repeat(2501), "half of \uD83D", "\0"]) {
      expect(refusal(await as("owner", filtered, { filter })), filter).toEqual({ code: "BAD_INPUT", field: "connections" });
    }
    expect((await db.selectFrom("viewConnections").selectAll().execute()).length).toBe(1);
    expect(done(await as("user", set("")))).toEqual({ updateView: { connections: [] } });
    expect(await db.selectFrom("viewConnections").selectAll().execute()).toEqual([]);
  });

  it("refuses every free text that it could not keep as it is", async () => {
    const requests = [
      'createRepository(name: "new", description: $text) { repository { id } }',
      'createView(name: "new", description: $text) { id }',
      'createView(name: "new", connections: [{ repositoryName: "vault", filter: $text }]) { id }',
      `createParserV2(input: { repositoryName: "vault", name: "new", script: $text, testCases: [], fieldsToTag: [],
        fieldsToBeRemovedBeforeParsing: [] }) { id }`,
      `updateLogCollectorConfigurationDescription(configId: "${org.world.fleet.configuration}", description: $text) { id }`,
    ];
    for (const request of requests) {
      const answer = await as("owner", `mutation ($text: String!) { ${request} }`, { text: "half of \uD83D" });
      expect(refusal(answer).code, request).toBe("BAD_INPUT");
      expect(answer.errors[0]?.message, request).toMatch(/characters that cannot be stored/u);
    }
    expect(await dump(org.server.store.db)).toEqual(org.initial);
  });

  it("archives nothing, and says so to whoever may ask", async () => {
    const enable = `mutation { s3EnableArchiving(repositoryName: "sandbox") { result } }`;
    expect((await as("owner", enable)).errors[0]?.message).toBe("S3 archiving is not set up on this server.");
    expect(refusal(await as("view-", enable)).code).toBe("NOT_ALLOWED");
    expect(done(await as("owner", `{ repository(name: "sandbox") { s3ArchivingConfiguration { bucket } } }`))).toEqual({
      repository: { s3ArchivingConfiguration: null },
    });
  });

  it("never deletes those of the system", async () => {
    const answer = await as("root", `mutation { deleteSearchDomain(name: "humio") { result } }`);
    expect(refusal(answer).code).toBe("NOT_ALLOWED");
    expect(await dump(org.server.store.db)).toEqual(org.initial);
  });

  it("renames them for who may delete them, and all that is theirs stays", async () => {
    const rename = `mutation ($name: String!, $renameTo: String!) { renameSearchDomain(name: $name, renameTo: $renameTo) { id name } }`;
    const { sandbox } = org.world;
    expect(done(await as("delegate", rename, { name: "sandbox", renameTo: " a/b " }))).toEqual({
      renameSearchDomain: { id: sandbox, name: "a/b" },
    });
    expect(JSON.parse(await lastRecord())).toMatchObject({
      type: "view.rename",
      before: { name: "sandbox" },
      after: { name: "a/b" },
    });
    expect(done(await as("delegate", `{ repository(name: "a/b") { id ingestTokens { name } } }`))).toEqual({
      repository: { id: sandbox, ingestTokens: [{ name: "shipper" }] },
    });
    const before = await dump(org.server.store.db);
    for (const [renameTo, field] of [
      ["vault", "renameTo"],
      ["humio", "renameTo"],
      [" ", "renameTo"],
      ["a\u202eb", "renameTo"],
    ] as const) {
      expect(refusal(await as("delegate", rename, { name: "a/b", renameTo })), renameTo).toEqual({ code: "BAD_INPUT", field });
    }
    expect(refusal(await as("delegate", rename, { name: "vault", renameTo: "mine" })).code).toBe("NOT_FOUND");
    expect(refusal(await as("root", rename, { name: "humio", renameTo: "mine" })).code).toBe("NOT_ALLOWED");
    expect(await dump(org.server.store.db)).toEqual(before);
  });

  it("deletes one that is in view tokens and views, which then do without, and records each token that lost it or ended", async () => {
    done(
      await as("root", `mutation { createView(name: "v", connections: [{ repositoryName: "sandbox", filter: "*" }]) { id } }`),
    );
    await org.server.store.db
      .updateTable("tokens")
      .set({ viewIds: [org.world.sandbox, org.world.vault] })
      .where("id", "=", org.world.tokens.view)
      .execute();
    const { id: ended } = await org.server.store.db
      .selectFrom("ingestTokens")
      .select("id")
      .where("repositoryId", "=", org.world.sandbox)
      .executeTakeFirstOrThrow();
    done(await as("root", `mutation { deleteSearchDomain(name: "sandbox") { result } }`));
    const { view } = org.world.tokens;
    expect(JSON.parse(await lastRecord())).toMatchObject({
      type: "dataspace.delete",
      deleted: [ended],
      narrowed: expect.arrayContaining([view]),
      subjects: expect.arrayContaining([org.world.sandbox, ended, view]),
    });
    const token = await org.server.store.db
      .selectFrom("tokens")
      .select("viewIds")
      .where("id", "=", org.world.tokens.view)
      .executeTakeFirstOrThrow();
    expect(token.viewIds).toEqual([org.world.vault]);
    expect(done(await as("root", `{ searchDomain(name: "v") { ... on View { connections { filter } } } }`))).toEqual({
      searchDomain: { connections: [] },
    });
  });

  it("does not exist for whoever has no right to delete it, whatever other right there is", async () => {
    expect(refusal(await as("delegate", `mutation { deleteSearchDomain(name: "vault") { result } }`)).code).toBe("NOT_FOUND");
  });

  it("tells what the caller may do there", async () => {
    const query = `{ searchDomain(name: "sandbox") { reads: isActionAllowed(action: ReadEvents) deletes: isActionAllowed(action: DeleteRepositoryOrView) allowedViewActions } }`;
    expect(done(await as("view-", query))).toMatchObject({
      searchDomain: { reads: true, deletes: false, allowedViewActions: ["ReadEvents", "ExportQueryResults"] },
    });
    // Organization tokens never read event data, whatever they hold.
    expect(done(await as("organization+", query))).toMatchObject({ searchDomain: { reads: false, deletes: false } });
    expect(done(await as("owner", query))).toMatchObject({ searchDomain: { reads: true, deletes: true } });
  });
});
