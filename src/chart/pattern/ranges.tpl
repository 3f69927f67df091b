{{- /* Ranges of addresses with bits behind their prefix; what else is wrong with one is seen by the schema. */ -}}
{{- define "memos.refusals.ranges" -}}
{{- range $path, $ranges := dict LISTS }}
{{- range $at, $range := $ranges }}
{{- if contains ":" $range }}
{{- if not (regexMatch `IPV6` $range) }}
MG0206: `{{ $path }}[{{ $at }}]` is `{{ $range }}`, of which the chart cannot tell that no bits are set behind the prefix
  help: write `::` at its end, as in `2001:db8:0:4::/62`, or compile a spec with `memos-gen build`
{{- end }}
{{- else }}
{{- $parts := regexSplit "[./]" $range -1 }}
{{- $address := 0 }}
{{- range list 0 1 2 3 }}
{{- $address = add (mul $address 256) (index $parts . | int64) }}
{{- end }}
{{- $size := 1 }}
{{- range until (sub 32 (index $parts 4 | int64) | int) }}
{{- $size = mul $size 2 }}
{{- end }}
{{- $behind := mod $address $size }}
{{- if $behind }}
{{- $network := sub $address $behind }}
{{- $octets := list (div $network 16777216) (mod (div $network 65536) 256) (mod (div $network 256) 256) (mod $network 256) }}
MG0206: `{{ $path }}[{{ $at }}]` is `{{ $range }}`, which is not a valid cidr: bits are set behind the prefix: write `{{ join "." $octets }}/{{ index $parts 4 }}`
  help: run `memos-gen explain {{ $path }}[{{ $at }}]` for its form
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
