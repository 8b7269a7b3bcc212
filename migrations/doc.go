// Package migrations holds the schema and brings a database up to it.
//
// Each file is prose first: why the tables are as they are, then the statements.
// Files go forward only; a mistake is mended by the next file. Names of
// constraints say what they promise. Every table that bears an agency's data has
// row-level security enabled and forced, with the policies beside the table. Code
// must run both before and after the newest file, so columns are added before they
// are used and dropped after they are forgotten.
//
// Roles belong to the database cluster, not to the database: reeve_owner owns
// every object, reeve_web and reeve_work are what the two processes run as. They
// are neither superusers nor exempt from row policies.
package migrations
