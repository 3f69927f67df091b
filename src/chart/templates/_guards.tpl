{{- /* Derived by memos-gen from its own builders; changes belong there. */ -}}

{{- define "memos.derivedRefusals" -}}
{{- $edgeKnown := include "memos.fact.edgeKnown" . }}
{{- $databaseSecret := include "memos.fact.databaseSecret" . }}
{{- $poolerMeetsDatabase := include "memos.fact.poolerMeetsDatabase" . }}
{{- $replicas := include "memos.figure.scaling.max" . | int64 }}
{{- $edge := include "memos.edge" . }}
{{- if and (regexMatch "^(((index\\.)?docker\\.io/)?neosmemo/memos|ghcr\\.io/usememos/memos)([:@]|$)" (toString .Values.memos.image)) .Values.memos.sharedCache }}
MG0302: `{{ .Values.memos.image }}` is published by the Memos project and cannot share its cache
  help: leave `memos.sharedCache` out, and run one process with `scaling.mode: single`
  help: or give `memos.image` an image of your own that reads `MEMOS_REDIS_URL`
{{- end }}
{{- if and (regexMatch "^ghcr\\.io/(hrygo/divinesense|hrygo/memos|hry/memos)([:@]|$)" (toString .Values.memos.image)) .Values.memos.sharedCache }}
MG0302: `{{ .Values.memos.image }}` is published by the fork and cannot share its cache
  help: leave `memos.sharedCache` out, and run one process with `scaling.mode: single`
  help: or give `memos.image` an image of your own that reads `MEMOS_REDIS_URL`
{{- end }}
{{- if and (not .Values.memos.image) .Values.memos.sharedCache }}
MG0302: `ghcr.io/usememos/memos:{{ .Values.memos.version }}` is published by the Memos project and cannot share its cache
  help: leave `memos.sharedCache` out, and run one process with `scaling.mode: single`
  help: or give `memos.image` an image of your own that reads `MEMOS_REDIS_URL`
{{- end }}
{{- if and (eq .Values.memos.access "public") (not .Values.exposure.host) (not (eq .Values.memos.version "0.31.0")) (not .Values.memos.instanceUrl) }}
MG0308: Memos 0.30 is public only when it knows its address, and there is none
  help: give `memos.instanceUrl`, or an exposure with a `host`
{{- end }}
{{- if and (lt (include "memos.figure.pooler.largestPool" . | int64) (include "memos.figure.pooler.poolSize" . | int64)) (lt (include "memos.figure.pooler.largestPool" . | int64) 1) }}
MG0401: the pools need {{ include "memos.figure.pooler.connections" . }} connections, the database allows {{ ternary 100 (int64 .Values.database.maxConnections) (kindIs "invalid" .Values.database.maxConnections) }}: {{ include "memos.figure.pooler.poolSize" . }} × ({{ ternary 2 (int64 .Values.database.pooler.replicas) (kindIs "invalid" .Values.database.pooler.replicas) }} poolers + 2 in a rollout) + {{ if eq .Values.database.kind "managed" }}{{ ternary 10 (int64 .Values.database.reservedConnections) (kindIs "invalid" .Values.database.reservedConnections) }}{{ else }}13{{ end }} reserved
  help: raise `database.maxConnections` to {{ include "memos.figure.pooler.connections" . }} or more
{{- end }}
{{- if and (lt (include "memos.figure.pooler.largestPool" . | int64) (include "memos.figure.pooler.poolSize" . | int64)) (not (lt (include "memos.figure.pooler.largestPool" . | int64) 1)) }}
MG0401: the pools need {{ include "memos.figure.pooler.connections" . }} connections, the database allows {{ if not (kindIs "invalid" .Values.database.maxConnections) }}{{ int64 .Values.database.maxConnections }}{{ else if $poolerMeetsDatabase }}100{{ else }}{{ include "memos.figure.database.maxConnections" . }}{{ end }}: {{ int64 .Values.database.pooler.poolSize }} × ({{ ternary 2 (int64 .Values.database.pooler.replicas) (kindIs "invalid" .Values.database.pooler.replicas) }} poolers + 2 in a rollout) + {{ if $poolerMeetsDatabase }}{{ ternary 10 (int64 .Values.database.reservedConnections) (kindIs "invalid" .Values.database.reservedConnections) }}{{ else }}13{{ end }} reserved
  help: say `database.pooler.poolSize: {{ include "memos.figure.pooler.largestPool" . }}` or less, or leave it out
{{- end }}
{{- if and .Values.database.cloudSqlProxy.iamLogin .Values.database.pooler.enabled (not $databaseSecret) }}
MG0403: there can be no pooler here: PgBouncer signs in with a password, and there is none
  help: leave `database.pooler.enabled` out, or say `database.cloudSqlProxy.iamLogin: false`
{{- end }}
{{- if and (eq .Values.database.engine "mysql") .Values.database.pooler.enabled }}
MG0403: there can be no pooler here: PgBouncer speaks PostgreSQL only
  help: leave `database.pooler.enabled` out, or take PostgreSQL
{{- end }}
{{- if and (eq .Values.database.credentials "dsnFile") .Values.database.pooler.enabled (not (eq .Values.database.engine "mysql")) }}
MG0403: there can be no pooler here: the connection string of the Secret leads past it
  help: leave `database.pooler.enabled` out, or say `database.credentials: password`
{{- end }}
{{- if and (not .Values.database.host) (eq .Values.database.kind "managed") (not .Values.database.cloudSqlProxy.instance) }}
MG0405: the managed database has no address
  help: say `database.host`, or `database.cloudSqlProxy.instance` on Google Cloud
{{- end }}
{{- if and (regexMatch "\\.cluster-ro-" (toString .Values.database.host)) (not (include "memos.fact.memosHasProxy" .)) (not (include "memos.fact.poolerHasProxy" .)) }}
MG0407: `{{ .Values.database.host }}` leads to read-only instances, and Memos writes
  help: take the writer endpoint, the one with `.cluster-`
{{- end }}
{{- if and .Values.database.cloudSqlProxy.iamLogin (not (eq .Values.kubernetes.identity.kind "gke")) }}
MG0408: signing in to the database by identity needs a Google service account for the pods
  help: say `kubernetes.identity: {kind: gke, serviceAccount: NAME@PROJECT.iam.gserviceaccount.com}`
{{- end }}
{{- if and (eq .Values.database.kind "sqlite") (ge $replicas 2) }}
MG0416: SQLite has one writer, and up to {{ include "memos.figure.scaling.max" . }} replicas would each open the file
  help: say `scaling: {mode: single}`, or take `database: {kind: postgres}`, `cluster` or `managed`
{{- end }}
{{- if and (eq .Values.database.kind "cluster") (not (eq .Values.availability.zoneSpread "preferred")) (gt (ternary 3 (int64 .Values.database.instances) (kindIs "invalid" .Values.database.instances)) (int64 .Values.availability.zones)) }}
MG0421: {{ ternary 3 (int64 .Values.database.instances) (kindIs "invalid" .Values.database.instances) }} instances cannot each have a zone of their own among {{ int64 .Values.availability.zones }}
  help: say `database.instances: {{ int64 .Values.availability.zones }}`, or `availability.zoneSpread: preferred`
{{- end }}
{{- if eq (int64 .Values.cache.port) 26379 }}
MG0501: port {{ int64 .Values.cache.port }} of `{{ .Values.cache.host }}` is a sentinel's: it answers PING and nothing that a cache needs
  help: give the address that always leads to the master, and its port, usually 6379
{{- end }}
{{- if regexMatch "^clustercfg\\..*\\.cache\\.amazonaws\\.com|\\.serverless\\..*\\.cache\\.amazonaws\\.com" (toString .Values.cache.host) }}
MG0502: `{{ .Values.cache.host }}` is a cluster, and Memos' client follows no redirection: keys would answer MOVED
  help: take a replication group with cluster mode disabled, and its primary endpoint `master.…`
{{- end }}
{{- if regexMatch "^replica\\..*\\.cache\\.amazonaws\\.com" (toString .Values.cache.host) }}
MG0503: `{{ .Values.cache.host }}` leads to replicas, which refuse every write
  help: take the primary endpoint, the one with `master.`
{{- end }}
{{- if and (regexMatch "\\.redis\\.azure\\.net$" (toString .Values.cache.host)) (or (lt (int64 .Values.cache.port) 10000) (lt 10000 (int64 .Values.cache.port))) }}
MG0505: Azure Managed Redis listens on port 10000, not on {{ ternary 6379 (int64 .Values.cache.port) (kindIs "invalid" .Values.cache.port) }}
  help: say `cache.port: 10000` and `cache.tls: true`
{{- end }}
{{- if and (regexMatch "\\.redis\\.azure\\.net$" (toString .Values.cache.host)) (eq .Values.cache.tls false) (not (lt (int64 .Values.cache.port) 10000)) (not (lt 10000 (int64 .Values.cache.port))) }}
MG0505: Azure Managed Redis speaks TLS, and `cache.tls` is off
  help: say `cache.port: 10000` and `cache.tls: true`
{{- end }}
{{- if and (not (kindIs "invalid" .Values.cache.maxClients)) (lt (include "memos.figure.cache.largestPool" . | int64) 1) }}
MG0510: the processes open {{ include "memos.figure.cache.connections" . }} connections, Redis allows {{ int64 .Values.cache.maxClients }}: 3 × ({{ include "memos.figure.cache.poolSize" . }} + 1) × {{ include "memos.figure.scaling.processes" . }} processes in a rollout
  help: raise `cache.maxClients` to {{ include "memos.figure.cache.connections" . }} or more
{{- end }}
{{- if and (not (lt (include "memos.figure.cache.largestPool" . | int64) 1)) (lt (include "memos.figure.cache.largestPool" . | int64) (include "memos.figure.cache.poolSize" . | int64)) }}
MG0510: the processes open {{ include "memos.figure.cache.connections" . }} connections, Redis allows {{ ternary 10000 (int64 .Values.cache.maxClients) (kindIs "invalid" .Values.cache.maxClients) }}: 3 × ({{ include "memos.figure.cache.poolSize" . }} + 1) × {{ include "memos.figure.scaling.processes" . }} processes in a rollout
  help: say `cache.client.poolSize: {{ include "memos.figure.cache.largestPool" . }}` or less
{{- end }}
{{- if lt 2 (int64 .Values.cache.minReplicasToWrite) }}
MG0524: a master has 2 replicas and asks for {{ int64 .Values.cache.minReplicasToWrite }}: it would take no write at all
  help: say `cache.minReplicasToWrite: 1`, which is taken when it is left out
{{- end }}
{{- if and .Values.cache.tlsSecret .Values.cache.certificate.issuer }}
MG0533: Redis has the certificate of the Secret `{{ .Values.cache.tlsSecret }}`, and cert-manager would make another
  help: say `cache.tlsSecret` for one that exists, or `cache.certificate` for one by cert-manager
{{- end }}
{{- if and (eq .Values.attachments.access "readWriteOnce") (or (include "memos.fact.pooler" .) (and (lt 3 $replicas) (not (eq .Values.database.kind "sqlite"))) (and (not (lt 3 $replicas)) (lt (include "memos.figure.cache.connections" . | int64) $replicas) (eq .Values.database.kind "managed"))) }}
MG0601: a volume for one node cannot hold the uploads of up to {{ include "memos.figure.scaling.max" . }} replicas: pods on other nodes never start
  help: say `attachments.access: readWriteMany` with a class that can, or `attachments: {kind: s3}` or `database`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "azureFiles") (eq .Values.kubernetes.cloud "aws") (not (eq .Values.database.kind "sqlite")) }}
MG0604: `azureFiles` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: efs`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "azureFiles") (eq .Values.kubernetes.cloud "gcp") (not (eq .Values.database.kind "sqlite")) }}
MG0604: `azureFiles` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: filestore`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "efs") (eq .Values.kubernetes.cloud "azure") (not (eq .Values.database.kind "sqlite")) }}
MG0604: `efs` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: azureFiles`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "efs") (eq .Values.kubernetes.cloud "gcp") (not (eq .Values.database.kind "sqlite")) }}
MG0604: `efs` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: filestore`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "filestore") (eq .Values.kubernetes.cloud "azure") (not (eq .Values.database.kind "sqlite")) }}
MG0604: `filestore` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: azureFiles`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "filestore") (eq .Values.kubernetes.cloud "aws") (or (ge $replicas 2) $databaseSecret) }}
MG0604: `filestore` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: efs`
{{- end }}
{{- if regexMatch "^https?://[^/:]*\\.(blob|dfs)\\.core\\.windows\\.net([:/]|$)" (toString .Values.attachments.endpoint) }}
MG0609: Azure Blob Storage does not speak S3, so every upload would fail
  help: say `attachments: {kind: local, class: {kind: azureFiles}}` or `attachments: {kind: database}`
{{- end }}
{{- if and (not (kindIs "invalid" .Values.exposure.edge.idleTimeoutSeconds)) (not (lt 30 (int64 .Values.exposure.edge.idleTimeoutSeconds))) }}
MG0701: an idle timeout of {{ int64 .Values.exposure.edge.idleTimeoutSeconds }} seconds cuts the event stream, which is silent for 30
  help: write 60 or more; 3600 is the default
{{- end }}
{{- if lt (int64 .Values.exposure.edge.maxBodyMb) (include "memos.figure.exposure.bodyNeeded" . | int64) }}
MG0702: bodies of {{ int64 .Values.exposure.edge.maxBodyMb }} MiB are let through, and an upload of {{ int64 .Values.memos.uploadSizeLimitMb }} MiB needs {{ include "memos.figure.exposure.bodyNeeded" . }}
  help: leave `exposure.edge.maxBodyMb` out, or write {{ include "memos.figure.exposure.bodyNeeded" . }} or more
  help: or lower `memos.uploadSizeLimitMb` to {{ include "memos.figure.exposure.largestUpload" . }}
{{- end }}
{{- if and (eq .Values.exposure.tls.kind "cloud") (not (contains " takes-cloud-certificate " $edge)) }}
MG0704: class `{{ .Values.exposure.class }}` cannot use a certificate of the cloud
  help: take `exposure.tls: {kind: certManager, issuer: …}` or `{kind: secret, name: …}`
{{- end }}
{{- if and .Values.exposure.certificate (not (include "memos.fact.https" .)) }}
MG0704: only the load balancers of AWS take a certificate here
  help: take `exposure.kind: gateway` or `ingress` for encryption
{{- end }}
{{- if and (contains " alb " $edge) (or (not .Values.exposure.tls.kind) (has .Values.exposure.tls.kind (list "certManager" "secret"))) }}
MG0705: class `{{ .Values.exposure.class }}` reads no certificate from a Secret, only from ACM
  help: take `exposure.tls: {kind: cloud, certificate: arn:aws:acm:…}`
{{- end }}
{{- if and .Values.exposure.certificate (eq .Values.kubernetes.cloud "aws") (not (regexMatch "^arn:aws[^:,]*:(acm|iam):[^,]*(, *arn:aws[^:,]*:(acm|iam):[^,]*)*$" (toString .Values.exposure.certificate))) }}
MG0706: `exposure.certificate` has to be the ARN of a certificate in ACM
  help: write it as `arn:aws:acm:REGION:ACCOUNT:certificate/ID`; `aws acm list-certificates` shows yours
{{- end }}
{{- if and (contains " alb " $edge) (not (regexMatch "^arn:aws[^:,]*:(acm|iam):[^,]*(, *arn:aws[^:,]*:(acm|iam):[^,]*)*$" (toString .Values.exposure.tls.certificate))) .Values.exposure.tls.certificate }}
MG0706: `exposure.tls.certificate` has to be the ARN of a certificate in ACM
  help: write it as `arn:aws:acm:REGION:ACCOUNT:certificate/ID`; `aws acm list-certificates` shows yours
{{- end }}
{{- if and (contains " other " $edge) .Values.network.policies (not (eq .Values.exposure.kind "gateway")) (not $edgeKnown) }}
MG0709: it is not known from where class `{{ .Values.exposure.class }}` connects to Memos
  help: name the namespace of its pods in `exposure.controllerNamespace`
  help: if it runs outside the cluster, list its addresses in `exposure.edge.networks`
{{- end }}
{{- if and (contains " other " $edge) (eq .Values.exposure.kind "gateway") .Values.network.policies (not $edgeKnown) }}
MG0709: it is not known from where class `{{ .Values.exposure.class }}` connects to Memos
  help: name the namespace of its pods in `exposure.dataPlaneNamespace`
  help: if it runs outside the cluster, list its addresses in `exposure.edge.networks`
{{- end }}
{{- if and .Values.network.policies (contains " needs-networks " $edge) (not .Values.exposure.edge.networks) }}
MG0710: class `{{ .Values.exposure.class }}` connects from subnets that the spec does not name
  help: list the load balancer's subnets in `exposure.edge.networks`
  help: on Google Cloud that is the proxy-only subnet, on Azure the subnet of the association
{{- end }}
{{- if and (contains " alb " $edge) (not (eq .Values.kubernetes.cloud "aws")) }}
MG0716: class `{{ .Values.exposure.class }}` exists only on `aws`, and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `aws`, or take a class of your own cluster
{{- end }}
{{- if and (not (eq .Values.kubernetes.cloud "azure")) (or (contains " application-gateway " $edge) (contains " app-routing-nginx " $edge) (contains " application-gateway-for-containers " $edge) (contains " app-routing " $edge)) }}
MG0716: class `{{ .Values.exposure.class }}` exists only on `azure`, and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `azure`, or take a class of your own cluster
{{- end }}
{{- if and (not (eq .Values.kubernetes.cloud "gcp")) (contains " google " $edge) }}
MG0716: class `{{ .Values.exposure.class }}` exists only on `gcp`, and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `gcp`, or take a class of your own cluster
{{- end }}
{{- if and .Values.kubernetes.eksAutoMode (not (eq .Values.kubernetes.cloud "aws")) }}
MG0722: Auto Mode is EKS', and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `aws`, or leave `kubernetes.eksAutoMode` out
{{- end }}
{{- if lt $replicas (int64 .Values.scaling.min) }}
MG0801: at least {{ int64 .Values.scaling.min }} replicas and at most {{ int64 .Values.scaling.max }} cannot both hold
  help: say `scaling.max: {{ int64 .Values.scaling.min }}` or more
{{- end }}
{{- if lt (include "memos.figure.memos.graceSeconds" . | int64) (include "memos.figure.memos.graceNeeded" . | int64) }}
MG0810: a stopping process is killed after {{ int64 .Values.availability.terminationGracePeriodSeconds }} s, and needs {{ include "memos.figure.memos.graceNeeded" . }}: {{ include "memos.figure.memos.preStopSeconds" . }} before the signal + 10 for requests + 5 to end
  help: say {{ include "memos.figure.memos.graceNeeded" . }} or more, or leave it out
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "azure") (has .Values.kubernetes.cloud (list "gcp" "aws")) }}
MG0903: the identity `azure` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "eksPodIdentity") (has .Values.kubernetes.cloud (list "gcp" "azure")) }}
MG0903: the identity `eksPodIdentity` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "gke") (has .Values.kubernetes.cloud (list "aws" "azure")) }}
MG0903: the identity `gke` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "irsa") (has .Values.kubernetes.cloud (list "azure" "gcp")) }}
MG0903: the identity `irsa` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- end }}
