// Package serve answers one request after another from one process: a line of JSON each on standard input and output.
package serve

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"unicode/utf8"
)

// Request is one `helm template RELEASE CHART -n NAMESPACE --kube-version KUBERNETES -f VALUES...`.
type Request struct {
	Release    string   `json:"release"`
	Chart      string   `json:"chart"`
	Namespace  string   `json:"namespace"`
	Kubernetes string   `json:"kubernetes"`
	Values     []string `json:"values"`
}

// Answer is what the command writes, and whether it ends well.
type Answer struct {
	Success bool   `json:"success"`
	Output  string `json:"output"`
	Error   string `json:"error"`
}

// Template renders a request as the command does.
type Template func(Request) (string, error)

// garbage is how much of it may be there beside what is in use, in percent: a third of the time of a request at 100.
const garbage = 1000

// Run answers requests until there are no more. What Helm writes to standard error meanwhile belongs to the answer, so
// `prepare` is called when `os.Stderr` is the file that takes it, before the first request.
func Run(prepare func(), template Template) {
	stderr := os.Stderr
	// A request leaves little behind; what it throws away need not be swept up ten times while it lasts.
	debug.SetGCPercent(garbage)
	if err := run(prepare, template); err != nil {
		fmt.Fprintln(stderr, err)
		os.Exit(1)
	}
}

func run(prepare func(), template Template) error {
	said, err := os.CreateTemp("", "helm-renderer")
	if err != nil {
		return err
	}
	defer said.Close()
	if err := os.Remove(said.Name()); err != nil {
		return err
	}
	os.Stderr = said
	prepare()
	requests, answers := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for {
		var request Request
		if err := requests.Decode(&request); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		answer, err := answered(request, template, said)
		if err != nil {
			return err
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
}

func answered(request Request, template Template, said *os.File) (Answer, error) {
	if err := said.Truncate(0); err != nil {
		return Answer{}, err
	}
	if _, err := said.Seek(0, io.SeekStart); err != nil {
		return Answer{}, err
	}
	output, err := template(request)
	if err != nil {
		// As cobra says it, whose commands Helm's are.
		fmt.Fprintln(said, "Error:", err.Error())
	}
	if _, err := said.Seek(0, io.SeekStart); err != nil {
		return Answer{}, err
	}
	words, read := io.ReadAll(said)
	if read != nil {
		return Answer{}, read
	}
	// JSON would put something else in the place of bytes that are no text.
	if !utf8.ValidString(output) || !utf8.Valid(words) {
		return Answer{}, errors.New("helm wrote bytes that are no UTF-8")
	}
	return Answer{Success: err == nil, Output: output, Error: string(words)}, nil
}
