package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"reeve/models/known"
	"reeve/models/store"
)

func init() {
	commands = append(commands, command{"hashset", "import FILE --name NAME --scheme SCHEME --source SOURCE [--note NOTE] [--apply] | list | withdraw ID --why WHY", "hash sets of known material", hashsetCommand})
}

// hashsetCommand imports hash sets of known material (dry by default: the whole file
// is read and summed up), lists them and withdraws them.
func hashsetCommand(ctx context.Context, c config, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	switch {
	case args[0] == "import" && len(args) >= 2:
		return importHashset(ctx, c, args[1], args[2:])
	case args[0] == "list" && len(args) == 1:
		return console(ctx, c, func(s *store.Store) error { return listHashsets(ctx, known.New(s)) })
	case args[0] == "withdraw" && len(args) >= 2:
		fs := flag.NewFlagSet("reeve hashset withdraw", flag.ContinueOnError)
		why := fs.String("why", "", "the `reason`, which stays with the set")
		if err := fs.Parse(args[2:]); err != nil {
			return err
		}
		return console(ctx, c, func(s *store.Store) error {
			set, err := known.New(s).WithdrawAtConsole(ctx, args[1], *why)
			if err != nil {
				return err
			}
			fmt.Printf("%s is withdrawn. The worker takes back what it marked.\n", set.Name)
			return nil
		})
	}
	return errUsage
}

func importHashset(ctx context.Context, c config, path string, args []string) error {
	fs := flag.NewFlagSet("reeve hashset import", flag.ContinueOnError)
	d := known.Draft{FileName: filepath.Base(path)}
	fs.StringVar(&d.Name, "name", "", "the set's `name`, which stands beside every file that it marks")
	fs.StringVar(&d.Scheme, "scheme", "", "the `scheme` of its categories, for example vics-us")
	fs.StringVar(&d.Source, "source", "", "`who` made the list")
	fs.StringVar(&d.Note, "note", "", "a `note`")
	apply := fs.Bool("apply", false, "import it; without this the file is only read and summed up")
	if err := fs.Parse(args); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if !*apply {
		return checkHashset(path, f)
	}
	if info, err := f.Stat(); err == nil {
		d.FileSize = info.Size()
	}
	began, said := time.Now(), time.Now()
	d.Progress = func(entries int, bytes int64) {
		if time.Since(said) < time.Second {
			return
		}
		said = time.Now()
		done := ""
		if d.FileSize > 0 {
			done = fmt.Sprintf(", %d %%", min(100, bytes*100/d.FileSize))
		}
		fmt.Fprintf(os.Stderr, "\r%d entries%s ", entries, done)
	}
	return console(ctx, c, func(s *store.Store) error {
		set, err := known.New(s).ImportAtConsole(ctx, d, f)
		fmt.Fprint(os.Stderr, "\r")
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		took := time.Since(began)
		fmt.Printf("%s is active: %d entries, %d of them with the hash of a picture, in %.1f s (%.0f a second).\nIts id is %s.\n", set.Name, set.Entries, set.Pictures, took.Seconds(), float64(set.Entries)/took.Seconds(), set.ID)
		return nil
	})
}

func checkHashset(path string, f *os.File) error {
	sum, err := known.Check(f)
	var broken *known.Broken
	if errors.As(err, &broken) {
		return fmt.Errorf("%s: %s", path, broken.Error())
	}
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d records (%s). MD5 %d, SHA-1 %d, SHA-256 %d, PDQ %d; victim identified in %d.\n", path, sum.Records, sum.Format, sum.MD5, sum.SHA1, sum.SHA256, sum.Pictures, sum.Victims)
	fmt.Println("Nothing was written; say --apply to import it.")
	return nil
}

func listHashsets(ctx context.Context, k *known.Service) error {
	rows, err := k.AtConsole(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tSCHEME\tSTATE\tENTRIES\tFILES MARKED\tIMPORTED\tBY")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\n", r.ID, r.Name, r.Scheme, r.State, r.Entries, r.Hits, r.MadeAt.UTC().Format(time.RFC3339), r.MadeByName)
	}
	return w.Flush()
}
