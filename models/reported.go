package models

import "time"

// Reported is a provider's report as it was sent: every element of the
// provider API's <report> document in the provider's own values, nothing
// normalised and nothing guessed. Our reading of it (identifiers, times,
// places) is stored beside it, never over it.
//
// It is kept as one JSON document with the report, beside the received bytes.
type Reported struct {
	BatchReason    string                  `json:"batchReason,omitempty"` // VIRAL_POTENTIAL_MEME; empty for an ordinary report
	Incident       ReportedIncident        `json:"incident"`
	Internet       []ReportedInternet      `json:"internet,omitempty"`
	LawEnforcement *ReportedLawEnforcement `json:"lawEnforcement,omitempty"`
	Reporter       ReportedReporter        `json:"reporter"`
	Subjects       []ReportedParty         `json:"subjects,omitempty"`   // personOrUserReported
	Recipients     []ReportedParty         `json:"recipients,omitempty"` // intendedRecipient
	Victims        []ReportedParty         `json:"victims,omitempty"`
	AdditionalInfo string                  `json:"additionalInfo,omitempty"`
	Newer          []NewerElement          `json:"newer,omitempty"`
	Public         *ReportedPublic         `json:"public,omitempty"` // of a report by the public's form; nil for providers'
}

// ReportedPublic is what the public's form asks and the provider API has no place
// for. The reporter's own name and contact stand in Reporter, apart from everybody
// who is reported.
type ReportedPublic struct {
	Role       string   `json:"role,omitempty"` // who reports, in words
	Danger     string   `json:"danger,omitempty"`
	Kind       string   `json:"kind,omitempty"` // what it is about, as chosen
	When       string   `json:"when,omitempty"`
	MayContact Truth    `json:"mayContact,omitempty"`
	SafeWay    string   `json:"safeWay,omitempty"` // how and when it is safe to reach them
	Language   string   `json:"language,omitempty"`
	Suspicion  []string `json:"suspicion,omitempty"` // why it may have been sent by a machine
}

// NewerElement is an element or attribute that our schema does not know but
// that was tolerated where the schema is known to grow (annotations, person).
// It is kept and shown, so that nothing a newer provider says is lost.
type NewerElement struct {
	Path  string `json:"path"`  // e.g. "report/incidentSummary/reportAnnotations/newFlag"
	Value string `json:"value"` // its text content, verbatim
	Line  int    `json:"line,omitempty"`
}

// Moment is a time as sent and as read. At is zero when nothing was sent.
type Moment struct {
	Text string    `json:"text,omitempty"`
	At   time.Time `json:"at,omitzero"` // UTC
}

// ReportedIncident is incidentSummary.
type ReportedIncident struct {
	Type                string   `json:"type"`
	Platform            string   `json:"platform,omitempty"`
	Escalate            string   `json:"escalate,omitempty"` // escalateToHighPriority: why the provider asks for urgency
	Annotations         []string `json:"annotations,omitempty"`
	DateTime            Moment   `json:"dateTime"`
	DateTimeDescription string   `json:"dateTimeDescription,omitempty"` // what the time means: upload, detection, ...
}

// ReportedInternet is one internetDetails element. Kind says which of the
// eight; only that kind's fields are filled.
type ReportedInternet struct {
	Kind           string            `json:"kind"`                 // webPage email newsgroup chatIm onlineGaming cellPhone nonInternet peer2peer
	ThirdParty     Truth             `json:"thirdParty,omitempty"` // webPageIncident@thirdPartyHostedContent
	URLs           []string          `json:"urls,omitempty"`
	Emails         []ReportedEmail   `json:"emails,omitempty"`
	Content        string            `json:"content,omitempty"`
	Name           string            `json:"name,omitempty"`   // newsgroup name, chat client, game, peer-to-peer client, place name
	Detail         string            `json:"detail,omitempty"` // chat room, console
	Phone          *ReportedPhone    `json:"phone,omitempty"`
	Latitude       *float64          `json:"latitude,omitempty"`
	Longitude      *float64          `json:"longitude,omitempty"`
	Addresses      []ReportedAddress `json:"addresses,omitempty"`
	FileNames      string            `json:"fileNames,omitempty"`
	IPs            []ReportedIP      `json:"ips,omitempty"`
	AdditionalInfo string            `json:"additionalInfo,omitempty"`
}

// ReportedLawEnforcement is lawEnforcement: an agency the provider already told.
type ReportedLawEnforcement struct {
	AgencyName         string           `json:"agencyName"`
	CaseNumber         string           `json:"caseNumber,omitempty"`
	Officer            *ReportedContact `json:"officer,omitempty"`
	ReportedToLE       Truth            `json:"reportedToLe,omitempty"`
	ServedDomestic     Truth            `json:"servedDomestic,omitempty"`
	ServedForeign      Truth            `json:"servedForeign,omitempty"`
	ServedForeignPlace string           `json:"servedForeignPlace,omitempty"` // @fleaCountry
}

// ReportedReporter is reporter: who at the provider reports.
type ReportedReporter struct {
	Person         ReportedPerson   `json:"person"`
	Contact        *ReportedContact `json:"contact,omitempty"`
	Template       string           `json:"template,omitempty"` // companyTemplate: the provider's standing explanations
	TermsOfService string           `json:"termsOfService,omitempty"`
	LegalURL       string           `json:"legalUrl,omitempty"`
}

// ReportedContact is the API's contactPerson.
type ReportedContact struct {
	FirstName string            `json:"firstName,omitempty"`
	LastName  string            `json:"lastName,omitempty"`
	Phones    []ReportedPhone   `json:"phones,omitempty"`
	Emails    []ReportedEmail   `json:"emails,omitempty"`
	Addresses []ReportedAddress `json:"addresses,omitempty"`
}

// ReportedPerson is the API's person.
type ReportedPerson struct {
	FirstName              string            `json:"firstName,omitempty"`
	MiddleName             string            `json:"middleName,omitempty"` // associatedAccount only
	LastName               string            `json:"lastName,omitempty"`
	Phones                 []ReportedPhone   `json:"phones,omitempty"`
	Emails                 []ReportedEmail   `json:"emails,omitempty"`
	Addresses              []ReportedAddress `json:"addresses,omitempty"`
	Age                    *int              `json:"age,omitempty"`
	AgeAssertionDiscrepant Truth             `json:"ageAssertionDiscrepancy,omitempty"`
	DateOfBirth            string            `json:"dateOfBirth,omitempty"` // xs:date as sent
}

// ReportedParty is a subject, an intended recipient or a victim: one account
// or person with everything the provider knows of it. Fields that a kind of
// party does not have stay zero.
type ReportedParty struct {
	Person              ReportedPerson       `json:"person"`
	Vehicle             string               `json:"vehicle,omitempty"`
	ESPIdentifier       string               `json:"espIdentifier,omitempty"` // the provider's own user id
	ESPService          string               `json:"espService,omitempty"`
	Compromised         Truth                `json:"compromised,omitempty"`
	ScreenName          string               `json:"screenName,omitempty"`
	DisplayNames        []string             `json:"displayNames,omitempty"`
	ProfileURLs         []string             `json:"profileUrls,omitempty"`
	ProfileBio          string               `json:"profileBio,omitempty"`
	IPs                 []ReportedIP         `json:"ips,omitempty"`
	Devices             []ReportedDevice     `json:"devices,omitempty"`
	ThirdPartyUser      Truth                `json:"thirdPartyUser,omitempty"`
	SchoolName          string               `json:"schoolName,omitempty"` // victims only
	PriorReports        []int64              `json:"priorReports,omitempty"`
	GroupIdentifier     string               `json:"groupIdentifier,omitempty"`
	TemporarilyDisabled *ReportedDisabled    `json:"temporarilyDisabled,omitempty"`
	PermanentlyDisabled *ReportedDisabled    `json:"permanentlyDisabled,omitempty"`
	EstimatedLocation   *ReportedLocation    `json:"estimatedLocation,omitempty"`
	AllEmailsReported   Truth                `json:"allEmailsReported,omitempty"`
	Associated          []ReportedAssociated `json:"associated,omitempty"`
	AdditionalInfo      []string             `json:"additionalInfo,omitempty"`
}

// ReportedAssociated is associatedAccount: another account of the same party.
type ReportedAssociated struct {
	Type           string `json:"type,omitempty"` // Billing, Linked, Business, Creator, Parent/Guardian, Other
	Platform       string `json:"platform,omitempty"`
	ThirdPartyUser Truth  `json:"platformThirdPartyUser,omitempty"` // platform@thirdPartyUser
	ReportedParty
}

// ReportedPhone is phone. Number is verbatim, without the calling code when
// CallingCode is given.
type ReportedPhone struct {
	Number           string `json:"number"`
	Type             string `json:"type,omitempty"`
	Verified         Truth  `json:"verified,omitempty"`
	VerificationDate Moment `json:"verificationDate,omitzero"`
	CallingCode      string `json:"callingCode,omitempty"` // "+1"
	Extension        string `json:"extension,omitempty"`
}

// ReportedEmail is email.
type ReportedEmail struct {
	Address          string `json:"address"`
	Type             string `json:"type,omitempty"`
	Verified         Truth  `json:"verified,omitempty"`
	VerificationDate Moment `json:"verificationDate,omitzero"`
}

// ReportedAddress is address, a postal address.
type ReportedAddress struct {
	Type        string `json:"type,omitempty"` // Home, Business, Billing, Shipping, Technical
	Street      string `json:"street,omitempty"`
	City        string `json:"city,omitempty"`
	ZIP         string `json:"zip,omitempty"`
	State       string `json:"state,omitempty"`       // US two-letter code
	NonUSAState string `json:"nonUsaState,omitempty"` // free text
	Country     string `json:"country,omitempty"`     // ISO 3166-1 alpha-2 or one of the API's special codes
}

// ReportedIP is ipCaptureEvent.
type ReportedIP struct {
	Address       string `json:"address"`
	Event         string `json:"event,omitempty"` // Login, Registration, Purchase, Upload, Other, Unknown
	DateTime      Moment `json:"dateTime,omitzero"`
	PossibleProxy Truth  `json:"possibleProxy,omitempty"`
	Port          int    `json:"port,omitempty"` // 0: not stated
}

// ReportedDevice is deviceId.
type ReportedDevice struct {
	Type     string `json:"type"`
	Value    string `json:"value"`
	Event    string `json:"event,omitempty"`
	DateTime Moment `json:"dateTime,omitzero"`
}

// ReportedLocation is estimatedLocation: where the provider believes the party is.
type ReportedLocation struct {
	City      string `json:"city,omitempty"`
	Region    string `json:"region,omitempty"`
	Country   string `json:"country,omitempty"`
	Verified  Truth  `json:"verified,omitempty"`
	Timestamp Moment `json:"timestamp,omitzero"`
}

// ReportedDisabled is accountTemporarilyDisabled or accountPermanentlyDisabled.
type ReportedDisabled struct {
	Disabled      bool   `json:"disabled"`
	DisabledDate  Moment `json:"disabledDate,omitzero"`
	UserNotified  Truth  `json:"userNotified,omitempty"`
	NotifiedDate  Moment `json:"notifiedDate,omitzero"`
	ReenabledDate Moment `json:"reenabledDate,omitzero"` // temporary only; may lie in the future
}

// ReportedFile is <fileDetails> as sent.
type ReportedFile struct {
	ReportNumber      int64            `json:"reportNumber"`
	FileID            string           `json:"fileId"`
	FileName          string           `json:"fileName,omitempty"`
	OriginalFileName  string           `json:"originalFileName,omitempty"`
	UploadedToESP     Moment           `json:"uploadedToEsp,omitzero"`
	Location          string           `json:"location,omitempty"` // locationOfFile URL
	Viewed            Truth            `json:"viewed,omitempty"`
	EXIFViewed        Truth            `json:"exifViewed,omitempty"`
	PubliclyAvailable Truth            `json:"publiclyAvailable,omitempty"`
	Relevance         string           `json:"relevance,omitempty"` // Reported (also when empty) or Supplemental Reported
	Annotations       []string         `json:"annotations,omitempty"`
	PotentialMeme     Truth            `json:"potentialMeme,omitempty"` // the older element of that name; yes is also among Annotations
	IndustryClass     string           `json:"industryClass,omitempty"` // A1 A2 B1 B2
	OriginalHashes    []ReportedHash   `json:"originalHashes,omitempty"`
	IP                *ReportedIP      `json:"ip,omitempty"`
	Devices           []ReportedDevice `json:"devices,omitempty"`
	Details           []ReportedDetail `json:"details,omitempty"`
	AdditionalInfo    []string         `json:"additionalInfo,omitempty"`
	Newer             []NewerElement   `json:"newer,omitempty"`
}

// ReportedHash is originalFileHash: a hash the provider had before upload.
type ReportedHash struct {
	Type  string `json:"type"` // free text: MD5, SHA1, SHA256, PDQ seen
	Value string `json:"value"`
}

// ReportedDetail is one name and value of the provider's metadata about a file.
type ReportedDetail struct {
	Type  string `json:"type,omitempty"` // EXIF or HASH
	Name  string `json:"name"`
	Value string `json:"value"`
}
