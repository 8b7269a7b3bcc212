package models

import (
	"errors"
	"fmt"
)

// Kind says what went wrong in the caller's terms. The web turns it into a
// status, the provider API into a response code; nothing else may.
type Kind int

// The kinds. Internal is the zero value, so a forgotten kind shows nothing.
const (
	Internal    Kind = iota
	Invalid          // the input breaks a rule; Fields says where
	NotFound         // it does not exist, or not for this actor
	Forbidden        // the actor sees it but its role may not do this
	Conflict         // somebody else changed it first, or the state forbids it
	Unavailable      // try again later
)

// Error is the one error that a use case answers with. Message is written for
// the person at the screen; Err is for the log only and is never shown.
type Error struct {
	Kind    Kind
	Message string
	Fields  map[string]string // by form field, for Invalid
	Err     error
}

// Error joins message and cause, for logs.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Err)
	}
	return e.Message
}

// Unwrap answers the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf answers the kind of an error; Internal for any error that is not ours.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// MessageOf answers what may be shown of an error. An error that is not ours
// says nothing of itself.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return "Something went wrong on our side. Nothing was changed."
}

// FieldsOf answers the messages by form field, or nil.
func FieldsOf(err error) map[string]string {
	var e *Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

// NotFoundf says that a thing does not exist for this actor.
func NotFoundf(format string, args ...any) error {
	return &Error{Kind: NotFound, Message: fmt.Sprintf(format, args...)}
}

// Forbiddenf says that the actor's role may not do this.
func Forbiddenf(format string, args ...any) error {
	return &Error{Kind: Forbidden, Message: fmt.Sprintf(format, args...)}
}

// Conflictf says that the state has moved on or forbids this.
func Conflictf(format string, args ...any) error {
	return &Error{Kind: Conflict, Message: fmt.Sprintf(format, args...)}
}

// InvalidField says what is wrong with one field.
func InvalidField(field, message string) error {
	return &Error{Kind: Invalid, Message: message, Fields: map[string]string{field: message}}
}
