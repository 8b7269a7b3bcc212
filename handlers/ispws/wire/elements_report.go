package wire

// reportElement is the document of a submission.
var reportElement = one("report", report, "").says("One report. The order of the elements matters.")

var report = &shape{
	name: "report", model: sequenceModel,
	children: []element{
		optional("batchedReport", batchedReport, "").says("Marks a batched report, which holds little else."),
		one("incidentSummary", incidentSummary, "Incident"),
		many("internetDetails", internetDetails, "Internet"),
		optional("lawEnforcement", lawEnforcement, "LawEnforcement"),
		one("reporter", reporter, "Reporter"),
		many("personOrUserReported", personOrUserReported, "Subjects").says("More than one only in a batched report."),
		many("intendedRecipient", intendedRecipient, "Recipients"),
		many("victim", victim, "Victims"),
		optional("additionalInfo", text(0), "AdditionalInfo"),
	},
	rules: []rule{batchRule, subjectsRule, incidentEmailsRule},
}

var batchedReport = &shape{
	name: "batchedReport", model: emptyModel,
	attrs: []attribute{{name: "reason", required: true, typ: batchReason, at: "BatchReason"}},
}

var lawEnforcement = &shape{
	name: "lawEnforcement", doc: "An agency that the provider has already been in touch with.", model: sequenceModel,
	children: []element{
		one("agencyName", text(255), "AgencyName"),
		optional("caseNumber", text(100), "CaseNumber"),
		optional("officerContact", contactPerson, "Officer"),
		optional("reportedToLe", leaf(boolean), "ReportedToLE"),
		optional("servedLegalProcessDomestic", leaf(boolean), "ServedDomestic"),
		optional("servedLegalProcessInternational", &shape{
			name: "servedLegalProcessInternational", text: boolean, textAt: "ServedForeign",
			attrs: []attribute{{name: "fleaCountry", typ: countryType, at: "ServedForeignPlace", doc: "Country of the foreign agency."}},
		}, ""),
	},
}

var reporter = &shape{
	name: "reporter", model: sequenceModel,
	children: []element{
		one("reportingPerson", person, "Person"),
		optional("contactPerson", contactPerson, "Contact"),
		optional("companyTemplate", text(0), "Template"),
		optional("termsOfService", text(0), "TermsOfService"),
		optional("legalURL", leaf(url), "LegalURL"),
	},
	rules: []rule{reporterEmailRule},
}
