package article_test

import (
	"errors"
	"testing"
	"time"

	"newsmap/geo"
	"newsmap/geo/article"
)

func TestParseDate(t *testing.T) {
	const day, minute = "2024-05-16T00:00:00Z", "2024-05-16T08:30:00Z"
	for in, want := range map[string]string{
		"2024-05-16": day, "2024-05-16T10:30:00+02:00": minute, "2024/05/16 08:30": minute, "20240516": day, "2024.05.16": day, "2024.05.16.": day,
		"May 16, 2024": day, "Thursday, May 16th, 2024 at 8:30 a.m.": minute, "16 May 2024 08:30 GMT": minute,
		"8:30 AM EDT, Thu May 16, 2024": "2024-05-16T12:30:00Z", "Thu, 16 May 24 08:30:00 GMT": minute,
		"16 May 2024, 8.30pm BST": "2024-05-16T19:30:00Z", "May 16, 2024 8 AM": "2024-05-16T08:00:00Z", "Thu, 16 May 2024 8:30:00 +0000 (UTC)": minute,
		"16-May-2024": day, "16/May/2024 08:30": minute,
		"16. Mai 2024, 08:30 Uhr": minute, "Donnerstag, 16. Mai 2024 um 8.30 Uhr": minute, "Do, 16 Mai 2024 08:30:00 +0000": minute, "16.05.2024 - 08:30": minute,
		"16.5.2024": day, "1. März 2024": "2024-03-01T00:00:00Z", "16.05.2024 08:30 MESZ": "2024-05-16T06:30:00Z",
		"16 mai 2024 à 8h30": minute, "le jeudi 16 mai 2024 à 08:30": minute, "1er août 2024": "2024-08-01T00:00:00Z", "16 févr. 2024": "2024-02-16T00:00:00Z",
		"Jeudi 16 mai 2024": day, "16 décembre 2024 - 08h30": "2024-12-16T08:30:00Z",
		"16 de mayo de 2024": day, "jueves, 16 de mayo de 2024, 08:30 h": minute, "16 may 2024 - 08:30 CEST": "2024-05-16T06:30:00Z",
		"16 de septiembre del 2024": "2024-09-16T00:00:00Z", "16 ene. 2024 a las 8:30": "2024-01-16T08:30:00Z",
		"16 de maio de 2024 às 08h30": minute, "quinta-feira, 16 de maio de 2024": day, "16/05/2024 08h30": minute, "16 fev 2024": "2024-02-16T00:00:00Z",
		"16 maggio 2024 alle 08:30": minute, "giovedì 16 maggio 2024 ore 8:30": minute, "1° maggio 2024": "2024-05-01T00:00:00Z",
		"16 mei 2024 om 08:30 uur": minute, "16 maja 2024, godz. 8:30": minute, "torsdag 16. maj 2024 kl. 8.30": minute, "16. května 2024 v 8:30": minute,
		"2024. május 16.": day, "16 Mayıs 2024 Perşembe, 08:30": minute, "16 Şubat 2024": "2024-02-16T00:00:00Z",
		"16 мая 2024, 08:30": minute, "16 мая 2024 г.": day, "16 травня 2024": day, "16 Μαΐου 2024": day,
		"2024年5月16日": day, "2024年5月16日 8時30分": minute, "2024년 5월 16일 08:30": minute, "١٦/٠٥/٢٠٢٤": day,
		"05/16/2024": day, "12/12/2024": "2024-12-12T00:00:00Z", "16 May 2024 24:00": "2024-05-17T00:00:00Z", "2024-05-16 08:30:00 IST": minute,
		"2024-05-16T08:30:00.123456+00:00": minute,
	} {
		got, err := article.ParseDate(in)
		if err != nil || got.Truncate(time.Second).Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", "today", "5 hours ago", "05/06/2024", "May 2024", "2024", "31 February 2024", "16 Mayor 2024", "On 16 May 2024 the bridge fell",
		"The law of 16 May 2024", "16 May 2024 25:10", "May 16", "1.2.3.2024", "16 mai",
		"Room 16, May 2024", "16.05.2024 17.05.2024", "2024-13-40", "99999999999999", "13 pm, May 16, 2024",
	} {
		if got, err := article.ParseDate(in); !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"16 mai 2024 à 8h30", "2024年5月16日 8時30分", "Thu, 16 May 24 08:30:00 +0530", "١٦/٠٥/٢٠٢٤", "16.05.2024 08:30 MESZ",
		"1/13/0000 99:99 pm -99:99"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := article.ParseDate(s)
		switch {
		case err != nil && (!errors.Is(err, geo.ErrInvalid) || !got.IsZero()):
			t.Errorf("%q: %v, %v", s, got, err)
		case err == nil && got.Location() != time.UTC:
			t.Errorf("%q: %v", s, got)
		}
	})
}
