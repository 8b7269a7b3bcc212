// Package labelling keeps what people say about reports and files, in named schemes,
// and the second person's word on it.
package labelling
