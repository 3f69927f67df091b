{{- /*
The name of an object that belongs to the installation: a given one, or the full name with a suffix. Names beyond 63 characters are
cut as the compiler cuts them: eight digits of a hash stand for what is left out.
Takes a map with root, suffix and, if a value can name the object, given.
*/}}
{{- define "memos.notes.name" -}}
{{- $name := printf "%s-%s" (include "memos.fullname" .root) .suffix -}}
{{- if .given -}}
{{ .given }}
{{- else if gt (len $name) 63 -}}
{{ printf "%s-%s" (regexReplaceAll "-+$" (trunc 54 $name) "") (sha256sum $name | trunc 8) }}
{{- else -}}
{{ $name }}
{{- end -}}
{{- end }}

{{- /* The port of the Service that people and the test reach Memos at. */}}
{{- define "memos.notes.port" -}}
{{- if eq .Values.exposure.kind "loadBalancer" -}}
{{ .Values.exposure.port | default 80 }}
{{- else -}}
80
{{- end -}}
{{- end }}

{{- /* The image of Memos, through the mirror if there is one. */}}
{{- define "memos.notes.image" -}}
{{- $own := printf "ghcr.io/usememos/memos:%s" .Values.memos.version -}}
{{- $image := .Values.memos.image | default $own -}}
{{- if .Values.images.registry -}}
{{- $image = printf "%s/%s" (trimAll "/" .Values.images.registry) (regexReplaceAll "^([^/]*[.:][^/]*|localhost)/" $image "") -}}
{{- end -}}
{{ $image }}
{{- end }}
