package intake

import (
	"slices"

	"reeve/models"
)

// batchAllows checks what a batched report (VIRAL_POTENTIAL_MEME) lets its file say.
// The document alone cannot tell, because the batch mark is on the report.
func batchAllows(r *models.Report, f *models.ReportedFile) error {
	if !r.Batched {
		return nil
	}
	switch {
	case !slices.Contains(f.Annotations, "viral") && !slices.Contains(f.Annotations, "potentialMeme"):
		return models.InvalidField("fileAnnotations", "fileAnnotations of a batched report's file must be viral or potentialMeme.")
	case slices.ContainsFunc(f.Annotations, func(a string) bool { return a != "viral" && a != "potentialMeme" }):
		return models.InvalidField("fileAnnotations", "fileAnnotations of a batched report's file may be only viral and potentialMeme.")
	case f.Relevance != "" && f.Relevance != "Reported":
		return models.InvalidField("fileRelevance", "fileRelevance of a batched report's file must be Reported.")
	}
	for name, given := range map[string]bool{
		"originalFileName": f.OriginalFileName != "", "locationOfFile": f.Location != "", "originalFileHash": len(f.OriginalHashes) > 0,
		"ipCaptureEvent": f.IP != nil, "deviceId": len(f.Devices) > 0, "details": len(f.Details) > 0, "additionalInfo": len(f.AdditionalInfo) > 0,
	} {
		if given {
			return models.InvalidField(name, name+" is not allowed for a file of a batched report.")
		}
	}
	return nil
}
