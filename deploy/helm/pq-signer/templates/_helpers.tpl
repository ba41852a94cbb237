{{- define "pq-signer.labels" -}}
app.kubernetes.io/name: pq-signer
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "pq-signer.selector" -}}
app.kubernetes.io/name: pq-signer
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* A tag, or a digest when it says so itself. */}}
{{- define "pq-signer.image" -}}
{{- $separator := ternary "@" ":" (hasPrefix "sha256:" .image.tag) -}}
{{ .root.Values.image.repository }}/{{ .image.name }}{{ $separator }}{{ .image.tag }}
{{- end }}

{{/* Pod Security "restricted", and a root file system that nothing writes. */}}
{{- define "pq-signer.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "pq-signer.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "pq-signer.kafka" -}}
- {name: SPRING_KAFKA_BOOTSTRAP_SERVERS, value: {{ .Values.kafka.bootstrapServers | quote }}}
- {name: SPRING_KAFKA_SECURITY_PROTOCOL, value: SSL}
- {name: PQ_SIGNER_KAFKA_TOPIC_PREFIX, value: {{ .Values.kafka.topicPrefix | quote }}}
{{- end }}

{{/* Settings whose names are keys of a map: the name of an environment variable has neither their dots nor their
     dashes, so that DELAYLINE would be a bundle called "delayline". The JSON document keeps them. */}}
{{- define "pq-signer.json" -}}
{{- $settings := dict "pq-signer.kafka.serde.schema.registry.url" .root.Values.kafka.schemaRegistryUrl -}}
{{- range .bundles -}}
{{- $prefix := printf "spring.ssl.bundle.pem.%s" .name -}}
{{- $authorities := ternary "brokers" .identity (and .brokers (ne $.root.Values.kafka.brokerCa.configMap "")) -}}
{{- $_ := set $settings (printf "%s.keystore.certificate" $prefix) (printf "file:/tls/%s/tls.crt" .identity) -}}
{{- $_ := set $settings (printf "%s.keystore.private-key" $prefix) (printf "file:/tls/%s/tls.key" .identity) -}}
{{- $_ := set $settings (printf "%s.truststore.certificate" $prefix) (printf "file:/tls/%s/ca.crt" $authorities) -}}
{{- end -}}
- name: SPRING_APPLICATION_JSON
  value: {{ $settings | toJson | quote }}
{{- end }}

{{/* Who vouches for the brokers, where that is not who vouches for callers. */}}
{{- define "pq-signer.brokerCa.volume" -}}
{{- with .Values.kafka.brokerCa }}
{{- if .configMap }}
- name: brokers
  configMap: {name: {{ .configMap }}, items: [{key: {{ .key | quote }}, path: ca.crt}]}
{{- end }}
{{- end }}
{{- end }}

{{- define "pq-signer.brokerCa.mount" -}}
{{- if .Values.kafka.brokerCa.configMap }}
- {name: brokers, mountPath: /tls/brokers, readOnly: true}
{{- end }}
{{- end }}

{{- define "pq-signer.certificate" -}}
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels: {{- include "pq-signer.labels" (dict "root" .root "component" .name) | nindent 4 }}
spec:
  secretName: {{ .root.Release.Name }}-{{ .name }}-tls
  commonName: {{ .name }}
  subject:
    organizationalUnits: [service]
  usages: {{ .usages | toJson }}
  {{- with .dnsNames }}
  dnsNames: {{ . | toJson }}
  {{- end }}
  duration: {{ .root.Values.certificates.duration }}
  renewBefore: {{ .root.Values.certificates.renewBefore }}
  privateKey: {algorithm: ECDSA, size: 256, encoding: PKCS8, rotationPolicy: Always}
  issuerRef:
    kind: {{ .root.Values.certificates.issuer.kind }}
    name: {{ .root.Values.certificates.issuer.name }}
{{- end }}
