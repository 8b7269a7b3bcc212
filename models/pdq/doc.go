// Package pdq makes the perceptual hash PDQ of a picture: 256 bits that stay nearly
// the same when the picture is re-encoded, resized or slightly blurred, and are far
// apart for different pictures. Two hashes at most MatchDistance bits apart are
// taken for the same picture.
//
// The algorithm is Meta's ("The TMK+PDQF Video-Hashing Algorithm and the PDQ
// Image-Hashing Algorithm", 2019), followed so closely that hashes made elsewhere
// and ours can be compared:
//
//  1. a picture with a side over 512 points is sampled down to 512 by 512;
//  2. its luminance is blurred twice by a box as wide as what one of 64 samples
//     stands for (a tent, after Jarosz), and 64 by 64 points are read from it;
//  3. of their cosine transform the 16 by 16 lowest frequencies but the constant
//     ones are kept;
//  4. a bit says whether its frequency is stronger than the median of all.
//
// How much changes between neighbours of the 64 by 64 points is the quality, 0 to
// 100. A plain wall or a blank page has few such changes; its hash says little and
// matches much, so hashes below MinQuality are kept out of matching.
//
// The package is pure: bytes in, a picture or a hash out; no clock, no files, no
// database. Decoding a file's content is an act that only an open gate allows
// (package gate); whether it may be done is the caller's question.
package pdq

// MatchDistance is how many bits two hashes of the same picture may differ in. The
// published threshold for a confident match (ThreatExchange, PDQ's signal type).
const MatchDistance = 31

// MinQuality is the lowest quality at which a hash is worth matching, after the same
// source.
const MinQuality = 50
