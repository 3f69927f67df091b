{{- /* Names, amounts and images, by the same rules as the compiler's. */ -}}

{{- /* What the installation and Memos' own objects are called: the release, with the chart's name behind it where it does not
say it already. */ -}}
{{- define "memos.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- if .Values.fullnameOverride -}}
{{- include "memos.cut" (list .Values.fullnameOverride 63) -}}
{{- else if contains $name .Release.Name -}}
{{- include "memos.cut" (list .Release.Name 63) -}}
{{- else -}}
{{- include "memos.cut" (list (printf "%s-%s" .Release.Name $name) 63) -}}
{{- end -}}
{{- end -}}

{{- /* A name of at most so many characters; what is cut off lives on as eight digits of its hash. (list NAME LIMIT) */ -}}
{{- define "memos.cut" -}}
{{- $name := index . 0 -}}
{{- $limit := index . 1 | int -}}
{{- if le (len $name) $limit -}}
{{- $name -}}
{{- else -}}
{{- printf "%s-%s" (regexReplaceAll "-+$" (trunc (sub $limit 9 | int) $name) "") (sha256sum $name | trunc 8) -}}
{{- end -}}
{{- end -}}

{{- /* The chart with its version, as a label. */ -}}
{{- define "memos.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* Labels by which the pods of a component are chosen. (list CONTEXT COMPONENT) */ -}}
{{- define "memos.selectorLabels" -}}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Plan.names.memos | quote }}
app.kubernetes.io/name: memos
{{- end -}}

{{- /* Labels of every object. (list CONTEXT COMPONENT) */ -}}
{{- define "memos.labels" -}}
{{- $context := index . 0 -}}
{{ include "memos.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ $context.Release.Service }}
app.kubernetes.io/part-of: memos
helm.sh/chart: {{ $context.Plan.chart }}
{{- end -}}

{{- /* An amount of memory in MiB; nothing is 0. */ -}}
{{- define "memos.mebibytes" -}}
{{- $amount := toString (. | default 0) -}}
{{- if hasSuffix "Gi" $amount -}}
{{- mul (trimSuffix "Gi" $amount | int64) 1024 -}}
{{- else -}}
{{- trimSuffix "Mi" $amount | int64 -}}
{{- end -}}
{{- end -}}

{{- /* The same in GiB, rounded up. */ -}}
{{- define "memos.gibibytes" -}}
{{- div (add (include "memos.mebibytes" . | int64) 1023) 1024 -}}
{{- end -}}

{{- /* An amount of processor time in thousandths; nothing is 0. */ -}}
{{- define "memos.thousandths" -}}
{{- $amount := toString (. | default 0) -}}
{{- if hasSuffix "m" $amount -}}
{{- trimSuffix "m" $amount | int64 -}}
{{- else -}}
{{- mul ($amount | int64) 1000 -}}
{{- end -}}
{{- end -}}

{{- /* A length of time in seconds; nothing is 0. */ -}}
{{- define "memos.seconds" -}}
{{- $length := toString (. | default "0s") -}}
{{- $unit := get (dict "s" 1 "m" 60 "h" 3600) (substr (sub (len $length) 1 | int) (len $length) $length) -}}
{{- mul (regexReplaceAll "[smh]$" $length "" | int64) $unit -}}
{{- end -}}

{{- /* So many MiB, in the largest unit that needs no fraction. */ -}}
{{- define "memos.memory" -}}
{{- if and (gt (int64 .) 0) (eq (mod . 1024) 0) -}}
{{- div . 1024 }}Gi
{{- else -}}
{{- int64 . }}Mi
{{- end -}}
{{- end -}}

{{- /* So many thousandths of a processor, in whole ones where that needs no fraction. */ -}}
{{- define "memos.processor" -}}
{{- if and (gt (int64 .) 0) (eq (mod . 1000) 0) -}}
{{- div . 1000 -}}
{{- else -}}
{{- int64 . }}m
{{- end -}}
{{- end -}}

{{- /* An image without its registry, as a mirror serves it. */ -}}
{{- define "memos.repository" -}}
{{- regexReplaceAll "^(localhost|[^/]*[.:][^/]*)/" . "" -}}
{{- end -}}

{{- /* An image that is given, or else another, through the mirror if there is one. (list CONTEXT IMAGE OTHER) */ -}}
{{- define "memos.image" -}}
{{- $image := index . 1 | default (index . 2) -}}
{{- with (index . 0).Values.images.registry -}}
{{- printf "%s/%s" . (include "memos.repository" $image) -}}
{{- else -}}
{{- $image -}}
{{- end -}}
{{- end -}}

{{- /* The tag of an image. */ -}}
{{- define "memos.tag" -}}
{{- regexReplaceAll "^.*:([^:/]*)$" (regexReplaceAll "@.*$" . "") "${1}" -}}
{{- end -}}

{{- /* The port of a URL. */ -}}
{{- define "memos.port" -}}
{{- if regexMatch "^https?://[^/]*:[0-9]+" . -}}
{{- regexReplaceAll "^https?://[^/]*:([0-9]+).*$" . "${1}" -}}
{{- else if hasPrefix "http://" . -}}
80
{{- else -}}
443
{{- end -}}
{{- end -}}

{{- /* The host of a URL. */ -}}
{{- define "memos.host" -}}
{{- regexReplaceAll "^https?://([^/:]*).*$" . "${1}" -}}
{{- end -}}
