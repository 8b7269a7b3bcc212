package wire

// Rules of file details.

// viewedRule: whoever viewed the EXIF of a file and not the file itself is not
// described by the interface.
func viewedRule(c *check, n *node) {
	exif := n.child("exifViewedByEsp")
	if exif == nil || !parseBool(exif.text) {
		return
	}
	if viewed := n.child("fileViewedByEsp"); viewed == nil || !parseBool(viewed.text) {
		c.business(exif, "element 'exifViewedByEsp' is true, so 'fileViewedByEsp' must be true")
	}
}

// relevanceRule: a file that only gives context is neither a meme nor classified.
func relevanceRule(c *check, n *node) {
	if r := n.child("fileRelevance"); r == nil || r.text != supplemental {
		return
	}
	if e := n.child("industryClassification"); e != nil {
		c.business(e, "element 'industryClassification' is not allowed when fileRelevance is '%s'", supplemental)
	}
	if e := n.child("potentialMeme"); e != nil && parseBool(e.text) {
		c.business(e, "element 'potentialMeme' is not allowed when fileRelevance is '%s'", supplemental)
	}
	if e := n.child("fileAnnotations").child("potentialMeme"); e != nil {
		c.business(e, "element 'potentialMeme' is not allowed when fileRelevance is '%s'", supplemental)
	}
}

// memeRule: the older element or the annotations, not both.
func memeRule(c *check, n *node) {
	if e := n.child("potentialMeme"); e != nil && n.child("fileAnnotations") != nil {
		c.business(e, "elements 'potentialMeme' and 'fileAnnotations' may not stand together; set the mark within 'fileAnnotations'")
	}
}

// detailsRule remarks on metadata of no kind.
func detailsRule(c *check, n *node) {
	if _, ok := n.attr("type"); ok {
		return
	}
	missing := false
	n.children("nameValuePair", func(p *node) {
		_, ok := p.attr("type")
		missing = missing || !ok
	})
	if missing {
		c.notice(n, LevelBusiness, "element 'details' should have the attribute 'type', EXIF or HASH")
	}
}

// batchedFileRule: the file of a batched report is marked viral or as a
// potential meme and says nothing that could single out one of its senders.
func batchedFileRule(c *check, n *node) {
	if !c.opt.Batched {
		return
	}
	for _, name := range []string{"originalFileName", "locationOfFile", "originalFileHash", "ipCaptureEvent", "deviceId", "details", "additionalInfo"} {
		if e := n.child(name); e != nil {
			c.business(e, "element '%s' is not allowed for the file of a batched report", name)
		}
	}
	if r := n.child("fileRelevance"); r != nil && r.text != "Reported" {
		c.business(r, "element 'fileRelevance' must be 'Reported' for the file of a batched report")
	}
	marked := false
	if e := n.child("potentialMeme"); e != nil && parseBool(e.text) {
		marked = true
	}
	if annotations := n.child("fileAnnotations"); annotations != nil {
		for e := annotations.first; e != nil; e = e.next {
			if e.name == "viral" || e.name == "potentialMeme" {
				marked = true
			} else {
				c.business(e, "element '%s' is not allowed for the file of a batched report: of the annotations only viral and potentialMeme are", clip(e.name))
			}
		}
	}
	if !marked {
		c.business(n, "element 'fileAnnotations' with viral or potentialMeme is needed for the file of a batched report")
	}
}
