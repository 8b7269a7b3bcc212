// Package names keeps the names of agencies and providers in memory.
//
// Lists show fifty rows with a provider and an agency each; looking them up by
// join costs three hundred pages of the database for what are a few thousand
// names that change twice a year. The names are read whole, kept for a minute,
// and read again when one is missing. They are no secret among those who may
// sign in, so one copy serves every actor.
//
// Ask it outside a transaction: it may need a connection of its own.
package names
