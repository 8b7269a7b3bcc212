package wire

// What happened: incidentSummary and internetDetails.

var incidentSummary = &shape{
	name: "incidentSummary", model: sequenceModel,
	children: []element{
		one("incidentType", leaf(incidentType), "Type"),
		optional("platform", text(256), "Platform"),
		optional("escalateToHighPriority", leaf(escalation), "Escalate").says("Its presence asks for urgent handling."),
		optional("reportAnnotations", reportAnnotations, ""),
		one("incidentDateTime", leaf(pastTime), "DateTime"),
		optional("incidentDateTimeDescription", text(3000), "DateTimeDescription").says("What the time stands for."),
	},
}

var reportAnnotations = &shape{
	name: "reportAnnotations", doc: "Marks that hold for the whole report; one is set by its presence.",
	model: allModel, open: true,
	children: append(
		flags("sextortion", "csamSolicitation", "minorToMinorInteraction", "spam", "sadisticOnlineExploitation"),
		optional("informational", leaf(flagType), "Annotations").sinceNovember2025(),
		optional("potentialAggravatingFactors", leaf(flagType), "Annotations").sinceNovember2025(),
		optional("instrumentalUse", leaf(flagType), "Annotations").sinceNovember2025(),
	),
}

// internet describes one of the eight kinds; kind is what
// models.ReportedInternet calls it.
func internet(name, kind string, attrs []attribute, children ...element) element {
	e := one(name, &shape{name: name, model: sequenceModel, attrs: attrs, children: children}, "")
	e.mark = [2]string{"Kind", kind}
	return e
}

var internetDetails = &shape{
	name: "internetDetails", doc: "Where it happened: exactly one of the kinds.", model: choiceModel,
	children: []element{
		internet("webPageIncident", "webPage",
			[]attribute{{name: "thirdPartyHostedContent", typ: boolean, at: "ThirdParty"}},
			many("url", leaf(url), "URLs"),
			optional("additionalInfo", text(0), "AdditionalInfo")),
		internet("emailIncident", "email", nil,
			many("emailAddress", email, "Emails").says("Must also be given for a person of the report."),
			optional("content", text(0), "Content"),
			optional("additionalInfo", text(0), "AdditionalInfo")),
		internet("newsgroupIncident", "newsgroup", nil,
			optional("name", text(255), "Name"),
			many("emailAddress", email, "Emails").says("Must also be given for a person of the report."),
			optional("content", text(0), "Content"),
			optional("additionalInfo", text(0), "AdditionalInfo")),
		internet("chatImIncident", "chatIm", nil,
			optional("chatClient", text(255), "Name"),
			optional("chatRoomName", text(255), "Detail"),
			optional("content", text(0), "Content"),
			optional("additionalInfo", text(0), "AdditionalInfo")),
		internet("onlineGamingIncident", "onlineGaming", nil,
			optional("gameName", text(255), "Name"),
			optional("console", text(255), "Detail"),
			optional("content", text(0), "Content"),
			optional("additionalInfo", text(0), "AdditionalInfo")),
		internet("cellPhoneIncident", "cellPhone", nil,
			optional("phoneNumber", phone, "Phone"),
			optional("latitude", leaf(latLong), "Latitude"),
			optional("longitude", leaf(latLong), "Longitude"),
			optional("additionalInfo", text(0), "AdditionalInfo")),
		internet("nonInternetIncident", "nonInternet", nil,
			optional("locationName", text(255), "Name"),
			many("incidentAddress", address, "Addresses"),
			optional("additionalInfo", text(0), "AdditionalInfo")),
		internet("peer2peerIncident", "peer2peer", nil,
			optional("client", text(255), "Name"),
			many("ipCaptureEvent", ipCaptureEvent, "IPs"),
			optional("fileNames", text(0), "FileNames"),
			optional("additionalInfo", text(0), "AdditionalInfo")),
	},
}
