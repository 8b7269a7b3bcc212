// Package provisioning keeps what an agency's directory does by SCIM: its tokens, its people, roles as groups.
package provisioning
