// Package providers keeps providers' accounts as the clearinghouse keeps them: credentials, allowed addresses, use and errors.
package providers
