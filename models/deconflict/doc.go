// Package deconflict tells two agencies that they hold the same identifier, and
// nothing else.
//
// No pairs are stored: they grow as the square of an identifier's popularity.
// What others hold is read on demand, newest 64 links of each identifier, through
// one narrow database function (deconfliction_pointers) that answers agencies and
// never reports. What is stored is one notice for each agency and identifier.
//
// A victim's or a reporter's identifier never makes a hit. A value shared by too
// many different subjects is no hit. An IP address matches only near its time.
package deconflict
