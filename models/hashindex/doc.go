// Package hashindex finds, among millions of 256-bit hashes, those that differ from a
// given one in at most 31 bits: near duplicates of a picture (package pdq). It finds
// all of them. An approximate index that misses one in a thousand would be no
// evidence that a picture is new.
//
// It is multi-index hashing (Norouzi, Punjani, Fleet, "Fast Search in Hamming Space
// with Multi-Index Hashing", CVPR 2012): a hash is cut into bands, hashes that
// differ in few bits differ in hardly any within some band, and there is a table for
// each band. How many bands depends on how many hashes there are; plan.go has the
// proof. Comparing with every hash takes 4 ms a million and so misses the goal of
// 1 ms at ten million by forty times; docs/benchmarks.md has the figures.
//
// Entries stay where they were added. Tables are made for ranges of them
// (segments), a few large ones and smaller ones for what is newer, and the newest
// entries are compared one by one until there are enough of them for a segment.
//
// The index is a copy in memory: what it was filled from remains the truth. Snapshot
// and Load carry it over a restart without reading that again.
//
// Hashes of plain pictures crowd together. Leave out hashes of low quality
// (pdq.MinQuality) and keep one entry for equal hashes where that will do: a search
// near a million equal hashes has a million answers to count.
//
// The package is pure: no clock, no files, no database.
package hashindex
