package geo

import "math"

// Mentions is a geoparsed Document as JSON, as the command line and the API write it.
type Mentions struct {
	ID            string    `json:"id,omitempty"`
	Mentions      []Mention `json:"mentions"`
	TitleMentions []Mention `json:"title_mentions,omitempty"`
	Focus         *string   `json:"focus"` // id of the focus place, null if there is none
}

// Mention is a toponym and the place that it was resolved to.
type Mention struct {
	Start      int           `json:"start"` // Unicode code points; End is exclusive
	End        int           `json:"end"`
	Text       string        `json:"text"`
	Kind       string        `json:"kind"`
	Place      *MentionPlace `json:"place"`      // null if not resolved
	Confidence float64       `json:"confidence"` // 0..1
	Reasons    []ReasonText  `json:"reasons,omitempty"`
}

// ReasonText is a Reason with its sentence in English, for JSON.
type ReasonText struct {
	Reason
	Text string `json:"text"`
}

// MentionPlace is the short form of a Place; degrees of WGS 84.
type MentionPlace struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Lat         float64 `json:"lat"`
	Lon         float64 `json:"lon"`
	Country     string  `json:"country"`
	Admin1      string  `json:"admin1"`
	FeatureCode string  `json:"feature_code"`
}

// Mentions returns r as JSON for the document with the given id.
func (r *Result) Mentions(id string) *Mentions {
	out := &Mentions{ID: id, Mentions: []Mention{}}
	for _, res := range r.Resolutions {
		m := res.mention()
		if res.Toponym.Field == FieldTitle {
			out.TitleMentions = append(out.TitleMentions, m)
		} else {
			out.Mentions = append(out.Mentions, m)
		}
	}
	if r.Focus != "" {
		out.Focus = &r.Focus
	}
	return out
}

func (r *Resolution) mention() Mention {
	t := r.Toponym
	m := Mention{Start: t.Start, End: t.End, Text: t.Text, Kind: t.Kind.String(), Confidence: round(r.Confidence, 1e3)}
	for _, reason := range r.Reasons {
		m.Reasons = append(m.Reasons, ReasonText{reason, reason.String()})
	}
	if p := r.Place; p != nil {
		m.Place = &MentionPlace{
			ID: p.ID, Name: p.Name, Lat: round(p.Point.Lat(), 1e6), Lon: round(p.Point.Lon(), 1e6),
			Country: p.Country, Admin1: p.Admin1, FeatureCode: p.FeatureCode,
		}
	}
	return m
}

func round(v, scale float64) float64 { return math.Round(v*scale) / scale }
