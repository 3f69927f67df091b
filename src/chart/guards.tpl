{{- /* Relations between values that the compiler refuses, in its words. Those between kinds, flags and numbers are derived; these
are about what stands inside of texts. */ -}}
{{- define "memos.refusals" -}}
{{- include "memos.plan" . -}}
{{- include "memos.derivedRefusals" . -}}
{{- include "memos.refusals.names" . -}}
{{- include "memos.refusals.database" . -}}
{{- include "memos.refusals.bucket" . -}}
{{- include "memos.refusals.parts" . -}}
{{- include "memos.refusals.keys" . -}}
{{- include "memos.refusals.protections" . -}}
{{- include "memos.refusals.edge" . -}}
{{- include "memos.refusals.ranges" . -}}
{{- end -}}

{{- define "memos.refusals.names" -}}
{{- if hasPrefix "kube-" .Release.Namespace }}
MG0921: the namespace `{{ .Release.Namespace }}` belongs to Kubernetes itself
  help: take one of its own, such as `metadata: {namespace: memos}`
{{- end }}
{{- $name := .Plan.names.memos }}
{{- if not (regexMatch "^[a-z]([a-z0-9-]*[a-z0-9])?$" $name) }}
MG1009: `Service/{{ $name }}` is not a legal name
  help: begin with a letter; then lower-case letters, digits and `-`
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
{{- $files := dict "memos" (list "deployment") "postgres" (list "postgres-statefulset" "database-cluster") "pooler" (list "pooler-deployment" "pooler-pooler") "redis" (list "redis-statefulset") "sentinel" (list "sentinel-statefulset") "redisProxy" (list "redis-proxy-deployment") "proxy" (list "proxy-deployment") }}
{{- range $component, $names := $files }}
{{- $given := get $.Values.components $component }}
{{- $amounts := concat (values $given.resources.requests) (values $given.resources.limits) | compact }}
{{- range $list, $key := dict "extraEnv" "name" "extraVolumes" "name" "extraVolumeMounts" "mountPath" "extraContainers" "name" }}
{{- $seen := list }}
{{- range get $given $list }}
{{- $item := toString (get . $key) }}
{{- if has $item $seen }}
MG0211: `components.{{ $component }}.{{ $list }}` has two items with `{{ $key }}: {{ $item }}`
  help: keep one of the two, or merge what they hold
{{- end }}
{{- $seen = append $seen $item }}
{{- end }}
{{- end }}
{{- if or $given.extraContainers $given.extraVolumes $given.extraVolumeMounts $given.extraEnv $amounts }}
{{- range $names }}
{{- $object := include (printf "%s/%s.yaml" $.Template.BasePath .) $ | fromYaml }}
{{- if $object.kind }}
{{- include "memos.refusals.resources" (list $component $object) }}
{{- if has $object.kind (list "Deployment" "StatefulSet") }}
{{- $name := printf "%s/%s" $object.kind $object.metadata.name }}
{{- $pod := $object.spec.template.spec }}
{{- include "memos.refusals.inconsistencies" (list $name $pod $object.spec.volumeClaimTemplates) }}
{{- include "memos.refusals.restricted" (list $name $pod) }}
{{- include "memos.refusals.variables" (list $name $pod) }}
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
{{- if has .name (list $component "pgbouncer" "haproxy") }}{{ $resources = .resources }}{{ end }}
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

{{- /* Variables that are secrets in plain text, take Memos' protection away, or stand beside one of the chart's. (list NAME POD) */ -}}
{{- define "memos.refusals.variables" -}}
{{- $name := index . 0 }}
{{- $pod := index . 1 }}
{{- range concat ($pod.initContainers | default list) $pod.containers }}
{{- $container := .name }}
{{- $seen := list }}
{{- range .env }}
{{- $value := toString (.value | default "") }}
{{- if has .name $seen }}
MG1022: `{{ .name }}` is planned already, and a chart puts nothing in its place
  help: say it by the value that decides it, or compile a spec with `memos-gen build`
{{- end }}
{{- $seen = append $seen .name }}
{{- $word := regexMatch "PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|CREDENTIAL|API_KEY|PRIVATE_KEY|DSN|_KEY$" (upper (toString .name)) }}
{{- $path := regexMatch "_(FILE|PATH|DIR|NAME)$" (upper (toString .name)) }}
{{- $harmless := or (lt (len $value) 2) (regexMatch "^([-+]?[0-9.]+([eE][-+]?[0-9]+)?|true|false)$" $value) (contains "$(" $value) }}
{{- $login := and (regexMatch "://[^/]*:[^/@]+@" $value) (not (regexMatch "://[^/]*:[^/@]*\\$\\([^/]*@" $value)) }}
{{- if or $login (and $word (not $path) (not $harmless)) }}
MG0913: `{{ .name }}` in the container `{{ $container }}` of `{{ $name }}` is a secret in plain text (its line is not shown, because it holds the value)
  help: give it as `valueFrom: {secretKeyRef: {name: …, key: …}}` instead of `value`, and change the secret
{{- end }}
{{- if eq $container "memos" }}
{{- $on := has $value (list "true" "1" "t" "T" "TRUE" "True") }}
{{- if and (eq .name "MEMOS_DEMO") $on }}
MG0914: with `MEMOS_DEMO` Memos signs sessions with the word `usememos`, which everybody knows
  help: leave it out: it is for demonstrations
{{- end }}
{{- if and (has .name (list "MEMOS_UNIX_SOCK" "MEMOS_ADDR")) (not (has $value (list "" "0.0.0.0" "::"))) }}
MG0916: with this variable Memos does not listen where its Service and its probes ask
  help: leave `MEMOS_UNIX_SOCK` and `MEMOS_ADDR` out
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Keys of annotations that the chart has itself: a map holds each but once. */ -}}
{{- define "memos.refusals.keys" -}}
{{- $keys := keys (.Values.exposure.annotations | default dict) }}
{{- $labels := list }}
{{- range .Values.components }}
{{- $keys = concat $keys (keys .annotations) (keys .podAnnotations) (keys .serviceAnnotations) }}
{{- $labels = concat $labels (keys .labels) (keys .podLabels) }}
{{- end }}
{{- $keys = without (uniq $keys) $labels }}
{{- if $keys }}
{{- range list "deployment" "ingress" "gateway" "httproute" "service" "serviceaccount" "pooler-deployment" "redis-statefulset" "sentinel-statefulset" "redis-proxy-deployment" "proxy-deployment" "postgres-statefulset" }}
{{- $file := . }}
{{- $text := include (printf "%s/%s.yaml" $.Template.BasePath .) $ }}
{{- range $keys }}
{{- $found := regexFindAll (printf "(?m)^ +['\"]?%s['\"]?:" (regexQuoteMeta .)) $text -1 }}
{{- if gt (len $found) (len (uniq $found)) }}
the annotation `{{ . }}` is the chart's own in {{ $file }}.yaml, or given twice
  help: leave it out here, or compile a spec with `memos-gen build`
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Protections that the class of the edge cannot express. */ -}}
{{- define "memos.refusals.protections" -}}
{{- $exposure := .Values.exposure }}
{{- $edge := .Plan.edge }}
{{- $without := "" }}
{{- if has $exposure.kind (list "gateway" "ingress") }}
{{- $other := "take a class that can: `envoy` for a Gateway, `traefik` or `haproxy` for an Ingress" }}
{{- $cures := dict "requestsPerSecond" $other "sourceRanges" $other "waf" "take a class of the cloud: `alb`, `gke-l7-global-external-managed` or `azure-alb-external`" }}
{{- if $edge.ofAzure }}
{{- $_ := set $cures "sourceRanges" "add a rule by address to a firewall policy in `exposure.edge.waf`" }}
{{- end }}
{{- $asked := list (list (not (kindIs "invalid" $exposure.edge.requestsPerSecond)) "limitsRate" "requestsPerSecond" "a rate limit") (list $exposure.edge.waf "hasWaf" "waf" "a web application firewall") (list $exposure.edge.sourceRanges "limitsSources" "sourceRanges" "who may come in") }}
{{- range $asked }}
{{- if and (index . 0) (not (get $edge (index . 1))) }}
MG0707: class `{{ $exposure.class }}` has no way to set {{ index . 3 }}
{{- if $edge.ofAws }}
  help: add a rate rule to the web ACL in `exposure.edge.waf`
{{- else if $edge.ofGcp }}
  help: add a rule to the Cloud Armor policy in `exposure.edge.waf`
{{- else }}
  help: {{ get $cures (index . 2) }}
{{- end }}
  help: leave `exposure.edge.{{ index . 2 }}` out if it is set elsewhere
{{- end }}
{{- end }}
{{- $passedOn := or $edge.istio $edge.appRouting }}
{{- $able := and $edge.canBeInternal (not (and $passedOn (eq .Values.kubernetes.cloud "none"))) (not $exposure.existing.name) }}
{{- if not (or $able $edge.internalByName) }}
{{- $without = printf "class `%s`" $exposure.class }}
{{- end }}
{{- else if and (eq $exposure.kind "loadBalancer") (eq .Values.kubernetes.cloud "none") }}
{{- $without = "a load balancer without a cloud" }}
{{- end }}
{{- if and $exposure.internal $without }}
MG0707: {{ $without }} has no way to be reachable only from inside
  help: set `kubernetes.cloud` if it is one, or take a class that says so itself, such as `gke-l7-rilb`
  help: leave `exposure.internal` out if the address is private anyway
{{- end }}
{{- end -}}

{{- /* What annotations have to say about the edge, and how Amazon's and Azure's name a firewall. */ -}}
{{- define "memos.refusals.edge" -}}
{{- $exposure := .Values.exposure }}
{{- $acl := $exposure.edge.waf }}
{{- if and $acl .Plan.edge.alb (not (regexMatch "^arn:aws[a-z-]*:wafv2:." $acl)) }}
MG0728: class `{{ $exposure.class }}` knows a web ACL by its ARN, and `{{ $acl }}` is none
  help: write it as `arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID`
  help: `aws wafv2 list-web-acls --scope REGIONAL` shows yours
{{- end }}
{{- $policies := "^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Network/[aA]pplicationGatewayWebApplicationFirewallPolicies/[^/]+$" }}
{{- if and $acl .Plan.edge.applicationGatewayForContainers (not (regexMatch $policies $acl)) }}
MG0729: class `{{ $exposure.class }}` knows a firewall policy by its resource id, and `{{ $acl }}` is none
  help: write it as `/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/NAME`
  help: `az network application-gateway waf-policy list --query '[].id'` shows yours
{{- end }}
{{- $named := regexMatch "(^|,)alb\\.networking\\.azure\\.io/alb-" (keys ($exposure.annotations | default dict) | join ",") }}
{{- if and .Plan.edge.applicationGatewayForContainers (not $exposure.existing.name) (not $named) }}
MG0717: no Application Gateway for Containers is named that could serve this Gateway
  help: set `alb.networking.azure.io/alb-namespace` and `alb.networking.azure.io/alb-name` in `exposure.annotations`
  help: for one that Azure's own tools made, set `alb.networking.azure.io/alb-id` instead
{{- end }}
{{- end -}}
