// Package evidence keeps the bytes that providers upload: encrypted, hashed on the
// way in, written once, and never decoded. Nothing here looks at what a file is; the
// gate in front of it is another package's business, and so is the record of who
// opened it.
//
//	Put     streams bytes in; when it answers, they are durable, with their hashes
//	Get     streams them out; the first wrong byte is an error, never output
//	Delete  erases them
//	Sweep   removes what interrupted uploads left behind
//
// # Where
//
// Open takes a URL. file:///var/lib/reeve/files is a directory of ours: an upload
// is written to a temporary file, that file is synced, linked to its name (which
// fails if the name exists) and the directories are synced. This is done here and
// not by a library because the blob library's file driver syncs nothing. mem:// is
// for tests. s3://bucket?region=… goes through gocloud.dev, with "if none match" so
// that nothing is overwritten; it compiles and uses the same code path as mem://,
// but has not been run against a real S3 service.
//
// # How a stored file looks
//
//	"RVE" 1        4 bytes: this format
//	key version    1 byte
//	header         40 bytes of the streaming cipher: its length, salt, nonce prefix
//	segments       64 KiB each: AES-256-GCM with a key of this file's own
//
// The cipher is Tink's AES256-GCM-HKDF streaming AEAD. Each file has its own key,
// derived from the version's file key, a random salt and the associated data, which
// is the storage key. A file that is moved, cut short, lengthened or swapped with
// another does not open. Memory does not depend on the size of a file.
//
// Old files open after a rotation as long as the old version's key is still given.
package evidence
