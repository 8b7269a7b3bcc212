// Runs the npm package cybertipline-tools, unchanged, through what a provider does:
// status, submit, upload, details, finish; and submit, upload, retract. It prints
// what came back as one line of JSON. The server's address comes from the
// environment and must be a loopback address: nothing else is ever called.
import { Client, Environment, FileRelevance, IncidentType, IPEventName } from "cybertipline-tools";

const base = new URL(process.env.ISPWS_BASE);
if (base.hostname !== "127.0.0.1") {
  throw new Error("the server must be on 127.0.0.1");
}
const real = globalThis.fetch;
globalThis.fetch = (url, options) => {
  if (new URL(url).origin !== base.origin) {
    throw new Error(`refusing to call ${url}`);
  }
  return real(url, options);
};

const client = new Client({
  environment: Environment.Testing,
  credentials: { username: process.env.ISPWS_USER, password: process.env.ISPWS_PASSWORD },
});
client.baseUrl = base.href;

const report = {
  incidentSummary: {
    incidentType: IncidentType.MisleadingDomainName,
    incidentDateTime: new Date("2026-01-05T10:11:12Z"),
  },
  incidentDetails: { chatImIncidents: [{ chatClient: "Example Chat", content: "A made-up message." }] },
  reporter: {
    reportingPerson: { firstName: "Robin", lastName: "Vale", email: [{ email: "robin.vale@provider.example" }] },
  },
  personOrUserReported: {
    espIdentifier: "u-2002",
    screenName: "river_stone",
    ipCaptureEvent: [{ ipAddress: "192.0.2.10", eventName: IPEventName.Login, dateTime: new Date("2026-01-05T10:00:00Z") }],
  },
};
const image = () => new Blob([Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])], { type: "image/png" });

const out = {};
out.status = (await client.getStatus()).data;

const opened = await client.submitReport(report);
out.requestId = opened.requestId;
out.reportId = opened.data.reportId;
const uploads = await Promise.all([1, 2].map(() => client.uploadFile({ id: out.reportId, file: image() })));
out.files = uploads.map((u) => u.data.fileId);
out.hash = uploads[0].data.hash;
out.details = (
  await client.submitFileDetails({
    reportId: out.reportId,
    fileId: out.files[0],
    originalFileName: "drawing.png",
    fileViewedByEsp: true,
    fileRelevance: FileRelevance.Reported,
    fileAnnotations: { generativeAi: true },
  })
).data;
out.finish = (await client.finishReport({ id: out.reportId })).data;

const second = await client.submitReport(report);
await client.uploadFile({ id: second.data.reportId, file: image() });
out.retracted = second.data.reportId;
out.retract = (await client.cancelReport({ id: second.data.reportId })).data;

out.errors = {};
for (const [name, call] of Object.entries({
  finishAgain: () => client.finishReport({ id: out.reportId }),
  retractAgain: () => client.cancelReport({ id: out.retracted }),
  noReport: () => client.uploadFile({ id: 123456789, file: image() }),
  invalid: () => client.submitReport({ ...report, incidentSummary: { ...report.incidentSummary, incidentDateTime: new Date("2027-01-05T10:11:12Z") } }),
  wrongPassword: () => {
    const other = new Client({ environment: Environment.Testing, credentials: { username: "esp", password: "guess" } });
    other.baseUrl = base.href;
    return other.getStatus();
  },
})) {
  try {
    await call();
    out.errors[name] = "no error";
  } catch (e) {
    out.errors[name] = e.message;
  }
}
console.log(JSON.stringify(out));
