// Command genkeys writes keys_gen.go into the package of the current folder.
package main

import (
	"fmt"
	"os"

	"landline/prompts/internal/keys"
)

func main() {
	text, err := keys.Generate(".")
	if err == nil {
		err = os.WriteFile(keys.File, text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "genkeys:", err)
		os.Exit(1)
	}
}
