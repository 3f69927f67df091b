// Command helm-renderer does what `helm template` of Helm 4 does, as often as it is asked to, without starting anew.
// The way is that of Helm's own pkg/cmd/template.go and install.go, for the options that a request has.
package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader"
	"helm.sh/helm/v4/pkg/cli"
	"helm.sh/helm/v4/pkg/cli/values"
	helmcmd "helm.sh/helm/v4/pkg/cmd"
	"helm.sh/helm/v4/pkg/getter"
	release "helm.sh/helm/v4/pkg/release/v1"
	"memos-gen.dev/serve"
)

func main() {
	serve.Run(func() { helmcmd.SetupLogging(false) }, template)
}

func template(request serve.Request) (string, error) {
	configuration := action.NewConfiguration()
	configuration.SetLogger(slog.Default().Handler())
	client := action.NewInstall(configuration)
	kubernetes, err := common.ParseKubeVersion(request.Kubernetes)
	if err != nil {
		return "", fmt.Errorf("invalid kube version '%s': %w", request.Kubernetes, err)
	}
	client.KubeVersion = kubernetes
	client.DryRunStrategy = action.DryRunClient
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
	rendered, err := client.Run(loaded, given)
	if rendered == nil {
		return nil, err
	}
	found, isRelease := rendered.(*release.Release)
	if !isRelease {
		return nil, fmt.Errorf("unsupported release type: %T", rendered)
	}
	return found, err
}

func installable(loaded chart.Charter) error {
	accessor, err := chart.NewAccessor(loaded)
	if err != nil {
		return err
	}
	if kind := accessor.MetadataAsMap()["Type"]; kind != "" && kind != "application" {
		return fmt.Errorf("%s charts are not installable", kind)
	}
	if accessor.Deprecated() {
		slog.Warn("this chart is deprecated")
	}
	if required := accessor.MetaDependencies(); len(required) > 0 {
		if err := action.CheckDependencies(loaded, required); err != nil {
			return fmt.Errorf("an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: %w", err)
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
