package wire

import "reeve/models"

// fileElement is the document that describes one uploaded file.
var fileElement = one("fileDetails", fileDetails, "").says("What the provider knows of one uploaded file. The order of the elements matters.")

var fileDetails = &shape{
	name: "fileDetails", model: sequenceModel,
	children: []element{
		one("reportId", leaf(long), "ReportNumber"),
		one("fileId", text(0), "FileID"),
		optional("fileName", text(0), "FileName"),
		optional("originalFileName", text(2056), "OriginalFileName"),
		optional("uploadedToEspTimestamp", leaf(pastTime), "UploadedToESP"),
		optional("locationOfFile", leaf(url), "Location"),
		optional("fileViewedByEsp", leaf(boolean), "Viewed"),
		optional("exifViewedByEsp", leaf(boolean), "EXIFViewed").says("True only if fileViewedByEsp is true."),
		optional("publiclyAvailable", leaf(boolean), "PubliclyAvailable"),
		optional("fileRelevance", leaf(relevance), "Relevance").says("Reported when left out."),
		optional("potentialMeme", leaf(boolean), "PotentialMeme").says("The older form of the annotation; not together with fileAnnotations."),
		optional("fileAnnotations", fileAnnotations, ""),
		optional("industryClassification", leaf(industry), "IndustryClass"),
		many("originalFileHash", &shape{
			name: "originalFileHash", text: anyText, textAt: "Value",
			attrs: []attribute{{name: "hashType", required: true, typ: upTo(64), at: "Type", doc: "Name of the hash function."}},
		}, "OriginalHashes"),
		optional("ipCaptureEvent", ipCaptureEvent, "IP"),
		many("deviceId", deviceID, "Devices"),
		many("details", details, ""),
		many("additionalInfo", text(0), "AdditionalInfo"),
	},
	rules: []rule{viewedRule, relevanceRule, memeRule, batchedFileRule},
	after: func(enclosing any, _ *node) {
		f := enclosing.(*models.ReportedFile)
		if f.PotentialMeme == models.Yes {
			f.Annotations = append(f.Annotations, "potentialMeme")
		}
	},
}

var fileAnnotations = &shape{
	name: "fileAnnotations", doc: "Marks that hold for the file; one is set by its presence.",
	model: allModel, open: true,
	children: flags("animeDrawingVirtualHentai", "potentialMeme", "viral", "possibleSelfProduction", "physicalHarm",
		"violenceGore", "bestiality", "liveStreaming", "infant", "generativeAi"),
}

// details names its kind on itself or, as one reading of the published text has
// it, on each pair; the pair's own kind wins.
var details = &shape{
	name: "details", model: sequenceModel,
	attrs: []attribute{{name: "type", typ: detailsType, doc: "Kind of all pairs below that name none."}},
	children: []element{
		{name: "nameValuePair", min: 1, max: -1, at: "Details", shape: &shape{
			name: "nameValuePair", model: sequenceModel,
			attrs: []attribute{{name: "type", typ: detailsType, at: "Type"}},
			children: []element{
				one("name", text(64), "Name"),
				one("value", text(0), "Value"),
			},
		}},
	},
	rules: []rule{detailsRule},
	after: func(enclosing any, n *node) {
		f := enclosing.(*models.ReportedFile)
		kind, _ := n.attr("type")
		pairs := 0
		n.children("nameValuePair", func(*node) { pairs++ })
		for i := len(f.Details) - pairs; i < len(f.Details); i++ {
			if f.Details[i].Type == "" {
				f.Details[i].Type = kind
			}
		}
	},
}
