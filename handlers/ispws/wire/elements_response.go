package wire

// The documents that we answer. They are described for the schema file; their
// writers are in response.go, and a test holds the two together.

var responseElement = one("reportResponse", &shape{
	name: "reportResponse", model: sequenceModel,
	children: []element{
		one("responseCode", leaf(responseCode), ""),
		one("responseDescription", text(0), ""),
		optional("reportId", leaf(long), ""),
		optional("fileId", text(0), ""),
		optional("hash", text(0), "").says("MD5 of the bytes received."),
	},
}, "").says("The answer to every request but a successful finish.")

var doneElement = one("reportDoneResponse", &shape{
	name: "reportDoneResponse", model: sequenceModel,
	children: []element{
		one("responseCode", leaf(responseCode), ""),
		one("reportId", leaf(long), ""),
		one("files", &shape{
			name: "files", model: sequenceModel,
			children: []element{many("fileId", text(0), "")},
		}, ""),
	},
}, "").says("The answer to a successful finish: the report is received, with these files.")

var responseCode = &simple{name: "responseCode", kind: intKind, min: 0, max: 9999, doc: "0 is success."}
