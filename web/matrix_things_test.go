package web_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/outcome"
	"reeve/models/priority"
	"reeve/models/store"
)

// once answers what make makes, made once for the key.
func (w *world) once(key string, make func() string) string {
	if v, ok := w.memo[key]; ok {
		return v
	}
	v := make()
	w.memo[key] = v
	return v
}

func (w *world) sql(text string, args ...any) {
	w.t.Helper()
	w.site.DB.Setup(w.t, func(tx *store.Tx) error { return tx.Exec(text, args...).Error })
}

// nowhere is an id that nothing has.
const nowhere = "0190aaaa-0000-7000-8000-000000000000"

// at is for what a thing is made: things are made anew for each route, and persons
// for each role too, so that what one does to them another does not meet.
type at struct {
	route  string
	column column
	object object
}

func (a at) key(kind string) string { return fmt.Sprint(kind, " ", a.route, " ", a.object) }

// report is a report that was sent to the object's agency.
func (w *world) report(a at) string {
	if a.object == none {
		return "999999999999"
	}
	return w.once(a.key("report"), func() string {
		rep := w.site.DB.Report(w.t, w.provider, fmt.Sprintf("matrix%d@mail.example", len(w.memo)), nil)
		w.site.DB.Refer(w.t, rep, w.agencies[a.object])
		return fmt.Sprint(rep.Number)
	})
}

// lying is a report that lies in the pool of Texas.
func (w *world) lying(a at) string {
	if a.object == none {
		return "999999999999"
	}
	return w.once(a.key("lying"), func() string {
		rep := w.site.DB.Report(w.t, w.provider, fmt.Sprintf("lying%d@mail.example", len(w.memo)), nil)
		var pool models.Agency
		w.site.DB.Setup(w.t, func(tx *store.Tx) error { return tx.Where("code = 'pool-texas'").Take(&pool).Error })
		w.site.DB.Refer(w.t, rep, pool)
		return fmt.Sprint(rep.Number)
	})
}

// document is what a provider sent, of the report of the same route.
func (w *world) document(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("document"), func() string {
		id := store.NewID()
		w.sql("insert into report_documents (id, report_id, provider_id, kind, body, size, sha256, received_at) select ?, r.id, r.provider_id, 'report', 'sent', 4, decode(md5('sent'), 'hex'), now() from reports r where r.number = ?::bigint",
			id, w.report(a))
		return id.String()
	})
}

// domain is an e-mail domain that the object's agency asked for.
func (w *world) domain(a at) string {
	if a.object == none {
		return "none.example"
	}
	return w.once(a.key("domain "+a.column.short), func() string {
		name := fmt.Sprintf("m%d.example", len(w.memo))
		w.sql("insert into agency_domains (agency_id, domain, asked_at) values (?, ?, now())", w.agencies[a.object].ID, name)
		return name
	})
}

// outcome is an outcome that somebody of the object's agency recorded a moment ago.
func (w *world) outcome(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("outcome"), func() string {
		var number int64
		if _, err := fmt.Sscan(w.report(a), &number); err != nil {
			w.t.Fatal(err)
		}
		who := w.site.DB.Person(w.t, w.agencies[a.object], fmt.Sprintf("Recorder%d", len(w.memo)), auth.Investigator)
		done, err := w.outcomes.Record(w.t.Context(), who, number, outcome.Input{Code: "closed.arrest"})
		if err != nil {
			w.t.Fatal(err)
		}
		return done.OutcomeID.String()
	})
}

// label is a label that somebody of the object's agency set on the report of the same route.
func (w *world) label(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("label"), func() string {
		id := store.NewID()
		w.sql("insert into labels (id, report_id, scheme, value, source, side, agency_id, labelled_by_name, labelled_at, review) select ?, r.id, 'flag', 'spam', 'person', 'agency', ?, 'Somebody', now(), 'asked' from reports r where r.number = ?::bigint",
			id, w.agencies[a.object].ID, w.report(a))
		return id.String()
	})
}

// called is a report about which the object's agency is called.
func (w *world) called(a at) string {
	number := w.report(a)
	if a.object == none {
		return number
	}
	return w.once(a.key("called"), func() string {
		w.sql("insert into escalations (id, report_id, number, urgency, state, raised_at) select ?, r.id, r.number, 7, 'open', now() from reports r where r.number = ?::bigint", store.NewID(), number)
		w.sql("insert into escalation_lines (id, escalation_id, agency_id, state, first_called_at) select ?, e.id, ?, 'silent', now() from escalations e where e.number = ?::bigint",
			store.NewID(), w.agencies[a.object].ID, number)
		return number
	})
}

// call is the call to the object's agency about that report.
func (w *world) call(a at) string {
	if a.object == none {
		return nowhere
	}
	number := w.called(a)
	var id string
	w.site.DB.Setup(w.t, func(tx *store.Tx) error {
		return tx.Raw("select l.id::text from escalation_lines l join escalations e on e.id = l.escalation_id where e.number = ?::bigint", number).Row().Scan(&id)
	})
	return id
}

// onCall is an on-call contact of the object's agency.
func (w *world) onCall(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("on-call "+a.column.short), func() string {
		id := store.NewID()
		w.sql("insert into on_call_contacts (id, agency_id, place, name, email, wait_minutes, added_at) select ?, g.id, 1 + (select coalesce(max(place), 0) from on_call_contacts c where c.agency_id = g.id), 'Somebody', ?, 10, now() from agencies g where g.id = ?",
			id, fmt.Sprintf("c%d@mail.example", len(w.memo)), w.agencies[a.object].ID)
		return id.String()
	})
}

// link is a link of the report of the same route with another.
func (w *world) link(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("link"), func() string {
		id, other := store.NewID(), w.site.DB.Report(w.t, w.provider, fmt.Sprintf("linked%d@mail.example", len(w.memo)), nil)
		w.sql("insert into report_links (id, earlier, later, kind, state, how, why, score, found_at, found_by_name) select ?, r.id, ?, 'duplicate', 'found', 'by-hand', 'x', 1, now(), 'x' from reports r where r.number = ?::bigint",
			id, other.ID, w.report(a))
		return id.String()
	})
}

func (w *world) agency(a at) string {
	if a.object == none {
		return "no-such-agency"
	}
	return w.agencies[a.object].Code
}

// person is a colleague of the object's agency whom nothing else needs.
func (w *world) person(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("person "+a.column.short), func() string {
		return w.site.DB.Person(w.t, w.agencies[a.object], fmt.Sprintf("Target%d", len(w.memo)), auth.Investigator).UserID.String()
	})
}

// session is a further session: the walker's own, or of somebody of another agency.
func (w *world) session(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("session "+a.column.short), func() string {
		var user uuid.UUID
		if a.object != own || a.column.email == "" {
			user = uuid.MustParse(w.person(a))
		} else {
			w.site.DB.Setup(w.t, func(tx *store.Tx) error {
				return tx.Raw("select id from users where email = ?", a.column.email).Row().Scan(&user)
			})
		}
		id := store.NewID()
		w.sql("insert into sessions (created_at, expires_at, auth_at, user_id, id, token_hash, data) values (?, ?, ?, ?, ?, decode(md5(?), 'hex'), '')",
			time.Now(), time.Now().Add(time.Hour), time.Now(), user, id, id.String())
		return id.String()
	})
}

func (w *world) notice(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("notice"), func() string {
		id := store.NewID()
		w.sql("insert into deconfliction_notices (id, agency_id, prefix, mac, kind, value, report_id, number, noticed_at) select ?, ?, ?, decode(md5(?), 'hex'), 'email', 'a@mail.example', r.id, r.number, now() from reports r where r.number = ?::bigint",
			id, w.agencies[a.object].ID, len(w.memo), id.String(), w.report(a))
		return id.String()
	})
}

// issuer is a further identity provider of the object's agency.
func (w *world) issuer(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("issuer"), func() string {
		id := store.NewID()
		w.sql("insert into issuers (id, agency_id, url, client_id, enabled, created_at) values (?, ?, ?, 'reeve', true, now())", id, w.agencies[a.object].ID, "http://127.0.0.1:1/"+id.String())
		return id.String()
	})
}

// draft is sign-in settings in the making.
func (w *world) draft(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("draft "+a.column.short), func() string {
		id := store.NewID()
		w.sql("insert into issuer_drafts (id, agency_id, url, client_id, auth_method, scopes, made_by, made_by_name, made_at) values (?, ?, ?, 'reeve', 'none', '{openid}', ?, 'Somebody', now())",
			id, w.agencies[a.object].ID, "http://127.0.0.1:1/"+id.String(), store.NewID())
		return id.String()
	})
}

// directoryToken is a further token of the agency's directory.
func (w *world) directoryToken(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("token"), func() string {
		id := store.NewID()
		w.sql("insert into scim_tokens (id, agency_id, name, token_hash, hint, made_by_name, made_at, expires_at) values (?, ?, ?, decode(md5(?), 'hex'), 'abcd', 'Somebody', now(), now() + interval '1 day')",
			id, w.agencies[a.object].ID, "token "+id.String(), id.String())
		return id.String()
	})
}

// esp is a provider's account that nothing else needs.
func (w *world) esp(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("esp"), func() string {
		p := w.site.DB.Provider(w.t, fmt.Sprintf("Matrix %d", len(w.memo)))
		w.sql("insert into provider_credentials (id, provider_id, username, password_hash, created_at) values (?, ?, ?, 'x', now())", store.NewID(), p.ID, p.Code)
		return p.ID.String()
	})
}

// rules is a draft of rules of priority that differs from what holds.
func (w *world) rules(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("rules"), func() string {
		id, d := store.NewID(), priority.DefaultRules()
		text, err := json.Marshal(map[string]string{"rules": strings.Replace(d.RulesCSV(), "victim,15", "victim,16", 1), "missing": d.MissingCSV()})
		if err != nil {
			w.t.Fatal(err)
		}
		w.sql("insert into rule_versions (id, kind, number, state, tables, made_by_name, made_at, changed_at) select ?, 'priority', count(*) + 1, 'draft', ?, 'Sam', now(), now() from rule_versions", id, string(text))
		return id.String()
	})
}
