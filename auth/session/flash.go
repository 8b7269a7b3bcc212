package session

import (
	"context"
	"encoding/json"
)

// Tone says how a message is meant.
type Tone string

// The tones of a message.
const (
	Done    Tone = "done"
	Note    Tone = "note"
	Problem Tone = "problem"
)

// Flash is a message for the next page that this person sees.
type Flash struct {
	Tone Tone   `json:"tone"`
	Text string `json:"text"`
	// Deed is a button that posts to Action, a path of this portal: "Undo".
	Deed   string `json:"deed,omitempty"`
	Action string `json:"action,omitempty"`
}

// AddFlash keeps a message until the next page. More than eight are not kept.
func (m *Manager) AddFlash(ctx context.Context, f Flash) {
	list := m.flashes(ctx)
	if len(list) >= 8 {
		return
	}
	b, _ := json.Marshal(append(list, f)) // texts cannot fail
	m.put(ctx, keyFlash, string(b))
}

// Flashes answers the messages kept, oldest first, and forgets them.
func (m *Manager) Flashes(ctx context.Context) []Flash {
	list := m.flashes(ctx)
	if len(list) > 0 {
		m.scs.Remove(ctx, keyFlash)
	}
	return list
}

func (m *Manager) flashes(ctx context.Context) []Flash {
	var list []Flash
	text := m.get(ctx, keyFlash)
	if text == "" || json.Unmarshal([]byte(text), &list) != nil {
		return nil
	}
	return list
}
