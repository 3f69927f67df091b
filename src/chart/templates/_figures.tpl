{{- /* Derived by memos-gen from its own builders; changes belong there. */ -}}

{{- define "memos.figure.cache.connections" -}}
{{ if eq .Values.cache.kind "none" }}{{ 0 }}{{ else }}{{- $poolSize := (include "memos.figure.cache.poolSize" . | int64) -}}{{- $replicasMax := 0 -}}{{ if eq .Values.scaling.mode "replicas" }}{{ $replicasMax = (include "memos.figure.scaling.max" . | int64) }}{{ else }}{{ $replicasMax = 1 }}{{ end }}{{- $surge := 0 -}}{{ if eq .Values.scaling.mode "replicas" }}{{ $surge = (int64 .Values.rollout.maxSurge) }}{{ else }}{{ $surge = 0 }}{{ end }}{{ mul (mul 3 (add $poolSize 1)) (add $replicasMax $surge) }}{{ end }}
{{- end }}

{{- define "memos.figure.cache.diskLimit" -}}
{{- $scratch := (include "memos.figure.cache.scratch" . | int64) -}}{{ max 1024 (add $scratch 64) }}
{{- end }}

{{- define "memos.figure.cache.largestPool" -}}
{{ if eq .Values.cache.kind "managed" }}{{- $maxClients := 0 -}}{{ if not (kindIs "invalid" .Values.cache.maxClients) }}{{ $maxClients = (int64 .Values.cache.maxClients) }}{{ else }}{{ $maxClients = 10000 }}{{ end }}{{- $processes := (include "memos.figure.scaling.processes" . | int64) -}}{{ max 0 (sub (div $maxClients (mul 3 $processes)) 1) }}{{ else }}{{ 0 }}{{ end }}
{{- end }}

{{- define "memos.figure.cache.maxClients" -}}
{{ if eq .Values.cache.kind "redis" }}{{- $connections := (include "memos.figure.cache.connections" . | int64) -}}{{ max 100 (mul 2 $connections) }}{{ else }}{{- $connections := (include "memos.figure.cache.connections" . | int64) -}}{{ max 128 (add (mul 2 $connections) 64) }}{{ end }}
{{- end }}

{{- define "memos.figure.cache.maxMemory" -}}
{{ if .Values.cache.maxMemory }}{{ (include "memos.mebibytes" .Values.cache.maxMemory | int64) }}{{ else }}{{- $cachedSettings := (include "memos.figure.load.cachedSettings" . | int64) -}}{{- $sessions := (include "memos.figure.load.sessions" . | int64) -}}{{ mul (div (add (div (mul (add 50000 (mul 2 $sessions) $cachedSettings) 1000) 1048576) 15) 16) 16 }}{{ end }}
{{- end }}

{{- define "memos.figure.cache.memoryLimit" -}}
{{ if eq .Values.cache.kind "redis" }}{{ if (include "memos.fact.redisVolume" .) }}{{- $maxMemory := (include "memos.figure.cache.maxMemory" . | int64) -}}{{ mul (div (add (add (mul 2 $maxMemory) (div $maxMemory 2) 32) 15) 16) 16 }}{{ else }}{{- $maxMemory := (include "memos.figure.cache.maxMemory" . | int64) -}}{{ mul (div (add (add $maxMemory (div $maxMemory 2) 32) 15) 16) 16 }}{{ end }}{{ else if (include "memos.fact.redisVolume" .) }}{{- $maxMemory := (include "memos.figure.cache.maxMemory" . | int64) -}}{{ mul (div (add (add (mul 2 $maxMemory) (div $maxMemory 2) 112) 15) 16) 16 }}{{ else }}{{- $maxMemory := (include "memos.figure.cache.maxMemory" . | int64) -}}{{ mul (div (add (add $maxMemory (div $maxMemory 2) 112) 15) 16) 16 }}{{ end }}
{{- end }}

{{- define "memos.figure.cache.poolSize" -}}
{{ if eq .Values.cache.kind "none" }}{{ 0 }}{{ else if not (kindIs "invalid" .Values.cache.client.poolSize) }}{{ int64 .Values.cache.client.poolSize }}{{ else }}{{ 10 }}{{ end }}
{{- end }}

{{- define "memos.figure.cache.scratch" -}}
{{- $maxMemory := (include "memos.figure.cache.maxMemory" . | int64) -}}{{ add (mul 2 $maxMemory) 64 }}
{{- end }}

{{- define "memos.figure.cache.storage" -}}
{{ if .Values.cache.storage.size }}{{ (include "memos.gibibytes" .Values.cache.storage.size | int64) }}{{ else if eq .Values.cache.persistence "aof" }}{{- $maxMemory := (include "memos.figure.cache.maxMemory" . | int64) -}}{{ max 10 (div (mul (div (add (mul 3 $maxMemory) 1023) 1024) 1024) 1024) }}{{ else if eq .Values.cache.persistence "both" }}{{- $maxMemory := (include "memos.figure.cache.maxMemory" . | int64) -}}{{ max 10 (div (mul (div (add (mul 5 $maxMemory) 1023) 1024) 1024) 1024) }}{{ else }}{{- $maxMemory := (include "memos.figure.cache.maxMemory" . | int64) -}}{{ max 10 (div (mul (div (add (mul 2 $maxMemory) 1023) 1024) 1024) 1024) }}{{ end }}
{{- end }}

{{- define "memos.figure.database.cpu" -}}
{{- $size := include "memos.size" . -}}{{ get (dict "small" 2000 "medium" 4000 "large" 8000 "enterprise" 16000) $size }}
{{- end }}

{{- define "memos.figure.database.cpuLimit" -}}
{{- $memory := (include "memos.figure.database.memory" . | int64) -}}{{- $size := include "memos.size" . -}}{{ min (max 500 (div $memory 2)) (get (dict "small" 2000 "medium" 4000 "large" 8000 "enterprise" 16000) $size) }}
{{- end }}

{{- define "memos.figure.database.cpuRequest" -}}
{{- $cpuLimit := (include "memos.figure.database.cpuLimit" . | int64) -}}{{ div $cpuLimit 4 }}
{{- end }}

{{- define "memos.figure.database.effectiveCacheSize" -}}
{{- $memory := (include "memos.figure.database.memory" . | int64) -}}{{ div (mul 3 $memory) 4 }}
{{- end }}

{{- define "memos.figure.database.maintenanceWorkMem" -}}
{{- $memory := (include "memos.figure.database.memory" . | int64) -}}{{ min 2048 (div $memory 16) }}
{{- end }}

{{- define "memos.figure.database.maxConnections" -}}
{{ if not (kindIs "invalid" .Values.database.maxConnections) }}{{ int64 .Values.database.maxConnections }}{{ else }}{{- $memory := 0 -}}{{ if .Values.database.memory }}{{ $memory = (include "memos.mebibytes" .Values.database.memory | int64) }}{{ else if eq .Values.load.size "medium" }}{{ $memory = 8192 }}{{ else if eq .Values.load.size "enterprise" }}{{ $memory = 32768 }}{{ else if eq .Values.load.size "large" }}{{ $memory = 16384 }}{{ else }}{{ $memory = 4096 }}{{ end }}{{- $replicasMax := 0 -}}{{ if eq .Values.scaling.mode "replicas" }}{{ $replicasMax = (include "memos.figure.scaling.max" . | int64) }}{{ else }}{{ $replicasMax = 1 }}{{ end }}{{- $reserved := 13 -}}{{- $surge := 0 -}}{{ if eq .Values.scaling.mode "replicas" }}{{ $surge = (int64 .Values.rollout.maxSurge) }}{{ else }}{{ $surge = 0 }}{{ end }}{{ min 500 (max 50 (min (div (mul 50 $memory) 512) (add (mul 20 (add $replicasMax $surge)) $reserved))) }}{{ end }}
{{- end }}

{{- define "memos.figure.database.memory" -}}
{{ if .Values.database.memory }}{{ (include "memos.mebibytes" .Values.database.memory | int64) }}{{ else }}{{- $size := include "memos.size" . -}}{{ get (dict "small" 4096 "medium" 8192 "large" 16384 "enterprise" 32768) $size }}{{ end }}
{{- end }}

{{- define "memos.figure.database.sharedBuffers" -}}
{{- $memory := (include "memos.figure.database.memory" . | int64) -}}{{ min 16384 (div $memory 4) }}
{{- end }}

{{- define "memos.figure.database.storage" -}}
{{ if .Values.database.storage.size }}{{ (include "memos.gibibytes" .Values.database.storage.size | int64) }}{{ else }}{{- $size := include "memos.size" . -}}{{ get (dict "small" 100 "medium" 500 "large" 1000 "enterprise" 2000) $size }}{{ end }}
{{- end }}

{{- define "memos.figure.database.workMem" -}}
{{- $maxConnections := (include "memos.figure.database.maxConnections" . | int64) -}}{{- $memory := (include "memos.figure.database.memory" . | int64) -}}{{ min 64 (max 4 (div (sub $memory (div $memory 4)) (mul 4 $maxConnections))) }}
{{- end }}

{{- define "memos.figure.exposure.bodyLimit" -}}
{{ if not (kindIs "invalid" .Values.exposure.edge.maxBodyMb) }}{{ int64 .Values.exposure.edge.maxBodyMb }}{{ else }}{{- $uploadSizeLimitMb := (int64 .Values.memos.uploadSizeLimitMb) -}}{{ add (div (mul (div (add (mul 4 $uploadSizeLimitMb) 2) 3) 3) 3) 1 }}{{ end }}
{{- end }}

{{- define "memos.figure.exposure.bodyNeeded" -}}
{{ if not (kindIs "invalid" .Values.exposure.edge.maxBodyMb) }}{{- $uploadSizeLimitMb := (int64 .Values.memos.uploadSizeLimitMb) -}}{{ add (div (mul (div (add (mul 4 $uploadSizeLimitMb) 2) 3) 3) 3) 1 }}{{ else }}{{ 0 }}{{ end }}
{{- end }}

{{- define "memos.figure.exposure.largestUpload" -}}
{{- $bodyLimit := (int64 .Values.exposure.edge.maxBodyMb) -}}{{ max 1 (mul 3 (div (sub $bodyLimit 1) 4)) }}
{{- end }}

{{- define "memos.figure.load.cachedSettings" -}}
{{- $users := (include "memos.figure.load.users" . | int64) -}}{{ add 100 (mul 10 $users) }}
{{- end }}

{{- define "memos.figure.load.requestsPerSecond" -}}
{{- $users := (include "memos.figure.load.users" . | int64) -}}{{ max 1 (div $users 20) }}
{{- end }}

{{- define "memos.figure.load.sessions" -}}
{{- $users := (include "memos.figure.load.users" . | int64) -}}{{ mul 3 $users }}
{{- end }}

{{- define "memos.figure.load.users" -}}
{{- $size := include "memos.size" . -}}{{ get (dict "small" 100 "medium" 1000 "large" 10000 "enterprise" 50000) $size }}
{{- end }}

{{- define "memos.figure.memos.cpuLimit" -}}
{{- $cpuRequest := (include "memos.figure.memos.cpuRequest" . | int64) -}}{{ max 1000 (mul 4 $cpuRequest) }}
{{- end }}

{{- define "memos.figure.memos.cpuRequest" -}}
{{- $replicas := 0 -}}{{ if eq .Values.scaling.mode "replicas" }}{{ $replicas = (include "memos.figure.scaling.min" . | int64) }}{{ else }}{{ $replicas = 1 }}{{ end }}{{- $requestsPerSecond := (include "memos.figure.load.requestsPerSecond" . | int64) -}}{{ max 100 (mul (div (add (add 50 (div (mul 53 $requestsPerSecond) (mul 10 $replicas))) 49) 50) 50) }}
{{- end }}

{{- define "memos.figure.memos.goMemoryLimit" -}}
{{- $memoryLimit := (include "memos.figure.memos.memoryLimit" . | int64) -}}{{ div (mul 80 $memoryLimit) 100 }}
{{- end }}

{{- define "memos.figure.memos.graceNeeded" -}}
{{- $preStopSeconds := (include "memos.figure.memos.preStopSeconds" . | int64) -}}{{ add $preStopSeconds 10 5 }}
{{- end }}

{{- define "memos.figure.memos.graceSeconds" -}}
{{ if not (kindIs "invalid" .Values.availability.terminationGracePeriodSeconds) }}{{ int64 .Values.availability.terminationGracePeriodSeconds }}{{ else }}{{- $preStopSeconds := (include "memos.figure.memos.preStopSeconds" . | int64) -}}{{ add $preStopSeconds 10 10 }}{{ end }}
{{- end }}

{{- define "memos.figure.memos.memoryLimit" -}}
{{ if eq .Values.attachments.kind "database" }}{{ if .Values.components.memos.resources.limits.memory }}{{ (include "memos.mebibytes" .Values.components.memos.resources.limits.memory | int64) }}{{ else }}{{- $concurrentUploads := (int64 .Values.memos.concurrentUploads) -}}{{- $uploadSizeLimitMb := (int64 .Values.memos.uploadSizeLimitMb) -}}{{ mul (div (add (div (mul 115 (add 128 (div (mul (add 240 (mul 195 (sub $concurrentUploads 1))) $uploadSizeLimitMb) 30))) 100) 63) 64) 64 }}{{ end }}{{ else if .Values.components.memos.resources.limits.memory }}{{ (include "memos.mebibytes" .Values.components.memos.resources.limits.memory | int64) }}{{ else }}{{- $concurrentUploads := (int64 .Values.memos.concurrentUploads) -}}{{- $uploadSizeLimitMb := (int64 .Values.memos.uploadSizeLimitMb) -}}{{ mul (div (add (div (mul 115 (add 128 (div (mul (add 180 (mul 120 (sub $concurrentUploads 1))) $uploadSizeLimitMb) 30))) 100) 63) 64) 64 }}{{ end }}
{{- end }}

{{- define "memos.figure.memos.memoryRequest" -}}
{{- $memoryLimit := (include "memos.figure.memos.memoryLimit" . | int64) -}}{{ min $memoryLimit (max 128 (div $memoryLimit 4)) }}
{{- end }}

{{- define "memos.figure.memos.preStopSeconds" -}}
{{ if not (kindIs "invalid" .Values.availability.preStopSeconds) }}{{ int64 .Values.availability.preStopSeconds }}{{ else if contains " has-waf " (include "memos.edge" .) }}{{ if contains " google " (include "memos.edge" .) }}{{ 60 }}{{ else }}{{ 30 }}{{ end }}{{ else if eq .Values.exposure.kind "none" }}{{ 5 }}{{ else if eq .Values.kubernetes.cloud "aws" }}{{ if or (eq .Values.exposure.kind "loadBalancer") (contains " application-gateway " (include "memos.edge" .)) }}{{ 30 }}{{ else }}{{ 10 }}{{ end }}{{ else if contains " application-gateway " (include "memos.edge" .) }}{{ 30 }}{{ else }}{{ 10 }}{{ end }}
{{- end }}

{{- define "memos.figure.memos.startupTries" -}}
{{- $startupSeconds := (int64 .Values.rollout.startupSeconds) -}}{{ div (mul (div (add $startupSeconds 1) 2) 2) 2 }}
{{- end }}

{{- define "memos.figure.pooler.connections" -}}
{{- $poolSize := (include "memos.figure.pooler.poolSize" . | int64) -}}{{- $poolers := 0 -}}{{ if not (kindIs "invalid" .Values.database.pooler.replicas) }}{{ $poolers = (int64 .Values.database.pooler.replicas) }}{{ else }}{{ $poolers = 2 }}{{ end }}{{- $reserved := 0 -}}{{ if eq .Values.database.kind "managed" }}{{ if not (kindIs "invalid" .Values.database.reservedConnections) }}{{ $reserved = (int64 .Values.database.reservedConnections) }}{{ else }}{{ $reserved = 10 }}{{ end }}{{ else }}{{ $reserved = 13 }}{{ end }}{{- $surge := 2 -}}{{ add (mul $poolSize (add $poolers $surge)) $reserved }}
{{- end }}

{{- define "memos.figure.pooler.largestPool" -}}
{{ if (include "memos.fact.pooler" .) }}{{- $maxConnections := 0 -}}{{ if not (kindIs "invalid" .Values.database.maxConnections) }}{{ $maxConnections = (int64 .Values.database.maxConnections) }}{{ else if eq .Values.database.kind "managed" }}{{ $maxConnections = 100 }}{{ else }}{{ $maxConnections = (include "memos.figure.database.maxConnections" . | int64) }}{{ end }}{{- $poolers := 0 -}}{{ if not (kindIs "invalid" .Values.database.pooler.replicas) }}{{ $poolers = (int64 .Values.database.pooler.replicas) }}{{ else }}{{ $poolers = 2 }}{{ end }}{{- $reserved := 0 -}}{{ if eq .Values.database.kind "managed" }}{{ if not (kindIs "invalid" .Values.database.reservedConnections) }}{{ $reserved = (int64 .Values.database.reservedConnections) }}{{ else }}{{ $reserved = 10 }}{{ end }}{{ else }}{{ $reserved = 13 }}{{ end }}{{- $surge := 2 -}}{{ max 0 (div (sub $maxConnections $reserved) (add $poolers $surge)) }}{{ else }}{{ 0 }}{{ end }}
{{- end }}

{{- define "memos.figure.pooler.maxClients" -}}
{{- $poolSize := (include "memos.figure.pooler.poolSize" . | int64) -}}{{ max 500 (mul 10 $poolSize) }}
{{- end }}

{{- define "memos.figure.pooler.poolSize" -}}
{{ if (include "memos.fact.pooler" .) }}{{ if not (kindIs "invalid" .Values.database.pooler.poolSize) }}{{ int64 .Values.database.pooler.poolSize }}{{ else }}{{- $maxConnections := 0 -}}{{ if not (kindIs "invalid" .Values.database.maxConnections) }}{{ $maxConnections = (int64 .Values.database.maxConnections) }}{{ else if eq .Values.database.kind "managed" }}{{ $maxConnections = 100 }}{{ else }}{{ $maxConnections = (include "memos.figure.database.maxConnections" . | int64) }}{{ end }}{{- $poolers := 0 -}}{{ if not (kindIs "invalid" .Values.database.pooler.replicas) }}{{ $poolers = (int64 .Values.database.pooler.replicas) }}{{ else }}{{ $poolers = 2 }}{{ end }}{{- $reserved := 0 -}}{{ if eq .Values.database.kind "managed" }}{{ if not (kindIs "invalid" .Values.database.reservedConnections) }}{{ $reserved = (int64 .Values.database.reservedConnections) }}{{ else }}{{ $reserved = 10 }}{{ end }}{{ else }}{{ $reserved = 13 }}{{ end }}{{- $surge := 2 -}}{{ max 1 (min 100 (div (sub $maxConnections $reserved) (add $poolers $surge))) }}{{ end }}{{ else }}{{ 0 }}{{ end }}
{{- end }}

{{- define "memos.figure.scaling.max" -}}
{{ if eq .Values.scaling.mode "replicas" }}{{ if not (kindIs "invalid" .Values.scaling.max) }}{{ int64 .Values.scaling.max }}{{ else }}{{- $min := (include "memos.figure.scaling.min" . | int64) -}}{{- $size := include "memos.size" . -}}{{ max $min (get (dict "small" 3 "medium" 8 "large" 20 "enterprise" 40) $size) }}{{ end }}{{ else }}{{ 0 }}{{ end }}
{{- end }}

{{- define "memos.figure.scaling.min" -}}
{{ if eq .Values.scaling.mode "replicas" }}{{ if not (kindIs "invalid" .Values.scaling.min) }}{{ int64 .Values.scaling.min }}{{ else if not (kindIs "invalid" .Values.scaling.max) }}{{- $max := (int64 .Values.scaling.max) -}}{{- $size := include "memos.size" . -}}{{ min $max (get (dict "small" 2 "medium" 3 "large" 8 "enterprise" 20) $size) }}{{ else }}{{- $size := include "memos.size" . -}}{{ get (dict "small" 2 "medium" 3 "large" 8 "enterprise" 20) $size }}{{ end }}{{ else }}{{ 0 }}{{ end }}
{{- end }}

{{- define "memos.figure.scaling.processes" -}}
{{- $replicasMax := 0 -}}{{ if eq .Values.scaling.mode "replicas" }}{{ $replicasMax = (include "memos.figure.scaling.max" . | int64) }}{{ else }}{{ $replicasMax = 1 }}{{ end }}{{- $surge := 0 -}}{{ if eq .Values.scaling.mode "replicas" }}{{ $surge = (int64 .Values.rollout.maxSurge) }}{{ else }}{{ $surge = 0 }}{{ end }}{{ add $replicasMax $surge }}
{{- end }}
