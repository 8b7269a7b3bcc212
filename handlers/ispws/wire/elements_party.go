package wire

import (
	"slices"

	"reeve/models"
)

// The parties of a report: who is reported, who was to receive, who was harmed,
// and their other accounts.

// account is what the interface asks of every party's account, in its order.
func account() []element {
	return []element{
		optional("espIdentifier", text(255), "ESPIdentifier").says("The provider's own identifier of the user."),
		optional("espService", text(100), "ESPService"),
		optional("compromisedAccount", leaf(boolean), "Compromised"),
		optional("screenName", text(256), "ScreenName"),
		many("displayName", text(255), "DisplayNames"),
		many("profileUrl", leaf(url), "ProfileURLs"),
		optional("profileBio", text(0), "ProfileBio"),
		many("ipCaptureEvent", ipCaptureEvent, "IPs"),
		many("deviceId", deviceID, "Devices"),
	}
}

// standing is what became of the account.
func standing() []element {
	return []element{
		optional("accountTemporarilyDisabled", temporarilyDisabled, "TemporarilyDisabled"),
		optional("accountPermanentlyDisabled", permanentlyDisabled, "PermanentlyDisabled"),
	}
}

var personOrUserReported = &shape{
	name: "personOrUserReported", model: sequenceModel,
	children: slices.Concat(
		[]element{
			optional("personOrUserReportedPerson", person, "Person"),
			optional("vehicleDescription", text(300), "Vehicle"),
		},
		account(),
		[]element{
			optional("thirdPartyUserReported", leaf(boolean), "ThirdPartyUser"),
			many("priorCTReports", leaf(long), "PriorReports"),
			optional("groupIdentifier", text(255), "GroupIdentifier"),
		},
		standing(),
		[]element{
			optional("estimatedLocation", estimatedLocation, "EstimatedLocation"),
			optional("allEmailsReported", leaf(boolean), "AllEmailsReported"),
			many("associatedAccount", associatedAccount, "Associated"),
			optional("additionalInfo", text(0), "AdditionalInfo"),
		}),
}

var intendedRecipient = &shape{
	name: "intendedRecipient", model: sequenceModel,
	children: slices.Concat(
		[]element{optional("intendedRecipientPerson", person, "Person")},
		account(),
		[]element{
			many("priorCTReports", leaf(long), "PriorReports"),
			optional("groupIdentifier", text(255), "GroupIdentifier"),
		},
		standing(),
		[]element{
			optional("estimatedLocation", estimatedLocation, "EstimatedLocation"),
			optional("allEmailsReported", leaf(boolean), "AllEmailsReported"),
			many("additionalInfo", text(0), "AdditionalInfo"),
		}),
}

var victim = &shape{
	name: "victim", model: sequenceModel,
	children: slices.Concat(
		[]element{one("victimPerson", person, "Person")},
		account(),
		[]element{
			optional("schoolName", text(255), "SchoolName"),
			many("priorCTReports", leaf(long), "PriorReports"),
		},
		standing(),
		[]element{
			optional("estimatedLocation", estimatedLocation, "EstimatedLocation"),
			optional("allEmailsReported", leaf(boolean), "AllEmailsReported"),
			many("associatedAccount", associatedAccount, "Associated"),
			optional("additionalInfo", text(0), "AdditionalInfo"),
		}),
}

// associatedAccount names its kind in the attribute type or, as the published
// text has it, in accountType.
var associatedAccount = &shape{
	name: "associatedAccount", model: sequenceModel,
	attrs: []attribute{
		{name: "type", typ: accountType, at: "Type"},
		{name: "accountType", typ: accountType, at: "Type", doc: "Another name of the attribute type."},
	},
	children: slices.Concat(
		[]element{
			optional("platform", &shape{
				name: "platform", text: upTo(256), textAt: "Platform",
				attrs: []attribute{{name: "thirdPartyUser", typ: boolean, at: "ThirdPartyUser"}},
			}, ""),
			optional("firstName", text(256), "Person.FirstName"),
			optional("middleName", text(256), "Person.MiddleName"),
			optional("lastName", text(256), "Person.LastName"),
			optional("approximateAge", leaf(ageType), "Person.Age").says("Not together with dateOfBirth."),
			optional("ageAssertionDiscrepancy", leaf(boolean), "Person.AgeAssertionDiscrepant").sinceNovember2025(),
			optional("dateOfBirth", leaf(pastDate), "Person.DateOfBirth"),
			many("phone", phone, "Person.Phones"),
			many("email", email, "Person.Emails"),
			optional("allEmailsReported", leaf(boolean), "AllEmailsReported"),
			many("address", address, "Person.Addresses"),
			optional("espService", text(256), "ESPService"),
			optional("espIdentifier", text(256), "ESPIdentifier"),
			many("profileUrl", leaf(url), "ProfileURLs"),
			optional("screenName", text(256), "ScreenName"),
			many("displayName", text(255), "DisplayNames"),
			optional("profileBio", text(0), "ProfileBio"),
			optional("groupIdentifier", text(256), "GroupIdentifier"),
			optional("compromisedAccount", leaf(boolean), "Compromised"),
		},
		standing(),
		[]element{
			many("ipCaptureEvent", ipCaptureEvent, "IPs"),
			many("deviceId", deviceID, "Devices"),
			many("priorCTReport", leaf(long), "PriorReports"),
			optional("additionalInfo", text(0), "AdditionalInfo"),
		}),
	rules: []rule{associatedRule},
	after: func(enclosing any, _ *node) {
		if a := enclosing.(*models.ReportedAssociated); a.Type == "" {
			a.Type = "Other"
		}
	},
}
