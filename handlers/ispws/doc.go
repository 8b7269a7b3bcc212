// Package ispws is the provider API: the seven endpoints by which electronic
// service providers (ESPs) send their reports, over models/intake.
//
//	GET  /status    who am I                      GET  /xsd       our schema file
//	POST /submit    <report> opens a report       POST /upload    id and file, multipart
//	POST /fileinfo  <fileDetails> of a file       POST /finish    id; the receipt
//	POST /retract   id; takes an open report back
//
// Documents are package wire's; this package reads requests and writes answers.
//
// # Answers
//
// Every answer is XML with a response code, also for 401, 404, 405, 413, 429 and
// 500, since clients parse before they look at the status. HTTP 200 means success
// and nothing else does. Every error has the root reportResponse, also that of
// /finish. Handlers answer an error; WriteError is the one place that writes it:
//
//	no or wrong credentials            401  2000, with WWW-Authenticate
//	not a provider's account           403  3000, 3100 (submit), 3300 (the rest)
//	unknown path                       404  1210
//	another provider's report, or none,
//	or expired                         404  5001
//	no such file in the report         404  5002
//	retracted, finished                409  5101, 5102
//	id missing or no number, and other
//	requests that cannot be read       400  4000 (405, 408, 413, 415 with that code)
//	a document that breaks rules       400  4100, one line for each finding
//	a document that cannot be read     400  4110
//	an upload that cannot be read      400  4200
//	too many failed passwords          429  1000, with Retry-After
//	our own fault                      5xx  1000
//
// # Requests
//
// /submit and /fileinfo take any Content-Type or none, since real clients send
// text/xml, text/plain and nothing, and at most 16 MiB. /finish and /retract take id
// in a multipart or an urlencoded body, or in the query. /upload reads its body once,
// part by part, and holds none of it: the bytes go to storage as they come, and
// become a file of the report when the whole body has been read. So an upload that
// is broken off leaves nothing, whichever of id and file comes first.
package ispws
