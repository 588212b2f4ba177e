package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/redisstore"
)

// exportCommand is "landline export": the record as FHIR NDJSON, a file for each kind of
// resource, which "landline import" reads again.
type exportCommand struct {
	recordConfig
	Folder string `arg:"" help:"Where to write: a folder that is not there yet, or is empty. What is in it is as confidential as the record."`
}

// errThere says that the record is on the FHIR server.
var errThere = errors.New("the record is on a FHIR server, which exports it: landline export writes the one in Redis")

// Run writes the files; where it fails, what it has written is left, and the error says so.
func (e *exportCommand) Run(ctx context.Context, env *environment) error {
	return withRecord(ctx, env, e.recordConfig, func(record *redisstore.Store, parts recordParts) error {
		if parts.fhir != nil {
			return errThere
		}
		counts, err := export(ctx, record, e.Folder, time.Now().In(parts.zone))
		if err != nil {
			return fmt.Errorf("the export is not whole: %w", err)
		}
		for _, kind := range slices.Sorted(maps.Keys(counts)) {
			fmt.Fprintf(env.out, "%d %s\n", counts[kind], kind)
		}
		return nil
	})
}

// export writes everything into a folder, as it is now, and says how many there are of each kind.
func export(ctx context.Context, record *redisstore.Store, folder string, now time.Time) (counts map[string]int, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if there, err := os.ReadDir(folder); err != nil || len(there) > 0 {
		return nil, firstOf(err, errors.New("the folder is not empty"))
	}
	files := ndjson{folder: folder, open: map[string]*ndjsonFile{}}
	defer func() { err = firstOf(err, files.close()) }()
	writing := fhirstore.Writing{Name: record.Name, Now: now}
	premises, err := record.Premises(ctx)
	if err != nil {
		return nil, err
	}
	resources, err := writing.Premises(premises)
	if err != nil {
		return nil, err
	}
	if err := files.write(resources); err != nil {
		return nil, err
	}
	err = record.Export(ctx, func(p store.Whole) error {
		resources, err := writing.Person(p)
		if err != nil {
			return err
		}
		return files.write(resources)
	})
	return files.counts(), err
}

// ndjson is a folder of files of resources, one a line, one file a kind.
type ndjson struct {
	folder string
	open   map[string]*ndjsonFile
}

type ndjsonFile struct {
	file  *os.File
	to    *bufio.Writer
	count int
}

func (n ndjson) write(list []fhir.Resource) error {
	for _, r := range list {
		f := n.open[r.Type()]
		if f == nil {
			file, err := os.OpenFile(filepath.Join(n.folder, r.Type()+".ndjson"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if err != nil {
				return err
			}
			f = &ndjsonFile{file: file, to: bufio.NewWriter(file)}
			n.open[r.Type()] = f
		}
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := f.to.Write(append(line, '\n')); err != nil {
			return err
		}
		f.count++
	}
	return nil
}

func (n ndjson) counts() map[string]int {
	counts := map[string]int{}
	for kind, f := range n.open {
		counts[kind] = f.count
	}
	return counts
}

// close writes what is left; a disk may be full only by then.
func (n ndjson) close() error {
	var all []error
	for _, f := range n.open {
		all = append(all, f.to.Flush(), f.file.Sync(), f.file.Close())
	}
	return errors.Join(all...)
}
