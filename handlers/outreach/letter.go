package outreach

import (
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/goregular"

	"landline/prompts"
)

// Large print is 16 points or more, without serifs, ranged left (RNIB, "Clear
// Print"). The Go fonts have the letters of every European language.
const (
	letterPoints = 18.0
	letterLine   = 10.0 // mm
	letterGap    = 5.0  // mm, after a paragraph
	letterMargin = 25.0 // mm
)

// WriteLetter writes paragraphs to one or more pages of A4 in large print, as a
// PDF.
func WriteLetter(w io.Writer, lang prompts.Language, dated time.Time, paragraphs []string) error {
	pdf := fpdf.New("P", "mm", "A4", "")
	// The same letter is the same file.
	pdf.SetCreationDate(dated)
	pdf.SetModificationDate(dated)
	pdf.SetCatalogSort(true)
	pdf.SetLang(string(lang))
	pdf.SetMargins(letterMargin, letterMargin, letterMargin)
	pdf.SetAutoPageBreak(true, letterMargin)
	pdf.AddUTF8FontFromBytes("letter", "", goregular.TTF)
	pdf.SetFont("letter", "", letterPoints)
	pdf.AddPage()
	for _, p := range paragraphs {
		pdf.MultiCell(0, letterLine, p, "", "L", false)
		pdf.Ln(letterGap)
	}
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	return nil
}
