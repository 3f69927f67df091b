{{- /* Derived by memos-gen from its own builders; changes belong there. */ -}}

{{- define "memos.derivedRefusals" -}}
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
{{- if and (eq .Values.memos.access "public") (not .Values.exposure.host) (ne .Values.memos.version "0.31.0") (not .Values.memos.instanceUrl) }}
MG0308: Memos 0.30 is public only when it knows its address, and there is none
  help: give `memos.instanceUrl`, or an exposure with a `host`
{{- end }}
{{- if and (lt .Plan.poolerLargestPool .Plan.poolerPoolSize) (lt .Plan.poolerLargestPool 1) }}
MG0401: the pools need {{ .Plan.poolerConnections }} connections, the database allows {{ ternary 100 (int64 .Values.database.maxConnections) (kindIs "invalid" .Values.database.maxConnections) }}: 1 × ({{ ternary 2 (int64 .Values.database.pooler.replicas) (kindIs "invalid" .Values.database.pooler.replicas) }} poolers + 2 in a rollout) + {{ if eq .Values.database.kind "managed" }}{{ ternary 10 (int64 .Values.database.reservedConnections) (kindIs "invalid" .Values.database.reservedConnections) }}{{ else }}13{{ end }} reserved
  help: raise `database.maxConnections` to {{ .Plan.poolerConnections }} or more
{{- end }}
{{- if and (lt .Plan.poolerLargestPool .Plan.poolerPoolSize) (not (lt .Plan.poolerLargestPool 1)) }}
MG0401: the pools need {{ .Plan.poolerConnections }} connections, the database allows {{ if eq .Values.database.kind "managed" }}{{ ternary 100 (int64 .Values.database.maxConnections) (kindIs "invalid" .Values.database.maxConnections) }}{{ else }}{{ .Plan.databaseMaxConnections }}{{ end }}: {{ int64 .Values.database.pooler.poolSize }} × ({{ ternary 2 (int64 .Values.database.pooler.replicas) (kindIs "invalid" .Values.database.pooler.replicas) }} poolers + 2 in a rollout) + {{ if eq .Values.database.kind "managed" }}10{{ else }}13{{ end }} reserved
  help: say `database.pooler.poolSize: {{ .Plan.poolerLargestPool }}` or less, or leave it out
{{- end }}
{{- if and .Values.database.cloudSqlProxy.iamLogin .Values.database.pooler.enabled (not .Plan.databaseSecret) }}
MG0403: there can be no pooler here: PgBouncer signs in with a password, and there is none
  help: leave `database.pooler.enabled` out, or say `database.cloudSqlProxy.iamLogin: false`
{{- end }}
{{- if and (eq .Values.database.engine "mysql") .Values.database.pooler.enabled }}
MG0403: there can be no pooler here: PgBouncer speaks PostgreSQL only
  help: leave `database.pooler.enabled` out, or take PostgreSQL
{{- end }}
{{- if and (eq .Values.database.credentials "dsnFile") .Values.database.pooler.enabled (ne .Values.database.engine "mysql") }}
MG0403: there can be no pooler here: the connection string of the Secret leads past it
  help: leave `database.pooler.enabled` out, or say `database.credentials: password`
{{- end }}
{{- if and (not .Values.database.host) (eq .Values.database.kind "managed") (not .Values.database.cloudSqlProxy.instance) }}
MG0405: the managed database has no address
  help: say `database.host`, or `database.cloudSqlProxy.instance` on Google Cloud
{{- end }}
{{- if and (regexMatch "\\.cluster-ro-" (toString .Values.database.host)) (not .Values.database.cloudSqlProxy.instance) }}
MG0407: `{{ .Values.database.host }}` leads to read-only instances, and Memos writes
  help: take the writer endpoint, the one with `.cluster-`
{{- end }}
{{- if and .Values.database.cloudSqlProxy.iamLogin (ne .Values.kubernetes.identity.kind "gke") }}
MG0408: signing in to the database by identity needs a Google service account for the pods
  help: say `kubernetes.identity: {kind: gke, serviceAccount: NAME@PROJECT.iam.gserviceaccount.com}`
{{- end }}
{{- if and (eq .Values.database.kind "sqlite") (ge .Plan.scalingMax 2) }}
MG0416: SQLite has one writer, and up to {{ .Plan.scalingMax }} replicas would each open the file
  help: say `scaling: {mode: single}`, or take `database: {kind: postgres}`, `cluster` or `managed`
{{- end }}
{{- if and (eq .Values.database.kind "cluster") (not (eq .Values.availability.zoneSpread "preferred")) (gt (ternary 3 (int64 .Values.database.instances) (kindIs "invalid" .Values.database.instances)) (int64 .Values.availability.zones)) }}
MG0421: {{ ternary 3 (int64 .Values.database.instances) (kindIs "invalid" .Values.database.instances) }} instances cannot each have a zone of their own among {{ int64 .Values.availability.zones }}
  help: say `database.instances: {{ int64 .Values.availability.zones }}`, or `availability.zoneSpread: preferred`
{{- end }}
{{- if and (eq .Values.database.engine "mysql") (eq .Values.scaling.mode "standby") }}
MG0427: a standby needs PostgreSQL, where a row says who serves, and this is MySQL: the lease is kept by PostgreSQL's client
  help: take `database: {kind: cluster}`, `postgres` or `managed`, or say `scaling.mode: single`
{{- end }}
{{- if and (eq .Values.scaling.mode "standby") (not .Plan.standby) (not .Plan.memosMeetsDatabase) }}
MG0427: a standby needs PostgreSQL, where a row says who serves, and this is SQLite: its file is on a volume that one pod alone may have
  help: take `database: {kind: cluster}`, `postgres` or `managed`, or say `scaling.mode: single`
{{- end }}
{{- if and .Plan.behindPooler (eq .Values.scaling.mode "standby") (or (not .Values.scaling.host) (eq .Values.scaling.host .Values.database.host)) (ternary (not (and (eq .Values.kubernetes.cloud "azure") (eq (int64 .Values.database.port) 6432))) (eq (int64 .Values.scaling.port) (int64 (default 5432 .Values.database.port))) (kindIs "invalid" .Values.scaling.port)) }}
MG0428: a pooler answers at the database's address, and the lease needs a session of its own
  help: say `scaling.port`, and `scaling.host` where it differs, of the database behind the pooler
{{- end }}
{{- if and .Values.scaling.host .Values.database.cloudSqlProxy.instance }}
MG0429: the keeper asks the Cloud SQL proxy of its pod, which alone encrypts and signs in, and would pass it by
  help: leave `scaling.host` out
{{- end }}
{{- if and (not (kindIs "invalid" .Values.scaling.port)) .Values.database.cloudSqlProxy.instance (not .Values.scaling.host) }}
MG0429: the keeper asks the Cloud SQL proxy of its pod, which alone encrypts and signs in, and would pass it by
  help: leave `scaling.port` out
{{- end }}
{{- if and .Values.scaling.host (not (has .Values.database.kind (list "managed" "sqlite"))) }}
MG0429: the keeper knows the way to this PostgreSQL, and would go no other
  help: leave `scaling.host` out
{{- end }}
{{- if and (not (kindIs "invalid" .Values.scaling.port)) (not (has .Values.database.kind (list "managed" "sqlite"))) (not .Values.scaling.host) }}
MG0429: the keeper knows the way to this PostgreSQL, and would go no other
  help: leave `scaling.port` out
{{- end }}
{{- if and .Values.scaling.user .Values.database.cloudSqlProxy.iamLogin (not .Values.scaling.host) (kindIs "invalid" .Values.scaling.port) }}
MG0429: who signs in by identity is the account of the pod, and no other user
  help: leave `scaling.user` out, or say `database.cloudSqlProxy.iamLogin: false`
{{- end }}
{{- if and (ge (int64 .Values.cache.port) 26379) (not (ge (int64 .Values.cache.port) 26380)) }}
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
{{- if and (regexMatch "\\.redis\\.azure\\.net$" (toString .Values.cache.host)) (ne (int64 .Values.cache.port) 10000) }}
MG0505: Azure Managed Redis listens on port 10000, not on {{ ternary 6379 (int64 .Values.cache.port) (kindIs "invalid" .Values.cache.port) }}
  help: say `cache.port: 10000` and `cache.tls: true`
{{- end }}
{{- if and (eq (int64 .Values.cache.port) 10000) (regexMatch "\\.redis\\.azure\\.net$" (toString .Values.cache.host)) (eq .Values.cache.tls false) }}
MG0505: Azure Managed Redis speaks TLS, and `cache.tls` is off
  help: say `cache.port: 10000` and `cache.tls: true`
{{- end }}
{{- if and (not (kindIs "invalid" .Values.cache.maxClients)) (lt .Plan.cacheLargestPool 1) }}
MG0510: the processes open {{ .Plan.cacheConnections }} connections, Redis allows {{ int64 .Values.cache.maxClients }}: 3 × ({{ .Plan.cachePoolSize }} + 1) × {{ .Plan.scalingProcesses }} processes in a rollout
  help: raise `cache.maxClients` to {{ .Plan.cacheConnections }} or more
{{- end }}
{{- if and (not (lt .Plan.cacheLargestPool 1)) (lt .Plan.cacheLargestPool .Plan.cachePoolSize) }}
MG0510: the processes open {{ .Plan.cacheConnections }} connections, Redis allows {{ ternary 10000 (int64 .Values.cache.maxClients) (kindIs "invalid" .Values.cache.maxClients) }}: 3 × ({{ .Plan.cachePoolSize }} + 1) × {{ .Plan.scalingProcesses }} processes in a rollout
  help: say `cache.client.poolSize: {{ .Plan.cacheLargestPool }}` or less
{{- end }}
{{- if lt 2 (int64 .Values.cache.minReplicasToWrite) }}
MG0524: a master has 2 replicas and asks for {{ int64 .Values.cache.minReplicasToWrite }}: it would take no write at all
  help: say `cache.minReplicasToWrite: 1`, which is taken when it is left out
{{- end }}
{{- if and .Values.cache.tlsSecret .Values.cache.certificate.issuer }}
MG0533: Redis has the certificate of the Secret `{{ .Values.cache.tlsSecret }}`, and cert-manager would make another
  help: say `cache.tlsSecret` for one that exists, or `cache.certificate` for one by cert-manager
{{- end }}
{{- if and (eq .Values.attachments.access "readWriteOnce") (eq .Values.scaling.mode "standby") (ne .Values.database.kind "sqlite") }}
MG0601: a volume for one node cannot follow from one of {{ int64 (default 2 .Values.scaling.pods) }} pods to another: the standby would wait for it, for minutes when the node is lost
  help: say `attachments.access: readWriteMany` with a class that can, or `attachments: {kind: s3}` or `database`
{{- end }}
{{- if and (eq .Values.attachments.access "readWriteOnce") (eq .Values.scaling.mode "replicas") (ge .Plan.scalingMax 2) (ne .Values.database.kind "sqlite") }}
MG0601: a volume for one node cannot hold the uploads of up to {{ .Plan.scalingMax }} replicas: pods on other nodes never start
  help: say `attachments.access: readWriteMany` with a class that can, or `attachments: {kind: s3}` or `database`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "azureFiles") (eq .Values.kubernetes.cloud "aws") (ne .Values.database.kind "sqlite") }}
MG0604: `azureFiles` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: efs`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "azureFiles") (eq .Values.kubernetes.cloud "gcp") (ne .Values.database.kind "sqlite") }}
MG0604: `azureFiles` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: filestore`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "efs") (eq .Values.kubernetes.cloud "azure") (ne .Values.database.kind "sqlite") }}
MG0604: `efs` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: azureFiles`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "efs") (eq .Values.kubernetes.cloud "gcp") (ne .Values.database.kind "sqlite") }}
MG0604: `efs` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: filestore`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "filestore") (eq .Values.kubernetes.cloud "azure") (ne .Values.database.kind "sqlite") }}
MG0604: `filestore` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: azureFiles`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "filestore") (eq .Values.kubernetes.cloud "aws") (ne .Values.database.kind "sqlite") }}
MG0604: `filestore` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: efs`
{{- end }}
{{- if regexMatch "^https?://[^/:]*\\.(blob|dfs)\\.core\\.windows\\.net([:/]|$)" (toString .Values.attachments.endpoint) }}
MG0609: Azure Blob Storage does not speak S3, so every upload would fail
  help: say `attachments: {kind: local, class: {kind: azureFiles}}` or `attachments: {kind: database}`
{{- end }}
{{- if and (not (kindIs "invalid" .Values.exposure.edge.idleTimeoutSeconds)) (lt (int64 .Values.exposure.edge.idleTimeoutSeconds) 30) }}
MG0701: an idle timeout of {{ int64 .Values.exposure.edge.idleTimeoutSeconds }} seconds cuts the event stream, which is silent for 30
  help: write 60 or more; 3600 is the default
{{- end }}
{{- if lt (int64 .Values.exposure.edge.maxBodyMb) .Plan.exposureBodyNeeded }}
MG0702: bodies of {{ int64 .Values.exposure.edge.maxBodyMb }} MiB are let through, and an upload of {{ if .Values.components.proxy.resources.requests.cpu }}{{ if eq .Values.memos.logLevel "debug" }}9{{ else }}30{{ end }}{{ else }}30{{ end }} MiB needs {{ .Plan.exposureBodyNeeded }}
{{ if .Values.components.proxy.resources.requests.cpu }}{{ if eq .Values.memos.logLevel "debug" }}  help: leave `exposure.edge.maxBodyMb` out, or write 13 or more{{ else }}  help: leave `exposure.edge.maxBodyMb` out, or write 41 or more{{ end }}{{ else }}  help: leave `exposure.edge.maxBodyMb` out, or write 41 or more{{ end }}
  help: or lower `memos.uploadSizeLimitMb` to {{ .Plan.exposureLargestUpload }}
{{- end }}
{{- if and (regexMatch "^managed$" (toString .Values.exposure.tls.certificate)) .Plan.edge.gceInternal }}
MG0704: Google makes no certificate by itself for an internal load balancer
  help: name a regional certificate that exists, or take `exposure.tls.kind: certManager`
{{- end }}
{{- if and (eq .Values.exposure.tls.kind "cloud") (not .Plan.edge.takesCloudCertificate) }}
MG0704: class `{{ .Values.exposure.class }}` cannot use a certificate of the cloud
  help: take `exposure.tls: {kind: certManager, issuer: …}` or `{kind: secret, name: …}`
{{- end }}
{{- if and .Values.exposure.certificate (not .Plan.https) }}
MG0704: only the load balancers of AWS take a certificate here
  help: take `exposure.kind: gateway` or `ingress` for encryption
{{- end }}
{{- if and .Plan.edge.alb (or (not .Values.exposure.tls.kind) (has .Values.exposure.tls.kind (list "certManager" "secret"))) }}
MG0705: class `{{ .Values.exposure.class }}` reads no certificate from a Secret, only from ACM
  help: take `exposure.tls: {kind: cloud, certificate: arn:aws:acm:…}`
{{- end }}
{{- if and .Values.exposure.certificate .Plan.https (not (regexMatch "^arn:aws[^:,]*:(acm|iam):[^,]*(, *arn:aws[^:,]*:(acm|iam):[^,]*)*$" (toString .Values.exposure.certificate))) }}
MG0706: `exposure.certificate` has to be the ARN of a certificate in ACM
  help: write it as `arn:aws:acm:REGION:ACCOUNT:certificate/ID`; `aws acm list-certificates` shows yours
{{- end }}
{{- if and (eq .Values.exposure.tls.kind "cloud") (not (regexMatch "^arn:aws[^:,]*:(acm|iam):[^,]*(, *arn:aws[^:,]*:(acm|iam):[^,]*)*$" (toString .Values.exposure.tls.certificate))) .Plan.edge.alb }}
MG0706: `exposure.tls.certificate` has to be the ARN of a certificate in ACM
  help: write it as `arn:aws:acm:REGION:ACCOUNT:certificate/ID`; `aws acm list-certificates` shows yours
{{- end }}
{{- if and .Plan.edge.other .Values.network.policies (not .Values.exposure.edge.networks) (ne .Values.exposure.kind "gateway") }}
MG0709: it is not known from where class `{{ .Values.exposure.class }}` connects to Memos
  help: name the namespace of its pods in `exposure.controllerNamespace`
  help: if it runs outside the cluster, list its addresses in `exposure.edge.networks`
{{- end }}
{{- if and .Plan.edge.other (eq .Values.exposure.kind "gateway") (not .Values.exposure.edge.networks) .Values.network.policies }}
MG0709: it is not known from where class `{{ .Values.exposure.class }}` connects to Memos
  help: name the namespace of its pods in `exposure.dataPlaneNamespace`
  help: if it runs outside the cluster, list its addresses in `exposure.edge.networks`
{{- end }}
{{- if and .Plan.edge.needsNetworks (not .Values.exposure.edge.networks) .Values.network.policies }}
MG0710: class `{{ .Values.exposure.class }}` connects from subnets that the spec does not name
  help: list the load balancer's subnets in `exposure.edge.networks`
  help: on Google Cloud that is the proxy-only subnet, on Azure the subnet of the association
{{- end }}
{{- if and .Plan.edge.alb (ne .Values.kubernetes.cloud "aws") }}
MG0716: class `{{ .Values.exposure.class }}` exists only on `aws`, and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `aws`, or take a class of your own cluster
{{- end }}
{{- if and (ne .Values.kubernetes.cloud "azure") .Plan.edge.ofAzure }}
MG0716: class `{{ .Values.exposure.class }}` exists only on `azure`, and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `azure`, or take a class of your own cluster
{{- end }}
{{- if and .Plan.edge.google (ne .Values.kubernetes.cloud "gcp") }}
MG0716: class `{{ .Values.exposure.class }}` exists only on `gcp`, and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `gcp`, or take a class of your own cluster
{{- end }}
{{- if and .Values.kubernetes.eksAutoMode (ne .Values.kubernetes.cloud "aws") }}
MG0722: Auto Mode is EKS', and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `aws`, or leave `kubernetes.eksAutoMode` out
{{- end }}
{{- if lt .Plan.scalingMax (int64 .Values.scaling.min) }}
MG0801: at least {{ int64 .Values.scaling.min }} replicas and at most {{ int64 .Values.scaling.max }} cannot both hold
  help: say `scaling.max: {{ int64 .Values.scaling.min }}` or more
{{- end }}
{{- if lt .Plan.memosGraceSeconds .Plan.memosGraceNeeded }}
MG0810: a stopping process is killed after {{ int64 .Values.availability.terminationGracePeriodSeconds }} s, and needs {{ .Plan.memosGraceNeeded }}: {{ .Plan.memosPreStopSeconds }} before the signal + 10 for requests + 5 to end
  help: say {{ .Plan.memosGraceNeeded }} or more, or leave it out
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "azure") (has .Values.kubernetes.cloud (list "aws" "gcp")) }}
MG0903: the identity `azure` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "eksPodIdentity") (has .Values.kubernetes.cloud (list "gcp" "azure")) }}
MG0903: the identity `eksPodIdentity` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "gke") (has .Values.kubernetes.cloud (list "azure" "aws")) }}
MG0903: the identity `gke` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "irsa") (has .Values.kubernetes.cloud (list "azure" "gcp")) }}
MG0903: the identity `irsa` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if and (not (lt 60 (int64 .Values.rollout.progressDeadlineSeconds))) (eq .Values.scaling.mode "standby") }}
MG1026: `Deployment/{{ .Plan.names.memos }}` is refused by the API server: `spec.progressDeadlineSeconds` is 60, not more than `minReadySeconds`, which is 60
  help: write more than 60
{{- end }}
{{- end }}
