package wire

// The types that several elements share.

var phone = &shape{
	name: "phone", doc: "A telephone number, without its country calling code when that is given.",
	text: phoneText, textAt: "Number",
	attrs: []attribute{
		{name: "type", typ: phoneType, at: "Type"},
		{name: "verified", typ: boolean, at: "Verified"},
		{name: "verificationDate", typ: pastTime, at: "VerificationDate", doc: "Needs verified to be true."},
		{name: "countryCallingCode", typ: callingCode, at: "CallingCode"},
		{name: "extension", typ: extension, at: "Extension"},
	},
	rules: []rule{verificationRule, callingCodeRule},
}

var email = &shape{
	name: "email", text: emailText, textAt: "Address",
	attrs: []attribute{
		{name: "type", typ: emailType, at: "Type"},
		{name: "verified", typ: boolean, at: "Verified"},
		{name: "verificationDate", typ: pastTime, at: "VerificationDate", doc: "Needs verified to be true."},
	},
	rules: []rule{verificationRule},
}

var address = &shape{
	name: "address", doc: "A postal address.", model: sequenceModel,
	attrs: []attribute{{name: "type", typ: addressType, at: "Type"}},
	children: []element{
		optional("address", text(255), "Street"),
		optional("city", text(100), "City"),
		optional("zipCode", text(20), "ZIP"),
		optional("state", leaf(stateType), "State"),
		optional("nonUsaState", text(100), "NonUSAState"),
		optional("country", leaf(countryType), "Country"),
	},
}

var person = &shape{
	name: "person", model: sequenceModel, open: true,
	children: []element{
		optional("firstName", text(100), "FirstName"),
		optional("lastName", text(100), "LastName"),
		many("phone", phone, "Phones"),
		many("email", email, "Emails"),
		many("address", address, "Addresses"),
		optional("age", leaf(ageType), "Age"),
		optional("ageAssertionDiscrepancy", leaf(boolean), "AgeAssertionDiscrepant").sinceNovember2025(),
		optional("dateOfBirth", leaf(pastDate), "DateOfBirth"),
	},
}

var contactPerson = &shape{
	name: "contactPerson", model: sequenceModel,
	children: []element{
		optional("firstName", text(100), "FirstName"),
		optional("lastName", text(100), "LastName"),
		many("phone", phone, "Phones"),
		many("email", email, "Emails"),
		many("address", address, "Addresses"),
	},
}

var ipCaptureEvent = &shape{
	name: "ipCaptureEvent", doc: "An IP address that was seen, and when and at what event.", model: sequenceModel,
	children: []element{
		one("ipAddress", leaf(ipAddress), "Address").says("IPv4, IPv6, or IPv4 mapped into IPv6."),
		optional("eventName", leaf(eventType), "Event"),
		optional("dateTime", leaf(pastTime), "DateTime"),
		optional("possibleProxy", leaf(boolean), "PossibleProxy"),
		optional("port", leaf(portType), "Port"),
	},
}

var deviceID = &shape{
	name: "deviceId", model: sequenceModel,
	children: []element{
		one("idType", text(255), "Type").says("What the value is, for example IMEI."),
		one("idValue", text(2083), "Value"),
		optional("eventName", leaf(eventType), "Event"),
		optional("dateTime", leaf(pastTime), "DateTime"),
	},
}

var estimatedLocation = &shape{
	name: "estimatedLocation", model: sequenceModel,
	attrs: []attribute{
		{name: "verified", typ: boolean, at: "Verified"},
		{name: "timestamp", typ: pastTime, at: "Timestamp"},
	},
	children: []element{
		optional("city", text(255), "City"),
		optional("region", text(255), "Region").says("A US state code when countryCode is US, and needed there with a city."),
		optional("countryCode", leaf(countryType), "Country").says("Always needed, though this schema does not insist."),
	},
	rules: []rule{locationRule},
}

var temporarilyDisabled = &shape{
	name: "accountTemporarilyDisabled", text: boolean, textAt: "Disabled",
	attrs: append(disabledAttrs[:len(disabledAttrs):len(disabledAttrs)],
		attribute{name: "reenabledDate", typ: dateTime, at: "ReenabledDate", doc: "After disabledDate; may lie in the future."}),
	rules: []rule{disabledRule},
}

var permanentlyDisabled = &shape{
	name: "accountPermanentlyDisabled", text: boolean, textAt: "Disabled",
	attrs: disabledAttrs,
	rules: []rule{disabledRule},
}

var disabledAttrs = []attribute{
	{name: "disabledDate", typ: pastTime, at: "DisabledDate"},
	{name: "userNotified", typ: boolean, at: "UserNotified"},
	{name: "userNotifiedDate", typ: pastTime, at: "NotifiedDate", doc: "Not before disabledDate."},
}
