{{/*
Values that cannot work together, in the compiler's words: each file of rules says what is wrong and how to mend it, and nothing where
all is well.
*/}}
{{- define "memos.guards" -}}
{{- include "memos.guards.memos" . }}
{{- include "memos.guards.database" . }}
{{- include "memos.guards.cache" . }}
{{- include "memos.guards.attachments" . }}
{{- include "memos.guards.kubernetes" . }}
{{- include "memos.guards.exposure" . }}
{{- include "memos.guards.ranges" . }}
{{- include "memos.guards.components" . }}
{{- end }}

{{- define "memos.guards.memos" -}}
{{- $memos := .Values.memos }}
{{- if $memos.sharedCache }}
{{- $image := $memos.image | default (printf "ghcr.io/usememos/memos:%s" $memos.version) }}
{{- $publisher := "" }}
{{- if regexMatch `^(((index\.)?docker\.io/)?neosmemo/memos|ghcr\.io/usememos/memos)([:@]|$)` $image }}
{{- $publisher = "the Memos project" }}
{{- else if regexMatch `^ghcr\.io/(hrygo/divinesense|hrygo/memos|hry/memos)([:@]|$)` $image }}
{{- $publisher = "the fork" }}
{{- end }}
{{- with $publisher }}
MG0302: `{{ $image }}` is published by {{ . }} and cannot share its cache
  help: leave `memos.sharedCache` out, and run one process with `scaling.mode: single`
  help: or give `memos.image` an image of your own that reads `MEMOS_REDIS_URL`
{{- end }}
{{- end }}
{{- if and (eq $memos.access "public") (ne $memos.version "0.31.0") (not $memos.instanceUrl) (not .Values.exposure.host) }}
MG0308: Memos 0.30 is public only when it knows its address, and there is none
  help: give `memos.instanceUrl`, or an exposure with a `host`
{{- end }}
{{- with $memos.instanceUrl }}
{{- with regexReplaceAll "^https?://[^/]*(.*?)/*$" . "${1}" }}
MG0714: Memos cannot be served below `{{ . }}`, only at the root of a host
  help: give Memos a host of its own, and write its address without a path
{{- end }}
{{- end }}
{{- $scaling := .Values.scaling }}
{{- if gt (int64 $scaling.min) .Plan.scale.max }}
MG0801: at least {{ $scaling.min }} replicas and at most {{ $scaling.max }} cannot both hold
  help: say `scaling.max: {{ $scaling.min }}` or more
{{- end }}
{{- if lt .Plan.app.grace .Plan.app.graceNeeded }}
MG0810: a stopping process is killed after {{ .Plan.app.grace }} s, and needs {{ .Plan.app.graceNeeded }}: {{ .Plan.app.preStop }} before the signal + 10 for requests + 5 to end
  help: say {{ .Plan.app.graceNeeded }} or more, or leave it out
{{- end }}
{{- end }}

{{- define "memos.guards.database" -}}
{{- $database := .Values.database }}
{{- $db := .Plan.db }}
{{- $pool := .Plan.pool }}
{{- if and $db.pooler (gt $pool.size $pool.largest) }}
{{- $needed := add (mul $pool.size (add $pool.replicas 2)) $pool.reserved }}
MG0401: the pools need {{ $needed }} connections, the database allows {{ $db.maxConnections }}: {{ $pool.size }} × ({{ $pool.replicas }} poolers + 2 in a rollout) + {{ $pool.reserved }} reserved
{{- if $pool.largest }}
  help: say `database.pooler.poolSize: {{ $pool.largest }}` or less, or leave it out
{{- else }}
  help: raise `database.maxConnections` to {{ $needed }} or more
{{- end }}
{{- end }}
{{- if and $database.pooler.enabled (or $db.dsnFile $db.iamLogin) }}
{{- if $db.mysql }}
MG0403: there can be no pooler here: PgBouncer speaks PostgreSQL only
  help: leave `database.pooler.enabled` out, or take PostgreSQL
{{- else if $db.dsnFile }}
MG0403: there can be no pooler here: the connection string of the Secret leads past it
  help: leave `database.pooler.enabled` out, or say `database.credentials: password`
{{- else }}
MG0403: there can be no pooler here: PgBouncer signs in with a password, and there is none
  help: leave `database.pooler.enabled` out, or say `database.cloudSqlProxy.iamLogin: false`
{{- end }}
{{- end }}
{{- if eq $db.kind "managed" }}
{{- if $db.proxy }}
{{- $account := trimSuffix ".gserviceaccount.com" (toString .Values.kubernetes.identity.serviceAccount) }}
{{- if not $database.cloudSqlProxy.iamLogin }}
{{- else if ne .Values.kubernetes.identity.kind "gke" }}
MG0408: signing in to the database by identity needs a Google service account for the pods
  help: say `kubernetes.identity: {kind: gke, serviceAccount: NAME@PROJECT.iam.gserviceaccount.com}`
{{- else if ne $db.user $account }}
MG0409: the database user of this service account is `{{ $account }}`, not `{{ $db.user }}`
  help: {{ if le (len $account) 63 }}say `database.user: {{ $account }}`{{ else }}take an account with a shorter name{{ end }}
{{- end }}
{{- else if not $db.host }}
MG0405: the managed database has no address
  help: say `database.host`, or `database.cloudSqlProxy.instance` on Google Cloud
{{- else if contains ".cluster-ro-" $db.host }}
MG0407: `{{ $db.host }}` leads to read-only instances, and Memos writes
  help: take the writer endpoint, the one with `.cluster-`
{{- end }}
{{- if and (hasPrefix "verify-" $db.mode) (not $db.ca) (regexMatch `\.rds\.amazonaws\.com(\.cn)?$` (toString $db.host)) }}
{{- $region := regexReplaceAll `^(.*\.)?([^.]*)\.rds\.amazonaws\.com(\.cn)?$` $db.host "${2}" }}
MG0412: certificates of RDS are not signed by a public authority, so every connection would fail
  help: say `database.tls.ca: {kind: configMap, name: memos-rds-ca}`
  help: and make that ConfigMap from https://truststore.pki.rds.amazonaws.com/{{ $region }}/{{ $region }}-bundle.pem
{{- end }}
{{- end }}
{{- if and (eq $db.kind "sqlite") .Plan.scale.several }}
MG0416: SQLite has one writer, and up to {{ .Plan.scale.max }} replicas would each open the file
  help: say `scaling: {mode: single}`, or take `database: {kind: postgres}`, `cluster` or `managed`
{{- end }}
{{- if eq .Values.scaling.mode "standby" }}
{{- $where := "" }}
{{- if eq $db.kind "sqlite" }}{{ $where = "SQLite: its file is on a volume that one pod alone may have" }}
{{- else if $db.mysql }}{{ $where = "MySQL: the lease is kept by PostgreSQL's client" }}
{{- end }}
{{- with $where }}
MG0427: a standby needs PostgreSQL, where a row says who serves, and this is {{ . }}
  help: take `database: {kind: cluster}`, `postgres` or `managed`, or say `scaling.mode: single`
{{- end }}
{{- if and $db.behindPooler (not .Values.scaling.host) (eq .Plan.standby.port $db.port) }}
MG0428: a pooler answers at the database's address, and the lease needs a session of its own
  help: say `scaling.port`, and `scaling.host` where it differs, of the database behind the pooler
{{- end }}
{{- end }}
{{- $instances := $database.instances | default 3 | int64 }}
{{- $zones := int64 .Values.availability.zones }}
{{- if and (eq $db.kind "cluster") (ne .Values.availability.zoneSpread "preferred") (gt $instances $zones) }}
MG0421: {{ $instances }} instances cannot each have a zone of their own among {{ $zones }}
  help: say `database.instances: {{ $zones }}`, or `availability.zoneSpread: preferred`
{{- end }}
{{- end }}

{{- define "memos.guards.cache" -}}
{{- $cache := .Values.cache }}
{{- $redis := .Plan.redis }}
{{- if eq $redis.kind "managed" }}
{{- $host := $redis.host }}
{{- if eq $redis.port 26379 }}
MG0501: port 26379 of `{{ $host }}` is a sentinel's: it answers PING and nothing that a cache needs
  help: give the address that always leads to the master, and its port, usually 6379
{{- end }}
{{- if contains ".cache.amazonaws.com" $host }}
{{- if or (hasPrefix "clustercfg." $host) (contains ".serverless." $host) }}
MG0502: `{{ $host }}` is a cluster, and Memos' client follows no redirection: keys would answer MOVED
  help: take a replication group with cluster mode disabled, and its primary endpoint `master.…`
{{- else if hasPrefix "replica." $host }}
MG0503: `{{ $host }}` leads to replicas, which refuse every write
  help: take the primary endpoint, the one with `master.`
{{- end }}
{{- else if hasSuffix ".redis.azure.net" $host }}
{{- if ne $redis.port 10000 }}
MG0505: Azure Managed Redis listens on port 10000, not on {{ $redis.port }}
  help: say `cache.port: 10000` and `cache.tls: true`
{{- else if not $redis.tls }}
MG0505: Azure Managed Redis speaks TLS, and `cache.tls` is off
  help: say `cache.port: 10000` and `cache.tls: true`
{{- end }}
{{- end }}
{{- $clients := $cache.maxClients | default 10000 | int64 }}
{{- $largest := max 0 (sub (div $clients (mul 3 .Plan.scale.processes)) 1) }}
{{- if gt $redis.connections $clients }}
MG0510: the processes open {{ $redis.connections }} connections, Redis allows {{ $clients }}: 3 × ({{ $redis.poolSize }} + 1) × {{ .Plan.scale.processes }} processes in a rollout
{{- if $largest }}
  help: say `cache.client.poolSize: {{ $largest }}` or less
{{- else }}
  help: raise `cache.maxClients` to {{ $redis.connections }} or more
{{- end }}
{{- end }}
{{- end }}
{{- if gt (int64 $cache.minReplicasToWrite) 2 }}
MG0524: a master has 2 replicas and asks for {{ $cache.minReplicasToWrite }}: it would take no write at all
  help: say `cache.minReplicasToWrite: 1`, which is taken when it is left out
{{- end }}
{{- if and $cache.tlsSecret $cache.certificate.issuer }}
MG0533: Redis has the certificate of the Secret `{{ $cache.tlsSecret }}`, and cert-manager would make another
  help: say `cache.tlsSecret` for one that exists, or `cache.certificate` for one by cert-manager
{{- end }}
{{- end }}

{{- define "memos.guards.attachments" -}}
{{- $attachments := .Values.attachments }}
{{- if eq $attachments.kind "s3" }}
{{- $host := regexReplaceAll "^https?://([^/:]*).*$" $attachments.endpoint "${1}" }}
{{- $aws := `^s3\.(dualstack\.)*([^.]*)\.amazonaws\.com$` }}
{{- $region := regexReplaceAll $aws $host "${2}" }}
{{- if regexMatch `\.(blob|dfs)\.core\.windows\.net$` $host }}
MG0609: Azure Blob Storage does not speak S3, so every upload would fail
  help: say `attachments: {kind: local, class: {kind: azureFiles}}` or `attachments: {kind: database}`
{{- else if and (regexMatch $aws $host) (ne $region $attachments.region) }}
MG0615: the endpoint is in `{{ $region }}`, and requests would be signed for `{{ $attachments.region }}`
  help: say `attachments.region: {{ $region }}`
{{- end }}
{{- else if and (eq $attachments.kind "local") (ne .Plan.db.kind "sqlite") }}
{{- if and .Plan.scale.standby (eq $attachments.access "readWriteOnce") }}
MG0601: a volume for one node cannot follow from one of {{ .Plan.scale.pods }} pods to another: the standby would wait for it, for minutes when the node is lost
  help: say `attachments.access: readWriteMany` with a class that can, or `attachments: {kind: s3}` or `database`
{{- else if and .Plan.scale.several (eq $attachments.access "readWriteOnce") }}
MG0601: a volume for one node cannot hold the uploads of up to {{ .Plan.scale.max }} replicas: pods on other nodes never start
  help: say `attachments.access: readWriteMany` with a class that can, or `attachments: {kind: s3}` or `database`
{{- end }}
{{- $own := get (dict "aws" "efs" "gcp" "filestore" "azure" "azureFiles") .Values.kubernetes.cloud }}
{{- if and $own $attachments.class.kind (not (has $attachments.class.kind (list "existing" $own))) }}
MG0604: `{{ $attachments.class.kind }}` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: {{ $own }}`
{{- end }}
{{- end }}
{{- end }}

{{- define "memos.guards.kubernetes" -}}
{{- $kubernetes := .Values.kubernetes }}
{{- if and $kubernetes.eksAutoMode (ne $kubernetes.cloud "aws") }}
MG0722: Auto Mode is EKS', and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `aws`, or leave `kubernetes.eksAutoMode` out
{{- end }}
{{- $home := get (dict "gke" "gcp" "irsa" "aws" "eksPodIdentity" "aws" "azure" "azure") $kubernetes.identity.kind }}
{{- if and $home (not (has $kubernetes.cloud (list "none" $home))) }}
MG0903: the identity `{{ $kubernetes.identity.kind }}` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if hasPrefix "kube-" .Release.Namespace }}
MG0921: the namespace `{{ .Release.Namespace }}` belongs to Kubernetes itself
  help: take one of its own, such as `metadata: {namespace: memos}`
{{- end }}
{{- if not (regexMatch "^[a-z]([a-z0-9-]*[a-z0-9])?$" .Plan.fullname) }}
MG1009: `Service/{{ .Plan.fullname }}` is not a legal name
  help: begin with a letter; then lower-case letters, digits and `-`
{{- end }}
{{- end }}

{{- define "memos.guards.exposure" -}}
{{- $exposure := .Values.exposure }}
{{- $edge := .Plan.edge }}
{{- $given := $exposure.edge }}
{{- $cloud := .Values.kubernetes.cloud }}
{{- $arn := `^arn:aws[^:,]*:(acm|iam):[^,]*(, *arn:aws[^:,]*:(acm|iam):[^,]*)*$` }}
{{- if eq $exposure.kind "loadBalancer" }}
{{- with $exposure.certificate }}
{{- if ne $cloud "aws" }}
MG0704: only the load balancers of AWS take a certificate here
  help: take `exposure.kind: gateway` or `ingress` for encryption
{{- else if not (regexMatch $arn .) }}
MG0706: `exposure.certificate` has to be the ARN of a certificate in ACM
  help: write it as `arn:aws:acm:REGION:ACCOUNT:certificate/ID`; `aws acm list-certificates` shows yours
{{- end }}
{{- end }}
{{- if and $exposure.internal (eq $cloud "none") }}
MG0707: a load balancer without a cloud has no way to be reachable only from inside
{{- template "memos.guards.internal" }}
{{- end }}
{{- else if ne $exposure.kind "none" }}
{{- with $given.idleTimeoutSeconds }}
{{- if le (int64 .) 30 }}
MG0701: an idle timeout of {{ . }} seconds cuts the event stream, which is silent for 30
  help: write 60 or more; 3600 is the default
{{- end }}
{{- end }}
{{- with $given.maxBodyMb }}
{{- if lt (int64 .) $edge.bodyNeeded }}
MG0702: bodies of {{ . }} MiB are let through, and an upload of {{ $.Values.memos.uploadSizeLimitMb }} MiB needs {{ $edge.bodyNeeded }}
  help: leave `exposure.edge.maxBodyMb` out, or write {{ $edge.bodyNeeded }} or more
  help: or lower `memos.uploadSizeLimitMb` to {{ max 1 (mul 3 (div (sub . 1) 4)) }}
{{- end }}
{{- end }}
{{- if eq $edge.tlsKind "cloud" }}
{{- if not $edge.certificates }}
MG0704: class `{{ $exposure.class }}` cannot use a certificate of the cloud
  help: take `exposure.tls: {kind: certManager, issuer: …}` or `{kind: secret, name: …}`
{{- else if and (eq $edge.cloud "aws") (not (regexMatch $arn $exposure.tls.certificate)) }}
MG0706: `exposure.tls.certificate` has to be the ARN of a certificate in ACM
  help: write it as `arn:aws:acm:REGION:ACCOUNT:certificate/ID`; `aws acm list-certificates` shows yours
{{- end }}
{{- else if and $edge.tls (eq $edge.class "aws") }}
MG0705: class `{{ $exposure.class }}` reads no certificate from a Secret, only from ACM
  help: take `exposure.tls: {kind: cloud, certificate: arn:aws:acm:…}`
{{- end }}
{{- $other := "take a class that can: `envoy` for a Gateway, `traefik` or `haproxy` for an Ingress" }}
{{- $cures := dict "requestsPerSecond" $other "sourceRanges" $other "waf" "take a class of the cloud: `alb`, `gke-l7-global-external-managed` or `azure-alb-external`" }}
{{- if eq $edge.cloud "azure" }}
{{- $_ := set $cures "sourceRanges" "add a rule by address to a firewall policy in `exposure.edge.waf`" }}
{{- end }}
{{- range $key, $words := dict "requestsPerSecond" "a rate limit" "sourceRanges" "who may come in" "waf" "a web application firewall" }}
{{- if and (get $given $key) (not (get $edge $key)) }}
MG0707: class `{{ $exposure.class }}` has no way to set {{ $words }}
{{- if eq $edge.cloud "aws" }}
  help: add a rate rule to the web ACL in `exposure.edge.waf`
{{- else if eq $edge.cloud "gcp" }}
  help: add a rule to the Cloud Armor policy in `exposure.edge.waf`
{{- else }}
  help: {{ get $cures $key }}
{{- end }}
  help: leave `exposure.edge.{{ $key }}` out if it is set elsewhere
{{- end }}
{{- end }}
{{- if and (eq $edge.cloud "aws") $given.waf (not (regexMatch `^arn:aws[a-z-]*:wafv2:.` $given.waf)) }}
MG0728: class `{{ $exposure.class }}` knows a web ACL by its ARN, and `{{ $given.waf }}` is none
  help: write it as `arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID`
  help: `aws wafv2 list-web-acls --scope REGIONAL` shows yours
{{- end }}
{{- if and (eq $edge.class "azure") $given.waf (not (regexMatch `^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/[aA]pplicationGatewayWebApplicationFirewallPolicies/[^/]+$` $given.waf)) }}
MG0729: class `{{ $exposure.class }}` knows a firewall policy by its resource id, and `{{ $given.waf }}` is none
  help: write it as `/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Network/applicationGatewayWebApplicationFirewallPolicies/NAME`
  help: `az network application-gateway waf-policy list --query '[].id'` shows yours
{{- end }}
{{- if $exposure.internal }}
{{- $byName := or (hasPrefix "gke-l7-rilb" $exposure.class) (contains "-internal-" $exposure.class) }}
{{- $passedOn := has $edge.class (list "istio" "appRouting") }}
{{- $able := and $edge.internal (not $exposure.existing.name) (not (and $passedOn (eq $cloud "none"))) }}
{{- if not (or $byName $able) }}
MG0707: class `{{ $exposure.class }}` has no way to be reachable only from inside
{{- template "memos.guards.internal" }}
{{- end }}
{{- end }}
{{- if .Values.network.policies }}
{{- if and (eq $edge.class "other") (not (or $exposure.dataPlaneNamespace $exposure.controllerNamespace $given.networks)) }}
MG0709: it is not known from where class `{{ $exposure.class }}` connects to Memos
  help: name the namespace of its pods in `exposure.{{ ternary "dataPlaneNamespace" "controllerNamespace" (eq $exposure.kind "gateway") }}`
  help: if it runs outside the cluster, list its addresses in `exposure.edge.networks`
{{- end }}
{{- if and $edge.needsNetworks (not $given.networks) }}
MG0710: class `{{ $exposure.class }}` connects from subnets that the spec does not name
  help: list the load balancer's subnets in `exposure.edge.networks`
  help: on Google Cloud that is the proxy-only subnet, on Azure the subnet of the association
{{- end }}
{{- end }}
{{- if and $edge.cloud (ne $edge.cloud $cloud) }}
MG0716: class `{{ $exposure.class }}` exists only on `{{ $edge.cloud }}`, and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `{{ $edge.cloud }}`, or take a class of your own cluster
{{- end }}
{{- if and (eq $edge.class "azure") (not $exposure.existing.name) }}
{{- if not (regexMatch `(^|,)alb\.networking\.azure\.io/alb-` (keys ($exposure.annotations | default dict) | join ",")) }}
MG0717: no Application Gateway for Containers is named that could serve this Gateway
  help: set `alb.networking.azure.io/alb-namespace` and `alb.networking.azure.io/alb-name` in `exposure.annotations`
  help: for one that Azure's own tools made, set `alb.networking.azure.io/alb-id` instead
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "memos.guards.internal" }}
  help: set `kubernetes.cloud` if it is one, or take a class that says so itself, such as `gke-l7-rilb`
  help: leave `exposure.internal` out if the address is private anyway
{{- end }}

{{/* Ranges of addresses have no bits set behind their prefix. */}}
{{- define "memos.guards.ranges" -}}
{{- $v := .Values }}
{{- range $path, $ranges := dict "database.networks" $v.database.networks "database.apiServer" $v.database.apiServer "cache.networks" $v.cache.networks
  "cache.service.sourceRanges" $v.cache.service.sourceRanges "attachments.networks" $v.attachments.networks "exposure.sourceRanges" $v.exposure.sourceRanges
  "exposure.edge.sourceRanges" $v.exposure.edge.sourceRanges "exposure.edge.networks" $v.exposure.edge.networks "network.dns.servers" $v.network.dns.servers }}
{{- range $at, $range := $ranges }}
{{- $address := splitList "/" $range | first }}
{{- $prefix := splitList "/" $range | last | int64 }}
{{- if contains ":" $range }}
{{- $sides := splitList "::" $address }}
{{- $groups := first $sides | splitList ":" | compact }}
{{- $behind := rest $sides | join "" | splitList ":" | compact }}
{{- range until (sub 8 (add (len $groups) (len $behind)) | int) }}{{ $groups = append $groups "0" }}{{ end }}
{{- $faulty := false }}
{{- range $i, $group := concat $groups $behind }}
{{- $free := sub (mul 16 (add $i 1)) $prefix }}
{{- if gt $free 0 }}
{{- if mod (printf "0x%s" $group | int64) (include "memos.power" (min 16 $free) | int64) }}{{ $faulty = true }}{{ end }}
{{- end }}
{{- end }}
{{- if $faulty }}
MG0206: `{{ $path }}[{{ $at }}]` is `{{ $range }}`, of which the chart cannot tell that no bits are set behind the prefix
  help: write `::` at its end, as in `2001:db8:0:4::/62`, or compile a spec with `memos-gen build`
{{- end }}
{{- else }}
{{- $number := 0 }}
{{- range splitList "." $address }}{{ $number = add (mul 256 $number) (int64 .) }}{{ end }}
{{- with mod $number (include "memos.power" (sub 32 $prefix) | int64) }}
{{- $network := sub $number . }}
{{- $octets := list (div $network 16777216) (mod (div $network 65536) 256) (mod (div $network 256) 256) (mod $network 256) }}
MG0206: `{{ $path }}[{{ $at }}]` is `{{ $range }}`, which is not a valid cidr: bits are set behind the prefix: write `{{ join "." $octets }}/{{ $prefix }}`
  help: run `memos-gen explain {{ $path }}[{{ $at }}]` for its form
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Two to a power. */}}
{{- define "memos.power" -}}
{{- $power := 1 }}
{{- range until (int .) }}{{ $power = mul 2 $power }}{{ end }}
{{- $power }}
{{- end }}

{{/* What is given for the pods of a component is judged in what comes of it, where something is given. */}}
{{- define "memos.guards.components" -}}
{{- range $key, $given := .Values.components }}
{{- range $list, $name := dict "extraEnv" "name" "extraVolumes" "name" "extraVolumeMounts" "mountPath" "extraContainers" "name" }}
{{- $seen := list }}
{{- range get $given $list }}
{{- $item := get . $name }}
{{- if has $item $seen }}
MG0211: `components.{{ $key }}.{{ $list }}` has two items with `{{ $name }}: {{ $item }}`
  help: keep one of the two, or merge what they hold
{{- end }}
{{- $seen = append $seen $item }}
{{- end }}
{{- end }}
{{- end }}
{{- range .Plan.of }}
{{- $given := .values }}
{{- $amounts := concat (values $given.resources.requests) (values $given.resources.limits) | compact }}
{{- if or $amounts $given.extraContainers $given.extraVolumes $given.extraVolumeMounts $given.extraEnv }}
{{- $object := include (printf "%s/%s" $.Template.BasePath .file) $ | splitList "\n---" | first | fromYaml }}
{{- $pod := ($object.spec.template | default dict).spec }}
{{- $resources := $object.spec.resources | default ((first ($pod.containers | default (list dict))).resources) }}
{{- include "memos.guards.resources" (dict "key" .key "requests" $resources.requests "limits" $resources.limits) }}
{{- if .account }}
{{- include "memos.guards.pod" (dict "name" (printf "%s/%s" $object.kind .name) "pod" $pod "claims" $object.spec.volumeClaimTemplates) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* The API server refuses limits below requests. */}}
{{- define "memos.guards.resources" -}}
{{- range list (list "cpu" "cpu" "processor time" "memos.thousandths") (list "memory" "memory" "memory" "memos.mebibytes")
  (list "ephemeral-storage" "ephemeralStorage" "disk" "memos.mebibytes") }}
{{- $request := get $.requests (first .) }}
{{- $limit := get $.limits (first .) }}
{{- if gt (include (last .) $request | int64) (include (last .) $limit | int64) }}
MG0815: `{{ $.key }}` asks for more {{ index . 2 }} than it may use: {{ $request }} of {{ $limit }}
  help: say `components.{{ $.key }}.resources.limits.{{ index . 1 }}: {{ $request }}` or more
{{- end }}
{{- end }}
{{- end }}

{{- define "memos.thousandths" -}}
{{- if hasSuffix "m" . }}{{ trimSuffix "m" . }}{{ else }}{{ mul 1000 . }}{{ end }}
{{- end }}

{{/* Pods that the API server or Pod Security `restricted` would refuse, and variables that give something away. */}}
{{- define "memos.guards.pod" -}}
{{- $faults := list }}
{{- $unsafe := list }}
{{- $volumes := list }}
{{- $kinds := list "name" "configMap" "csi" "downwardAPI" "emptyDir" "ephemeral" "persistentVolumeClaim" "projected" "secret" }}
{{- range .pod.volumes }}
{{- if has .name $volumes }}{{ $faults = append $faults (printf "two volumes called `%s`" .name) }}{{ end }}
{{- $volumes = append $volumes .name }}
{{- range $kind, $_ := . }}
{{- if not (has $kind $kinds) }}{{ $unsafe = append $unsafe (printf "a volume of kind `%s`" $kind) }}{{ end }}
{{- end }}
{{- end }}
{{- range .claims }}{{ $volumes = append $volumes .metadata.name }}{{ end }}
{{- $containers := list }}
{{- range concat (.pod.initContainers | default list) .pod.containers }}
{{- $container := .name }}
{{- if has .name $containers }}{{ $faults = append $faults (printf "two containers called `%s`" .name) }}{{ end }}
{{- $containers = append $containers .name }}
{{- $paths := list }}
{{- range .volumeMounts }}
{{- if has .mountPath $paths }}{{ $faults = append $faults (printf "two mounts at `%s` in `%s`" .mountPath $container) }}{{ end }}
{{- $paths = append $paths .mountPath }}
{{- if not (has .name $volumes) }}{{ $faults = append $faults (printf "a mount of `%s` without its volume `%s`" $container .name) }}{{ end }}
{{- end }}
{{- range include "memos.guards.container" . | splitList "\n" | compact }}
{{- $unsafe = append $unsafe (printf "%s in the container `%s`" . $container) }}
{{- end }}
{{- include "memos.guards.variables" (dict "name" $.name "container" .) }}
{{- end }}
{{- range uniq $faults }}
MG1021: `{{ $.name }}` has {{ . }}
  help: change `extraVolumes`, `extraVolumeMounts`, `extraContainers` or the override that made it
{{- end }}
{{- range $unsafe }}
MG1011: `{{ $.name }}` is refused by Pod Security `restricted`: {{ . }}
  help: change the override or the extra part of the component that asks for it
{{- end }}
{{- end }}

{{/* What of a container Pod Security does not allow, a line each. */}}
{{- define "memos.guards.container" -}}
{{- $context := .securityContext | default dict }}
{{- $capabilities := $context.capabilities | default dict }}
{{- if eq (toString $context.privileged) "true" }}
`privileged`
{{- end }}
{{- if ne (toString $context.allowPrivilegeEscalation) "false" }}
`allowPrivilegeEscalation` that is not `false`
{{- end }}
{{- if not (has "ALL" ($capabilities.drop | default list)) }}
capabilities that are not all dropped
{{- end }}
{{- range without ($capabilities.add | default list) "NET_BIND_SERVICE" }}
the capability `{{ . }}`
{{- end }}
{{- if and (hasKey $context "runAsNonRoot") (ne (toString $context.runAsNonRoot) "true") }}
`runAsNonRoot` that is not `true`
{{- end }}
{{- if eq (toString $context.runAsUser) "0" }}
`runAsUser: 0`
{{- end }}
{{- with ($context.seccompProfile | default dict).type }}
{{- if not (has . (list "RuntimeDefault" "Localhost")) }}
the seccomp profile `{{ . }}`
{{- end }}
{{- end }}
{{- range .ports }}
{{- with .hostPort }}
the host's port {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* Variables that are secrets in plain text, take Memos' protection away, or stand beside one of the chart's. */}}
{{- define "memos.guards.variables" -}}
{{- $container := .container.name }}
{{- $seen := list }}
{{- range .container.env }}
{{- if has .name $seen }}
MG1022: `{{ .name }}` is planned already, and a chart puts nothing in its place
  help: say it by the value that decides it, or compile a spec with `memos-gen build`
{{- end }}
{{- $seen = append $seen .name }}
{{- $value := toString (.value | default "") }}
{{- $name := upper .name }}
{{- $secret := and (regexMatch "PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|CREDENTIAL|API_KEY|PRIVATE_KEY|DSN|_KEY$" $name) (not (regexMatch "_(FILE|PATH|DIR|NAME)$" $name)) }}
{{- $harmless := or (lt (len $value) 2) (contains "$(" $value) (regexMatch `^([-+]?[0-9.]+([eE][-+]?[0-9]+)?|true|false)$` $value) }}
{{- $login := and (regexMatch `://[^/]*:[^/@]+@` $value) (not (regexMatch `://[^/]*:[^/@]*\$\([^/]*@` $value)) }}
{{- if or $login (and $secret (not $harmless)) }}
MG0913: `{{ .name }}` in the container `{{ $container }}` of `{{ $.name }}` is a secret in plain text (its line is not shown, because it holds the value)
  help: give it as `valueFrom: {secretKeyRef: {name: …, key: …}}` instead of `value`, and change the secret
{{- end }}
{{- if eq $container "memos" }}
{{- if and (eq .name "MEMOS_DEMO") (has $value (list "true" "1" "t" "T" "TRUE" "True")) }}
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
