// Package agencies keeps the tree of agencies: settings of one's own, agencies below, and for the clearinghouse the roots.
package agencies
