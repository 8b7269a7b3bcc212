package demodata

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"time"
)

// picture draws a few plain rectangles: a file with a hash of its own and nothing
// to see.
func (g *Generator) picture() []byte {
	const size = 96
	m := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{
		color.Gray{230}, color.RGBA{40, 70, 110, 255}, color.RGBA{150, 60, 40, 255}, color.RGBA{60, 110, 70, 255}})
	for range 3 + g.r.IntN(4) {
		x, y, w, h, c := g.r.IntN(size), g.r.IntN(size), 8+g.r.IntN(40), 8+g.r.IntN(40), uint8(1+g.r.IntN(3))
		for i := x; i < min(x+w, size); i++ {
			for j := y; j < min(y+h, size); j++ {
				m.SetColorIndex(i, j, c)
			}
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, m) // a buffer takes every write
	return b.Bytes()
}

// upload makes a file. What the provider says of viewing it varies, and a third
// says nothing: yes, no and not stated are three different things.
func (g *Generator) upload(i int, now time.Time, at place) Upload {
	u := Upload{Name: fmt.Sprintf("drawing-%d.png", i+1), Body: g.picture()}
	if g.chance(10) {
		return u // no details at all
	}
	d := &doc{}
	d.WriteString("<fileDetails>\n<reportId>%s</reportId>\n<fileId>%s</fileId>\n")
	d.el("originalFileName", fmt.Sprintf("IMG_%04d.png", g.r.IntN(9999)))
	d.el("uploadedToEspTimestamp", stamp(now.Add(-time.Duration(30+g.r.IntN(4000))*time.Minute)))
	d.el("fileViewedByEsp", pick(g, []string{"true", "true", "false", ""}))
	d.el("publiclyAvailable", pick(g, []string{"true", "false", "", ""}))
	if g.chance(30) {
		d.el("industryClassification", pick(g, []string{"A1", "A2", "B1", "B2"}))
	}
	if at.net != "" && g.chance(50) {
		d.tag("ipCaptureEvent")
		d.el("ipAddress", g.address(at.net))
		d.el("eventName", "Upload")
		d.el("dateTime", stamp(now.Add(-40*time.Minute)))
		d.end("ipCaptureEvent")
	}
	d.end("fileDetails")
	u.Details = d.String()
	return u
}
