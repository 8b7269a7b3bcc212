package models

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// AuthMethod is how Reeve proves itself to an identity provider at its token
// endpoint (OpenID Connect Core 9).
type AuthMethod string

// The methods.
const (
	AuthNone       AuthMethod = "none"            // a public client: PKCE alone
	AuthSecret     AuthMethod = "client_secret"   // client_secret_basic or _post, as the provider says
	AuthPrivateKey AuthMethod = "private_key_jwt" // a signed assertion (RFC 7523); no shared secret
)

// Issuer is an agency's own OpenID provider. It vouches for that agency only.
type Issuer struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	AgencyID      uuid.UUID
	URL           string
	Name          string // for people: "County Entra ID"; may be empty
	ClientID      string
	ClientSecret  []byte     // sealed; nil unless AuthSecret
	AuthMethod    AuthMethod `gorm:"default:none"`
	PrivateKey    []byte     // sealed PKCS 8, ES256; nil unless AuthPrivateKey
	PublicKey     JSON       `gorm:"type:jsonb"` // its public half as a JWK, to give to the provider
	Scopes        TextList   `gorm:"type:text[];default:{openid,email,profile}"`
	RolesClaim    string     // the claim that names roles; empty: roles are given here
	RoleMap       RoleMap    `gorm:"type:jsonb"` // value of that claim -> our roles
	RequiredACR   TextList   `gorm:"column:required_acr;type:text[]"`
	RequiredAMR   TextList   `gorm:"column:required_amr;type:text[]"`
	MFAAttestedBy string     `gorm:"column:mfa_attested_by"` // who accepted that the provider enforces MFA without saying so
	MFAAttestedAt *time.Time `gorm:"column:mfa_attested_at"`
	Enabled       bool
	CreatedAt     time.Time
	ChangedAt     *time.Time
	ChangedByName string
	TestedAt      *time.Time
	LastSuccessAt *time.Time // last sign-in that came through
	LastFailureAt *time.Time
	LastFailure   string // why it could last not be used, in plain words for its admin
	Version       int    `gorm:"default:1"`
}

// AsksForMFA reports whether a sign-in must say that a second factor was given.
func (i Issuer) AsksForMFA() bool { return len(i.RequiredACR)+len(i.RequiredAMR) > 0 }

// RoleMap says which roles a value of a provider's claim stands for.
type RoleMap map[string][]string

// Scan implements sql.Scanner.
func (m *RoleMap) Scan(src any) error {
	b, err := jsonBytes(src)
	if err != nil || b == nil {
		*m = nil
		return err
	}
	return json.Unmarshal(b, (*map[string][]string)(m))
}

// Value implements driver.Valuer.
func (m RoleMap) Value() (driver.Value, error) {
	if m == nil {
		return "{}", nil
	}
	b, err := json.Marshal(map[string][]string(m))
	return string(b), err
}

// JSON is a document kept as it is; nil is null.
type JSON []byte

// Scan implements sql.Scanner.
func (j *JSON) Scan(src any) error {
	b, err := jsonBytes(src)
	*j = append(JSON(nil), b...)
	return err
}

// Value implements driver.Valuer.
func (j JSON) Value() (driver.Value, error) {
	if len(j) == 0 {
		return nil, nil
	}
	return string(j), nil
}

func jsonBytes(src any) ([]byte, error) {
	switch v := src.(type) {
	case nil:
		return nil, nil
	case []byte:
		return v, nil
	case string:
		return []byte(v), nil
	}
	return nil, fmt.Errorf("models: %T is no JSON", src)
}

// IssuerDraft is sign-in settings in the making. They go live only after a test
// sign-in by the admin who switches them on.
type IssuerDraft struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	AgencyID      uuid.UUID
	IssuerID      *uuid.UUID // the live provider that this will change; nil: a new one
	URL           string
	Name          string
	ClientID      string
	AuthMethod    AuthMethod
	ClientSecret  []byte   // sealed
	PrivateKey    []byte   // sealed
	PublicKey     JSON     `gorm:"type:jsonb"`
	Scopes        TextList `gorm:"type:text[]"`
	RolesClaim    string
	RoleMap       RoleMap  `gorm:"type:jsonb"`
	RequiredACR   TextList `gorm:"column:required_acr;type:text[]"`
	RequiredAMR   TextList `gorm:"column:required_amr;type:text[]"`
	Domains       TextList `gorm:"type:text[]"`
	MadeBy        uuid.UUID
	MadeByName    string
	MadeAt        time.Time
	TestedAt      *time.Time
	TestedBy      *uuid.UUID
	TestedSubject string
	TestedEmail   string
	TestReport    JSON `gorm:"type:jsonb"` // a SignInTest
	Version       int

	IssuerVersion  *int       // of the live settings when the draft was begun
	ReplacedAt     *time.Time // settings that were live until then, kept for going back
	TestingVersion *int       // the version with which a test was begun
	TestingBy      *uuid.UUID
	LookReport     JSON       `gorm:"type:jsonb"`        // a SignInTest without signing in
	MFASilent      bool       `gorm:"column:mfa_silent"` // enforces a second factor without saying so, the agency says
	MFANote        string     `gorm:"column:mfa_note"`   // what the agency says to that
	MFAAttestedBy  string     `gorm:"column:mfa_attested_by"`
	MFAAttestedAt  *time.Time `gorm:"column:mfa_attested_at"`
}

// Issuer answers the draft as the issuer that it would be.
func (d IssuerDraft) Issuer() Issuer {
	id := d.ID
	if d.IssuerID != nil {
		id = *d.IssuerID
	}
	return Issuer{ID: id, AgencyID: d.AgencyID, URL: d.URL, Name: d.Name, ClientID: d.ClientID, AuthMethod: d.AuthMethod, ClientSecret: d.ClientSecret,
		PrivateKey: d.PrivateKey, PublicKey: d.PublicKey, Scopes: d.Scopes, RolesClaim: d.RolesClaim, RoleMap: d.RoleMap,
		RequiredACR: d.RequiredACR, RequiredAMR: d.RequiredAMR, MFAAttestedBy: d.MFAAttestedBy, MFAAttestedAt: d.MFAAttestedAt, Enabled: true}
}

// SignInTest is what a test sign-in, or a look at a provider without one, found.
type SignInTest struct {
	OK       bool       `json:"ok"`
	At       time.Time  `json:"at"`
	Steps    []TestStep `json:"steps"`
	Subject  string     `json:"subject,omitempty"`
	Email    string     `json:"email,omitempty"`
	Verified *bool      `json:"email_verified,omitempty"`
	ACR      string     `json:"acr,omitempty"`
	AMR      []string   `json:"amr,omitempty"`
	Roles    []string   `json:"roles,omitempty"`  // our roles, as the mapping would give them
	Claims   []string   `json:"claims,omitempty"` // names of the claims that came, values never
}

// TestStep is one thing that was tried, in plain words for an agency's admin.
type TestStep struct {
	Name string `json:"name"` // "The provider answers"
	OK   bool   `json:"ok"`
	Text string `json:"text"` // what was found, or what is wrong and what to do
}
