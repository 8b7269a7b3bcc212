package pdq

const (
	side   = 64 // points a side after blurring
	passes = 2  // of the box; two make a tent
)

// grid is what is left of a picture before the transform.
type grid [side][side]float32

// shrink blurs the plane, which is used up by it, and reads 64 by 64 points.
func shrink(p plane) *grid {
	if p.rows != side || p.cols != side {
		across, down := window(p.cols), window(p.rows)
		other := plane{p.rows, p.cols, make([]float32, len(p.at))}
		for range passes {
			blurRows(p, other, across)
			blurCols(other, p, down)
		}
	}
	g := new(grid)
	for i := range g {
		row := (2*i + 1) * p.rows / (2 * side) // the middle of what the point stands for
		for j := range g[i] {
			g[i][j] = p.at[row*p.cols+(2*j+1)*p.cols/(2*side)]
		}
	}
	return g
}

// window is how wide the box is for a side of that many points: half of what one
// sample stands for, rounded up, since it passes twice in each direction.
func window(points int) int { return (points + 2*side - 1) / (2 * side) }

// A box of width w around a point reaches w/2 points onwards and the rest back, less
// where the picture ends. The sums below run along: what comes in is added before
// what leaves is taken away, in the reference's order, so that even the rounding is
// the same.

// blurRows gives every point the mean of the box around it in its row.
func blurRows(from, to plane, w int) {
	n, ahead := from.cols, w/2
	for row := range from.rows {
		in, out := from.at[row*n:(row+1)*n], to.at[row*n:(row+1)*n]
		var sum float32
		size := 0
		for c := -ahead; c < n; c++ {
			if c+ahead < n {
				sum += in[c+ahead]
				size++
			}
			if gone := c + ahead - w; gone >= 0 {
				sum -= in[gone]
				size--
			}
			if c >= 0 {
				out[c] = sum / float32(size)
			}
		}
	}
}

// blurCols gives every point the mean of the box around it in its column, all
// columns side by side so that memory is read in its order.
func blurCols(from, to plane, w int) {
	n, rows, ahead := from.cols, from.rows, w/2
	sums := make([]float32, n)
	size := 0
	for r := -ahead; r < rows; r++ {
		if in := r + ahead; in < rows {
			for c, v := range from.at[in*n : (in+1)*n] {
				sums[c] += v
			}
			size++
		}
		if gone := r + ahead - w; gone >= 0 {
			for c, v := range from.at[gone*n : (gone+1)*n] {
				sums[c] -= v
			}
			size--
		}
		if r >= 0 {
			out := to.at[r*n : (r+1)*n]
			for c, s := range sums {
				out[c] = s / float32(size)
			}
		}
	}
}

// quality is how much neighbours differ, 0 to 100: only differences of a hundredth
// of the full range and more count, so that noise does not. The scale is Meta's, and
// heuristic.
func (g *grid) quality() int {
	sum := 0
	for i := range side {
		for j := range side {
			if i+1 < side {
				sum += step(g[i][j], g[i+1][j])
			}
			if j+1 < side {
				sum += step(g[i][j], g[i][j+1])
			}
		}
	}
	return min(sum/90, 100)
}

func step(u, v float32) int {
	d := int((u - v) * 100 / 255)
	return max(d, -d)
}
