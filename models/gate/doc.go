// Package gate decides whether an agency may open one file of a report, and says
// why in words for the investigator and for a court.
//
// The question is the Fourth Amendment's: a government agency may repeat what a
// private party has already done, and no more. Where a person at the provider
// looked at the file, opening it repeats that. Where nobody did, opening it is a
// search of its own, whether or not a hash matched (US v. Wilson, 13 F.4th 961, 9th
// Cir. 2021; US v. Maher, 2d Cir. 2024); two circuits see a hash match otherwise (US
// v. Reddick, 900 F.3d 636, 5th Cir. 2018; US v. Miller, 982 F.3d 412, 6th Cir.
// 2020). What a clearinghouse's own staff saw is no private act where the
// clearinghouse counts as government (US v. Ackerman, 831 F.3d 1292, 10th Cir. 2016).
//
// So the gate stands before each file, not before the report, and:
//
//   - Only "viewed: yes" opens a file by itself in the strict regime, the default.
//   - "Not stated" is never read as "yes". It is named in the reason.
//   - "Publicly available" opens nothing in the strict regime.
//   - A person may open a locked file by recording an authority: a warrant, a consent,
//     an emergency with an approver, or, where the regime allows it, an agency policy.
//   - Everything that decodes the bytes is an opening: a thumbnail, a perceptual hash,
//     text recognition, reading EXIF out of the file. Only hashes of the undecoded
//     bytes are not. EXIF values that the provider sent as text are ordinary data and
//     do not come here.
//
// A Regime is data that an agency's counsel sets; the two here are starting points,
// not advice. The package is pure: no clock, no database.
// testdata/expected.csv is the whole rule as a table.
package gate
