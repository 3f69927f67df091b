{{- /* Relations between values that the compiler refuses, in its words. Those between kinds, flags and numbers are derived; these
are about what stands inside of texts. */ -}}
{{- define "memos.refusals" -}}
{{- include "memos.derivedRefusals" . -}}
{{- include "memos.refusals.names" . -}}
{{- include "memos.refusals.database" . -}}
{{- include "memos.refusals.bucket" . -}}
{{- include "memos.refusals.parts" . -}}
{{- end -}}

{{- define "memos.refusals.names" -}}
{{- if hasPrefix "kube-" .Release.Namespace }}
MG0921: the namespace `{{ .Release.Namespace }}` belongs to Kubernetes itself
  help: take one of its own, such as `metadata: {namespace: memos}`
{{- end }}
{{- $path := regexReplaceAll "^https?://[^/]*(.*?)/*$" (toString .Values.memos.instanceUrl) "${1}" }}
{{- if and .Values.memos.instanceUrl $path }}
MG0714: Memos cannot be served below `{{ $path }}`, only at the root of a host
  help: give Memos a host of its own, and write its address without a path
{{- end }}
{{- end -}}

{{- define "memos.refusals.database" -}}
{{- $database := .Values.database }}
{{- if and (eq $database.kind "managed") $database.cloudSqlProxy.instance $database.cloudSqlProxy.iamLogin (eq .Values.kubernetes.identity.kind "gke") }}
{{- $expected := trimSuffix ".gserviceaccount.com" (toString .Values.kubernetes.identity.serviceAccount) }}
{{- $user := $database.user | default "memos" }}
{{- if ne $user $expected }}
MG0409: the database user of this service account is `{{ $expected }}`, not `{{ $user }}`
{{- if le (len $expected) 63 }}
  help: say `database.user: {{ $expected }}`
{{- else }}
  help: take an account with a shorter name
{{- end }}
{{- end }}
{{- end }}
{{- $certified := has ($database.tls.mode | default "verify-full") (list "verify-ca" "verify-full") }}
{{- $public := eq ($database.tls.ca.kind | default "system") "system" }}
{{- $rds := regexMatch "\\.rds\\.amazonaws\\.com(\\.cn)?$" (toString $database.host) }}
{{- if and (eq $database.kind "managed") (not $database.cloudSqlProxy.instance) $certified $public $rds }}
{{- $region := regexReplaceAll "^(.*\\.)?([^.]*)\\.rds\\.amazonaws\\.com(\\.cn)?$" $database.host "${2}" }}
MG0412: certificates of RDS are not signed by a public authority, so every connection would fail
  help: say `database.tls.ca: {kind: configMap, name: memos-rds-ca}`
  help: and make that ConfigMap from https://truststore.pki.rds.amazonaws.com/{{ $region }}/{{ $region }}-bundle.pem
{{- end }}
{{- end -}}

{{- define "memos.refusals.bucket" -}}
{{- if eq .Values.attachments.kind "s3" }}
{{- $host := include "memos.host" .Values.attachments.endpoint }}
{{- if regexMatch "^s3\\.(dualstack\\.)*[^.]*\\.amazonaws\\.com$" $host }}
{{- $region := regexReplaceAll "^s3\\.(dualstack\\.)*([^.]*)\\.amazonaws\\.com$" $host "${2}" }}
{{- if ne $region .Values.attachments.region }}
MG0615: the endpoint is in `{{ $region }}`, and requests would be signed for `{{ .Values.attachments.region }}`
  help: say `attachments.region: {{ $region }}`
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* What is given for the pods of a component is judged in what comes of it, when something is given. */ -}}
{{- define "memos.refusals.parts" -}}
{{- $files := dict "memos" (list "deployment") "postgres" (list "postgres-statefulset" "database-cluster") "pooler" (list "pooler-deployment" "pooler-pooler") "redis" (list "redis-statefulset") }}
{{- range $component, $names := $files }}
{{- $given := get $.Values.components $component }}
{{- $amounts := concat (values $given.resources.requests) (values $given.resources.limits) | compact }}
{{- if or $given.extraContainers $given.extraVolumes $given.extraVolumeMounts $amounts }}
{{- range $names }}
{{- $object := include (printf "%s/%s.yaml" $.Template.BasePath .) $ | fromYaml }}
{{- if $object.kind }}
{{- include "memos.refusals.resources" (list $component $object) }}
{{- if has $object.kind (list "Deployment" "StatefulSet") }}
{{- $name := printf "%s/%s" $object.kind $object.metadata.name }}
{{- $pod := $object.spec.template.spec }}
{{- include "memos.refusals.inconsistencies" (list $name $pod $object.spec.volumeClaimTemplates) }}
{{- include "memos.refusals.restricted" (list $name $pod) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* The API server refuses limits below requests. (list COMPONENT OBJECT) */ -}}
{{- define "memos.refusals.resources" -}}
{{- $component := index . 0 }}
{{- $spec := (index . 1).spec }}
{{- $resources := $spec.resources }}
{{- if not $resources }}
{{- range $spec.template.spec.containers }}
{{- if has .name (list $component "pgbouncer") }}{{ $resources = .resources }}{{ end }}
{{- end }}
{{- end }}
{{- range list (list "cpu" "cpu" "processor time") (list "memory" "memory" "memory") (list "ephemeral-storage" "ephemeralStorage" "disk") }}
{{- $request := get $resources.requests (index . 0) }}
{{- $limit := get $resources.limits (index . 0) }}
{{- $amount := ternary "memos.thousandths" "memos.mebibytes" (eq (index . 0) "cpu") }}
{{- if gt (include $amount $request | int64) (include $amount $limit | int64) }}
MG0815: `{{ $component }}` asks for more {{ index . 2 }} than it may use: {{ $request }} of {{ $limit }}
  help: say `components.{{ $component }}.resources.limits.{{ index . 1 }}: {{ $request }}` or more
{{- end }}
{{- end }}
{{- end -}}

{{- /* Names that have to be different, and mounts that need their volume. (list NAME POD CLAIMS) */ -}}
{{- define "memos.refusals.inconsistencies" -}}
{{- $pod := index . 1 }}
{{- $faults := list }}
{{- $volumes := list }}
{{- range $pod.volumes }}
{{- if has .name $volumes }}{{ $faults = append $faults (printf "two volumes called `%s`" .name) }}{{ end }}
{{- $volumes = append $volumes .name }}
{{- end }}
{{- range index . 2 }}{{ $volumes = append $volumes .metadata.name }}{{ end }}
{{- $containers := list }}
{{- range concat ($pod.initContainers | default list) $pod.containers }}
{{- if has .name $containers }}{{ $faults = append $faults (printf "two containers called `%s`" .name) }}{{ end }}
{{- $containers = append $containers .name }}
{{- $container := .name }}
{{- $paths := list }}
{{- range .volumeMounts }}
{{- if has .mountPath $paths }}{{ $faults = append $faults (printf "two mounts at `%s` in `%s`" .mountPath $container) }}{{ end }}
{{- $paths = append $paths .mountPath }}
{{- if not (has .name $volumes) }}{{ $faults = append $faults (printf "a mount of `%s` without its volume `%s`" $container .name) }}{{ end }}
{{- end }}
{{- end }}
{{- $name := index . 0 }}
{{- range uniq $faults }}
MG1021: `{{ $name }}` has {{ . }}
  help: change `extraVolumes`, `extraVolumeMounts`, `extraContainers` or the override that made it
{{- end }}
{{- end -}}

{{- /* Pod Security `restricted`, as far as the user's parts can break it. (list NAME POD) */ -}}
{{- define "memos.refusals.restricted" -}}
{{- $pod := index . 1 }}
{{- $allowed := list "name" "configMap" "csi" "downwardAPI" "emptyDir" "ephemeral" "persistentVolumeClaim" "projected" "secret" }}
{{- $faults := list }}
{{- range $pod.volumes }}
{{- range $kind, $_ := . }}
{{- if not (has $kind $allowed) }}{{ $faults = append $faults (printf "a volume of kind `%s`" $kind) }}{{ end }}
{{- end }}
{{- end }}
{{- range concat ($pod.initContainers | default list) $pod.containers }}
{{- $context := .securityContext | default dict }}
{{- $capabilities := $context.capabilities | default dict }}
{{- $here := list }}
{{- if eq (toString $context.privileged) "true" }}{{ $here = append $here "`privileged`" }}{{ end }}
{{- if ne (toString $context.allowPrivilegeEscalation) "false" }}{{ $here = append $here "`allowPrivilegeEscalation` that is not `false`" }}{{ end }}
{{- if not (has "ALL" ($capabilities.drop | default list)) }}{{ $here = append $here "capabilities that are not all dropped" }}{{ end }}
{{- range $capabilities.add }}
{{- if ne . "NET_BIND_SERVICE" }}{{ $here = append $here (printf "the capability `%s`" .) }}{{ end }}
{{- end }}
{{- if and (hasKey $context "runAsNonRoot") (ne (toString $context.runAsNonRoot) "true") }}{{ $here = append $here "`runAsNonRoot` that is not `true`" }}{{ end }}
{{- if and (hasKey $context "runAsUser") (eq (toString $context.runAsUser) "0") }}{{ $here = append $here "`runAsUser: 0`" }}{{ end }}
{{- with (($context.seccompProfile | default dict).type) }}
{{- if not (has . (list "RuntimeDefault" "Localhost")) }}{{ $here = append $here (printf "the seccomp profile `%s`" .) }}{{ end }}
{{- end }}
{{- range .ports }}
{{- if .hostPort }}{{ $here = append $here (printf "the host's port %v" .hostPort) }}{{ end }}
{{- end }}
{{- $container := .name }}
{{- range $here }}{{ $faults = append $faults (printf "%s in the container `%s`" . $container) }}{{ end }}
{{- end }}
{{- $name := index . 0 }}
{{- range $faults }}
MG1011: `{{ $name }}` is refused by Pod Security `restricted`: {{ . }}
  help: change the override or the extra part of the component that asks for it
{{- end }}
{{- end -}}
