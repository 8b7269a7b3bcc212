package wire

import "net/http"

// Code is a response code of the provider API.
type Code int

// The response codes. The numbers and their meaning are the interface's; the
// HTTP statuses of the application errors are our ruling, since the interface
// documents only 4100's.
const (
	Success          Code = 0
	ServerError      Code = 1000
	SaveFailed       Code = 1100
	UploadFailed     Code = 1110
	FileUploadFailed Code = 1111
	ResourceNotFound Code = 1210
	UpdateFailed     Code = 1300
	AuthRequired     Code = 2000
	NotAuthorized    Code = 3000
	MayNotSubmit     Code = 3100
	MayNotUpdate     Code = 3300
	InvalidRequest   Code = 4000
	ValidationFailed Code = 4100
	MalformedXML     Code = 4110
	MalformedFile    Code = 4200
	NoSuchReport     Code = 5001
	NoSuchFile       Code = 5002
	AlreadyRetracted Code = 5101
	AlreadyFinished  Code = 5102
)

// CodeInfo is one line of the table of response codes.
type CodeInfo struct {
	Code    Code
	Status  int    // HTTP status that goes with the code
	Meaning string // default responseDescription
}

// Codes is the table of response codes in the order of their numbers.
// Server faults (1xxx) also answer 429: the interface has no code of its own
// for "too many requests", so 1000 is sent with that status.
var Codes = []CodeInfo{
	{Success, http.StatusOK, "Success"},
	{ServerError, http.StatusInternalServerError, "Server error"},
	{SaveFailed, http.StatusInternalServerError, "The submission could not be saved"},
	{UploadFailed, http.StatusInternalServerError, "The upload failed"},
	{FileUploadFailed, http.StatusInternalServerError, "The file could not be stored"},
	{ResourceNotFound, http.StatusNotFound, "There is no such resource"},
	{UpdateFailed, http.StatusInternalServerError, "The update could not be saved"},
	{AuthRequired, http.StatusUnauthorized, "Authentication is required"},
	{NotAuthorized, http.StatusForbidden, "Not authorized for this action"},
	{MayNotSubmit, http.StatusForbidden, "Not authorized to make submissions"},
	{MayNotUpdate, http.StatusForbidden, "Not authorized to make updates"},
	{InvalidRequest, http.StatusBadRequest, "Invalid request"},
	{ValidationFailed, http.StatusBadRequest, "Validation failed"},
	{MalformedXML, http.StatusBadRequest, "Malformed XML"},
	{MalformedFile, http.StatusBadRequest, "Malformed file submittal"},
	{NoSuchReport, http.StatusNotFound, "The report does not exist"},
	{NoSuchFile, http.StatusNotFound, "The file does not exist"},
	{AlreadyRetracted, http.StatusConflict, "The report has already been retracted"},
	{AlreadyFinished, http.StatusConflict, "The report has already been finished"},
}

var codeIndex = func() map[Code]CodeInfo {
	m := make(map[Code]CodeInfo, len(Codes))
	for _, c := range Codes {
		m[c.Code] = c
	}
	return m
}()

// HTTPStatus answers the HTTP status that goes with the code; 500 for a code
// that is not in the table.
func (c Code) HTTPStatus() int {
	if info, ok := codeIndex[c]; ok {
		return info.Status
	}
	return http.StatusInternalServerError
}

// Meaning answers the default description of the code.
func (c Code) Meaning() string {
	if info, ok := codeIndex[c]; ok {
		return info.Meaning
	}
	return codeIndex[ServerError].Meaning
}
