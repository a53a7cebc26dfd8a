// Checks a tile directory with Go's own checksum-database library and nothing of ours.
//
//	go run main.go <directory> <vkey>
//
// It opens the checkpoint with sumdb/note, hashes every entry with sumdb/tlog, recomputes the root over all of
// them, and proves a spread of entries and older sizes. Exit status 0 means that all of it held.
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func refuse(format string, arguments ...interface{}) {
	fmt.Printf(format+"\n", arguments...)
	os.Exit(1)
}

// The path of an entry bundle: the number in groups of three digits, and .p/width when it is partial.
func bundle(number, width int64) string {
	path := fmt.Sprintf("%03d", number%1000)
	for number /= 1000; number > 0; number /= 1000 {
		path = fmt.Sprintf("x%03d/%s", number%1000, path)
	}
	if width < 256 {
		path = fmt.Sprintf("%s.p/%d", path, width)
	}
	return filepath.Join("tile", "entries", filepath.FromSlash(path))
}

type stored []tlog.Hash

func (hashes stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = hashes[index]
	}
	return found, nil
}

func openCheckpoint(directory, vkey string) tlog.Tree {
	raw, err := os.ReadFile(filepath.Join(directory, "checkpoint"))
	if err != nil {
		refuse("checkpoint: %v", err)
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		refuse("vkey: %v", err)
	}
	opened, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		refuse("SIGNATURE: %v", err)
	}
	// sumdb names its one log in the first line; ours has its origin there.
	lines := strings.SplitN(opened.Text, "\n", 2)
	tree, err := tlog.ParseTree([]byte("go.sum database tree\n" + lines[1]))
	if err != nil {
		refuse("checkpoint: %v", err)
	}
	return tree
}

func readHashes(directory string, size int64) stored {
	var hashes stored
	for at := int64(0); at < size; {
		width := size - at
		if width > 256 {
			width = 256
		}
		raw, err := os.ReadFile(filepath.Join(directory, bundle(at/256, width)))
		if err != nil {
			refuse("entries: %v", err)
		}
		for end := at + width; at < end; at++ {
			if len(raw) < 2 || len(raw) < 2+int(binary.BigEndian.Uint16(raw)) {
				refuse("entry %d is torn", at)
			}
			length := 2 + int(binary.BigEndian.Uint16(raw))
			more, err := tlog.StoredHashes(at, raw[2:length], hashes)
			if err != nil {
				refuse("entry %d: %v", at, err)
			}
			hashes, raw = append(hashes, more...), raw[length:]
		}
		if len(raw) > 0 {
			refuse("entries after %d that the checkpoint does not know", at-1)
		}
	}
	return hashes
}

func main() {
	if len(os.Args) != 3 {
		refuse("usage: main <directory> <vkey>")
	}
	tree := openCheckpoint(os.Args[1], os.Args[2])
	hashes := readHashes(os.Args[1], tree.N)
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil || root != tree.Hash {
		refuse("ROOT MISMATCH at size %d", tree.N)
	}
	for index := int64(0); index < tree.N; index += 1 + tree.N/50 {
		proof, _ := tlog.ProveRecord(tree.N, index, hashes)
		leaf := hashes[tlog.StoredHashIndex(0, index)]
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
			refuse("entry %d: %v", index, err)
		}
		older, _ := tlog.TreeHash(index+1, hashes)
		path, _ := tlog.ProveTree(tree.N, index+1, hashes)
		if err := tlog.CheckTree(path, tree.N, tree.Hash, index+1, older); err != nil {
			refuse("size %d: %v", index+1, err)
		}
	}
	fmt.Printf("OK: %d entries\n", tree.N)
}
