// Talks to a portal's /scim/v2 with the messages and schemas of the npm package
// scimmy, which knows nothing of ours: it builds the requests, reads every answer by
// RFC 7643's schemas, and applies each PATCH to its own copy of the person. Where
// its copy and ours part, this ends with an error.
//
//   node witness.mjs BASE TOKEN   prints the number of answers that were read
import SCIMMY from "scimmy";
import assert from "node:assert/strict";

const [base, token] = process.argv.slice(2);
const { User, Group, ServiceProviderConfig, ResourceType } = SCIMMY.Schemas;
const { ListResponse, PatchOp, ErrorResponse } = SCIMMY.Messages;
let read = 0;

async function ask(method, path, body) {
  const res = await fetch(base + path, {
    method,
    headers: { Authorization: `Bearer ${token}`, Accept: "application/scim+json", ...(body && { "Content-Type": "application/scim+json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await res.text();
  read++;
  return { status: res.status, json: text && JSON.parse(text), etag: res.headers.get("etag") };
}

// Each of these throws when the answer breaks the schema. "both" and "out" are
// scimmy's words for what a server sends.
const asUser = (json) => new User(JSON.parse(JSON.stringify(json)), "out");
const asGroup = (json) => new Group(JSON.parse(JSON.stringify(json)), "out");
function asList(json, each) {
  assert.deepEqual(json.schemas, [ListResponse.id]);
  const list = new ListResponse(json.Resources, { totalResults: json.totalResults, startIndex: json.startIndex, count: json.itemsPerPage });
  assert.equal(list.totalResults, json.totalResults);
  return json.Resources.map(each);
}
function asError(answer, status, scimType) {
  assert.equal(answer.status, status, JSON.stringify(answer.json));
  assert.deepEqual(answer.json.schemas, [ErrorResponse.id]);
  // Given an error of a server, scimmy reads it and throws it.
  assert.throws(() => new ErrorResponse(answer.json), (e) => {
    assert.equal(String(e.status), String(status));
    assert.equal(e.scimType ?? undefined, scimType);
    return e.message.length > 10;
  });
}

// What is kept of a person, for comparing.
const kept = (u) => ({
  userName: u.userName, externalId: u.externalId, title: u.title, displayName: u.displayName, active: u.active,
  given: u.name?.givenName, family: u.name?.familyName, email: u.emails?.find((e) => e.type === "work")?.value,
});

new ServiceProviderConfig((await ask("GET", "/ServiceProviderConfig")).json, "out");
asList((await ask("GET", "/ResourceTypes")).json, (r) => new ResourceType(r.schema ? { ...r, schemaExtensions: [] } : r, "out"));
const ours = Object.fromEntries((await ask("GET", "/Schemas")).json.Resources.map((s) => [s.id, s]));
for (const schema of [User, Group]) {
  // Every attribute that we say we keep is one of RFC 7643, of the same type.
  const theirs = new Map(schema.definition.attributes.map((a) => [a.name, a]));
  for (const a of ours[schema.id].attributes) {
    if (a.name === "externalId") continue; // common to all resources (RFC 7643 3.1)
    const t = theirs.get(a.name);
    assert.ok(t, `${schema.id} has no ${a.name}`);
    assert.equal(a.type, t.type, a.name);
    assert.equal(a.multiValued, t.config.multiValued !== false, a.name);
    for (const sub of a.subAttributes ?? []) assert.ok(t.subAttributes.some((s) => s.name === sub.name), `${a.name}.${sub.name}`);
  }
}

const made = await ask("POST", "/Users", {
  schemas: [User.id], userName: "wit.ness@bay.example", externalId: "w-1", displayName: "Wit Ness", title: "Detective", active: true,
  name: { givenName: "Wit", familyName: "Ness" }, emails: [{ value: "wit.ness@bay.example", type: "work", primary: true }],
});
assert.equal(made.status, 201, JSON.stringify(made.json));
let person = asUser(made.json);
assert.equal(person.id, made.json.id);
assert.equal(made.etag, made.json.meta.version);
const at = `/Users/${person.id}`;
asList((await ask("GET", `/Users?filter=${encodeURIComponent('userName eq "wit.ness@bay.example"')}`)).json, asUser);
asList((await ask("GET", "/Users?startIndex=2&count=2")).json, asUser);

const patches = [
  [{ op: "replace", path: "title", value: "Sergeant" }],
  [{ op: "add", path: "name.givenName", value: "Witold" }, { op: "replace", path: "displayName", value: "W. Ness" }],
  [{ op: "replace", value: { name: { familyName: "Nessler" }, title: "Lieutenant" } }],
  [{ op: "remove", path: "title" }],
  [{ op: "replace", path: 'emails[type eq "work"].value', value: "witold@bay.example" }],
  [{ op: "replace", path: "active", value: false }],
  [{ op: "add", value: { title: "Captain", active: true } }],
  [{ op: "replace", path: "externalId", value: "w-2" }, { op: "replace", path: "userName", value: "witold@bay.example" }],
  [{ op: "add", path: "title", value: "One" }, { op: "replace", path: "title", value: "Two" }, { op: "remove", path: "title" }, { op: "add", path: "title", value: "Three" }],
];
for (const Operations of patches) {
  const message = new PatchOp({ schemas: [PatchOp.id], Operations });
  const theirs = await new PatchOp({ schemas: [PatchOp.id], Operations }).apply(asUser(person), async (p) => p);
  const answer = await ask("PATCH", at, message);
  assert.equal(answer.status, 200, JSON.stringify(answer.json));
  person = asUser(answer.json);
  assert.ok(theirs, "scimmy saw no change in " + JSON.stringify(Operations));
  assert.deepEqual(kept(person), kept(theirs), JSON.stringify(Operations));
  assert.deepEqual(kept(asUser((await ask("GET", at)).json)), kept(person));
}

const groups = asList((await ask("GET", "/Groups")).json, asGroup);
const group = `/Groups/${groups[0].id}`;
const add = new PatchOp({ schemas: [PatchOp.id], Operations: [{ op: "add", path: "members", value: [{ value: person.id }] }] });
assert.equal((await ask("PATCH", group, add)).status, 204);
assert.ok(asGroup((await ask("GET", group)).json).members.some((m) => m.value === person.id));
assert.equal(asUser((await ask("GET", at)).json).groups[0].value, groups[0].id);
const take = new PatchOp({ schemas: [PatchOp.id], Operations: [{ op: "remove", path: `members[value eq "${person.id}"]` }] });
assert.equal((await ask("PATCH", group, take)).status, 204);
assert.ok(!asGroup((await ask("GET", group)).json).members.some((m) => m.value === person.id));

asError(await ask("GET", "/Users?filter=nonsense"), 400, "invalidFilter");
asError(await ask("POST", "/Users", { schemas: [User.id], userName: "witold@bay.example" }), 409, "uniqueness");
asError(await ask("PATCH", at, { schemas: [PatchOp.id], Operations: [{ op: "remove" }] }), 400, "noTarget");
asError(await ask("PATCH", at, { schemas: [PatchOp.id], Operations: [{ op: "replace", path: "id", value: "x" }] }), 400, "mutability");
asError(await ask("POST", "/Groups", { schemas: [Group.id], displayName: "New" }), 403);

const put = await ask("PUT", at, { ...made.json, active: false });
assert.deepEqual(kept(asUser(put.json)), { ...kept(asUser(made.json)), active: false });
assert.equal((await ask("DELETE", at)).status, 204);
asError(await ask("GET", at), 404);
console.log(read);
