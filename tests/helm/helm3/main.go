// Command helm3-renderer does what `helm template` of Helm 3 does, as often as it is asked to, without starting anew.
// The way is that of Helm's own cmd/helm/template.go and install.go, for the options that a request has.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/pkg/errors"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/cli"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"
	"helm.sh/helm/v3/pkg/release"
	"memos-gen.dev/serve"
)

func main() {
	serve.Run(setupLogging, template)
}

func setupLogging() {
	log.SetFlags(log.Lshortfile)
	log.SetOutput(os.Stderr)
}

func template(request serve.Request) (string, error) {
	client := action.NewInstall(&action.Configuration{Log: func(string, ...any) {}})
	kubernetes, err := chartutil.ParseKubeVersion(request.Kubernetes)
	if err != nil {
		return "", fmt.Errorf("invalid kube version '%s': %s", request.Kubernetes, err)
	}
	client.KubeVersion = kubernetes
	client.DryRunOption = "true"
	client.DryRun = true
	client.ClientOnly = true
	client.Replace = true
	client.ReleaseName = request.Release
	client.Namespace = request.Namespace
	found, err := install(request, client)
	if err != nil {
		if found != nil {
			return "", fmt.Errorf("%w\n\nUse --debug flag to render out invalid YAML", err)
		}
		return "", err
	}
	return manifests(found), nil
}

func install(request serve.Request, client *action.Install) (*release.Release, error) {
	settings := cli.New()
	path, err := client.LocateChart(request.Chart, settings)
	if err != nil {
		return nil, err
	}
	options := values.Options{ValueFiles: request.Values}
	given, err := options.MergeValues(getter.All(settings))
	if err != nil {
		return nil, err
	}
	loaded, err := loader.Load(path)
	if err != nil {
		return nil, err
	}
	if err := installable(loaded); err != nil {
		return nil, err
	}
	return client.Run(loaded, given)
}

func installable(loaded *chart.Chart) error {
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return errors.Errorf("%s charts are not installable", kind)
	}
	if loaded.Metadata.Deprecated {
		fmt.Fprintln(os.Stderr, "WARNING: This chart is deprecated")
	}
	if required := loaded.Metadata.Dependencies; required != nil {
		if err := action.CheckDependencies(loaded, required); err != nil {
			return errors.Wrap(err, "An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies")
		}
	}
	return nil
}

func manifests(found *release.Release) string {
	var text bytes.Buffer
	fmt.Fprintln(&text, strings.TrimSpace(found.Manifest))
	for _, hook := range found.Hooks {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
	}
	return text.String()
}
